"""Who holds a key. A key that everybody holds costs no more to look up than one that a few do."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import OuterRef, QuerySet

from faru.desk.look.counts import RowCount
from faru.desk.referrals.models import LinkKey
from faru.triage.holding import Grade

_SAME = LinkKey.objects.filter(token=OuterRef("token")).order_by()


def held(of: QuerySet[LinkKey], most: int) -> dict[bytes, tuple[int, int]]:
    """How many referrals hold each key of these rows, and how many firmly; both are counted up to `most`."""
    firm = _SAME.filter(grade=Grade.FIRM)
    counted = of.order_by().annotate(
        holders=RowCount(_SAME.values("pk")[:most]), firm=RowCount(firm.values("pk")[:most])
    )
    return {
        bytes(token): (holders, firm)
        for token, holders, firm in counted.values_list("token", "holders", "firm")
    }


def held_of(token: bytes, most: int) -> tuple[int, int]:
    """The same of one key, whoever holds it."""
    rows = LinkKey.objects.filter(token=token)
    return rows[:most].count(), rows.filter(grade=Grade.FIRM)[:most].count()


def accounts(of: QuerySet[LinkKey], most: int, but: Collection[UUID] = ()) -> dict[bytes, int]:
    """With the accounts of how many leads each file of these rows was reported, counted up to `most`.

    Leads `but` do not count.
    """
    leads = _SAME.filter(grade=Grade.FIRM).exclude(referral__lead__in=but)
    counted = (
        of.filter(file=True)
        .order_by()
        .annotate(leads=RowCount(leads.values("referral__lead").distinct()[:most]))
    )
    return {bytes(token): count for token, count in counted.values_list("token", "leads")}


def accounts_of(token: bytes, most: int, but: Collection[UUID]) -> int:
    """The same of one file, whoever holds it."""
    held_so = LinkKey.objects.filter(token=token, grade=Grade.FIRM).exclude(referral__lead__in=but)
    return held_so.values("referral__lead").distinct()[:most].count()
