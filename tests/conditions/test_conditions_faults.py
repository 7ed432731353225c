"""A pack's mistakes are named with their place; nothing ill-typed, endless or zoneless gets through."""

import multiprocessing
import sys
import threading
from datetime import UTC, datetime, timedelta, timezone, tzinfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faru.conditions import Answer, ConditionFault, Conditions, Fact, FactType

CONDITIONS = Conditions(
    [
        Fact("child_named", FactType.BOOL, "A child is named."),
        Fact("files_count", FactType.INT, "How many files."),
        Fact("hours_left", FactType.NUMBER, "Hours left.", unit="hours"),
        Fact("kind", FactType.TEXT, "The kind."),
        Fact("flags", FactType.TEXTS, "Flags."),
        Fact("at", FactType.INSTANT, "When."),
    ]
)


@pytest.mark.parametrize(
    ("source", "line", "column", "words"),
    [
        ("child_namd", 1, 1, "Did you mean child_named?"),
        ("child_named &&\n  files_cuont > 3", 2, 3, "Did you mean files_count?"),
        ("zebra", 1, 1, "no fact or function 'zebra'."),
        ("files_count > 1.5", 1, 13, "Write a number with a fraction as 1.0."),
        ("hours_left > 48", 1, 12, "Write a number with a fraction as 1.0."),
        ("files_count == 'three'", 1, 13, "no matching overload"),
        ("files_count == null", 1, 13, "no matching overload"),
        ("child_named + 1 == 2", 1, 13, "no matching overload"),
        ("child_named &&", 1, 15, "Syntax error"),
        ("", 1, 1, "Syntax error"),
        ("files_count", 1, 1, "must be true or false"),
        ("dyn(child_named)", 1, 1, "must be true or false"),
        ("child_named ? 1 : 2", 1, 1, "must be true or false"),
        ("kind.length() > 2", None, None, "no fact or function 'length'"),
        ("(" * 200 + "child_named" + ")" * 200, None, None, "recursion limit"),
    ],
)
def test_a_wrong_condition_is_refused_with_its_place(source, line, column, words):
    with pytest.raises(ConditionFault) as caught:
        CONDITIONS.compile(source)
    assert words in caught.value.sentence
    assert caught.value.source == source
    if line is not None:
        assert (caught.value.line, caught.value.column) == (line, column)


def test_the_nearest_names_come_best_first():
    with pytest.raises(ConditionFault) as caught:
        CONDITIONS.compile("childnamed")
    assert caught.value.nearest == ("child_named",)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("files_count / 0 == 1", "divide by zero"),
        ("files_count * 9223372036854775807 > 0", "overflow"),
        ("flags[99] == 'x'", "index"),
        ("flags.exists(x, x.matches('('))", "regular expression"),
        ("int(kind) == 3", "cannot convert"),
        (
            "flags.all(b, flags.all(c, flags.all(d, flags.all(e, flags.all(f, flags.all(g, true))))))",
            "budget",
        ),
    ],
)
def test_a_condition_that_fails_on_good_facts_is_a_fault(source, words):
    values = {"files_count": 5, "flags": [str(number) for number in range(50)], "kind": "upload"}
    with pytest.raises(ConditionFault, match=words):
        CONDITIONS.compile(source).evaluate(values)


def test_unknown_hides_a_fault_only_where_the_engine_meets_it_first():
    """Known limit, kept visible: the first trouble met is the one told."""
    assert CONDITIONS.compile("child_named || 1 / 0 == 1").evaluate({}) is Answer.UNKNOWN
    with pytest.raises(ConditionFault):
        CONDITIONS.compile("1 / 0 == 1 || child_named").evaluate({})


def test_a_long_pattern_does_not_blow_up():
    condition = CONDITIONS.compile("kind.matches('(a+)+$')")
    assert condition.evaluate({"kind": "a" * 50_000 + "b"}) is Answer.FALSE


class NoOffset(tzinfo):
    """A zone object that does not know its offset."""

    def utcoffset(self, dt):
        return None


