"""Cases in the search: the adults of a case by name, and a case by its own number."""

import re
from collections.abc import Iterable
from typing import Final

from django.urls import reverse

from faru.desk.accounts.models import User
from faru.desk.cases.models import Case
from faru.desk.referrals.queries.search import Hit, Tokens
from faru.desk.vault.models import Term

SHOWN: Final = 50
_NUMBER: Final = re.compile(r"C-\d{4}-\d{1,8}", re.ASCII)


def hits(viewer: User, tokens: Tokens) -> Iterable[Hit]:
    """The cases that the viewer may see and that name somebody so. Two queries, whatever is found."""
    visible = Case.objects.visible_to(viewer)
    terms = Term.objects.filter(token__in=tokens, thing="case", thing_id__in=visible.values("id"))
    found = dict(terms.order_by("-thing_id").values_list("thing_id", "kind")[:SHOWN])
    rows = Case.objects.visible_to(viewer).select_related("lead").in_bulk(list(found))
    for case_id, kind in found.items():
        case = rows.get(case_id)
        if case is not None:
            lead = case.lead
            yield Hit(
                kind=kind,
                label=case.number,
                url=reverse("case", args=[case.number]),
                lead=lead.number if lead else "",
                lead_url=reverse("lead", args=[lead.number]) if lead else "",
                band=lead.band_shown if lead else "",
                state=case.stage.replace("_", " "),
                received_at=case.opened_at,
            )


def jump(viewer: User, number: str) -> str | None:
    """The page of the case with exactly this number."""
    if not _NUMBER.fullmatch(number) or not Case.objects.visible_to(viewer).filter(number=number).exists():
        return None
    return reverse("case", args=[number])
