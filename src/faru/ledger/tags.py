"""What an entry of the ledger can say was done: one typed tag an act, noun.verb, alphabetised.

A tag is part of the log for ever: never rename one, never give an old one a new meaning.
"""

from enum import StrEnum


class Action(StrEnum):
    """The acts. Add yours in its place; a test holds the order."""

    CASE_ADVANCE = "case.advance"
    CASE_CLOSE = "case.close"
    CASE_OPEN = "case.open"
    CASE_OUTCOME = "case.outcome"
    CHECKPOINT_SIGN = "checkpoint.sign"  # written by the ledger itself, last before each checkpoint
    CUSTODY_MOVE = "custody.move"
    DOSSIER_SEAL = "dossier.seal"
    EXHIBIT_SEIZE = "exhibit.seize"
    FILE_RECEIVE = "file.receive"
    INTERRUPT_RAISE = "interrupt.raise"
    LEAD_CLAIM = "lead.claim"
    LEAD_RANK = "lead.rank"
    LEDGER_MEND = "ledger.mend"  # written by the ledger itself, after an unfinished write was set aside
    LEDGER_START = "ledger.start"
    PACK_LOAD = "pack.load"
    RECORDS_IMPORT = "records.import"
    RECORDS_RECEIVE = "records.receive"
    REFERRAL_RECEIVE = "referral.receive"
    REFERRAL_REFUSE = "referral.refuse"
    REQUEST_ANSWER = "request.answer"
    REQUEST_DRAFT = "request.draft"
    REQUEST_SERVE = "request.serve"
    SIGNOFF_GIVE = "signoff.give"
    STEP_DO = "step.do"
    VERDICT_REACH = "verdict.reach"
