"""People in places that nobody knows: doubled blocks and unknown containers may hold a child too.

None of their values is chosen or shown: whoever may be a reported child by the place or by a stated age
becomes a sealed record that holds all of the block as unread fields.
"""

from faru.formats.draft import ChildDraft, Draft
from faru.formats.people import AGES, BIRTHS
from faru.formats.tree import Node, as_text, fold
from faru.formats.values import ages_from_birth, stated_ages
from faru.vocabulary import PersonRecord, Role

_AGES = frozenset(map(fold, AGES))
_BIRTHS = frozenset(map(fold, BIRTHS))
_PERSONAL = frozenset(
    [
        "firstname",
        "lastname",
        "middlename",
        "preferredname",
        "fullname",
        "name",
        "nickname",
        "screenname",
        "username",
        "displayname",
        "espuserid",
        "espidentifier",
        "emails",
        "email",
        "phones",
        "phone",
        "addresses",
        "address",
        "profileurl",
        "deviceid",
        "ipaddress",
        "sourceinformation",
        "ipcaptureevent",
        "schoolname",
        "victimperson",
        "intendedrecipientperson",
        "person",
    ]
)


def seal_strangers(root: Node, draft: Draft) -> None:
    """Look at every block that no reader has taken for a person."""
    known = {draft.children[i].root for i in range(len(draft.children))}
    known |= {
        place for path, place in draft.pointers.items() if path.startswith("persons[") and path.endswith("]")
    }
    _walk(root, draft, known, Role.UNKNOWN)


def _walk(node: Node, draft: Draft, known: set[str], role: Role) -> None:
    role = _role(node.key) or role
    if node.path in known:
        if node.path not in {child.root for child in draft.children}:
            for double in node.doubles():
                _walk(double, draft, known, role)
        return
    if isinstance(node.value, dict) and _is_child(node, draft, role):
        leaves = frozenset(leaf.path for leaf in node.leaves())
        draft.children.append(ChildDraft(role, node.path, PersonRecord(role=role), None, None, leaves=leaves))
        draft.point(f"children[{len(draft.children) - 1}]", node.path)
        return
    for child in node.children():
        if isinstance(child.value, (dict, list)):
            _walk(child, draft, known, role)
    for double in node.doubles():
        if isinstance(double.value, (dict, list)):
            _walk(double, draft, known, role)


def _role(key: str) -> Role | None:
    if "victim" in key or key in ("child", "children", "minor", "minors"):
        return Role.VICTIM
    return Role.RECIPIENT if "recipient" in key else None


def _is_child(node: Node, draft: Draft, role: Role) -> bool:
    ages: set[int] = set()
    person = False
    for child in node.children():
        person = person or child.key in _PERSONAL
        if child.key in _AGES or child.key in _BIRTHS:
            for leaf in child.leaves():
                text = as_text(leaf.value)
                ages.update(stated_ages(text) if child.key in _AGES else ages_from_birth(text, draft.day))
    if role is Role.VICTIM:
        return person or bool(ages)
    if role is Role.RECIPIENT and person:
        return not ages or min(ages) < 18
    return bool(ages) and min(ages) < 18
