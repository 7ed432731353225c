"""Is the bag a bag by the book, and the ZIP a ZIP with no byte to spare?"""

import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import bagit
import pytest
from hypothesis import given
from hypothesis import strategies as st

from faru.dossier import bag

WHEN = datetime(2026, 2, 18, 13, 40, 13, tzinfo=UTC)
names = st.from_regex(r"[a-z0-9_-]{1,8}(/[a-z0-9_.-]{1,8}){0,2}", fullmatch=True)
contents = st.dictionaries(names, st.binary(max_size=30), max_size=6)


@given(contents)
def test_any_zip_reader_finds_the_members(members: dict[str, bytes]) -> None:
    with zipfile.ZipFile(io.BytesIO(bag.zip_bytes(members, "top", WHEN))) as archive:
        assert archive.testzip() is None
        assert {info.filename: archive.read(info) for info in archive.infolist()} == {
            f"top/{name}": content for name, content in members.items()
        }
        assert {info.date_time for info in archive.infolist()} <= {(2026, 2, 18, 13, 40, 12)}


@given(contents)
def test_the_order_of_giving_makes_no_difference(members: dict[str, bytes]) -> None:
    turned = dict(reversed(members.items()))
    assert bag.zip_bytes(members, "top", WHEN) == bag.zip_bytes(turned, "top", WHEN)


@given(contents)
def test_a_manifest_is_read_as_it_was_written(members: dict[str, bytes]) -> None:
    listed = bag.read_manifest(bag.manifest(members))
    assert list(listed) == sorted(members)


ZEROS = "0" * 64


@pytest.mark.parametrize(
    "text",
    ["nothing", "00  a\n", f"{ZEROS} a\n", f"{ZEROS}  a\n{ZEROS}  a\n", f"{ZEROS}  b\n{ZEROS}  a\n",
     f"{ZEROS}  a", f"{'A' * 64}  a\n"],
)  # fmt: skip
def test_a_manifest_written_otherwise_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        bag.read_manifest(text.encode())


@pytest.mark.parametrize(
    "name", ["../a", "/a", "a//b", "a/../b", ".hidden", "a\\b", "a b", "a\x00", "ä", "", "a/"]
)
def test_odd_names_are_no_names(name: str) -> None:
    assert bag.NAME.fullmatch(name) is None


@pytest.mark.parametrize(("year", "shown"), [(1970, (1980, 1, 1, 0, 0, 0)), (2500, (2107, 1, 1, 0, 0, 0))])
def test_years_that_dos_has_not_are_clamped(year: int, shown: tuple[int, ...]) -> None:
    data = bag.zip_bytes({"a": b""}, "top", WHEN.replace(year=year))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.infolist()[0].date_time == shown


def test_too_many_members_are_refused() -> None:
    with pytest.raises(bag.TooLarge):
        bag.zip_bytes({str(number): b"" for number in range(bag.MOST_MEMBERS + 1)}, "top", WHEN)


def test_the_librarys_own_tool_validates_the_unpacked_bag(sealed_file: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(sealed_file) as archive:
        archive.extractall(tmp_path)
    (folder,) = tmp_path.iterdir()
    opened = bagit.Bag(str(folder))
    assert opened.validate()
    assert opened.info["Bagging-Date"] == "2026-02-18"
    assert opened.info["Source-Organization"] == "Crimes Against Children Unit, Demo Republic"
    (folder / "data" / "report.pdf").write_bytes(b"other")
    with pytest.raises(bagit.BagError):
        opened.validate()
