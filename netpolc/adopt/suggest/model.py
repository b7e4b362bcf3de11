"""The parts of a proposal: who connects to whom, on what, and by which evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from netpolc.adopt.importer.model import AnyEnd, BlockEnd, PodsEnd
from netpolc.adopt.suggest.traffic import Sightings, total
from netpolc.diagnostics.visible import in_one_line
from netpolc.project.rendered_names import is_rendered
from netpolc.sets.ports import NamedPort, PortInterval, PortSet

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from netpolc.source import Location

SHOWN = 3
"""How many pieces of evidence are shown of one line."""

SHOWN_OF_SET = 8
"""How many pieces of evidence are shown of a line with a set, which has some for each member."""


class LibraryEnd(msgspec.Struct, frozen=True):
    """Pods or addresses that the library names."""

    name: str


class Undeclared(msgspec.Struct, frozen=True):
    """Addresses that no manifest shows, by the name under which a person may declare them."""

    name: str


NODES = Undeclared("nodes")
API_SERVER = Undeclared("api-server")
INTERNET = LibraryEnd("internet")

Caller = PodsEnd | LibraryEnd | AnyEnd | BlockEnd
Called = PodsEnd | LibraryEnd | BlockEnd
Port = PortInterval | NamedPort
Topic = Literal["entrance", "metrics", "webhook", "call", "exit"]
AskedEnd = PodsEnd | LibraryEnd | AnyEnd | BlockEnd | Undeclared
"""An end of a flow that a person may choose to write."""


class Evidence(msgspec.Struct, frozen=True):
    """The file and line where a manifest shows a connection, and a detail; never the value that it was read from.

    There is only the detail where a tool made the text: no file has its lines, and they move with each change.
    """

    file: str
    line: int
    detail: str


Shown = Evidence | Sightings
"""What shows a connection: a place in a manifest, or records of it."""


class SeenConnection(msgspec.Struct, frozen=True):
    """Pods or addresses that somebody is seen to connect to, with the evidence."""

    topic: Topic
    caller: Caller
    destination: Called
    port: Port
    evidence: Shown


class OpenQuestion(msgspec.Struct, frozen=True):
    """A decision for a person: a remark, and the flow that may follow from it, if there is one to show.

    Without a port, there is none. What is said of `who`, the name of a workload, stands behind that; where the remark
    is `shared`, those of whom the same is said share a line.
    """

    namespace: str | None
    text: str
    evidence: Shown
    who: str | None = None
    caller: AskedEnd | None = None
    destination: AskedEnd | None = None
    port: Port | None = None
    shared: bool = False


class ProposedLine(msgspec.Struct, frozen=True):
    """A flow with all that shows it."""

    topic: Topic
    callers: tuple[Caller, ...]
    destinations: tuple[Called, ...]
    ports: PortSet
    evidence: tuple[Shown, ...]

    @property
    def traffic(self) -> Sightings | None:
        """All that records show of it, or None where they show nothing."""
        return traffic_in(self.evidence)


class ProposedQuestion(msgspec.Struct, frozen=True):
    """A remark with all that shows it, and the flow that may follow from it; it has one if it has ports."""

    text: str
    evidence: tuple[Shown, ...]
    callers: tuple[AskedEnd, ...] = ()
    destination: AskedEnd | None = None
    ports: PortSet | None = None


class ProposedSection(msgspec.Struct, frozen=True):
    """Everything about the pods of one namespace."""

    namespace: str | None
    lines: tuple[ProposedLine, ...]
    questions: tuple[ProposedQuestion, ...]


def prose(text: str) -> str:
    """Return text for a comment, on one line and without a directive."""
    shown = in_one_line(text)
    return f"in {shown}" if shown.casefold().startswith("netpolc") else shown


def evidence_at(location: Location, detail: str = "") -> Evidence:
    """Return evidence at the beginning of a location."""
    if is_rendered(location.source.name):
        return Evidence("" if detail else location.source.label, 0, detail)
    return Evidence(location.source.label, location.line, detail)


def traffic_in(evidence: Iterable[Shown]) -> Sightings | None:
    """Return all that records show among some evidence, or None where they show nothing."""
    held = [each for each in evidence if isinstance(each, Sightings)]
    return total(held) if held else None


def notes_in(evidence: Iterable[Shown]) -> tuple[str, ...]:
    """Return what is to be said of a line that records show, beside how often they do."""
    traffic = traffic_in(evidence)
    return () if traffic is None else traffic.notes


def places_in(evidence: Iterable[Shown]) -> list[Evidence]:
    """Return what manifests show among some evidence, each once and in order."""
    places = {each for each in evidence if isinstance(each, Evidence)}
    return sorted(places, key=lambda each: (each.file, each.line, each.detail))


def joined(evidence: tuple[Shown, ...], base: str, most: int) -> str:
    """Return some evidence as the text of one comment, with no file and no detail twice in a row.

    Files are shown as they are below `base`.
    """
    traffic, ordered = traffic_in(evidence), places_in(evidence)
    left = len(ordered) - most
    made = [] if traffic is None else [traffic.text]
    named = [each.detail for each in ordered[:most] if not each.file]
    text = "; ".join((*made, *named, *filter(None, [_with_places(ordered[len(named) : most], base)])))
    return in_one_line(f"{text}; and {left} more" if left > 0 else text)


def _with_places(ordered: Sequence[Evidence], base: str) -> str:
    text = ""
    for index, each in enumerate(ordered):
        before = ordered[index - 1] if index else None
        same_file = before is not None and before.file == each.file
        if before is not None:
            text += ", " if before.detail == each.detail else f"{_behind(before)}; "
        file = "" if same_file else each.file.removeprefix(base)
        text += f"{file}:{each.line}" if each.line else file
    return text + (_behind(ordered[-1]) if ordered else "")


def _behind(evidence: Evidence) -> str:
    return f" {evidence.detail}" if evidence.detail else ""
