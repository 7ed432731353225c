"""Letters: a keyed form reads like any alert, is checked at its fields, and is read again from its bytes."""

import hashlib
import io
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faru.formats.intake import read_stream
from faru.formats.letter import Problem, check_letter, read, read_letter, sniff
from faru.formats.letter_form import (
    Attachment,
    KeyedAccount,
    KeyedHash,
    KeyedObservation,
    KeyedPerson,
    Letter,
    LetterKind,
    from_bytes,
    to_bytes,
)
from faru.formats.options import ReadOptions
from faru.loaders.refusals import Refused
from faru.vocabulary import SEALED, Handling, IncidentType, Referral, Role, Unreadable

DIGEST = hashlib.sha256(b"an invented letter").hexdigest()
OPTIONS = ReadOptions(name="in")
LETTER = Letter(
    sender="Agency of the Outer Isles",
    number="OI 12/2026",
    reported_at="5 March 2026",
    platform="ExampleChat",
    incident_type="enticement",
    incident_at="2026-03-04 10:06:07",
    tlp="tlp:amber",
    caveats=("Not for court", "Ask before sharing"),
    text="Zumra Kandu was written to by reef_walker from 203.0.113.99.",
    zone="+05:00",
    day_first=True,
    persons=(
        KeyedPerson(role="reported", first_name="Invented", last_name="Person", age="41", country="MV"),
        KeyedPerson(
            role="victim",
            first_name="Zumra",
            last_name="Kandu",
            age="13",
            school="Blue Lagoon School",
            note="Plays chess",
        ),
    ),
    observations=(
        KeyedObservation(address="203.0.113.7", port="40211", at="04-03-2026 10:06:07", event="login"),
        KeyedObservation(address="198.51.100.77", at="2026-03-04T05:06:09Z", person=2),
    ),
    accounts=(
        KeyedAccount(kind="user_id", value="user-77001", role="reported"),
        KeyedAccount(kind="email", value="zum.kan@example.org", role="victim"),
        KeyedAccount(kind="screen_name", value="helper_9", role="associated", person=1),
    ),
    hashes=(
        KeyedHash(algorithm="MD5", value="0123456789abcdef0123456789abcdef", file_name="zumra 1.bin"),
        KeyedHash(algorithm="sha1", value="ab" * 20, file_name="zumra 1.bin"),
        KeyedHash(algorithm="pdq", value="cd" * 32),
    ),
    attachment=Attachment(kind=LetterKind.PDF, name="letter of Zumra.pdf", sha256=DIGEST.upper()),
)


def referral(letter: Letter, options: ReadOptions = OPTIONS) -> Referral:
    found = read_letter(letter, options)
    assert isinstance(found, Referral), found
    return found


def sentences(found: Referral) -> str:
    return "\n".join(remark.sentence for remark in found.remarks)


def problems(letter: Letter, options: ReadOptions = OPTIONS) -> dict[str, Problem]:
    return {problem.field: problem for problem in check_letter(letter, options)}


def test_a_letter_is_a_referral() -> None:
    found = referral(LETTER)
    assert (found.sender, found.number, found.format) == (LETTER.sender, "OI 12/2026", "letter")
    assert found.sha256 == hashlib.sha256(to_bytes(LETTER)).hexdigest()
    assert (found.platform, found.incident_type) == ("ExampleChat", IncidentType.ENTICEMENT)
    assert found.handling == Handling("AMBER", ("Not for court", "Ask before sharing"))
    assert found.incident_at is not None
    assert found.incident_at.iso() == "2026-03-04T05:06:07Z"
    assert found.reported_at is not None
    assert found.reported_at.precision_s == 86400
    seen = found.observations[0]
    assert (seen.address, seen.port, seen.event, seen.role, seen.person) == (
        "203.0.113.7",
        40211,
        "login",
        Role.REPORTED,
        0,
    )
    assert seen.at is not None
    assert seen.at.iso() == "2026-03-04T05:06:07Z"
    assert [(a.kind.value, a.value, a.role, a.person) for a in found.accounts] == [
        ("user_id", "user-77001", Role.REPORTED, 0),
        ("screen_name", "helper_9", Role.ASSOCIATED, 0),
    ]
    assert [(f.name, [h.algorithm for h in f.hashes]) for f in found.files] == [
        ("Child A 1.bin", ["md5", "sha1"]),
        (None, ["pdq"]),
    ]
    assert all(h.canonical for f in found.files for h in f.hashes)
    assert dict(found.unread) == {}


