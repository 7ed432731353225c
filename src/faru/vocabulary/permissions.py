"""What somebody may be allowed to do. A pack gives permissions to roles; the desk asks for them by name.

"<thing>.<act>", alphabetised. No string literal stands for a permission anywhere else in the code.
"""

from enum import StrEnum


class Permission(StrEnum):
    """One thing that a role may do."""

    ADMIN_BACKUP = "admin.backup"  # see when the last backup was made, and make one
    ADMIN_PACK = "admin.pack"  # see which pack is in force
    ADMIN_USERS = "admin.users"  # add and disable users, reset a second factor
    CASE_CLOSE = "case.close"
    CASE_MOVE = "case.move"  # take a case to another stage
    CASE_NOTE = "case.note"
    CASE_OPEN = "case.open"
    CASE_READ = "case.read"  # cases one is a member of
    CASE_READ_ALL = "case.read_all"  # every case of the unit
    CASE_READ_SENT = "case.read_sent"  # cases whose dossier went to the prosecutor
    CASE_SIGN = "case.sign"  # sign off what somebody else did
    CASE_STAFF = "case.staff"  # say who works on a case
    CASE_STEP = "case.step"  # record a step of the policy, where one's role may do it
    CHILD_REVEAL = "child.reveal"  # open a reported child's record, with a reason
    DEADLINE_READ = "deadline.read"  # deadlines without names and values
    DOCUMENT_ADD = "document.add"
    DOSSIER_BUILD = "dossier.build"
    DOSSIER_READ = "dossier.read"
    HANDOVER_ACCEPT = "handover.accept"
    HANDOVER_READ = "handover.read"
    HANDOVER_SIGN = "handover.sign"
    INTERRUPT_CLEAR = "interrupt.clear"
    INTERRUPT_RAISE = "interrupt.raise"
    INTERRUPT_TAKE = "interrupt.take"  # acknowledge it
    LEAD_CLAIM = "lead.claim"  # claim, let go, wait
    LEAD_CLOSE = "lead.close"  # close with a reason, open again
    LEAD_JOIN = "lead.join"  # join and part
    LEAD_RANK = "lead.rank"  # override a rank, with a reason
    LEAD_READ = "lead.read"
    LEDGER_READ = "ledger.read"
    OUTCOME_RECORD = "outcome.record"
    RAW_OPEN = "raw.open"  # open a referral's own bytes, with a reason
    REFERRAL_INGEST = "referral.ingest"
    REFERRAL_READ = "referral.read"
    REQUEST_ANSWER = "request.answer"  # import what a carrier answered
    REQUEST_APPROVE = "request.approve"
    REQUEST_DRAFT = "request.draft"
    REQUEST_READ = "request.read"
    REQUEST_SERVE = "request.serve"
    SEARCH_RUN = "search.run"
