"""An invented case in a ledger of its own, with everything that a dossier can hold."""

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from faru.dossier.binding import events
from faru.dossier.build import build
from faru.dossier.casefile import (
    Attribution,
    CaseFile,
    Coverage,
    DeadlineLine,
    DoubleEntry,
    HashLine,
    PolicyState,
    Reading,
    RecordRow,
    ReferralPart,
    RequestMade,
    ScoreLine,
    ScoreSheet,
    Skew,
    StepDone,
    StepMissing,
    Window,
)
from faru.ledger.clock import SimulatedClock
from faru.ledger.excerpt import excerpt
from faru.ledger.ids import IdSource
from faru.ledger.keys import Signer
from faru.ledger.log import Ledger
from faru.ledger.store import FileStore
from faru.ledger.tags import Action
from faru.vocabulary import (
    Account,
    AccountKind,
    Handling,
    Identity,
    IncidentType,
    Instant,
    Observation,
    PersonRecord,
    ReportedChild,
    Role,
    Sealed,
)

AT = datetime(2026, 2, 17, 10, 40, 12, tzinfo=UTC)
NAME = ("Zubeidha", "Quillfeather")
"""The canary: the name of a child that must stand nowhere."""
RAW = b'{"reportId": 90210117, "company": "Palm Social", "note": "nobody named"}'


def second(number: float) -> timedelta:
    return timedelta(seconds=number)


def identity(number: str, raw: bytes) -> Identity:
    return Identity("Clearing House", number, hashlib.sha256(raw).hexdigest())


def child() -> ReportedChild:
    account = Account("Palm Social", AccountKind.EMAIL, "zq@example.org", "zq@example.org", True, Role.VICTIM)
    return ReportedChild(
        label="Child A",
        role=Role.VICTIM,
        person=Sealed(PersonRecord(role=Role.VICTIM, first_name=NAME[0], last_name=NAME[1])),
        accounts=(Sealed(account),),
        names=Sealed((" ".join(NAME), *NAME)),
        unread=Sealed(()),
    )


def reported(text: str, moment: datetime, **changes: object) -> Instant:
    known = {"utc": moment, "local": moment.replace(tzinfo=None), "zone_stated": True, "precision_s": 1}
    return Instant(original=text, **{**known, **changes})  # type: ignore[arg-type]


def windows(at: datetime) -> tuple[Window, Window]:
    return Window(at, at + second(1)), Window(at - second(5), at + second(6))


def row(number: int, who: str, start: datetime, end: datetime | None, **more: object) -> RecordRow:
    known = {"within": "core", "address": "198.51.100.23", "port_from": 40000, "port_to": 40511}
    return RecordRow(
        file="lagoon-telecom-answer.csv",
        file_sha256=hashlib.sha256(b"answer").hexdigest(),
        row=number,
        subscriber=who,
        start=start,
        end=end,
        **{**known, **more},  # type: ignore[arg-type]
    )


def steps(offsets: tuple[int, ...], other: int) -> tuple[Skew, ...]:
    return tuple(Skew(o, ("S-55120",) if o >= other else ("S-40211",)) for o in offsets)


def fragile(referral: Identity) -> Attribution:
    core, tolerance = windows(AT)
    seen = Observation(
        literal="198.51.100.23",
        address="198.51.100.23",
        port=40211,
        at=reported("2026-02-17T10:40:12Z", AT),
        event="upload",
        role=Role.REPORTED,
    )
    return Attribution(
        id="6f1e09d2a4b3c7d8-0",
        observation=seen,
        verdict="unique_fragile",
        sentence="Subscriber S-40211 held the address and port; two seconds later S-55120 did.",
        method="demo-1",
        referral=referral,
        carrier="Lagoon Telecom",
        core=core,
        tolerance=tolerance,
        coverage=(Coverage("198.51.100.0/24", AT - timedelta(days=1), AT + timedelta(days=1), "lagoon.csv"),),
        rows=(
            row(812_004, "S-40211", AT - timedelta(hours=5), AT + second(2), start_kind="observed",
                end_kind="inferred"),
            row(812_007, "S-55120", AT + second(3), None, within="tolerance", end_kind="open"),
        ),
        skew=steps((-3600, -60, -5, -1, 0, 1, 2, 3, 5, 60, 3600), 3),
        against=(
            "The end of row 812,004 is inferred from the next start: the true end may be earlier.",
            "The address passed to another subscriber within the tolerance.",
        ),
        double_entry=DoubleEntry(agrees=True, sentence="A plain check of the 2 rows gives the same verdict."),
    )  # fmt: skip