def test_pointers_name_the_field_of_the_form() -> None:
    found = referral(LETTER)
    for path, place in (
        ("number", "letter form, number"),
        ("reported_at", "letter form, reported at"),
        ("handling.tlp", "letter form, tlp"),
        ("observations[1].address", "letter form, observation 2, address"),
        ("observations[0].port", "letter form, observation 1, port"),
        ("persons[0].first_name", "letter form, person 1, first name"),
        ("files[0].hashes[1]", "letter form, hash 2, value"),
        ("accounts[0]", "letter form, account 1, value"),
        ("texts[0].text", "letter form, text"),
    ):
        assert found.where(path) == place


def test_a_reported_child_is_sealed_everywhere() -> None:
    found = referral(LETTER)
    child = found.children[0]
    assert (child.label, child.role, child.age) == ("Child A", Role.VICTIM, 13)
    assert child.person.open().first_name == "Zumra"
    assert [sealed.open().value for sealed in child.accounts] == ["zum.kan@example.org"]
    assert ("letter form, person 2, note", "Plays chess") in child.unread.open()
    assert found.observations[1].child == 0
    assert found.texts[0].text.startswith("Child A was written to")
    shown = f"{replace(found, observations=())!r}".casefold()
    for secret in ("zumra", "kandu", "zum.kan", "blue lagoon", "plays chess"):
        assert secret not in shown
    assert "keyed from 'letter of Child A.pdf', a PDF, SHA-256 " + DIGEST in sentences(found)


def test_a_childs_name_never_changes_the_handling_code() -> None:
    persons = (KeyedPerson(role="victim", first_name="Amber"),)
    found = referral(Letter(sender="S", tlp="AMBER", caveats=("Amber is safe",), persons=persons))
    assert found.handling == Handling("AMBER", ("Child A is safe",))


def test_an_account_of_a_role_that_nobody_keyed_has() -> None:
    letter = Letter(
        sender="S",
        accounts=(
            KeyedAccount(kind="email", value="kid@example.org", role="victim"),
            KeyedAccount(kind="phone", value="+960 700 0001", role="victim"),
            KeyedAccount(kind="user_id", value="u1"),
            KeyedAccount(kind="user_id", value="u2", role="reporter"),
        ),
    )
    found = referral(letter)
    assert [len(child.accounts) for child in found.children] == [2]
    assert [(a.value, a.role, a.person) for a in found.accounts] == [
        ("u1", Role.REPORTED, 0),
        ("u2", Role.REPORTER, None),
    ]
    assert (
        "nobody keyed is victim; counted with the account before" in problems(letter)["accounts[1]"].sentence
    )


def test_what_may_be_a_childs_is_counted_as_a_childs() -> None:
    persons = (KeyedPerson(role="reported", age="40"), KeyedPerson(role="reported", age="15"))
    letter = Letter(
        sender="S",
        persons=persons,
        accounts=(KeyedAccount(kind="user_id", value="whose", role="reported"),),
        observations=(
            KeyedObservation(address="203.0.113.7"),
            KeyedObservation(address="203.0.113.8", person=1),
        ),
    )
    found = referral(letter)
    assert "suspect_is_child" in found.flags
    assert not found.accounts
    assert [(o.child, o.person) for o in found.observations] == [(0, None), (None, 0)]
    assert "key the number of the one it belongs to" in problems(letter)["accounts[0]"].sentence
    adults = replace(letter, persons=(persons[0], persons[0]))
    assert [(a.value, a.person) for a in referral(adults).accounts] == [("whose", None)]


