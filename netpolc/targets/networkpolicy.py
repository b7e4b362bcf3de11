"""From a program to NetworkPolicy v1: which objects there are, and what each of them says."""

from __future__ import annotations

from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING

import msgspec

from netpolc.diagnostics.model import Diagnostic, Label
from netpolc.ir.model import (
    Anything,
    Destination,
    Direction,
    InNamespace,
    NamespaceSet,
    Net,
    Origin,
    OwnedNamespace,
    Peer,
    Pods,
    Program,
)
from netpolc.policy import addresses
from netpolc.policy.model import (
    IPBlock,
    MatchExpression,
    PodPeer,
    Policy,
    PolicyPeer,
    PolicyPort,
    Rule,
    Selector,
)
from netpolc.policy.names import MANAGED_BY
from netpolc.sets.labels import EVERYTHING, LabelSelector
from netpolc.sets.ports import FIRST, LAST, PortSet, union
from netpolc.targets.naming import DEFAULT_DENY, Candidate, described, name_all
from netpolc.targets.provenance import Citation, annotations_of, comments_of, ordered, sources_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from netpolc.ir.isolation import IsolatedPods, Subject

NAME_LABEL = "kubernetes.io/metadata.name"
ORDER: tuple[Direction, ...] = ("ingress", "egress")
UNNAMED = InNamespace(None)
NO_PORTS = PortSet()
TYPES = {"ingress": "Ingress", "egress": "Egress"}

_by_order = attrgetter("order")

PeerKey = tuple[NamespaceSet | None, LabelSelector] | tuple[str, tuple[str, ...]] | None
"""What two peers of a subject must share to be one: None is any peer, and no namespace is the subject's own."""


class Lowered(msgspec.Struct, frozen=True):
    """The objects that a program becomes, and what could not be said."""

    policies: tuple[Policy, ...]
    diagnostics: tuple[Diagnostic, ...]


def lower(
    program: Program, isolations: IsolatedPods, labels: Mapping[str, str], only: Collection[str | None] | None = None
) -> Lowered:
    """The policies of a program by namespace: its deny, then the others by name; `labels` are put on each of them.

    They are those of all owned namespaces, or `only` of some.
    """
    lowering = _Lowering(program, isolations, labels, only)
    lowering.add_baselines()
    lowering.add_flows()
    return Lowered(tuple(lowering.policies()), tuple(lowering.diagnostics))


class _End:
    """The peer of rules in one namespace, known by identity: None is any peer. Ends are sorted by their order."""

    __slots__ = ("order", "peer")

    def __init__(self, peer: PolicyPeer | None) -> None:
        self.peer = peer
        self.order = () if peer is None else _peer_order(peer)


class _Opening:
    """What one end may do with a subject in one direction."""

    __slots__ = ("citations", "ports")

    def __init__(self) -> None:
        self.ports: list[PortSet] = []
        self.citations: list[Citation] = []


class _Subject:
    """Everything that is to be said of the pods that one policy selects."""

    __slots__ = ("baselines", "candidates", "citations", "closed", "openings")

    def __init__(self) -> None:
        self.candidates: set[Candidate] = set()
        self.closed: set[Direction] = set()
        self.openings: dict[Direction, dict[_End, _Opening]] = {}
        self.baselines: list[Citation] = []
        self.citations: list[Citation] = []


