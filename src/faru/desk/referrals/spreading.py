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
from faru.triage.conduct_facts import file_keys
from faru.triage.duplicates import Spread
from faru.triage.holding import Grade, Key, Sort
from faru.vocabulary import Referral as Read

Leads = Mapping[UUID, UUID | None]
"""Which lead each referral is in; None: in none yet."""


class Spreading:
    """The files of some referrals, counted in their own leads and everywhere else."""

    def __init__(self, referrals: Collection[UUID], leads: Collection[UUID]) -> None:
        """`leads`: all leads that these referrals are in, or will be."""
        self._limit = unit.pack().rulebook.viral_limit
        mine = LinkKey.objects.filter(referral__in=referrals, file=True)
        self._elsewhere = holders.accounts(mine, self._limit + 1, but=leads)
        self._here: dict[bytes, list[UUID]] = defaultdict(list)
        for token, referral in mine.filter(grade=Grade.FIRM).values_list("token", "referral_id"):
            self._here[bytes(token)].append(referral)
        self._leads = leads

    def counts(self, leads: Leads) -> dict[bytes, int]:
        """Unrelated leads by file, where the referrals are in these leads; without them, those elsewhere."""
        return {
            token: min(count + len({leads.get(one) for one in self._here[token]} - {None}), self._limit + 1)
            for token, count in self._elsewhere.items()
        }

    def neighbours(self, before: Leads, after: Leads) -> set[UUID]:
        """Other leads with a file of which the count changed."""
        now, then = self.counts(after), self.counts(before)
        changed = [token for token, count in now.items() if count != then[token]]
        held = LinkKey.objects.filter(token__in=changed, referral__lead__isnull=False)
        return set(held.exclude(referral__lead__in=self._leads).values_list("referral__lead", flat=True))


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