def test_a_number_outweighs_a_role() -> None:
    accounts = (KeyedAccount(kind="user_id", value="u", role="reported", person=2),)
    letter = replace(LETTER, accounts=accounts)
    assert not referral(letter).accounts
    assert "belongs to person 2, whose role is victim" in problems(letter)["accounts[0]"].sentence


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        (
            {"observations": (KeyedObservation(address="203.0.113.777"),)},
            "observations[0].address",
            "not an address",
        ),
        (
            {"observations": (KeyedObservation(address="203.0.113.7", port="70000"),)},
            "observations[0].port",
            "65,535",
        ),
        (
            {"observations": (KeyedObservation(address="203.0.113.7", at="soon"),)},
            "observations[0].at",
            "not a time",
        ),
        ({"observations": (KeyedObservation(port="1"),)}, "observations[0]", "no address is keyed"),
        ({"reported_at": "some day"}, "reported_at", "not a time"),
        ({"incident_at": "03-04-2026", "day_first": None}, "incident_at", "day or month"),
        ({"incident_at": "2026-03-04", "zone": None}, "incident_at", "zone is not stated"),
        ({"incident_type": "something else"}, "incident_type", "no kind of incident"),
        ({"persons": (KeyedPerson(role="reported", age="grown up"),)}, "persons[0].age", "no age"),
        (
            {"persons": (KeyedPerson(role="reported", date_of_birth="spring"),)},
            "persons[0].date_of_birth",
            "no age",
        ),
        (
            {"accounts": (KeyedAccount(kind="pigeon", value="x"),)},
            "accounts[0].value",
            "no kind of identifier",
        ),
        ({"accounts": (KeyedAccount(kind="email", value="x"),)}, "accounts[0].value", "has no @"),
        ({"accounts": (KeyedAccount(kind="phone", value="x"),)}, "accounts[0].value", "has no digit"),
        ({"hashes": (KeyedHash(algorithm="md5", value="zz"),)}, "hashes[0].value", "is not a md5 hash"),
        (
            {"hashes": (KeyedHash(algorithm="own", value="zz"),)},
            "hashes[0].value",
            "'own' is not compared here",
        ),
        ({"hashes": (KeyedHash(value="ab" * 20),)}, "hashes[0].value", "no algorithm is named"),
    ],
)
def test_what_cannot_be_read_is_said_at_its_field(changes: dict[str, Any], field: str, words: str) -> None:
    letter = replace(LETTER, **{"persons": (), "observations": (), "accounts": (), "hashes": (), **changes})
    problem = problems(letter)[field]
    assert words in problem.sentence
    assert not problem.sentence.startswith(("letter", "in"))
    assert not problem.fatal
    assert problem.sentence in sentences(referral(letter))


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"sender": " "}, "sender", "who sent"),
        ({"zone": "IST"}, "zone", "not a zone"),
        ({"tlp": "PURPLE"}, "tlp", "AMBER+STRICT"),
        ({"text": "", "persons": (), "observations": (), "accounts": (), "hashes": ()}, "text", "nothing"),
        ({"persons": (KeyedPerson(role="viktim"),)}, "persons[0].role", "say who this is"),
        ({"accounts": (KeyedAccount(kind="email", value="a@b", role="x"),)}, "accounts[0].role", "say whose"),
        (
            {"accounts": (KeyedAccount(kind="email", value="a@b", person=9),)},
            "accounts[0].person",
            "no person 9",
        ),
        (
            {"observations": (KeyedObservation(address="x", person=-(10**30)),)},
            "observations[0].person",
            "no person -1000",
        ),
        ({"attachment": Attachment(kind="photo")}, "attachment.kind", "picture_only"),
        ({"attachment": Attachment(kind="pdf", name="a.pdf")}, "attachment.sha256", "64 hex"),
        ({"attachment": Attachment(kind="pdf", sha256="00")}, "attachment.sha256", "64 hex"),
        ({"attachment": Attachment(kind="paper", sha256=DIGEST)}, "attachment.sha256", "paper has no hash"),
    ],
)
def test_what_must_be_mended_first(changes: dict[str, Any], field: str, words: str) -> None:
    letter = replace(LETTER, **changes)
    first = check_letter(letter, OPTIONS)[0]
    assert (first.field, first.fatal) == (field, True)
    assert words in first.sentence
    found = read_letter(letter, OPTIONS)
    assert isinstance(found, Unreadable)
    assert found.place == field
    assert words in found.sentence
    assert found.sha256 == hashlib.sha256(to_bytes(letter)).hexdigest()


