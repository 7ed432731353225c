"""Every rule of the demo pack fires on a case it is meant for and is silent on one that only looks like it.

Sentences are short and harmless; what matters is the shape of the report.
"""

from dataclasses import dataclass, field

import pytest

from faru.triage import ReasonState, rank
from faru.vocabulary import AccountKind, Classification, IncidentType, Role


@dataclass
class World:
    """The referral looked at, the company it is in, and what is known of its addresses."""

    referral: dict = field(default_factory=dict)
    others: list = field(default_factory=list)
    outlooks: list | None = None


def _flag(name, near="informational"):
    return lambda m: (World({"flags": (name,)}), World({"flags": (near,)}))


def _tag(name):
    """A mark on a reported file; near miss: the same on a file only sent along, beside another mark."""

    def build(m):
        along = m.file("a", annotations=(name,), supplemental=True)
        return (
            World({"files": (m.file("a", annotations=(name,)),)}),
            World({"files": (along, m.file("b", annotations=("other",)))}),
        )

    return build


def _kind(kind, near=IncidentType.MATERIAL):
    return lambda m: (World({"incident_type": kind}), World({"incident_type": near}))


def _person(yes, no):
    return lambda m: (World({"persons": (m.person(**yes),)}), World({"persons": (m.person(**no),)}))


def _words(yes, no, **both):
    return lambda m: (World({"texts": (m.text(yes),), **both}), World({"texts": (m.text(no),), **both}))


def _noise_of_files(name):
    """Near miss, the deceptive look-alike: one unmarked file among the marked."""
    return lambda m: (
        World({"files": (m.file("a", annotations=(name,)), m.file("b", annotations=(name,)))}),
        World({"files": (m.file("a", annotations=(name,)), m.file("b"))}),
    )


def _address(yes, no, seen_yes=None, seen_no=None):
    def build(m):
        return (
            World({"observations": (m.seen(**(seen_yes or {})),)}, outlooks=[m.outlook(**yes)]),
            World({"observations": (m.seen(**(seen_no or seen_yes or {})),)}, outlooks=[m.outlook(**no)]),
        )

    return build


def _viral(m):
    def crowd(n):
        return [m.referral(f"v{i}", files=(m.file("v"),), accounts=(m.account(f"9{i}"),)) for i in range(n)]

    own = {"files": (m.file("v"),), "accounts": (m.account("1"),)}
    hiding = own | {"files": (m.file("v"), m.file("fresh"))}
    return World(own, crowd(9)), World(hiding, crowd(9))


def _same_home(m):
    def pair(address):
        return World(
            {
                "observations": (m.seen(), m.seen(address, role=Role.VICTIM, child=0)),
                "children": (m.child(),),
            }
        )

    return pair("192.0.2.7"), pair("192.0.2.8")


def _making(m):
    fresh = {"observations": (m.seen(event="upload"),), "accounts": (m.account("1"),)}
    hit = World(fresh | {"files": (m.file("f", camera_metadata=True),)})
    spread = [m.referral("2", files=(m.file("f"),), accounts=(m.account("2"),))]
    return hit, World(fresh | {"files": (m.file("f", camera_metadata=True),)}, spread)


def _mixed(m):
    seen = (m.seen(), m.seen("198.51.100.9"))
    home, away = m.outlook(), m.outlook(carrier=None, shared=None, hours_left=None)
    return (
        World({"observations": seen}, outlooks=[home, away]),
        World({"observations": seen}, outlooks=[home, home]),
    )


def _several_children(m):
    return (
        World({"children": (m.child("Child A"), m.child("Child B"))}),
        World({"children": (m.child("Child A"), m.child("Child B", role=Role.RECIPIENT))}),
    )


