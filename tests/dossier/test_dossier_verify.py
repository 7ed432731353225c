"""Does the verifier find any change, name it, and survive whatever it is given?"""

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from faru.dossier import bag
from faru.dossier.build import bag_members, sign
from faru.dossier.verify import Check, Report, verify
from faru.ledger.keys import Signer

SEALED_AT = datetime(2026, 2, 18, 13, 40, 12, tzinfo=UTC)
FOLDER = "dossier-c7f3a1d2-4b5e"
Members = dict[str, bytes]

many = settings(deadline=None, max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="session")
def made(world: SimpleNamespace) -> Members:
    members, _ = bag_members(world.case, world.excerpt, world.signer)
    return members


def resealed(members: Members, signer: Signer) -> Members:
    """The bag with manifests and signature made anew: what somebody who holds a key can do."""
    skip = {bag.MANIFEST, *bag.UNLISTED}
    payload = {name: content for name, content in members.items() if name.startswith("data/")}
    tags = {name: content for name, content in members.items() if name not in payload and name not in skip}
    tags[bag.MANIFEST] = bag.manifest(payload)
    tag_manifest = bag.manifest(tags)
    return {**payload, **tags, bag.TAG_MANIFEST: tag_manifest, bag.SIGNATURE: sign(tag_manifest, signer)}


def check(folder: Path, data: bytes, **given: object) -> Report:
    path = folder / "file.zip"
    path.write_bytes(data)
    return verify(path, **given)  # type: ignore[arg-type]


def packed(members: Members) -> bytes:
    return bag.zip_bytes(members, FOLDER, SEALED_AT)


def answers(report: Report) -> dict[str, Check]:
    return {one.name: one for one in report.checks}


def broken(report: Report) -> set[str]:
    return {one.name for one in report.checks if one.holds is False}


def test_a_dossier_as_sealed_holds(sealed_file: Path, world: SimpleNamespace) -> None:
    report = verify(sealed_file, world.signer.public)
    assert report.valid
    assert report.key_trusted is True
    assert report.key == world.signer.public
    assert {one.holds for one in report.checks} == {True}


def test_without_a_key_to_compare_nothing_is_claimed_about_it(sealed_file: Path) -> None:
    report = verify(sealed_file)
    assert report.valid
    assert report.key_trusted is None
    assert answers(report)["key"].holds is None


def test_members_repacked_by_us_are_the_sealed_file(made: Members, sealed_file: Path) -> None:
    assert packed(made) == sealed_file.read_bytes()


# ---------------------------------------------------------------- any byte


def framing(data: bytes, members: Members) -> list[int]:
    """Offsets of every byte that is not a member's content: headers, names, the directory."""
    place, found = 0, []
    for name in sorted(members):
        header = 30 + len(f"{FOLDER}/{name}")
        found += range(place, place + header)
        place += header + len(members[name])
    return [*found, *range(place, len(data))]


@many
@given(data=st.data())
def test_any_flipped_byte_is_found(
    data: st.DataObject, sealed_file: Path, made: Members, tmp_path: Path
) -> None:
    whole = sealed_file.read_bytes()
    places = st.integers(0, len(whole) - 1) | st.sampled_from(framing(whole, made))
    place, flip = data.draw(places), data.draw(st.integers(1, 255))
    changed = bytearray(whole)
    changed[place] ^= flip
    report = check(tmp_path, bytes(changed))
    assert not report.valid
    assert all(one.sentence for one in report.checks)


@many
@given(data=st.data())
def test_any_cut_and_any_addition_is_found(data: st.DataObject, sealed_file: Path, tmp_path: Path) -> None:
    whole = sealed_file.read_bytes()
    place = data.draw(st.integers(0, len(whole)))
    extra = data.draw(st.binary(max_size=40))
    changed = data.draw(
        st.sampled_from([whole[:place], whole[:place] + extra + whole[place:], extra + whole])
    )
    if changed != whole:
        assert not check(tmp_path, changed).valid


