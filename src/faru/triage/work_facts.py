"""Facts about workability: the chance that work on it now leads anywhere.

Addresses are judged by the outlooks that were passed in beside the referral, one per observation: whose
address, shared or not, and how many hours until the decisive record is gone.
"""

from faru.conditions import FactType
from faru.triage.declare import UNKNOWN, Register, Seen
from faru.triage.subject import Subject
from faru.vocabulary import AccountKind, AddressOutlook, Observation, Role

WORK = Register()
BOOL, INT, NUMBER = FactType.BOOL, FactType.INT, FactType.NUMBER
OUTLOOK = "outlook of observations[]"


def _address(index: int) -> str:
    return f"observations[{index}].address"


@WORK.fact(
    "addresses_reported",
    INT,
    "How many addresses with which something was done are reported.",
    fields=("observations[].address",),
    drawn="count of distinct addresses; unknown where none is reported",
)
def _addresses_reported(subject: Subject) -> Seen:
    found = {seen.address: index for index, seen in reversed(list(enumerate(subject.referral.observations)))}
    found.pop(None, None)
    return Seen(len(found), subject.source(_address(min(found.values())))) if found else UNKNOWN


@WORK.fact(
    "carrier_known",
    BOOL,
    "An address belongs to a carrier of this country.",
    fields=(OUTLOOK,),
    drawn="any observation with an address",
)
def _carrier_known(subject: Subject) -> Seen:
    return subject.any_of(
        Seen(outlook.carrier is not None, _address(index), outlook.carrier)
        for index, _, outlook in subject.looked_at
    )


@WORK.fact(
    "addresses_mixed",
    BOOL,
    "Some addresses belong to carriers of this country and some do not.",
    fields=(OUTLOOK,),
    drawn="over all routable observations",
)
def _addresses_mixed(subject: Subject) -> Seen:
    kinds: dict[bool, int] = {}
    for index, _, outlook in subject.looked_at:
        if outlook.routable is not False:
            kinds.setdefault(outlook.carrier is not None, index)
    if not kinds:
        return UNKNOWN
    return Seen(len(kinds) == 2, subject.source(_address(max(kinds.values()))))


@WORK.fact(
    "only_proxies",
    BOOL,
    "Every address is marked as a possible proxy.",
    fields=("observations[].possible_proxy",),
    drawn="every observation with an address",
)
def _only_proxies(subject: Subject) -> Seen:
    return subject.all_of(
        Seen(seen.possible_proxy, f"observations[{index}].possible_proxy")
        for index, seen in enumerate(subject.referral.observations)
        if seen.address
    )


def _needs_port(seen: Observation, outlook: AddressOutlook) -> bool | None:
    """Whether the port is missing where subscribers share the address; None where sharing is not known."""
    if seen.port is not None or outlook.shared is False:
        return False
    return outlook.shared


@WORK.fact(
    "port_missing",
    BOOL,
    "Every address of a carrier here is shared by subscribers and comes without its port.",
    fields=("observations[].port", OUTLOOK),
    drawn="every observation whose carrier is known",
)
def _port_missing(subject: Subject) -> Seen:
    return subject.all_of(
        Seen(_needs_port(seen, outlook), f"observations[{index}]")
        for index, seen, outlook in subject.looked_at
        if outlook.carrier is not None
    )


@WORK.fact(
    "shared_with_port",
    BOOL,
    "A shared address comes with its port.",
    fields=("observations[].port", OUTLOOK),
    drawn="any observation whose address is shared",
)
def _shared_with_port(subject: Subject) -> Seen:
    return subject.any_of(
        Seen(seen.port is not None, f"observations[{index}].port")
        for index, seen, outlook in subject.looked_at
        if outlook.carrier is not None and outlook.shared
    )


def _exact(seen: Observation) -> bool:
    return seen.at is not None and seen.at.utc is not None and seen.at.precision_s <= 60


@WORK.fact(
    "time_exact",
    BOOL,
    "An address comes with its time to the minute or better, and with the zone.",
    fields=("observations[].at",),
    drawn="any observation with an address",
)
def _time_exact(subject: Subject) -> Seen:
    return subject.any_of(
        Seen(_exact(seen), f"observations[{index}].at")
        for index, seen in enumerate(subject.referral.observations)
        if seen.address
    )


@WORK.fact(
    "zone_missing",
    BOOL,
    "Every time that comes with an address lacks its zone.",
    fields=("observations[].at",),
    drawn="every observation with an address and a time",
)
def _zone_missing(subject: Subject) -> Seen:
    return subject.all_of(
        Seen(not seen.at.zone_stated, f"observations[{index}].at")
        for index, seen in enumerate(subject.referral.observations)
        if seen.address and seen.at is not None
    )


def _answerable(seen: Observation, outlook: AddressOutlook) -> bool | None:
    """Whether the carrier can still name one subscriber for this observation."""
    if outlook.carrier is None or not _exact(seen):
        return False
    missing = _needs_port(seen, outlook)
    alive = None if outlook.hours_left is None else outlook.hours_left > 0
    if missing is True or alive is False:
        return False
    return None if missing is None or alive is None else True


@WORK.fact(
    "address_answerable",
    BOOL,
    "A carrier can still name one subscriber: exact time, port where it is needed, records kept.",
    fields=("observations[].at", "observations[].port", OUTLOOK),
    drawn="any observation with an address",
)
def _address_answerable(subject: Subject) -> Seen:
    return subject.any_of(
        Seen(_answerable(seen, outlook), f"observations[{index}]")
        for index, seen, outlook in subject.looked_at
    )


