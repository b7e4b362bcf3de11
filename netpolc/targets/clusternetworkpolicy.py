"""Lowering: the ClusterNetworkPolicies of a program's guardrails.

Within a tier, deny beats allow, and the order of lines never counts. Objects of this API are tried by priority, so they
are made in steps, and what comes of one step is tried before all of the next: pods that are denied, pods that are
accepted, and the same for addresses. In this API, a block of addresses holds pods as well, and in netpol it does not:
so between the two halves all pods are passed on, where any addresses follow.

In each step there is an object for each subject, and its priority, which is one of the step's own, is computed from its
name: a new line moves no other object, unless two names meet.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import msgspec

from netpolc.diagnostics.model import Diagnostic
from netpolc.digests import sha256
from netpolc.engine.from_policies import addresses_of
from netpolc.engine.words import cidrs
from netpolc.ir.model import Anything, InNamespace, Net, Pods
from netpolc.policy.constants import NAME_LABEL
from netpolc.policy.model import PodPeer, Selector
from netpolc.policy.names import MANAGED_BY
from netpolc.policy.tier_model import (
    HIGHEST_PRIORITY,
    MOST,
    Networks,
    RuleAction,
    TierPeer,
    TierPolicy,
    TierPort,
    TierRule,
)
from netpolc.sets.addresses import EVERY_ADDRESS, AddressSet
from netpolc.sets.addresses import union as all_addresses
from netpolc.sets.labels import EVERYTHING
from netpolc.sets.ports import EVERY_PORT, PortSet, union
from netpolc.targets.naming import ALL_PODS, DIGITS, LONGEST_MADE, described, slug
from netpolc.targets.policy_parts import namespace_selector, policy_ports, policy_selector
from netpolc.targets.provenance import Citation, annotations_of, comments_of, ordered, sources_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from netpolc.ir.model import Direction, Guardrail, Peer
    from netpolc.project.model import ApiVersion
    from netpolc.source import Location

STEPS: tuple[tuple[RuleAction, str], ...] = (
    ("Deny", "pods"),
    ("Accept", "pods"),
    ("Pass", "pods"),
    ("Deny", "addresses"),
    ("Accept", "addresses"),
)
PRIORITIES = (HIGHEST_PRIORITY + 1) // len(STEPS)
"""How many priorities each step has."""
KIND = "ClusterNetworkPolicy"
EVERY_POD = PodPeer(None, Selector())
Block = tuple[str, tuple[str, ...]]
"""A CIDR and its exceptions; `EVERYWHERE` is every address of both families."""
EVERYWHERE: Block = ("", ())
PASSED_ON = "in netpol, blocks of addresses hold no pods: what pods may do among each other is not for the rules below"


class LoweredGuardrails(msgspec.Struct, frozen=True):
    """The objects that guardrails become, in the order in which they are tried, and what could not be said."""

    policies: tuple[TierPolicy, ...]
    diagnostics: tuple[Diagnostic, ...]


def lower(
    guardrails: Sequence[Guardrail], labels: Mapping[str, str], api_version: ApiVersion = "v1alpha2"
) -> LoweredGuardrails:
    """Return the policies of guardrails, each with some labels; what this kind cannot say is an error (NP451)."""
    lowering = _TierLowering({**labels, MANAGED_BY[0]: MANAGED_BY[1]}, api_version)
    for guardrail in guardrails:
        lowering.add(guardrail)
    policies = tuple(lowering.policies())
    return LoweredGuardrails(() if lowering.diagnostics else policies, tuple(lowering.diagnostics))


class _Allotment:
    """The ports of one peer or block in one direction, and the statements that speak of them."""

    def __init__(self) -> None:
        self.ports: list[PortSet] = []
        self.citations: list[Citation] = []


class _ObjectDraft:
    """An object in the making: the words of its subject, and what it says of pods and blocks in each direction."""

    def __init__(self) -> None:
        self.words: set[tuple[bool, str]] = set()
        self.pods: defaultdict[Direction, defaultdict[PodPeer, _Allotment]] = defaultdict(
            lambda: defaultdict(_Allotment)
        )
        self.blocks: defaultdict[Block, _Allotment] = defaultdict(_Allotment)

    @property
    def citations(self) -> list[Citation]:
        """All statements behind it."""
        told = [each for of_direction in self.pods.values() for each in of_direction.values()]
        return ordered([citation for each in (*told, *self.blocks.values()) for citation in each.citations])


class _TierLowering:
    """The drafts of a program's objects, which guardrails are added to."""

    def __init__(self, labels: Mapping[str, str], api_version: ApiVersion) -> None:
        self.diagnostics: list[Diagnostic] = []
        self._labels = tuple(sorted(labels.items()))
        self._api_version = api_version
        self._drafts: defaultdict[tuple[str, int, PodPeer], _ObjectDraft] = defaultdict(_ObjectDraft)

    def add(self, guardrail: Guardrail) -> None:
        """Add what a guardrail says, once for each of its halves."""
        citation = Citation(guardrail.origin)
        said = len(self.diagnostics)
        written = False
        for end in guardrail.destinations:
            if end.ports.names:
                self._unsayable(end.location, "a port's name", "write the number that the pods have it for")
                return
            if "egress" in guardrail.directions:
                for source in guardrail.sources:
                    written |= self._rule(guardrail, "egress", source, end.peer, end.ports, citation)
            if "ingress" in guardrail.directions:
                for source in guardrail.sources:
                    written |= self._rule(guardrail, "ingress", end.peer, source, end.ports, citation)
        if not written and said == len(self.diagnostics):
            what = "a line without any pods on the side that it is about"
            self._unsayable(guardrail.origin.location, what, "policies are about pods: name some at that end")

    def policies(self) -> Iterator[TierPolicy]:
        """Yield the objects of all drafts, in the order in which they are tried."""
        for tier in ("always", "default"):
            self._pass_pods_on(tier)
            of_tier = {(step, subject): draft for (of, step, subject), draft in self._drafts.items() if of == tier}
            names = _names(tier, of_tier)
            for step, (action, _) in enumerate(STEPS):
                drafts = {subject: draft for (at, subject), draft in of_tier.items() if at == step}
                parts = [part for subject, draft in drafts.items() for part in self._parts(draft, action, subject)]
                yield from self._numbered(tier, step, {subject: names[step, subject] for subject in drafts}, parts)

    def _rule(
        self, guardrail: Guardrail, direction: Direction, own: Peer, other: Peer, ports: PortSet, citation: Citation
    ) -> bool:
        """Add what holds at the pods of one end; tell whether there are any."""
        if isinstance(own, Net):
            return False
        if direction == "ingress" and not isinstance(other, Pods):
            what = f"`{other.location.text}` as the source of an ingress rule"
            advice = "pods of every namespace are `*/*`; what comes from outside of the cluster is for NetworkPolicies"
            self._unsayable(other.location, what, advice)
            return True
        subject = _selected(own)
        for kind, peer in (("pods", _pods_of(other)), ("addresses", _block_of(other))):
            if peer is None:
                continue
            action: RuleAction = "Deny" if guardrail.action == "deny" else "Accept"
            draft = self._drafts[guardrail.tier, STEPS.index((action, kind)), subject]
            draft.words.add(_words(own))
            allotted = draft.pods[direction][peer] if isinstance(peer, PodPeer) else draft.blocks[peer]
            allotted.ports.append(ports)
            allotted.citations.append(citation)
        return True

    def _pass_pods_on(self, tier: str) -> None:
        """Keep pods from being judged by blocks of addresses."""
        for (of, step, subject), draft in list(self._drafts.items()):
            if of == tier and STEPS[step][1] == "addresses":
                passing = self._drafts[tier, STEPS.index(("Pass", "pods")), subject]
                passing.words |= draft.words
                passing.pods["egress"][EVERY_POD].citations += draft.citations

    def _parts(self, draft: _ObjectDraft, action: RuleAction, subject: PodPeer) -> Iterator[TierPolicy]:
        """Yield objects without names and priorities: several, where one cannot hold all rules."""
        rules = {direction: list(_pod_rules(action, draft.pods[direction])) for direction in list(draft.pods)}
        if draft.blocks:
            rules["egress"] = list(_block_rules(action, draft.blocks))
        most = max(len(each) for each in rules.values())
        cited = draft.citations
        for start in range(0, most, MOST):
            yield TierPolicy(
                kind=KIND,
                name="",
                version=self._api_version,
                tier="Admin",
                priority=0,
                subject=subject,
                ingress=tuple(rules.get("ingress", ())[start : start + MOST]),
                egress=tuple(rules.get("egress", ())[start : start + MOST]),
                labels=self._labels,
                annotations=annotations_of(cited),
                sources=sources_of(cited),
                location=cited[0].origin.location,
            )

    def _numbered(
        self,
        tier: str,
        step: int,
        names: Mapping[PodPeer, str],
        parts: Sequence[TierPolicy],
    ) -> Iterator[TierPolicy]:
        """Yield the objects of a step with their names and priorities."""
        if len(parts) > PRIORITIES:
            what = f"more than {PRIORITIES} sets of pods that lines of one kind are about"
            self._unsayable(parts[0].location, what, "select the pods by a label that they share")
            return
        counts: Counter[PodPeer] = Counter()
        named: dict[str, TierPolicy] = {}
        for part in parts:
            counts[part.subject] += 1
            name, number = names[part.subject], counts[part.subject]
            named[name if number == 1 else f"{name}.{number}"] = part
        taken: dict[int, TierPolicy] = {}
        for name in sorted(named):
            slot = int(sha256(name.encode()).hexdigest()[:8], 16) % PRIORITIES
            while slot in taken:
                slot = (slot + 1) % PRIORITIES
            taken[slot] = msgspec.structs.replace(
                named[name],
                name=name,
                tier="Admin" if tier == "always" else "Baseline",
                priority=step * PRIORITIES + slot,
            )
        yield from (taken[slot] for slot in sorted(taken))

    def _unsayable(self, location: Location | None, what: str, advice: str) -> None:
        self.diagnostics.append(
            Diagnostic(
                code="NP451",
                severity="error",
                message=f"ClusterNetworkPolicy cannot say {what}",
                location=location,
                help=advice,
            )
        )


