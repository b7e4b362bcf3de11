"""Policies taken apart: ends of connections, isolated pods and allowed peers; and the lines of source made of them."""

from __future__ import annotations

from typing import Literal

import msgspec

from netpolc.ir.model import Direction, NamespaceSet
from netpolc.policy.model import Policy
from netpolc.sets.labels import LabelSelector
from netpolc.sets.ports import PortSet

FlowHalf = Literal["ingress", "egress"] | None
"""The half of a connection that a flow opens: its ingress or its egress; None for both."""

Notes = tuple[tuple[str, str], ...]
"""Annotations of the language, by kind."""


class PodsEnd(msgspec.Struct, frozen=True, gc=False):
    """The pods of some namespaces that a selector matches."""

    namespaces: NamespaceSet
    selector: LabelSelector


class BlockEnd(msgspec.Struct, frozen=True, gc=False):
    """The addresses of a canonical CIDR outside of its exceptions."""

    cidr: str
    excepts: tuple[str, ...] = ()


class AnyEnd(msgspec.Struct, frozen=True, gc=False):
    """Every pod and every address."""


End = PodsEnd | BlockEnd | AnyEnd
Ends = tuple[End, ...]
ANYTHING = AnyEnd()


class PolicyIsolation(msgspec.Struct, frozen=True):
    """Pods that a policy isolates in a direction; `policy` is its number."""

    namespace: str | None
    selector: LabelSelector
    direction: Direction
    policy: int


class AllowedPeer(msgspec.Struct, frozen=True):
    """One peer that a rule allows for one of its subjects; `policy` and `rule` are their numbers."""

    subject: PodsEnd
    peer: End
    ports: PortSet
    direction: Direction
    policy: int
    rule: int

    @property
    def source(self) -> End:
        """The end where the connections begin."""
        return self.peer if self.direction == "ingress" else self.subject

    @property
    def destination(self) -> End:
        """The end that the connections lead to."""
        return self.subject if self.direction == "ingress" else self.peer


class Facts(msgspec.Struct, frozen=True):
    """The facts in policies, in their order; `key` is the label behind bare names."""

    policies: tuple[Policy, ...]
    isolations: tuple[PolicyIsolation, ...]
    allowed_peers: tuple[AllowedPeer, ...]
    key: str


class Fact(msgspec.Struct, frozen=True):
    """Connections from one end to another, and the rules that allow them, of which the first decides the order."""

    source: End
    destination: End
    ports: PortSet
    half: FlowHalf
    allowed_peers: tuple[AllowedPeer, ...]


class FlowLine(msgspec.Struct, frozen=True):
    """A flow as it is written."""

    sources: Ends
    destinations: Ends
    ports: PortSet
    half: FlowHalf
    comments: tuple[str, ...] = ()
    notes: Notes = ()


class Paragraph(msgspec.Struct, frozen=True):
    """The flows of a policy, by its name, with its comments."""

    policy: str
    comments: tuple[str, ...]
    lines: tuple[FlowLine, ...]


class SectionBaseline(msgspec.Struct, frozen=True):
    """A baseline of a section, on some of its pods; without selectors, on all of them."""

    direction: Literal["ingress", "egress", "all"]
    selectors: tuple[LabelSelector, ...]
    comments: tuple[str, ...] = ()
    notes: Notes = ()


StatedLabels = tuple[tuple[str, str | None], ...]
"""Labels that a namespace carries, by key, and with None those that it lacks."""


class NamedPolicy(msgspec.Struct, frozen=True):
    """The name, the labels and the annotations that the policy on some pods of a section is to keep."""

    name: str
    selector: LabelSelector
    labels: tuple[tuple[str, str], ...]
    annotations: tuple[tuple[str, str], ...]


class NamespaceSection(msgspec.Struct, frozen=True):
    """Everything about the pods of one namespace, and of others of which the same is said."""

    namespace: str | None
    labels: StatedLabels
    baselines: tuple[SectionBaseline, ...]
    paragraphs: tuple[Paragraph, ...]
    others: tuple[str, ...] = ()
    policy_names: tuple[NamedPolicy, ...] = ()

    @property
    def lines(self) -> tuple[FlowLine, ...]:
        """The flows of the section."""
        return tuple([line for paragraph in self.paragraphs for line in paragraph.lines])