@many
@given(rest=st.binary(max_size=300), start=st.sampled_from([b"", b"PK\x03\x04", b"PK\x05\x06" + bytes(18)]))
def test_any_bytes_give_a_report(rest: bytes, start: bytes, tmp_path: Path) -> None:
    report = check(tmp_path, start + rest)
    assert not report.valid


# ---------------------------------------------------------------- members


@pytest.mark.parametrize(
    "name", ["data/report.pdf", "data/evidence/records.csv", "key.pub", "verify.py", "signature"]
)
def test_a_dropped_member_is_named(name: str, made: Members, tmp_path: Path) -> None:
    report = check(tmp_path, packed({key: value for key, value in made.items() if key != name}))
    assert not report.valid
    assert any(name in one.sentence for one in report.checks if one.holds is False)


@pytest.mark.parametrize("name", ["data/extra.csv", "extra.txt", "data/evidence/referrals/002-x.json"])
def test_an_added_member_is_named(name: str, made: Members, tmp_path: Path) -> None:
    report = check(tmp_path, packed({**made, name: b"extra"}))
    assert {"manifest", "tag manifest"} & broken(report)
    assert any(name in one.sentence and "added" in one.sentence for one in report.checks)


def test_swapped_and_renamed_members_are_named(made: Members, tmp_path: Path) -> None:
    one, other = "data/evidence/skew.csv", "data/evidence/against.csv"
    report = check(tmp_path, packed({**made, one: made[other], other: made[one]}))
    assert one in answers(report)["manifest"].sentence
    assert other in answers(report)["manifest"].sentence
    renamed = {
        ("data/report2.pdf" if key == "data/report.pdf" else key): value for key, value in made.items()
    }
    sentence = answers(check(tmp_path, packed(renamed)))["manifest"].sentence
    assert "missing: data/report.pdf" in sentence
    assert "data/report2.pdf" in sentence


def test_a_changed_member_with_its_manifest_rewritten_breaks_the_tag_manifest(
    made: Members, tmp_path: Path
) -> None:
    changed = {**made, "data/report.pdf": b"%PDF- other"}
    payload = {name: content for name, content in changed.items() if name.startswith("data/")}
    changed[bag.MANIFEST] = bag.manifest(payload)
    assert broken(check(tmp_path, packed(changed))) == {"tag manifest"}


def test_both_manifests_rewritten_break_the_signature(
    made: Members, world: SimpleNamespace, tmp_path: Path
) -> None:
    changed = resealed({**made, "data/report.pdf": b"%PDF- other"}, world.signer)
    changed[bag.SIGNATURE] = made[bag.SIGNATURE]
    assert broken(check(tmp_path, packed(changed))) == {"signature"}


# ---------------------------------------------------------------- keys


def test_a_signature_by_another_key_under_the_units_name_shows(
    made: Members, other_world: SimpleNamespace, tmp_path: Path
) -> None:
    report = check(tmp_path, packed(resealed(made, other_world.signer)))
    assert broken(report) == {"signature"}


def test_another_key_put_in_place_does_not_fit_the_ledger(
    made: Members, other_world: SimpleNamespace, tmp_path: Path
) -> None:
    key = other_world.signer.public.text().encode()
    report = check(tmp_path, packed(resealed({**made, "key.pub": key}, other_world.signer)))
    assert broken(report) == {"ledger"}


def test_a_forged_dossier_with_a_ledger_of_its_own_shows_only_against_the_trusted_key(
    world: SimpleNamespace, other_world: SimpleNamespace, tmp_path: Path
) -> None:
    forged, _ = bag_members(other_world.case, other_world.excerpt, other_world.signer)
    assert check(tmp_path, packed(forged)).valid
    report = check(tmp_path, packed(forged), trusted_key=world.signer.public)
    assert broken(report) == {"key"}
    assert report.key_trusted is False


