"""What happens in a year of alerts: mostly old material, viral noise and mistakes; a few children in danger.

Base rates follow the research (a few percent in danger, a fifth viral, many senders with nothing to say).
A child in danger shows in a field, in somebody's words, or nowhere at all; and what frightens may be nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from faru.synthetic import words_danger, words_other
from faru.synthetic.actors import Actor, actor, party, seen
from faru.synthetic.alerts import Alert, Line, Shows, Sighting, Upload
from faru.synthetic.chance import Chance
from faru.synthetic.country import DAY, HOUR, NOW_S
from faru.synthetic.leases import Book
from faru.synthetic.platforms import CORALIS, DRIFTBOX, LANTERN, LOOMWAVE, PLATFORMS, SKIMMER

DANGER_RATE: Final = 0.035
_KINDS: Final = (
    ("known_material", 36),
    ("viral", 20),
    ("lookalike", 14),
    ("empty", 8),
    ("generated", 6),
    ("dull_chat", 10),
    ("worrying_field", 3),
    ("unsolicited", 3),
)
_DANGERS: Final = (("at_hand", 5), ("meeting", 3), ("threat", 3), ("despair", 1))
_WAYS: Final = (
    Shows.FREE_TEXT, Shows.FIELD, Shows.NOWHERE, Shows.FREE_TEXT, Shows.FIELD, Shows.FREE_TEXT,
    Shows.FREE_TEXT, Shows.FIELD, Shows.NOWHERE,
)  # fmt: skip
_VIRAL_FILES: Final = 9
_OLD_FILES: Final = 500
_FOLLOW_UP: Final = 0.14


@dataclass(frozen=True, slots=True)
class _Past:
    """An alert that later ones may follow, and who stood behind it."""

    alert: Alert
    who: Actor


def ordinary(seed: int, book: Book, count: int) -> list[Alert]:
    """`count` alerts received over the last weeks (some eighteen a day, a year at the most)."""
    days = max(12, min(365, count // 18))
    dangers = _dangers(Chance(seed, "dangers"), count)
    past: list[_Past] = []
    made: list[Alert] = []
    for index in range(count):
        chance = Chance(seed, "alert", index)
        received = NOW_S - HOUR - days * DAY * (count - 1 - index) // count - chance.below(HOUR)
        before = chance.one(past[-200:]) if past and chance.yes(_FOLLOW_UP) else None
        draft, who = _draft(chance, book, f"a{index}", received, before, dangers.get(index))
        alert = _in_danger(chance, draft) if index in dangers else _harmless(chance, draft, seed)
        made.append(alert)
        if alert.kind not in ("empty", "viral"):
            past.append(_Past(alert, who))
    return made


def _dangers(chance: Chance, count: int) -> dict[int, Shows]:
    """Which alerts, by their place, hide a child in danger, and how each shows; never fewer than four."""
    places = chance.some(range(count), max(len(_WAYS) // 2, round(DANGER_RATE * count)))
    return {place: _WAYS[turn % len(_WAYS)] for turn, place in enumerate(places)}


def _draft(
    chance: Chance, book: Book, key: str, received: int, before: _Past | None, shows: Shows | None
) -> tuple[Alert, Actor]:
    """Who was seen where, on which platform; what was said and sent comes after."""
    incident_at = received - int(min(chance.long_tail(2.5, 1.0), 80.0) * DAY) - HOUR
    platform = chance.weighted([(habits.name, habits.weight) for habits in PLATFORMS])
    who = actor(chance, book, incident_at)
    if before is not None:
        who, platform = _again(chance, before, platform, who)
    kind = chance.weighted(_KINDS) if shows is None else chance.weighted(_DANGERS)
    if shows in (Shows.FIELD, Shows.FREE_TEXT) and platform == LANTERN.name:
        platform = CORALIS.name  # a table of sightings has no room for words
    elif shows is None and platform == LANTERN.name:
        kind = "known_material"
    elif kind == "empty" and before is None:
        platform = LOOMWAVE.name
    event = "Login" if kind in ("meeting", "threat", "despair", "unsolicited") else "Upload"
    last = seen(chance, who, incident_at, event)
    others = [] if platform == LANTERN.name else _more(chance, who, last.at)
    alert = Alert(
        key=key,
        platform=platform,
        kind=kind,
        incident="material",
        incident_at=last.at,
        received_at=received,
        parties=(replace(who.party, sightings=(last, *others)),),
        refers_to=(before.alert.key,) if before is not None and chance.yes(0.4) else (),
        notes=tuple(chance.some(words_other.COMPANY_NOTES, chance.below(3))),
        in_danger=shows is not None or (before is not None and before.alert.in_danger),
        shows=shows,
    )
    if alert.in_danger and shows is None:
        alert = replace(alert, shows=Shows.NOWHERE)  # only the earlier alert tells
    return alert, who


def _again(chance: Chance, before: _Past, platform: str, other: Actor) -> tuple[Actor, str]:
    """The same person once more: on the same account, or elsewhere under the same e-mail or phone.

    Now and then it is another person on the same account.
    """
    old = before.who.party
    if chance.yes(0.1):
        return replace(other, party=old), before.alert.platform
    if chance.yes(0.75) or not (old.emails or old.phones) or platform == LANTERN.name:
        return before.who, before.alert.platform
    fresh = party(chance)
    moved = replace(fresh, emails=old.emails or fresh.emails, phones=old.phones or fresh.phones)
    return replace(before.who, party=moved), platform


def _more(chance: Chance, who: Actor, before: int) -> list[Sighting]:
    count = chance.weighted(((0, 45), (1, 25), (2, 15), (4, 10), (9, 5)))
    found = [seen(chance, who, before - HOUR, "Login", within=9 * DAY) for _ in range(count)]
    return sorted(found, key=lambda sighting: -sighting.at)


def _harmless(chance: Chance, alert: Alert, seed: int) -> Alert:
    """The many alerts behind which nobody is in danger now."""
    match alert.kind:
        case "viral":
            number = min(chance.below(_VIRAL_FILES), chance.below(_VIRAL_FILES))
            upload = _upload(
                Chance(seed, "viral", number), alert.incident_at, tags=("Viral", "Potential Meme")
            )
            renamed = replace(upload, name=_file_name(chance), at=alert.incident_at)
            return replace(alert, uploads=(renamed,), batched=chance.yes(0.7), noise=("viral",))
        case "lookalike":
            line = chance.one(words_other.LOOKALIKES)
            chat = (spoken(chance, line), *_dull(chance))
            files = _uploads(chance, alert, 1) if chance.yes(0.4) else ()
            return replace(alert, chat=tuple(chance.shuffled(chat)), uploads=files, noise=("lookalike",))
        case "empty":
            return replace(
                alert,
                parties=(replace(alert.parties[0], sightings=()),),
                noise=("empty",),
                flags=("informational",),
            )
        case "generated":
            tags = (chance.one(("Generative AI", "Anime/Drawing/Virtual")),)
            return replace(alert, uploads=_uploads(chance, alert, 2, tags), noise=("generated",))
        case "dull_chat":
            return replace(alert, chat=_dull(chance) or ("ok",), uploads=_uploads(chance, alert, 1))
        case "worrying_field":
            return _worrying(chance, alert)
        case "unsolicited":
            return replace(alert, incident="unsolicited", chat=_dull(chance))
        case _:
            most = 40 if alert.platform in (DRIFTBOX.name, SKIMMER.name) and chance.yes(0.1) else 4
            files = _uploads(chance, alert, 1 + chance.below(most))
            return replace(alert, uploads=tuple(_perhaps_old(chance, file, seed) for file in files))


def _worrying(chance: Chance, alert: Alert) -> Alert:
    """A field that frightens and means nothing: two schoolmates, a nurse, a prank, a mistaken form."""
    first = alert.parties[0]
    way = chance.below(4)
    if way == 0:
        young = replace(first, age=chance.between(13, 16), birth=None)
        mate = replace(party(chance, "recipient", adult=False), age=chance.between(13, 16), traits=())
        return replace(
            alert,
            parties=(young, mate),
            incident="enticement",
            flags=("minorToMinorInteraction",),
            noise=("field",),
        )
    if way == 1:
        traits = (("occupation", "nurse"), ("access_to_children", True))
        return replace(
            alert,
            parties=(replace(first, traits=traits),),
            uploads=_uploads(chance, alert, 1),
            noise=("field",),
        )
    if way == 2:
        return replace(alert, incident="abuse", chat=_dull(chance), noise=("field",), flags=("spam",))
    return replace(
        alert,
        escalation="Automatic rule 12 (high volume account).",
        uploads=_uploads(chance, alert, 3),
        noise=("field",),
    )


def _in_danger(chance: Chance, alert: Alert) -> Alert:
    """A child is in danger now. `alert.shows` says where the alert lets it be seen."""
    if alert.shows is Shows.NOWHERE:
        count = 1 + chance.below(2)
        return replace(alert, uploads=_uploads(chance, alert, count), chat=_dull(chance))
    if alert.shows is Shows.FREE_TEXT:
        bank = {
            "at_hand": words_danger.CHILD_AT_HAND,
            "meeting": words_danger.MEETING,
            "threat": words_danger.THREAT,
            "despair": words_danger.DESPAIR,
        }[alert.kind]
        spoken_line = spoken(chance, chance.one(bank))
        uploads = _uploads(chance, alert, 1) if chance.yes(0.5) else ()
        if chance.yes(0.25):
            first = replace(alert.parties[0], profile=spoken_line)
            return replace(alert, parties=(first, *alert.parties[1:]), uploads=uploads, chat=_dull(chance))
        chat = (*_dull(chance), spoken_line, *_dull(chance))
        return replace(alert, chat=chat, uploads=uploads)
    return _danger_in_fields(chance, alert)


def _danger_in_fields(chance: Chance, alert: Alert) -> Alert:
    first = alert.parties[0]
    role = "victim" if alert.platform == CORALIS.name else "recipient"
    child = replace(party(chance, role, adult=False), age=chance.between(9, 16), birth=None, traits=())
    escalation = chance.one(words_danger.ESCALATIONS) if chance.yes(0.3) else None
    if alert.kind == "at_hand" and alert.platform == CORALIS.name:  # its form has no field for access
        told = words_danger.ESCALATIONS[0]
        return replace(alert, incident="abuse", parties=(first, child), escalation=told)
    if alert.kind == "at_hand":
        traits: list[tuple[str, str | bool]] = [
            ("access_to_children", True),
            ("relationship_to_child", chance.one(("uncle", "stepfather", "neighbour", "coach", "cousin"))),
        ]
        if chance.yes(0.3):
            traits.append(("convicted", True))
        made = _uploads(
            chance, alert, 2, ("Possible Self-Production",) if chance.yes(0.3) else ("Live Streaming",)
        )
        return replace(
            alert,
            incident=chance.one(("abuse", "material")),
            parties=(replace(first, traits=(*first.traits, *traits)),),
            uploads=tuple(replace(upload, camera=True) for upload in made),
            escalation=escalation,
        )
    return replace(
        alert,
        incident="enticement",
        parties=(first, child),
        flags=("sextortion",) if alert.kind == "threat" else (),
        chat=_dull(chance),
        escalation=escalation,
    )


def _dull(chance: Chance) -> tuple[str, ...]:
    return tuple(chance.some(words_other.DULL, chance.below(4)))


def spoken(chance: Chance, line: Line) -> str:
    """The words with day, hour and age filled in, and now and then a slip of the finger."""
    text = line.words.format(
        day=chance.one(words_other.DAYS[line.language]),
        time=chance.one(("8pm", "20:00", "9", "7.30", "16:15", "after 10")),
        age=chance.between(8, 15),
    )
    if line.language == "dv" or not chance.yes(0.35):
        return text
    return slip(chance, text)


def slip(chance: Chance, text: str) -> str:
    """One letter dropped, doubled or exchanged with its neighbour, never in a number."""
    places = [i for i in range(1, len(text) - 1) if text[i].isalpha() and text[i + 1].isalpha()]
    at = chance.one(places)
    match chance.below(3):
        case 0:
            return text[:at] + text[at + 1 :]
        case 1:
            return text[:at] + text[at] + text[at:]
        case _:
            return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def _file_name(chance: Chance) -> str:
    return chance.one(words_other.FILE_STEMS).format(n=chance.between(1, 9999)) + chance.one(
        words_other.MEDIA_ENDINGS
    )


def _upload(chance: Chance, at: int, tags: Sequence[str] = ()) -> Upload:
    return Upload(
        name=_file_name(chance),
        md5=chance.hex(32),
        sha1=chance.hex(40),
        at=at,
        tags=tuple(tags),
        severity=chance.weighted(((None, 50), ("A1", 8), ("A2", 17), ("B1", 10), ("B2", 15))),
        viewed=chance.one((True, True, False, None)),
        camera=chance.yes(0.05),
    )


def _perhaps_old(chance: Chance, upload: Upload, seed: int) -> Upload:
    """Every third file is one that has gone round for years and turns up with strangers too."""
    if not chance.yes(0.33):
        return upload
    old = _upload(Chance(seed, "old", chance.below(_OLD_FILES)), upload.at)
    return replace(upload, md5=old.md5, sha1=old.sha1, severity=old.severity)


def _uploads(chance: Chance, alert: Alert, count: int, tags: Sequence[str] = ()) -> tuple[Upload, ...]:
    return tuple(_upload(chance, alert.incident_at - 17 * index, tags) for index in range(count))
