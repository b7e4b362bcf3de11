"""The citations of policies: lines of provenance, files, and what users noted in annotations."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

from netpolc.ir.model import NO_ANNOTATIONS, Origin
from netpolc.policy.names import NOTES

if TYPE_CHECKING:
    from collections.abc import Iterable


LONGEST = 240
"""The characters of a statement that are cited: a set of thousands would stand above thousands of rules."""


class Citation:
    """An origin as policies cite it: its place in the order of all, and its line of provenance."""

    __slots__ = ("comment", "order", "origin")

    def __init__(self, origin: Origin) -> None:
        """Cite an origin."""
        location = origin.location
        self.origin = origin
        self.order = location.order
        text = _described(origin)
        shown = text if len(text) <= LONGEST else f"{text[:LONGEST].rstrip()} ..."
        self.comment = f"{location.source.label}:{location.line}: {shown}"


def ordered(citations: list[Citation]) -> list[Citation]:
    """Sort citations in the order of the sources, each once."""
    return citations if len(citations) == 1 else sorted(set(citations), key=attrgetter("order"))


def sources_of(citations: Iterable[Citation]) -> tuple[str, ...]:
    """Return the files that are cited, sorted."""
    return tuple(sorted({citation.origin.location.source.label for citation in citations}))


def comments_of(citations: Iterable[Citation]) -> tuple[str, ...]:
    """Return a line of provenance for each citation."""
    return tuple([citation.comment for citation in citations])


def _described(origin: Origin) -> str:
    notes = origin.annotations
    if notes is NO_ANNOTATIONS:
        return origin.text
    values = (("owner", notes.owner), ("reason", notes.reason), ("ticket", notes.ticket), ("expires", notes.expires))
    rest = "; ".join(f"{kind}: {value}" for kind, value in values if value is not None)
    return f"{origin.text} ({rest})" if rest else origin.text


def annotations_of(citations: Iterable[Citation]) -> tuple[tuple[str, str], ...]:
    """Return what users noted of the statements behind an object: for each kind, the different values in order."""
    noted: dict[str, set[str]] = {}
    every = [citation.origin.annotations for citation in citations]
    for notes in [notes for notes in every if notes is not NO_ANNOTATIONS]:
        for kind in ("expires", "owner", "reason", "ticket"):
            value = getattr(notes, kind)
            if value is not None:
                noted.setdefault(kind, set()).add(str(value))
    return tuple((f"{NOTES}{kind}", ", ".join(sorted(values))) for kind, values in sorted(noted.items()))
