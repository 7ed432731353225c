"""Does the builder make the same bytes each time, leave out what must stay, refuse what would not hold?"""

import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from pypdf import PdfReader

from faru.dossier.build import DossierRefused, bag_members, build
from faru.dossier.casefile import CaseFile, Event
from faru.dossier.tables import read_table
from faru.ledger.keys import fingerprint_words
from faru.vocabulary import Handling, Identity

CANARY = ("Zubeidha", "Quillfeather", "zq@example.org")
CONFTEST = Path(__file__).with_name("conftest.py")
AGAIN = """
import runpy, sys
from pathlib import Path
world = runpy.run_path(sys.argv[1])["make_world"](Path(sys.argv[2]) / "ledger")
from faru.dossier.build import build
print(build(world.case, world.excerpt, world.signer, Path(sys.argv[2]) / "again.zip").sha256)
"""


def members(world: SimpleNamespace, case: CaseFile | None = None) -> dict[str, bytes]:
    made, _ = bag_members(case or world.case, world.excerpt, world.signer)
    return made


def pdf_text(made: dict[str, bytes]) -> str:
    """The report's words, without the places where lines and long words were broken."""
    pages = PdfReader(io.BytesIO(made["data/report.pdf"])).pages
    return " ".join(" ".join(page.extract_text().replace("\u200b", "").split()) for page in pages)


def table(made: dict[str, bytes], name: str) -> list[dict[str, str]]:
    return read_table(made[f"data/evidence/{name}.csv"])


def test_the_same_case_gives_the_same_bytes_in_any_zone_under_any_hash_seed(
    sealed_file: Path, tmp_path: Path
) -> None:
    expected = hashlib.sha256(sealed_file.read_bytes()).hexdigest()
    for seed, zone in (("1", "Pacific/Kiritimati"), ("2", "America/St_Johns")):
        folder = tmp_path / seed
        folder.mkdir()
        environment = {
            **os.environ,
            "PYTHONHASHSEED": seed,
            "TZ": zone,
            "PYTHONPATH": os.pathsep.join(sys.path),
        }
        run = subprocess.run(
            [sys.executable, "-c", AGAIN, str(CONFTEST), str(folder)],
            env=environment, capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert run.stdout.strip() == expected


def test_a_changed_case_gives_other_bytes(world: SimpleNamespace) -> None:
    other = members(world, replace(world.case, summary=("Something else.",)))
    assert other["data/report.pdf"] != members(world)["data/report.pdf"]


def test_every_date_is_the_checkpoints(sealed_file: Path, world: SimpleNamespace) -> None:
    made = members(world)
    assert b"Bagging-Date: 2026-02-18\n" in made["bag-info.txt"]
    reader = PdfReader(io.BytesIO(made["data/report.pdf"]))
    assert reader.metadata is not None
    assert reader.metadata.creation_date == world.case.chronology[-1].at
    with zipfile.ZipFile(sealed_file) as archive:
        assert {info.date_time for info in archive.infolist()} == {(2026, 2, 18, 13, 40, 12)}


def test_no_childs_name_is_anywhere(world: SimpleNamespace) -> None:
    made = members(world)
    for name, content in made.items():
        for canary in CANARY:
            assert canary.encode() not in content, name
    assert not any(canary in pdf_text(made) for canary in CANARY)
    assert "Child A" in pdf_text(made)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda case: replace(case, summary=("It was Zubeidha_QUILLFEATHER.",)),
        lambda case: replace(case, notices=("Write to zq@example.org",)),
        lambda case: replace(case, requests=(replace(case.requests[0], id="zubeidha  quillfeather"),)),
        lambda case: replace(case, hashes=(replace(case.hashes[0], file="Zubeidha Quillfeather.bin"),)),
    ],
)  # fmt: skip
def test_a_childs_name_or_identifier_in_any_text_is_refused_by_label_only(
    world: SimpleNamespace, spoil: Callable[[CaseFile], CaseFile]
) -> None:
    with pytest.raises(DossierRefused, match="Child A") as refused:
        members(world, spoil(world.case))
    assert not any(canary.casefold() in str(refused.value).casefold() for canary in CANARY)


