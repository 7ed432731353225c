"""From the keyed form of a letter to a draft: each value in its place, each with its owner.

Children go the way of every format: `read_person` decides who is one, before any account is given out.
"""

from collections.abc import Mapping
from typing import Any, Final

from faru.formats.draft import NOBODY, Draft, Owner
from faru.formats.filerecords import read_file
from faru.formats.incident import read_summary
from faru.formats.letter_form import KeyedHash, Letter
from faru.formats.people import read_person
from faru.formats.tree import Node, Placed, Tree
from faru.formats.values import ages_from_birth, hash_value
from faru.vocabulary import AccountKind, Handling, IncidentType, Role

TLP: Final = ("RED", "AMBER+STRICT", "AMBER", "GREEN", "CLEAR")

FORM: Final = "letter form"

_REPORT: Final = {
    "number": "reportId",
    "platform": "platform",
    "reported_at": "dateReceived",
    "incident_type": "incidentType",
    "incident_at": "incidentDateTime",
    "text": "text",
    "tlp": "tlp",
}
_OBSERVATION: Final = {"address": "address", "port": "port", "at": "at", "event": "event"}
_ACCOUNT: Final = {"value": "value"}
_PERSON: Final = {
    "first_name": "firstName",
    "middle_name": "middleName",
    "last_name": "lastName",
    "preferred_name": "preferredName",
    "date_of_birth": "dateOfBirth",
    "age": "age",
    "gender": "gender",
    "country": "country",
    "address": "address",
    "occupation": "occupation",
    "school": "schoolName",
    "note": "additionalInfo",
}
"""Field of the form: the key under which the readers know it."""

_NAMED_BY_THE_READER: Final = frozenset({"md5", "sha1", "sha256", "pdq", "photodna"})
"""Algorithms whose bad values `read_file` remarks on itself."""


class LetterTree:
    """The form as a tree whose leaves say "letter form, observation 2, address"; `fields` maps each back."""

    def __init__(self, letter: Letter) -> None:
        self.fields: dict[str, str] = {}
        report = self._cells(letter, _REPORT, FORM, "")
        for index, caveat in enumerate(letter.caveats):
            report[f"caveat {index + 1}"] = (
                caveat,
                self._place(f"{FORM}, caveat {index + 1}", f"caveats[{index}]"),
            )
        self.tree = Tree(Placed(report), FORM)
        self.report = self.tree.root
        self.observations = self._blocks(letter.observations, _OBSERVATION, "observation", "observations")
        self.accounts = self._blocks(letter.accounts, _ACCOUNT, "account", "accounts")
        self.persons = self._blocks(letter.persons, _PERSON, "person", "persons")
        self.files = [self._file(group) for group in _by_file(letter.hashes)]

    def _blocks(self, parts: tuple[Any, ...], keys: Mapping[str, str], word: str, name: str) -> list[Node]:
        found = []
        for index, part in enumerate(parts):
            place = self._place(f"{FORM}, {word} {index + 1}", f"{name}[{index}]")
            found.append(self.tree.add(Placed(self._cells(part, keys, place, f"{name}[{index}].")), place))
        return found

    def _cells(
        self, part: Any, keys: Mapping[str, str], place: str, prefix: str
    ) -> dict[str, tuple[Any, str]]:
        return {
            key: (value, self._place(f"{place}, {field.replace('_', ' ')}", f"{prefix}{field}"))
            for field, key in keys.items()
            if (value := getattr(part, field)) is not None
        }

    def _file(self, group: list[tuple[int, KeyedHash]]) -> Node:
        hashes = []
        for index, item in group:
            place = self._place(f"{FORM}, hash {index + 1}", f"hashes[{index}]")
            keys = {"algorithm": "algorithm", "value": "value"}
            hashes.append(Placed(self._cells(item, keys, place, f"hashes[{index}].")))
        index, first = group[0]
        place = f"{FORM}, hash {index + 1}"
        named = self._cells(first, {"file_name": "filename"}, place, f"hashes[{index}].")
        return self.tree.add(Placed({**named, "hashes": (hashes, place)}), place)

    def _place(self, place: str, field: str) -> str:
        self.fields[place] = field
        return place


def _by_file(hashes: tuple[KeyedHash, ...]) -> list[list[tuple[int, KeyedHash]]]:
    """Hashes of one file together; one without a file name is a file of its own."""
    found: dict[str | int, list[tuple[int, KeyedHash]]] = {}
    for index, item in enumerate(hashes):
        found.setdefault(item.file_name or index, []).append((index, item))
    return list(found.values())


def fill(letter: Letter, tree: LetterTree, draft: Draft) -> None:
    """Everything keyed, into the draft. People come before what is theirs."""
    _report(tree.report, draft)
    owners = _Owners(letter, tree, draft)
    for keyed, node in zip(letter.accounts, tree.accounts, strict=True):
        _account(keyed.kind, node, owners.of_account(keyed.role, keyed.person, node.path), draft)
    for seen, node in zip(letter.observations, tree.observations, strict=True):
        address = node.get("address")
        if address is None:
            if node:
                draft.note(f"{node.path}", "no address is keyed; what else is keyed here stays unread")
            continue
        owner = owners.of_observation(seen.person, node.path)
        draft.observe(
            address, port=node.get("port"), time=node.get("at"), event=node.get("event"), owner=owner
        )
    for file in tree.files:
        read_file(file, draft)
    for index, item in enumerate(letter.hashes):
        value = hash_value(item.algorithm or "unnamed", item.value)
        if value.canonical is None and value.algorithm not in _NAMED_BY_THE_READER:
            said = (
                "no algorithm is named"
                if item.algorithm is None
                else f"{item.algorithm!r} is not compared here"
            )
            draft.note(
                f"{FORM}, hash {index + 1}, value", f"{said}, or its length is another; matches nothing"
            )