@pytest.mark.parametrize(
    ("source", "values"),
    [
        ("child_named", {"child_named": 1}),
        ("child_named", {"child_named": "true"}),
        ("files_count > 1", {"files_count": True}),
        ("files_count > 1", {"files_count": 1.0}),
        ("files_count > 1", {"files_count": 2**63}),
        ("hours_left > 1.0", {"hours_left": float("nan")}),
        ("hours_left > 1.0", {"hours_left": True}),
        ("kind == 'x'", {"kind": b"x"}),
        ("size(flags) > 0", {"flags": "abc"}),
        ("size(flags) > 0", {"flags": [1]}),
        ("at < timestamp('2031-01-01T00:00:00Z')", {"at": datetime(2031, 1, 1)}),  # noqa: DTZ001
        ("at < timestamp('2031-01-01T00:00:00Z')", {"at": datetime(2031, 1, 1, tzinfo=NoOffset())}),
    ],
)
def test_a_value_of_the_wrong_type_is_refused(source, values):
    condition = CONDITIONS.compile(source)
    good = {"child_named": True, "files_count": 1, "hours_left": 1.0, "kind": "x", "flags": ["x"]}
    condition.evaluate({**good, "at": datetime(2031, 1, 1, tzinfo=UTC)})  # what was seen before must not help
    with pytest.raises(ConditionFault):
        condition.evaluate(values)


def test_instants_are_compared_as_instants_not_as_clock_readings():
    condition = CONDITIONS.compile("at == timestamp('2031-01-01T00:00:00Z')")
    five_ahead = datetime(2031, 1, 1, 5, tzinfo=timezone(timedelta(hours=5)))
    assert condition.evaluate({"at": five_ahead}) is Answer.TRUE
    assert condition.evaluate({"at": datetime(2031, 1, 1, 5, tzinfo=UTC)}) is Answer.FALSE


@pytest.mark.parametrize("text", ["a\x00b", "a\ud800b"])
def test_text_that_the_engine_cannot_carry_is_neither_cut_nor_fatal(text):
    assert (
        CONDITIONS.compile("kind.startsWith('a') && kind.endsWith('b')").evaluate({"kind": text})
        is Answer.TRUE
    )
    assert CONDITIONS.compile("kind == 'a'").evaluate({"kind": text}) is Answer.FALSE


@given(st.text(alphabet=st.characters()))
@settings(deadline=None, max_examples=150)
def test_any_text_is_carried(text):
    assert CONDITIONS.compile("kind == kind").evaluate({"kind": text}) is Answer.TRUE


@given(st.text(max_size=60))
@settings(deadline=None, max_examples=300)
def test_any_source_compiles_or_is_a_fault(source):
    try:
        CONDITIONS.compile(source)
    except ConditionFault as fault:
        told = fault.sentence
    else:
        told = "fine"
    assert told


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("true", set()),
        ("child_named || files_count > 3", {"child_named", "files_count"}),
        ("flags.exists(kind, kind == 'x')", {"flags"}),  # here kind is the macro's own word
        ("flags.exists(x, x == kind)", {"flags", "kind"}),
        ("kind == 'files_count'", {"kind"}),  # a fact's name inside quotes is only a text
        ("{'kind': files_count}['kind'] == 2", {"files_count"}),
    ],
)
def test_names_are_the_facts_read(source, names):
    assert CONDITIONS.compile(source).names == names


def test_names_are_complete_beyond_what_one_complaint_lists():
    names = [f"fact_{number}" for number in range(90)]
    conditions = Conditions(Fact(name, FactType.BOOL, "x") for name in names)
    assert conditions.compile(" || ".join(names)).names == set(names)


@pytest.mark.parametrize("name", ["in", "true", "Upper", "with space", "", "9lives", "as", "null", "a.b"])
def test_a_fact_cannot_take_a_word_of_the_language(name):
    with pytest.raises(ValueError, match="name"):
        Conditions([Fact(name, FactType.BOOL, "x")])


def test_a_fact_is_declared_once():
    with pytest.raises(ValueError, match="twice"):
        Conditions([Fact("a", FactType.BOOL, "x"), Fact("a", FactType.INT, "y")])


def _answers(condition):
    return [condition.evaluate({"files_count": number}) for number in range(2_000)]


def test_one_condition_serves_several_threads():
    condition = CONDITIONS.compile("files_count % 2 == 0")
    expected = _answers(condition)
    seen: list[bool] = []
    threads = [
        threading.Thread(target=lambda: seen.append(_answers(condition) == expected)) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [True] * 4


_SHARED = CONDITIONS.compile("files_count > 3")


def _in_child(number):
    return _SHARED.evaluate({"files_count": number})


@pytest.mark.skipif(sys.platform != "linux", reason="fork is how the worker starts on Linux")
def test_a_condition_compiled_before_a_fork_works_after_it():
    with multiprocessing.get_context("fork").Pool(2) as pool:
        assert pool.map(_in_child, [3, 4]) == [Answer.FALSE, Answer.TRUE]
