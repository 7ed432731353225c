"""Where an address was seen: "source captures" of the police form, "IP capture events" of the API."""

from faru.formats import wire
from faru.formats.draft import NOBODY, Draft, Owner
from faru.formats.tree import Node, fold, truth
from faru.vocabulary import AccountKind, Role

CONTAINERS = ("sourceInformation", "sourceInformations", "sourceCaptures", "sourceCapture")
EVENTS = ("ipCaptureEvent", "ipCaptureEvents")


def read_captures(
    node: Node, draft: Draft, owner: Owner = NOBODY, file: int | None = None, late: Node | None = None
) -> None:
    """All captures right below `node`. `late` is where a file's own time of upload stands, for captures that
    carry none."""
    for container in node.all(*CONTAINERS):
        for capture in container.each("sourceCaptures", "sourceCapture", "sourceInformation"):
            _capture(capture, draft, owner, file, late)
    for container in node.all(*EVENTS):
        for event in container.each(*EVENTS):
            _event(event, draft, owner, file, late)


def _capture(node: Node, draft: Draft, owner: Owner, file: int | None, late: Node | None) -> None:
    kind = node.get("captureType", "type")
    value = node.get("value", "ipAddress")
    if value is None:
        return
    what = None if kind is None else kind.text()
    folded = fold(what or "")
    if folded in (fold(wire.CAPTURE_PROFILE), fold(wire.CAPTURE_URL)):
        if owner.role is Role.UNKNOWN and folded == fold(wire.CAPTURE_URL):
            return  # a page's address belongs to nobody: it stays among the fields kept by path
        draft.account(AccountKind.PROFILE_URL, value, owner)
        return
    if folded in (fold(wire.CAPTURE_ADDRESS), "ip", "ipv4", "ipv6", "ipv4address", "ipv6address") or (
        what is None and value.key == "ipaddress"
    ):
        _observe(node, value, draft, owner, file, late)


def _event(node: Node, draft: Draft, owner: Owner, file: int | None, late: Node | None) -> None:
    address = node.get("ipAddress", "ip", "value")
    if address is not None:
        _observe(node, address, draft, owner, file, late)


def _observe(
    node: Node, address: Node, draft: Draft, owner: Owner, file: int | None, late: Node | None
) -> None:
    time = node.get("dateTime", "timestamp", "date")
    stated = None if time is None else time.text()
    if stated is None and late is not None:
        time = late
        draft.note(
            (address.leaf() or address).path,
            f"the capture has no time of its own; the file's time of upload ({late.path}) is taken",
        )
    draft.observe(
        address,
        port=node.get("port", "sourcePort"),
        time=time,
        event=node.get("eventName", "event"),
        owner=owner,
        file=file,
        possible_proxy=truth(node.get("possibleProxy")),
    )


def observe_row(node: Node, draft: Draft, owner: Owner) -> None:
    """The one observation of a table's row."""
    address = node.get("ipAddress")
    if address is None:
        return
    protocol, destination = node.get("protocol"), node.get("destination")
    draft.observe(
        address,
        port=node.get("port"),
        time=node.get("dateTime"),
        event=node.get("eventName"),
        owner=owner,
        file=0 if draft.files else None,
        possible_proxy=truth(node.get("possibleProxy")),
        protocol=None if protocol is None else protocol.text(),
        destination=None if destination is None else destination.text(),
    )
