"""The locks: every package hashed, no host named, the same versions in both."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
NPM = ROOT / "frontend" / "package-lock.json"


def pins(lock: Path) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([a-z0-9._-]+)==(\S+)", lock.read_text(), re.M):
        found.setdefault(name, set()).add(version)
    return found


@pytest.mark.parametrize("lock", LOCKS, ids=lambda p: p.name)
def test_names_no_host_and_hashes_everything(lock: Path) -> None:
    text = lock.read_text()
    assert "://" not in text
    assert "index-url" not in text
    packages = re.split(r"^(?=[a-z0-9._-]+==)", text, flags=re.M)[1:]
    assert packages
    for package in packages:
        assert "--hash=sha256:" in package, package.splitlines()[0]


def test_dev_pins_what_runtime_pins() -> None:
    runtime, dev = (pins(ROOT / "requirements" / f"{name}.txt") for name in ("runtime", "dev"))
    assert {name: dev.get(name) for name in runtime} == runtime


def test_every_wanted_package_is_in_its_lock() -> None:
    for source in (ROOT / "requirements").glob("*.in"):
        names = [
            re.split(r"[=<>\[ ]", line)[0].lower().replace(".", "-").replace("_", "-")
            for line in source.read_text().splitlines()
            if line and not line.startswith(("#", "-"))
        ]
        locked = {name.replace(".", "-").replace("_", "-") for name in pins(source.with_suffix(".txt"))}
        assert names
        assert set(names) <= locked


def test_the_lock_of_the_front_end_names_no_host_and_hashes_everything() -> None:
    text = NPM.read_text()
    assert "://" not in text
    packages = {name: entry for name, entry in json.loads(text)["packages"].items() if name}
    assert len(packages) > 4
    assert all(entry["integrity"].startswith("sha512-") for entry in packages.values())
    assert not any("resolved" in entry for entry in packages.values())


def test_the_front_end_wants_exact_versions_and_has_them() -> None:
    wanted = json.loads((NPM.parent / "package.json").read_text())
    locked = json.loads(NPM.read_text())["packages"]
    for name, version in (wanted["dependencies"] | wanted["devDependencies"]).items():
        assert locked[f"node_modules/{name}"]["version"] == version
