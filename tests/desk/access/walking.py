"""Every address of the desk, and how it answers somebody."""

from collections.abc import Iterator

from django.db import transaction
from django.urls import get_resolver, reverse
from tests.desk.access.conftest import Full


def addresses() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Name of each address, and the names of the words in it."""
    yield from _below(get_resolver(), ())


def _below(resolver, words: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for pattern in resolver.url_patterns:
        here = (*words, *getattr(pattern.pattern, "converters", {}))
        if hasattr(pattern, "url_patterns"):
            yield from _below(pattern, here)
        else:
            yield pattern.name, here


def url_of(full: Full, name: str, words: dict[str, str]) -> str:
    """The address; a word that begins with @ stands for itself, any other is one of the fixture's."""
    values = {key: word[1:] if word.startswith("@") else full.words[word] for key, word in words.items()}
    return reverse(name, kwargs=values)


def sign(full: Full, who: str, method: str, url: str) -> str:
    """How the desk answers: see `expected`. What it did is taken back."""
    client = full.client(who)
    point = transaction.savepoint()
    try:
        answer = getattr(client, method.lower())(url)
    finally:
        transaction.savepoint_rollback(point)
    to = answer.headers.get("Location", "")
    if answer.status_code == 302 and to.startswith(("/demo/", "/account/sign-in/")):
        return ">"
    if answer.status_code == 302 and method == "GET":
        return "r"
    if answer.status_code in (200, 302, 422):
        return "Y"
    if answer.status_code in (403, 404):
        return "n"
    return f"({answer.status_code})"
