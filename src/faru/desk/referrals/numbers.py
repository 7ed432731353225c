"""Numbers that people say aloud: L-2026-0412. Counted by the year of the unit's zone."""

from django.db.models import F

from faru.desk import clock
from faru.desk.referrals.models import Counter


def next_number(letter: str) -> str:
    """The next number of a kind ("L", "R", "C"). Call it inside a transaction."""
    name = f"{letter}-{clock.now().astimezone(clock.zone()):%Y}"
    Counter.objects.get_or_create(name=name)
    Counter.objects.filter(name=name).update(last=F("last") + 1)
    return str(Counter.objects.get(name=name))


def next_numbers(letter: str, count: int) -> list[str]:
    """Several at once."""
    name = f"{letter}-{clock.now().astimezone(clock.zone()):%Y}"
    Counter.objects.get_or_create(name=name)
    Counter.objects.filter(name=name).update(last=F("last") + count)
    last = Counter.objects.get(name=name).last
    return [f"{name}-{number:04}" for number in range(last - count + 1, last + 1)]
