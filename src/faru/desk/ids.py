"""Random ids that sort by time (UUID version 7): the primary keys of everything."""

from uuid import UUID

from faru.desk import clock
from faru.ledger.ids import IdSource

_SOURCE = IdSource()


def new_id() -> UUID:
    """A fresh id."""
    return UUID(_SOURCE.new(clock.now()))
