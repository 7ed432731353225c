"""One record as a tree whose leaves know their path, so that what nobody read can be kept by its path.

JSON and XML both come as this tree; senders vary containers (null, absent, doubled, one object for a list),
spelling of keys and wrapping of values, and all of that is evened out here once.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from faru.loaders.json_text import JsonObject
from faru.loaders.text import is_absent, is_doubtful, value_of


@lru_cache(maxsize=8192)
def fold(key: str) -> str:
    """A key without case and punctuation: "reported_People" and "reportedPeople" are one."""
    return "".join(c for c in key.casefold() if c.isalnum())


@lru_cache(maxsize=1024)
def _all_folded(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(fold, names))


class Tree:
    """A record and the paths of the leaves that were read."""

    def __init__(self, value: Any, path: str, *, xml: bool = False) -> None:
        self.xml = xml
        self.read: set[str] = set()
        self.root = Node(self, value, path)
        self.roots = [self.root]

    def add(self, value: Any, path: str) -> "Node":
        """A further part of the same record that stands elsewhere in the file."""
        node = Node(self, value, path)
        self.roots.append(node)
        return node


class Placed(JsonObject):
    """An object whose values say themselves where they stand, as the cells of a table do."""

    __slots__ = ("places",)

    def __init__(self, cells: dict[str, tuple[Any, str]]) -> None:
        super().__init__([(key, value) for key, (value, _) in cells.items()])
        self.places = {key: place for key, (_, place) in cells.items()}


class Node:
    """One place in the record. `key` is the folded name under which it stands."""

    __slots__ = ("_folded", "key", "path", "tree", "value")

    def __init__(self, tree: Tree, value: Any, path: str, key: str = "") -> None:
        self.tree, self.value, self.path, self.key = tree, value, path, key
        self._folded: dict[str, str] | None = None

    def __bool__(self) -> bool:
        """False where nothing stands: null, "", [], {}."""
        return self.value is not None and self.value not in ("", [], {})

    def get(self, *names: str) -> "Node | None":
        """The first child called one of `names` that holds something."""
        return next(self._called(names), None)

    def present(self, *names: str) -> "Node | None":
        """As `get`, but an empty XML element counts: there its mere presence is the message."""
        found = self.get(*names)
        if found is None and self.tree.xml and isinstance(self.value, dict):
            wanted = {fold(name) for name in names}
            found = next(
                (
                    self._child(key)
                    for key, value in self.value.items()
                    if value == "" and fold(key) in wanted
                ),
                None,
            )
        return found

    def all(self, *names: str) -> "list[Node]":
        """Every child called one of `names` that holds something."""
        return list(self._called(names))

    def _called(self, names: tuple[str, ...]) -> "Iterator[Node]":
        if not isinstance(self.value, dict):
            return
        if self._folded is None:
            self._folded = {fold(key): key for key in reversed(self.value)}
        for name in _all_folded(names):
            key = self._folded.get(name)
            if key is not None and self.value[key] not in (None, "", [], {}):
                yield self._child(key)

    def children(self) -> "Iterator[Node]":
        """Direct children of an object, items of a list."""
        if isinstance(self.value, dict):
            for key in self.value:
                yield self._child(key)
        elif isinstance(self.value, list):
            yield from self._items()

    def each(self, *inner: str) -> "Iterator[Node]":
        """The single things in a container: lists opened, objects that only wrap one of `inner` opened."""
        if isinstance(self.value, list):
            for item in self._items():
                yield from item.each(*inner)
        elif isinstance(self.value, dict):
            wrapped = self.all(*inner)
            containers = [node for node in wrapped if isinstance(node.value, (dict, list))]
            if containers:
                for node in containers:
                    yield from node.each(*inner)
            elif self.value or self.doubled:
                yield self
        elif self:
            yield self

    @property
    def doubled(self) -> dict[str, list[Any]]:
        """Keys that stood more than once, with all their values."""
        return self.value.doubled if isinstance(self.value, JsonObject) else {}

    def doubles(self) -> "Iterator[Node]":
        """The set-aside values of doubled keys, as places."""
        for key, values in self.doubled.items():
            for number, value in enumerate(values, start=1):
                yield Node(self.tree, value, f"{self._child_path(key)}#{number}", fold(key))

    def leaf(self) -> "Node | None":
        """The node that holds the text: itself, its "value" or "#text", or the one item of a list."""
        if isinstance(self.value, dict):
            inner = self.get("value", "#text", "content", "text")
            return None if inner is None else inner.leaf()
        if isinstance(self.value, list):
            items = list(self._items())
            return items[0].leaf() if len(items) == 1 else None
        return self if self.value is not None else None

    def text(self, *, keep_doubtful: bool = False) -> str | None:
        """The value as text, marked as read; None for no value ("N/A", ""). "null", "none" and "unknown" stay
        unread and are no value, unless `keep_doubtful`."""
        leaf = self.leaf()
        if leaf is None:
            return None
        text = as_text(leaf.value)
        if is_absent(text):
            self.tree.read.add(leaf.path)
            return None
        if is_doubtful(text) and not keep_doubtful:
            return None
        self.tree.read.add(leaf.path)
        return text.strip()

    def texts(self) -> "list[tuple[Node, str]]":
        """Every text in a list of plain or wrapped values."""
        found = []
        for node in self.each():
            text = node.text()
            if text is not None:
                found.append((node, text))
        return found

    def unread(self) -> None:
        """Take back that this was read: it stays among the fields kept by path."""
        leaf = self.leaf()
        self.tree.read.discard((leaf or self).path)

    def leaves(self) -> "Iterator[Node]":
        """Every leaf below, doubled ones too."""
        if isinstance(self.value, (dict, list)):
            for child in self.children():
                yield from child.leaves()
            for double in self.doubles():
                yield from double.leaves()
        elif self.value is not None:
            yield self

    def _child(self, key: str) -> "Node":
        return Node(self.tree, self.value[key], self._child_path(key), fold(key))

    def _child_path(self, key: str) -> str:
        if isinstance(self.value, Placed):
            return self.value.places[key]
        return f"{self.path}/{key}" if self.tree.xml else f"{self.path}.{key}"

    def _items(self) -> "Iterator[Node]":
        first = 1 if self.tree.xml else 0
        for number, item in enumerate(self.value, start=first):
            yield Node(self.tree, item, f"{self.path}[{number}]", self.key)


def as_text(value: Any) -> str:
    """A leaf as it was written in JSON."""
    if value is True:
        return "true"
    if value is False:
        return "false"
    return str(value)


def unread_leaves(tree: Tree) -> Iterator[tuple[Node, str]]:
    """Each leaf of the record that holds a value and that nobody read."""
    for root in tree.roots:
        for leaf in root.leaves():
            text = as_text(leaf.value)
            if leaf.path not in tree.read and not is_absent(text):
                yield leaf, text


def presence(node: Node | None) -> bool | None:
    """A flag whose mere presence says yes, unless its value says no or nothing ("false", "N/A", null)."""
    if node is None or node.value is None:
        return None
    answer = truth(node)
    if answer is not None:
        return answer
    leaf = node.leaf()
    if leaf is None or leaf.value == "":
        return True
    return None if is_absent(as_text(leaf.value)) else True


def truth(node: Node | None) -> bool | None:
    """A yes or no; None where nothing or something else stands there (which then stays unread)."""
    if node is None:
        return None
    leaf = node.leaf()
    if leaf is None:
        return None
    word = value_of(as_text(leaf.value))
    answer = None if word is None else _TRUTH.get(word.casefold())
    if answer is not None:
        node.tree.read.add(leaf.path)
    return answer


_TRUTH = {
    "true": True,
    "yes": True,
    "y": True,
    "1": True,
    "false": False,
    "no": False,
    "n": False,
    "0": False,
}
