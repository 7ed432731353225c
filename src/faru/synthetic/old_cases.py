"""The two stories that have ended or nearly so: one with a reprimand agreement, one with a charge.

Their alerts are months old and their carriers' records long gone, so the rows that the carriers once answered
with are kept in the story itself, with the date of every step.
"""

from datetime import UTC, datetime
from typing import Final

from faru.synthetic.alerts import Alert, Party, Record, Sighting, Upload
from faru.synthetic.chance import Chance
from faru.synthetic.country import HOUR, LAGOON, MONSOON, PHONE_PREFIX, utc_text
from faru.synthetic.leases import Lease
from faru.synthetic.platforms import DRIFTBOX, PEARLGRAM, SKIMMER
from faru.synthetic.stories import Story, held

Step = dict[str, str]

_REPRIMAND_STEPS: Final = (
    ("2025-09-02T05:10:00Z", "register", "duty officer"),
    ("2025-09-02T08:40:00Z", "victim_risk", "duty officer"),
    ("2025-09-02T09:30:00Z", "priority_set", "supervisor"),
    ("2025-09-03T04:20:00Z", "preservation_request", "investigator"),
    ("2025-09-08T06:00:00Z", "court_order", "investigator"),
    ("2025-09-15T07:45:00Z", "subscriber_answer", "investigator"),
    ("2025-09-17T05:00:00Z", "household_children_check", "victim worker"),
    ("2025-09-24T01:30:00Z", "search", "investigator"),
    ("2025-10-21T10:00:00Z", "device_report", "evidence handler"),
    ("2025-11-04T06:15:00Z", "file_reviewed", "supervisor"),
    ("2025-11-05T04:00:00Z", "sent_to_prosecutor", "PG liaison"),
    ("2026-01-14T07:00:00Z", "reprimand_agreement", "prosecutor"),
)
_CHARGE_STEPS: Final = (
    ("2025-10-06T04:30:00Z", "register", "duty officer"),
    ("2025-10-06T05:05:00Z", "victim_risk", "duty officer"),
    ("2025-10-06T05:20:00Z", "priority_set", "supervisor"),
    ("2025-10-06T06:10:00Z", "preservation_request", "investigator"),
    ("2025-10-07T08:00:00Z", "court_order", "investigator"),
    ("2025-10-08T09:25:00Z", "subscriber_answer", "investigator"),
    ("2025-10-08T11:00:00Z", "household_children_check", "victim worker"),
    ("2025-10-08T13:30:00Z", "safeguarding_plan", "victim worker"),
    ("2025-10-09T00:40:00Z", "arrest", "investigator"),
    ("2025-10-09T00:40:00Z", "search", "investigator"),
    ("2025-10-09T18:00:00Z", "before_judge", "investigator"),
    ("2025-10-19T05:45:00Z", "second_referral_joined", "duty officer"),
    ("2025-11-26T10:30:00Z", "device_report", "evidence handler"),
    ("2026-01-11T06:00:00Z", "file_reviewed", "supervisor"),
    ("2026-01-12T04:10:00Z", "sent_to_prosecutor", "PG liaison"),
    ("2026-02-19T08:00:00Z", "charge", "prosecutor"),
)


def reprimand(chance: Chance) -> Story:
    """Stored old material, no child near, first time: a reprimand agreement for eighteen months."""
    at = _instant("2025-08-27T17:42:09Z") + chance.below(HOUR)
    lease = _held_then(
        LAGOON.id, f"192.0.2.{chance.between(2, 250)}", at, f"LG-{chance.between(7_000_000, 7_999_999)}"
    )
    uploads = tuple(
        Upload(
            name=f"download-{chance.between(1, 9999)}.jpg",
            md5=chance.hex(32),
            sha1=chance.hex(40),
            at=at - 60 * n,
            severity="B2",
            viewed=True,
        )
        for n in range(3)
    )
    alert = Alert(
        key="reprimand_case",
        platform=DRIFTBOX.name,
        kind="known_material",
        incident="material",
        incident_at=at,
        received_at=_instant("2025-09-02T03:55:00Z"),
        parties=(
            Party(
                role="reported",
                user_id=str(chance.between(10**8, 10**9)),
                screen_name=None,
                first_name="Oshaan",
                age=37 + chance.below(8),
                emails=((f"oshaan{chance.hex(4)}@post.example", True),),
                sightings=(_expired(chance, lease, at),),
            ),
        ),
        uploads=uploads,
        notes=("Found in a private folder; not shared as far as we can see.",),
        story="reprimand_case",
    )
    facts = {
        "told": "Three known files in a private folder, no child in the household, no record before.",
        "ended": "reprimand_agreement",
        "agreement": {"signed": "2026-01-14", "ends": "2027-07-14", "conditions": _CONDITIONS},
        "subscriber": lease.subscriber,
        "at": utc_text(at),
        "steps": _steps(_REPRIMAND_STEPS),
        "answer_rows": [_row(lease)],
    }
    return Story("reprimand_case", (alert,), facts=facts)


