"""Workloads that only one side of a comparison has: what they may reach there, and who may reach them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.engine.bits import bits_of
from netpolc.engine.peers import population_with
from netpolc.engine.relation import Group, relation_of
from netpolc.engine.verdicts import Evaluator
from netpolc.ir.model import Direction
from netpolc.policy.constants import DIRECTIONS

if TYPE_CHECKING:
    from netpolc.engine.changes import View


class LoneWorkload(msgspec.Struct, frozen=True, kw_only=True):
    """A workload by its id, the groups of whom it `reaches` and by whom it is `reached`, and where it is `open`."""

    id: str
    reaches: tuple[Group, ...]
    reached: tuple[Group, ...]
    open: tuple[Direction, ...]


MOST_TOLD = 50
"""The workloads of which it is told whom they may reach; there is nobody who reads more of them in a review."""


def lone_workloads(ids: frozenset[str], view: View, absent: frozenset[str]) -> tuple[LoneWorkload, ...]:
    """Tell of the workloads of some ids what they may do on the side that has them, where others are absent."""
    if not ids:
        return ()
    population = population_with([peer for peer in view.peers if peer.id not in absent], view.ruleset)
    lone = [number for number, peer in enumerate(population.peers) if peer.id in ids]
    related = relation_of(population, view.ruleset)
    evaluator = Evaluator(view.ruleset)
    found: list[LoneWorkload] = []
    for number in lone:
        alone, told = bits_of([number]), len(found) < MOST_TOLD
        every = bits_of(range(len(population.peers)))
        peer = population.peers[number]
        found.append(
            LoneWorkload(
                id=peer.id,
                reaches=tuple(related.between(alone, every).groups()) if told else (),
                reached=tuple(related.between(every, alone).groups()) if told else (),
                open=tuple(each for each in DIRECTIONS if not evaluator.isolations(each, peer.end)),
            )
        )
    return tuple(found)
