"""Whatever is done to a ledger's files is noticed, and named by sequence number."""

import base64
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from faru.ledger.verify import (
    CHECKPOINTS,
    ENTRIES,
    KEY,
    LEAVES,
    MOST,
    Edge,
    Problem,
    Report,
    leaf_hash,
    read_checkpoint,
    verify_folder,
)

SLOW = settings(deadline=None, max_examples=60)
shapes = st.lists(st.integers(1, 4), min_size=1, max_size=4).map(tuple)
Files = dict[str, bytes]


def check(bench: Any, files: Files, **options: Any) -> Report:
    with TemporaryDirectory() as place:
        return verify_folder(bench.lay(Path(place), files), **options)


def named(problems: tuple[Problem, ...]) -> set[int]:
    return {problem.sequence for problem in problems if problem.sequence is not None}


def spanned(problems: tuple[Problem, ...]) -> set[int]:
    return {
        number
        for problem in problems
        if problem.first is not None and problem.last is not None
        for number in range(problem.first, problem.last + 1)
    }


def lines(data: bytes) -> list[bytes]:
    return data.splitlines(keepends=True)


def notes(data: bytes) -> list[bytes]:
    parts = data.split(b"\n\n")
    return [parts[n] + b"\n\n" + parts[n + 1] + b"\n\n" for n in range(0, len(parts) - 1, 2)]


def rebuilt_leaves(entries: bytes) -> bytes:
    hashes = [leaf_hash(line.rstrip(b"\n")) for line in lines(entries)]
    return b"".join(b"%012d %s\n" % (n, leaf.hex().encode()) for n, leaf in enumerate(hashes))


def resigned(files: Files, signer: Any) -> Files:
    """The attacker who has a key: leaves and all checkpoints made anew over the entries as they are."""
    sizes = [int(note.split(b"\n")[1]) for note in notes(files[CHECKPOINTS])]
    hashes = [leaf_hash(line.rstrip(b"\n")) for line in lines(files[ENTRIES])]
    made = b""
    for size in sizes:
        edge = Edge()
        edge.extend(b"".join(hashes[:size]))
        root = base64.b64encode(edge.root()).decode()
        made += signer.sign_note(f"{signer.name}\n{size}\n{root}\n").encode() + b"\n"
    return {
        ENTRIES: files[ENTRIES],
        LEAVES: rebuilt_leaves(files[ENTRIES]),
        CHECKPOINTS: made,
        KEY: signer.public.text().encode(),
    }


def last(files: Files) -> Any:
    return read_checkpoint(notes(files[CHECKPOINTS])[-1][:-1].decode())


@SLOW
@given(shape=shapes)
def test_an_untouched_log_holds(bench: Any, shape: tuple[int, ...]) -> None:
    files = bench.files(shape)
    report = check(bench, files, expected=[last(files)], trusted=bench.signer.public)
    assert report.problems == ()
    assert report.valid
    assert (report.expected_holds, report.key_trusted) == (True, True)
    assert (report.size, report.checkpoints) == (sum(shape) + len(shape), len(shape))


@settings(deadline=None, max_examples=200)
@given(shape=shapes, name=st.sampled_from([ENTRIES, LEAVES]), flip=st.integers(1, 255), data=st.data())
def test_a_changed_byte_of_a_line_is_named(
    bench: Any, shape: tuple[int, ...], name: str, flip: int, data: st.DataObject
) -> None:
    files = bench.files(shape)
    place = data.draw(st.integers(0, len(files[name]) - 1))
    changed = bytearray(files[name])
    changed[place] ^= flip
    report = check(bench, {**files, name: bytes(changed)})
    assert files[name][:place].count(b"\n") in named(report.problems)
    assert all(name in problem.sentence for problem in report.problems)


@settings(deadline=None, max_examples=150)
@given(shape=shapes, flip=st.integers(1, 255), data=st.data())
def test_a_changed_byte_of_a_checkpoint_is_named(
    bench: Any, shape: tuple[int, ...], flip: int, data: st.DataObject
) -> None:
    files = bench.files(shape)
    raw = files[CHECKPOINTS]
    place = data.draw(st.integers(0, len(raw) - 1))
    changed = bytearray(raw)
    changed[place] ^= flip
    report = check(bench, {**files, CHECKPOINTS: bytes(changed)})
    size, begin = 0, 0
    for note in notes(raw):
        size = int(note.split(b"\n")[1])
        begin += len(note)
        if place < begin:
            break
    assert size - 1 in named(report.problems)


