"""Keys: private, never overwritten, and told as words."""

import hashlib
import json
import stat
from importlib import resources
from pathlib import Path

import pytest

from faru.ledger.keys import WORDS_SPOKEN, KeyFileError, Signer, create_key, fingerprint_words, load_key
from faru.ledger.verify import open_note, read_public_key


def test_a_key_is_kept_to_oneself_and_comes_back(tmp_path: Path) -> None:
    signer = Signer.new("unit.example/ledger")
    path = tmp_path / "keys" / "ledger.key"
    create_key(path, signer)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_key(path).public == signer.public
    public = read_public_key((tmp_path / "keys" / "ledger.key.pub").read_text(encoding="utf-8"))
    assert public == signer.public
    assert open_note(load_key(path).sign_note("text\n"), public) == "text\n"
    assert public.fingerprint == hashlib.sha256(public.raw).hexdigest()
    assert signer.private_text().split("+")[-1] not in repr(signer)


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "ledger.key"
    create_key(path, Signer.new("a.example"))
    before = path.read_bytes()
    with pytest.raises(KeyFileError, match="never overwritten"):
        create_key(path, Signer.new("a.example"))
    path.rename(tmp_path / "away")
    with pytest.raises(KeyFileError, match="never overwritten"):
        create_key(path, Signer.new("a.example"))
    assert (tmp_path / "away").read_bytes() == before


def test_a_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ledger.key"
    create_key(path, Signer.new("a.example"))
    path.chmod(0o640)
    with pytest.raises(KeyFileError, match="chmod 600"):
        load_key(path)


def test_damaged_key_files_have_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "ledger.key"
    create_key(path, Signer.from_seed("a.example", bytes(range(32))))
    whole = path.read_text(encoding="utf-8")
    for text in (
        "",
        "x",
        whole[:-3],
        whole.replace("a.example", "b.example"),
        whole + whole,
        "PRIVATE+KEY+a+b+c\n",
    ):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(KeyFileError, match="damaged"):
            load_key(path)
    with pytest.raises(KeyFileError, match="can't be read"):
        load_key(tmp_path / "nothing")


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\n"])
def test_a_name_fits_a_signed_note(name: str) -> None:
    with pytest.raises(KeyFileError):
        Signer.new(name)


@pytest.mark.parametrize("text", ["no line end", "tab\there\n", "\x00\n"])
def test_only_plain_text_is_signed(text: str) -> None:
    with pytest.raises(ValueError, match="signed note"):
        Signer.new("a.example").sign_note(text)


def test_the_words_are_256_plain_ones() -> None:
    words = json.loads(resources.files("faru.ledger").joinpath("words.json").read_text(encoding="utf-8"))
    assert len(words) == len(set(words)) == 256
    assert all(word.isascii() and word.islower() and word.isalpha() and 3 <= len(word) <= 8 for word in words)
    # The list is for ever: a fingerprint read out last year must read the same today.
    digest = hashlib.sha256(" ".join(words).encode()).hexdigest()
    assert digest == "f4bedce0ef3c45f1fa5a582494f695358d9423775a08c34f72992dfef6a65210"


def test_a_fingerprint_in_words_says_its_first_bytes() -> None:
    key = Signer.from_seed("a.example", bytes(32)).public
    words = json.loads(resources.files("faru.ledger").joinpath("words.json").read_text(encoding="utf-8"))
    spoken = fingerprint_words(key)
    assert len(spoken) == WORDS_SPOKEN
    assert bytes(words.index(word) for word in spoken).hex() == key.fingerprint[: 2 * WORDS_SPOKEN]
    assert spoken != fingerprint_words(Signer.from_seed("a.example", bytes([1]) * 32).public)
