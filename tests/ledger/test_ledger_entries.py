"""What an entry says, what it may not say, and when it is said to be backdated."""

import base64
import hashlib
import json
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faru.ledger.clock import ClockState, SimulatedClock, SystemClock
from faru.ledger.entries import PUBLIC_SALT, Entry, LedgerError, canonical, commit
from faru.ledger.excerpt import excerpt
from faru.ledger.ids import IdSource
from faru.ledger.keys import Signer
from faru.ledger.log import Ledger
from faru.ledger.payloads import ClearPayloads
from faru.ledger.store import FileStore
from faru.ledger.tags import Action
from faru.ledger.verify import (
    ENTRY,
    LedgerExcerpt,
    ProvenEntry,
    consistency_holds,
    inclusion_holds,
    leaf_hash,
    payload_holds,
    read_excerpt,
    verify_excerpt,
    verify_folder,
    write_excerpt,
)

SOME_ID = "019b76da-a800-7054-9cf1-d189c5971e11"
RANDOM_ID = "7d444840-9dc0-41d1-b245-5ffdce74fad2"


def entry(**changes: Any) -> Entry:
    values: dict[str, Any] = {
        "action": Action.CASE_OPEN,
        "actor": "0a" * 8,
        "clock": ClockState.UNKNOWN,
        "id": SOME_ID,
        "objects": (RANDOM_ID,),
        "payload_sha256": "0" * 64,
        "role": "investigator",
        "time": datetime(2026, 5, 4, 6, 0, 0, 7, tzinfo=UTC),
    }
    return Entry(**(values | changes))


def test_tags_are_alphabetised_and_written_as_noun_dot_verb() -> None:
    values = [tag.value for tag in Action]
    assert values == sorted(values)
    for tag in Action:
        noun, verb = tag.value.split(".")
        assert tag.name == f"{noun}_{verb}".upper()


def test_an_entry_is_canonical_json_and_comes_back_the_same() -> None:
    one = entry()
    line = one.to_bytes()
    assert line == json.dumps(json.loads(line), sort_keys=True, separators=(",", ":")).encode()
    assert Entry.from_bytes(line) == one
    assert json.loads(line)["time"] == "2026-05-04T06:00:00.000007Z"
    assert json.loads(line)["version"] == 1


# Whole microseconds from 1970 on, into the year 9987.
instants = st.integers(0, 253_000_000_000_000_000).map(
    lambda count: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=count)
)


@settings(deadline=None, max_examples=60)
@given(
    action=st.sampled_from(Action),
    clock=st.sampled_from(ClockState),
    time=instants,
    objects=st.lists(st.uuids(version=4).map(str), max_size=4).map(tuple),
)
def test_every_entry_has_the_form_that_the_verifier_knows(
    action: Action, clock: ClockState, time: datetime, objects: tuple[str, ...]
) -> None:
    one = entry(action=action, clock=clock, time=time, objects=objects)
    assert ENTRY.fullmatch(one.to_bytes())
    assert Entry.from_bytes(one.to_bytes()) == one


@pytest.mark.parametrize(
    "change",
    [
        {"actor": "Aishath"},
        {"actor": "0A" * 8},
        {"role": "Duty officer"},
        {"role": ""},
        {"objects": ("referral-17",)},
        {"objects": ("a@example.org",)},
        {"objects": (RANDOM_ID.upper(),)},
        {"objects": (str(UUID(int=5)),)},
        {"objects": ("c232ab00-9414-11ec-b3c8-9f6bdeced846",)},  # version 1 tells a machine and a time
        {"id": "1"},
        {"time": datetime(2026, 5, 4)},  # noqa: DTZ001 - that it has no zone is the point
    ],
)
def test_an_entry_takes_no_names(change: dict[str, Any]) -> None:
    with pytest.raises(LedgerError):
        entry(**change)


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{}",
        b"\xff",
        b'{"action":"case.open"}',
        entry().to_bytes() + b"\n",
        entry().to_bytes().replace(b"case.open", b"case.unheard"),
        entry().to_bytes().replace(b"unknown", b"stopped"),
        entry().to_bytes().replace(b"2026-05-04", b"2026-13-04"),
        entry().to_bytes().replace(b"-", b"0", 4),
        entry().to_bytes().replace(b'"version":1', b'"version":2'),
    ],
)
def test_other_bytes_are_no_entry(line: bytes) -> None:
    with pytest.raises(LedgerError):
        Entry.from_bytes(line)


@pytest.mark.parametrize(
    "payload", [{"n": 2**60}, {"n": float("nan")}, {"n": "\ud800"}, {"n": {1, 2}}, {"n": b""}]
)
def test_a_payload_that_json_can_not_carry_stops_the_act(bench: Any, tmp_path: Path, payload: Any) -> None:
    ledger = bench.open(tmp_path)
    with pytest.raises(LedgerError, match="canonical JSON"):
        ledger.record(Action.STEP_DO, actor=bench.actor, role="investigator", payload=payload)
    assert ledger.store.unsealed() == ()
    ledger.store.close()


