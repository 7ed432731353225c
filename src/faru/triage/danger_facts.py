"""Facts that tell of danger to a child, read from the structured fields of one referral.

They follow the public forms: the Reporting API's annotations and file annotations, and the person fields that
police receive. What a reported child said or wrote is compared and counted here, never shown.
"""

from collections.abc import Iterator

from faru.conditions import FactType
from faru.triage.declare import UNKNOWN, Register, Seen
from faru.triage.subject import Subject
from faru.vocabulary import ReportedChild, Role

DANGER = Register()
BOOL, INT, TEXT, TEXTS = FactType.BOOL, FactType.INT, FactType.TEXT, FactType.TEXTS

FLAGS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("blackmail_marked", ("sextortion",), "The sender marked it as blackmail of a child."),
    (
        "solicitation_marked",
        ("csamsolicitation",),
        "The sender marked that pictures of a child were asked for.",
    ),
    ("sadistic_marked", ("sadisticonlineexploitation",), "The sender marked cruelty towards a child online."),
    ("aggravating_marked", ("potentialaggravatingfactors",), "The sender marked aggravating circumstances."),
    ("minors_only_marked", ("minortominorinteraction",), "The sender marked contact between children only."),
    ("age_disputed", ("ageassertiondiscrepancy",), "The sender doubts the age that a person stated."),
)
FILE_FLAGS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("live_streaming_marked", ("livestreaming",), "A reported file is marked as a live stream."),
    (
        "infant_marked",
        ("infant", "infanttoddler", "toddler"),
        "A reported file is marked as showing an infant.",
    ),
    ("violence_marked", ("violencegore", "violence"), "A reported file is marked as showing violence."),
    ("physical_harm_marked", ("physicalharm",), "A reported file is marked as showing physical harm."),
    ("animal_marked", ("bestiality",), "A reported file is marked as involving an animal."),
    (
        "self_made_marked",
        ("possibleselfproduction",),
        "A reported file was possibly made by the child.",
    ),
)


def _flag_fact(name: str, folded: tuple[str, ...], sentence: str) -> None:
    @DANGER.fact(
        name, BOOL, sentence, fields=("flags",), drawn="set, or not set where the form has such flags"
    )
    def read(subject: Subject) -> Seen:
        return subject.flag(*folded)


def _file_fact(name: str, folded: tuple[str, ...], sentence: str) -> None:
    @DANGER.fact(
        name,
        BOOL,
        sentence,
        fields=("files[].annotations", "files[].supplemental"),
        drawn="any file that was itself reported; unknown where no file has annotations",
    )
    def read(subject: Subject) -> Seen:
        return subject.annotated(*folded)


for _flag in FLAGS:
    _flag_fact(*_flag)
for _flag in FILE_FLAGS:
    _file_fact(*_flag)


@DANGER.fact(
    "escalated",
    BOOL,
    "The sender asked that this be looked at first.",
    fields=("escalation",),
    drawn="true where a reason is given; the reason's words are not printed",
)
def _escalated(subject: Subject) -> Seen:
    return Seen(True, subject.source("escalation")) if subject.referral.escalation else UNKNOWN


@DANGER.fact(
    "incident_type",
    TEXT,
    "The kind of incident: material, trafficking, travel, abuse, enticement, unsolicited, misleading_domain, "
    "misleading_words or other.",
    fields=("incident_type",),
    drawn="as reported",
)
def _incident_type(subject: Subject) -> Seen:
    kind = subject.referral.incident_type
    return UNKNOWN if kind is None else Seen(kind.value, subject.source("incident_type"))


def _children(subject: Subject, *roles: Role) -> Iterator[tuple[int, ReportedChild]]:
    for index, child in enumerate(subject.referral.children):
        if child.role in roles:
            yield index, child


@DANGER.fact(
    "child_reported",
    BOOL,
    "A child is reported as a victim.",
    fields=("children[].role",),
    drawn="true where there is one; the form cannot say that there is none",
)
def _child_reported(subject: Subject) -> Seen:
    for index, _ in _children(subject, Role.VICTIM):
        return Seen(True, subject.source(f"children[{index}]"))
    return UNKNOWN


@DANGER.fact(
    "children_reported",
    INT,
    "How many children are reported as victims.",
    fields=("children[].role",),
    drawn="count; unknown where none is reported",
)
def _children_reported(subject: Subject) -> Seen:
    found = list(_children(subject, Role.VICTIM))
    return Seen(len(found), subject.source(f"children[{found[0][0]}]")) if found else UNKNOWN


@DANGER.fact(
    "youngest_age",
    INT,
    "Age of the youngest child that is reported as victim or recipient.",
    fields=("children[].age",),
    drawn="smallest stated age",
    unit="years",
)
def _youngest_age(subject: Subject) -> Seen:
    ages = [
        (child.age, index)
        for index, child in _children(subject, Role.VICTIM, Role.RECIPIENT, Role.ASSOCIATED)
        if child.age is not None
    ]
    if not ages:
        return UNKNOWN
    age, index = min(ages)
    return Seen(age, subject.source(f"children[{index}].age"))


