"""Facts about conduct and noise: how much, handed on to whom, and what makes a report count for less.

Noise never hides danger: a mark that a file is viral speaks for that file alone, so the facts that lower a
lead's place ask for every reported file.
"""

from faru.conditions import FactType
from faru.triage.declare import UNKNOWN, Register, Scope, Seen
from faru.triage.subject import Subject
from faru.vocabulary import AccountKind, FileRecord, Role

CONDUCT = Register()
BOOL, INT = FactType.BOOL, FactType.INT

_STRENGTH = {"sha512": 0, "sha256": 1, "sha1": 2, "md5": 3}


def file_keys(file: FileRecord) -> tuple[tuple[str, bytes], ...]:
    """Every hash of a file that is valid for its algorithm, the strongest first."""
    keys = [(value.algorithm, value.canonical) for value in file.hashes if value.canonical is not None]
    return tuple(sorted(keys, key=lambda key: (_STRENGTH.get(key[0], 9), key)))


@CONDUCT.fact(
    "files_reported",
    INT,
    "How many files were reported.",
    fields=("files[]", "files[].supplemental"),
    drawn="count of files that were themselves reported; unknown where none is listed",
)
def _files_reported(subject: Subject) -> Seen:
    count = len(subject.reported_files)
    return Seen(count, subject.source("files")) if subject.referral.files else UNKNOWN


@CONDUCT.fact(
    "distinct_hashes",
    INT,
    "How many different files were reported, told apart by their hashes.",
    fields=("files[].hashes",),
    drawn="count of distinct strongest hashes; unknown where no file has one",
)
def _distinct_hashes(subject: Subject) -> Seen:
    keys = {file_keys(file)[:1] for _, file in subject.reported_files} - {()}
    return Seen(len(keys), subject.source("files")) if keys else UNKNOWN


@CONDUCT.fact(
    "uploaded",
    BOOL,
    "A file was put up, not only held.",
    fields=("observations[].event", "files[].uploaded_at"),
    drawn="true where an upload is reported",
)
def _uploaded(subject: Subject) -> Seen:
    for index, seen in enumerate(subject.referral.observations):
        if seen.event == "upload":
            return Seen(True, subject.source(f"observations[{index}].event"))
    for index, file in subject.reported_files:
        if file.uploaded_at is not None:
            return Seen(True, subject.source(f"files[{index}].uploaded_at"))
    return UNKNOWN


@CONDUCT.fact(
    "recipients_named",
    BOOL,
    "Somebody who received it, or a group, is named.",
    fields=("accounts[].role", "accounts[].kind", "persons[].role", "children[].role"),
    drawn="true where a recipient or a group is reported",
)
def _recipients_named(subject: Subject) -> Seen:
    referral = subject.referral
    for index, account in enumerate(referral.accounts):
        if account.role is Role.RECIPIENT or account.kind is AccountKind.GROUP:
            return Seen(True, subject.source(f"accounts[{index}]"))
    roles = {f"persons[{index}]": person.role for index, person in enumerate(referral.persons)}
    roles |= {f"children[{index}]": child.role for index, child in enumerate(referral.children)}
    for path, role in roles.items():
        if role is Role.RECIPIENT:
            return Seen(True, subject.source(path))
    return UNKNOWN


@CONDUCT.fact(
    "payment_named",
    BOOL,
    "A payment account is named.",
    fields=("accounts[].kind",),
    drawn="true where one is reported or stands in free text",
)
def _payment_named(subject: Subject) -> Seen:
    for index, account in enumerate(subject.referral.accounts):
        if account.kind is AccountKind.PAYMENT:
            return Seen(True, subject.source(f"accounts[{index}]"))
    return UNKNOWN


@CONDUCT.fact(
    "prior_reports",
    INT,
    "How many earlier reports the sender itself names.",
    fields=("refers_to",),
    drawn="count of distinct numbers; unknown where none is named",
)
def _prior_reports(subject: Subject) -> Seen:
    count = len(set(subject.referral.refers_to))
    return Seen(count, subject.source("refers_to[0]")) if count else UNKNOWN


NOISE_FLAGS = (
    ("spam_marked", ("spam",), "The sender marked it as spam."),
    ("informational_marked", ("informational",), "The sender marked it as sent for information only."),
)