CASES = {
    # interrupts
    "live_abuse_of_a_child": _words("Going live with my daughter", "Going live with my band"),
    "live_stream_of_a_child_named": lambda m: (
        World({"files": (m.file("a", annotations=("liveStreaming",)),), "children": (m.child(),)}),
        World({"files": (m.file("a", annotations=("liveStreaming",)),), "texts": (m.text("A concert."),)}),
    ),
    "sender_says_urgent": lambda m: (
        World({"escalation": "please look first", "children": (m.child(),)}),
        World({"escalation": "please look first, large upload"}),
    ),
    "abuse_by_somebody_close": lambda m: (
        World({"incident_type": IncidentType.ABUSE, "persons": (m.person(access_to_children=True),)}),
        World({"incident_type": IncidentType.ABUSE, "persons": (m.person(access_to_firearms=True),)}),
    ),
    "child_at_hand_and_offered": _words(
        "My nephew stays over on Friday, I have more", "My nephew is a sailor, I have boats"
    ),
    "child_of_the_family_in_reach": _words(
        "my niece is here, nobody else is home", "my niece is staying with me this week so no gaming"
    ),
    "meeting_with_a_child_planned": _words("im 13, meet me after class", "meet me after class, we are 30"),
    "meeting_in_secret": _words("come to the jetty, tell no one", "come to the jetty, tell your crew"),
    "blackmail_with_a_deadline": lambda m: (
        World({"flags": ("sextortion",), "texts": (m.text("You have 24 hours."),)}),
        World({"flags": ("sextortion",), "texts": (m.text("I have 24 cats."),)}),
    ),
    "wish_to_die": _words("i want to die", "these shoes are to die for"),
    "child_missing": _words("the girl is missing since Monday", "the button is missing since Monday"),
    "reported_person_is_a_child": lambda m: (
        World({"children": (m.child(role=Role.REPORTED, age=15),)}),
        World({"persons": (m.person(age=18),), "flags": ("spam",)}),
    ),
    # danger
    "escalated_by_sender": lambda m: (World({"escalation": "urgent"}), World({"priority": "1"})),
    "abuse_or_trafficking": _kind(IncidentType.ABUSE, IncidentType.ENTICEMENT),
    "enticement": _kind(IncidentType.ENTICEMENT),
    "obscene_material_to_a_child": _kind(IncidentType.UNSOLICITED, IncidentType.MISLEADING_WORDS),
    "blackmail_of_a_child": _flag("sextortion"),
    "pictures_asked_of_a_child": _flag("csamSolicitation"),
    "cruelty_online": _flag("sadisticOnlineExploitation"),
    "aggravating": _flag("potentialAggravatingFactors"),
    "child_named": lambda m: (
        World({"children": (m.child(),)}),
        World({"children": (m.child(role=Role.REPORTED),)}),
    ),
    "child_in_this_country": lambda m: (
        World({"children": (m.child(same_country=True),)}),
        World({"children": (m.child(same_country=False),)}),
    ),
    "child_by_age": lambda m: (
        World({"children": (m.child(role=Role.RECIPIENT, age=17),)}),
        World({"children": (m.child(role=Role.REPORTED, age=17),)}),
    ),
    "young_child": lambda m: (
        World({"children": (m.child(age=11),)}),
        World({"children": (m.child(age=12),)}),
    ),
    "several_children": _several_children,
    "school_known": lambda m: (
        World({"children": (m.child(unread=(("$.victim.schoolName", "Invented School"),)),)}),
        World({"children": (m.child(unread=(("$.victim.schoolName", " "), ("$.victim.club", "x"))),)}),
    ),
    "live_stream": _tag("liveStreaming"),
    "infant": _tag("infant"),
    "violence": _tag("physicalHarm"),
    "made_by_the_child": _tag("possibleSelfProduction"),
    "signs_of_making": _making,
    "at_one_address_with_the_child": _same_home,
    "access_to_the_victim": _person({"access_to_victim": True}, {"access_to_victim": False}),
    "access_to_any_child": _person({"access_to_children": True}, {"access_to_children": False}),
    "close_to_the_child": _person(
        {"relationship_to_child": "Family friend"},
        {"relationship_to_child": "Unknown to the child", "occupation": "Teacher"},
    ),
    "works_with_children": _person({"occupation": "Swimming coach"}, {"occupation": "Coachbuilder"}),
    "convicted_before": _person({"convicted_sex_offender": True}, {"convicted_sex_offender": False}),
    "firearms": _person({"access_to_firearms": True}, {"access_to_firearms": False}),
    "text_work_with_children": _words("they gave me the under nines", "they gave me nine of them"),
    "text_own_child": _words("this is my niece", "this is my nice boat"),
    "text_child_in_reach": _words("she sleeps in my room", "she sleeps in many rooms"),
    "text_now": _words("it is happening now", "it is happening in May"),
    "text_meeting": _words("can we meet", "can we eat"),
    "text_blackmail": _words(
        "send money or i will send it to everybody", "i will send it to the printer with the invoice"
    ),
    "text_threat_or_deadline": _words("by friday", "my friend by the sea"),
    "text_child_speaks": _words("hi im 12", "hi im 1200 km away"),
    "text_child_spoken_to": _words("u r 12 so what", "they are 12 nautical miles off"),
    "text_meeting_in_secret": _words("can we meet. dont tell your mum", "can we meet. bring your mum"),
    "text_grooming": _words("this is our little secret", "this is our little boat"),
    "text_help": _words("please help me", "please help yourself to tea"),
    "text_new_material": _words("want to trade?", "want to sail?"),
    "most_severe_class": lambda m: (
        World({"files": (m.file("a", classification=Classification("industry classification", "A1")),)}),
        World({"files": (m.file("a", classification=Classification("another scheme", "A1")),)}),
    ),
    "severe_class": lambda m: (
        World({"files": (m.file("a", classification=Classification("industry classification", "B2")),)}),
        World({"files": (m.file("a", classification=Classification("industry classification", "C9")),)}),
    ),
    "handed_on": lambda m: (
        World(
            {
                "observations": (m.seen(event="upload"),),
                "accounts": (m.account("5", role=Role.RECIPIENT),),
            }
        ),
        World({"observations": (m.seen(event="upload"),), "accounts": (m.account("5"),)}),
    ),
    "large_collection": lambda m: (
        World({"files": tuple(m.file(n) for n in range(100))}),
        World({"files": tuple(m.file(n % 99) for n in range(150))}),
    ),
    "reported_again": lambda m: (World({"refers_to": ("900",)}), World({"refers_to": ()})),
    "paid_for": lambda m: (
        World(
            {"accounts": (m.account("$reef", AccountKind.PAYMENT),), "texts": (m.text("live show tonight"),)}
        ),
        World({"accounts": (m.account("$reef", AccountKind.PAYMENT),), "texts": (m.text("boat hire"),)}),
    ),
    # noise
    "viral_by_mark": _noise_of_files("viral"),
    "viral_by_count": _viral,
    "meme": _noise_of_files("potentialMeme"),
    "batched": _flag("batchedReport"),
    "spam": _flag("spam"),
    "informational": _flag("informational", near="spam"),
    "made_up": _noise_of_files("generativeAi"),
    "account_taken_over": _person({"account_compromised": True}, {"account_compromised": False}),
    # workability
    "our_carrier": _address({}, {"carrier": None}),
    "answerable": _address({"shared": True}, {"shared": True}, {"port": 40_000}, {"port": None}),
    "records_still_kept": _address({"hours_left": 0.5}, {"hours_left": -0.5}),
    "port_given": _address({"shared": True}, {"shared": False}, {"port": 40_000}),
    "exact_time": lambda m: (
        World({"observations": (m.seen(at=m.instant(precision=60)),)}),
        World({"observations": (m.seen(at=m.instant(precision=3600)), m.seen(at=m.instant(zone=False)))}),
    ),
    "contact_verified": lambda m: (
        World({"accounts": (m.account("x@example.org", AccountKind.EMAIL, verified=True),)}),
        World({"accounts": (m.account("x@example.org", AccountKind.EMAIL, verified=True, from_text=True),)}),
    ),
    "phone_of_this_country": lambda m: (
        World({"accounts": (m.account("+9995550100", AccountKind.PHONE),)}),
        World({"accounts": (m.account("+8885550100", AccountKind.PHONE),)}),
    ),
    "several_identifiers": lambda m: (
        World({"accounts": tuple(m.account(str(n)) for n in range(3))}),
        World({"accounts": (m.account("1"), m.account("1"), m.account("2"))}),
    ),
    "name_or_home": _person({"last_name": "Tern"}, {"occupation": "Baker"}),
    "person_here": _person({"country": "XR"}, {"country": "XS"}),
    "sender_looked": lambda m: (
        World({"files": (m.file("a", viewed_by_sender=True),)}),
        World({"files": (m.file("a", viewed_by_sender=False, publicly_available=False),)}),
    ),
    "several_sources": lambda m: (
        World({"accounts": (m.account("1"),)}, [m.referral("2", accounts=(m.account("1"),))]),
        World({"accounts": (m.account("1"),)}, [m.referral("2", accounts=(m.account("2"),))]),
    ),
    "platform_still_holds": lambda m: (
        World({"reported_at": m.instant(24 * 364)}),
        World({"reported_at": m.instant(24 * 366)}),
    ),
    "shared_without_port": _address({"shared": True}, {"shared": None}),
    "behind_proxies": lambda m: (
        World({"observations": (m.seen(possible_proxy=True),)}),
        World({"observations": (m.seen(possible_proxy=True), m.seen("192.0.2.9", possible_proxy=False))}),
    ),
    "several_countries": _mixed,
    "zone_not_stated": lambda m: (
        World({"observations": (m.seen(at=m.instant(zone=False)),)}),
        World({"observations": (m.seen(at=m.instant(zone=False)), m.seen())}),
    ),
    "empty_report": lambda m: (World({}), World({"texts": (m.text("Something was typed."),)})),
}


