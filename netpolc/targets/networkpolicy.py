"""Lowering: the NetworkPolicies of a program, and what each of them says.

For each namespace of the program there is a policy `default-deny`, if a baseline is on all of its pods, and a draft of
a policy for each set of isolated pods that a baseline or a flow speaks of (`ir.isolation.IsolatedSubject`). To its
draft, each flow adds the ports that it allows to each rule peer, which is the other side as seen from the draft's
namespace. Each statement that leads to a policy is cited by it (`Citation`), and suggests a name for it (`Candidate`).
A draft for a pair, which no statement speaks of by itself, becomes a policy only where no others say the same.
"""

from __future__ import annotations

from collections import defaultdict
from operator import attrgetter
from typing import TYPE_CHECKING

import msgspec

from netpolc.diagnostics.model import Diagnostic, Label
from netpolc.identity import IdentityCache
from netpolc.ir.isolation import is_pair
from netpolc.ir.model import (
    Destination,
    Direction,
    GivenName,
    InNamespace,
    Net,
    Origin,
    OwnedNamespace,
    Peer,
    Pods,
    Program,
)
from netpolc.policy.constants import POLICY_TYPES, WRITTEN_DIRECTIONS
from netpolc.policy.model import Policy, Rule, Selector
from netpolc.policy.names import MANAGED_BY
from netpolc.sets.labels import EVERYTHING, LabelSelector
from netpolc.sets.ports import PortSet, union
from netpolc.targets.naming import DEFAULT_DENY, Candidate, described, name_all
from netpolc.targets.policy_parts import (
    NO_PORTS,
    PeerKey,
    marked,
    peer_key,
    peer_order,
    policy_peer,
    policy_ports,
    policy_selector,
)
from netpolc.targets.provenance import Citation, annotations_of, comments_of, ordered, sources_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from netpolc.ir.isolation import IsolatedPods, IsolatedSubject

UNNAMED = InNamespace(None)

_by_order = attrgetter("order")


class Lowered(msgspec.Struct, frozen=True):
    """The objects that a program becomes, and what could not be said."""

    policies: tuple[Policy, ...]
    diagnostics: tuple[Diagnostic, ...]


def lower(
    program: Program, isolations: IsolatedPods, labels: Mapping[str, str], only: Collection[str | None] | None = None
) -> Lowered:
    """Return the policies of a program by namespace: `default-deny`, then the others by name.

    `labels` are put on each of them. They are those of all owned namespaces, or `only` of some.
    """
    lowering = _Lowering(program, isolations, labels, only)
    lowering.add_baselines()
    lowering.add_flows()
    lowering.add_names()
    return Lowered(tuple(lowering.policies()), tuple(lowering.diagnostics))


class _RulePeer:
    """The peer of rules in one namespace, and its place among the peers of a rule; there is one object for each.

    None is any peer.
    """

    __slots__ = ("order", "peer", "stated")

    def __init__(self, stated: Peer, namespace: str | None) -> None:
        self.stated = stated
        self.peer = policy_peer(stated, namespace)
        self.order = () if self.peer is None else peer_order(self.peer)


class _PeerPorts:
    """The ports that are allowed with a rule peer in one direction, and the statements that allow them."""

    __slots__ = ("citations", "ports")

    def __init__(self) -> None:
        self.ports: list[PortSet] = []
        self.citations: list[Citation] = []


class _Draft:
    """A policy in the making: possible names, directions that a baseline isolates, and what flows allow in each.

    It is for a pair unless a statement speaks of just its pods.
    """

    __slots__ = ("allowed", "baselines", "candidates", "citations", "is_pair", "isolated")

    def __init__(self) -> None:
        self.is_pair = True
        self.candidates: set[Candidate] = set()
        self.isolated: set[Direction] = set()
        self.allowed: dict[Direction, dict[_RulePeer, _PeerPorts]] = {}
        self.baselines: list[Citation] = []
        self.citations: list[Citation] = []

    def let_through(self) -> dict[Direction, list[tuple[Peer, PortSet]]]:
        """List what flows allow, in an order that does not depend on theirs."""
        return {
            direction: [(peer.stated, union(allowed[peer].ports)) for peer in sorted(allowed, key=_by_order)]
            for direction, allowed in self.allowed.items()
        }