@settings(deadline=None, max_examples=150)
@given(shape=shapes, flip=st.integers(1, 255), data=st.data())
def test_a_changed_byte_of_the_key_is_named(
    bench: Any, shape: tuple[int, ...], flip: int, data: st.DataObject
) -> None:
    files = bench.files(shape)
    changed = bytearray(files[KEY])
    changed[data.draw(st.integers(0, len(changed) - 1))] ^= flip
    report = check(bench, {**files, KEY: bytes(changed)})
    assert any("key" in problem.sentence for problem in report.problems)


@SLOW
@given(shape=shapes, name=st.sampled_from([ENTRIES, LEAVES, CHECKPOINTS, KEY]), data=st.data())
def test_a_dropped_or_added_byte_is_noticed(
    bench: Any, shape: tuple[int, ...], name: str, data: st.DataObject
) -> None:
    files = bench.files(shape)
    place = data.draw(st.integers(0, len(files[name]) - 1))
    short = files[name][:place] + files[name][place + 1 :]
    assert not check(bench, {**files, name: short}).valid
    more = files[name][:place] + data.draw(st.binary(min_size=1, max_size=3)) + files[name][place:]
    assert not check(bench, {**files, name: more}).valid
    assert not check(bench, {**files, name: files[name] + data.draw(st.binary(min_size=1, max_size=3))}).valid


@SLOW
@given(shape=shapes, name=st.sampled_from([ENTRIES, LEAVES]), data=st.data())
def test_dropped_lines_are_named(bench: Any, shape: tuple[int, ...], name: str, data: st.DataObject) -> None:
    files = bench.files(shape)
    kept = lines(files[name])
    gone = data.draw(st.sets(st.integers(0, len(kept) - 1), min_size=1))
    text = b"".join(line for n, line in enumerate(kept) if n not in gone)
    report = check(bench, {**files, name: text})
    if name == ENTRIES:
        assert named(report.problems) == gone
        assert all("dropped" in problem.sentence for problem in report.problems)
    else:  # the lines after it have the wrong number too
        assert gone <= named(report.problems)


@SLOW
@given(shape=shapes, name=st.sampled_from([ENTRIES, LEAVES]), data=st.data())
def test_moved_lines_are_named(bench: Any, shape: tuple[int, ...], name: str, data: st.DataObject) -> None:
    files = bench.files(shape)
    moved = lines(files[name])
    here, there = data.draw(st.lists(st.integers(0, len(moved) - 1), min_size=2, max_size=2, unique=True))
    if data.draw(st.booleans()):
        moved[here], moved[there] = moved[there], moved[here]
        at_least = {here, there}
    else:
        moved.insert(there, moved.pop(here))
        at_least = {here} if abs(here - there) > 1 else {here, there}
    report = check(bench, {**files, name: b"".join(moved)})
    assert at_least & named(report.problems)
    if name == ENTRIES:
        assert all("moved" in problem.sentence for problem in report.problems)
        assert len(named(report.problems)) <= 2


@SLOW
@given(shape=shapes, name=st.sampled_from([ENTRIES, LEAVES]), data=st.data())
def test_any_order_but_the_true_one_is_noticed(
    bench: Any, shape: tuple[int, ...], name: str, data: st.DataObject
) -> None:
    files = bench.files(shape)
    order = data.draw(st.permutations(lines(files[name])))
    assume(order != lines(files[name]))
    assert named(check(bench, {**files, name: b"".join(order)}).problems)


@SLOW
@given(shape=shapes, name=st.sampled_from([ENTRIES, LEAVES]), data=st.data())
def test_inserted_and_repeated_lines_are_named(
    bench: Any, shape: tuple[int, ...], name: str, data: st.DataObject
) -> None:
    files = bench.files(shape)
    old = lines(files[name])
    place = data.draw(st.integers(0, len(old)))
    copied = data.draw(st.none() | st.integers(0, len(old) - 1))
    line = b"something else\n" if copied is None else old[copied]
    report = check(bench, {**files, name: b"".join([*old[:place], line, *old[place:]])})
    near = {place} if copied is None else {place - 1, place, place + 1, copied}
    assert near & named(report.problems)
    assert all(name in problem.sentence for problem in report.problems)
    assert report.size == len(old) + (name == ENTRIES)