def _flag_fact(name: str, folded: tuple[str, ...], sentence: str) -> None:
    @CONDUCT.fact(
        name, BOOL, sentence, fields=("flags",), drawn="set, or not set where the form has such flags"
    )
    def read(subject: Subject) -> Seen:
        return subject.flag(*folded)


for _flag in NOISE_FLAGS:
    _flag_fact(*_flag)


@CONDUCT.fact(
    "batched",
    BOOL,
    "The sender reported it in a batch that concerns many users.",
    fields=("flags",),
    drawn="true where the report says so",
)
def _batched(subject: Subject) -> Seen:
    found = subject.flag("batched", "batchedreport", "viralpotentialmeme")
    return found if found.value else UNKNOWN


def _every_file(name: str, folded: frozenset[str], sentence: str) -> None:
    @CONDUCT.fact(
        name,
        BOOL,
        sentence,
        fields=("files[].annotations", "files[].supplemental"),
        drawn="every file that was itself reported; a file without annotations counts as not so marked "
        "where another file has some",
    )
    def read(subject: Subject) -> Seen:
        if not subject.annotations:
            return UNKNOWN
        return subject.all_of(
            Seen(
                not subject.annotations.get(index, frozenset()).isdisjoint(folded),
                f"files[{index}].annotations",
            )
            for index, _ in subject.reported_files
        )


_every_file("only_viral_files", frozenset({"viral"}), "Every reported file is marked as viral.")
_every_file(
    "only_meme_files", frozenset({"potentialmeme", "meme"}), "Every reported file is marked as a likely meme."
)
_every_file(
    "only_made_up_files",
    frozenset({"generativeai", "animedrawingvirtualhentai"}),
    "Every reported file is marked as drawn or made by a machine.",
)


@CONDUCT.fact(
    "account_compromised",
    BOOL,
    "The reported account may have been taken over by somebody else.",
    fields=("persons[].account_compromised", "flags"),
    drawn="any reported person",
)
def _account_compromised(subject: Subject) -> Seen:
    if "compromisedaccount" in subject.flags:
        return Seen(True, subject.source(subject.flags["compromisedaccount"]))
    return subject.any_of(
        Seen(person.account_compromised, f"persons[{index}].account_compromised")
        for index, person in subject.suspects
    )


CONDUCT.declare(
    "hash_accounts_most",
    INT,
    "In how many unrelated accounts the most widespread of the reported hashes was seen.",
    fields=("files[].hashes", "accounts[]"),
    drawn="over everything in the queue; accounts of one lead count once, and counting stops one above "
    "the viral limit",
    scope=Scope.QUEUE,
)
CONDUCT.declare(
    "only_viral_hashes",
    BOOL,
    "Every reported file is known from more unrelated accounts than the viral limit.",
    fields=("files[].hashes", "accounts[]"),
    drawn="over everything in the queue; unknown where no file has a hash, and no where one file has none",
    scope=Scope.QUEUE,
)
CONDUCT.declare(
    "lead_referrals",
    INT,
    "How many referrals the lead holds.",
    fields=("number",),
    drawn="count over the lead, each number once",
    scope=Scope.LEAD,
)
CONDUCT.declare(
    "lead_platforms",
    INT,
    "How many platforms reported the lead.",
    fields=("platform",),
    drawn="count of distinct platforms over the lead; unknown where none is named",
    scope=Scope.LEAD,
)
CONDUCT.declare(
    "lead_days",
    INT,
    "On how many different days (UTC) the lead's incidents happened.",
    fields=("incident_at",),
    drawn="count of distinct days over the lead; unknown where no day is known",
    unit="days",
    scope=Scope.LEAD,
)
CONDUCT.declare(
    "lead_hashes",
    INT,
    "How many different files the whole lead holds, told apart by their hashes.",
    fields=("files[].hashes",),
    drawn="count of distinct strongest hashes over the lead; unknown where no file has one",
    scope=Scope.LEAD,
)
CONDUCT.declare(
    "lead_children",
    INT,
    "The most children that one referral of the lead reports as victims.",
    fields=("children[].role",),
    drawn="largest count over the lead; unknown where none is reported",
    scope=Scope.LEAD,
)
