"""The intermediate representation: what a program says once every name is resolved.

A program allows a connection from `s` to `d` on `p` exactly when `s` is not isolated for egress or some flow with the
direction egress matches `(s, d, p)`, and `d` is not isolated for ingress or some flow with the direction ingress
matches `(s, d, p)`. `s` is isolated for egress when it is a pod of an owned namespace that some baseline isolates for
egress; ingress likewise.

Guardrails are around this, in each direction: what one of `always` denies is denied, else what one allows is allowed;
where neither says anything and no baseline isolates the pod, the same is asked of those of `default`.
"""

from __future__ import annotations

import datetime
from typing import Literal

import msgspec

from netpolc.sets.labels import LabelSelector
from netpolc.sets.ports import PortSet
from netpolc.source import Location

Direction = Literal["ingress", "egress"]


class Annotations(msgspec.Struct, frozen=True, kw_only=True):
    """The annotations that users wrote above a statement."""

    owner: str | None = None
    reason: str | None = None
    ticket: str | None = None
    expires: datetime.date | None = None


NO_ANNOTATIONS = Annotations()


class Origin(msgspec.Struct, frozen=True):
    """The place where a fact was written, its text on one line, and its annotations."""

    location: Location
    text: str
    annotations: Annotations = NO_ANNOTATIONS


class InNamespace(msgspec.Struct, frozen=True, order=True):
    """A namespace by name; None is the unnamed one, which `kubectl -n` names when the policies are applied."""

    name: str | None


class InNamespaces(msgspec.Struct, frozen=True, order=True):
    """The namespaces whose labels a selector matches."""

    selector: LabelSelector


NamespaceSet = InNamespace | InNamespaces


class Pods(msgspec.Struct, frozen=True):
    """The pods of some namespaces that a selector matches.

    `name` is what the source calls them, for the names of policies; `declared` tells a declared name from a shorthand.
    """

    namespaces: NamespaceSet
    selector: LabelSelector
    name: str
    declared: bool
    location: Location


class Net(msgspec.Struct, frozen=True):
    """Addresses of one canonical CIDR outside of its exceptions, which are canonical, sorted and unique."""

    cidr: str
    excepts: tuple[str, ...]
    location: Location


class Anything(msgspec.Struct, frozen=True):
    """`any`: every pod and every address."""

    location: Location


Peer = Pods | Net | Anything


class Destination(msgspec.Struct, frozen=True):
    """A peer and the ports on which it is reached."""

    peer: Peer
    ports: PortSet
    location: Location


class Flow(msgspec.Struct, frozen=True):
    """Connections from every source to every destination on its ports, let through in some directions."""

    sources: tuple[Peer, ...]
    destinations: tuple[Destination, ...]
    directions: tuple[Direction, ...]
    origin: Origin

    @property
    def peers(self) -> tuple[Peer, ...]:
        """The peers at both ends, sources first."""
        return (*self.sources, *(destination.peer for destination in self.destinations))

    def names(self, namespace: str | None) -> bool:
        """Tell whether an end is pods of a namespace by its name, None being the unnamed one."""
        return any(isinstance(peer, Pods) and peer.namespaces == InNamespace(namespace) for peer in self.peers)


class Baseline(msgspec.Struct, frozen=True):
    """Pods of one owned namespace that are isolated in some directions.

    `on` is None where the whole namespace is isolated. Where `assumed`, something else denies, and no deny is emitted.
    """

    namespace: str | None
    directions: tuple[Direction, ...]
    on: Pods | None
    assumed: bool
    origin: Origin | None


class Guardrail(msgspec.Struct, frozen=True):
    """Connections that are allowed or denied above the policies of namespaces (`always`) or below them (`default`).

    It belongs to no namespace, and holds in the directions given: of the sources for egress, of the destinations for
    ingress. A statement becomes one for each set of directions, since a deny holds at one end alone.
    """

    tier: Literal["always", "default"]
    action: Literal["allow", "deny"]
    sources: tuple[Peer, ...]
    destinations: tuple[Destination, ...]
    directions: tuple[Direction, ...]
    origin: Origin

    @property
    def peers(self) -> tuple[Peer, ...]:
        """The peers at both ends, sources first."""
        return (*self.sources, *(destination.peer for destination in self.destinations))


class GivenName(msgspec.Struct, frozen=True):
    """The name of the policy on some pods of an owned namespace, and the labels and annotations that it carries."""

    name: str
    pods: Pods
    labels: tuple[tuple[str, str], ...]
    annotations: tuple[tuple[str, str], ...]
    origin: Origin


class Assertion(msgspec.Struct, frozen=True):
    """A statement about what a program allows, to be proved."""

    quantifier: Literal["allow", "deny", "only"]
    sources: tuple[Peer, ...]
    destinations: tuple[Destination, ...]
    origin: Origin


ANY_NAME = "?"
"""Stands for the name that the unnamed namespace will have; no label has such a value."""


class OwnedNamespace(msgspec.Struct, frozen=True):
    """A namespace that the program opens: its policies are the program's to write.

    `labels` are those that the source states, with `kubernetes.io/metadata.name`, which every namespace carries; for
    the unnamed one, that is `ANY_NAME`. `absent` are the keys that it states to lack; what it does not state at all
    counts as absent, too, but is a guess.
    """

    name: str | None
    labels: dict[str, str]
    location: Location | None
    absent: frozenset[str] = frozenset()


class Stray(msgspec.Struct, frozen=True):
    """A statement about pods of the unnamed namespace in a file that opens others, and the places where it does."""

    origin: Origin
    opened: tuple[Location, ...]


class UndeclaredEnvironment(msgspec.Struct, frozen=True):
    """An environment that a source has a block for, and a project has not; and those that it has."""

    name: str
    location: Location
    declared: frozenset[str]


class Program(msgspec.Struct, frozen=True):
    """Resolved facts. Their order means nothing; it is that of the sources.

    `declarations` are the origins of annotated declarations, which are no facts but may expire. `strays` are those of
    flows and assertions, again, that may be about other namespaces than was meant. Of `undeclared_environments` nothing
    is among the facts, whatever the environment.
    """

    namespaces: tuple[OwnedNamespace, ...]
    baselines: tuple[Baseline, ...]
    flows: tuple[Flow, ...]
    assertions: tuple[Assertion, ...]
    declarations: tuple[Origin, ...] = ()
    strays: tuple[Stray, ...] = ()
    policy_names: tuple[GivenName, ...] = ()
    guardrails: tuple[Guardrail, ...] = ()
    undeclared_environments: tuple[UndeclaredEnvironment, ...] = ()
