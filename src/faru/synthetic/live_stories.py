"""The four stories that are still open on the day the demo runs: each is a trap with a child behind it.

A thin report that hides a live abuse; a child blackmailed with a deadline; an address shared by eleven until
the port is known; a local time that claims to be UTC.
"""

from dataclasses import replace
from typing import Final

from faru.synthetic.alerts import Alert, Party, Record, Shows, Sighting, Upload
from faru.synthetic.chance import Chance
from faru.synthetic.country import ATOLL, DAY, HOUR, LAGOON, MONSOON, NOW_S, OFFSET_S, PHONE_PREFIX, utc_text
from faru.synthetic.leases import FIRST_PORT, PORTS_A_BLOCK, Lease
from faru.synthetic.platforms import KANDU_PLAY, PEARLGRAM, TIDECHAT
from faru.synthetic.stories import Story, held

_MINUTE: Final = 60
_ELEVEN: Final = 11


def live_abuse(chance: Chance, address: str) -> Story:
    """One account, one login, a few typed lines. The log that names the line dies within 48 hours of now."""
    begins = NOW_S - MONSOON.blocks[0].days * DAY
    at = begins + chance.between(14, 40) * HOUR + chance.below(HOUR)
    who = f"MS-{9_000_000 + chance.below(900_000)}"
    neighbour = f"MS-{9_900_000 + chance.below(90_000)}"
    leases = held(
        MONSOON.id,
        address,
        (
            (begins - HOUR, at - 4 * HOUR, neighbour),
            (at - 3 * HOUR, at + 5 * HOUR, who),
            (at + 6 * HOUR, at + 4 * DAY, neighbour),
            (at + 4 * DAY, None, who),
        ),
    )
    sighting = _held(address, chance.between(20_000, 60_000), at, "Login", leases[1])
    days = chance.one(("friday", "thursday", "saturday"))
    alert = Alert(
        key="live_abuse",
        platform=KANDU_PLAY.name,
        kind="at_hand",
        incident="material",
        incident_at=at,
        received_at=NOW_S - 19 * HOUR - chance.below(HOUR),
        parties=(
            Party(
                role="reported",
                user_id=str(chance.between(10**9, 10**10)),
                screen_name=f"reefwalker{chance.between(10, 999)}",
                sightings=(sighting,),
            ),
        ),
        chat=(
            "u there",
            "yes. quiet week, my niece is staying with me agen, her mother is at the resort job",
            "same as last time?",
            f"better. shes here til {days} and there is nobody else in the house. ask me",
            "k",
        ),
        in_danger=True,
        shows=Shows.FREE_TEXT,
        story="live_abuse",
    )
    facts = {
        "told": "Few fields, one login, no file. Only the typed words say that a child is in the house now.",
        "carrier": MONSOON.id,
        "address": address,
        "at": utc_text(at),
        "subscriber": who,
        "records_expire_at": utc_text(at + MONSOON.blocks[0].days * DAY),
    }
    return Story("live_abuse", (alert,), leases, facts)


def blackmail(chance: Chance, address: str) -> Story:
    """Somebody gives a child of fourteen until a date to pay."""
    at = NOW_S - 2 * DAY - chance.below(6 * HOUR)
    who = f"LG-{9_000_000 + chance.below(900_000)}"
    other = f"LG-{9_900_000 + chance.below(90_000)}"
    leases = held(
        LAGOON.id,
        address,
        (
            (at - 9 * DAY, at - 3 * DAY, other),
            (at - 2 * DAY, at - 5 * HOUR, who),
            (at - 4 * HOUR, at + 6 * HOUR, who),
            (at + 7 * HOUR, None, other),
        ),
    )
    earlier = leases[1].start + 90 * _MINUTE
    handle = f"marina.k{chance.between(100, 999)}"
    alert = Alert(
        key="blackmail",
        platform=PEARLGRAM.name,
        kind="threat",
        incident="enticement",
        incident_at=at,
        received_at=NOW_S - 22 * HOUR - chance.below(HOUR),
        parties=(
            Party(
                role="reported",
                user_id=str(chance.between(10**10, 10**11)),
                screen_name=handle,
                first_name="Marina",
                emails=((f"{handle}@post.example", True),),
                phones=((f"{PHONE_PREFIX}7{chance.between(100_000, 999_999)}", False),),
                sightings=(
                    _held(address, chance.between(20_000, 60_000), at, "Login", leases[2]),
                    _held(address, chance.between(20_000, 60_000), earlier, "Login", leases[1]),
                ),
            ),
            Party(
                role="recipient",
                user_id=str(chance.between(10**10, 10**11)),
                screen_name=f"izz.{chance.hex(3)}",
                first_name="Izoon",
                age=14,
                town="Alifaru",
            ),
        ),
        chat=(
            "you have until thursday 12 march 8pm. 3000 or everybody on your class list gets it",
            "i dont have that much please",
            "sell the phone. i have your mothers number too",
            "please im 14 i cant tell them",
            "thursday.",
        ),
        flags=("sextortion",),
        in_danger=True,
        shows=Shows.FREE_TEXT,
        story="blackmail",
    )
    facts = {
        "told": "A child is told to pay by a date or see private pictures passed on.",
        "carrier": LAGOON.id,
        "address": address,
        "at": utc_text(at),
        "subscriber": who,
        "deadline": "2026-03-12T15:00:00Z",
    }
    return Story("blackmail", (alert,), leases, facts)


