"""The resolution of guardrails: what holds for the whole cluster, above or below the policies of namespaces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.ir.model import Anything, Destination, Guardrail, InNamespace, InNamespaces, Net, Pods
from netpolc.language.resolve.endpoints import MOST_CONNECTIONS, EndpointContext, ResolvedMember
from netpolc.language.syntax import tree
from netpolc.policy.constants import DIRECTIONS, NAME_LABEL
from netpolc.sets.labels import LabelRequirement, LabelSelector, intersect, subtract
from netpolc.source import Location

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netpolc.ir.model import Direction, NamespaceSet, Origin, Peer
    from netpolc.language.resolve.endpoints import EndpointResolver
    from netpolc.language.resolve.modules import Module
    from netpolc.language.resolve.names import NameLookup
    from netpolc.source import Span

NOWHERE = InNamespace(None)
"""The namespace of an end that says none: a guardrail belongs to no namespace, so it has to be said."""


class GuardrailResolver:
    """The guardrails so far; every problem goes to the names' report."""

    def __init__(self, names: NameLookup, endpoints: EndpointResolver) -> None:
        """Resolve endpoints with these."""
        self._names = names
        self._endpoints = endpoints
        self.found: list[Guardrail] = []

    def add(self, statement: tree.Guardrail, module: Module, origin: Origin) -> None:
        """Resolve a statement, which stands outside of any section."""
        context = EndpointContext(module, None, NOWHERE)
        to = statement.destination
        target = tree.Target(to.endpoint, statement.ports, to.endpoint.span.to((statement.ports or to.endpoint).span))
        sources = [ResolvedMember(each, None, statement.source.span) for each in self._sources(statement, context)]
        sources = self._left(sources, statement.source, context)
        members = self._left(self._endpoints.destinations(target, context), to, context)
        named = [self._is_placed(each, context) for each in (*sources, *members)]
        if not sources or not members or not all(named):
            return
        if len(sources) * len(members) > MOST_CONNECTIONS:
            self._names.error(
                "NP218",
                f"this line stands for {len(sources) * len(members):,} connections",
                module.at(statement.span),
                "select the pods by a label that they share",
            )
            return
        peers = tuple(each.peer for each in sources)
        by_halves: dict[tuple[Direction, ...], list[Destination]] = {}
        for each in members:
            if each.ports is not None:
                end = Destination(each.peer, each.ports, Location(module.outline.source, each.span))
                by_halves.setdefault(_halves(statement, each.peer), []).append(end)
        for directions, ends in by_halves.items():
            self.found.append(Guardrail(statement.tier, statement.action, peers, tuple(ends), directions, origin))

    def _sources(self, statement: tree.Guardrail, context: EndpointContext) -> tuple[Peer, ...]:
        return self._endpoints.sources(statement.source.endpoint, context)

    def _left(
        self, members: Iterable[ResolvedMember], reduced: tree.Reduced, context: EndpointContext
    ) -> list[ResolvedMember]:
        """Take an end's exceptions away from its members, exactly."""
        found = list(members)
        if reduced.excepts is None or not found:
            return found
        place = context.module.at(reduced.excepts.span)
        taken: list[Pods] = []
        for peer in self._endpoints.sources(reduced.excepts, context):
            if not isinstance(peer, Pods):
                advice = "addresses have their exceptions behind the block: `10.0.0.0/8 except 10.1.0.0/16`"
                self._names.error("NP223", "only pods can be taken away from pods", place, advice)
                return []
            if self._is_placed(ResolvedMember(peer, None, reduced.excepts.span), context):
                taken.append(peer)
        if any(isinstance(each.peer, Anything) for each in found):
            advice = "every pod of every namespace is `*/*`"
            self._names.error("NP223", "`any` holds addresses, too, and has no exceptions", place, advice)
            return []
        left = [ResolvedMember(peer, each.ports, each.span) for each in found for peer in _without(each.peer, taken)]
        if not left:
            advice = "leave the line out, or take less away"
            self._names.error("NP223", "nothing is left once the exceptions are taken away", place, advice)
        return left

    def _is_placed(self, member: ResolvedMember, context: EndpointContext) -> bool:
        """Tell whether an end says in which namespaces its pods are; one that does not is reported."""
        if not isinstance(member.peer, Pods) or member.peer.namespaces != NOWHERE:
            return True
        text = _text(context.module, member.span)
        self._names.error(
            "NP223",
            f"`{text}` is in no namespace here, since this line belongs to none",
            context.module.at(member.span),
            f"write `NAMESPACE/{text}`, or `*/{text}` for every namespace",
        )
        return False


def _halves(statement: tree.Guardrail, destination: Peer) -> tuple[Direction, ...]:
    """Return the directions in which a line holds.

    To allow takes both. To deny takes one: the destination's, where policies of the destination's owner may open what
    is denied by default; and the source's, where the destination may be addresses, which have no ingress.
    """
    if statement.half is not None:
        return (statement.half,)
    if statement.action == "allow":
        return DIRECTIONS
    return ("ingress",) if isinstance(destination, Pods) else ("egress",)


def _text(module: Module, span: Span) -> str:
    return module.outline.source.text[span.start : span.end]


def _without(peer: Peer, taken: Iterable[Pods]) -> list[Peer]:
    """Return what is left of a peer, in peers that have nothing in common."""
    if isinstance(peer, Net | Anything):
        return [peer]
    left = [peer]
    for other in taken:
        left = [part for each in left for part in _difference(each, other)]
    return [*left]


def _difference(one: Pods, other: Pods) -> Iterator[Pods]:
    """Yield the pods of the first that are none of the second: those of other namespaces, and others of the same."""
    ours, theirs = _by_labels(one.namespaces), _by_labels(other.namespaces)
    for selector in subtract(ours, theirs):
        yield _within(one, selector, one.selector)
    shared = intersect(ours, theirs)
    if shared is not None:
        for selector in subtract(one.selector, other.selector):
            yield _within(one, shared, selector)


def _within(pods: Pods, namespaces: LabelSelector, selector: LabelSelector) -> Pods:
    return Pods(_by_name(namespaces), selector, pods.name, pods.declared, pods.location)


def _by_labels(namespaces: NamespaceSet) -> LabelSelector:
    if isinstance(namespaces, InNamespaces):
        return namespaces.selector
    return LabelSelector((LabelRequirement(NAME_LABEL, "In", (namespaces.name or "",)),))


def _by_name(selector: LabelSelector) -> NamespaceSet:
    """Return namespaces by their name, where that is all that a selector asks for."""
    match selector.requirements:
        case (LabelRequirement(key, "In", (name,)),) if key == NAME_LABEL:
            return InNamespace(name)
        case _:
            return InNamespaces(selector)