# ---------------------------------------------------------------- what even the holder of the key can't do


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b"1,204,551 rows", b"1,204,552 rows", "line 4: its ledger entry says something else"),
        (b"2026-02-17T13:40:12Z", b"2026-02-17T13:40:11Z", "line 1: its ledger entry gives another time"),
        (b"2026-02-17T13:40:12Z", b"yesterday", "can't be read"),
        (b"at_utc", b"at", "can't be read"),
    ],
)  # fmt: skip
def test_a_rewritten_chronology_is_not_bound(
    old: bytes, new: bytes, said: str, made: Members, world: SimpleNamespace, tmp_path: Path
) -> None:
    name = "data/evidence/chronology.csv"
    assert old in made[name]
    report = check(tmp_path, packed(resealed({**made, name: made[name].replace(old, new)}, world.signer)))
    assert broken(report) == {"chronology"}
    assert said in answers(report)["chronology"].sentence


def with_excerpt(made: Members, change: Callable[[dict[str, object]], None]) -> Members:
    form = json.loads(made["data/ledger/excerpt.json"])
    change(form)
    return {**made, "data/ledger/excerpt.json": json.dumps(form, ensure_ascii=False).encode()}


def test_a_rewritten_payload_is_not_what_was_entered(
    made: Members, world: SimpleNamespace, tmp_path: Path
) -> None:
    def change(form: dict[str, object]) -> None:
        form["entries"][1]["payload"] = '{"sentence":"Other."}'  # type: ignore[index]

    report = check(tmp_path, packed(resealed(with_excerpt(made, change), world.signer)))
    assert broken(report) == {"ledger", "payloads", "chronology"}
    assert "entry 1" in answers(report)["payloads"].sentence


def test_a_missing_entry_leaves_its_line_unbound(
    made: Members, world: SimpleNamespace, tmp_path: Path
) -> None:
    def change(form: dict[str, object]) -> None:
        del form["entries"][2]  # type: ignore[attr-defined]

    report = check(tmp_path, packed(resealed(with_excerpt(made, change), world.signer)))
    assert broken(report) == {"chronology"}
    assert "line 3: its ledger entry is not in the file" in answers(report)["chronology"].sentence


def test_an_invented_entry_has_no_proof(made: Members, world: SimpleNamespace, tmp_path: Path) -> None:
    def change(form: dict[str, object]) -> None:
        entry = form["entries"][0]  # type: ignore[index]
        entry["entry"] = entry["entry"].replace("T13:40:12.000000Z", "T13:40:11.000000Z")

    report = check(tmp_path, packed(resealed(with_excerpt(made, change), world.signer)))
    assert {"ledger", "chronology"} == broken(report)


def test_other_bytes_of_a_referral_are_named(made: Members, world: SimpleNamespace, tmp_path: Path) -> None:
    (name,) = [name for name in made if name.startswith("data/evidence/referrals/")]
    report = check(tmp_path, packed(resealed({**made, name: b"{}"}, world.signer)))
    assert broken(report) == {"referrals"}
    assert name in answers(report)["referrals"].sentence


def test_another_date_than_the_checkpoints_shows(
    made: Members, world: SimpleNamespace, tmp_path: Path
) -> None:
    info = made["bag-info.txt"].replace(b"2026-02-18", b"2026-02-17")
    assert broken(check(tmp_path, packed(resealed({**made, "bag-info.txt": info}, world.signer)))) == {
        "packing"
    }
    backdated = bag.zip_bytes(made, FOLDER, SEALED_AT.replace(day=17))
    assert broken(check(tmp_path, backdated)) == {"packing"}


# ---------------------------------------------------------------- hostile archives


def zipped(
    entries: list[tuple[zipfile.ZipInfo | str, bytes]], compression: int = zipfile.ZIP_STORED
) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return out.getvalue()