def smallest_clock(outlooks: tuple[AddressOutlook, ...]) -> tuple[float | None, int | None]:
    """Hours until the first decisive record is gone, and the index of its observation.

    The smallest positive; 0 when all are gone; None when nobody knows, or some are gone and others unknown.
    """
    alive = [
        (outlook.hours_left, index)
        for index, outlook in enumerate(outlooks)
        if outlook.hours_left is not None and outlook.hours_left > 0
    ]
    if alive:
        return min(alive)
    if outlooks and all(outlook.hours_left is not None for outlook in outlooks):
        return 0.0, 0
    return None, None


@WORK.fact(
    "hours_left",
    NUMBER,
    "Hours until the first decisive record of a carrier is gone; 0 when all are gone.",
    fields=(OUTLOOK,),
    drawn="smallest positive of the observations'",
    unit="hours",
)
def _hours_left(subject: Subject) -> Seen:
    hours, index = smallest_clock(subject.outlooks or ())
    if hours is None or index is None:
        return UNKNOWN
    return Seen(hours, subject.source(f"observations[{index}].at"), round(hours, 2))


@WORK.fact(
    "verified_contact",
    BOOL,
    "The platform has verified an e-mail address or a phone number of the reported account.",
    fields=("accounts[].verified",),
    drawn="any e-mail address or phone number that was reported, not found in free text",
)
def _verified_contact(subject: Subject) -> Seen:
    return subject.any_of(
        Seen(account.verified, f"accounts[{index}].verified")
        for index, account in enumerate(subject.referral.accounts)
        if account.kind in (AccountKind.EMAIL, AccountKind.PHONE)
        and account.role is Role.REPORTED
        and not account.from_text
    )


@WORK.fact(
    "local_phone",
    BOOL,
    "A phone number of this country is reported.",
    fields=("accounts[].normal",),
    drawn="any phone number of a reported account with a country code, not found in free text",
)
def _local_phone(subject: Subject) -> Seen:
    if subject.phone_prefix is None:
        return UNKNOWN
    return subject.any_of(
        Seen(
            account.normal.startswith(subject.phone_prefix) if account.normal.startswith("+") else None,
            f"accounts[{index}].value",
        )
        for index, account in enumerate(subject.referral.accounts)
        if account.kind is AccountKind.PHONE and account.role is Role.REPORTED and not account.from_text
    )


@WORK.fact(
    "identifiers",
    INT,
    "How many different identifiers of the reported account there are.",
    fields=("accounts[]",),
    drawn="count of distinct kinds and values, without those found in free text; unknown where there is none",
)
def _identifiers(subject: Subject) -> Seen:
    found = {
        (account.kind, account.normal): index
        for index, account in reversed(list(enumerate(subject.referral.accounts)))
        if account.role is Role.REPORTED and not account.from_text
    }
    return Seen(len(found), subject.source(f"accounts[{min(found.values())}]")) if found else UNKNOWN


@WORK.fact(
    "person_named",
    BOOL,
    "A reported person's name or postal address is given.",
    fields=("persons[].first_name", "persons[].last_name", "persons[].addresses"),
    drawn="true where one is given",
)
def _person_named(subject: Subject) -> Seen:
    for index, person in subject.suspects:
        if person.last_name or person.addresses or (person.first_name and person.date_of_birth):
            return Seen(True, subject.source(f"persons[{index}]"))
    return UNKNOWN


@WORK.fact(
    "person_local",
    BOOL,
    "A reported person is stated to be in this country.",
    fields=("persons[].country",),
    drawn="any reported person",
)
def _person_local(subject: Subject) -> Seen:
    if subject.country is None:
        return UNKNOWN
    return subject.any_of(
        Seen(
            None if person.country is None else person.country.casefold() == subject.country.casefold(),
            f"persons[{index}].country",
        )
        for index, person in subject.suspects
    )


@WORK.fact(
    "viewed_by_sender",
    BOOL,
    "Somebody at the platform has looked at a reported file.",
    fields=("files[].viewed_by_sender",),
    drawn="any file that was itself reported",
)
def _viewed(subject: Subject) -> Seen:
    return subject.any_of(
        Seen(file.viewed_by_sender, f"files[{index}].viewed_by_sender")
        for index, file in subject.reported_files
    )


@WORK.fact(
    "publicly_available",
    BOOL,
    "A reported file could be seen by anybody.",
    fields=("files[].publicly_available",),
    drawn="any file that was itself reported",
)
def _public(subject: Subject) -> Seen:
    return subject.any_of(
        Seen(file.publicly_available, f"files[{index}].publicly_available")
        for index, file in subject.reported_files
    )


@WORK.fact(
    "days_since_report",
    NUMBER,
    "How long ago the sender received the report.",
    fields=("reported_at",),
    drawn="now less the time of the report; unknown without a zone",
    unit="days",
)
def _days_since_report(subject: Subject) -> Seen:
    at = subject.referral.reported_at
    if at is None or at.utc is None:
        return UNKNOWN
    days = (subject.now - at.utc).total_seconds() / 86_400
    return Seen(days, subject.source("reported_at"), round(days, 1))


@WORK.fact(
    "nothing_to_follow",
    BOOL,
    "There is no address, no account, no file, no person and no text: nothing to follow.",
    fields=("observations", "accounts", "files", "persons", "children", "texts"),
    drawn="true where all are empty; identifiers found in free text count",
)
def _nothing_to_follow(subject: Subject) -> Seen:
    referral = subject.referral
    something = (
        any(seen.address for seen in referral.observations)
        or any(account.role is not Role.REPORTER for account in referral.accounts)
        or referral.files
        or any(person.role is not Role.REPORTER for person in referral.persons)
        or referral.children
        or subject.has_words
    )
    return Seen(not something)
