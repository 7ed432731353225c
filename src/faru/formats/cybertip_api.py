"""The Reporting API's XML tree, as a platform submits it; peers and tests exchange it too.

A file holds one report, several, or file details alone. The form has no number of its own: it stands in
`fileDetails/reportId` where there is one. The order of children is not relied upon.
"""

from collections.abc import Iterator
from typing import BinaryIO

from faru.formats import wire
from faru.formats.draft import Draft, Owner
from faru.formats.filerecords import read_file, read_files
from faru.formats.finishing import finish
from faru.formats.incident import read_details, read_loose_texts, read_report_flags, read_summary
from faru.formats.notices import as_item, refused, refused_stream
from faru.formats.options import Item, ReadOptions
from faru.formats.people import read_people
from faru.formats.strangers import seal_strangers
from faru.formats.tree import Node, Tree
from faru.loaders.refusals import Refused
from faru.loaders.streams import read_all
from faru.loaders.xml_tree import XmlRecord, read_xml
from faru.vocabulary import AccountKind, Referral, Role

NAME = "cybertip_api"

_WANTED = frozenset({"report", "fileDetails"})
_MARKS = (
    b"<report",
    b"incidentSummary",
    b"incidentType",
    b"<fileDetails",
    b"personOrUserReported",
    b"ipCaptureEvent",
)
_PEOPLE = {
    Role.REPORTED: "personOrUserReported",
    Role.RECIPIENT: "intendedRecipient",
    Role.VICTIM: "victim",
}


def sniff(head: bytes, name: str) -> float | None:
    """Sure of the form's own tags; a weak claim on any other XML."""
    start = head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if start[:1] != b"<":
        return None
    found = sum(mark in start for mark in _MARKS)
    return min(0.5 + 0.15 * found, 0.95) if found else 0.2 if name.casefold().endswith(".xml") else 0.1


def read(stream: BinaryIO, options: ReadOptions) -> Iterator[Item]:
    """Each report of the file, in its order, with the file details that belong to it."""
    try:
        raw = read_all(stream, options.name)
        pieces = read_xml(raw, options.name, _WANTED)
    except Refused as error:
        yield refused_stream(error, stream)
        return
    records = [piece for piece in pieces if isinstance(piece, XmlRecord)]
    yield from (as_item(piece) for piece in pieces if not isinstance(piece, XmlRecord))
    for group in _groups(records):
        yield _referral(group, options)
    if not records and not any(hasattr(piece, "raw") for piece in pieces):
        yield refused(
            Refused(f"{options.name}: XML without a <report> or <fileDetails>; ask the sender what it is"),
            raw,
        )


def _groups(records: list[XmlRecord]) -> list[list[XmlRecord]]:
    """File details go with the one report of the file, else with the report before them."""
    reports = [record for record in records if record.tag == "report"]
    if len(reports) == 1:
        return [[reports[0], *(record for record in records if record is not reports[0])]]
    groups: list[list[XmlRecord]] = []
    for record in records:
        if record.tag == "report" or not groups or (not reports and _number([record]) != _number(groups[-1])):
            groups.append([record])
        else:
            groups[-1].append(record)
    return groups


def _number(group: list[XmlRecord]) -> str | None:
    for record in group:
        if record.tag == "fileDetails" and (found := Tree(record.value, "").root.get("reportId")) is not None:
            return found.text()
    return None


def _referral(group: list[XmlRecord], options: ReadOptions) -> Referral:
    first, *others = group
    tree = Tree(first.value, first.path, xml=True)
    notes = tuple(note for record in group for note in record.notes)
    draft = Draft(options, tree, b"".join(record.raw for record in group), notes)
    root = tree.root
    files = [tree.add(record.value, record.path) for record in others]
    if first.tag == "fileDetails":
        files.insert(0, root)
    else:
        files += [place for container in root.all("fileDetails") for place in container.each("fileDetails")]
    _numbers(files, draft)
    if draft.number is None:
        draft.note(root.path, "no report number; the record's own bytes are its identity")
    if first.tag == "report":
        _report(root, draft)
    for node in files:
        if isinstance(node.value, dict):
            read_file(node, draft)
    return finish(draft, wire.NCMEC, NAME)


def _numbers(files: list[Node], draft: Draft) -> None:
    for node in files:
        found = node.get("reportId")
        number = None if found is None else found.text()
        if found is None or number is None:
            continue
        if draft.number is None:
            draft.number = number
            draft.point("number", found)
        elif number != draft.number:
            found.unread()
            draft.note(found.path, f"this file names another report, {number}; the first number is taken")


def _report(root: Node, draft: Draft) -> None:
    summaries = [node for found in root.all("incidentSummary") for node in found.each("incidentSummary")]
    reported = [
        node for found in root.all("personOrUserReported") for node in found.each("personOrUserReported")
    ]
    for place in [node.get("platform") for node in summaries] + [node.get("espService") for node in reported]:
        if place is not None and draft.platform is None and (text := place.text()) is not None:
            draft.platform = text
            draft.point("platform", place)
    for node in summaries:
        read_summary(node, draft)
    read_report_flags(root, draft)
    for role, tag in _PEOPLE.items():
        for container in root.all(tag):
            read_people(container, role, draft, tag)
    seal_strangers(root, draft)
    for container in root.all("internetDetails"):
        read_details(container, draft)
    for container in root.all("lawEnforcement"):
        for agency in container.each("lawEnforcement"):
            draft.account(AccountKind.CASE_NUMBER, agency.get("caseNumber"), Owner())
    for container in root.all("uploadedFiles"):
        read_files(container, draft, "uploadedFiles", "uploadedFile")
    read_loose_texts(root, draft)
