"""Compile and evaluate CEL (Common Expression Language) through `cel-expr-python`, Google's C++ engine.

Three habits of the engine are tamed here, each kept true by tests/conditions: it reports an unbound name as
an error value of status UNKNOWN, it reads a naive time in the machine's zone, and it cuts a text at a NUL.
Compiled conditions may be shared between threads and survive a fork; they can't be pickled (compile anew).
"""

import math
import re
from collections.abc import Callable, Hashable, Iterable, Mapping
from datetime import datetime
from difflib import get_close_matches
from typing import Any

from cel_expr_python import cel

from faru.conditions.facts import Answer, Fact, FactType, FactValue

_CEL_TYPES = {
    FactType.BOOL: cel.Type.BOOL,
    FactType.INT: cel.Type.INT,
    FactType.NUMBER: cel.Type.DOUBLE,
    FactType.TEXT: cel.Type.STRING,
    FactType.TEXTS: cel.Type.List(cel.Type.STRING),
    FactType.INSTANT: cel.Type.TIMESTAMP,
}
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_LITERALS = frozenset({"true", "false", "null"})  # these compile by themselves and would hide a fact
_ISSUE = re.compile(r"<input>:(\d+):(\d+): (.*)")
_UNDECLARED = re.compile(r"undeclared reference to '([^']+)'")
_MIXED = re.compile(r"\(double, int\)|\(int, double\)")
_UNBOUND = re.compile(r'UNKNOWN: No value with name "([^"]+)" found in Activation')
# a NUL cuts a C string off; half a surrogate pair is no UTF-8
_HARD_TO_CARRY = re.compile("[\x00\ud800-\udfff]")
_MOST_KEPT = 3**6  # answers kept per condition
# types whose values repeat; a number with a fraction or a list hardly ever does
_REPEATING: dict[FactType, type] = {FactType.BOOL: bool, FactType.INT: int, FactType.TEXT: str}


class ConditionFault(Exception):
    """A condition that can't be compiled or that fails on well-typed facts: a fault of the pack.

    `line` and `column` count from 1 and are None for a fault that shows only when the condition runs;
    `nearest` holds declared names that resemble an unknown one, best first.
    """

    def __init__(
        self,
        sentence: str,
        *,
        source: str,
        line: int | None = None,
        column: int | None = None,
        nearest: tuple[str, ...] = (),
    ) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.source = source
        self.line = line
        self.column = column
        self.nearest = nearest


class Conditions:
    """The facts that conditions may read, and the compiler for them."""

    def __init__(self, facts: Iterable[Fact]) -> None:
        """Declare `facts`. ValueError for a name used twice, or that is not snake_case or a word of CEL."""
        self.facts: dict[str, Fact] = {}
        for fact in facts:
            if fact.name in self.facts:
                raise ValueError(f"The fact '{fact.name}' is declared twice.")
            if not _NAME.fullmatch(fact.name):
                raise ValueError(f"'{fact.name}' can't be a fact's name: write it in snake_case.")
            self.facts[fact.name] = fact
        self._env = self._environment(self.facts)
        for name in self.facts:
            if name in _LITERALS or not self._compiles(name):
                raise ValueError(f"'{name}' can't be a fact's name: it is a word of CEL.")

    def compile(self, source: str) -> "Condition":
        """Check `source` against the declared facts; ConditionFault says where and what is wrong."""
        try:
            expression = self._env.compile(_carry(source))
        except RuntimeError as error:
            raise self._fault(source, str(error)) from error
        if expression.return_type() != cel.Type.BOOL:
            kind = expression.return_type().name().lower()
            raise ConditionFault(
                f"The condition gives a value of type {kind}: it must be true or false.",
                source=source,
                line=1,
                column=1,
            )
        return Condition(source, expression, tuple(self.facts[name] for name in sorted(self._names(source))))

    def _compiles(self, source: str) -> bool:
        try:
            self._env.compile(source)
        except RuntimeError:
            return False
        return True

    def _environment(self, names: Iterable[str]) -> Any:
        return cel.NewEnv(variables={name: _CEL_TYPES[self.facts[name].type] for name in names})

    def _names(self, source: str) -> set[str]:
        """The facts `source` reads, asked of the compiler itself: declare only what it misses.

        A macro's own variable that hides a fact's name is so told apart from the fact. Each round names at
        least one more fact (the compiler stops after 20 complaints), so the loop ends.
        """
        names: set[str] = set()
        while True:
            try:
                self._environment(names).compile(_carry(source))
            except RuntimeError as error:
                # "fact.field" can be named whole; the fact is its first part
                missed = {name.split(".")[0] for name in _UNDECLARED.findall(str(error))} & self.facts.keys()
                if missed <= names:
                    raise
                names |= missed
            else:
                return names

    def _fault(self, source: str, message: str) -> ConditionFault:
        issue = _ISSUE.search(message)
        if issue is None:
            reason = message.partition(": ")[2].partition(" [")[0] or message
            return ConditionFault(f"The condition was refused: {reason}.", source=source)
        line, column, reason = int(issue[1]), int(issue[2]), issue[3].partition(" [")[0]
        at = f"line {line}, column {column}"
        unknown = _UNDECLARED.search(reason)
        if unknown is None:
            mend = " Write a number with a fraction as 1.0." if _MIXED.search(reason) else ""
            return ConditionFault(
                f"The condition is wrong at {at}: {_plain(reason)}.{mend}",
                source=source,
                line=line,
                column=column,
            )
        name = unknown[1]
        nearest = tuple(get_close_matches(name, self.facts, n=3, cutoff=0.6))
        hint = f" Did you mean {' or '.join(nearest)}?" if nearest else ""
        return ConditionFault(
            f"The condition is wrong at {at}: there is no fact or function '{name}'.{hint}",
            source=source,
            line=line,
            column=column,
            nearest=nearest,
        )