def _selected(peer: Pods | Anything) -> PodPeer:
    if isinstance(peer, Anything):
        return EVERY_POD
    pods = None if peer.selector == EVERYTHING else policy_selector(peer.selector)
    return PodPeer(pods, namespace_selector(peer.namespaces))


def _pods_of(peer: Peer) -> PodPeer | None:
    return None if isinstance(peer, Net) else _selected(peer)


def _block_of(peer: Peer) -> Block | None:
    match peer:
        case Pods():
            return None
        case Net(cidr, excepts):
            return cidr, excepts
        case Anything():
            return EVERYWHERE


def _pod_rules(action: RuleAction, allotted: Mapping[PodPeer, _Allotment]) -> Iterator[TierRule]:
    """Yield rules for pods: one for each set of ports, with all the peers that have exactly those."""
    by_ports: defaultdict[PortSet, dict[TierPeer, list[Citation]]] = defaultdict(dict)
    for peer, allotment in allotted.items():
        ports = EVERY_PORT if action == "Pass" else union(allotment.ports)
        by_ports[ports][peer] = allotment.citations
    for ports in sorted(by_ports):
        peers = by_ports[ports]
        yield from _rules(action, sorted(peers, key=_order), ports, [each for told in peers.values() for each in told])


def _block_rules(action: RuleAction, allotted: Mapping[Block, _Allotment]) -> Iterator[TierRule]:
    """Yield rules for addresses: one for each set of ports, with all the addresses that have exactly those."""
    by_ports: defaultdict[PortSet, list[tuple[AddressSet, _Allotment]]] = defaultdict(list)
    for (cidr, excepts), allotment in allotted.items():
        held = addresses_of(cidr, excepts) if cidr else EVERY_ADDRESS
        by_ports[union(allotment.ports)].append((held, allotment))
    for ports in sorted(by_ports):
        told = by_ports[ports]
        listed = [cidr for held in all_addresses([held for held, _ in told]).ranges for cidr in cidrs(held)]
        peers = [Networks(tuple(listed[at : at + MOST])) for at in range(0, len(listed), MOST)]
        yield from _rules(action, peers, ports, [each for _, allotment in told for each in allotment.citations])