def test_the_entry_commits_to_its_payload_and_hides_it(bench: Any, tmp_path: Path) -> None:
    ledger = bench.open(tmp_path)
    told = [
        ledger.record(Action.STEP_DO, actor=bench.actor, role="investigator", payload={"b": "ކ", "a": 1})
        for _ in range(2)
    ]
    for one in told:
        assert one.payload == '{"a":1,"b":"ކ"}'.encode()
        assert len(one.salt) == 32
        assert one.entry.payload_sha256 == hashlib.sha256(one.salt + one.payload).hexdigest()
        assert payload_holds(one.entry.to_bytes(), one.salt, one.payload)
        assert not payload_holds(one.entry.to_bytes(), one.salt, one.payload + b" ")
    assert told[0].entry.payload_sha256 != told[1].entry.payload_sha256
    with pytest.raises(LedgerError, match="32 bytes"):
        commit(b"{}", b"short")
    ledger.store.close()


def test_the_ledgers_own_entries_can_be_opened_by_anybody(bench: Any, tmp_path: Path) -> None:
    ledger = bench.fill(tmp_path, [2])
    own = Entry.from_bytes(ledger.store.entry(2))
    assert own.action is Action.CHECKPOINT_SIGN
    assert own.actor == bench.signer.key_id
    assert own.payload_sha256 == commit(canonical({"size": 3}), PUBLIC_SALT)
    assert ledger.sealed_at == own.time
    ledger.store.close()


# ---- ids


@settings(deadline=None, max_examples=60)
@given(
    seed=st.integers(0, 1000),
    steps=st.lists(st.integers(-9_990, 3), min_size=1, max_size=60),
)
def test_ids_rise_within_a_millisecond_and_when_the_clock_slips(seed: int, steps: list[int]) -> None:
    source = IdSource(random.Random(seed).getrandbits)
    at = datetime(2026, 5, 4, tzinfo=UTC)
    ids = [source.new(at)]
    for step in steps:  # never further back than ten seconds behind the newest
        ids.append(source.new(at + timedelta(milliseconds=step)))
    assert ids == sorted(set(ids))
    for one in ids:
        parsed = UUID(one)
        assert (parsed.version, parsed.variant) == (7, "specified in RFC 4122")


def test_an_id_holds_its_millisecond_and_a_clock_set_back_is_believed() -> None:
    source = IdSource()
    at = datetime(2026, 5, 4, 6, 0, 0, 123_456, tzinfo=UTC)
    assert int(source.new(at).replace("-", "")[:12], 16) == int(at.timestamp() * 1000)
    back = at - timedelta(hours=1)
    assert int(source.new(back).replace("-", "")[:12], 16) == int(back.timestamp() * 1000)
    with pytest.raises(ValueError, match="Set the clock"):
        source.new(datetime(1969, 12, 31, tzinfo=UTC))


def test_a_full_millisecond_runs_over_into_the_next() -> None:
    source = IdSource(lambda bits: (1 << bits) - 1)
    at = datetime(2026, 5, 4, tzinfo=UTC)
    first = source.new(at)
    source._random = (1 << 74) - 2
    second = source.new(at)
    assert first < second
    assert int(second.replace("-", "")[:12], 16) == int(at.timestamp() * 1000) + 1


# ---- the clock


def test_the_machines_clock_says_its_state() -> None:
    clock = SystemClock()
    assert clock.now().utcoffset() == timedelta(0)
    assert clock.state() in (ClockState.SYNCHRONISED, ClockState.UNSYNCHRONISED, ClockState.UNKNOWN)


@pytest.fixture
def moving(bench: Any, tmp_path: Path) -> tuple[Ledger, SimulatedClock, Path]:
    clock = SimulatedClock(bench.start)
    return Ledger(FileStore(tmp_path), bench.signer, clock), clock, tmp_path


def test_a_clock_that_fell_behind_is_written_down_and_loses_nothing(bench: Any, moving: Any) -> None:
    ledger, clock, folder = moving
    bench.add(ledger, 1)
    ledger.seal()
    clock.at = datetime(1970, 1, 2, tzinfo=UTC)
    bench.add(ledger, 2)
    ledger.seal()
    clock.at = bench.start + timedelta(hours=1)
    bench.add(ledger, 3)
    ledger.seal()
    states = [Entry.from_bytes(ledger.store.entry(n)).clock.value for n in range(6)]
    assert states == ["simulated", "simulated", "behind", "behind", "simulated", "simulated"]
    report = verify_folder(folder)
    assert report.valid
    assert report.remarks == ("2 entries say that their clock was behind.",)
    ledger.store.close()