def two_readings(referral: Identity) -> Attribution:
    other = AT - timedelta(hours=5)
    seen = Observation(
        literal="203.0.113.88",
        address="203.0.113.88",
        port=None,
        at=reported("02/17/2026 10:40", AT, utc=None, zone_stated=False, precision_s=60),
        event="login",
    )
    names = ("as UTC", "as the local time of +05:00")
    return Attribution(
        id="6f1e09d2a4b3c7d8-1",
        observation=seen,
        verdict="time_uncertain",
        sentence="Read as UTC it names S-7, read five hours earlier S-9.",
        method="demo-1",
        referral=referral,
        carrier="Atoll Mobile",
        readings=tuple(
            Reading(name, at, (who,), *windows(at))
            for name, at, who in zip(names, (AT, other), ("S-7", "S-9"), strict=True)
        ),
        rows=(
            row(17, "S-7", AT - second(900), AT + second(30), reading=names[0], address="203.0.113.88",
                port_from=None, port_to=None),
            row(11, "S-9", other - second(60), AT - second(900), reading=names[1], address="203.0.113.88",
                port_from=None, port_to=None),
        ),
        against=("The zone was not stated: nothing in the referral tells which reading is right.",),
    )  # fmt: skip


def referrals() -> tuple[ReferralPart, ...]:
    named = b'{"reportId": 90210118, "victim": "' + " ".join(NAME).encode() + b'"}'
    return (
        ReferralPart(
            identity=identity("90210117", RAW),
            format="cybertip_json",
            handling=Handling("AMBER", ("for the case only",)),
            platform="Palm Social",
            incident_type=IncidentType.ENTICEMENT,
            incident_at=reported("2026-02-17T10:40:12Z", AT),
            reported_at=reported("2026-02-17 12:00", AT + timedelta(hours=1), precision_s=60),
            received=AT + timedelta(hours=3),
            raw=RAW,
        ),
        ReferralPart(
            identity=identity("90210118", named),
            format="cybertip_json",
            handling=Handling(),
            children=("Child A",),
            raw=named,
        ),
    )


def policy() -> PolicyState:
    return PolicyState(
        policy="Agreement of police and prosecutors (demo)",
        version="2026-02",
        stage="Investigation",
        done=(
            StepDone(sentence="The lead was claimed.", at=AT + timedelta(hours=4), by="investigator"),
            StepDone(sentence="Records were asked for.", at=AT + timedelta(hours=5), by="investigator",
                     signed_by="supervisor"),
        ),
        missing=(
            StepMissing(sentence="The child's needs are assessed with the victim worker.", mandatory=True,
                        due=AT + timedelta(days=2), owner="victim worker"),
            StepMissing(sentence="The sender is told the outcome.", mandatory=False),
        ),
        deadlines=(
            DeadlineLine(sentence="Carrier's port log ends.", status="due_soon", due=AT + timedelta(days=14),
                         confirmed=False, source="letter of Lagoon Telecom"),
        ),
        interrupts=("A child may be at immediate risk.",),
    )  # fmt: skip


