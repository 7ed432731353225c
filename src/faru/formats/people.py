"""People in a report: who they are, and first of all whether one of them is a reported child.

Every victim is; every recipient not stated to be 18 or over; every reported person under 18. What is read
of a child goes into its sealed record, and what is not read goes there too.
"""

from collections.abc import Iterator

from faru.formats import wire
from faru.formats.captures import read_captures
from faru.formats.draft import ChildDraft, Draft, Owner
from faru.formats.identifiers import read_identifiers
from faru.formats.tree import Node, as_text, fold, presence, truth
from faru.formats.values import ages_from_birth, numbers, stated_ages
from faru.vocabulary import SEALED, PersonRecord, Role

INNER = ("personOrUserReportedPerson", "intendedRecipientPerson", "victimPerson", "reportedPerson", "person")
AGES = ("approximateAge", "age")
BIRTHS = ("dateOfBirth", "birthDate", "dob")
FREE_TEXT = (
    "additionalInformations",
    "additionalInformation",
    "additionalInfo",
    "additionalContactInformation",
    "profileBio",
    "comments",
)
_OTHER = (
    "vehicleDescription",
    "vehicleTagNumber",
    "gangAffiliation",
    "awareOfReport",
    "ageAssertionDiscrepancy",
    "schoolName",
    "espService",
)
_LINE = (
    "street1",
    "street2",
    "address",
    "street",
    "city",
    "region",
    "state",
    "nonUsaState",
    "postalCode",
    "zipCode",
)
_ADULT = 18


def read_people(container: Node, role: Role, draft: Draft, *wrappers: str) -> None:
    """Everybody in a container, however often it is wrapped. `wrappers` are the keys that only wrap."""
    for node in container.each(*wrappers):
        if isinstance(node.value, dict):
            read_person(node, role, draft)
        elif role in (Role.VICTIM, Role.RECIPIENT):
            _bare_child(node, role, draft)


def read_person(node: Node, role: Role, draft: Draft) -> Owner:
    """One person, as an adult (or of unknown age) or as a reported child; who now owns the block's values."""
    ages = _ages(node, draft)
    child = is_child(role, ages)
    age = ages[0] if len(ages) == 1 else None
    if child:
        index = len(draft.children)
        owner = Owner(role, child=index)
        leaves = frozenset(leaf.path for leaf in node.leaves())
        draft.children.append(ChildDraft(role, node.path, PersonRecord(role=role), age, None, leaves=leaves))
        record = _record(node, role, age, draft, owner)
        drawn = draft.children[index]
        drawn.person = record
        drawn.same_country = _same_country(record, draft)
        draft.point(f"children[{index}]", node.path)
        draft.point(f"children[{index}].age", _first(node, *AGES, *BIRTHS))
        draft.point(f"children[{index}].same_country", node.path)
        if role is Role.REPORTED:
            draft.flag(wire.SUSPECT_IS_CHILD, node.path)
    else:
        index = len(draft.persons)
        owner = Owner(role, person=index)
        draft.persons.append(PersonRecord(role=role))
        draft.point(f"persons[{index}]", node.path)
        draft.persons[index] = _record(node, role, age, draft, owner)
    read_identifiers(node, draft, owner)
    for inner in _with_inner(node):
        read_captures(inner, draft, owner)
        address = inner.get("ipAddress", "ipAddresses")
        if address is not None:
            for item in address.each("ipAddresses", "ipAddress"):
                draft.observe(item, owner=owner)
        prior = inner.get("priorCTReports", "priorCTReport", "priorReports")
        if prior is not None:
            read_numbers(prior, draft)
    if not child:
        _texts(node, draft, owner)
    return owner


def _bare_child(node: Node, role: Role, draft: Draft) -> None:
    """A child of whom only a name stands there: kept sealed as an unread field."""
    name = as_text(node.value)
    draft.point(f"children[{len(draft.children)}]", node.path)
    draft.children.append(
        ChildDraft(
            role, node.path, PersonRecord(role=role), None, None, names=[name], leaves=frozenset({node.path})
        )
    )


def read_numbers(node: Node, draft: Draft) -> None:
    """Other reports' numbers: a list, wrapped or not, or one text with commas."""
    for leaf in node.leaves():
        found = numbers(as_text(leaf.value))
        for number in found:
            draft.refer(number, leaf.path)
        if found:
            draft.tree.read.add(leaf.path)


def is_child(role: Role, ages: tuple[int, ...]) -> bool:
    """Whether somebody of these possible ages is a reported child in this role."""
    if role is Role.VICTIM:
        return True
    if role is Role.RECIPIENT:
        return not ages or ages[0] < _ADULT
    return bool(ages) and ages[0] < _ADULT  # where several ages are possible, a child is presumed


