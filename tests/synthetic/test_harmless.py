"""Nothing in the world could belong to anybody: addresses, phones, domains, and the words themselves."""

import re
import zipfile
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest

from faru.synthetic import words_danger, words_other

DOCUMENTATION = [
    ip_network(prefix)
    for prefix in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "3fff::/20")
]
SEXUAL = re.compile(
    r"\b(sex|sexy|nude|naked|porn|penis|vagina|breast|rape|orgasm|genital|erotic|undress)\w*\b", re.I
)
WIRE = re.compile(
    r"Child [P]ornography \(possession|Sexual Acts|Sexual Molestation|convictedSexOffender|sextortion"
)


@pytest.fixture(scope="module")
def texts(world: Any) -> dict[str, str]:
    found = {
        str(path.relative_to(world.folder)): path.read_text(encoding="utf-8-sig")
        for path in sorted(world.folder.rglob("*"))
        if path.suffix in (".json", ".xml", ".csv")
    }
    for path in world.alerts.rglob("*.zip"):
        with zipfile.ZipFile(path) as package:
            for member in package.namelist():
                if member.endswith(".json"):
                    found[f"{path.name}/{member}"] = package.read(member).decode("utf-8-sig")
    return found


def test_every_address_is_documentation(texts: dict[str, str]) -> None:
    found = 0
    for name, text in texts.items():
        for literal in re.findall(
            r"(?<![\w.:-])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]{1,4}:[0-9a-f:]*:[0-9a-f:]*)(?![\w.-])", text
        ):
            try:
                address = ip_address(literal)
            except ValueError:
                continue
            found += 1
            assert any(address in network for network in DOCUMENTATION), (name, literal)
    assert found > 20_000


def test_phones_have_the_invented_prefix(texts: dict[str, str]) -> None:
    phones = [phone for text in texts.values() for phone in re.findall(r"\+\d{6,}", text)]
    assert len(phones) > 50
    assert {phone[:4] for phone in phones} == {"+999"}


def test_domains_end_in_example(texts: dict[str, str]) -> None:
    mails = [mail for text in texts.values() for mail in re.findall(r"@([\w.-]+\w)", text)]
    sites = [site for text in texts.values() for site in re.findall(r"https?://([\w.-]+)", text)]
    assert len(mails) > 100
    assert sites
    assert all(domain.endswith(".example") for domain in [*mails, *sites])


def test_no_alert_has_a_sexual_word_but_the_senders_own_names(texts: dict[str, str]) -> None:
    for name, text in texts.items():
        assert SEXUAL.findall(WIRE.sub("", text)) == [], name


def test_no_word_bank_has_a_sexual_word() -> None:
    banks = [
        *words_danger.CHILD_AT_HAND,
        *words_danger.MEETING,
        *words_danger.THREAT,
        *words_danger.DESPAIR,
        *words_other.LOOKALIKES,
    ]
    assert {line.language for line in banks} == {"en", "dv-Latn", "dv"}
    for line in banks:
        assert SEXUAL.search(line.words) is None
    for line in (*words_danger.ESCALATIONS, *words_other.COMPANY_NOTES, *words_other.DULL):
        assert SEXUAL.search(line) is None


def test_the_truth_lies_outside_the_alerts(world: Any, texts: dict[str, str]) -> None:
    assert not world.truth.is_relative_to(world.alerts)
    for name, text in texts.items():
        if name != "truth.json":
            for secret in ("in_danger", "free_text", "lookalike", '"story"'):
                assert secret not in text, (name, secret)


def test_the_generator_knows_no_reader_and_no_rule() -> None:
    source = Path(words_other.__file__).parent
    for path in source.glob("*.py"):
        for room in re.findall(r"(?:from|import) faru\.(\w+)", path.read_text(encoding="utf-8")):
            assert room in ("synthetic", "bulk", "vocabulary"), path.name
