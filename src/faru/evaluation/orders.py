"""The orders that are compared: Faru's queue and four plainer ways to work off the same leads."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from faru.evaluation.judged import Judged, Plain


class Order(StrEnum):
    """A way to put leads in order."""

    QUEUE = "queue"
    FIRST_COME = "first_come"
    URGENT = "sender_urgent"
    FILES = "file_count"
    FIELDS = "completeness"


SENTENCES: Final = {
    Order.QUEUE: "Faru's queue",
    Order.FIRST_COME: "first come, first served",
    Order.URGENT: "what the sender asked to be looked at first",
    Order.FILES: "the most files first",
    Order.FIELDS: "the most complete report first",
}


def worth(order: Order, plain: Plain) -> int:
    """What a plainer order goes by; more is earlier. By arrival all are worth the same."""
    if order is Order.URGENT:
        return int(plain.urgent)
    if order is Order.FILES:
        return plain.files
    if order is Order.FIELDS:
        return plain.fields
    return 0


def put_in(order: Order, leads: Sequence[Judged]) -> tuple[Judged, ...]:
    """The leads in this order; `leads` stand as Faru's queue has them.

    Ties of the plainer orders go to the earlier arrival, and of two that came at once to the smaller number.
    """
    if order is Order.QUEUE:
        return tuple(leads)
    return tuple(sorted(leads, key=lambda one: (-worth(order, one.plain), one.arrived, one.lead.referrals)))