def _reasons(world, make, book):
    referral = make.referral("1", **world.referral)
    outlooks = {} if world.outlooks is None else {referral.identity: tuple(world.outlooks)}
    ranking = rank([referral, *world.others], outlooks, book, make.now)
    (lead,) = [lead for lead in ranking.leads if referral.identity in lead.referrals]
    return lead, {reason.rule.id: reason for reason in lead.reasons}


def test_every_rule_has_a_case(demo_book):
    assert set(CASES) == {rule.id for rule in demo_book.rules}


def test_the_pack_covers_all_axes_and_says_where_each_rule_comes_from(demo_book):
    assert len(demo_book.rules) >= 30
    assert {rule.axis.value for rule in demo_book.rules} == {"danger", "workability", "noise", "interrupt"}
    assert all(len(rule.source) > 10 for rule in demo_book.rules)


@pytest.mark.parametrize("rule", CASES)
def test_the_rule_fires_where_it_is_meant_to(rule, make, demo_book):
    hit, _ = CASES[rule](make)
    lead, reasons = _reasons(hit, make, demo_book)
    reason = reasons[rule]
    assert reason.state is ReasonState.FIRED
    assert reason.points == reason.rule.points
    assert reason.seen
    if reason.rule.axis == "interrupt":
        assert reason.rule.raises in lead.interrupts
    if reason.rule.axis == "noise":
        assert reason.rule.raises in lead.noise


@pytest.mark.parametrize("rule", CASES)
def test_the_rule_is_silent_on_a_near_miss(rule, make, demo_book):
    _, miss = CASES[rule](make)
    _, reasons = _reasons(miss, make, demo_book)
    assert rule not in reasons or reasons[rule].state is ReasonState.UNKNOWN


@pytest.mark.parametrize("rule", [name for name in CASES if name not in ("empty_report",)])
def test_on_an_empty_report_no_rule_but_that_of_emptiness_fires(rule, make, demo_book):
    _, reasons = _reasons(World({"incident_type": None, "reported_at": None}), make, demo_book)
    assert rule not in reasons or reasons[rule].state is ReasonState.UNKNOWN
