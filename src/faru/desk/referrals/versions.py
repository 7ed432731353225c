"""One number that came with other bytes: the newest version is read, the others are kept and go with it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from faru.desk.referrals.models import Referral
from faru.desk.referrals.reads import Own, identity_of, own
from faru.desk.rows import update_rows
from faru.triage.duplicates import sort_out
from faru.vocabulary import Identity

Number = tuple[str, str]
"""Sender, and its number."""


@dataclass(slots=True)
class Renewed:
    """What an arrival made of versions."""

    fresh: list[Own] = field(default_factory=list)  # came in, and nothing newer is here
    gone: list[Own] = field(default_factory=list)  # were the newest until now
    older: set[UUID] = field(default_factory=set)  # newest versions of which an older one came in


def renew(came: list[Own]) -> Renewed:
    """Say of each number which version counts now. A newer one takes the lead of the one before it."""
    found = Renewed()
    here: dict[Number, list[Own]] = defaultdict(list)
    numbered = [one.row for one in came if one.row.number]
    known = Referral.objects.filter(
        sender__in={row.sender for row in numbered}, number__in={row.number for row in numbered}
    ).exclude(pk__in=[row.pk for row in numbered])
    for one in own(known):
        here[one.row.sender, one.row.number].append(one)
    coming: dict[Number, list[Own]] = defaultdict(list)
    for one in came:
        if one.row.number:
            coming[one.row.sender, one.row.number].append(one)
        else:
            found.fresh.append(one)
    for number, new in coming.items():
        _one_number(found, here.get(number, []), new)
    return found


def _one_number(found: Renewed, before: list[Own], new: list[Own]) -> None:
    if not before and len(new) == 1:
        found.fresh += new
        return
    newest = sort_out(one.read for one in (*before, *new)).referrals[0].identity
    leading = next(one for one in (*before, *new) if one.row.current or identity_of(one.row) == newest).row
    for one in (*before, *new):
        was, one.row.current = one.row.current, identity_of(one.row) == newest
        if one in new:
            one.row.lead_id, one.row.first_lead_id = leading.lead_id, leading.first_lead_id
        if one in new and one.row.current:
            found.fresh.append(one)
        elif one not in new and was and not one.row.current:
            found.gone.append(one)
        elif one not in new and one.row.current:
            found.older.add(one.row.pk)
    update_rows((one.row for one in (*before, *new)), ("current", "lead", "first_lead"))


def as_new(leads: Iterable[UUID], members: Iterable[Own]) -> dict[Identity, list[Own]]:
    """Versions of these members, by member, of which nothing proves that they are older."""
    kept = Referral.objects.filter(lead__in=leads, current=False)
    older: dict[Number, list[Own]] = defaultdict(list)
    for one in own(kept):
        older[one.row.sender, one.row.number].append(one)
    found: dict[Identity, list[Own]] = {}
    for member in members:
        others = older.get((member.row.sender, member.row.number), [])
        if others:
            level = sort_out([member.read, *(one.read for one in others)]).undecided
            by_identity = {one.read.identity: one for one in others}
            also = level.get(member.read.identity, ())
            found[member.read.identity] = [by_identity[version.identity] for version in also]
    return found