def eleven_subscribers(chance: Chance, address: str) -> Story:
    """Without a port eleven people fit; a later alert on the same account tells a port, and one is left.

    Twelve port blocks are in use, as one of the eleven holds two: rows are not people.
    """
    at = NOW_S - chance.between(6, 10) * DAY - chance.below(HOUR)
    later = at + chance.between(2, 4) * HOUR + chance.below(HOUR)
    first = 9_000_000 + chance.below(90_000) * 10
    people = [f"{ATOLL.letters}-{first + n}" for n in range(_ELEVEN)]
    slots = chance.shuffled(range(16))
    leases: list[Lease] = []
    busy: list[Lease] = []
    for place, slot in enumerate(slots):
        low = FIRST_PORT + slot * PORTS_A_BLOCK
        ports = (low, low + PORTS_A_BLOCK - 1)
        before = (at - 30 * HOUR, at - 9 * HOUR - chance.below(HOUR), f"{ATOLL.letters}-{first + 20 + place}")
        after = (at + 15 * HOUR + chance.below(HOUR), at + 40 * HOUR, f"{ATOLL.letters}-{first + 40 + place}")
        if place > _ELEVEN:
            leases += held(ATOLL.id, address, (before, after), ports)
            continue
        who = people[place % _ELEVEN]
        now = (at - 5 * HOUR - chance.below(HOUR), at + 9 * HOUR + chance.below(HOUR), who)
        rows = held(ATOLL.id, address, (before, now, after), ports)
        busy.append(rows[1])
        leases += rows
    guilty = busy[chance.between(1, _ELEVEN - 1)]
    port = (guilty.port_from or 0) + chance.below(PORTS_A_BLOCK)
    account = Party(
        role="reported",
        user_id=str(chance.between(10**10, 10**11)),
        screen_name=f"blue.lagoon{chance.between(10, 99)}",
        emails=((f"bl{chance.hex(6)}@post.example", True),),
    )

    def alert(key: str, when: int, told: bool, received: int, refers_to: tuple[str, ...]) -> Alert:
        sighting = _held(address, port, when, "Upload", guilty, told=told)
        upload = Upload(
            name=f"received_{chance.between(1, 10**9 - 1):09d}.jpg",
            md5=chance.hex(32),
            sha1=chance.hex(40),
            at=when,
            severity="B2",
            viewed=True,
        )
        return Alert(
            key=key,
            platform=PEARLGRAM.name,
            kind="known_material",
            incident="material",
            incident_at=when,
            received_at=received,
            parties=(replace(account, sightings=(sighting,)),),
            uploads=(upload,),
            refers_to=refers_to,
            story="eleven_subscribers",
        )

    alerts = (
        alert("eleven_without_port", at, False, at + DAY, ()),
        alert("eleven_with_port", later, True, at + 3 * DAY, ("eleven_without_port",)),
    )
    facts = {
        "told": "The first alert has no port and eleven subscribers fit. The second has one, and one fits.",
        "carrier": ATOLL.id,
        "address": address,
        "at": utc_text(at),
        "subscribers_without_port": sorted(people),
        "second_at": utc_text(later),
        "port": port,
        "subscriber": guilty.subscriber,
    }
    return Story("eleven_subscribers", alerts, tuple(leases), facts)


def utc_five_hours_off(chance: Chance, address: str) -> Story:
    """The platform writes the clock on the wall and calls it UTC: the stated reading names a stranger."""
    at = NOW_S - chance.between(8, 20) * DAY - chance.below(HOUR)
    stated = at + OFFSET_S
    number = 9_000_000 + chance.below(900_000)
    true_one, stranger = f"LG-{number}", f"LG-{number + 1}"
    leases = held(
        LAGOON.id,
        address,
        (
            (at - 6 * DAY, at - 3 * HOUR, stranger),
            (at - 2 * HOUR, at + 2 * HOUR, true_one),
            (at + 2 * HOUR + 20 * _MINUTE, stated + 3 * HOUR, stranger),
            (stated + 3 * HOUR, None, true_one),
        ),
    )
    uploaded = Upload(
        name="IMG_0417.JPG",
        md5=chance.hex(32),
        sha1=chance.hex(40),
        at=at,
        severity="A2",
        viewed=True,
    )
    alert = Alert(
        key="utc_five_hours_off",
        platform=TIDECHAT.name,
        kind="known_material",
        incident="material",
        incident_at=at,
        received_at=stated + DAY + chance.below(HOUR),
        parties=(
            Party(
                role="reported",
                user_id=str(chance.between(10**8, 10**9)),
                screen_name=f"kandu{chance.between(100, 999)}",
                emails=((f"kn{chance.hex(6)}@post.example", True),),
                sightings=(_held(address, chance.between(20_000, 60_000), at, "Upload", leases[1]),),
            ),
        ),
        uploads=(uploaded,),
        clock="local_as_utc",
        story="utc_five_hours_off",
    )
    facts = {
        "told": "The time is the country's own, five hours ahead, marked as UTC.",
        "carrier": LAGOON.id,
        "address": address,
        "at": utc_text(at),
        "stated_at": utc_text(stated),
        "subscriber": true_one,
        "stated_reading_names": stranger,
    }
    return Story("utc_five_hours_off", (alert,), leases, facts)


def _held(
    address: str, port: int, at: int, event: str, lease: Lease, *, told: bool | None = None
) -> Sighting:
    return Sighting(
        address=address,
        port=port,
        at=at,
        event=event,
        carrier=lease.carrier,
        subscriber=lease.subscriber,
        record=Record.HELD,
        port_told=told,
    )
