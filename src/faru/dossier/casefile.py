"""The case as the builder takes it: frozen, plain, complete. Whoever fills it has no other say in the file.

None means "not reported" and prints so. A reported child is "Child A" here and everywhere: `children` is
given only so that the builder can look for names that must not be in the file.
"""

from dataclasses import dataclass
from datetime import datetime

from faru.vocabulary import Handling, Identity, IncidentType, Instant, Observation, ReportedChild


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the chronology. It says what the payload of its ledger entry says, and when."""

    at: datetime  # aware
    sentence: str
    entry: str  # id of the ledger entry


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralPart:
    """One referral as received. `raw` travels along only where nothing in `stays` speaks against it."""

    identity: Identity
    format: str
    handling: Handling
    platform: str | None = None
    incident_type: IncidentType | None = None
    incident_at: Instant | None = None
    reported_at: Instant | None = None  # by the platform to the sender
    received: datetime | None = None  # by the unit; aware
    size: int | None = None  # bytes
    children: tuple[str, ...] = ()  # labels: "Child A"
    raw: bytes | None = None
    stays: str | None = None  # why the bytes are not in the dossier, one sentence; needed where `raw` is None


@dataclass(frozen=True, slots=True)
class Window:
    """A closed stretch of time, [start, end]; aware."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRow:
    """One row of a carrier's records that a verdict rests on; [start, end)."""

    file: str
    file_sha256: str
    row: int  # as delivered, the first data row is 1
    within: str  # "core" or "tolerance"
    subscriber: str
    address: str  # or a prefix
    start: datetime
    end: datetime | None  # None: it was open
    port_from: int | None = None
    port_to: int | None = None
    start_kind: str | None = None  # "observed", "inferred"; None: not reported
    end_kind: str | None = None  # "observed", "inferred", "open"; None: not reported
    reading: str | None = None  # which reading of the time it answers, where there are several


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read the reported time. With its windows it gets a picture of its own."""

    name: str  # "as stated (UTC)", "as the local time of +05:00"; rows cite it
    utc: datetime
    subscribers: tuple[str, ...]
    core: Window | None = None
    tolerance: Window | None = None


@dataclass(frozen=True, slots=True)
class Coverage:
    """What an answer file declares to cover: [start, end)."""

    address: str  # or a prefix
    start: datetime
    end: datetime
    file: str | None = None


@dataclass(frozen=True, slots=True)
class Skew:
    """Who would have held the address had the clocks been `offset_s` seconds apart (up to `until_s`)."""

    offset_s: float
    subscribers: tuple[str, ...]
    until_s: float | None = None  # not included; None: this one offset was tried


@dataclass(frozen=True, slots=True, kw_only=True)
class DoubleEntry:
    """The second, independent computation of the same answer."""

    agrees: bool
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """What the carrier's records prove about one observation."""

    id: str
    observation: Observation
    verdict: str  # "unique", "ambiguous", ...
    sentence: str  # what that means here, in plain words
    method: str  # version of the method
    referral: Identity | None = None
    carrier: str | None = None
    core: Window | None = None
    tolerance: Window | None = None
    readings: tuple[Reading, ...] = ()
    coverage: tuple[Coverage, ...] | None = None  # None: the carrier has not stated it
    rows: tuple[RecordRow, ...] = ()
    skew: tuple[Skew, ...] = ()
    against: tuple[str, ...] = ()  # what speaks against it
    double_entry: DoubleEntry | None = None  # None: not made

    @property
    def subscribers(self) -> tuple[str, ...]:
        """Everyone whom a row names, once, in the rows' order."""
        return tuple(dict.fromkeys(row.subscriber for row in self.rows))


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestMade:
    """A question put to a carrier."""

    id: str
    carrier: str
    questions: int
    at: datetime | None  # None: drafted, not served
    answered_at: datetime | None = None
    answer_file: str | None = None
    answer_sha256: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HashLine:
    """A hash of a reported file. Metadata only: nobody here holds the file."""

    referral: Identity
    file: str | None  # the name as the sender wrote it
    algorithm: str
    value: str
    listed_by: str | None = None  # who has it on a list; None: no list was asked, or none has it


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreLine:
    """One rule on the score sheet."""

    rule: str
    sentence: str
    axis: str
    state: str  # "fired" or "unknown"
    points: int
    value: str | None = None
    source: str | None = None  # where the value stands in what was received


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreSheet:
    """Why the lead stood where it stood."""

    version: str  # of the rules
    danger: int
    workability: int
    band: str
    lines: tuple[ScoreLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepDone:
    """A step with its record."""

    sentence: str
    at: datetime | None = None
    by: str | None = None  # the role, or a person's name where the unit names its people
    signed_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepMissing:
    """A step without one."""

    sentence: str
    mandatory: bool
    due: datetime | None = None
    owner: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineLine:
    """A clock that runs."""

    sentence: str
    status: str
    due: datetime | None
    confirmed: bool  # False prints as "not legally confirmed"
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyState:
    """Where the case stands under the agreed policy."""

    policy: str
    version: str
    stage: str
    done: tuple[StepDone, ...] = ()
    missing: tuple[StepMissing, ...] = ()
    deadlines: tuple[DeadlineLine, ...] = ()
    interrupts: tuple[str, ...] = ()  # open ones, a sentence each


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """Everything that the dossier says about one case."""

    unit: str
    case_id: str  # random; letters, digits and hyphens
    zone: str  # IANA name of the unit's time zone
    handling: Handling  # of the dossier itself
    summary: tuple[str, ...] = ()  # what is proved, a sentence each
    notices: tuple[str, ...] = ()  # what a reader must know first ("all data is invented")
    chronology: tuple[Event, ...] = ()
    referrals: tuple[ReferralPart, ...] = ()
    requests: tuple[RequestMade, ...] = ()
    attributions: tuple[Attribution, ...] = ()
    hashes: tuple[HashLine, ...] = ()
    score: ScoreSheet | None = None
    policy: PolicyState | None = None
    children: tuple[ReportedChild, ...] = ()
