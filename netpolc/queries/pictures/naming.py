"""The names that a program has for pods which no manifest shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.engine.from_program import regions_of
from netpolc.engine.regions import PodSet, is_within
from netpolc.ir.model import Pods

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from netpolc.engine.peers import Peer
    from netpolc.ir.model import Program
    from netpolc.sets.labels import LabelSelector

    Named = Mapping[LabelSelector, Mapping[PodSet, str]]
    """Sets of pods and their names, by what they ask of the pods."""


def called(peers: Iterable[Peer], program: Program | None) -> dict[str, str]:
    """Return what the flows of a program call sets of pods among some peers, by the ids of these.

    One that rules cut out of what is named, as by namespaces that are closed, has its name.
    """
    if program is None:
        return {}
    named: dict[LabelSelector, dict[PodSet, str]] = {}
    for pods in (peer for flow in program.flows for peer in flow.peers if isinstance(peer, Pods)):
        for region in regions_of(pods):
            if isinstance(region, PodSet) and region.pods.requirements:
                named.setdefault(region.pods, {}).setdefault(region, pods.name)
    found = ((peer.id, _name(peer.pods, named)) for peer in peers if peer.pods is not None)
    return {name: text for name, text in found if text is not None}


def called_on_sides(peers: Sequence[Peer], old: Program | None, new: Program | None) -> dict[str, str]:
    """Return what the programs of two sides call sets of pods, by the ids of peers.

    What has two names has that of the new side. A name that stands for other pods on one side than on the other says
    nothing of either.
    """
    sides = [called(peers, side) for side in (old, new)]
    before, after = ({name: {each for each in side if side[each] == name} for name in side.values()} for side in sides)
    moved = {name for name in before.keys() & after.keys() if before[name] != after[name]}
    return {each: name for each, name in {**sides[0], **sides[1]}.items() if name not in moved}


def _name(pods: PodSet, named: Named) -> str | None:
    alike = named.get(pods.pods, {})
    if pods in alike:
        return alike[pods]
    return next((name for whole, name in alike.items() if is_within(pods, whole)), None)
