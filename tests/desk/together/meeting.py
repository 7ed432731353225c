"""People who act in the same moment: a thread each with a connection of its own, all let go at once."""

import threading
from collections.abc import Callable
from typing import Any

from django.db import connections

from faru.desk.accounts.models import User
from faru.desk.journal.acting import Denied, Refused
from faru.desk.journal.models import Entry
from faru.ledger.tags import Action

DONE = "done"
DENIED = "denied"


def at_once(*calls: Callable[[], Any]) -> list[str]:
    """What became of each call, in the order of the calls: DONE, DENIED, or the sentence of a refusal.

    Anything else that is raised fails the test, and so does a call that does not end: that is a deadlock.
    """
    gate = threading.Barrier(len(calls))
    told: list[str | BaseException | None] = [None] * len(calls)

    def run(place: int, call: Callable[[], Any]) -> None:
        gate.wait(20)
        try:
            call()
            told[place] = DONE
        except Refused as refused:
            told[place] = refused.sentence
        except Denied:
            told[place] = DENIED
        except BaseException as fault:  # noqa: BLE001 - raised again by the test's own thread
            told[place] = fault
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=one, daemon=True) for one in enumerate(calls)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
        assert not one.is_alive(), "two acts wait for one another"
    for one in told:
        if isinstance(one, BaseException):
            raise one
    return [str(one) for one in told]


def calls(people: list[User], act: Callable[..., Any], **given: Any) -> list[Callable[[], Any]]:
    """The same act by each of these people."""
    return [lambda who=who: act(actor=who, **given) for who in people]


def one_wins(told: list[str], *, named: list[User] | None = None) -> int:
    """The place of the only call that was done; every other one got a sentence.

    With `named` (who made each call) the sentence names whoever was faster.
    """
    assert told.count(DONE) == 1, told
    won = told.index(DONE)
    for place, sentence in enumerate(told):
        if place != won and named is not None:
            assert named[won].display_name in sentence, told
    return won


class Told:
    """What the ledger got since this was made: tags with how often, checkpoints left out."""

    def __init__(self) -> None:
        self._before = set(Entry.objects.values_list("id", flat=True))

    def tags(self) -> dict[str, int]:
        """How often each tag was told."""
        found: dict[str, int] = {}
        for tag in Entry.objects.exclude(id__in=self._before).values_list("tag", flat=True):
            if tag != Action.CHECKPOINT_SIGN.value:
                found[tag] = found.get(tag, 0) + 1
        return found