@SLOW
@given(shape=shapes, data=st.data())
def test_a_consistent_rewrite_is_named_by_the_checkpoints_around_it(
    bench: Any, shape: tuple[int, ...], data: st.DataObject
) -> None:
    files = bench.files(shape)
    entries = lines(files[ENTRIES])
    place = data.draw(st.integers(0, len(entries) - 1))
    entries[place] = entries[place].replace(b"investigator", b"commander").replace(b"sealer", b"keeper")
    text = b"".join(entries)
    report = check(bench, {**files, ENTRIES: text, LEAVES: rebuilt_leaves(text)})
    (problem,) = report.problems
    sizes = [0, *(int(note.split(b"\n")[1]) for note in notes(files[CHECKPOINTS]))]
    after = next(size for size in sizes if size > place)
    assert (problem.first, problem.last) == (sizes[sizes.index(after) - 1], after - 1)


@SLOW
@given(shape=shapes, data=st.data())
def test_a_log_rewritten_with_the_true_key_shows_only_against_old_checkpoints(
    bench: Any, shape: tuple[int, ...], data: st.DataObject
) -> None:
    files = bench.files(shape)
    entries = lines(files[ENTRIES])
    place = data.draw(st.integers(0, len(entries) - 1))
    entries[place] = entries[place].replace(b"investigator", b"commander").replace(b"sealer", b"keeper")
    forged = resigned({**files, ENTRIES: b"".join(entries)}, bench.signer)
    assert check(bench, forged, trusted=bench.signer.public).valid
    kept = [read_checkpoint(note[:-1].decode()) for note in notes(files[CHECKPOINTS])]
    report = check(bench, forged, expected=kept)
    assert report.expected_holds is False
    low = max((mark.size for mark in kept if mark.size <= place), default=0)
    high = min(mark.size for mark in kept if mark.size > place)
    assert (report.problems[0].first, report.problems[0].last) == (low, high - 1)


@SLOW
@given(shape=shapes)
def test_a_log_signed_again_by_another_key(bench: Any, shape: tuple[int, ...]) -> None:
    files = bench.files(shape)
    forged = resigned(files, bench.stranger)
    assert check(bench, forged).valid
    report = check(bench, forged, trusted=bench.signer.public, expected=[last(files)])
    assert report.key_trusted is False
    assert report.expected_holds is False
    assert "not the trusted key" in report.problems[0].sentence
    mixed = {**forged, KEY: files[KEY]}
    assert not check(bench, mixed).valid
    assert not check(bench, {**files, KEY: forged[KEY]}).valid


@SLOW
@given(shape=st.lists(st.integers(1, 4), min_size=2, max_size=4).map(tuple), data=st.data())
def test_a_cut_tail_shows_only_against_a_checkpoint(
    bench: Any, shape: tuple[int, ...], data: st.DataObject
) -> None:
    files = bench.files(shape)
    kept = data.draw(st.integers(1, len(shape) - 1))
    all_notes = notes(files[CHECKPOINTS])
    size = int(all_notes[kept - 1].split(b"\n")[1])
    cut = {
        ENTRIES: b"".join(lines(files[ENTRIES])[:size]),
        LEAVES: b"".join(lines(files[LEAVES])[:size]),
        CHECKPOINTS: b"".join(all_notes[:kept]),
        KEY: files[KEY],
    }
    assert check(bench, cut).valid
    report = check(bench, cut, expected=[last(files)])
    (problem,) = report.problems
    assert "larger than the log" in problem.sentence
    assert (problem.first, problem.last) == (size, last(files).size - 1)
    # Cut without its checkpoints it shows by itself.
    report = check(bench, {**cut, CHECKPOINTS: files[CHECKPOINTS]})
    (problem,) = report.problems
    assert (problem.first, problem.last) == (size, last(files).size - 1)
    # And so does the opposite: checkpoints cut away above entries.
    report = check(bench, {**files, CHECKPOINTS: cut[CHECKPOINTS]})
    assert set(range(size, last(files).size)) <= spanned(report.problems)


@SLOW
@given(shape=shapes, data=st.data())
def test_dropped_moved_and_repeated_checkpoints_are_named(
    bench: Any, shape: tuple[int, ...], data: st.DataObject
) -> None:
    files = bench.files(shape)
    all_notes = notes(files[CHECKPOINTS])
    which = data.draw(st.integers(0, len(all_notes) - 1))
    size = int(all_notes[which].split(b"\n")[1])
    dropped = b"".join(all_notes[:which] + all_notes[which + 1 :])
    assert size - 1 in named(check(bench, {**files, CHECKPOINTS: dropped}).problems)
    repeated = b"".join([*all_notes, all_notes[which]])
    report = check(bench, {**files, CHECKPOINTS: repeated})
    assert any(f"size {size} was moved or repeated" in problem.sentence for problem in report.problems)


