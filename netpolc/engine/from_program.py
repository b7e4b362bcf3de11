"""What a program closes and lets through, straight from its definition; nothing of lowering is used."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.engine.from_policies import addresses_of
from netpolc.engine.model import Cause, Closure, Grant, Half, Halves
from netpolc.engine.regions import (
    ANYTHING,
    EVERY_POD,
    NAME_LABEL,
    UNNAMED,
    PodSet,
    Region,
    in_namespace,
    in_namespaces,
    names_of,
)
from netpolc.ir.model import Anything, Direction, InNamespace, Net, Pods
from netpolc.sets.addresses import AddressSet
from netpolc.sets.labels import EVERYTHING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netpolc.ir.model import Baseline, Flow, Origin, Peer, Program


def halves_of_program(program: Program, only: Iterable[str | None] | None = None) -> Halves:
    """What a program says, of all pods or of those of `only` some namespaces, where that can be told by the name.

    Its namespaces carry the labels that it states, and no others.
    """
    reading = _Reading(None if only is None else frozenset(name or UNNAMED for name in only))
    namespaces = {
        owned.name or UNNAMED: {key: value for key, value in owned.labels.items() if key != NAME_LABEL}
        for owned in program.namespaces
    }
    return Halves(reading.half(program, "ingress"), reading.half(program, "egress"), namespaces)


def with_pods_in(halves: Halves, blocks: AddressSet) -> Halves:
    """What is let through where blocks of addresses are matched against pods, whose addresses are from some blocks."""

    def widened(half: Half) -> Half:
        pods = (
            msgspec.structs.replace(grant, peer=EVERY_POD)
            for grant in half.grants
            if isinstance(grant.peer, AddressSet) and grant.peer & blocks
        )
        return Half(half.closures, (*half.grants, *pods))

    return Halves(widened(halves.ingress), widened(halves.egress), halves.namespaces) if blocks else halves


def with_assumed(written: Halves, program: Program) -> Halves:
    """What policies say, with the denies that a program leaves to others."""
    assumed = [baseline for baseline in program.baselines if baseline.assumed]

    def closed(half: Half, direction: Direction) -> Half:
        return Half((*half.closures, *closures_of(assumed, direction)), half.grants)

    return Halves(closed(written.ingress, "ingress"), closed(written.egress, "egress"), written.namespaces)


def closures_of(baselines: Iterable[Baseline], direction: Direction) -> tuple[Closure, ...]:
    """The pods that baselines close in a direction."""
    return tuple(
        Closure(
            PodSet(in_namespace(baseline.namespace), EVERYTHING if baseline.on is None else baseline.on.selector),
            None if baseline.origin is None else _cause(baseline.origin),
        )
        for baseline in baselines
        if direction in baseline.directions
    )


def grants_of(flow: Flow, direction: Direction) -> Iterable[Grant]:
    """What one flow lets through at one end."""
    return _Reading().grants(flow, direction) if direction in flow.halves else ()


class _Reading:
    def __init__(self, only: frozenset[str] | None = None) -> None:
        self.only = only
        # By identity, since resolution makes one peer of each name.
        self.known: dict[int, tuple[Region, ...]] = {}
        self.known_subjects: dict[int, tuple[PodSet, ...]] = {}

    def half(self, program: Program, direction: Direction) -> Half:
        flows = (flow for flow in program.flows if direction in flow.halves)
        grants = tuple(grant for flow in flows for grant in self.grants(flow, direction))
        closures = closures_of(program.baselines, direction)
        return Half(tuple(each for each in closures if self.is_asked_for(each.subject)), grants)

    def grants(self, flow: Flow, direction: Direction) -> Iterable[Grant]:
        cause = _cause(flow.origin)
        for destination in flow.destinations:
            for source in flow.sources:
                closed, other = (source, destination.peer) if direction == "egress" else (destination.peer, source)
                for subject in self.subjects(closed):
                    for peer in self.regions(other):
                        yield Grant(subject, peer, destination.ports, cause)

    def subjects(self, peer: Peer) -> tuple[PodSet, ...]:
        found = self.known_subjects.get(id(peer))
        if found is None:
            pods = [region for region in self.regions(peer) if isinstance(region, PodSet)]
            found = self.known_subjects[id(peer)] = tuple(subject for subject in pods if self.is_asked_for(subject))
        return found

    def is_asked_for(self, subject: PodSet) -> bool:
        names = names_of(subject.namespaces)
        return self.only is None or names is None or not self.only.isdisjoint(names)

    def regions(self, peer: Peer) -> tuple[Region, ...]:
        found = self.known.get(id(peer))
        if found is None:
            found = self.known[id(peer)] = regions_of(peer)
        return found


def regions_of(peer: Peer) -> tuple[Region, ...]:
    """What a peer of a program stands for."""
    match peer:
        case Anything():
            return ANYTHING
        case Net():
            addresses = addresses_of(peer.cidr, peer.excepts)
            return (addresses,) if addresses else ()
        case Pods():
            where = peer.namespaces
            namespaces = in_namespace(where.name) if isinstance(where, InNamespace) else in_namespaces(where.selector)
            return () if namespaces is None else (PodSet(namespaces, peer.selector),)


def _cause(origin: Origin) -> Cause:
    return Cause(None, "", origin.location, origin.text, id(origin))