def test_a_part_of_a_childs_name_in_anothers_is_no_reason_to_refuse(world: SimpleNamespace) -> None:
    """A father shares the child's last name; a number may hold the digits of an id."""
    case = replace(world.case, summary=("The subscriber is Idris Quillfeather.", "Row 1zq@example.org2."))
    assert "Idris Quillfeather" in pdf_text(members(world, case))


def with_raw(world: SimpleNamespace, raw: bytes, **changes: object) -> CaseFile:
    part = world.case.referrals[0]
    identity = Identity("S", "1", hashlib.sha256(raw).hexdigest())
    part = replace(part, identity=identity, raw=raw, **changes)  # type: ignore[arg-type]
    return replace(world.case, referrals=(part,), hashes=())


def test_bytes_travel_where_the_handling_allows(world: SimpleNamespace) -> None:
    made = members(world, with_raw(world, b'{"a": 1}'))
    (row,) = table(made, "referrals")
    assert made["data/" + row["original"]] == b'{"a": 1}'
    assert row["stays_because"] == ""


@pytest.mark.parametrize(
    ("raw", "changes", "why"),
    [
        (b"x", {"handling": Handling("RED")}, "TLP:RED"),
        (b"x", {"handling": Handling("AMBER+STRICT")}, "TLP:AMBER+STRICT"),
        (b"x", {"children": ("Child B",)}, "Child B"),
        (b"x", {"stays": "The sender asked for it."}, "The sender asked for it."),
        (b'{"who": "Quillfeather, Z."}', {}, "Child A is named in it"),
        (json.dumps({"who": "Zubeidh\u0061"}).replace("beidha", "beidh\\u0061").encode(), {}, "Child A"),
        (b"<who>Quillf&#101;ather</who>", {}, "Child A"),
        ("Quillfeather".encode("utf-16"), {}, "Child A"),
    ],
)  # fmt: skip
def test_bytes_stay_at_home_with_their_reason(
    world: SimpleNamespace, raw: bytes, changes: dict[str, object], why: str
) -> None:
    made = members(world, with_raw(world, raw, **changes))
    (row,) = table(made, "referrals")
    assert row["original"] == ""
    assert why in row["stays_because"]
    assert row["sha256"] == hashlib.sha256(raw).hexdigest()
    assert not [name for name in made if name.startswith("data/evidence/referrals/")]


def test_a_childs_own_address_is_sealed_everywhere(world: SimpleNamespace) -> None:
    seen = world.case.attributions[0]
    child_s = replace(seen, observation=replace(seen.observation, child=0), sentence="Sealed.")
    made = members(world, replace(world.case, attributions=(child_s,), summary=()))
    assert {row["address"] for row in table(made, "observations") + table(made, "records")} == {"sealed"}
    assert {row["subscriber"] for row in table(made, "records") + table(made, "skew")} == {"sealed"}
    rest = b"".join(c for name, c in made.items() if name.startswith("data/evidence/") and name[-3:] == "csv")
    assert b"198.51.100.23" not in rest
    assert "198.51.100.23" not in pdf_text(made)


def test_bytes_that_are_not_the_referrals_are_refused(world: SimpleNamespace) -> None:
    part = replace(world.case.referrals[0], raw=b"other")
    with pytest.raises(DossierRefused, match="Referral 1"):
        members(world, replace(world.case, referrals=(part,)))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda event: replace(event, sentence="Nothing happened."), "says something else"),
        (lambda event: replace(event, at=event.at + timedelta(seconds=1)), "another time"),
        (lambda event: replace(event, entry="0" * 36), "not in the file"),
    ],
)
def test_a_chronology_that_the_ledger_does_not_bear_out_is_refused(
    world: SimpleNamespace, change: Callable[[Event], Event], why: str
) -> None:
    chronology = (*world.case.chronology[:2], change(world.case.chronology[2]))
    with pytest.raises(DossierRefused, match=f"Line 3 .*{why}"):
        members(world, replace(world.case, chronology=chronology))