_CONDITIONS: Final = (
    "no account on file sharing services",
    "attends the treatment programme every month",
    "devices may be examined without notice",
)


def charge(chance: Chance) -> Story:
    """A man with access to a relative's child; a second alert strengthens the first; charged."""
    at = _instant("2025-10-03T15:20:31Z") + chance.below(HOUR)
    second_at = _instant("2025-10-07T16:05:12Z") + chance.below(HOUR)
    who = f"MS-{chance.between(7_000_000, 7_999_999)}"
    place = f"198.51.100.{chance.between(2, 120)}"
    leases = (_held_then(MONSOON.id, place, at, who), _held_then(MONSOON.id, place, second_at, who))
    account = Party(
        role="reported",
        user_id=str(chance.between(10**10, 10**11)),
        screen_name=f"faru.boat{chance.between(10, 99)}",
        first_name="Kuvaam",
        last_name="Gulhima",
        age=41,
        phones=((f"{PHONE_PREFIX}7{chance.between(100_000, 999_999)}", True),),
        traits=(("access_to_children", True), ("relationship_to_child", "uncle")),
        sightings=(_expired(chance, leases[0], at),),
    )
    upload = Upload(
        name="VID-20251003.mp4",
        md5=chance.hex(32),
        sha1=chance.hex(40),
        at=at,
        tags=("Possible Self-Production",),
        viewed=True,
        camera=True,
    )
    first = Alert(
        key="charge_case",
        platform=PEARLGRAM.name,
        kind="at_hand",
        incident="abuse",
        incident_at=at,
        received_at=_instant("2025-10-06T04:12:00Z"),
        parties=(account,),
        uploads=(upload,),
        chat=("he is my sisters boy, i have him every weekend when they are at sea",),
        story="charge_case",
    )
    elsewhere = Party(
        role="reported",
        user_id=str(chance.between(10**10, 10**11)),
        screen_name="boatman_f",
        phones=account.phones,
        sightings=(_expired(chance, leases[1], second_at),),
    )
    second = Alert(
        key="charge_case_second",
        platform=SKIMMER.name,
        kind="known_material",
        incident="material",
        incident_at=second_at,
        received_at=_instant("2025-10-19T03:30:00Z"),
        parties=(elsewhere,),
        uploads=(upload,),
        refers_to=("charge_case",),
        story="charge_case",
    )
    facts = {
        "told": "A relative with a child in his care at weekends. The child was safe on the third day.",
        "ended": "charge",
        "in_danger_then": True,
        "child_safe_on": "2025-10-08",
        "next_hearing": "2026-03-24",
        "subscriber": who,
        "at": utc_text(at),
        "second_at": utc_text(second_at),
        "steps": _steps(_CHARGE_STEPS),
        "answer_rows": [_row(lease) for lease in leases],
    }
    return Story("charge_case", (first, second), facts=facts)


def _instant(text: str) -> int:
    return int(datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp())


def _held_then(carrier: str, address: str, at: int, who: str) -> Lease:
    return held(carrier, address, ((at - 3 * HOUR, at + 4 * HOUR, who),))[0]


def _expired(chance: Chance, lease: Lease, at: int) -> Sighting:
    return Sighting(
        address=lease.address,
        port=chance.between(20_000, 60_000),
        at=at,
        event="Upload",
        carrier=lease.carrier,
        subscriber=lease.subscriber,
        record=Record.EXPIRED,
    )


def _steps(steps: tuple[tuple[str, str, str], ...]) -> list[Step]:
    return [{"at": at, "step": step, "by": by} for at, step, by in steps]


def _row(lease: Lease) -> dict[str, str]:
    """The row as the carrier answered then, in the canonical layout."""
    return {
        "start": utc_text(lease.start),
        "end": "" if lease.end is None else utc_text(lease.end),
        "address": lease.address,
        "port_from": "",
        "port_to": "",
        "subscriber": lease.subscriber,
    }