class _Lowering:
    def __init__(
        self,
        program: Program,
        isolations: IsolatedPods,
        labels: Mapping[str, str],
        only: Collection[str | None] | None,
    ) -> None:
        self.program = program
        self.labels = tuple(sorted({**labels, MANAGED_BY[0]: MANAGED_BY[1]}.items()))
        self.isolations = isolations
        self.namespaces = [owned for owned in program.namespaces if only is None or owned.name in only]
        self.names = frozenset(owned.name for owned in self.namespaces)
        self.subjects: dict[str | None, dict[LabelSelector, _Subject]] = {}
        self.denies: dict[str | None, tuple[set[Direction], list[Citation]]] = {}
        # By identity, since resolution makes one peer of each name, and to hash one costs more than to look it up.
        self.places: dict[tuple[int, Direction], tuple[tuple[str | None, _Subject], ...]] = {}
        self.known_ends: dict[tuple[int, str | None], _End] = {}
        self.ends: dict[tuple[str | None, PeerKey], _End] = {}
        self.citations: dict[tuple[str, int, int], Citation] = {}
        self.diagnostics: list[Diagnostic] = []

    def add_baselines(self) -> None:
        for baseline in self.program.baselines:
            if baseline.assumed or baseline.namespace not in self.names:
                continue
            citations = [] if baseline.origin is None else [self._cite(baseline.origin)]
            if baseline.on is None:
                closed, known = self.denies.setdefault(baseline.namespace, (set(), []))
                closed.update(baseline.directions)
                known += citations
            else:
                subject = self._subject(baseline.namespace, baseline.on.selector)
                subject.closed.update(baseline.directions)
                subject.candidates.add(_candidate(baseline.on))
                subject.baselines += citations
                subject.citations += citations

    def add_flows(self) -> None:
        for flow in self.program.flows:
            citation = self._cite(flow.origin)
            for destination in flow.destinations:
                if "ingress" in flow.halves:
                    self._open("ingress", destination.peer, flow.sources, destination.ports, citation)
                ports = _ports_of(destination)
                if "egress" in flow.halves and ports != NO_PORTS:
                    for source in flow.sources:
                        self._open("egress", source, (destination.peer,), ports, citation)

    def policies(self) -> Iterable[Policy]:
        for namespace in sorted(self.namespaces, key=lambda owned: (owned.name is not None, owned.name or "")):
            deny = self.denies.get(namespace.name)
            if deny is not None:
                yield self._default_deny(namespace, *deny)
            subjects = self.subjects.get(namespace.name, {})
            names = name_all({selector: subject.candidates for selector, subject in subjects.items()})
            for selector in sorted(names, key=lambda selector: names[selector]):
                yield self._policy(namespace.name, names[selector], selector, subjects[selector])

    def _cite(self, origin: Origin) -> Citation:
        order = origin.location.order
        known = self.citations.get(order)
        if known is None:
            known = self.citations[order] = Citation(origin)
        return known

    def _subject(self, namespace: str | None, selector: LabelSelector) -> _Subject:
        return self.subjects.setdefault(namespace, {}).setdefault(selector, _Subject())

    def _open(
        self, direction: Direction, closed: Peer, others: tuple[Peer, ...], ports: PortSet, citation: Citation
    ) -> None:
        for namespace, subject in self._subjects(closed, direction):
            subject.citations.append(citation)
            openings = subject.openings.setdefault(direction, {})
            for other in others:
                end = self.known_ends.get((id(other), namespace)) or self._end(other, namespace)
                opening = openings.get(end)
                if opening is None:
                    opening = openings[end] = _Opening()
                    if namespace is not None and isinstance(other, Pods) and other.namespaces == UNNAMED:
                        self._needs_name(other, namespace, citation.origin)
                opening.ports.append(ports)
                opening.citations.append(citation)

    def _end(self, peer: Peer, namespace: str | None) -> _End:
        key = namespace, _key(peer, namespace)
        end = self.ends.get(key)
        if end is None:
            end = self.ends[key] = _End(_peer(peer, namespace))
        self.known_ends[id(peer), namespace] = end
        return end

    def _subjects(self, closed: Peer, direction: Direction) -> tuple[tuple[str | None, _Subject], ...]:
        """The subjects that stand for a closed peer; by identity, as the closures know peers."""
        key = id(closed), direction
        known = self.places.get(key)
        if known is None:
            found = [s for s in self.isolations.subjects(closed, direction) if s.namespace in self.names]
            known = self.places[key] = tuple((s.namespace, self._subject(s.namespace, s.selector)) for s in found)
            for (_, subject), part in zip(known, found, strict=True):
                subject.candidates.add(_name_of(closed, part))
        return known

    def _needs_name(self, peer: Pods, namespace: str, origin: Origin) -> None:
        self.diagnostics.append(
            Diagnostic(
                code="NP214",
                severity="error",
                message=f"a policy in namespace `{namespace}` has to name the namespace of `{peer.name}`",
                location=origin.location,
                labels=(Label(peer.location, "stands in no named namespace"),),
                help="open its namespace with `namespace NAME`, or give `--namespace NAME`",
            )
        )

    def _files(self, namespace: OwnedNamespace) -> tuple[str, ...]:
        """The files behind a namespace that is closed without a statement: the one that opens it, or all."""
        if namespace.location is not None:
            return (namespace.location.source.label,)
        return sources_of(self._cite(flow.origin) for flow in self.program.flows)

    def _default_deny(self, namespace: OwnedNamespace, closed: set[Direction], citations: list[Citation]) -> Policy:
        cited = ordered(citations)
        return Policy(
            name=DEFAULT_DENY,
            namespace=namespace.name,
            labels=self.labels,
            annotations=annotations_of(cited),
            pod_selector=Selector(),
            policy_types=_types(closed),
            comments=comments_of(cited),
            sources=sources_of(cited) or self._files(namespace),
            location=cited[0].origin.location if cited else None,
        )

    def _policy(self, namespace: str | None, name: str, selector: LabelSelector, subject: _Subject) -> Policy:
        citations = ordered(subject.citations)
        rules = {direction: _rules(openings) for direction, openings in subject.openings.items()}
        return Policy(
            name=name,
            namespace=namespace,
            labels=self.labels,
            annotations=annotations_of(citations),
            pod_selector=_selector(selector),
            policy_types=_types(subject.closed | set(rules)),
            ingress=rules.get("ingress"),
            egress=rules.get("egress"),
            comments=comments_of(ordered(subject.baselines)),
            sources=sources_of(citations),
            location=citations[0].origin.location,
        )