def test_before_1970_there_is_a_sentence(bench: Any, moving: Any) -> None:
    ledger, clock, _ = moving
    clock.at = datetime(1969, 1, 1, tzinfo=UTC)
    with pytest.raises(LedgerError, match="Set the clock"):
        bench.add(ledger, 1)
    ledger.store.close()


@pytest.mark.parametrize(("earlier", "found"), [(59, False), (60, False), (61, True), (86_400, True)])
def test_an_entry_older_than_the_checkpoint_before_it_is_backdated(
    bench: Any, moving: Any, earlier: int, found: bool
) -> None:
    """Only somebody with the key can write such an entry; that is whom this is for."""
    ledger, _, folder = moving
    bench.add(ledger, 1)
    ledger.seal()
    ledger.store.add(entry(time=bench.start - timedelta(seconds=earlier)).to_bytes())
    ledger.seal()
    report = verify_folder(folder)
    assert [problem.sequence for problem in report.problems] == ([2] if found else [])
    assert all("backdated" in problem.sentence for problem in report.problems)
    ledger.store.close()


def test_within_a_batch_times_may_go_back(bench: Any, moving: Any) -> None:
    ledger, _, folder = moving
    for hours in (5, 1, 3):
        ledger.store.add(entry(time=bench.start - timedelta(hours=hours)).to_bytes())
    ledger.seal()
    assert verify_folder(folder).valid
    ledger.store.close()


# ---- proofs and excerpts


def test_the_log_proves_itself(bench: Any, tmp_path: Path) -> None:
    ledger = bench.fill(tmp_path, [3])
    old = ledger.checkpoint()
    for count in (1, 5):
        for number in range(count):
            bench.add(ledger, number)
        new = ledger.seal()
        proof = ledger.prove_consistency(old.size, new.size)
        assert consistency_holds(old.size, old.root, new.size, new.root, proof)
        for index in range(new.size):
            leaf = leaf_hash(ledger.store.entry(index))
            assert inclusion_holds(leaf, index, new.size, ledger.prove_inclusion(index), new.root)
        leaf = leaf_hash(ledger.store.entry(1))
        assert inclusion_holds(leaf, 1, old.size, ledger.prove_inclusion(1, old.size), old.root)
    with pytest.raises(IndexError):
        ledger.prove_inclusion(new.size)
    with pytest.raises(IndexError):
        ledger.prove_consistency(1, new.size + 1)
    ledger.store.close()


@pytest.fixture
def cited(bench: Any, tmp_path: Path) -> tuple[Ledger, LedgerExcerpt]:
    ledger = bench.open(tmp_path / "ledger")
    told = [
        ledger.record(Action.STEP_DO, actor=bench.actor, role="investigator", payload={"n": number})
        for number in range(6)
    ]
    ledger.seal()
    kept = ClearPayloads(tmp_path / "payloads.jsonl")
    kept.keep(told)
    ids = [told[4].id, told[1].id]
    made = excerpt(ledger, ids, kept.opened([told[1].id]))
    ledger.store.close()
    return ledger, made


def test_an_excerpt_holds_and_comes_back_from_its_json(bench: Any, cited: Any) -> None:
    _, made = cited
    assert [one.index for one in made.entries] == [1, 4]
    assert [one.payload for one in made.entries] == [b'{"n":1}', None]
    assert made.sealing.index == 6
    assert verify_excerpt(made, trusted=bench.signer.public) == ()
    assert read_excerpt(write_excerpt(made)) == made


def changed(made: LedgerExcerpt, **changes: Any) -> LedgerExcerpt:
    first = made.entries[0]
    values = {name: getattr(first, name) for name in ("entry", "index", "proof", "salt", "payload")}
    return LedgerExcerpt(
        made.checkpoint, made.public_key, made.sealing, (ProvenEntry(**(values | changes)), *made.entries[1:])
    )


def test_what_was_changed_in_an_excerpt_is_named(bench: Any, cited: Any) -> None:
    _, made = cited
    first = made.entries[0]
    for changes in (
        {"entry": first.entry.replace(b"investigator", b"commander")},
        {"entry": b"{}"},
        {"index": 2},
        {"proof": first.proof[:-1]},
        {"proof": ()},
        {"salt": bytes(32)},
        {"salt": b""},
        {"salt": None},
        {"payload": b'{"n":2}'},
        {"payload": None},
    ):
        problems = verify_excerpt(changed(made, **changes))
        assert problems
        assert {problem.sequence for problem in problems} == {changes.get("index", 1)}
    stranger = bench.stranger
    other_key = LedgerExcerpt(made.checkpoint, stranger.public.text(), made.sealing, made.entries)
    assert "not signed" in verify_excerpt(other_key)[0].sentence
    assert "not the trusted key" in verify_excerpt(made, trusted=stranger.public)[0].sentence
    other_seal = LedgerExcerpt(made.checkpoint, made.public_key, made.entries[0], made.entries)
    assert verify_excerpt(other_seal)
    for broken in (
        LedgerExcerpt("", made.public_key, made.sealing, made.entries),
        LedgerExcerpt(made.checkpoint, "", made.sealing, made.entries),
        LedgerExcerpt(made.checkpoint.replace("\n7\n", "\n8\n"), made.public_key, made.sealing, made.entries),
    ):
        assert verify_excerpt(broken)