def score() -> ScoreSheet:
    return ScoreSheet(
        version="demo 2026-02",
        danger=70,
        workability=45,
        band="critical",
        lines=(
            ScoreLine(rule="child-family", sentence="A child is named as family in free text.", axis="danger",
                      state="fired", points=30, value="my stepdaughter", source="$.additionalInformation[0]"),
            ScoreLine(rule="formula", sentence="What it saw is text, not a formula.", axis="workability",
                      state="fired", points=-5, value="=HYPERLINK(A1)", source="row 3, column 'note'"),
            ScoreLine(rule="camera", sentence="Camera data is present.", axis="workability", state="unknown",
                      points=10),
        ),
    )  # fmt: skip


ACTS = (
    (Action.REFERRAL_RECEIVE, "A referral of Clearing House was received and kept as it came.", 3),
    (Action.LEAD_RANK, "The lead was ranked critical: danger 70, workability 45.", 3.1),
    (Action.REQUEST_SERVE, "Lagoon Telecom was asked about 2 observations.", 5),
    (Action.RECORDS_RECEIVE, "Lagoon Telecom answered with 1,204,551 rows.", 26),
    (Action.VERDICT_REACH, "中文: the answer was compared twice.", 27),
)


def make_world(folder: Path, seed: bytes = bytes(range(32))) -> SimpleNamespace:
    """A case file, the excerpt behind it and the key: the same in each run."""
    clock = SimulatedClock(AT)
    signer = Signer.from_seed("unit.example/test", seed)
    counter = iter(range(1, 1_000))
    ids = IdSource(lambda bits: next(counter))
    store = FileStore(folder)
    ledger = Ledger(store, signer, clock, ids=ids, salts=lambda size: bytes([next(counter) % 256]) * size)
    kept = []
    for action, sentence, hours in ACTS:
        clock.at = AT + timedelta(hours=hours)
        kept.append(
            ledger.record(action, actor=signer.key_id, role="duty_officer", payload={"sentence": sentence})
        )
    ledger.seal()
    opened = {one.id: (one.salt, one.payload) for one in kept}
    proven = excerpt(ledger, [one.id for one in kept], opened)
    parts = referrals()
    who = parts[0].identity
    case = CaseFile(
        unit="Crimes Against Children Unit, Demo Republic",
        case_id="c7f3a1d2-4b5e",
        zone="Indian/Maldives",
        handling=Handling("AMBER+STRICT"),
        summary=("Subscription S-40211 of Lagoon Telecom held the address when the upload was made.",),
        notices=("Everything in this file is invented. It shows no real person, address or event.",),
        chronology=events(proven),
        referrals=parts,
        requests=(
            RequestMade(id="20260217-lagoon", carrier="Lagoon Telecom", questions=2,
                        at=AT + timedelta(hours=5), answered_at=AT + timedelta(hours=26),
                        answer_file="lagoon-telecom-answer.csv",
                        answer_sha256=hashlib.sha256(b"answer").hexdigest()),
            RequestMade(id="20260217-atoll", carrier="Atoll Mobile", questions=1, at=None),
        ),
        attributions=(fragile(who), two_readings(who)),
        hashes=(
            HashLine(referral=who, file="beach.bin", algorithm="sha256",
                     value=hashlib.sha256(b"beach").hexdigest(), listed_by="Partner list 7"),
            HashLine(referral=who, file="މޫދު.bin", algorithm="md5", value="0" * 32),
        ),
        score=score(),
        policy=policy(),
        children=(child(),),
    )  # fmt: skip
    return SimpleNamespace(case=case, excerpt=proven, signer=signer)


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    """The invented case."""
    return make_world(tmp_path_factory.mktemp("ledger"))


@pytest.fixture(scope="session")
def other_world(tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    """The same case in the ledger of somebody else, who took the unit's name."""
    return make_world(tmp_path_factory.mktemp("other-ledger"), bytes(32))


@pytest.fixture(scope="session")
def sealed_file(world: SimpleNamespace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The dossier of that case."""
    return build(world.case, world.excerpt, world.signer, tmp_path_factory.mktemp("out") / "case.zip").path
