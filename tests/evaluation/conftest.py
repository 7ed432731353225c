"""A small invented year, ranked once, and bare leads for what needs no year."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from faru.evaluation.judged import Judged, Plain
from faru.evaluation.standing import Growing, Standing
from faru.evaluation.truth import Fact
from faru.evaluation.year import Year, make_year
from faru.packs import load
from faru.triage import RankedLead
from faru.vocabulary import Identity

BEGINS = datetime(2031, 3, 2, 3, tzinfo=UTC)  # a Sunday, 08:00 in the demo pack's zone: a working day begins


class Make:
    """Leads with nothing in them but what a test says."""

    begins = BEGINS

    def lead(self, number, *, hours=0.0, band="low", danger=False, told=None, pages=False, plain=None):
        ranked = RankedLead(
            rank=number,
            id=f"lead-{number}",
            band=band,
            danger=0,
            workability=0,
            hours_left=None,
            earliest_reading=False,
            interrupts=(),
            noise=(),
            noisy=False,
            referrals=(Identity("S", f"{number:03}", "0" * 64),),
            reasons=(),
            same_as=(),
        )
        return Judged(
            lead=ranked,
            plain=plain or Plain(urgent=False, files=0, fields=0),
            arrived=BEGINS + timedelta(hours=hours),
            in_danger=danger,
            told=told if danger else None,
            pages=pages,
        )

    def year(self, leads, unread=0):
        return Year(
            seed=1,
            ends=BEGINS + timedelta(days=10),
            referrals={},
            outlooks={},
            truth={("S", "1"): Fact(True, True, BEGINS)},  # one day on which something arrived
            leads=tuple(leads),
            unread=unread,
        )

    def standing(self, hours=0.0, *, band=3, gone_after=None, **changes):
        since = BEGINS + timedelta(hours=hours)
        gone = () if gone_after is None else (BEGINS + timedelta(hours=gone_after),)
        plain = Plain(urgent=False, files=0, fields=0)
        whole = Standing(since, 9, band, False, 0, gone, plain)
        return replace(whole, **changes)

    def growing(self, *standings, danger_from=None):
        since = None if danger_from is None else standings[danger_from].since
        return Growing(standings, since)


@pytest.fixture(scope="session")
def make():
    return Make()


@pytest.fixture(scope="session")
def demo():
    return load("demo")


@pytest.fixture(scope="session")
def small_year(tmp_path_factory, demo):
    return make_year(tmp_path_factory.mktemp("year"), seed=3, referrals=120, pack=demo)