@DANGER.fact(
    "child_local",
    BOOL,
    "A reported child is in the unit's own country.",
    fields=("children[].same_country",),
    drawn="any child",
)
def _child_local(subject: Subject) -> Seen:
    return subject.any_of(
        Seen(child.same_country, f"children[{index}].same_country")
        for index, child in _children(subject, Role.VICTIM, Role.RECIPIENT, Role.ASSOCIATED)
    )


@DANGER.fact(
    "school_named",
    BOOL,
    "A reported child's school is named.",
    fields=("children[].person.other", "children[].unread"),
    drawn="true where a field with a school's name is filled; its value stays sealed",
)
def _school_named(subject: Subject) -> Seen:
    for index, child in enumerate(subject.referral.children):
        named = [*child.person.open().other, *child.unread.open()]
        if any("school" in name.casefold() and value.strip() for name, value in named):
            return Seen(True, subject.source(f"children[{index}]"))
    return UNKNOWN


@DANGER.fact(
    "suspect_is_child",
    BOOL,
    "A reported person is under 18.",
    fields=("children[].role", "persons[].age"),
    drawn="any reported person; no only where everybody's age is stated",
)
def _suspect_is_child(subject: Subject) -> Seen:
    for index, _ in _children(subject, Role.REPORTED):
        return Seen(True, subject.source(f"children[{index}]"))
    return subject.any_of(
        Seen(None if person.age is None else person.age < 18, f"persons[{index}].age")
        for index, person in subject.suspects
    )


PERSON_FIELDS = (
    ("access_to_victim", "A reported person has access to the child."),
    ("access_to_children", "A reported person has access to children."),
    ("access_to_firearms", "A reported person has access to firearms."),
    ("convicted_sex_offender", "A reported person was convicted of a sexual offence before."),
)


def _person_fact(name: str, sentence: str) -> None:
    @DANGER.fact(name, BOOL, sentence, fields=(f"persons[].{name}",), drawn="any reported person")
    def read(subject: Subject) -> Seen:
        return subject.any_of(
            Seen(getattr(person, name), f"persons[{index}].{name}") for index, person in subject.suspects
        )


for _field in PERSON_FIELDS:
    _person_fact(*_field)


@DANGER.fact(
    "relationship_stated",
    BOOL,
    "A reported person's relationship to the child is stated.",
    fields=("persons[].relationship_to_child",),
    drawn="true where one is stated",
)
def _relationship_stated(subject: Subject) -> Seen:
    for index, person in subject.suspects:
        if person.relationship_to_child:
            return Seen(True, subject.source(f"persons[{index}].relationship_to_child"))
    return UNKNOWN


@DANGER.fact(
    "shares_place_with_child",
    BOOL,
    "A reported person and a reported child were seen at the same address.",
    fields=("observations[].address", "persons[].addresses", "children[].person.addresses"),
    drawn="any network or postal address of both; unknown where one side has none",
)
def _shares_place(subject: Subject) -> Seen:
    referral = subject.referral
    theirs = {
        seen.address: index
        for index, seen in enumerate(referral.observations)
        if seen.address and seen.child is None and seen.role in (Role.REPORTED, Role.UNKNOWN)
    }
    childs = {
        seen.address
        for seen in referral.observations
        if seen.address and seen.child is not None and referral.children[seen.child].role is not Role.REPORTED
    }
    for address, index in theirs.items():
        if address in childs:
            return Seen(True, subject.source(f"observations[{index}].address"))
    homes = {
        _fold_address(line): index for index, person in subject.suspects for line in person.addresses if line
    }
    child_homes = {
        _fold_address(line)
        for _, child in _children(subject, Role.VICTIM, Role.RECIPIENT, Role.ASSOCIATED)
        for line in child.person.open().addresses
    }
    for line, index in homes.items():
        if line in child_homes:
            return Seen(True, subject.source(f"persons[{index}].addresses"))
    compared = (theirs and childs) or (homes and child_homes)
    return Seen(False, subject.source("observations")) if compared else UNKNOWN


def _fold_address(line: str) -> str:
    return "".join(line.casefold().split())


@DANGER.fact(
    "camera_details",
    BOOL,
    "A reported file carries details of the camera that took it.",
    fields=("files[].camera_metadata",),
    drawn="any file that was itself reported",
)
def _camera_details(subject: Subject) -> Seen:
    return subject.any_of(
        Seen(file.camera_metadata, f"files[{index}].camera_metadata")
        for index, file in subject.reported_files
    )


@DANGER.fact(
    "industry_classes",
    TEXTS,
    "The industry's severity codes of the reported files: A1, A2, B1, B2.",
    fields=("files[].classification",),
    drawn="the distinct codes, sorted; unknown where no file has one",
)
def _industry_classes(subject: Subject) -> Seen:
    codes: dict[str, int] = {}
    for index, file in subject.reported_files:
        if file.classification and "industry" in file.classification.scheme.casefold():
            codes.setdefault(file.classification.code.strip().upper(), index)
    if not codes:
        return UNKNOWN
    worst = min(codes)
    return Seen(tuple(sorted(codes)), subject.source(f"files[{codes[worst]}].classification"))