def test_the_salt_ends_where_the_payload_begins(cited: Any) -> None:
    _, made = cited
    first = made.entries[0]
    shifted = {"salt": first.salt + first.payload[:1], "payload": first.payload[1:]}
    assert [problem.sequence for problem in verify_excerpt(changed(made, **shifted))] == [1]


def test_a_checkpoint_is_not_dated_by_another_entry(bench: Any, tmp_path: Path) -> None:
    """An older checkpoint's entry is in the log, and would give the dossier an older date."""
    ledger = bench.fill(tmp_path, [2, 1])
    made = excerpt(ledger, [])
    assert verify_excerpt(made) == ()
    older = ProvenEntry(ledger.store.entry(2), 2, ledger.prove_inclusion(2))
    (problem,) = verify_excerpt(LedgerExcerpt(made.checkpoint, made.public_key, older, ()))
    assert "is another" in problem.sentence
    # A checkpoint that somebody with the key signed in the middle of a batch has no entry to date it.
    size = 2
    root = base64.b64encode(ledger._grown_tree().root(size)).decode()
    note = bench.signer.sign_note(f"{bench.signer.name}\n{size}\n{root}\n")
    last = ProvenEntry(ledger.store.entry(size - 1), size - 1, ledger.prove_inclusion(size - 1, size))
    (problem,) = verify_excerpt(LedgerExcerpt(note, made.public_key, last, ()))
    assert "is another" in problem.sentence
    ledger.store.close()


def test_an_excerpt_needs_sealed_entries_and_true_payloads(bench: Any, tmp_path: Path) -> None:
    ledger = bench.open(tmp_path)
    one = bench.add(ledger, 1)
    with pytest.raises(LedgerError, match="no checkpoint yet"):
        excerpt(ledger, [one])
    ledger.seal()
    late = bench.add(ledger, 2)
    with pytest.raises(LedgerError, match=f"first is {late}"):
        excerpt(ledger, [one, late])
    with pytest.raises(LedgerError, match="not the one that it speaks of"):
        excerpt(ledger, [one], {one: (bytes(32), b"{}")})
    assert excerpt(ledger, [one]) == excerpt(ledger.store, [one])
    ledger.store.close()


def test_a_cut_off_payload_line_is_skipped_and_the_rest_is_kept(bench: Any, tmp_path: Path) -> None:
    ledger = bench.open(tmp_path / "ledger")
    told = [
        ledger.record(Action.STEP_DO, actor=bench.actor, role="investigator", payload={"n": number})
        for number in range(3)
    ]
    kept = ClearPayloads(tmp_path / "payloads.jsonl")
    assert kept.opened() == {}
    kept.keep(told[:2])
    raw = (tmp_path / "payloads.jsonl").read_bytes()
    (tmp_path / "payloads.jsonl").write_bytes(raw[:-1])
    assert set(kept.opened()) == {told[0].id}
    kept.keep(told[2:])
    assert set(kept.opened()) == {told[0].id, told[2].id}
    ledger.store.close()


def test_the_same_world_gives_the_same_log(bench: Any, tmp_path: Path) -> None:
    files = []
    for name in ("one", "two"):
        fixed = random.Random(3)
        clock = SimulatedClock(bench.start)
        store = FileStore(tmp_path / name)
        ledger = Ledger(
            store,
            Signer.from_seed("a.example", bytes(32)),
            clock,
            ids=IdSource(fixed.getrandbits),
            salts=fixed.randbytes,
        )
        for number in range(5):
            bench.add(ledger, number)
        ledger.seal()
        store.close()
        files.append({path.name: path.read_bytes() for path in (tmp_path / name).iterdir()})
    assert files[0] == files[1]


def test_a_reader_sees_no_more_than_what_is_sealed(bench: Any, filled: Callable[..., Path]) -> None:
    folder = filled(2)
    with (folder / "entries.jsonl").open("ab") as file:
        file.write(b"half of an ent")
    store = FileStore(folder, read_only=True)
    assert store.size() == 3
    with pytest.raises(IndexError):
        store.entry(3)
    with pytest.raises(IndexError):
        store.leaves(0, 4)
    assert store.leaves(2, 2) == b""
    assert (folder / "entries.jsonl").read_bytes().endswith(b"half of an ent")
