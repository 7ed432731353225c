"""What a platform lets out about each sighting: where in the alert, with which clock, with or without a port.

One answer for the writers and for truth.json, so that the truth also says what nobody could have read.
"""

from dataclasses import dataclass

from faru.synthetic.alerts import Alert, Party, Sighting
from faru.synthetic.chance import Chance
from faru.synthetic.clocks import written
from faru.synthetic.country import padded
from faru.synthetic.platforms import BY_NAME, Habits


@dataclass(frozen=True, slots=True)
class Told:
    """One sighting as the alert has it. `place` is a habit's place, or None where the alert keeps it back."""

    sighting: Sighting
    place: str | None
    address: str
    when: str
    port: int | None
    event: str


def telling(alert: Alert, seed: int) -> dict[str, list[Told]]:
    """By the party's place and role ("0 reported"): its sightings in order."""
    habits = BY_NAME[alert.platform]
    chance = Chance(seed, "telling", alert.key)
    return {
        f"{index} {one.role}": [
            _told(one, number, alert, habits, chance) for number in range(len(one.sightings))
        ]
        for index, one in enumerate(alert.parties)
    }


def _told(one: Party, number: int, alert: Alert, habits: Habits, chance: Chance) -> Told:
    sighting = one.sightings[number]
    draws_port = chance.yes(habits.port)
    tells_port = draws_port if sighting.port_told is None else sighting.port_told
    place: str | None = habits.where
    event = sighting.event
    if habits.where == "registration":
        place = "captures" if number == len(one.sightings) - 1 else None
        event = "Registration"
    elif habits.where == "metadata" and (number > 0 or not alert.uploads):
        place = "captures"
    return Told(
        sighting=sighting,
        place=place,
        address=padded(sighting.address) if habits.padded_v6 else sighting.address,
        when=written(sighting.at, alert.clock or habits.clock),
        port=sighting.port if tells_port and place != "metadata" else None,
        event=event,
    )
