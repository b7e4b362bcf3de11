"""The parts of a proposal: who connects to whom, on what, and by which evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from netpolc.adopt.importer.model import AnyEnd, PodsEnd
from netpolc.diagnostics.visible import in_one_line
from netpolc.language.syntax.tree import Target
from netpolc.sets.ports import NamedPort, PortInterval

if TYPE_CHECKING:
    from netpolc.source import Location

SHOWN = 3
"""How many pieces of evidence are shown of one line."""


class LibraryPods(msgspec.Struct, frozen=True):
    """Pods that the library names."""

    name: str


Caller = PodsEnd | LibraryPods | AnyEnd
Port = PortInterval | NamedPort
Topic = Literal["entrance", "metrics", "webhook", "call"]


class Evidence(msgspec.Struct, frozen=True):
    """The file and line where a manifest shows a connection, and a detail; never the value that it was read from."""

    file: str
    line: int
    detail: str

    @property
    def text(self) -> str:
        """The text for a comment: on one line, and no directive."""
        return prose(f"{self.file}:{self.line} {self.detail}")


class SeenConnection(msgspec.Struct, frozen=True):
    """Pods that somebody is seen to connect to, with the evidence."""

    topic: Topic
    caller: Caller
    destination: PodsEnd
    port: Port
    evidence: Evidence


class OpenQuestion(msgspec.Struct, frozen=True):
    """A decision for a person: a remark, and the flow that may follow from it, if there is one to show."""

    namespace: str | None
    text: str
    caller: PodsEnd | None = None
    target: Target | None = None


def prose(text: str) -> str:
    """Return text for a comment, on one line and without a directive."""
    shown = in_one_line(text)
    return f"in {shown}" if shown.casefold().startswith("netpolc") else shown


def evidence_at(location: Location, detail: str) -> Evidence:
    """Return evidence at the beginning of a location."""
    return Evidence(location.source.label, location.line, detail)


def joined(evidence: list[Evidence]) -> str:
    """Return some evidence as the text of one comment, with no file twice in a row."""
    ordered = sorted(set(evidence), key=lambda each: (each.file, each.line, each.detail))
    texts: list[str] = []
    for index, each in enumerate(ordered[:SHOWN]):
        again = index > 0 and ordered[index - 1].file == each.file
        texts.append(in_one_line(f":{each.line} {each.detail}") if again else each.text)
    return "; ".join([*texts, *([f"and {len(ordered) - SHOWN} more"] if len(ordered) > SHOWN else [])])