def _ports_of(destination: Destination) -> PortSet:
    """The ports that can be reached: addresses have none by name (kube-network-policies, pkg/networkpolicy)."""
    ports = destination.ports
    return PortSet(ports.intervals) if ports.names and isinstance(destination.peer, Net) else ports


def _key(peer: Peer, namespace: str | None) -> PeerKey:
    match peer:
        case Anything():
            return None
        case Net():
            return peer.cidr, peer.excepts
        case Pods():
            return (None if peer.namespaces == InNamespace(namespace) else peer.namespaces), peer.selector


def _candidate(pods: Pods) -> Candidate:
    if pods.declared:
        return Candidate(0, pods.name)
    if pods.name.startswith(("[", "*")):
        return Candidate(2, described(pods.selector), exact=False)
    return Candidate(1, pods.name)


def _name_of(peer: Peer, subject: Subject) -> Candidate:
    """What the source calls a subject, where a baseline may have cut the peer down to it."""
    if subject.within is not None and subject.selector == subject.within.selector:
        return _candidate(subject.within)
    if isinstance(peer, Pods) and subject.selector == peer.selector:
        return _candidate(peer)
    parts = [_candidate(pods).text for pods in (peer, subject.within) if isinstance(pods, Pods)]
    return Candidate(3, "-".join(parts), exact=False)


def _types(directions: set[Direction]) -> tuple[str, ...]:
    return tuple(TYPES[direction] for direction in ORDER if direction in directions)


def _rules(openings: Mapping[_End, _Opening]) -> tuple[Rule, ...]:
    """One rule for each set of ports, with all the peers that have exactly those."""
    by_ports: dict[PortSet, dict[_End, _Opening]] = {}
    for end, opening in openings.items():
        ports = opening.ports[0] if len(opening.ports) == 1 else union(opening.ports)
        by_ports.setdefault(ports, {})[end] = opening
    return tuple([_rule(ports, by_ports[ports]) for ports in sorted(by_ports)])


def _rule(ports: PortSet, openings: Mapping[_End, _Opening]) -> Rule:
    citations = ordered([citation for opening in openings.values() for citation in opening.citations])
    ends = sorted(openings, key=_by_order) if len(openings) > 1 else openings
    peers = [end.peer for end in ends if end.peer is not None]
    # Beside any peer, others add nothing; and a rule without peers is how the API says any.
    whole = len(peers) < len(openings)
    return Rule(
        () if whole else tuple(peers), _policy_ports(ports), comments_of(citations), citations[0].origin.location
    )


def _peer(peer: Peer, namespace: str | None) -> PolicyPeer | None:
    match peer:
        case Net():
            return IPBlock(peer.cidr, peer.excepts, peer.location)
        case Pods():
            namespaces = None if peer.namespaces == InNamespace(namespace) else _namespace_selector(peer.namespaces)
            whole = namespaces is not None and peer.selector == EVERYTHING
            return PodPeer(None if whole else _selector(peer.selector), namespaces, peer.location)
        case Anything():
            return None


def _peer_order(peer: PolicyPeer) -> tuple[object, ...]:
    match peer:
        case PodPeer():
            absent = Selector()
            return (
                0,
                peer.namespace_selector is not None,
                peer.namespace_selector or absent,
                peer.pod_selector or absent,
            )
        case IPBlock():
            block = addresses.parse(peer.cidr)
            place = (0, 0, 0) if block is None else (block.bits, block.address, block.prefix)
            return (1, *place, peer.excepts)


@lru_cache(maxsize=4096)
def _policy_ports(ports: PortSet) -> tuple[PolicyPort, ...]:
    if ports.everything:
        return ()
    if ports == NO_PORTS:
        raise AssertionError("a rule without ports would open them all")
    found: list[tuple[str, int, PolicyPort]] = []
    for protocol, first, last in ((i.protocol, i.first, i.last) for i in ports.intervals):
        if (first, last) == (FIRST, LAST):
            port = PolicyPort(protocol)
        else:
            port = PolicyPort(protocol, first, last if last > first else None)
        found.append((protocol, first, port))
    found += [(name.protocol, LAST + 1, PolicyPort(name.protocol, name.name)) for name in ports.names]
    return tuple(port for _, _, port in sorted(found, key=lambda entry: entry[:2]))


def _namespace_selector(namespaces: NamespaceSet) -> Selector:
    if isinstance(namespaces, InNamespace):
        return Selector(((NAME_LABEL, namespaces.name or ""),))
    return _selector(namespaces.selector)


@lru_cache(maxsize=65536)
def _selector(selector: LabelSelector) -> Selector:
    labels: list[tuple[str, str]] = []
    expressions: list[MatchExpression] = []
    for requirement in selector.requirements:
        if requirement.operator == "In" and len(requirement.values) == 1:
            labels.append((requirement.key, requirement.values[0]))
        else:
            expressions.append(MatchExpression(requirement.key, requirement.operator, requirement.values))
    return Selector(tuple(labels), tuple(expressions))