@SLOW
@given(shape=shapes, data=st.data())
def test_arbitrary_files_never_break_the_verifier(
    bench: Any, shape: tuple[int, ...], data: st.DataObject
) -> None:
    files = dict(bench.files(shape))
    name = data.draw(st.sampled_from(sorted(files)))
    junk = data.draw(st.binary(max_size=80) | st.text(max_size=80).map(str.encode))
    assume(junk != files[name])
    files[name] = junk
    assert not check(bench, files).valid


def test_each_missing_file_is_a_problem(filled: Callable[..., Path]) -> None:
    for name in (ENTRIES, LEAVES, CHECKPOINTS, KEY):
        folder = filled(3, 2)
        (folder / name).unlink()
        problems = verify_folder(folder).problems
        assert any(name in problem.sentence for problem in problems)


def test_the_list_of_problems_has_an_end(bench: Any) -> None:
    files = bench.files((3 * MOST,))
    half = b"".join(lines(files[ENTRIES])[::2])
    report = check(bench, {**files, ENTRIES: half})
    assert len(report.problems) == MOST + 1
    assert report.problems[-1].sentence.startswith("And ")


def test_another_spelling_of_the_same_hash_is_a_change(bench: Any) -> None:
    files = bench.files((3, 2))
    leaves = lines(files[LEAVES])
    leaves[2] = leaves[2].upper()
    assert named(check(bench, {**files, LEAVES: b"".join(leaves)}).problems) == {2}
    # Base64 of 68 bytes leaves two bits of its last digit unused: "M=" and "N=" are the same signature.
    raw = files[CHECKPOINTS]
    place = raw.index(b"=\n\nunit") - 1
    digits = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    twin = digits[digits.index(raw[place : place + 1]) + 1 :][:1]
    report = check(bench, {**files, CHECKPOINTS: raw[:place] + twin + raw[place + 1 :]})
    assert 3 in named(report.problems)


def test_the_spelling_of_a_root_counts_even_without_a_key(bench: Any) -> None:
    files = bench.files((3,))
    raw = files[CHECKPOINTS]
    place = raw.index(b"=\n\n") - 1
    twin = bytes([raw[place] + 1])
    report = check(bench, {**files, KEY: b"no key", CHECKPOINTS: raw[:place] + twin + raw[place + 1 :]})
    assert 3 in named(report.problems)
    assert report.key is None


@pytest.mark.parametrize("added", [b"\n", b"# note to self\n", b"unit.example/ledger\n"])
def test_something_between_two_checkpoints_is_noticed(bench: Any, added: bytes) -> None:
    files = bench.files((3, 2))
    first, second = notes(files[CHECKPOINTS])
    (problem,) = check(bench, {**files, CHECKPOINTS: first + added + second}).problems
    assert "after size 4" in problem.sentence
    (problem,) = check(bench, {**files, CHECKPOINTS: added + first + second}).problems
    assert "after size 0" in problem.sentence


@pytest.mark.parametrize("change", [lambda key: key + b"\n", lambda key: b"\n" + key, lambda key: key[:-1]])
def test_a_line_end_of_the_key_file_counts(bench: Any, change: Callable[[bytes], bytes]) -> None:
    files = bench.files((3, 2))
    (problem,) = check(bench, {**files, KEY: change(files[KEY])}).problems
    assert problem.sentence == "key.pub: a line end was changed."


def test_a_checkpoint_in_the_middle_of_a_batch_has_no_date(bench: Any) -> None:
    """Whoever holds the key can sign any size; only the ledger ends a batch with an entry that says so."""
    files = bench.files((3, 2))
    edge = Edge()
    edge.extend(b"".join(leaf_hash(line[:-1]) for line in lines(files[ENTRIES])[:2]))
    root = base64.b64encode(edge.root()).decode()
    early = bench.signer.sign_note(f"{bench.signer.name}\n2\n{root}\n").encode() + b"\n"
    (problem,) = check(bench, {**files, CHECKPOINTS: early + files[CHECKPOINTS]}).problems
    assert problem.sequence == 1
    assert "has no date" in problem.sentence


def test_the_checkpoint_of_another_log_of_the_same_key_is_not_this_ones(bench: Any) -> None:
    files = bench.files((3,))
    root = base64.b64encode(last(files).root).decode()
    other = bench.signer.sign_note(f"unit.example/portal\n4\n{root}\n")
    problems = check(bench, {**files, CHECKPOINTS: other.encode() + b"\n"}).problems
    assert "size 4 was changed, or is not signed" in problems[0].sentence
    report = check(bench, files, expected=[read_checkpoint(other)])
    assert report.expected_holds is False