def _rules(
    action: RuleAction, peers: Sequence[TierPeer], ports: PortSet, citations: list[Citation]
) -> Iterator[TierRule]:
    """Yield rules for all peers on all ports, within the limits of the API."""
    cited = ordered(citations)
    comments = (PASSED_ON,) if action == "Pass" else comments_of(cited)
    listed = policy_ports(ports)
    for at in range(0, len(peers), MOST):
        for first in range(0, len(listed) or 1, MOST):
            yield TierRule(
                action=action,
                peers=tuple(peers[at : at + MOST]),
                ports=tuple(map(TierPort, listed[first : first + MOST])),
                comments=comments,
                location=cited[0].origin.location,
            )


def _order(peer: TierPeer) -> tuple[Selector, Selector]:
    assert isinstance(peer, PodPeer)  # noqa: S101 -- for mypy
    return peer.namespace_selector or Selector(), peer.pod_selector or Selector()


def _names(tier: str, drafts: Mapping[tuple[int, PodPeer], _ObjectDraft]) -> dict[tuple[int, PodPeer], str]:
    """Name the objects of a tier: by the source's words for their pods, with a hash where two have the same."""
    wanted = {}
    for (step, subject), draft in drafts.items():
        action, kind = STEPS[step]
        verb = {"Deny": "deny", "Accept": "allow", "Pass": "pass"}[action]
        of = "-addresses" if kind == "addresses" else ""
        wanted[step, subject] = f"{tier}-{verb}{of}-{min(draft.words)[1]}"
    claims = Counter(wanted.values())
    return {
        key: name if claims[name] == 1 and len(name) <= LONGEST_MADE else _hashed(name, *key)
        for key, name in wanted.items()
    }


def _hashed(name: str, step: int, subject: PodPeer) -> str:
    digest = sha256(repr((STEPS[step], subject.namespace_selector, subject.pod_selector)).encode()).hexdigest()
    return f"{name[:LONGEST_MADE].rstrip('-')}-{digest[:DIGITS]}"


def _words(peer: Pods | Anything) -> tuple[bool, str]:
    """Return what a subject may be called, a declared name first: its namespaces, then its pods."""
    if isinstance(peer, Anything):
        return True, ALL_PODS
    pods = peer.name if peer.declared else described(peer.selector)
    within = "" if peer.declared else _namespaces(peer)
    return not peer.declared, "-".join(filter(None, (slug(within), slug(pods)))) or ALL_PODS


def _namespaces(peer: Pods) -> str:
    if isinstance(peer.namespaces, InNamespace):
        return peer.namespaces.name or ""
    return described(peer.namespaces.selector).replace(NAME_LABEL, "namespace")
