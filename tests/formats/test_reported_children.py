"""Reported children: whoever is one is sealed whole, and no text shows what names them."""

import copy
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faru.formats import cybertip_api, cybertip_json
from faru.formats.options import ReadOptions
from faru.formats.sealing import Mask, name_forms
from faru.vocabulary import PersonRecord, Referral, ReportedChild, Role, Sealed

ReadWith = Callable[..., Any]
Document = dict[str, Any]


def open_texts(value: Any) -> Iterator[str]:
    """Every text of a referral that anybody may print, but for a child's own address."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (tuple, list)):
        for item in value:
            yield from open_texts(item)
    elif hasattr(value, "items"):
        for key, item in value.items():
            yield key
            yield from open_texts(item)
    elif is_dataclass(value) and not isinstance(value, type):
        for part in fields(value):
            if not (part.name in ("literal", "address") and getattr(value, "child", None) is not None):
                yield from open_texts(getattr(value, part.name))


def shown(referral: Referral) -> str:
    return "\n".join(open_texts(referral)).casefold()


@pytest.fixture
def read(read_with: ReadWith) -> ReadWith:
    return lambda document, **options: read_with(cybertip_json.read, document, **options)


def recipient(cybertip: Document) -> Document:
    return cybertip["reportedInformation"]["intendedRecipients"]["intendedRecipients"][0]


def suspect(cybertip: Document) -> Document:
    return cybertip["reportedInformation"]["reportedPeople"]["reportedPersons"][0]


def test_a_recipient_under_18_is_sealed(read: ReadWith, cybertip: Document) -> None:
    referral = read(cybertip).one
    child = referral.children[0]
    assert (child.label, child.role, child.age) == ("Child A", Role.RECIPIENT, 13)
    assert child.person.open().first_name == "Zumra"
    assert [a.open().value for a in child.accounts] == ["kid-55512", "zum.kan@example.org"]
    assert [p.role for p in referral.persons] == [Role.REPORTED]
    for secret in ("zumra", "kandu", "kid-55512", "zum.kan"):
        assert secret not in shown(referral)
    assert referral.texts[0].text == "He wrote to Child A again."
    assert referral.files[0].name == "Child A.bin"


def test_a_childs_observation_keeps_its_address_for_the_carrier(read: ReadWith, cybertip: Document) -> None:
    seen = read(cybertip).one.observations[1]
    assert (seen.address, seen.child, seen.person, seen.role) == ("198.51.100.77", 0, None, Role.RECIPIENT)


@pytest.mark.parametrize(
    ("said", "sealed"),
    [("13", True), ("17", True), ("18", False), ("35", False), ("", True), ("N/A", True), ("unknown", True),
     ("16-19", True), ("18+", False), ("under 18", True), ("teenager", True), ("minor", True),
     (13, True), (44, False)],
)  # fmt: skip
def test_a_recipient_is_a_child_unless_stated_adult(
    read: ReadWith, cybertip: Document, said: Any, sealed: bool
) -> None:
    recipient(cybertip)["approximateAge"] = said
    assert bool(read(cybertip).one.children) is sealed


@pytest.mark.parametrize(
    ("born", "sealed"),
    [("2012-05-04", True), ("1980-05-04", False), ("2008-03-05", True), ("2008-03-04", False), ("2008", True),
     ("1999", False), ("04/05/2012", True), ("04/05/1980", False), ("03/04/2008", True), ("nonsense", True)],
)  # fmt: skip
def test_a_recipients_date_of_birth(read: ReadWith, cybertip: Document, born: str, sealed: bool) -> None:
    del recipient(cybertip)["approximateAge"]
    recipient(cybertip)["dateOfBirth"] = born
    assert bool(read(cybertip).one.children) is sealed


@pytest.mark.parametrize(("age", "child"), [("16", True), ("18", False), ("", False), ("41", False)])
def test_a_reported_person_under_18(read: ReadWith, cybertip: Document, age: str, child: bool) -> None:
    suspect(cybertip)["approximateAge"] = age
    referral = read(cybertip).one
    assert ("suspect_is_child" in referral.flags) is child
    assert any(c.role is Role.REPORTED for c in referral.children) is child
    assert bool(referral.persons) is not child
    if child:
        assert "reef_walker" not in shown(referral)
        assert "invented" not in shown(referral)


def test_a_reported_person_born_late(read: ReadWith, cybertip: Document) -> None:
    del suspect(cybertip)["approximateAge"]
    suspect(cybertip)["dateOfBirth"] = "2011-01-01"
    assert "suspect_is_child" in read(cybertip).one.flags
    assert read(cybertip).one.children[0].age == 15


@pytest.mark.parametrize("name", ["victims", "victim", "childVictims", "reportedChildVictims"])
@pytest.mark.parametrize("wrap", [lambda p: p, lambda p: [p], lambda p: {"victims": [p]}, lambda p: [[p]]])
def test_every_victim_is_sealed_whatever_its_age(
    read: ReadWith, cybertip: Document, name: str, wrap: Callable[[Any], Any]
) -> None:
    victim = {"firstName": "Qadhira", "age": "30", "schoolName": "Coral Hill", "odd": {"deep": ["v-99812"]}}
    cybertip["reportedInformation"][name] = wrap(victim)
    cybertip["note"] = "Qadhira of Coral Hill, v-99812"
    referral = read(cybertip).one
    assert [c.role for c in referral.children] == [Role.RECIPIENT, Role.VICTIM]
    for secret in ("qadhira", "coral hill", "v-99812"):
        assert secret not in shown(referral)
    assert referral.unread["$.note"] == "Child B of sealed, sealed"
    assert ("v-99812") in [text for _, text in referral.children[1].unread.open()]


def test_a_victim_of_whom_only_a_name_stands_there(read: ReadWith, cybertip: Document) -> None:
    cybertip["reportedInformation"]["victims"] = ["Qadhira Veyo"]
    cybertip["note"] = "QADHIRA came"
    referral = read(cybertip).one
    assert "qadhira" not in shown(referral)
    assert len(referral.children) == 2


def test_no_leaf_of_a_childs_block_is_shown(read: ReadWith, cybertip: Document) -> None:
    names = ("firstName", "middleName", "lastName", "preferredName", "gender", "occupation", "espUserId",
             "vehicleDescription",
             "additionalContactInformation", "somethingUnknown", "dateOfBirth", "relationshipToReporter",
             "country")  # fmt: skip
    block: Document = {name: f"mark{index}x" for index, name in enumerate(names)}
    block |= {
        "screenName": {"value": "marksx"},
        "displayName": ["markdx"],
        "deviceId": {"idType": "IMEI", "idValue": "markix"},
        "additionalInformations": [{"value": "markfx is her text"}],
        "addresses": {"addresses": [{"street1": "1 markax road", "city": "markcx"}]},
        "sourceInformation": {
            "sourceCaptures": [
                {
                    "captureType": "IP Address",
                    "value": "markpx",
                    "port": "markqx",
                    "eventName": "markbx",
                    "dateTime": "2026-03-04 10:00 markn",
                },
                {"captureType": "IP Address", "value": "198.51.100.9", "dateTime": "marktx"},
                {"captureType": "Profile URL", "value": "https://example.com/markux"},
                {"captureType": "Other", "value": "markox"},
            ]
        },
        "associatedAccount": [{"espIdentifier": "markex"}, "markgx"],
        "mark_key": {"deep": [["markzx"]]},
        "approximateAge": "markwx",
    }
    cybertip["reportedInformation"]["intendedRecipients"] = [block]
    reading = read(cybertip)
    text = shown(reading.one)
    assert "mark" not in text.replace("mark_key", "")
    assert "mark" not in reading.sentences.replace("mark_key", "")


@pytest.mark.parametrize("key", ["intendedRecipients", "victims"])
def test_children_in_doubled_keys_are_sealed_too(read: ReadWith, cybertip: Document, key: str) -> None:
    info = cybertip["reportedInformation"]
    info.pop("intendedRecipients")
    info["note"] = "Qadhira and Veyo"
    raw = json.dumps(cybertip)
    doubled = (
        f'"{key}": [{{"firstName": "Qadhira"}}], "{key}": {{"{key}": {{"espUserId": "veyo123"}}}}, "note":'
    )
    referral = read(raw.replace('"note":', doubled)).one
    assert len(referral.children) == 2
    assert "qadhira" not in shown(referral)
    assert "veyo123" not in shown(referral)


def test_a_doubled_age_counts_at_its_lowest(read: ReadWith, cybertip: Document) -> None:
    suspect(cybertip)["approximateAge"] = "AGE"
    raw = json.dumps(cybertip).replace(
        '"approximateAge": "AGE"', '"approximateAge": "15", "approximateAge": "30"'
    )
    assert "suspect_is_child" in read(raw).one.flags


def test_a_child_in_an_unknown_container(read: ReadWith, cybertip: Document) -> None:
    cybertip["witnesses"] = [{"firstName": "Qadhira", "age": 11, "x": "y"}]
    referral = read(cybertip).one
    assert "qadhira" not in shown(referral)
    assert referral.children[-1].role is Role.UNKNOWN


def test_an_identifier_that_a_child_and_an_adult_share_is_sealed(read: ReadWith, cybertip: Document) -> None:
    suspect(cybertip)["emails"] = {"emails": [{"value": "Zum.Kan@example.org"}, {"value": "own@example.org"}]}
    referral = read(cybertip).one
    assert "zum.kan" not in shown(referral)
    assert len(referral.children[0].accounts) == 3
    assert "own@example.org" in [a.value for a in referral.accounts]
    assert all(referral.where(f"accounts[{i}]") for i in range(len(referral.accounts)))


def test_a_childs_phone_in_any_grouping(read: ReadWith, cybertip: Document) -> None:
    recipient(cybertip)["phones"] = [{"value": "+960 712 3456"}]
    cybertip["note"] = "call 960-712-3456 or +9607123456"
    assert read(cybertip).one.unread["$.note"] == "call sealed or sealed"


def test_country_of_the_unit(read: ReadWith, cybertip: Document) -> None:
    recipient(cybertip)["addresses"] = {"addresses": [{"country": "Freedonia"}]}
    assert read(cybertip).one.children[0].same_country is None
    assert read(cybertip, country="FD", country_names=("Freedonia",)).one.children[0].same_country is True
    assert read(cybertip, country="SY").one.children[0].same_country is False


def test_the_api_form_seals_victims(read_with: ReadWith, api: str) -> None:
    referral = read_with(cybertip_api.read, api).one
    for secret in ("naifa", "blue lagoon"):
        assert secret not in shown(referral)
    assert referral.texts[0].text == "Child A goes to sealed."
    assert referral.children[0].age == 9
    assert referral.files[0].name == "Child A 1.bin"


def child(name: str, label: str = "Child A") -> ReportedChild:
    first, _, last = name.partition(" ")
    record = PersonRecord(role=Role.VICTIM, first_name=first, last_name=last or None)
    return ReportedChild(
        label=label,
        role=Role.VICTIM,
        person=Sealed(record),
        names=Sealed(name_forms([name])),
        unread=Sealed(()),
    )


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("Aminath Shifa", "Child A"),
        ("AMINATH", "Child A"),
        ("aminath_shifa12.jpg", "Child A12.jpg"),
        ("Aminaths", "Aminaths"),
        ("xaminath", "xaminath"),
        ("Shifa, Aminath", "Child A"),
        ("the child said", "the child said"),
    ],
)
def test_borders_of_names(text: str, clean: str) -> None:
    mask = Mask()
    mask.add(child("Aminath Shifa"))
    assert mask.text(text) == clean


def test_accents_and_other_scripts() -> None:
    mask = Mask()
    mask.add(child("José Ñandú"))
    mask.add(child("އާމިނަތު", "Child B"))
    assert mask.text("Jose and JOSE\u0301 and nandu") == "Child A and Child A and Child A"
    assert mask.text("ބަޔަކު އާމިނަތު ބުނި") == "ބަޔަކު Child B ބުނި"


def test_two_children_keep_their_labels() -> None:
    mask = Mask()
    mask.add(child("Aminath Shifa"))
    mask.add(child("Aishath Naifa", "Child B"))
    assert mask.text("Shifa met Naifa") == "Child A met Child B"


_NAME = st.text(alphabet="bdfgklmnprstvz", min_size=4, max_size=9)


@settings(deadline=None, max_examples=60)
@given(st.data(), _NAME, _NAME)
def test_a_childs_name_is_in_no_text_wherever_it_stands(data: st.DataObject, first: str, last: str) -> None:
    import io

    from faru.formats.options import ReadOptions

    document = copy.deepcopy(json.loads(DOCUMENT))
    kid = document["reportedInformation"]["intendedRecipients"][0]
    kid["firstName"], kid["lastName"] = first, last
    word = data.draw(
        st.sampled_from([first, last, f"{first} {last}", f"{last}, {first}", f"{first}_{last}".upper()])
    )
    place = data.draw(
        st.sampled_from(["free", "summary", "file", "content", "escalation", "occupation", "key"])
    )
    info = document["reportedInformation"]
    if place == "free":
        document["unknownField"] = f"about {word}."
    elif place == "summary":
        info["incidentSummary"]["incidentDateTimeDescription"] = f"when {word} slept"
    elif place == "file":
        info["uploadedFiles"] = [{"filename": f"{word}.bin", "espMetadata": [{"name": word, "value": word}]}]
    elif place == "content":
        info["incidentDetails"] = {"emailIncident": {"contents": [word]}}
    elif place == "escalation":
        info["escalateToHighPriority"] = word
    elif place == "occupation":
        info["reportedPeople"] = [{"occupation": f"teacher of {word}", "relationshipToChildVictim": word}]
    else:
        document[word] = "value"
    items = list(cybertip_json.read(io.BytesIO(json.dumps(document).encode()), ReadOptions()))
    text = shown(items[0]) if isinstance(items[0], Referral) else ""
    assert text
    assert first not in text.replace("child", "")
    assert last not in text.replace("child", "")


DOCUMENT = (
    '{"reportId": 190000001, "reportedInformation": {"incidentSummary": {}, "intendedRecipients": [{}]}}'
)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("dateOfBirth", "2012-03"),
        ("dateOfBirth", "March 2012"),
        ("dateOfBirth", "03/2012"),
        ("dateOfBirth", "b. 2012"),
        ("approximateAge", "fourteen"),
        ("approximateAge", "teen"),
        ("approximateAge", "U18"),
        ("approximateAge", "17/18"),
    ],
)
def test_a_reported_person_who_may_be_a_child_is_sealed(field: str, value: str) -> None:
    person = {field: value, "screenName": {"value": "scr_canary"}}
    document = {
        "reportId": "1",
        "dateReceived": "2026-03-01T10:00:00Z",
        "reportedInformation": {"reportedPeople": {"reportedPersons": [person]}},
    }
    raw = io.BytesIO(json.dumps(document).encode())
    (referral,) = cybertip_json.read(raw, ReadOptions(name="x"))
    assert isinstance(referral, Referral)
    assert len(referral.children) == 1
    assert "suspect_is_child" in referral.flags
    assert "canary" not in repr(referral)
