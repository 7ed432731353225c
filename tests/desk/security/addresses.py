"""Every address of the desk, made of the words of a full desk."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.urls import URLPattern, URLResolver, get_resolver, reverse

WORDS: Final = {
    "answer_id": "answer",
    "child_id": "child",
    "file_id": "file",
    "handover_id": "handover",
    "interrupt_id": "interrupt",
    "job_id": "job",
    "promise_id": "promise",
    "referral_id": "referral",
    "row_id": "coverage",
    "user_id": "user",
}
"""The word that stands in an argument of an address."""
FIXED: Final = {"pk": 1, "step": "dedupe_and_deconflict", "username": "aisha"}
"""Arguments that are the same on every desk."""


@dataclass(frozen=True)
class Address:
    """An address by its name, and the path to it."""

    name: str
    path: str


def addresses(words: dict[str, Any]) -> list[Address]:
    """All of them; those of a request or a case once for each that there is."""
    return [
        Address(pattern.name or "", reverse(pattern.name or "", kwargs=given))
        for pattern, arguments in _patterns(get_resolver().url_patterns)
        for given in _given(pattern.name or "", arguments, words)
    ]


def _patterns(
    found: list[URLPattern | URLResolver], above: tuple[str, ...] = ()
) -> Iterator[tuple[URLPattern, tuple[str, ...]]]:
    for one in found:
        arguments = (*above, *one.pattern.converters)
        if isinstance(one, URLResolver):
            yield from _patterns(one.url_patterns, arguments)
        else:
            yield one, arguments


def _given(name: str, arguments: tuple[str, ...], words: dict[str, Any]) -> Iterator[dict[str, Any]]:
    numbers: tuple[str, ...] = ("",)
    if "number" in arguments:
        kind = name.partition("_")[0]
        numbers = {"lead": ("lead",), "interrupt": ("lead",), "case": ("case", "sent")}.get(
            kind, ("answered",) if {"answer_id", "row_id"} & set(arguments) else ("request", "answered")
        )
    for number in numbers:
        yield {
            one: words[number]
            if one == "number"
            else FIXED[one]
            if one in FIXED
            else words[WORDS.get(one) or f"{number}_{one}"]
            for one in arguments
        }
