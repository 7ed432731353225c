"""Sealed files of any size: what was written is read back; what was cut, changed or moved does not open."""

import io
import os
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given, settings
from hypothesis import strategies as st

from faru.desk.vault.chunks import SIZE, Opened, seal
from faru.desk.vault.crypto import VaultFault

KEY = AESGCM(bytes(range(32)))
KEY_ID = UUID(int=7)
HERE = b"file|bytes|a|b"
HEAD, SEALED = 24, SIZE + 16
SIZES = [0, 1, 15, 16, 17, SIZE - 1, SIZE, SIZE + 1, 2 * SIZE, 2 * SIZE + 3]


def sealed(plain: bytes) -> bytes:
    return b"".join(seal(KEY, KEY_ID, io.BytesIO(plain), HERE))


def opened(envelope: bytes, where: bytes = HERE) -> bytes:
    return Opened(KEY, io.BytesIO(envelope), where).readall()


def chunks_of(envelope: bytes) -> list[bytes]:
    body = envelope[HEAD:]
    return [body[at : at + SEALED] for at in range(0, len(body), SEALED)]


@pytest.mark.parametrize("size", SIZES)
def test_what_was_written_is_read_back(size: int) -> None:
    plain = os.urandom(size)
    envelope = sealed(plain)
    stream = Opened(KEY, io.BytesIO(envelope), HERE)
    assert (stream.readall(), stream.size) == (plain, size)
    assert len(chunks_of(envelope)) == max(1, -(-size // SIZE))


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2 * SIZE + 9), st.integers(0, 3000))
def test_any_stretch_is_read_by_itself(start: int, length: int) -> None:
    stream = io.BufferedReader(Opened(KEY, io.BytesIO(ENVELOPE), HERE))
    assert stream.seek(start) == start
    assert stream.read(length) == PLAIN[start : start + length]
    assert stream.seek(-1, os.SEEK_END) == len(PLAIN) - 1
    assert stream.read() == PLAIN[-1:]


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2 * SIZE + 5 + HEAD + 3 * 16 - 1), st.integers(1, 255))
def test_one_changed_byte_anywhere_is_refused(at: int, change: int) -> None:
    changed = bytearray(ENVELOPE)
    changed[at] ^= change
    with pytest.raises(VaultFault):
        opened(bytes(changed))


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 2 * SIZE + 5 + HEAD + 3 * 16 - 1))
def test_a_cut_file_is_refused_when_it_is_opened(length: int) -> None:
    with pytest.raises(VaultFault):
        Opened(KEY, io.BytesIO(ENVELOPE[:length]), HERE)


@pytest.mark.parametrize("order", [[1, 0, 2], [0, 0, 2], [0, 2], [0, 1], [0, 1, 2, 2], [0, 1, 1, 2]])
def test_chunks_that_were_swapped_doubled_or_left_out_are_refused(order: list[int]) -> None:
    pieces = chunks_of(ENVELOPE)
    with pytest.raises(VaultFault):
        opened(ENVELOPE[:HEAD] + b"".join(pieces[number] for number in order))


def test_a_chunk_of_another_file_is_refused() -> None:
    other = chunks_of(sealed(PLAIN))
    pieces = chunks_of(ENVELOPE)
    with pytest.raises(VaultFault):
        opened(ENVELOPE[:HEAD] + b"".join([pieces[0], other[1], pieces[2]]))


def test_a_file_that_was_moved_or_has_another_key_is_refused() -> None:
    with pytest.raises(VaultFault):
        opened(ENVELOPE, b"file|bytes|a|c")
    with pytest.raises(VaultFault):
        Opened(AESGCM(bytes(32)), io.BytesIO(ENVELOPE), HERE)


def test_an_empty_file_cannot_be_made_of_a_full_one() -> None:
    with pytest.raises(VaultFault):
        opened(ENVELOPE[:HEAD] + chunks_of(sealed(b""))[0])


def test_nothing_in_clear_stands_in_the_envelope_and_it_never_comes_out_twice_alike() -> None:
    plain = b"reef_walker " * 1000
    assert b"reef" not in sealed(plain)
    assert sealed(plain) != sealed(plain)


def test_a_stream_that_gives_little_at_a_time_is_sealed_whole() -> None:
    class Slow(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(min(size or -1, 70_001))

    plain = os.urandom(SIZE + 5)
    assert opened(b"".join(seal(KEY, KEY_ID, Slow(plain), HERE))) == plain


PLAIN = os.urandom(2 * SIZE + 5)
ENVELOPE = sealed(PLAIN)
