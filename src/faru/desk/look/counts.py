"""How many there are, as far as it helps to know: a page never counts a whole table."""

from dataclasses import dataclass
from typing import Any, Final

from django.db.models import IntegerField, QuerySet, Subquery

MOST: Final = 1_000
"""Beyond this a number tells nothing that "1,000+" does not."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A number of things; `more`: there are more than that."""

    n: int
    more: bool = False

    def __bool__(self) -> bool:
        return self.n > 0

    def __str__(self) -> str:
        return f"{self.n:,}{'+' if self.more else ''}"

    def without(self, shown: int) -> "Counted":
        """How many are left where some are shown already."""
        return Counted(max(0, self.n - shown), self.more)


class RowCount(Subquery):
    """How many rows a query has, as a column of another one. Limit the query: the database stops there."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()
    empty_result_set_value = 0


def up_to(n: int, most: int = MOST) -> Counted:
    """What was counted to one above `most` at the most."""
    return Counted(min(n, most), n > most)


def counted(rows: QuerySet[Any], most: int = MOST) -> Counted:
    """Count up to `most`. One query, which reads no more rows than that."""
    return up_to(rows.order_by()[: most + 1].count(), most)
