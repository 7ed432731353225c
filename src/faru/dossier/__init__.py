"""The sealed file for the prosecutor: one case as a BagIt bag in one ZIP, and its verifier.

The builder takes one frozen `CaseFile`, whoever fills it. Every date inside comes from the ledger's
checkpoint.
"""
