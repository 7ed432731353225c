"""No function of the desk writes a row but an action, a helper that only actions call, or one named here."""

import ast
from dataclasses import dataclass
from pathlib import Path

import faru.desk

DESK = Path(faru.desk.__file__).parent
WRITES = frozenset(
    {
        *("bulk_create", "bulk_update", "create", "delete", "get_or_create", "save"),
        "update_or_create",
    }
)
OWN = {
    "accounts.middleware._seen": "one's own last request",
    "accounts.personas.install": "the demo's invented people, before anybody works",
    "accounts.system.make_system": "the unit itself as an actor, before anybody works",
    "accounts.views.language": "one's own language",
    "journal.recording.write": "the ledger itself",
    "journal.store.DatabaseStore.add": "the sealer",
    "journal.store.DatabaseStore.seal": "the sealer",
    "journal.store._drop_pending": "the sealer",
    "referrals.queries.lead.note_read": "one's own mark of what was read",
    "referrals.tasks._queued": "a job",
    "vault.keys.ensure_unit_subject": "the unit's own key, at the first start",
    "work.jobs._end": "a job's progress",
    "work.jobs._doing": "a job's progress",
    "work.jobs.start": "a job",
    "work.worker.take_up": "jobs that a killed worker left",
}
"""Who else may write, and what."""


@dataclass
class Function:
    """A function at the top of a module, or a method."""

    module: str
    name: str
    is_action: bool
    lines: list[int]
    """Where it writes."""
    uses: set[str]
    """Dotted names of functions that it uses, as far as imports tell; of its own module all names."""

    @property
    def dotted(self) -> str:
        """As `OWN` and `uses` name it."""
        return f"{self.module}.{self.name}"


def is_write(call: ast.AST) -> bool:
    """`.update(` of a query takes fields by name; that of a dictionary or a digest does not."""
    if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
        return call.func.id == "insert_rows"
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
        return False
    if call.func.attr == "update":
        return bool(call.keywords) and not call.args
    return call.func.attr in WRITES


def imported(tree: ast.Module) -> dict[str, str]:
    """What names of a module stand for, where they come from the desk."""
    return {
        name.asname or name.name: f"{node.module}.{name.name}".removeprefix("faru.desk.")
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("faru.desk")
        for name in node.names
    }


def uses(node: ast.AST, module: str, names: dict[str, str]) -> set[str]:
    """The functions that a function mentions. A method is known by its name alone."""
    found = set()
    for part in ast.walk(node):
        if isinstance(part, ast.Name):
            found.add(names.get(part.id, f"{module}.{part.id}"))
        if isinstance(part, ast.Attribute):
            found.add(f".{part.attr}")
            if isinstance(part.value, ast.Name):
                found.add(f"{names.get(part.value.id, part.value.id)}.{part.attr}")
    return found


def functions() -> list[Function]:
    """Every function of the desk."""
    found = []
    for path in sorted(DESK.rglob("*.py")):
        if "migrations" in path.parts:
            continue
        module = ".".join(path.relative_to(DESK).with_suffix("").parts)
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = imported(tree)
        methods = [
            (f"{outer.name}.", node)
            for outer in tree.body
            if isinstance(outer, ast.ClassDef)
            for node in outer.body
        ]
        for prefix, node in [("", one) for one in tree.body] + methods:
            if isinstance(node, ast.FunctionDef):
                decorators = {ast.unparse(one).partition("(")[0] for one in node.decorator_list}
                lines = [part.lineno for part in ast.walk(node) if is_write(part)]
                mentioned = uses(node, module, names)
                found.append(Function(module, prefix + node.name, "action" in decorators, lines, mentioned))
    return found


def callers(one: Function, among: list[Function]) -> set[str]:
    """Who uses a function."""
    wanted = f".{one.name.partition('.')[2]}" if "." in one.name else one.dotted
    return {other.dotted for other in among if other is not one and wanted in other.uses}


def test_rows_are_written_by_actions_alone() -> None:
    found = functions()
    assert set(OWN) <= {one.dotted for one in found if one.lines}
    allowed = {one.dotted for one in found if one.is_action} | set(OWN)
    for _round in range(9):  # as deep as helpers call helpers
        for one in found:
            mine = callers(one, found) if one.dotted not in allowed else set()
            if mine and mine <= allowed:
                allowed.add(one.dotted)
    assert [
        f"{one.dotted}, line {one.lines}" for one in found if one.lines and one.dotted not in allowed
    ] == []
