"""Exceptions among pods that could exist: those that are denied what the pod that stands for them is allowed."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from netpolc.engine.boxes import TooComplexError
from netpolc.engine.from_program import with_pods_in
from netpolc.engine.model import AllowRule, Decision, DirectionRules, Isolation, RuleSet, Tier
from netpolc.engine.peers import endpoint
from netpolc.engine.proofs import IndexedRules, Prover, boxes
from netpolc.engine.regions import EVERY_POD, UNNAMED, PodSet, in_namespace, meet
from netpolc.engine.rows import resolved
from netpolc.engine.verdicts import Address, Evaluator, Pod, is_of, is_surely_of
from netpolc.engine.witness import Witness, witness
from netpolc.policy.constants import DIRECTIONS
from netpolc.queries.reading import QueryError
from netpolc.sets.addresses import AddressSet
from netpolc.sets.labels import LabelRequirement, LabelSelector
from netpolc.sets.ports import PortSet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from netpolc.engine.peers import Peer
    from netpolc.engine.regions import Region
    from netpolc.engine.verdicts import End
    from netpolc.ir.model import Direction


class Exceptional(msgspec.Struct, frozen=True):
    """A connection that is denied, what its ends are called, and the number of the question that it is about."""

    number: int
    source: str
    destination: str
    connection: Witness


def exception(ruleset: RuleSet, blocks: AddressSet, asked: Iterable[tuple[Peer, Peer, PortSet]]) -> Exceptional | None:
    """Find the first that is denied among connections that were asked about, with pods that could exist at an end.

    A port's name could stand for any of their numbers, and their addresses are from some blocks.

    Raises:
        QueryError: it takes too long to tell.
    """
    search = _DenialSearch(ruleset, blocks)
    for number, (source, destination, ports) in enumerate(asked):
        found = search.denied(source, destination, ports)
        if found is not None:
            return Exceptional(number, _called(found.source, source), _called(found.destination, destination), found)
    return None


class _DenialSearch:
    """Looks for connections that are denied, one question after another."""

    def __init__(self, ruleset: RuleSet, blocks: AddressSet) -> None:
        self._ruleset = ruleset
        self._blocks = blocks
        self._seen: list[tuple[Region, Region, PortSet]] = []

    def denied(self, source: Peer, destination: Peer, ports: PortSet) -> Witness | None:
        """Find a denied one of the connections from a peer to another."""
        if source.pods is not None and destination.workload is not None:
            found = self._about(source.pods, destination.end, "egress", resolved(ports, destination.end))
            return None if found is None else msgspec.structs.replace(found, destination=destination.end)
        if destination.pods is not None and source.workload is not None:
            found = self._about(destination.pods, source.end, "ingress", ports)
            return None if found is None else msgspec.structs.replace(found, source=source.end)
        one, other = _region(source), _region(destination)
        if one is None or other is None or (source.pods is None and destination.pods is None):
            return None
        if any(
            _is_within(one, first) and _is_within(other, last) and ports == same for first, last, same in self._seen
        ):
            return None
        self._seen.append((one, other, ports))
        return _denied(self._prover, one, other, ports)

    def _about(self, pods: PodSet, workload: End, direction: Direction, ports: PortSet) -> Witness | None:
        """Find a denied one between pods and a workload, of which all is known, so that any pod can take its place."""

        def numbered(allow_rule: AllowRule | Decision) -> PortSet:
            return resolved(allow_rule.ports, workload) if direction == "egress" else allow_rule.ports

        ours, theirs = self._indexed[direction], self._evaluator
        other: Direction = "ingress" if direction == "egress" else "egress"
        near = (allow_rule for allow_rule in ours.allow_rules.near(pods) if is_of(workload, allow_rule.peer))
        allow_rules = tuple(AllowRule(allow_rule.subject, EVERY_POD, numbered(allow_rule), None) for allow_rule in near)
        here = DirectionRules(
            tuple(ours.isolations.near(pods)),
            allow_rules,
            tuple(_at_other_end(tier.near(pods), workload, numbered) for tier in ours.before),
            tuple(_at_other_end(tier.near(pods), workload, numbered) for tier in ours.behind),
            tuple(ours.exempt.near(pods)),
        )
        before, behind = (
            tuple(_of_anybody(tier, numbered) for tier in tiers) for tiers in theirs.tiers(other, workload)
        )
        there = DirectionRules((), (), before, behind)
        if theirs.isolations(other, workload):
            let = (
                AllowRule(EVERY_POD, allow_rule.peer, numbered(allow_rule), None)
                for allow_rule in theirs.allow_rules(other, workload)
            )
            there = DirectionRules((Isolation(EVERY_POD, None),), tuple(let), before)
        namespaces = {**self._ruleset.namespaces, **_namespace_of(workload)}
        if direction == "egress":
            return _denied(Prover(RuleSet(there, here, namespaces)), pods, EVERY_POD, ports)
        return _denied(Prover(RuleSet(here, there, namespaces)), EVERY_POD, pods, ports)

    @cached_property
    def _widened(self) -> RuleSet:
        """The rules, with those that hold for pods that could exist, whose addresses are from some blocks."""
        return with_pods_in(self._ruleset, self._blocks)

    @cached_property
    def _prover(self) -> Prover:
        return Prover(self._widened)

    @cached_property
    def _evaluator(self) -> Evaluator:
        return Evaluator(self._widened)

    @cached_property
    def _indexed(self) -> dict[Direction, IndexedRules]:
        return {direction: IndexedRules(self._ruleset.of(direction)) for direction in DIRECTIONS}


def _at_other_end(decisions: Iterable[Decision], workload: End, numbered: Callable[[Decision], PortSet]) -> Tier:
    """Return the decisions of a tier that hold a workload at their other end, with any pod in its place."""
    return Tier(
        "",
        tuple(
            Decision(each.subject, EVERY_POD, numbered(each), each.action, None)
            for each in decisions
            if is_of(workload, each.peer) and (each.action != "deny" or is_surely_of(workload, each.peer))
        ),
    )


def _of_anybody(tier: Tier, numbered: Callable[[Decision], PortSet]) -> Tier:
    """Return a tier that is about one workload, with any pod in its place."""
    return Tier("", tuple(Decision(EVERY_POD, each.peer, numbered(each), each.action, None) for each in tier.decisions))


def _denied(prover: Prover, source: Region, destination: Region, ports: PortSet) -> Witness | None:
    prover.space.begin()
    try:
        numbered = boxes((source,), (destination,), ports)
        denied = next((found for box in numbered for found in prover.denied(box)), None)
    except TooComplexError:
        raise QueryError("it takes too long to tell for every such pod; ask about fewer") from None
    return None if denied is None else witness(denied.box, prover.namespaces)


def _namespace_of(end: End) -> dict[str, dict[str, str]]:
    """Return the namespace of a pod and its labels, which are the same for all pods in it."""
    return {end.namespace or UNNAMED: end.namespace_labels} if isinstance(end, Pod) else {}


def _region(peer: Peer) -> Region | None:
    return peer.end.addresses if isinstance(peer.end, Address) else peer.pods


def _is_within(one: Region, other: Region) -> bool:
    return meet(one, other) == one


def _called(end: End, peer: Peer) -> str:
    """Write an example among the pods of a peer as the language does."""
    if isinstance(end, Address) or peer.workload is not None:
        return peer.id
    asked = (LabelRequirement(key, "In", (value,)) for key, value in sorted(end.labels.items()))
    return endpoint(PodSet(in_namespace(end.namespace), LabelSelector(tuple(asked))))
