"""The references of a program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.checks.workloads.references import Home, Mention, Opening, References
from netpolc.engine.from_program import regions_of
from netpolc.engine.regions import IDENTITY, PodSet, in_any_of, in_namespace
from netpolc.ir.model import Pods
from netpolc.language.resolve.slips import LIBRARY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.ir.model import Program
    from netpolc.sets.labels import LabelSelector
    from netpolc.sets.ports import NamedPort, PortInterval
    from netpolc.source import Location


def references_of_program(program: Program) -> References:
    """Find the pods of flows and baselines, each where it is met first, and the ports that flows open.

    What stands in the library is known to be there in clusters, though seldom among manifests.
    """
    mentions: dict[PodSet, Mention] = {}
    for peer in (each for each in _peers(program) if not _is_of_library(each.location)):
        for pods in _regions(peer):
            mentions.setdefault(pods, Mention(pods, peer.location))
    homes: dict[LabelSelector, Home] = {}
    for owned in program.namespaces:
        if owned.name is not None:
            where = in_namespace(owned.name)
            homes.setdefault(where, Home(where, owned.location))
    for mention in mentions.values():
        where = mention.pods.namespaces
        homes.setdefault(where, Home(where, mention.location))
    for where, location in _of_guardrails(program):
        homes.setdefault(where, Home(where, location))
    return References(
        mentions=tuple(mention for mention in mentions.values() if mention.pods.pods.requirements),
        homes=tuple(homes.values()),
        openings=tuple(_openings(program)),
        owned=frozenset(namespace.name for namespace in program.namespaces),
    )


def _peers(program: Program) -> Iterator[Pods]:
    for flow in program.flows:
        for peer in flow.peers:
            if isinstance(peer, Pods):
                yield peer
    yield from (baseline.on for baseline in program.baselines if baseline.on is not None)


def _of_guardrails(program: Program) -> Iterator[tuple[LabelSelector, Location]]:
    """Yield the namespaces that guardrails name, those that `except` takes away as well.

    Their labels are for namespaces and pods that may come only later, so nothing is expected to have these.
    """
    for guardrail in program.guardrails:
        for peer in guardrail.peers:
            for pods in _regions(peer) if isinstance(peer, Pods) and not _is_of_library(peer.location) else ():
                for each in pods.namespaces.requirements:
                    if each.key == IDENTITY and each.values:
                        yield in_any_of(each.values).namespaces, peer.location


def _openings(program: Program) -> Iterator[Opening]:
    for flow in program.flows:
        for destination in flow.destinations:
            if isinstance(destination.peer, Pods) and not _is_of_library(destination.location):
                ports: tuple[PortInterval | NamedPort, ...] = (*destination.ports.intervals, *destination.ports.names)
                for pods in _regions(destination.peer):
                    yield from (Opening(pods, port, destination.location, beside=ports) for port in ports)


def _is_of_library(location: Location | None) -> bool:
    return location is not None and location.source.name == LIBRARY


def _regions(peer: Pods) -> Iterator[PodSet]:
    return (region for region in regions_of(peer) if isinstance(region, PodSet))
