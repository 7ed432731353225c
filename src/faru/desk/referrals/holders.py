"""Who holds a key. A key that everybody holds costs no more to look up than one that a few do."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import IntegerField, OuterRef, QuerySet, Subquery

from faru.desk.referrals.models import LinkKey
from faru.triage.holding import Grade


class _Count(Subquery):
    """How many rows a limited query has: the database stops counting at the limit."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()


_SAME = LinkKey.objects.filter(token=OuterRef("token")).order_by()


def held(of: QuerySet[LinkKey], most: int) -> dict[bytes, tuple[int, int]]:
    """How many referrals hold each key of these rows, and how many firmly; both are counted up to `most`."""
    firm = _SAME.filter(grade=Grade.FIRM)
    counted = of.order_by().annotate(
        holders=_Count(_SAME.values("pk")[:most]), firm=_Count(firm.values("pk")[:most])
    )
    return {
        bytes(token): (holders, firm)
        for token, holders, firm in counted.values_list("token", "holders", "firm")
    }


def accounts(of: QuerySet[LinkKey], most: int, but: Collection[UUID] = ()) -> dict[bytes, int]:
    """With the accounts of how many leads each file of these rows was reported, counted up to `most`.

    Leads `but` do not count, nor do referrals that are in no lead yet.
    """
    leads = _SAME.filter(grade=Grade.FIRM, referral__lead__isnull=False).exclude(referral__lead__in=but)
    counted = (
        of.filter(file=True)
        .order_by()
        .annotate(leads=_Count(leads.values("referral__lead").distinct()[:most]))
    )
    return {bytes(token): count for token, count in counted.values_list("token", "leads")}
