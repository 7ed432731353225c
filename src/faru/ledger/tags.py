"""What an entry of the ledger can say was done: one typed tag an act, noun.verb, alphabetised.

A tag is part of the log for ever: never rename one, never give an old one a new meaning.
"""

from enum import StrEnum


class Action(StrEnum):
    """The acts. Add yours in its place; a test holds the order."""

    ACT_DENY = "act.deny"  # somebody asked for what they may not have; nothing was changed
    ACT_FAIL = "act.fail"  # a fault of the machine or the code; nothing was changed
    ACT_REFUSE = "act.refuse"  # a rule said no; nothing was changed
    BACKUP_MAKE = "backup.make"
    BACKUP_RESTORE = "backup.restore"
    CASE_ADVANCE = "case.advance"
    CASE_CLOSE = "case.close"
    CASE_NOTE = "case.note"
    CASE_OPEN = "case.open"
    CASE_OUTCOME = "case.outcome"
    CASE_PERSON = "case.person"
    CASE_READ = "case.read"
    CASE_REFERRAL = "case.referral"  # referrals that came later are taken into a case
    CASE_STAFF = "case.staff"
    CHECKPOINT_SIGN = "checkpoint.sign"  # written by the ledger itself, last before each checkpoint
    CHILD_REVEAL = "child.reveal"
    COVERAGE_KEY = "coverage.key"  # what a carrier declares its search covered
    CUSTODY_MOVE = "custody.move"
    DOCUMENT_ADD = "document.add"
    DOCUMENT_READ = "document.read"
    DOSSIER_BUILD = "dossier.build"  # asked for; what came of it is dossier.seal
    DOSSIER_READ = "dossier.read"
    DOSSIER_SEAL = "dossier.seal"
    DOSSIER_SEND = "dossier.send"
    EVENT_RECORD = "event.record"
    EXHIBIT_SEIZE = "exhibit.seize"
    EXPORT_MAKE = "export.make"
    FACT_STATE = "fact.state"
    FILE_RECEIVE = "file.receive"
    HANDOVER_ACCEPT = "handover.accept"
    HANDOVER_SIGN = "handover.sign"
    INTERRUPT_CLEAR = "interrupt.clear"
    INTERRUPT_RAISE = "interrupt.raise"
    INTERRUPT_TAKE = "interrupt.take"
    LEAD_CLAIM = "lead.claim"
    LEAD_CLOSE = "lead.close"
    LEAD_JOIN = "lead.join"
    LEAD_LET_GO = "lead.let_go"
    LEAD_OVERRIDE = "lead.override"
    LEAD_PART = "lead.part"
    LEAD_RANK = "lead.rank"
    LEAD_READ = "lead.read"
    LEAD_REGROUP = "lead.regroup"
    LEAD_REOPEN = "lead.reopen"
    LEAD_UNDO = "lead.undo"
    LEAD_WAIT = "lead.wait"
    LEAD_WAKE = "lead.wake"  # its waiting is over: it is back with its owner
    LEDGER_GUARD = "ledger.guard"  # guards of the database were missing at a start, and put up again
    LEDGER_MEND = "ledger.mend"  # written by the ledger itself, after an unfinished write was set aside
    LEDGER_START = "ledger.start"
    LETTER_KEY = "letter.key"
    MAP_SAVE = "map.save"
    PACK_LOAD = "pack.load"
    PROMISE_KEEP = "promise.keep"
    PROMISE_MAKE = "promise.make"
    RAW_OPEN = "raw.open"
    RECORDS_IMPORT = "records.import"
    RECORDS_RECEIVE = "records.receive"
    RECORDS_TRY = "records.try"  # read on trial, nothing taken over
    REFERRAL_READ = "referral.read"
    REFERRAL_RECEIVE = "referral.receive"
    REFERRAL_REFUSE = "referral.refuse"
    REQUEST_ANSWER = "request.answer"
    REQUEST_APPROVE = "request.approve"
    REQUEST_CHANGE = "request.change"
    REQUEST_CLOSE = "request.close"
    REQUEST_DRAFT = "request.draft"
    REQUEST_READ = "request.read"
    REQUEST_REFUSE = "request.refuse"
    REQUEST_RESOLVE = "request.resolve"  # all verdicts of a request; each is an entry of its own too
    REQUEST_SERVE = "request.serve"
    REQUEST_WITHDRAW = "request.withdraw"
    SEARCH_RUN = "search.run"
    SIGNOFF_GIVE = "signoff.give"
    STEP_DO = "step.do"
    STEP_SKIP = "step.skip"
    UNIT_INIT = "unit.init"
    UNIT_MOVE = "unit.move"  # the rows were moved to another database
    USER_ADD = "user.add"
    USER_CHANGE = "user.change"
    USER_DISABLE = "user.disable"
    USER_ENABLE = "user.enable"
    USER_REFUSE = "user.refuse"  # a wrong password or a wrong code; what was typed is never told
    USER_RESET = "user.reset"
    USER_SIGN_IN = "user.sign_in"
    USER_SIGN_OUT = "user.sign_out"
    VERDICT_REACH = "verdict.reach"
