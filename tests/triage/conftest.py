"""Invented referrals to rank: small builders, so that each test says only what matters to it."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from faru.packs import load
from faru.triage import Axis, Band, Phrase, Rule, RuleBook
from faru.vocabulary import (
    Account,
    AccountKind,
    AddressOutlook,
    FileRecord,
    FreeText,
    HashValue,
    IncidentType,
    Instant,
    Observation,
    PersonRecord,
    Referral,
    ReportedChild,
    Role,
    Sealed,
    SourcePointer,
)

NOW = datetime(2031, 3, 1, 8, tzinfo=UTC)


class Make:
    """Builders for the words that triage reads."""

    now = NOW

    def instant(self, hours_ago=24.0, precision=1, zone=True):
        utc = NOW - timedelta(hours=hours_ago)
        return Instant(utc.isoformat(), utc if zone else None, utc.replace(tzinfo=None), zone, precision)

    def referral(self, number="1", *, reported=24.0, **changes):
        values = {
            "sender": "NCMEC",
            "number": number,
            "sha256": hashlib.sha256(f"{number}|{reported}|{changes!r}".encode()).hexdigest(),
            "format": "test",
            "platform": "Reefchat",
            "incident_type": IncidentType.MATERIAL,
            "reported_at": None if reported is None else self.instant(reported),
        }
        return Referral(**(values | changes))

    def account(self, value, kind=AccountKind.USER_ID, **changes):
        values = {
            "platform": "Reefchat",
            "kind": kind,
            "value": value,
            "normal": value.lower() if kind is AccountKind.EMAIL else value,
            "verified": None,
            "role": Role.REPORTED,
        }
        return Account(**(values | changes))

    def file(self, seed="a", **changes):
        digest = hashlib.sha256(str(seed).encode()).digest()
        hashes = (HashValue("sha256", digest.hex(), digest),)
        return FileRecord(**({"name": f"{seed}.bin", "hashes": hashes} | changes))

    def seen(self, address="192.0.2.7", *, at="default", **changes):
        values = {
            "literal": address,
            "address": address,
            "port": None,
            "at": self.instant() if at == "default" else at,
            "event": "login",
            "role": Role.REPORTED,
        }
        return Observation(**(values | changes))

    def outlook(self, **changes):
        values = {"carrier": "reefnet", "shared": False, "routable": True, "hours_left": 100.0}
        return AddressOutlook(**(values | changes))

    def person(self, **changes):
        return PersonRecord(**({"role": Role.REPORTED} | changes))

    def child(self, label="Child A", role=Role.VICTIM, person=None, accounts=(), unread=(), **changes):
        return ReportedChild(
            label=label,
            role=role,
            person=Sealed(person or PersonRecord(role=role)),
            accounts=tuple(Sealed(account) for account in accounts),
            names=Sealed(()),
            unread=Sealed(tuple(unread)),
            **changes,
        )

    def text(self, words, place="$.additionalInformations[0].value"):
        return FreeText(words, SourcePointer(place))

    def rule(self, name, condition, *, axis=Axis.DANGER, points=10, raises=None):
        return Rule(
            id=name,
            axis=axis,
            sentence=f"{name} holds.",
            condition=condition,
            points=0 if raises else points,
            source="a test",
            raises=raises,
        )

    def book(self, *rules, **changes):
        values = {
            "version": "t1",
            "rules": tuple(rules),
            "phrases": (Phrase("daughter", "text_child_of_family", "en", ("my daughter",)),),
            "bands": (Band("critical", 60), Band("high", 40), Band("medium", 20), Band("low", 0)),
            "interrupts": ("child_at_immediate_risk", "self_harm_signal", "suspect_is_child"),
            "pinned": frozenset({"child_at_immediate_risk", "self_harm_signal"}),
            "hub_limit": 4,
            "viral_limit": 3,
            "country": "XR",
            "phone_prefix": "+999",
        }
        return RuleBook(**(values | changes))


@pytest.fixture(scope="session")
def make():
    return Make()


@pytest.fixture(scope="session")
def demo_book():
    return load("demo").rulebook
