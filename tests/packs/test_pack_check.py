"""Every fault of a pack has its sentence, its file and its line."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from faru.packs import Finding, PackFault, Purpose, Severity, check, load
from faru.packs.sheets import SCHEMAS
from faru.vocabulary.permissions import Permission

Spoil = Callable[[str, str, str], list[Finding]]
POLICY = "policies/child-exploitation.yaml"


def line_of(copied: Path, file: str, text: str) -> int:
    lines = (copied / file).read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


@pytest.mark.parametrize(
    ("file", "old", "new", "words", "severity"),
    [
        # the shape of files
        ("pack.yaml", 'version: "2026.1"', "version: 2026.1", "2026.1 is not a text", "error"),
        ("pack.yaml", "country: XR", "country: xr", "two capital letters", "error"),
        ("pack.yaml", "languages:", "langauges:", 'did you mean "languages"', "error"),
        ("pack.yaml", "weekend: [friday", "weekend: [freitag", '"freitag" is not one of monday', "error"),
        ("pack.yaml", "Etc/GMT-5", "Etc/GMT-55", "is no zone", "error"),
        ("pack.yaml", "2026-01-01", "2026-02-30", "no day of the calendar", "error"),
        ("holidays.yaml", "2026-02-17:", "2026-02-29:", "no day of the calendar", "error"),
        ("holidays.yaml", "2026-03-19:", "2026-02-17:", "stands here a second time", "error"),
        ("deadlines.yaml", "hours: 24", "hours: 24\n  days: 1", "exactly one of minutes, hours", "error"),
        ("deadlines.yaml", "hours: 24", "hours: -1", "too small; the least is 0", "error"),
        ("deadlines.yaml", "custody.first_judge:", "Custody:", '"Custody" cannot be a key', "error"),
        ("roles.yaml", "Works a case.", "Works a case", "ends with a full stop", "error"),
        (POLICY, "kind: form", "kind: tick", '"tick" is not one of form', "error"),
        (POLICY, "due: {hours: 1, child_safety: true}", "due: {hour: 1}", "exactly one of", "error"),
        (POLICY, "due: {hours: 4}", "due: {hours: 4, stpos: x}", '"stpos" is not known', "error"),
        # permissions
        ("roles.yaml", "    - raw.open", "    - raw.opne", 'did you mean "raw.open"', "error"),
        ("roles.yaml", "    - raw.open", "    - fly", "docs/pack-authors-guide.md lists", "error"),
        ("roles.yaml", "  permissions: []", "  # none", '"permissions" is missing', "error"),
        ("roles.yaml", "admin.users, ", "admin.users, raw.open, lead.read, ", "lead.read, raw.open", "error"),
        ("roles.yaml", "admin.users, ", "", 'No role has "admin.users"', "warning"),
        ("roles.yaml", "    - case.step\n", "", 'lets "intake" do a step', "warning"),
        # reasons
        ("reasons.yaml", "let_go:", "leave:", '"let_go" is missing here', "error"),
        ("reasons.yaml", "let_go:", "let_goo:", 'did you mean "let_go"', "error"),
        ("reasons.yaml", "The shift ends.", "The shift ends", "ends with a full stop", "error"),
        # names that nothing answers to
        (POLICY, "by: [intake]", "by: [intaker]", 'role "intaker" is not among', "error"),
        (POLICY, "signoff: supervisor", "signoff: superviser", 'role "superviser"', "error"),
        (POLICY, "duty_role: supervisor", "duty_role: nobody", 'duty role "nobody"', "error"),
        (POLICY, "next: {triage: }", "next: {triaje: }", '"triaje" does not exist', "error"),
        (POLICY, "after: [device_scan]", "after: [device_scam]", '"device_scam" does not', "error"),
        (POLICY, "before: door_visit", "before: doorvisit", '"doorvisit" is not among the events', "error"),
        (POLICY, "due: carrier.answer", "due: carrier.anwser", "is not in deadlines.yaml", "error"),
        (POLICY, "requires: [welfare_plan]", "requires: [welfare]", '"welfare" does not exist', "error"),
        (POLICY, "by: commander, needs", "by: admiral, needs", '"admiral" is not among', "error"),
        (POLICY, "outcome_step: record_outcome", "outcome_step: x", 'step "x" does not exist', "error"),
        (POLICY, "skip: {by: supervisor", "skip: {by: chief", '"chief" is not among', "error"),
        (POLICY, "[csam, grooming", "[csam, theft, grooming", 'the family "theft"', "warning"),
        ("roles.yaml", "senior: commander", "senior: admiral", '"admiral" is not among', "error"),
        ("deadlines.yaml", "starts: arrest", "starts: arest", "neither an event nor", "error"),
        ("deadlines.yaml", "stops: child_seen", "stops: step:x", "neither an event nor", "error"),
        ("carriers.yaml", "contact: atoll_desk", "contact: atol_desk", "not in contacts.yaml", "error"),
        (
            "carriers.yaml",
            "letter: disclosure",
            "letter: disclosed",
            '"disclosed" is not in letters',
            "error",
        ),
        # letters
        ("letters.yaml", "disclosure.typ", "other.typ", "letters/other.typ does not exist", "error"),
        ("letters.yaml", "disclosure.typ", "../pack.typ", "a file in letters/ such as", "error"),
        ("letters.yaml", "kind: disclosure", "kind: order", '"order" is not one of disclosure', "error"),
        ("letters.yaml", "kind: preservation", "kind: disclosure", "of the kind preservation", "warning"),
        ("letters.yaml", "  confirmed:", "  # confirmed:", "it says so in print", "warning"),
        # what cannot work
        (
            POLICY,
            "next: {interview: }",
            "next: {closure: }",
            'No way leads to the stage "interview"',
            "error",
        ),
        (POLICY, "by: [triage]\n        needs", "by: []\n        needs", "Nobody may do", "error"),
        (
            POLICY,
            "by: [triage]\n        signoff",
            "by: [triage, supervisor]\n        signoff",
            'let "commander" sign',
            "error",
        ),
        (POLICY, "holds: suspect_identified", "when: suspect_identified", 'needs "holds"', "error"),
        (POLICY, "needs: [reason, who_saw_child]", "needs: [who_saw_child]", "without a reason", "error"),
        (POLICY, "route_to: Youth", "# route_to: Youth", 'needs "route_to"', "error"),
        (POLICY, "decide: {hours: 1}", "decide: {working_days: 1}", "plain hours", "error"),
        (POLICY, "{days: 3, child", "{working_days: 3, child", "plain hours", "error"),
        (
            POLICY,
            "after: [preservation_request]",
            "after: [attribution_reviewed]",
            "waits for itself",
            "error",
        ),
        (POLICY, "      register:", "      victim_risk:", "used more than once", "error"),
        ("roles.yaml", "the unit.\n", "the unit.\n  senior: supervisor\n", "round in a circle", "error"),
        # conditions
        (POLICY, "when: wish_to_die", "when: wish_to_dye", "Did you mean wish_to_die", "error"),
        (POLICY, "when: suspect_age < 18", 'when: suspect_age < "18"', "wrong at line 1", "error"),
        (POLICY, "holds: suspect_identified", "holds: suspect_age", "must be true or false", "error"),
        (POLICY, '{when: outcome == "returned"}', "{when: outcom}", "Did you mean outcome", "error"),
        (POLICY, "  suspect_age: {type", "  outcome: {type", "declared twice", "error"),
        # clocks
        ("deadlines.yaml", "  owner: victim_worker\n", "", "has no owner", "warning"),
        (POLICY, "deadlines: [custody.investigation_max, ", "deadlines: [", "No policy uses", "warning"),
        ("deadlines.yaml", "hours: 72", "working_days: 3", "plain hours", "error"),
        # carriers, offences, contacts
        ("carriers.yaml", "192.0.2.0/24", "192.0.2.1/24", "no block of addresses", "error"),
        ("carriers.yaml", "203.0.113.0/24", "192.0.2.0/24", 'stands under "lagoon"', "error"),
        ("carriers.yaml", "203.0.113.0/24", "192.0.2.0/25", "the longer counts", "warning"),
        ("carriers.yaml", "days: 14", "days: null", "Nobody has said how long", "warning"),
        ("carriers.yaml", "log_zone: UTC", "log_zone: UTC+5", "is no zone", "error"),
        ("offences.yaml", "at_least: 3", "at_least: 9", "9 kinds of evidence", "error"),
        ("offences.yaml", "valid_to: 2024-07-01", "valid_to: 1997-07-01", "ends before it begins", "error"),
        ("contacts.yaml", "verified_on: 2025-12-01", "verified_on: null", "stays off public", "warning"),
        # triage
        ("triage.yaml", "from_danger: 40", "from_danger: 60", "Bands go downward", "error"),
        ("triage.yaml", "from_danger: 0", "from_danger: 5", "must begin at 0", "error"),
        ("triage.yaml", "name: high", "name: critical", "stands twice", "error"),
        ("triage.yaml", "text_live_now &&", "text_life_now &&", "Did you mean text_live_now", "error"),
        ("triage.yaml", "raises: child_at", "raises: kid_at", "No policy defines", "error"),
        ("phrases/en.yaml", "fact: text_live_now", "fact: text_life_now", "No phrase may set", "error"),
    ],
)
def test_a_fault_is_found_where_it_stands(
    spoil: Spoil, copied: Path, file: str, old: str, new: str, words: str, severity: str
) -> None:
    found = [one for one in spoil(file, old, new) if words in one.sentence]
    assert found, "not found"
    assert {one.severity.value for one in found} == {severity}
    assert all((copied / one.file).is_file() and one.line for one in found)


def test_errors_stop_a_pack_and_warnings_do_not(spoil: Spoil, copied: Path) -> None:
    spoil("carriers.yaml", "days: 14", "days: null")
    assert load(copied).carriers[1].retention[1].days is None
    spoil("carriers.yaml", "192.0.2.0/24", "192.0.2.1/24")
    with pytest.raises(PackFault, match=r"cannot be used: carriers\.yaml:5: "):
        load(copied)


@pytest.mark.parametrize(
    ("file", "old", "new", "words", "marker"),
    [
        ("pack.yaml", "country: XR", "country: xr", "two capital", "country: xr"),
        (POLICY, "when: wish_to_die", "when: wish_to_dye", "wish_to_dye", "wish_to_dye"),
        (POLICY, "signoff: commander", "signoff: admiral", "admiral", "signoff: admiral"),
        ("deadlines.yaml", "starts: remand", "starts: demand", "demand", "starts: demand"),
        ("carriers.yaml", "198.51.100.0/25", "198.51.100.1/25", "no block", "198.51.100.1/25"),
        ("triage.yaml", "from_danger: 40", "from_danger: 60", "Bands", "name: high"),
    ],
)
def test_a_fault_names_its_own_line(
    spoil: Spoil, copied: Path, file: str, old: str, new: str, words: str, marker: str
) -> None:
    found = next(one for one in spoil(file, old, new) if words in one.sentence)
    assert (found.file, found.line) == (file, line_of(copied, file, marker))
    assert str(found).startswith(f"{file}:{found.line}: ")


def test_the_same_block_is_another_carriers_at_another_time(spoil: Spoil) -> None:
    found = spoil(
        "carriers.yaml",
        "- {network: 203.0.113.0/24, shared: true}",
        "- {network: 203.0.113.0/24, shared: true}\n"
        "    - {network: 192.0.2.0/24, shared: true, valid_to: 2020-01-01}",
    )
    assert [one.sentence for one in found if "stands under" in one.sentence]
    again = spoil(
        "carriers.yaml",
        "- {network: 192.0.2.0/24, shared: false}",
        "- {network: 192.0.2.0/24, shared: false, valid_from: 2020-01-01}",
    )
    assert again == []


def test_days_of_validity_begin_in_the_packs_zone(spoil: Spoil, copied: Path) -> None:
    old = "- {network: 203.0.113.0/24, shared: true}"
    assert spoil("carriers.yaml", old, old.replace("true", "true, valid_from: 2026-01-01")) == []
    begins = load(copied).carriers[1].prefixes[0].valid_from
    assert begins is not None
    assert begins.isoformat() == "2025-12-31T19:00:00+00:00"


def test_what_nobody_may_do_is_said(copied: Path) -> None:
    text = (copied / "roles.yaml").read_text(encoding="utf-8")
    (copied / "roles.yaml").write_text(text.replace("    - request.approve\n", ""), encoding="utf-8")
    assert [(one.sentence, one.severity) for one in check(copied)] == [
        ('No role has "request.approve": nobody may do it; give it to one.', Severity.WARNING)
    ]


def test_a_role_that_signs_or_clears_must_be_allowed_to(copied: Path) -> None:
    text = (copied / "roles.yaml").read_text(encoding="utf-8")
    for name in ("case.sign", "interrupt.clear"):
        text = text.replace(f"    - {name}\n", "")
    (copied / "roles.yaml").write_text(text, encoding="utf-8")
    said = {one.sentence for one in check(copied)}
    assert 'A policy lets "supervisor" sign a step off, and the role has no "case.sign"; add it.' in said
    assert (
        'A policy lets "commander" clear an interrupt, and the role has no "interrupt.clear"; add it.' in said
    )


def test_an_unconfirmed_clock_warns(spoil: Spoil, copied: Path) -> None:
    confirmed = "  confirmed: {by: Office of the Reef Islands Attorney (invented), on: 2025-12-10}\n"
    found = spoil("deadlines.yaml", confirmed, "")
    assert [(one.line, one.severity) for one in found] == [(1, Severity.WARNING)]
    assert "warns only" in found[0].sentence
    clock = next(one for one in load(copied).deadlines if one.key == "custody.first_judge")
    assert (clock.confirmed_by, clock.confirmed_on) == (None, None)


def test_a_clock_whose_length_nobody_stated(spoil: Spoil, copied: Path) -> None:
    assert spoil("deadlines.yaml", "working_days: 5", "unset: true") == []
    assert next(one for one in load(copied).deadlines if one.key == "carrier.answer").term is None


def test_a_draft_has_no_confirmed_clocks(spoil: Spoil, copied: Path) -> None:
    assert spoil(POLICY, "signed_on: 2025-12-10", "signed_on: null") == []
    register = load(copied).policy().step("register")
    assert register is not None
    assert register.due is not None
    assert register.due.confirmed_by is None


def test_one_broken_file_hides_nothing_of_the_others(spoil: Spoil) -> None:
    spoil("roles.yaml", "Works a case.", "\tWorks: a: case")
    spoil("holidays.yaml", "until: 2027-12-31", "until: soon")
    found = spoil("carriers.yaml", "192.0.2.0/24", "192.0.2.1/24")
    assert {one.file for one in found} == {"roles.yaml", "holidays.yaml", "carriers.yaml"}


@pytest.mark.parametrize(
    "name", ["triage.yaml", "roles.yaml", "reasons.yaml", "letters.yaml", "policies", "phrases"]
)
def test_what_is_missing_is_said(copied: Path, name: str) -> None:
    path = copied / name
    if path.is_dir():
        for one in path.iterdir():
            one.unlink()
    else:
        path.unlink()
    assert any(one.file.startswith(name) for one in check(copied))
    with pytest.raises(PackFault):
        load(copied)


def test_without_a_head_it_is_no_pack(copied: Path) -> None:
    (copied / "pack.yaml").unlink()
    with pytest.raises(PackFault, match=r"no file pack\.yaml|has a file pack\.yaml"):
        check(copied)


def test_a_folder_that_cannot_be_read_says_so(copied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "iterdir", refuse)
    with pytest.raises(PackFault, match=r"cannot be read \(Permission denied\)"):
        check(copied)


def test_a_file_that_nobody_reads_is_named(copied: Path) -> None:
    (copied / "ofences.yaml").write_text("x: 1\n", encoding="utf-8")
    assert [(one.file, one.severity) for one in check(copied)] == [("ofences.yaml", Severity.WARNING)]


def test_a_policy_twice_in_one_version(copied: Path) -> None:
    text = (copied / POLICY).read_text(encoding="utf-8")
    (copied / "policies" / "second.yaml").write_text(text, encoding="utf-8")
    assert [one.sentence for one in check(copied)] == [f"{POLICY} is the same policy in the same version."]


def test_the_digest_knows_every_byte(copied: Path) -> None:
    before = load(copied).digest
    assert before == load("demo").digest
    (copied / ".git").mkdir()
    (copied / ".git" / "HEAD").write_text("of no matter", encoding="utf-8")
    assert load(copied).digest == before
    with (copied / "roles.yaml").open("a", encoding="utf-8") as stream:
        stream.write("# a word\n")
    assert load(copied).digest != before


def test_a_fault_carries_all_its_findings(spoil: Spoil, copied: Path) -> None:
    spoil("pack.yaml", "country: XR", "country: xr")
    spoil("pack.yaml", "id: demo", "id: De mo")
    with pytest.raises(PackFault, match="2 errors in all") as caught:
        load(copied)
    assert len(caught.value.findings) == 2


@pytest.mark.parametrize("path", sorted(SCHEMAS.glob("*.json")), ids=lambda path: path.stem)
def test_schemas_are_schemas_and_refuse_unknown_keys(path: Path) -> None:
    schema = json.loads(path.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)

    def objects(value: object) -> list[dict[str, object]]:
        if isinstance(value, list):
            return [one for item in value for one in objects(item)]
        if not isinstance(value, dict):
            return []
        own = [value] if "properties" in value and value.get("type") is not None else []
        return own + [one for item in value.values() for one in objects(item)]

    assert all(one.get("additionalProperties") is False for one in objects(schema))


@pytest.mark.parametrize(
    "schema",
    [
        "pack",
        "roles",
        "reasons",
        "holidays",
        "deadlines",
        "policy",
        "carriers",
        "contacts",
        "letters",
        "offences",
    ],
)
def test_the_guide_knows_every_key(schema: str) -> None:
    guide = (Path(__file__).parents[2] / "docs" / "pack-authors-guide.md").read_text(encoding="utf-8")
    prose = re.sub(r"```.*?```", "", guide, flags=re.DOTALL)
    known = set(re.findall(r"[a-z_]+", " ".join(re.findall(r"`([^`]+)`", prose))))

    def keys(value: object) -> set[str]:
        if isinstance(value, list):
            return {one for item in value for one in keys(item)}
        if not isinstance(value, dict):
            return set()
        return set(value.get("properties", ())) | {one for item in value.values() for one in keys(item)}

    stated = json.loads((SCHEMAS / f"{schema}.schema.json").read_text(encoding="utf-8"))
    assert keys(stated) - known == set()


def test_the_schema_asks_for_every_purpose_and_the_guide_lists_every_permission() -> None:
    schema = json.loads((SCHEMAS / "reasons.schema.json").read_text(encoding="utf-8"))
    assert set(schema["required"]) == set(schema["properties"]) == set(Purpose)
    guide = (Path(__file__).parents[2] / "docs" / "pack-authors-guide.md").read_text(encoding="utf-8")
    assert [one.value for one in Permission if f"`{one}`" not in guide] == []
