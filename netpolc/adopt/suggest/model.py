"""What a proposal is made of: who connects to whom, on what, and by which evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from netpolc.adopt.importer.model import AnyEnd, Pods
from netpolc.diagnostics.visible import in_one_line
from netpolc.language.syntax.tree import Target
from netpolc.sets.ports import NamedPort, PortInterval

if TYPE_CHECKING:
    from netpolc.source import Location

SHOWN = 3
"""How many pieces of evidence are shown of one line."""


class Library(msgspec.Struct, frozen=True):
    """Pods that the library names."""

    name: str


Caller = Pods | Library | AnyEnd
Port = PortInterval | NamedPort
Topic = Literal["entrance", "metrics", "webhook", "call"]


class Evidence(msgspec.Struct, frozen=True):
    """Where a manifest shows a connection, and how; never the value that it was read from."""

    file: str
    line: int
    said: str

    @property
    def text(self) -> str:
        """For a comment: on one line, and no directive."""
        return prose(f"{self.file}:{self.line} {self.said}")


class Connection(msgspec.Struct, frozen=True):
    """Pods that somebody is seen to connect to."""

    topic: Topic
    caller: Caller
    destination: Pods
    port: Port
    evidence: Evidence


class Question(msgspec.Struct, frozen=True):
    """What a person has to decide: a remark, and the flow that may follow from it, if there is one to show."""

    namespace: str | None
    text: str
    caller: Pods | None = None
    target: Target | None = None


def prose(text: str) -> str:
    """Text for a comment, whatever is in it: on one line, and no directive."""
    shown = in_one_line(text)
    return f"in {shown}" if shown.casefold().startswith("netpolc") else shown


def evidence_at(location: Location, said: str) -> Evidence:
    """Evidence at the beginning of a place."""
    return Evidence(location.source.label, location.line, said)


def joined(evidence: list[Evidence]) -> str:
    """Some evidence as the text of one comment, with no file twice in a row."""
    ordered = sorted(set(evidence), key=lambda each: (each.file, each.line, each.said))
    texts: list[str] = []
    for place, each in enumerate(ordered[:SHOWN]):
        again = place > 0 and ordered[place - 1].file == each.file
        texts.append(in_one_line(f":{each.line} {each.said}") if again else each.text)
    return "; ".join([*texts, *([f"and {len(ordered) - SHOWN} more"] if len(ordered) > SHOWN else [])])