def test_no_sentence_quotes_a_child() -> None:
    persons = (KeyedPerson(role="victim", first_name="Naifa", age="small", date_of_birth="in spring"),)
    accounts = (KeyedAccount(kind="email", value="naifa", role="victim"),)
    seen = (KeyedObservation(address="naifas house", port="port of naifa", at="naifas day", person=1),)
    letter = replace(LETTER, persons=persons, accounts=accounts, observations=seen, text=None)
    said = "\n".join(problem.sentence for problem in check_letter(letter, OPTIONS))
    assert said.count(SEALED) >= 3
    assert "naifa" not in said.casefold()
    assert "small" not in said


def test_of_a_picture_only_letter_and_of_paper_no_more_is_said_than_is_kept() -> None:
    scan = replace(LETTER, attachment=Attachment(kind="picture_only", sha256=DIGEST))
    assert "keyed from a scan without text, of which only the hash is kept" in sentences(referral(scan))
    assert "keyed from paper" in sentences(referral(replace(LETTER, attachment=Attachment(kind="paper"))))


def test_own_bytes_are_told_once_and_only_when_it_is_read() -> None:
    told: list[tuple[str, bytes]] = []
    options = replace(OPTIONS, own_bytes=lambda digest, raw: told.append((digest, raw)))
    check_letter(LETTER, options)
    read_letter(replace(LETTER, sender=""), options)
    assert told == []
    found = referral(LETTER, options)
    assert told == [(found.sha256, to_bytes(LETTER))]


def test_stored_bytes_are_read_again_by_the_registered_format() -> None:
    raw = to_bytes(LETTER)
    found = read_stream("raw/abc", io.BytesIO(raw), OPTIONS)
    assert found.format == "letter"
    assert found.referrals == (referral(LETTER),)
    spaced = json.dumps(json.loads(raw), indent=2).encode()
    assert list(read(io.BytesIO(spaced), OPTIONS)) == [referral(LETTER)]


def test_canonical_bytes_hold_nothing_empty_and_nothing_unseen() -> None:
    letter = Letter(sender=" S\u202e ", number="", text="a\x00b", caveats=())
    assert (
        to_bytes(letter).decode()
        == '{"faru_letter":1,"sender":"S","text":"ab","attachment":{"kind":"paper"}}'
    )
    assert from_bytes(to_bytes(letter)) == Letter(sender="S", text="ab")


_TEXTS = (
    st.none()
    | st.text(max_size=12)
    | st.sampled_from(
        [
            "N/A",
            "unknown",
            "203.0.113.7:1",
            "2026-03-04 05:06",
            "12",
            "Zumra",
            "\ud800",
            "\u202e",
            '"',
            "victim",
        ]
    )
)
_WORDS = st.text(max_size=8) | st.sampled_from(
    ["victim", "reported", "recipient", "email", "phone", "pdf", "\ud800"]
)
_NUMBERS = st.none() | st.integers(-1, 3)
_LETTERS = st.builds(
    Letter,
    sender=_WORDS,
    **dict.fromkeys(
        ("number", "reported_at", "platform", "incident_type", "incident_at", "tlp", "text"), _TEXTS
    ),
    caveats=st.lists(st.text(max_size=5), max_size=2).map(tuple),
    zone=st.sampled_from([None, "UTC", "IST", "+05:00"]),
    day_first=st.none() | st.booleans(),
    observations=st.lists(
        st.builds(KeyedObservation, address=_TEXTS, port=_TEXTS, at=_TEXTS, event=_TEXTS, person=_NUMBERS),
        max_size=3,
    ).map(tuple),
    accounts=st.lists(
        st.builds(KeyedAccount, kind=_WORDS, value=_WORDS, role=st.none() | _WORDS, person=_NUMBERS),
        max_size=3,
    ).map(tuple),
    persons=st.lists(
        st.builds(KeyedPerson, role=_WORDS, first_name=_TEXTS, age=_TEXTS, date_of_birth=_TEXTS, note=_TEXTS),
        max_size=3,
    ).map(tuple),
    hashes=st.lists(st.builds(KeyedHash, algorithm=_TEXTS, value=_WORDS, file_name=_TEXTS), max_size=3).map(
        tuple
    ),
    attachment=st.builds(Attachment, kind=_WORDS, name=_TEXTS, sha256=st.just(DIGEST) | _TEXTS),
)
_SOUND = st.fixed_dictionaries(
    {
        "sender": st.just("S"),
        "tlp": st.sampled_from([None, "RED", "tlp:green"]),
        "zone": st.sampled_from([None, "UTC"]),
        "attachment": st.just(Attachment(kind="paper")),
        "observations": st.lists(st.builds(KeyedObservation, address=_TEXTS, at=_TEXTS), max_size=2).map(
            tuple
        ),
        "accounts": st.lists(
            st.builds(KeyedAccount, kind=_WORDS, value=_WORDS, role=st.sampled_from([None, *Role])),
            max_size=3,
        ).map(tuple),
        "persons": st.lists(
            st.builds(
                KeyedPerson, role=st.sampled_from(list(Role)), first_name=_TEXTS, age=_TEXTS, note=_TEXTS
            ),
            min_size=1,
            max_size=3,
        ).map(tuple),
    }
)


