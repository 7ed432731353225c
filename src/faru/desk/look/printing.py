"""What stands around a page on paper: how it is to be handled, and how far the ledger was sealed by then."""

import threading
import time
from collections.abc import Iterable
from typing import Final

from django.utils.translation import gettext as _

from faru.desk.journal.models import Checkpoint
from faru.ledger.verify import Unreadable, read_checkpoint

STRICTEST: Final = ("RED", "AMBER+STRICT", "AMBER", "GREEN", "CLEAR")
"""Handling codes, the strictest first."""
UNSTATED: Final = "AMBER"
"""How something is handled whose sender stated no code."""
KEPT_S = 30.0
"""Seconds for which a process keeps the last checkpoint."""
ROOT_DIGITS: Final = 16

_lock = threading.Lock()
_kept: tuple[float, str] | None = None  # when it was read, in seconds of the process, and the words


def code(stated: Iterable[str]) -> str:
    """The strictest of these codes ("" where a sender stated none) in words for the head of a sheet."""
    codes = set(stated)
    if not codes - {""}:
        return _("TLP not stated: treat as AMBER")
    counted = codes - {""} | ({UNSTATED} if "" in codes else set())
    strictest = f"TLP:{next((one for one in STRICTEST if one in counted), UNSTATED)}"
    return strictest if "" not in codes else strictest + " · " + _("not stated by every sender")


def checkpoint() -> str:
    """The last checkpoint: its size and the first digits of its root; "" before the first one.

    Every page asks, so a process keeps it for half a minute.
    """
    global _kept
    with _lock:
        if _kept is not None and time.monotonic() - _kept[0] < KEPT_S:
            return _kept[1]
    note = Checkpoint.objects.order_by("-size").values_list("note", flat=True).first()
    words = _words(note) if note else ""
    with _lock:
        _kept = (time.monotonic(), words)
    return words


def forget() -> None:
    """Read it anew at the next page."""
    global _kept
    with _lock:
        _kept = None


def _words(note: str) -> str:
    try:
        head = read_checkpoint(note)
    except Unreadable:
        return ""  # the administration says what is wrong with the ledger; a page is still printed
    return _("ledger %(size)s · %(root)s") % {"size": head.size, "root": head.root.hex()[:ROOT_DIGITS]}
