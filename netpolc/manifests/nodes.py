"""A document of YAML or JSON as a tree, before its meaning is read."""

from __future__ import annotations

import msgspec

DEEPEST = 500
"""How deep collections may nest; libyaml itself ends at 1,000."""

UNWRITABLE = frozenset(
    sign + word
    for sign, words in (
        ("", (".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF")),
        ("+", (".inf", ".Inf", ".INF")),
        ("-", (".inf", ".Inf", ".INF")),
    )
    for word in words
)
"""Plain scalars that are numbers without any form in JSON."""


class Scalar(msgspec.Struct, frozen=True, gc=False):
    """A text and its offsets. Only a plain one, without quotes, may mean anything else than its text."""

    text: str
    start: int
    end: int
    plain: bool = True


class Sequence(msgspec.Struct, gc=False, eq=False):
    """A list; readers fill it, and nobody changes it later."""

    items: list[Node]
    start: int
    end: int


class Mapping(msgspec.Struct, gc=False, eq=False):
    """A map by the strings that its keys become in JSON, and the offset at which each of them is written."""

    fields: dict[str, Node]
    places: dict[str, int]
    start: int
    end: int


Node = Scalar | Sequence | Mapping
Extent = tuple[int, int]


class UnreadableError(Exception):
    """The error for text that Kubernetes cannot read as YAML or JSON, with the offsets of its cause."""

    def __init__(self, message: str, start: int, end: int, advice: str | None = None) -> None:
        """Say why, where, and what to do."""
        super().__init__(message)
        self.message = message
        self.start = start
        self.end = end
        self.advice = advice


class Repetition(msgspec.Struct, frozen=True):
    """A key that a mapping has twice, and the extents of both."""

    key: str
    first: Extent
    second: Extent
