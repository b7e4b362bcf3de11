"""Objects written again after reading: in block style, and so that every reader reads the same values.

Scalars without quotes keep their spelling; those with quotes or several lines are written as no reader can mistake.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.manifests.nodes import Mapping, Node, Scalar, Sequence
from netpolc.targets.quoting import quote

if TYPE_CHECKING:
    from collections.abc import Iterable

LARGEST = 128 * 1024 * 1024
"""The most characters that are written of one object; aliases let a small text stand for more than anybody can hold."""

LONGEST_KEY = 1_000
"""The length at which YAML's parsers give up on finding the colon after a key on its line (YAML 1.2, 7.4.2)."""

INDENT = 2


class UnwritableError(Exception):
    """The error for an object that cannot be written so that others would read it; its message says why."""


def write_item(node: Node) -> str:
    """Return an object as an item of a list that begins at the margin."""
    return _written("-", node)


def write_field(name: str, node: Node) -> str:
    """Return a field of a mapping that begins at the margin."""
    return _written(f"{name}:", node)


def text_node(text: str) -> Scalar:
    """Return a node for a text."""
    return Scalar(text, 0, 0, plain=False)


def mapping_node(fields: dict[str, Node]) -> Mapping:
    """Return a node for some fields."""
    return Mapping(fields, {}, 0, 0)


def sequence_node(items: Iterable[Node]) -> Sequence:
    """Return a node for some items."""
    return Sequence([*items], 0, 0)


def _written(lead: str, node: Node) -> str:
    writer = _BlockWriter()
    writer.add(lead, node, INDENT)
    return "".join(writer.lines)


class _BlockWriter:
    """The lines written so far, and the characters left until the limit."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.room = LARGEST

    def add(self, lead: str, node: Node, indent: int) -> None:
        """Write a node after what leads to it on its line; its own parts are indented."""
        if isinstance(node, Scalar):
            self.line(f"{lead} {_scalar(node, indent)}")
            return
        parts = _parts(node)
        if not parts:
            self.line(f"{lead} {'{}' if isinstance(node, Mapping) else '[]'}")
            return
        beside = lead.endswith("-")
        if not beside:
            self.line(lead)
        margin = f"{lead} " if beside else " " * indent
        for name, part in parts:
            self.add(f"{margin}{name}", part, indent + INDENT)
            margin = " " * indent

    def line(self, text: str) -> None:
        self.room -= len(text)
        if self.room < 0:
            raise UnwritableError(f"it is longer than {LARGEST // 1024**2} MiB once its aliases are written out")
        self.lines.append(f"{text}\n")


def _parts(node: Mapping | Sequence) -> list[tuple[str, Node]]:
    if isinstance(node, Mapping):
        return [(f"{_key(name)}:", part) for name, part in node.fields.items()]
    return [("-", part) for part in node.items]


def _key(name: str) -> str:
    written = quote(name)
    if len(written) > LONGEST_KEY:
        raise UnwritableError(f"it has a key of more than {LONGEST_KEY} characters")
    return written


def _scalar(node: Scalar, indent: int) -> str:
    text = node.text
    if node.plain and text.isprintable():
        return text or "null"
    if _is_prose(text):
        chomping = "" if text.endswith("\n") else "-"
        lines = text.removesuffix("\n").split("\n")
        return "\n".join([f"|{chomping}", *(f"{' ' * indent}{line}" if line else "" for line in lines)])
    return quote(text)


def _is_prose(text: str) -> bool:
    """Tell whether a text of several lines can be written as it is, for people to read: scripts, certificates."""
    if "\n" not in text or text[0] in " \t\n" or text.endswith("\n\n"):
        return False
    return all(
        not line or (not line.isspace() and line.replace("\t", "").isprintable())
        for line in text.removesuffix("\n").split("\n")
    )
