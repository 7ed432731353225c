"""How unknown facts behave: the table that the rules and policies stand on, written out in full."""

from datetime import UTC, datetime
from itertools import product

import pytest

from faru.conditions import Answer, Conditions, Fact, FactType

T, F, U = Answer.TRUE, Answer.FALSE, Answer.UNKNOWN
AS_VALUE = {T: True, F: False, U: None}

CONDITIONS = Conditions(
    [
        Fact("a", FactType.BOOL, "first"),
        Fact("b", FactType.BOOL, "second"),
        Fact("c", FactType.BOOL, "third"),
        Fact("count", FactType.INT, "a count"),
        Fact("other", FactType.INT, "another count"),
        Fact("share", FactType.NUMBER, "a share", unit="percent"),
        Fact("word", FactType.TEXT, "a word"),
        Fact("words", FactType.TEXTS, "some words"),
        Fact("at", FactType.INSTANT, "a time"),
        Fact("now", FactType.INSTANT, "now"),
    ]
)

AND = {(T, T): T, (T, F): F, (F, T): F, (F, F): F, (T, U): U, (U, T): U, (F, U): F, (U, F): F, (U, U): U}
OR = {(T, T): T, (T, F): T, (F, T): T, (F, F): F, (T, U): T, (U, T): T, (F, U): U, (U, F): U, (U, U): U}
SAME = {(T, T): T, (T, F): F, (F, T): F, (F, F): T}


@pytest.mark.parametrize(("operator", "table"), [("&&", AND), ("||", OR)])
@pytest.mark.parametrize("pair", list(product((T, F, U), repeat=2)))
@pytest.mark.parametrize("absent", [True, False])
def test_and_or_in_both_orders(operator, table, pair, absent):
    left, right = pair
    values = {"a": AS_VALUE[left], "b": AS_VALUE[right]}
    if absent:
        values = {name: value for name, value in values.items() if value is not None}
    assert CONDITIONS.compile(f"a {operator} b").evaluate(values) is table[pair]


@pytest.mark.parametrize("pair", list(product((T, F, U), repeat=2)))
def test_equality_of_truths_needs_both(pair):
    left, right = pair
    expected = SAME.get(pair, U)
    assert CONDITIONS.compile("a == b").evaluate({"a": AS_VALUE[left], "b": AS_VALUE[right]}) is expected


def test_not():
    for given, expected in ((True, F), (False, T), (None, U)):
        assert CONDITIONS.compile("!a").evaluate({"a": given}) is expected


@pytest.mark.parametrize("triple", list(product((T, F, U), repeat=3)))
def test_choice(triple):
    """An unknown test is unknown even where both arms agree: the engine does not look into both."""
    test, then, otherwise = triple
    expected = U if test is U else then if test is T else otherwise
    values = dict(zip("abc", (AS_VALUE[answer] for answer in triple), strict=True))
    assert CONDITIONS.compile("a ? b : c").evaluate(values) is expected


@pytest.mark.parametrize("triple", list(product((T, F, U), repeat=3)))
@pytest.mark.parametrize("source", ["(a && b) || c", "(a || b) && c", "!(a && b) || !c"])
def test_nested(triple, source):
    """Against three-valued logic worked out by hand, not by the engine."""
    flip = {T: F, F: T, U: U}
    a, b, c = triple
    expected = {
        "(a && b) || c": OR[AND[a, b], c],
        "(a || b) && c": AND[OR[a, b], c],
        "!(a && b) || !c": OR[flip[AND[a, b]], flip[c]],
    }[source]
    values = dict(zip("abc", (AS_VALUE[answer] for answer in triple), strict=True))
    assert CONDITIONS.compile(source).evaluate(values) is expected


@pytest.mark.parametrize(
    ("source", "values", "expected"),
    [
        ("true || a", {}, T),
        ("a || true", {}, T),
        ("false && a", {}, F),
        ("a && false", {}, F),
        ("count == 1", {"count": 1}, T),
        ("count == 1", {}, U),
        ("count != 1", {}, U),
        ("count == other", {"count": 1}, U),
        ("count > 3 || a", {"a": True}, T),
        ("count > 3 || a", {"a": False}, U),
        ("count in [1, 2]", {}, U),
        ("1 in [1, other]", {}, U),
        ("'x' in words", {}, U),
        ("'x' in words", {"words": []}, F),
        ("'x' in words", {"words": ("x",)}, T),
        ("size(words) == 0", {}, U),
        ("size(words) == 0", {"words": ()}, T),
        ("words.exists(x, x == 'b')", {"words": ["a", "b"]}, T),
        ("words.exists(x, x == 'b')", {}, U),
        ("words.exists(x, x == 'b' || a)", {"words": ["a", "b"]}, T),
        ("words.exists(x, x == 'b' || a)", {"words": ["a"]}, U),
        ("words.all(x, x != word)", {"words": []}, T),
        ("words.all(x, x != word)", {"words": ["a"]}, U),
        ("word.startsWith('li')", {"word": "live"}, T),
        ("word.startsWith('li')", {}, U),
        ("word == ''", {"word": ""}, T),
        ("share > 1.0", {"share": 2}, T),
        ("share > 1.0", {}, U),
        ("now - at > duration('24h')", {"now": datetime(2031, 1, 3, tzinfo=UTC)}, U),
        (
            "now - at > duration('24h')",
            {"now": datetime(2031, 1, 3, tzinfo=UTC), "at": datetime(2031, 1, 1, tzinfo=UTC)},
            T,
        ),
    ],
)
def test_values_and_lists(source, values, expected):
    assert CONDITIONS.compile(source).evaluate(values) is expected


def test_a_fact_that_the_condition_does_not_read_changes_nothing():
    condition = CONDITIONS.compile("a")
    assert condition.evaluate({"a": True, "b": "not even a truth", "nobody": object()}) is T