def test_an_excerpt_of_another_key_is_refused(world: SimpleNamespace, other_world: SimpleNamespace) -> None:
    with pytest.raises(DossierRefused, match="excerpt does not hold"):
        bag_members(world.case, world.excerpt, other_world.signer)


@pytest.mark.parametrize(
    "changes", [{"case_id": "../x"}, {"case_id": ""}, {"zone": "Mars/North"}, {"zone": "../x"}]
)
def test_a_case_without_a_proper_id_or_zone_is_refused(
    world: SimpleNamespace, changes: dict[str, str]
) -> None:
    with pytest.raises(DossierRefused):
        members(world, replace(world.case, **changes))


def test_another_dossier_is_never_overwritten(world: SimpleNamespace, tmp_path: Path) -> None:
    out = tmp_path / "a.zip"
    first = build(world.case, world.excerpt, world.signer, out)
    assert build(world.case, world.excerpt, world.signer, out) == first
    with pytest.raises(DossierRefused, match="stays"):
        build(replace(world.case, summary=()), world.excerpt, world.signer, out)
    assert hashlib.sha256(out.read_bytes()).hexdigest() == first.sha256
    assert [path.name for path in tmp_path.iterdir()] == ["a.zip"]


def test_the_report_has_its_sections_and_says_what_its_fonts_lack(world: SimpleNamespace) -> None:
    made = members(world)
    reader = PdfReader(io.BytesIO(made["data/report.pdf"]))
    sections = [one["/Title"] for one in reader.outline if not isinstance(one, list)]
    assert sections == [
        "1 What is proved", "2 Chronology", "3 Referrals", "4 Attribution: who held the address",
        "5 What speaks against it", "6 Hashes of reported files", "7 Steps of the policy",
        "8 Score sheet of the lead", "9 How to check this file",
    ]  # fmt: skip
    assert 4 <= len(reader.pages) <= 8
    text = pdf_text(made)
    assert "[text in another script: see evidence/chronology.csv, row 5]" in text
    assert "One text in this file is in a script" in text  # the file name in Thaana is drawn
    assert table(made, "chronology")[4]["sentence"].startswith("中文")
    assert " ".join(fingerprint_words(world.signer.public)) in text
    for page, printed in enumerate(reader.pages, 1):
        assert f"page {page} of {len(reader.pages)}" in printed.extract_text()
        assert "TLP:AMBER+STRICT" in printed.extract_text()
        assert "Ledger checkpoint unit.example/test, size 6" in printed.extract_text()


def test_an_empty_case_is_a_dossier_too_and_says_what_it_has_not(world: SimpleNamespace) -> None:
    bare = CaseFile(unit="Unit", case_id="bare-case", zone="UTC", handling=Handling())
    text = pdf_text(members(world, bare))
    assert "No event was entered." in text
    assert "This case stands under no policy." in text
    assert "handling code not stated" in text


def test_the_readme_tells_the_truth(sealed_file: Path, tmp_path: Path, world: SimpleNamespace) -> None:
    """Each command of README.txt is run as it stands."""
    assert shutil.which("openssl"), "scripts/test.sh installs openssl, which the README's commands need"
    with zipfile.ZipFile(sealed_file) as archive:
        archive.extractall(tmp_path)
    (folder,) = tmp_path.iterdir()
    lines = (folder / "README.txt").read_text(encoding="utf-8").splitlines()
    commands = [
        line.strip() for line in lines if line.startswith(("     sha256sum", "     openssl", "     python3"))
    ]
    assert len(commands) == 5
    out = ""
    for command in commands:
        command = command.replace("python3", sys.executable)
        run = subprocess.run(["sh", "-c", command], cwd=folder, capture_output=True, text=True, check=True)
        out += run.stdout
    assert "Signature Verified Successfully" in out
    assert world.signer.public.fingerprint in out
    assert "verify.py: OK" in out
