"""How far files have spread: with the accounts of how many unrelated leads each was reported.

Counting stops one above the pack's viral limit, as in `faru.triage`.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from faru.desk import unit
from faru.desk.referrals import holders
from faru.desk.referrals.linking import token_of
from faru.desk.referrals.models import LinkKey
from faru.desk.referrals.reads import Own
from faru.triage.conduct_facts import file_keys
from faru.triage.duplicates import Spread
from faru.triage.holding import Grade, Key, Sort, holding
from faru.vocabulary import Referral as Read

Leads = Mapping[UUID, UUID | None]
"""Which lead each referral is in; None: it has just come in."""


class Spreading:
    """The files of some referrals, counted in their own leads and everywhere else."""

    def __init__(
        self, referrals: Collection[UUID], leads: Collection[UUID], gone: Iterable[Own] = ()
    ) -> None:
        """`leads`: all that these referrals are in, or will be; `gone`: versions that held files, too."""
        self._limit = unit.pack().rulebook.viral_limit
        mine = LinkKey.objects.filter(referral__in=referrals, file=True)
        self._elsewhere = holders.accounts(mine, self._limit + 1, but=leads)
        self._here: dict[bytes, list[UUID]] = defaultdict(list)
        for token, referral in mine.filter(grade=Grade.FIRM).values_list("token", "referral_id"):
            self._here[bytes(token)].append(referral)
        self._leads = leads
        self._dropped: dict[bytes, set[UUID]] = defaultdict(set)
        for one in gone:
            for key, held in holding(one.read).items():
                if key.sort is Sort.FILE and held.grade is Grade.FIRM:
                    self._dropped[token_of(key)].add(one.row.lead_id)
        for token in self._dropped.keys() - self._elsewhere.keys():
            self._elsewhere[token] = holders.accounts_of(token, self._limit + 1, but=leads)

    def counts(self, leads: Leads) -> dict[bytes, int]:
        """Unrelated leads by file, where the referrals are in these leads; without them, those elsewhere."""
        return {token: self._count(token, self._in(token, leads)) for token in self._elsewhere}

    def neighbours(self, before: Leads, after: Leads) -> set[UUID]:
        """Other leads with a file of which the count changed."""
        changed = [
            token
            for token in self._elsewhere
            if self._count(token, self._in(token, after))
            != self._count(token, self._in(token, before) | self._dropped.get(token, set()))
        ]
        held = LinkKey.objects.filter(token__in=changed).exclude(referral__lead__in=self._leads)
        return set(held.values_list("referral__lead", flat=True))

    def _in(self, token: bytes, leads: Leads) -> set[UUID]:
        return {lead for one in self._here[token] if (lead := leads.get(one)) is not None}

    def _count(self, token: bytes, here: set[UUID]) -> int:
        return min(self._elsewhere[token] + len(here), self._limit + 1)


def spread_of(reads: Iterable[Read], counts: Mapping[bytes, int]) -> Spread:
    """The counts as the engine takes them."""
    found = {}
    for read in reads:
        for record in read.files:
            for algorithm, value in file_keys(record):
                token = token_of(Key(Sort.FILE, (algorithm, value.hex())))
                if token in counts:
                    found[algorithm, value] = counts[token]
    return Spread(found, (), unit.pack().rulebook.viral_limit)