class _Lowering:
    """The drafts of the policies of a program, which baselines and flows are added to."""

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
        self.drafts: dict[str | None, dict[LabelSelector, _Draft]] = {}
        self.denies: dict[str | None, tuple[set[Direction], list[Citation]]] = {}
        # By identity, since resolution makes one peer of each name, and to hash one costs more than to look it up.
        self.drafts_by_peer: defaultdict[Direction, IdentityCache[Peer, tuple[tuple[str | None, _Draft], ...]]] = (
            defaultdict(IdentityCache)
        )
        self.rule_peers_by_peer: defaultdict[str | None, IdentityCache[Peer, _RulePeer]] = defaultdict(IdentityCache)
        self.rule_peers: dict[tuple[str | None, PeerKey], _RulePeer] = {}
        self.citations: dict[tuple[str, int, int], Citation] = {}
        self.diagnostics: list[Diagnostic] = []
        self.given: dict[str | None, dict[LabelSelector, GivenName]] = {}

    def add_baselines(self) -> None:
        for baseline in self.program.baselines:
            if baseline.assumed or baseline.namespace not in self.names:
                continue
            citations = [] if baseline.origin is None else [self._cite(baseline.origin)]
            if baseline.on is None:
                isolated, cited = self.denies.setdefault(baseline.namespace, (set(), []))
                isolated.update(baseline.directions)
                cited += citations
            else:
                draft = self._draft(baseline.namespace, baseline.on.selector)
                draft.is_pair = False
                draft.isolated.update(baseline.directions)
                draft.candidates.add(_candidate(baseline.on))
                draft.baselines += citations
                draft.citations += citations

    def add_flows(self) -> None:
        for flow in self.program.flows:
            citation = self._cite(flow.origin)
            for destination in flow.destinations:
                if "ingress" in flow.directions:
                    self._allow("ingress", destination.peer, flow.sources, destination.ports, citation)
                ports = _ports_of(destination)
                if "egress" in flow.directions and ports != NO_PORTS:
                    for source in flow.sources:
                        self._allow("egress", source, (destination.peer,), ports, citation)

    def add_names(self) -> None:
        """Give drafts the names that the program has for them; that of all pods takes in what closes the namespace."""
        owned = {each.name for each in self.program.namespaces}
        # That of all pods comes first, since what closes the namespace may leave its name to others.
        for each in sorted(self.program.policy_names, key=lambda each: each.pods.selector != EVERYTHING):
            namespace, selector = each.pods.namespaces, each.pods.selector
            if not isinstance(namespace, InNamespace) or namespace.name in owned - self.names:
                continue
            deny = self.denies.pop(namespace.name, None) if selector == EVERYTHING else None
            draft = self.drafts.get(namespace.name, {}).get(selector)
            if each.name == DEFAULT_DENY and namespace.name in self.denies:
                self._is_default_deny(each)
            if deny is not None:
                draft = self._draft(namespace.name, selector)
                draft.isolated |= deny[0]
                draft.baselines += deny[1]
                draft.citations += deny[1]
            if draft is None:
                self._names_nothing(each)
            else:
                draft.is_pair = False
                draft.citations.append(self._cite(each.origin))
                self.given.setdefault(namespace.name, {})[selector] = each

    def policies(self) -> Iterable[Policy]:
        for namespace in sorted(self.namespaces, key=lambda owned: (owned.name is not None, owned.name or "")):
            deny = self.denies.get(namespace.name)
            if deny is not None:
                yield self._default_deny(namespace, *deny)
            drafts = self._needed(namespace.name, self.drafts.get(namespace.name, {}))
            given = self.given.get(namespace.name, {})
            names = name_all(
                {selector: draft.candidates for selector, draft in drafts.items()},
                {selector: each.name for selector, each in given.items()},
            )
            for selector in sorted(names, key=lambda selector: names[selector]):
                policy = self._policy(namespace.name, names[selector], selector, drafts[selector])
                yield marked(policy, given[selector]) if selector in given else policy

    def _needed(self, namespace: str | None, drafts: dict[LabelSelector, _Draft]) -> dict[LabelSelector, _Draft]:
        """Return the drafts of a namespace without those for pairs that add nothing to the others."""
        pairs = [selector for selector, draft in drafts.items() if draft.is_pair]
        if not pairs:
            return drafts
        from netpolc.targets.needless import needless  # loads proofs, and few programs isolate only some pods

        left_out = needless(namespace, {selector: drafts[selector].let_through() for selector in sorted(drafts)}, pairs)
        return {selector: draft for selector, draft in drafts.items() if selector not in left_out}

    def _cite(self, origin: Origin) -> Citation:
        order = origin.location.order
        known = self.citations.get(order)
        if known is None:
            known = self.citations[order] = Citation(origin)
        return known

    def _draft(self, namespace: str | None, selector: LabelSelector) -> _Draft:
        return self.drafts.setdefault(namespace, {}).setdefault(selector, _Draft())

    def _allow(
        self, direction: Direction, peer: Peer, others: tuple[Peer, ...], ports: PortSet, citation: Citation
    ) -> None:
        """Allow the isolated pods of a peer to be reached by others, or to reach them, on some ports."""
        for namespace, draft in self._drafts_of(peer, direction):
            draft.citations.append(citation)
            allowed = draft.allowed.setdefault(direction, {})
            rule_peers = self.rule_peers_by_peer[namespace]
            for other in others:
                rule_peer = rule_peers.get(other) or self._rule_peer(other, namespace)
                peer_ports = allowed.get(rule_peer)
                if peer_ports is None:
                    peer_ports = allowed[rule_peer] = _PeerPorts()
                    if namespace is not None and isinstance(other, Pods) and other.namespaces == UNNAMED:
                        self._needs_name(other, namespace, citation.origin)
                peer_ports.ports.append(ports)
                peer_ports.citations.append(citation)

    def _rule_peer(self, peer: Peer, namespace: str | None) -> _RulePeer:
        key = namespace, peer_key(peer, namespace)
        found = self.rule_peers.get(key)
        if found is None:
            found = self.rule_peers[key] = _RulePeer(peer, namespace)
        return self.rule_peers_by_peer[namespace].add(peer, found)

    def _drafts_of(self, peer: Peer, direction: Direction) -> tuple[tuple[str | None, _Draft], ...]:
        """Return the drafts of policies on the isolated pods of a peer, each with its namespace."""
        known = self.drafts_by_peer[direction].get(peer)
        if known is None:
            subjects = [s for s in self.isolations.subjects(peer, direction) if s.namespace in self.names]
            known = tuple((s.namespace, self._draft(s.namespace, s.selector)) for s in subjects)
            self.drafts_by_peer[direction].add(peer, known)
            for (_, draft), subject in zip(known, subjects, strict=True):
                draft.candidates.add(_name_of(peer, subject))
                draft.is_pair &= is_pair(peer, subject)
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

    def _is_default_deny(self, named: GivenName) -> None:
        self.diagnostics.append(
            Diagnostic(
                code="NP429",
                severity="error",
                message=f"`{named.name}` is the name of the policy that closes the whole namespace",
                location=named.origin.location,
                help="call it otherwise, or name that policy, too: `policy NAME = *`",
            )
        )

    def _names_nothing(self, named: GivenName) -> None:
        self.diagnostics.append(
            Diagnostic(
                code="NP656",
                severity="warning",
                message=f"there is no policy on `{named.pods.name}` to be called `{named.name}`",
                location=named.origin.location,
                help="name pods as a baseline or a flow does, which makes their policy, or leave the line out",
            )
        )

    def _files(self, namespace: OwnedNamespace) -> tuple[str, ...]:
        """Return the files behind a namespace that is isolated without a statement: the one that opens it, or all."""
        if namespace.location is not None:
            return (namespace.location.source.label,)
        return sources_of(self._cite(flow.origin) for flow in self.program.flows)

    def _default_deny(self, namespace: OwnedNamespace, isolated: set[Direction], citations: list[Citation]) -> Policy:
        cited = ordered(citations)
        return Policy(
            name=DEFAULT_DENY,
            namespace=namespace.name,
            labels=self.labels,
            annotations=annotations_of(cited),
            pod_selector=Selector(),
            policy_types=_types(isolated),
            comments=comments_of(cited),
            sources=sources_of(cited) or self._files(namespace),
            location=cited[0].origin.location if cited else None,
        )

    def _policy(self, namespace: str | None, name: str, selector: LabelSelector, draft: _Draft) -> Policy:
        citations = ordered(draft.citations)
        rules = {direction: _rules(allowed) for direction, allowed in draft.allowed.items()}
        return Policy(
            name=name,
            namespace=namespace,
            labels=self.labels,
            annotations=annotations_of(citations),
            pod_selector=policy_selector(selector),
            policy_types=_types(draft.isolated | set(rules)),
            ingress=rules.get("ingress"),
            egress=rules.get("egress"),
            comments=comments_of(ordered(draft.baselines)),
            sources=sources_of(citations),
            location=citations[0].origin.location,
        )


