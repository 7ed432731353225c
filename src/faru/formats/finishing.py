"""The end of reading a referral: children sealed, texts cleaned of them and mined, the unread kept."""

import re
from types import MappingProxyType
from typing import Final

from faru.formats.draft import NOBODY, Draft, DraftText
from faru.formats.mining import Mined, mine
from faru.formats.sealing import Mask, name_forms, names_of
from faru.formats.tree import unread_leaves
from faru.loaders.addresses import read_address
from faru.loaders.times import read_time
from faru.vocabulary import (
    SEALED,
    Account,
    AccountKind,
    FreeText,
    Instant,
    Observation,
    Referral,
    ReportedChild,
    Sealed,
    SourcePointer,
)

_ABOUT_A_CHILD: Final = re.compile(r"victim|child|minor|recipient", re.IGNORECASE)
"""In the path of a field that no reader knows: it may be a child's own, so its value prints as "sealed"."""


def finish(draft: Draft, sender: str, format_name: str) -> Referral:
    """The referral: children sealed, texts cleaned of them and mined, the unread kept by path."""
    unread = _unread(draft)
    mask = _mask(draft)
    _give_to_children(draft)
    children = _children(draft)
    texts = _cleaned_texts(draft, mask)
    referral = Referral(
        sender=sender,
        number=draft.number,
        sha256=draft.sha256,
        format=format_name,
        platform=draft.platform,
        incident_type=draft.incident_type,
        incident_type_text=draft.incident_type_text,
        incident_at=draft.incident_at,
        reported_at=draft.reported_at,
        handling=draft.handling,
        priority=draft.priority,
        escalation=draft.escalation,
        flags=tuple(draft.flags),
        refers_to=tuple(draft.refers_to),
        observations=tuple(draft.observations),
        accounts=tuple(draft.accounts),
        files=tuple(draft.files),
        persons=tuple(draft.persons),
        children=children,
        texts=texts,
        unread=MappingProxyType(_cleaned_unread(unread, mask)),
        remarks=tuple(dict.fromkeys(draft.remarks)),
        pointers=MappingProxyType({path: mask.text(place) for path, place in draft.pointers.items()}),
    )
    return mask.all(referral)


def _cleaned_unread(unread: dict[str, str], mask: Mask) -> dict[str, str]:
    """Paths and values without a child's name; two paths that come out alike stay two."""
    cleaned: dict[str, str] = {}
    for path, text in unread.items():
        shown, number = mask.text(path), 2
        while shown in cleaned:
            shown, number = f"{mask.text(path)} ({number})", number + 1
        cleaned[shown] = mask.text(text)
    return cleaned


def _unread(draft: Draft) -> dict[str, str]:
    """What nobody read: a child's own to the child, the rest by its path."""
    kept: dict[str, str] = {}
    owners = {path: child for child in reversed(draft.children) for path in child.leaves}
    for leaf, text in unread_leaves(draft.tree):
        owner = owners.get(leaf.path)
        if owner is None:
            kept[leaf.path] = SEALED if _ABOUT_A_CHILD.search(leaf.path) else text
            continue
        owner.unread.append((leaf.path, text))
        if "school" in leaf.key or _identifies(text):
            owner.secrets.append(text)
        elif any(word in leaf.key for word in ("name", "nick", "alias", "called")):
            owner.names.append(text)
    return kept


def _children(draft: Draft) -> tuple[ReportedChild, ...]:
    return tuple(
        ReportedChild(
            label=f"Child {_letters(index)}",
            role=child.role,
            person=Sealed(child.person),
            accounts=tuple(child.accounts),
            names=Sealed(tuple(dict.fromkeys([*names_of(child.person), *name_forms(child.names)]))),
            unread=Sealed(tuple(child.unread)),
            age=child.age,
            same_country=child.same_country,
        )
        for index, child in enumerate(draft.children)
    )


def _mask(draft: Draft) -> Mask:
    children = _children(draft)
    mask = Mask()
    others = {o.literal for o in draft.observations if o.child is None}
    for index, (child, drawn) in enumerate(zip(children, draft.children, strict=True)):
        own = [o.literal for o in draft.observations if o.child == index and o.literal not in others]
        person = drawn.person
        streets = [line for line in person.addresses if any(c.isdigit() for c in line)]
        born = [person.date_of_birth] if person.date_of_birth and len(person.date_of_birth) > 4 else []
        schools = [value for key, value in person.other if "school" in key.casefold()]
        mask.add(child, [*own, *streets, *born, *schools, *drawn.secrets])
    return mask


def _give_to_children(draft: Draft) -> None:
    """An identifier that stands with a child and with somebody else is the child's: it is sealed once."""
    kept: list[Account] = []
    pointers = {path: place for path, place in draft.pointers.items() if not path.startswith("accounts[")}
    theirs = {
        (sealed.open().kind, sealed.open().normal): number
        for number, child in enumerate(draft.children)
        for sealed in child.accounts
    }
    for index, account in enumerate(draft.accounts):
        place = draft.pointers[f"accounts[{index}]"]
        owner = theirs.get((account.kind, account.normal))
        if owner is None:
            pointers[f"accounts[{len(kept)}]"] = place
            kept.append(account)
            continue
        child = draft.children[owner]
        pointers[f"children[{owner}].accounts[{len(child.accounts)}]"] = place
        child.accounts.append(Sealed(account))
    draft.accounts, draft.pointers = kept, pointers


def _cleaned_texts(draft: Draft, mask: Mask) -> tuple[FreeText, ...]:
    texts = []
    named = {(account.kind, account.normal) for account in draft.accounts}
    seen = {(sight.address, sight.at) for sight in draft.observations}
    for index, drawn in enumerate(draft.texts):
        clean = mask.text(drawn.text)
        original = None if clean == drawn.text else Sealed(drawn.text)
        texts.append(FreeText(clean, SourcePointer(drawn.place), original=original))
        draft.point(f"texts[{index}].text", drawn.place)
        mined = mine(clean, draft.platform)
        _add_named(draft, mined, drawn, named)
        _add_seen(draft, mined, drawn, seen)
    return tuple(texts)


def _add_named(draft: Draft, mined: Mined, drawn: DraftText, known: set[tuple[AccountKind, str]]) -> None:
    """Identifiers of a text that no field and no text before it gave."""
    for account in mined.accounts:
        if (account.kind, account.normal) not in known:
            known.add((account.kind, account.normal))
            value = Account(
                account.platform,
                account.kind,
                account.value,
                account.normal,
                None,
                drawn.owner.role,
                from_text=True,
                person=drawn.owner.person,
            )
            draft.add_account(value, drawn.place, NOBODY)


def _add_seen(
    draft: Draft, mined: Mined, drawn: DraftText, known: set[tuple[str | None, Instant | None]]
) -> None:
    """Addresses of a text that were not given with the same time before."""
    for sight in mined.sightings:
        address = read_address(sight.address).address
        at = None if sight.time is None else draft.time_of(sight.time, drawn.place)
        if (address, at) in known:
            continue
        known.add((address, at))
        observation = Observation(
            literal=sight.address,
            address=address,
            port=sight.port,
            at=at,
            event=sight.event,
            role=drawn.owner.role,
            person=drawn.owner.person,
        )
        draft.add_observation(observation, drawn.place, {"at": drawn.place} if at else {})


def _identifies(text: str) -> bool:
    """An unknown field's value that may point to one person: not a plain word, and not a time."""
    if "@" in text:
        return True
    return len(text) > 4 and any(c.isdigit() for c in text) and read_time(text)[0].precision_s == 0


def _letters(index: int) -> str:
    """0 is A, 25 is Z, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
