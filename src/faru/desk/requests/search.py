"""Requests in the search: one by its own number."""

import re
from typing import Final

from django.urls import reverse

from faru.desk.accounts.models import User
from faru.desk.requests.models import LegalRequest

_NUMBER: Final = re.compile(r"R-\d{4}-\d{1,8}", re.ASCII)


def jump(viewer: User, number: str) -> str | None:
    """The page of the request with exactly this number."""
    if (
        not _NUMBER.fullmatch(number)
        or not LegalRequest.objects.visible_to(viewer).filter(number=number).exists()
    ):
        return None
    return reverse("request", args=[number])
