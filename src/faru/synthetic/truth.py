"""The truth apart from the alerts: who stood behind each sighting, where a child is in danger, the stories.

Nothing but tests, benches and evaluations may read it; it lies outside the folder of alerts for that reason.
"""

import json
from collections.abc import Sequence
from pathlib import Path

from faru.synthetic.country import CODE, DAY, NAME, NETWORKS, NOW, NOW_S, Block, utc_text
from faru.synthetic.packing import Sent
from faru.synthetic.stories import Story
from faru.synthetic.telling import Told, telling

Json = dict[str, object]


def write(path: Path, seed: int, sent: Sequence[Sent], told: Sequence[Story], rows: int) -> None:
    """Writes truth.json: the world's head, one entry an arrival, the stories with their numbers."""
    first = {one.alert.key: one for one in sent if not one.copy and one.version == 1}
    order = sorted(sent, key=lambda one: (one.alert.received_at, one.alert.key, one.copy, one.version))
    content = {
        "synthetic": True,
        "note": "An invented world. No person, account, address or number in it exists.",
        "country": {"code": CODE, "name": NAME},
        "now": NOW.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "seed": seed,
        "rows": rows,
        "carriers": {network.id: [_block(block) for block in network.blocks] for network in NETWORKS},
        "referrals": [_entry(one, first, seed) for one in order],
        "stories": {story.name: _story(story, first) for story in told},
    }
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="")


def _block(block: Block) -> Json:
    return {
        "prefix": block.prefix,
        "shared": block.shared,
        "covered_from": utc_text(NOW_S - block.days * DAY),
    }


def _identity(one: Sent) -> Json:
    return {"sender": one.sender, "number": one.number, "sha256": one.sha256}


def _entry(one: Sent, first: dict[str, Sent], seed: int) -> Json:
    alert = one.alert
    return {
        **_identity(one),
        "file": one.file,
        "place": one.place,
        "format": one.format,
        "platform": alert.platform,
        "received_at": utc_text(alert.received_at),
        "in_danger": alert.in_danger,
        "shows": None if alert.shows is None else alert.shows.value,
        "kind": alert.kind,
        "noise": list(alert.noise),
        "copy": one.copy,
        "version": one.version,
        "refers_to": [first[key].number for key in alert.refers_to],
        "observations": [
            _seen(told, key.split()[1]) for key, own in telling(alert, seed).items() for told in own
        ],
        "story": alert.story,
    }


def _seen(told: Told, role: str) -> Json:
    """The sighting as it was, and under `told` what the alert makes of it (null: it keeps it back)."""
    sighting = told.sighting
    return {
        "address": sighting.address,
        "port": sighting.port,
        "at": utc_text(sighting.at),
        "event": sighting.event.lower(),
        "role": role,
        "carrier": sighting.carrier,
        "subscriber": sighting.subscriber,
        "record": sighting.record.value,
        "told": None
        if told.place is None
        else {"place": told.place, "at": told.when, "address": told.address, "port": told.port},
    }


def _story(story: Story, first: dict[str, Sent]) -> Json:
    arrived = [first[alert.key] for alert in story.alerts]
    return {"referrals": [_identity(one) for one in arrived], **story.facts}
