"""What policies say, taken apart: ends of connections, what is closed, what is let through, and lines of source."""

from __future__ import annotations

from typing import Literal

import msgspec

from netpolc.ir.model import Direction, NamespaceSet
from netpolc.policy.model import Policy
from netpolc.sets.labels import LabelSelector
from netpolc.sets.ports import PortSet

Half = Literal["ingress", "egress"] | None
"""The half that a flow opens; None for both."""

Notes = tuple[tuple[str, str], ...]
"""Annotations of the language, by kind."""


class Pods(msgspec.Struct, frozen=True, gc=False):
    """The pods of some namespaces that a selector matches."""

    namespaces: NamespaceSet
    selector: LabelSelector


class Block(msgspec.Struct, frozen=True, gc=False):
    """The addresses of a canonical CIDR outside of its exceptions."""

    cidr: str
    excepts: tuple[str, ...] = ()


class Anything(msgspec.Struct, frozen=True, gc=False):
    """Every pod and every address."""


End = Pods | Block | Anything
Ends = tuple[End, ...]
ANYTHING = Anything()


class Closed(msgspec.Struct, frozen=True):
    """Pods that a policy closes in a direction."""

    namespace: str | None
    selector: LabelSelector
    direction: Direction
    policy: int


class Grant(msgspec.Struct, frozen=True):
    """What one rule lets through to its subject, from or to one peer."""

    subject: Pods
    peer: End
    ports: PortSet
    direction: Direction
    policy: int
    rule: int

    @property
    def source(self) -> End:
        """Where the connections begin."""
        return self.peer if self.direction == "ingress" else self.subject

    @property
    def destination(self) -> End:
        """Where they end."""
        return self.subject if self.direction == "ingress" else self.peer


class Facts(msgspec.Struct, frozen=True):
    """All that policies say, in their order; `key` is the label behind bare names."""

    policies: tuple[Policy, ...]
    closed: tuple[Closed, ...]
    grants: tuple[Grant, ...]
    key: str


class Fact(msgspec.Struct, frozen=True):
    """Connections from one end to another, and the rules that say so, the first of which gives them their place."""

    source: End
    destination: End
    ports: PortSet
    half: Half
    grants: tuple[Grant, ...]


class Line(msgspec.Struct, frozen=True):
    """A flow as it is written."""

    sources: Ends
    destinations: Ends
    ports: PortSet
    half: Half
    comments: tuple[str, ...] = ()
    notes: Notes = ()


class Paragraph(msgspec.Struct, frozen=True):
    """The flows of a policy, by its name, with what was said of it."""

    policy: str
    comments: tuple[str, ...]
    lines: tuple[Line, ...]


class Baseline(msgspec.Struct, frozen=True):
    """Pods of a section that are closed; without selectors, all of them."""

    direction: Literal["ingress", "egress", "all"]
    selectors: tuple[LabelSelector, ...]
    comments: tuple[str, ...] = ()
    notes: Notes = ()


class Section(msgspec.Struct, frozen=True):
    """Everything about the pods of one namespace."""

    namespace: str | None
    labels: tuple[tuple[str, str], ...]
    baselines: tuple[Baseline, ...]
    paragraphs: tuple[Paragraph, ...]

    @property
    def lines(self) -> tuple[Line, ...]:
        """Its flows."""
        return tuple([line for paragraph in self.paragraphs for line in paragraph.lines])
