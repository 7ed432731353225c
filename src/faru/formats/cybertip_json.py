"""CyberTip JSON, as police download it from the clearing house.

It has no published schema: fields are known from two working readers of it (research, intake 1b), and
what is not known is kept by its path. Every container may be null, absent, doubled or one object for a list.
"""

import re
from collections.abc import Iterator
from typing import BinaryIO

from faru.formats import wire
from faru.formats.draft import Draft
from faru.formats.filerecords import read_files
from faru.formats.finishing import finish
from faru.formats.incident import read_details, read_loose_texts, read_report_flags, read_summary
from faru.formats.notices import as_item, refused, refused_stream
from faru.formats.options import Item, ReadOptions
from faru.formats.people import read_people
from faru.formats.strangers import seal_strangers
from faru.formats.tree import Node, Tree, fold
from faru.loaders.json_text import JsonRecord, stream_json
from faru.loaders.refusals import Fault, Refused
from faru.vocabulary import Referral, Role, Unreadable

NAME = "cybertip_json"

_MARKS = (b"reportedInformation", b"reportId", b"incidentSummary", b"reportingEsp", b"reportedPeople")
_PEOPLE = {
    Role.REPORTED: (
        "reportedPeople",
        "reportedPersons",
        "reportedPerson",
        "personOrUserReported",
        "suspects",
    ),
    Role.RECIPIENT: ("intendedRecipients", "intendedRecipient", "recipients"),
    Role.VICTIM: (
        "victims",
        "victim",
        "childVictims",
        "childVictim",
        "reportedVictims",
        "reportedVictim",
        "reportedChildVictims",
        "reportedChildVictim",
    ),
}
_FILES = ("uploadedFiles", "uploadedFile", "files", "fileDetails")


def sniff(head: bytes, name: str) -> float | None:
    """Sure of the form's own keys; a weak claim on anything else that looks like JSON."""
    start = head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if start[:1] not in (b"{", b"["):
        return None
    found = sum(mark in start for mark in _MARKS)
    return min(0.5 + 0.2 * found, 0.95) if found else 0.2 if name.casefold().endswith(".json") else 0.1


def read(stream: BinaryIO, options: ReadOptions) -> Iterator[Item]:
    """Each report of the file, in its order."""
    try:
        empty = True
        for piece in stream_json(stream, options.name):
            if isinstance(piece, JsonRecord):
                yield from _report(piece, options)
                empty = False
            else:
                yield as_item(piece)
                empty = empty and not isinstance(piece, Fault)
        if empty:
            raise Refused(f"{options.name}: holds a list without a single report")
    except Refused as error:
        yield refused_stream(error, stream)


def _report(record: JsonRecord, options: ReadOptions) -> Iterator[Referral | Unreadable]:
    if not isinstance(record.value, dict):
        sentence = f"{options.name}: {record.path}: is not a report but a bare value; set aside"
        yield refused(Refused(sentence, record.path), record.raw)
        return
    tree = Tree(record.value, record.path)
    root = tree.root
    blocks = [root, *_blocks(root)]
    known = (
        "reportId",
        "reportedInformation",
        "incidentSummary",
        "reportingEsp",
        *_PEOPLE[Role.REPORTED],
        *_FILES,
    )
    if not any(
        block.get(*known) or any(fold(k) in map(fold, known) for k in block.doubled) for block in blocks
    ):
        sentence = (
            f"{options.name}: {record.path}: has neither a report number nor any block of a CyberTip report; "
            "set aside, ask the sender what it is"
        )
        yield refused(Refused(sentence, record.path), record.raw)
        return
    draft = Draft(options, tree, record.raw, record.notes)
    _head(root, draft)
    for block in blocks:
        for esp in block.all("reportingEsp"):
            _platform(esp, draft)
    for block in blocks:
        for summary in block.all("incidentSummary"):
            for node in summary.each("incidentSummary", "incidentSummaries"):
                read_summary(node, draft)
        read_report_flags(block, draft)
    for role, names in _PEOPLE.items():
        for block in blocks:
            for container in block.all(*names):
                read_people(container, role, draft, *names)
    seal_strangers(root, draft)
    for block in blocks:
        for details in block.all("incidentDetails", "internetDetails"):
            read_details(details, draft)
        for container in block.all(*_FILES):
            read_files(container, draft, *_FILES)
        read_loose_texts(block, draft)
    yield finish(draft, wire.NCMEC, NAME)


def _blocks(root: Node) -> list[Node]:
    """The inner part of a report, wrapped once, twice or in a list."""
    found: list[Node] = []
    for container in root.all("reportedInformation", "report"):
        for block in container.each("reportedInformation", "report"):
            if isinstance(block.value, dict):
                found.append(block)
    return found


def _head(root: Node, draft: Draft) -> None:
    number = root.get("reportId", "reportNumber", "cyberTipReportId")
    if number is None:
        number = next(
            (found for block in _blocks(root) if (found := block.get("reportId")) is not None), None
        )
    if number is not None and (text := number.text()) is not None:
        draft.number = re.sub(r"\.0+$", "", text)
        draft.point("number", number)
    if draft.number is None:
        draft.note(root.path, "no report number; the record's own bytes are its identity")
    received = root.get("dateReceived", "receivedDate", "dateReceivedUtc")
    if received is not None:
        draft.reported_at = draft.time(received)
        draft.point("reported_at", received)


def _platform(esp: Node, draft: Draft) -> None:
    """The reporting company; some reports carry its name where a person's last name would be."""
    for node in esp.each("reportingEsp"):
        name = (
            node.get("espName", "name", "companyName", "lastName") if isinstance(node.value, dict) else node
        )
        if name is not None and draft.platform is None and (text := name.text()) is not None:
            draft.platform = text
            draft.point("platform", name)
