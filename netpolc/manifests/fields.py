"""Typed access to the fields of one object, as the API server decodes JSON: null counts as a missing field.

A value of another type than the API's is reported at its location (kubernetes/api, decoded by
sigs.k8s.io/json, which tells upper from lower case).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from itertools import islice
from typing import Any, TypeVar

from netpolc.diagnostics.model import Diagnostic, Edit, Fix, Severity
from netpolc.identity import IdentitySet
from netpolc.manifests.nodes import Mapping, Node, Scalar, Sequence
from netpolc.manifests.scalars import is_null, value_of
from netpolc.source import Location, Source, Span

NO_FIELDS: dict[str, Node] = {}
TEMPLATE = "{{"
VARIABLE = "${"
SUBSTITUTE = "put values in place of variables first, as `envsubst` and Flux do"
RENDER = "render the chart first, and read what comes out: `helm template`"
MOST = 20
"""How many diagnostics there are of one object."""

_SHOWN = 60

T = TypeVar("T")


class Object:
    """One object of a manifest, and what is wrong with it; `rejected` is true once the API server would refuse it."""

    __slots__ = ("cache", "diagnostics", "rejected", "root", "shared_location", "source")

    def __init__(
        self,
        root: Mapping,
        source: Source,
        cache: dict[tuple[str, Hashable], Any] | None = None,
        shared_location: Location | None = None,
    ) -> None:
        """Take the mapping of the object in its source.

        `cache` holds parts that were read before, for objects to share, by their kind and their text or node. Where no
        positions were tracked, everything in the object has one `shared_location`, and a node that occurs in several
        places may stand for one part that is read once.
        """
        self.root = root
        self.source = source
        self.shared_location = shared_location
        self.cache: dict[tuple[str, Hashable], Any] = {} if cache is None else cache
        self.diagnostics: list[Diagnostic] = []
        self.rejected = False

    def location(self, node: Node) -> Location:
        """Return the location of a node."""
        return self.shared_location or Location(self.source, Span(node.start, node.end))

    def written(self, node: Node) -> tuple[int, str] | None:
        """Return the column and the text of a node, or None where an alias makes its value depend on other text.

        The column tells which of the lines below the first are within the value; within brackets, it is 0.
        """
        text = self.source.text[node.start : node.end]
        if "*" in text or "&" in text:
            return None
        if "\n" not in text or text.startswith(("{", "[")):
            return 0, text
        return node.start - self.source.text.rfind("\n", 0, node.start), text

    def key_location(self, mapping: Mapping, key: str) -> Location:
        """Return the location of a key."""
        if self.shared_location is not None:
            return self.shared_location
        start = mapping.places[key]
        written = self.source.text[start : start + 1]
        quotes = 2 if written in {'"', "'"} else 0
        return Location(self.source, Span(start, start + len(key) + quotes))

    def report(
        self,
        code: str,
        message: str,
        location: Location,
        *,
        severity: Severity = "error",
        advice: str | None = None,
        fixes: tuple[Fix, ...] = (),
    ) -> None:
        """Say what is wrong, as long as not too much is."""
        if len(self.diagnostics) >= MOST:
            return
        if severity == "error":
            if TEMPLATE in message:
                code, message, advice = "NP122", f"a template stands where its result belongs: {message}", RENDER
            elif VARIABLE in message:
                code, message, advice = "NP122", f"a variable stands where its value belongs: {message}", SUBSTITUTE
        self.diagnostics.append(
            Diagnostic(code=code, severity=severity, message=message, location=location, help=advice, fixes=fixes)
        )

    def reject(self, code: str, message: str, node: Node, advice: str | None = None) -> None:
        """Say why the API server would refuse the object."""
        self.rejected = True
        self.report(code, message, self.location(node), advice=advice)

    def part(self, read: Callable[[], T]) -> tuple[T, bool]:
        """Read a part, and tell whether the API server would take that, whatever else it would refuse."""
        before, self.rejected = self.rejected, False
        found = read()
        sound, self.rejected = not self.rejected, before or self.rejected
        return found, sound

    def fields(self, node: Node | None) -> dict[str, Node]:
        """Return the fields of a mapping, none where the node is null or missing."""
        if isinstance(node, Mapping):
            return node.fields
        if node is not None and not is_null(node):
            self._mistyped(node, "a mapping")
        return NO_FIELDS

    def items(self, node: Node | None) -> list[Node]:
        """Return the items of a list, none where the node is null or missing."""
        if isinstance(node, Sequence):
            return node.items
        if node is not None and not is_null(node):
            self._mistyped(node, "a list")
        return []

    def text(self, node: Node | None) -> str:
        """Return a string, empty where the node is null or missing."""
        if node is None:
            return ""
        if isinstance(node, Scalar):
            value = value_of(node)
            if isinstance(value, str):
                return value
            if value is None:
                return ""
        self._mistyped(node, "a string")
        return ""

    def texts(self, node: Node | None) -> tuple[str, ...]:
        """Return a list of strings."""
        return tuple(self.text(item) for item in self.items(node))

    def pairs(self, node: Node | None) -> tuple[tuple[str, str], ...]:
        """Return a map of strings as pairs, sorted by key."""
        return tuple(sorted((key, self.text(value)) for key, value in self.fields(node).items()))

    def integer(self, node: Node | None) -> int | None:
        """Return a whole number, in whichever notation it is written, or None."""
        value = self._number_or_text(node)
        if isinstance(value, str) and node is not None:
            self._mistyped(node, "a whole number")
            return None
        return None if isinstance(value, str) else value

    def integer_or_text(self, node: Node | None) -> int | str | None:
        """Return a whole number or a string, which only quotes tell apart, or None."""
        return self._number_or_text(node)

    def boolean(self, node: Node | None) -> bool:
        """Return a boolean, false where the node is null or missing."""
        value = value_of(node) if isinstance(node, Scalar) else node
        if isinstance(value, bool):
            return value
        if node is not None and value is not None:
            self._mistyped(node, "a boolean")
        return False

    def unknown(
        self, mapping: Node | None, known: frozenset[str], advice: dict[str, str], otherwise: str | None = None
    ) -> None:
        """Report the fields that the API does not know; it drops them, unless it is asked to refuse them.

        `advice` says where a field belongs that the API knows elsewhere, `otherwise` what to do with any other.
        """
        if not isinstance(mapping, Mapping) or known >= mapping.fields.keys() or len(self.diagnostics) >= MOST:
            return
        from netpolc.diagnostics.closest import closest  # most objects have none

        for name in islice((name for name in mapping.fields if name not in known), MOST):
            near = closest(name, known)
            nearest = otherwise if near is None else f"the nearest field here is `{near}`"
            where = f"`{self.path_of(mapping)}`" if mapping is not self.root else "an object of this kind"
            self.report(
                "NP412",
                f"{where} has no field `{_shortened(name)}`",
                self.key_location(mapping, name),
                advice=advice.get(name, nearest),
            )

    def path_of(self, node: Node) -> str:
        """Return the path of a node below the root, as the API server writes it; only errors pay for the search."""
        return _path(self.root, node, everywhere=False) or _path(self.root, node, everywhere=True)

    def find(self, path: str) -> Node:
        """Return the node at a path, or else its nearest ancestor that is written."""
        node: Node = self.root
        for part in path.replace("[", ".[").split("."):
            below: Node | None = None
            if isinstance(node, Mapping):
                below = node.fields.get(part)
            elif isinstance(node, Sequence) and part.startswith("["):
                number = int(part[1:-1])
                below = node.items[number] if number < len(node.items) else None
            if below is None:
                return node
            node = below
        return node

    def _number_or_text(self, node: Node | None) -> int | str | None:
        value = value_of(node) if isinstance(node, Scalar) else node
        if value is None or isinstance(value, str):
            return value
        if isinstance(value, float) and value.is_integer():
            return int(value)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        if node is not None:
            self._mistyped(node, "a whole number")
        return None

    def _mistyped(self, node: Node, wanted: str) -> None:
        self.rejected = True
        if len(self.diagnostics) >= MOST:
            return
        found = _kind(node)
        advice: str | None = None
        fixes: tuple[Fix, ...] = ()
        location = self.location(node)
        if wanted == "a string" and isinstance(node, Scalar):
            fixes = (Fix("write it in quotes", (Edit(location, f'"{node.text}"'),)),)
        elif wanted == "a list" and not isinstance(node, Scalar):
            advice = "begin each item of the list with `- `"
        message = f"`{self.path_of(node)}` takes {wanted}, and this is {found}"
        self.report("NP411", message, location, advice=advice, fixes=fixes)


def _path(root: Mapping, wanted: Node, *, everywhere: bool) -> str:
    """Return the path of a node, mostly found by following the offsets; below an alias, `everywhere` has to be true."""
    waiting: list[tuple[str, Node]] = [("", root)]
    seen: IdentitySet[Node] = IdentitySet()
    while waiting:
        path, node = waiting.pop()
        if node is wanted:
            return path
        if not isinstance(node, Scalar) and node not in seen:
            seen.add(node)
            around = (
                (below, child)
                for below, child in _children(path, node)
                if everywhere or child.start <= wanted.start <= child.end
            )
            waiting += around
    return ""


def _children(path: str, node: Mapping | Sequence) -> Iterable[tuple[str, Node]]:
    if isinstance(node, Sequence):
        return ((f"{path}[{number}]", item) for number, item in enumerate(node.items))
    return ((f"{path}.{key}" if path else key, value) for key, value in node.fields.items())


def _kind(node: Node) -> str:
    if isinstance(node, Mapping):
        return "a mapping"
    if isinstance(node, Sequence):
        return "a list"
    match value_of(node):
        case bool():
            return "a boolean"
        case int() | float():
            return "a number"
        case None:
            return "null"
        case str():
            return "a string"


def _shortened(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