def _report(node: Node, draft: Draft) -> None:
    for field in ("number", "platform"):
        found = node.get(_REPORT[field])
        if found is not None:
            setattr(draft, field, found.text())
            draft.point(field, found)
    received = node.get("dateReceived")
    draft.reported_at = draft.time(received)
    draft.point("reported_at", received)
    read_summary(node, draft)
    said = draft.incident_type_text
    if said is not None and draft.incident_type is IncidentType.OTHER:
        if said.casefold() in list(IncidentType):
            draft.incident_type = IncidentType(said.casefold())
        else:
            draft.note(draft.pointers["incident_type"], "no kind of incident that is known; kept as typed")
    words = node.get("text")
    if words is not None and (text := words.text(keep_doubtful=True)) is not None:
        draft.text(text, words.path)
    code = node.get("tlp")
    caveats = [child for child in node.children() if child.key.startswith("caveat")]
    draft.handling = Handling(
        tlp=None if code is None else (code.text() or "").upper().removeprefix("TLP:") or None,
        caveats=tuple(text for child in caveats if (text := child.text()) is not None),
    )
    draft.point("handling.tlp", code)


class _Owners:
    """Who owns what: the keyed person, else the only one of the role. A child in doubt owns it."""

    def __init__(self, letter: Letter, tree: LetterTree, draft: Draft) -> None:
        self.draft, self.tree = draft, tree
        self.owners = [
            read_person(node, _role(person.role), draft)
            for person, node in zip(letter.persons, tree.persons, strict=True)
        ]
        for person, node in zip(letter.persons, tree.persons, strict=True):
            born = person.date_of_birth
            if born is not None and draft.day is not None and not ages_from_birth(born, draft.day):
                draft.note(f"{node.path}, date of birth", "no age follows from it; it is kept as typed")
        self.unnamed: dict[Role, Owner] = {}

    def of_account(self, stated: str | None, number: int | None, place: str) -> Owner:
        """The owner of an account; one is made for a role that nobody keyed has."""
        role = None if stated is None else _role(stated)
        if (owner := self._numbered(number)) is not None:
            if role is Role.ASSOCIATED and owner.child is None:
                return Owner(Role.ASSOCIATED, owner.person)
            if role not in (None, Role.ASSOCIATED, owner.role):
                self.draft.note(
                    place, f"belongs to person {number}, whose role is {owner.role}; that is taken"
                )
            return owner
        role = role or Role.REPORTED
        if role not in (Role.REPORTED, Role.VICTIM, Role.RECIPIENT):
            return Owner(role)
        found = self._with_role(role, place)
        if found is None:
            found = self.unnamed.get(role)
            if found is None:
                nobody = self.tree.tree.add(Placed({}), place)
                found = self.unnamed[role] = read_person(nobody, role, self.draft)
            elif found.child is not None:
                self.draft.note(
                    place, f"nobody keyed is {role}; counted with the account before as one child's"
                )
        return found

    def of_observation(self, number: int | None, place: str) -> Owner:
        """The owner of an observation: without a number the reported person's, else nobody's."""
        return self._numbered(number) or self._with_role(Role.REPORTED, place) or NOBODY

    def _numbered(self, number: int | None) -> Owner | None:
        return self.owners[number - 1] if number is not None and 1 <= number <= len(self.owners) else None

    def _with_role(self, role: Role, place: str) -> Owner | None:
        same = [owner for owner in self.owners if owner.role is role]
        if len(same) < 2:
            return same[0] if same else None
        child = next((owner for owner in same if owner.child is not None), None)
        taken = "nobody's is set" if child is None else "counted as a child's"
        self.draft.note(
            place, f"{len(same)} persons are {role}: key the number of the one it belongs to; {taken}"
        )
        return child or Owner(role)


def _role(text: str) -> Role:
    """The keyed role; a text that is none is refused before anything is read of it, here it is a victim's."""
    return Role(text) if text in list(Role) else Role.VICTIM


def _account(kind: str, node: Node, owner: Owner, draft: Draft) -> None:
    value = node.get("value")
    text = None if value is None else value.text()
    if value is None or text is None:
        return
    place = value.path
    if kind not in list(AccountKind):
        draft.note(place, f"{kind!r} is no kind of identifier; kept as 'other'")
    elif kind == AccountKind.EMAIL and "@" not in text:
        draft.note(place, "has no @, as an e-mail address would; kept as typed")
    elif kind == AccountKind.PHONE and not any(c.isdigit() for c in text):
        draft.note(place, "has no digit, as a phone number would; kept as typed")
    draft.account(AccountKind(kind) if kind in list(AccountKind) else AccountKind.OTHER, value, owner)