def _ports_of(destination: Destination) -> PortSet:
    """Return the ports that can be reached: addresses have none by name (kube-network-policies, pkg/networkpolicy)."""
    ports = destination.ports
    return PortSet(ports.intervals) if ports.names and isinstance(destination.peer, Net) else ports


def _candidate(pods: Pods) -> Candidate:
    if pods.declared:
        return Candidate(0, pods.name)
    if pods.name.startswith(("[", "*")):
        return Candidate(2, described(pods.selector), exact=False)
    return Candidate(1, pods.name)


def _name_of(peer: Peer, subject: IsolatedSubject) -> Candidate:
    """Return what the source calls a subject, to which a baseline may have cut a peer down."""
    if subject.within is not None and subject.selector == subject.within.selector:
        return _candidate(subject.within)
    if isinstance(peer, Pods) and subject.selector == peer.selector:
        return _candidate(peer)
    parts = [_candidate(pods).text for pods in (peer, subject.within) if isinstance(pods, Pods)]
    return Candidate(3, "-".join(parts), exact=False)


def _types(directions: set[Direction]) -> tuple[str, ...]:
    return tuple(POLICY_TYPES[direction] for direction in WRITTEN_DIRECTIONS if direction in directions)


def _rules(allowed: Mapping[_RulePeer, _PeerPorts]) -> tuple[Rule, ...]:
    """Write one rule for each set of ports, with all the peers that have exactly those."""
    by_ports: dict[PortSet, dict[_RulePeer, _PeerPorts]] = {}
    for peer, peer_ports in allowed.items():
        ports = peer_ports.ports[0] if len(peer_ports.ports) == 1 else union(peer_ports.ports)
        by_ports.setdefault(ports, {})[peer] = peer_ports
    return tuple([_rule(ports, by_ports[ports]) for ports in sorted(by_ports)])


def _rule(ports: PortSet, allowed: Mapping[_RulePeer, _PeerPorts]) -> Rule:
    citations = ordered([citation for peer_ports in allowed.values() for citation in peer_ports.citations])
    rule_peers = sorted(allowed, key=_by_order) if len(allowed) > 1 else allowed
    peers = [each.peer for each in rule_peers if each.peer is not None]
    # Beside any peer, others add nothing; and a rule without peers is how the API says any.
    whole = len(peers) < len(allowed)
    return Rule(
        () if whole else tuple(peers), policy_ports(ports), comments_of(citations), citations[0].origin.location
    )