def test_packed_again_by_another_tool_the_contents_hold_and_the_zip_does_not(
    made: Members, tmp_path: Path
) -> None:
    again = zipped([(f"{FOLDER}/{name}", content) for name, content in made.items()])
    assert broken(check(tmp_path, again)) == {"packing"}


@pytest.mark.parametrize(
    "name", ["../../evil", "/etc/evil", "dossier-x/../evil", "C:\\evil", "dossier-x/a\\b", "x"]
)
def test_names_that_point_elsewhere_are_refused_and_nothing_is_written(
    name: str, made: Members, tmp_path: Path
) -> None:
    entries: list[tuple[zipfile.ZipInfo | str, bytes]] = [
        (f"{FOLDER}/{key}", value) for key, value in made.items()
    ]
    report = check(tmp_path, zipped([*entries, (name, b"evil")]))
    assert {"names", "packing"} <= broken(report)
    assert [path.name for path in tmp_path.iterdir()] == ["file.zip"]


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", ["data/report.pdf", "data/REPORT.pdf"])
def test_a_name_that_stands_twice_is_named(name: str, made: Members, tmp_path: Path) -> None:
    entries: list[tuple[zipfile.ZipInfo | str, bytes]] = [
        (f"{FOLDER}/{key}", value) for key, value in made.items()
    ]
    report = check(tmp_path, zipped([*entries, (f"{FOLDER}/{name}", b"other")]))
    assert "names" in broken(report)
    assert "twice" in answers(report)["names"].sentence


def test_compressed_members_are_not_even_opened(made: Members, tmp_path: Path) -> None:
    bomb = zipped([(f"{FOLDER}/data/report.pdf", bytes(1 << 24))], zipfile.ZIP_DEFLATED)
    assert "compressed" in answers(check(tmp_path, bomb))["names"].sentence


@pytest.mark.parametrize("make", [lambda p: p, lambda p: p / "none.zip", lambda p: Path("a\x00b")])
def test_what_is_no_file_can_not_be_read(make: Callable[[Path], Path], tmp_path: Path) -> None:
    report = verify(make(tmp_path))
    assert not report.readable
    assert not report.valid
    assert report.checks[0].sentence


PARSED = (
    "data/ledger/excerpt.json", "data/evidence/chronology.csv", "data/evidence/referrals.csv", "key.pub",
    "bag-info.txt", "data/ledger/checkpoint.txt",
)  # fmt: skip
ODD = (b"[" * 100_000, b"\\ud800", b'"', b"9" * 5000, b"", b"-1", b"null", b"\x00", b"\xff")


@many
@given(
    name=st.sampled_from(PARSED),
    start=st.integers(0, 6000),
    length=st.integers(0, 40),
    new=st.binary(max_size=20) | st.integers(0, len(ODD) - 1).map(lambda index: ODD[index]),
)
def test_hostile_contents_under_a_good_signature_never_raise(
    name: str, start: int, length: int, new: bytes, made: Members, world: SimpleNamespace, tmp_path: Path
) -> None:
    """Whoever holds a key can sign anything: each part that is parsed gets bytes of their choice."""
    old = made[name]
    place = start % (len(old) + 1)
    changed = old[:place] + new + old[place + length :]
    report = check(tmp_path, packed(resealed({**made, name: changed}, world.signer)))
    assert all(one.sentence for one in report.checks)
    if name == "key.pub":
        assert report.valid == (changed == old)


def test_a_line_end_in_the_payload_list_is_no_way_around(
    made: Members, world: SimpleNamespace, tmp_path: Path
) -> None:
    """Trailing white space in the excerpt is a change, although JSON does not mind."""
    name = "data/ledger/excerpt.json"
    report = check(tmp_path, packed({**made, name: made[name] + b"\n"}))
    assert "manifest" in broken(report)


def test_a_report_without_checks_that_fail_is_valid_only_when_it_could_be_read() -> None:
    good = Report((Check("a", True, "x"), Check("b", None, "y")), None, None)
    assert good.valid
    assert not replace(good, readable=False).valid