class Condition:
    """One compiled condition."""

    __slots__ = ("_expression", "_kept", "_kinds", "_readers", "_repeats", "names", "reads", "source")

    def __init__(self, source: str, expression: Any, facts: tuple[Fact, ...]) -> None:
        self.source = source
        self.reads: tuple[str, ...] = tuple(fact.name for fact in facts)  # sorted
        self.names: frozenset[str] = frozenset(self.reads)
        self._expression = expression
        self._readers = tuple((fact.name, _READERS[fact.type]) for fact in facts)
        # most rules meet the same few combinations of truths and counts over and over
        self._kinds = tuple((fact.name, _REPEATING[fact.type]) for fact in facts if fact.type in _REPEATING)
        self._repeats = len(self._kinds) == len(facts) > 0
        self._kept: dict[Hashable, tuple[Answer, tuple[str, ...]]] = {}

    def __repr__(self) -> str:
        return f"Condition({self.source!r})"

    def evaluate(self, values: Mapping[str, FactValue]) -> Answer:
        """TRUE, FALSE or UNKNOWN for `values`; names that are absent or None are unbound, others are ignored.

        `true || unknown` is TRUE and `false && unknown` is FALSE, in either order; all else that touches an
        unbound fact is UNKNOWN. ConditionFault for a value of the wrong type, a naive time, and any error of
        the condition itself (division by zero, an index that is not there, too many rounds).
        """
        return self.explain(values)[0]

    def explain(self, values: Mapping[str, FactValue]) -> tuple[Answer, tuple[str, ...]]:
        """The answer as `evaluate` gives it, and the names of the facts it reads that are unbound, sorted."""
        if not self._repeats:
            return self._run(values)
        known: list[FactValue] = []
        for name, kind in self._kinds:
            value = values.get(name)
            if value is not None and type(value) is not kind:
                return self._run(values)  # 1 is no truth, but a dictionary would take it for True
            known.append(value)
        key = known[0] if len(known) == 1 else tuple(known)
        answer = self._kept.get(key)
        if answer is None:
            answer = self._run(values)
            if len(self._kept) < _MOST_KEPT:
                self._kept[key] = answer
        return answer

    def _run(self, values: Mapping[str, FactValue]) -> tuple[Answer, tuple[str, ...]]:
        answer = self._answer(values)
        return answer, tuple(name for name in self.reads if values.get(name) is None)

    def _answer(self, values: Mapping[str, FactValue]) -> Answer:
        bound: dict[str, object] = {}
        for name, read in self._readers:
            value = values.get(name)
            if value is not None:
                try:
                    bound[name] = read(value)
                except TypeError as error:
                    raise ConditionFault(f"The fact '{name}' is {error}.", source=self.source) from error
        try:
            result = self._expression.eval(data=bound)
            answer = result.value()
        except RuntimeError as error:
            raise self._failure(error) from error
        if answer is True:
            return Answer.TRUE
        if answer is False:
            return Answer.FALSE
        unbound = _UNBOUND.fullmatch(str(answer))
        if unbound is not None and unbound[1] in self.names and unbound[1] not in bound:
            return Answer.UNKNOWN
        raise self._failure(answer)

    def _failure(self, reason: object) -> ConditionFault:
        return ConditionFault(f"The condition failed: {_plain(str(reason))}.", source=self.source)


def _plain(message: str) -> str:
    """The engine's message without its status words."""
    return re.sub(r"^[A-Z_]+: | \[[A-Z_]+\]$", "", message).rstrip(".")


def _carry(text: str) -> str:
    """`text` as the engine can carry it: what would be cut off or refused becomes U+FFFD."""
    return _HARD_TO_CARRY.sub("\ufffd", text)


def _read_bool(value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise TypeError(f"{type(value).__name__}, not true or false")


def _read_int(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and -(2**63) <= value < 2**63:
        return value
    raise TypeError(f"{type(value).__name__}, not a whole number of 64 bits")


def _read_number(value: object) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return float(value)
    raise TypeError(f"{type(value).__name__}, not a finite number")


def _read_text(value: object) -> str:
    if isinstance(value, str):
        return _carry(value)
    raise TypeError(f"{type(value).__name__}, not a text")


def _read_texts(value: object) -> list[str]:
    if isinstance(value, list | tuple) and all(isinstance(item, str) for item in value):
        return [_carry(item) for item in value]
    raise TypeError(f"{type(value).__name__}, not a list of texts")


def _read_instant(value: object) -> datetime:
    if isinstance(value, datetime) and value.tzinfo is not None and value.utcoffset() is not None:
        return value
    raise TypeError("not a time with its zone")


_READERS: dict[FactType, Callable[[object], object]] = {
    FactType.BOOL: _read_bool,
    FactType.INT: _read_int,
    FactType.NUMBER: _read_number,
    FactType.TEXT: _read_text,
    FactType.TEXTS: _read_texts,
    FactType.INSTANT: _read_instant,
}
