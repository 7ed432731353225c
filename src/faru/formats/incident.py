"""What both CyberTip forms say of the incident itself: its kind, times, flags, details and free text."""

from faru.formats import wire
from faru.formats.captures import CONTAINERS, EVENTS, read_captures
from faru.formats.draft import Draft, Owner
from faru.formats.filerecords import read_flags
from faru.formats.people import FREE_TEXT, read_numbers
from faru.formats.tree import Node, as_text, fold, presence
from faru.vocabulary import AccountKind

_TEXTS = frozenset(
    fold(name)
    for name in (*FREE_TEXT, "contents", "content", "incidentDateTimeDescription", "fileNames", "description")
)
_CAPTURES = frozenset(fold(name) for name in (*CONTAINERS, *EVENTS))
_EMAILS = frozenset({"emailaddress", "emailaddresses", "emails"})
_PHONES = frozenset({"phonenumber", "phonenumbers", "phones"})
_OTHER_REPORTS = (
    "priorCTReports",
    "priorReports",
    "deconfliction",
    "deconflictions",
    "relatedReports",
    "linkedReports",
)


def read_summary(node: Node, draft: Draft) -> None:
    """Kind, time, flags and escalation."""
    kind = node.get("incidentType")
    text = None if kind is None else kind.text()
    if kind is not None and text is not None and draft.incident_type_text not in (None, text):
        kind.unread()
        draft.note(kind.path, "a second kind of incident; the first one is taken, this one is kept")
    elif text is not None:
        draft.incident_type_text = text
        draft.incident_type = wire.incident_type(text)
        draft.point("incident_type", kind)
        draft.point("incident_type_text", kind)
    time = node.get("incidentDateTime", "incidentTime")
    if time is not None and draft.incident_at is None:
        draft.incident_at = draft.time(time)
        draft.point("incident_at", time)
    said = node.get("incidentDateTimeDescription")
    if said is not None and (words := said.text()) is not None:
        draft.text(words, (said.leaf() or said).path)
    read_report_flags(node, draft)


def read_report_flags(node: Node, draft: Draft) -> None:
    """Escalation, annotations, batch mark, priority and other reports' numbers, wherever a form puts them."""
    escalated = node.present(wire.ESCALATED)
    if escalated is not None and presence(escalated):
        words = escalated.text(keep_doubtful=True) or ""
        draft.escalation = words if fold(words) not in ("", "true", "yes") else "no reason given"
        draft.flag(wire.ESCALATED, escalated)
        draft.point("escalation", escalated)
    for container in node.all("reportAnnotations", "reportAnnotation", "annotations"):
        for flag, place in read_flags(container, wire.REPORT_ANNOTATIONS):
            draft.flag(flag, place)
    batched = node.present(wire.BATCHED)
    if batched is not None and presence(batched):
        draft.flag(wire.BATCHED, batched)
    priority = node.get("priorityLevel", "priority")
    if priority is not None:
        draft.priority = priority.text()
        draft.point("priority", priority)
    for container in node.all(*_OTHER_REPORTS):
        read_numbers(container, draft)


def read_details(node: Node, draft: Draft) -> None:
    """Free text, captures and identifiers anywhere in the incident's details; the rest stays kept by path."""
    if isinstance(node.value, dict):
        read_captures(node, draft)
    for child in node.children():
        if child.key in _TEXTS:
            for leaf in child.leaves():
                if (text := leaf.text(keep_doubtful=True)) is not None:
                    draft.text(text, leaf.path)
        elif child.key in _EMAILS or child.key in _PHONES:
            kind = AccountKind.EMAIL if child.key in _EMAILS else AccountKind.PHONE
            for place in child.each("emails", "emailAddress", "phones", "phoneNumber"):
                draft.account(kind, place, Owner())
        elif child.key not in _CAPTURES:
            read_details(child, draft)


def read_loose_texts(node: Node, draft: Draft) -> None:
    """Free text right below `node`."""
    for container in node.all(*FREE_TEXT):
        for leaf in container.leaves():
            if leaf.path not in draft.tree.read and as_text(leaf.value).strip():
                text = leaf.text(keep_doubtful=True)
                if text is not None:
                    draft.text(text, leaf.path)
