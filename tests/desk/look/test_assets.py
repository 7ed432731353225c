"""Are the built files there, whole, free of outside addresses, and is the theme fit for both directions?"""

import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
STATIC = ROOT / "src/faru/desk/look/static"
VENDOR = STATIC / "vendor"
PAPER = ROOT / "src/faru/paper/fonts"
OURS = sorted((STATIC / "look").glob("*.css"))
PHYSICAL = re.compile(
    r"(?<![-\w])(margin|padding|border|inset)?-?(left|right|top|bottom)(?=\s*:)|(?<![-\w])(width|height)\s*:"
    r"|text-align\s*:\s*(left|right)|(?<![-\w])float\s*:\s*(left|right)"
)


def test_no_built_file_names_a_map_or_another_host() -> None:
    sheets = sorted(VENDOR.glob("*.css"))
    assert [sheet.name for sheet in sheets] == ["tabler.min.css", "tabler.rtl.min.css"]
    for sheet in [*sheets, *OURS]:
        text = sheet.read_text(encoding="utf-8")
        assert "sourceMappingURL" not in text
        assert "@import" not in text
        named = re.findall(r"url\(\s*[\"']?([^)\"']*)", text)
        assert [address for address in named if not address.startswith(("data:", "../vendor/"))] == []


def test_the_licences_of_all_that_is_built_in_lie_beside_it() -> None:
    text = (VENDOR / "LICENCES.txt").read_text(encoding="utf-8")
    for package in ("@tabler/core 1.6.1 MIT", "htmx.org 2.0.11 0BSD", "@fontsource/noto-sans 5.3.0 OFL-1.1"):
        assert package in text
    assert "SIL OPEN FONT LICENSE" in text
    assert (PAPER / "LICENCES.txt").read_text(encoding="utf-8") == text


@pytest.mark.parametrize("sheet", OURS, ids=lambda path: path.name)
def test_the_theme_speaks_of_start_and_end_never_of_left_and_right(sheet: Path) -> None:
    rules = re.sub(r"/\*.*?\*/|@media[^{]*", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert [found.group(0) for found in PHYSICAL.finditer(rules)] == []


def test_the_check_of_the_theme_sees_what_it_must_see() -> None:
    bad = (
        "margin-left: 1px",
        "left:0",
        "width: 3px",
        "text-align: right",
        "border-top:0",
        "padding-right:1em",
    )
    good = ("margin-inline-start: 1px", "min-inline-size: 3px", "text-align: start", "border-block-end: 0")
    assert [rule for rule in bad if not PHYSICAL.search(rule)] == []
    assert [rule for rule in good if PHYSICAL.search(rule)] == []


def test_the_fonts_come_out_the_same_each_time(tmp_path: Path) -> None:
    environment = os.environ | {"PYTHONPATH": str(ROOT / "build/assets/assets"), "PYTHONHASHSEED": "7"}
    modules = ROOT / "frontend/node_modules"
    command = [sys.executable, ROOT / "scripts/merge_fonts.py", modules, tmp_path, tmp_path]
    subprocess.run(command, env=environment, check=True, capture_output=True)
    made = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in tmp_path.iterdir()}
    there = [*VENDOR.glob("FaruSans-*.woff2"), *PAPER.glob("FaruSans-*.ttf")]
    assert made == {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in there}
    assert len(made) == 4


def test_building_again_does_nothing() -> None:
    before = {path: path.stat().st_mtime_ns for path in VENDOR.iterdir()}
    done = subprocess.run(["sh", ROOT / "scripts/assets.sh"], check=True, capture_output=True, text=True)
    assert done.stdout + done.stderr == ""
    assert {path: path.stat().st_mtime_ns for path in VENDOR.iterdir()} == before