def _ages(node: Node, draft: Draft) -> tuple[int, ...]:
    """Every age that the person's fields allow, doubled fields included; empty where none is stated."""
    ages: set[int] = set()
    born: set[int] = set()
    for inner in _with_inner(node):
        for place in [*inner.all(*AGES, *BIRTHS), *inner.doubles()]:
            for leaf in place.leaves():
                if place.key in [fold(name) for name in AGES]:
                    ages.update(stated_ages(as_text(leaf.value)))
                elif place.key in [fold(name) for name in BIRTHS]:
                    born.update(ages_from_birth(as_text(leaf.value), draft.day))
    if len(ages) == 1 and (not born or born & ages or (min(born) < _ADULT) == (min(ages) < _ADULT)):
        return tuple(ages)
    return tuple(sorted(ages | born))


def _with_inner(node: Node) -> "Iterator[Node]":
    """The person's block, and the block inside it that the Reporting API puts names and contacts in."""
    yield node
    for inner in node.all(*INNER):
        for block in inner.each(*INNER):
            if isinstance(block.value, dict):
                yield block


def _first(node: Node, *names: str) -> Node | None:
    for inner in _with_inner(node):
        if (found := inner.get(*names)) is not None:
            return found
    return None


def _record(node: Node, role: Role, age: int | None, draft: Draft, owner: Owner) -> PersonRecord:
    base = f"persons[{owner.person}]" if owner.child is None else f"children[{owner.child}].person"

    def text(field: str, *names: str) -> str | None:
        found = _first(node, *names)
        value = None if found is None else found.text()
        if value is not None:
            draft.point(f"{base}.{field}", found)
        return value

    def answer(field: str, *names: str) -> bool | None:
        found = _first(node, *names)
        value = truth(found)
        if value is not None:
            draft.point(f"{base}.{field}", found)
        return value

    for name in AGES:
        stated = _first(node, name)
        if stated is not None and stated_ages(stated.text() or ""):
            draft.point(f"{base}.age", stated)
        elif stated is not None and stated.text() is not None:
            stated.unread()
            shown = SEALED if owner.child is not None else repr(stated.text())
            stated.unread()
            draft.note(stated.path, f"age {shown} is no age that can be read; none is set")
    born = text("date_of_birth", *BIRTHS)
    if born is not None and age is not None and f"{base}.age" not in draft.pointers:
        draft.point(f"{base}.age", _first(node, *BIRTHS))
    lines, country = _addresses(node, draft, base)
    compromised = presence(_first(node, "compromisedAccount"))
    if compromised and owner.child is None:
        draft.flag(wire.COMPROMISED, _first(node, "compromisedAccount") or node.path)
    disabled = [presence(_first(node, f"account{how}Disabled")) for how in ("Permanently", "Temporarily")]
    return PersonRecord(
        role=role,
        first_name=text("first_name", "firstName", "givenName"),
        middle_name=text("middle_name", "middleName"),
        last_name=text("last_name", "lastName", "surname", "familyName"),
        preferred_name=text("preferred_name", "preferredName"),
        date_of_birth=born,
        age=age,
        gender=text("gender", "gender"),
        occupation=text("occupation", "occupation"),
        relationship_to_child=text("relationship_to_child", "relationshipToChildVictim"),
        access_to_victim=answer("access_to_victim", "accessToChildVictim"),
        access_to_children=answer("access_to_children", "accessToChildren"),
        access_to_firearms=answer("access_to_firearms", "accessToFirearms"),
        convicted_sex_offender=answer("convicted_sex_offender", "convictedSexOffender"),
        account_compromised=compromised,
        account_disabled=next(
            (value for value in disabled if value), disabled[0] if disabled[0] is not None else disabled[1]
        ),
        third_party=presence(_first(node, "thirdPartyUserReported")),
        addresses=lines,
        country=country,
        other=tuple((name, value) for name in _OTHER if (value := text("other", name)) is not None),
    )


def _addresses(node: Node, draft: Draft, base: str) -> tuple[tuple[str, ...], str | None]:
    """Postal addresses, one line each, and the first country that is stated."""
    lines: list[str] = []
    country: str | None = None
    for inner in _with_inner(node):
        for container in inner.all("addresses", "address", "estimatedLocation"):
            for place in container.each("addresses", "address"):
                if not isinstance(place.value, dict):
                    parts = [place.text()]
                else:
                    parts = [found.text() for name in _LINE if (found := place.get(name)) is not None]
                    stated = place.get("country", "countryCode")
                    named = None if stated is None else stated.text()
                    parts.append(named)
                    if named and country is None:
                        country = named
                        draft.point(f"{base}.country", stated)
                if line := ", ".join(part for part in parts if part):
                    lines.append(line)
                    draft.pointers.setdefault(f"{base}.addresses", place.path)
    if country is None and (stated := _first(node, "country", "countryCode")) is not None:
        country = stated.text()
        draft.point(f"{base}.country", stated)
    return tuple(lines), country


def _same_country(record: PersonRecord, draft: Draft) -> bool | None:
    own = {name.casefold() for name in (draft.options.country, *draft.options.country_names) if name}
    if not own or record.country is None:
        return None
    return record.country.casefold() in own


def _texts(node: Node, draft: Draft, owner: Owner) -> None:
    for inner in _with_inner(node):
        for container in inner.all(*FREE_TEXT):
            for place in container.each(*FREE_TEXT):
                text = place.text(keep_doubtful=True)
                if text is not None:
                    draft.text(text, (place.leaf() or place).path, owner)