@settings(deadline=None, max_examples=200)
@given(_LETTERS)
def test_any_form_is_read_or_has_a_sentence(letter: Letter) -> None:
    raw = to_bytes(letter)
    assert to_bytes(from_bytes(raw)) == raw
    found = read_letter(letter, OPTIONS)
    fatal = any(problem.fatal for problem in check_letter(letter, OPTIONS))
    assert isinstance(found, Unreadable) is fatal
    assert found.sha256 == hashlib.sha256(raw).hexdigest()


@settings(deadline=None, max_examples=200)
@given(_LETTERS, _SOUND)
def test_reading_again_gives_the_same_referral(letter: Letter, sound: dict[str, Any]) -> None:
    letter = replace(letter, **sound)
    found = referral(letter)
    assert list(read(io.BytesIO(to_bytes(letter)), replace(OPTIONS, name="elsewhere"))) == [found]
    places = set(found.pointers.values())
    assert all(place.startswith("letter form") for place in places)


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (b"", "holds no JSON"),
        (b"{", "breaks off"),
        (b"[]", "no letter form"),
        ({"faru_letter": 2, "sender": "S"}, "no letter form"),
        ({}, "$.sender is missing"),
        ({"sender": 5}, "$.sender must be a text"),
        ({"sender": "S", "surprise": 1}, "$.surprise is no key"),
        ({"sender": "S", "persons": {}}, "$.persons must be a list"),
        ({"sender": "S", "persons": [5]}, "$.persons[0] must be an object"),
        ({"sender": "S", "persons": [{}]}, "$.persons[0].role is missing"),
        ({"sender": "S", "observations": [{"person": "1"}]}, "must be the number of a person"),
        ({"sender": "S", "caveats": [1]}, "$.caveats[0] must be a text"),
        ({"sender": "S", "day_first": "yes"}, "$.day_first must be true or false"),
        ({"sender": "S", "attachment": []}, "$.attachment must be an object"),
        (b'{"faru_letter": 1, "sender": "S", "sender": "T"}', "$.sender stands twice"),
        (b'{"faru_letter": 1, "sender": "S"} {"faru_letter": 1, "sender": "S"}', "one JSON object"),
    ],
)
def test_bytes_that_are_no_form_have_a_sentence(document: Any, words: str) -> None:
    raw = document if isinstance(document, bytes) else json.dumps({"faru_letter": 1, **document}).encode()
    with pytest.raises(Refused) as found:
        from_bytes(raw, "in")
    assert words in found.value.sentence
    assert found.value.sentence.startswith("in: ")
    items = list(read(io.BytesIO(raw), OPTIONS))
    assert [type(item) for item in items] == [Unreadable]


def test_sniff() -> None:
    assert sniff(b'{"faru_letter": 1', "a.json") == 0.99
    assert sniff(b'\xef\xbb\xbf {\n "faru_letter" :1', "a")
    assert sniff(b'{"a": 1, "faru_letter": 1', "letter.json") is None
    assert sniff(b"faru_letter", "a.json") is None
