"""Duplicates: the same thing twice, a new version of it, something very like it, and what is everywhere.

Nothing is dropped or merged: every arrival is counted, every version is named, "same as" is shown and can be
undone, and viral is a label on a hash.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta

from faru.triage.conduct_facts import file_keys
from faru.triage.leads import Lead
from faru.triage.links import same_referral
from faru.vocabulary import AccountKind, Identity, Instant, Referral, Role

_EARLIEST = datetime.min.replace(tzinfo=UTC)
_FORM_ONLY = frozenset({"sha256", "pointers"})  # differ with the bytes alone
_BY_FIRMNESS = (
    AccountKind.USER_ID,
    AccountKind.EMAIL,
    AccountKind.PHONE,
    AccountKind.SCREEN_NAME,
    AccountKind.PROFILE_URL,
    AccountKind.DEVICE_ID,
)


@dataclass(frozen=True, slots=True)
class Arrival:
    """The same bytes under the same number, more than once."""

    identity: Identity
    times: int  # how often it arrived, the first time included


@dataclass(frozen=True, slots=True)
class Version:
    """An older version of a referral and the fields in which the newest differs from it."""

    identity: Identity
    differs: tuple[str, ...]  # names of fields of Referral, never their values


@dataclass(frozen=True, slots=True)
class Versions:
    """One number that came with different bytes: the newest is read, the others are kept."""

    newest: Identity
    older: tuple[Version, ...]  # newest first


@dataclass(frozen=True, slots=True)
class SameAs:
    """Referrals about the same platform, account, minute and set of files: shown, not merged."""

    referrals: tuple[Identity, ...]


@dataclass(frozen=True, slots=True, order=True)
class Viral:
    """One hash in more unrelated accounts than the limit."""

    algorithm: str
    value: str  # hexadecimal
    accounts: int
    referrals: tuple[Identity, ...]


@dataclass(frozen=True, slots=True)
class SortedOut:
    """What arrived, each referral once, and what was found on the way."""

    referrals: tuple[Referral, ...]  # the newest version of each, in order of identity
    undecided: Mapping[Identity, tuple[Referral, ...]]  # other versions that may be as new: judged as well
    arrivals: tuple[Arrival, ...]
    versions: tuple[Versions, ...]


def _age(referral: Referral) -> tuple[datetime, str]:
    """What makes a version newer: the time of the report, then the hash, so that all machines agree."""
    at = referral.reported_at
    return (at.utc if at is not None and at.utc is not None else _EARLIEST, referral.sha256)


def _packing(referral: Referral) -> tuple[int, list[tuple[str, str]]]:
    """What tells two arrivals of the same bytes apart: where they stood. The plainest place is cited."""
    places = sorted(referral.pointers.items())
    return sum(len(place) for _, place in places), places


def sort_out(referrals: Iterable[Referral]) -> SortedOut:
    """Each referral once, the newest version of each; the order of arrival does not matter."""
    times: dict[Identity, int] = {}
    by_name: dict[tuple[str, str], dict[Identity, Referral]] = {}
    for referral in referrals:
        identity = referral.identity
        times[identity] = times.get(identity, 0) + 1
        found = by_name.setdefault(same_referral(identity), {})
        if identity not in found or _packing(referral) < _packing(found[identity]):
            found[identity] = referral
    newest: list[Referral] = []
    versions: list[Versions] = []
    undecided: dict[Identity, tuple[Referral, ...]] = {}
    for versions_found in by_name.values():
        first, *others = sorted(versions_found.values(), key=_age, reverse=True)
        newest.append(first)
        if level := tuple(other for other in others if _age(other)[0] == _age(first)[0]):
            undecided[first.identity] = level
        if others:
            older = tuple(Version(other.identity, differences(first, other)) for other in others)
            versions.append(Versions(first.identity, older))
    return SortedOut(
        tuple(sorted(newest, key=lambda referral: referral.identity)),
        undecided,
        tuple(Arrival(identity, count) for identity, count in sorted(times.items()) if count > 1),
        tuple(sorted(versions, key=lambda item: item.newest)),
    )


def differences(one: Referral, other: Referral) -> tuple[str, ...]:
    """Names of the fields in which two versions differ."""
    return tuple(
        item.name
        for item in fields(Referral)
        if item.name not in _FORM_ONLY and getattr(one, item.name) != getattr(other, item.name)
    )


def _minute(at: Instant | None) -> datetime | None:
    """The minute of a time that is known to the minute; a coarser time names none."""
    if at is None or at.utc is None or at.precision > timedelta(minutes=1):
        return None
    return at.utc.replace(second=0, microsecond=0)


def reported_account(referral: Referral) -> tuple[str, str, str] | None:
    """(platform, kind, value) of the firmest identifier of the account reported; None where there is none."""
    for kind in _BY_FIRMNESS:
        found = sorted(
            ((account.platform or referral.platform or "").casefold(), account.kind.value, account.normal)
            for account in referral.accounts
            if account.kind is kind and account.role is Role.REPORTED and not account.from_text
        )
        if found:
            return found[0]
    return None


def same_as(referrals: Iterable[Referral]) -> tuple[SameAs, ...]:
    """Near duplicates. A referral that lacks platform, account, minute or hashes is like no other."""
    groups: dict[tuple[object, ...], list[Identity]] = {}
    for referral in referrals:
        minute, account = _minute(referral.incident_at), reported_account(referral)
        hashes = frozenset(key for file in referral.files for key in file_keys(file)[:1])
        if referral.platform and minute and account and hashes:
            key = (referral.platform.casefold(), account, minute, hashes)
            groups.setdefault(key, []).append(referral.identity)
    alike = sorted(tuple(sorted(found)) for found in groups.values() if len(found) > 1)
    return tuple(SameAs(found) for found in alike)


@dataclass(frozen=True, slots=True)
class Spread:
    """How far hashes have spread: hash -> number of unrelated accounts, and the viral ones."""

    accounts: Mapping[tuple[str, bytes], int]
    viral: tuple[Viral, ...]
    limit: int

    def of(self, referral: Referral) -> tuple[int | None, bool | None]:
        """(accounts of the most widespread hash, whether every reported file is viral); None: no hash.

        Counting stops one above the limit: what is everywhere needs no further look at each arrival.
        """
        most: list[int] = []
        without = False
        for file in referral.files:
            if file.supplemental is True:
                continue
            counts = [self.accounts[key] for key in file_keys(file) if key in self.accounts]
            most.extend([max(counts)] if counts else [])
            without = without or not counts
        if not most:
            return None, None
        return min(max(most), self.limit + 1), not without and min(most) > self.limit


def spread(referrals: Iterable[Referral], leads: Iterable[Lead], limit: int) -> Spread:
    """Count for each hash the unrelated accounts it was reported with: accounts of one lead count once."""
    lead_of = {identity: lead.id for lead in leads for identity in lead.members}
    accounts: dict[tuple[str, bytes], set[str]] = {}
    where: dict[tuple[str, bytes], set[Identity]] = {}
    for referral in referrals:
        known = reported_account(referral) is not None
        for file in referral.files:
            for key in file_keys(file):
                seen = accounts.setdefault(key, set())
                where.setdefault(key, set()).add(referral.identity)
                if known:
                    seen.add(lead_of[referral.identity])
    viral = tuple(
        sorted(
            Viral(key[0], key[1].hex(), len(found), tuple(sorted(where[key])))
            for key, found in accounts.items()
            if len(found) > limit
        )
    )
    return Spread({key: len(found) for key, found in accounts.items()}, viral, limit)
