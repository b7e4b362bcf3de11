"""The order in which policies are changed one by one, so that nothing is cut or opened in between.

At each state, what the old and the new policies both allow is allowed, and nothing is allowed that neither allows, over
every pod that could exist. It rests on four observations about the end of a connection, in one direction:

- While old and new rules are there together, a pod lets through no less than both sides do, and no more than either. So
  what adds goes first and what takes away goes last; an object that does both has the rules of both in between.
- A pod that is not isolated lets everything through, and the first policy that isolates it cuts what another, which is
  still to come, would let through. A bridge on just these pods lets everything through until all are there; where no
  pod of a namespace is isolated, it is on all of them. The same goes for pods that end up not isolated, with time
  reversed.
- An object on whose pods nothing else changes takes them from the old to the new rules at once.
- What one end lets through on the old side only and the other end on the new side only may pass in between, although
  neither side allows it. Where there is such a connection, the way leads over policies that allow what both sides do.

A run that was interrupted leaves one of these states, from which the next begins: its bridges are old policies then.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import msgspec

from netpolc.engine import regions
from netpolc.engine.index import Index
from netpolc.policy.constants import DIRECTIONS, POLICY_TYPES, WRITTEN_DIRECTIONS
from netpolc.policy.model import Policy
from netpolc.policy.tier_model import TierPolicy
from netpolc.rollout.batches import batches
from netpolc.rollout.bridges import Bridges, named
from netpolc.rollout.model import Halves, Meanings, Order, Piece, Step, WayParts, by_key, is_alike, key_of
from netpolc.rollout.tiers import BothSides, with_tier_steps
from netpolc.rollout.waypoint import crossing, waypoint

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from netpolc.engine.regions import PodSet
    from netpolc.ir.model import Direction
    from netpolc.policy.model import Rule
    from netpolc.rollout.around import Around
    from netpolc.rollout.model import Document, Key


def order(old: Iterable[Document], new: Iterable[Document], around: Around) -> Order:
    """Put the steps from old policies to new ones in order.

    Both sides have all policies of the cluster that could select the same pods, those that stay among them.
    """
    meanings = Meanings()
    whole_was, whole_shall = by_key(old), by_key(new)
    was, shall = _of_namespaces(whole_was), _of_namespaces(whole_shall)
    way = _way(was, shall, around, meanings)
    changes = [
        Step(key=key, before=whole_was.get(key), after=whole_shall.get(key))
        for key in {**whole_was, **whole_shall}
        if key not in was and key not in shall and not meanings.same(whole_was.get(key), whole_shall.get(key))
    ]
    # Bridges let everything through, which a pod that nothing isolates does not where a Baseline denies it.
    bridged = any(step.key not in was and step.key not in shall for step in way.first)
    judged = bridged and any(_is_baseline(each) for each in (*whole_was.values(), *whole_shall.values(), *around.older))
    if changes or judged:
        found = with_tier_steps(way, changes, BothSides(whole_was, whole_shall, around), proves_all=judged)
    else:
        found = Order(way.first + way.second, way.unsaved)
    steps = tuple(
        msgspec.structs.replace(step, bridge=step.key not in whole_was and step.key not in whole_shall)
        for step in found.steps
    )
    return Order(steps, found.unsaved, () if judged else tuple(batches(steps, meanings)))


def _is_baseline(document: Document) -> bool:
    return isinstance(document, TierPolicy) and document.tier == "Baseline"


def _of_namespaces(documents: Mapping[Key, Document]) -> dict[Key, Policy]:
    return {key: each for key, each in documents.items() if isinstance(each, Policy)}


def _way(was: Mapping[Key, Policy], shall: Mapping[Key, Policy], around: Around, meanings: Meanings) -> WayParts:
    # A policy is about pods of its own namespace, so nothing of others bears on the way.
    places = {key[0] for key in {**was, **shall} if not meanings.same(was.get(key), shall.get(key))}
    if not places:
        return WayParts((), (), ())
    was, shall = ({key: each for key, each in side.items() if key[0] in places} for side in (was, shall))
    crossed, untold = crossing(was, shall, around.namespaces, meanings)
    if not crossed:
        return _Way(was, shall, meanings).parts(untold)
    between, lost = waypoint(was, shall, meanings)
    first = _Way(was, between, meanings).parts(untold + lost)
    second = _Way(between, shall, meanings).parts(())
    return WayParts(first.first + first.second, second.first + second.second, first.unsaved + second.unsaved)


class _Way:
    """The way from one set of policies to another, whose connections do not cross."""

    def __init__(self, was: Mapping[Key, Policy], shall: Mapping[Key, Policy], meanings: Meanings) -> None:
        self._meanings = meanings
        old = {key: meanings.halves(each) for key, each in was.items()}
        new = {
            key: old[key] if key in was and is_alike(was[key], each) else meanings.halves(each)
            for key, each in shall.items()
        }
        halves = {"old": old, "new": new}
        keys = [*was, *(key for key in shall if key not in was)]
        self._changes = [
            Piece(key, was.get(key), shall.get(key), halves["old"].get(key, {}), halves["new"].get(key, {}))
            for key in keys
            if key not in was or key not in shall or halves["old"][key] != halves["new"][key]
        ]
        self._isolated = {side: _isolated(held.values()) for side, held in halves.items()}
        self._touched = _touched(self._changes)
        self._taken = {*was, *shall}

    def parts(self, unsaved: tuple[str, ...]) -> WayParts:
        """Return the steps: bridges, what adds, and then what takes away, bridges removed."""
        copies: list[Piece] = []
        adding: list[Piece] = []
        taking: list[Piece] = []
        for change in self._changes:
            copied, added, taken = self._parts(change)
            copies += copied
            adding += added
            taking += taken
        adding.sort(key=_wide_first)
        taking.sort(key=lambda piece: _wide_first(piece.reversed), reverse=True)
        bridges = Bridges(self._taken)
        bridges.span(adding, self._isolated["old"])
        bridges.span([piece.reversed for piece in reversed(taking)], self._isolated["new"])
        built = [Step(key=key_of(each), before=None, after=each) for each in bridges.policies()]
        removed = (Step(key=step.key, before=step.after, after=None) for step in built)
        return WayParts(
            (*built, *(piece.step for piece in chain(copies, adding))),
            (*(piece.step for piece in taking), *removed),
            unsaved + tuple(bridges.unsaved),
        )

    def _parts(self, change: Piece) -> tuple[list[Piece], list[Piece], list[Piece]]:
        """Return a change as what has to be copied first, what adds and what takes away."""
        old, new = change.before, change.after
        if old is None:
            return [], [change], []
        if new is None:
            return [], [], [change]
        if self._is_alone(change):
            return [], [change], []
        before, after = change.halves_before, change.halves_after
        if {half.subject for half in before.values()} != {half.subject for half in after.values()}:
            copy = named(old, self._taken)
            made = Piece(key_of(copy), None, copy, {}, before)
            return [made], [change], [made.reversed]
        if _adds_only(before, after):
            return [], [change], []
        if _adds_only(after, before):
            return [], [], [change]
        both = _union(old, new)
        halves = self._meanings.halves(both)
        return [], [Piece(change.key, old, both, before, halves)], [Piece(change.key, both, new, halves, after)]

    def _is_alone(self, change: Piece) -> bool:
        """Tell whether nothing else changes for the pods that an object selects, in the directions in which it does."""
        return not any(
            key != change.key and regions.meet(subject, half.subject) is not None
            for halves in (change.halves_before, change.halves_after)
            for direction, half in halves.items()
            for key, subject in self._touched[direction].near(half.subject)
        )


def _isolated(held: Iterable[Halves]) -> dict[Direction, Index[PodSet]]:
    found: dict[Direction, Index[PodSet]] = {direction: Index() for direction in DIRECTIONS}
    seen: set[tuple[Direction, PodSet]] = set()
    for halves in held:
        for direction, half in halves.items():
            if (direction, half.subject) not in seen:
                seen.add((direction, half.subject))
                found[direction].add(half.subject, half.subject)
    return found


def _touched(changes: Iterable[Piece]) -> dict[Direction, Index[tuple[Key, PodSet]]]:
    found: dict[Direction, Index[tuple[Key, PodSet]]] = {direction: Index() for direction in DIRECTIONS}
    for change in changes:
        for halves in (change.halves_before, change.halves_after):
            for direction, half in halves.items():
                found[direction].add(half.subject, (change.key, half.subject))
    return found


def _adds_only(before: Halves, after: Halves) -> bool:
    return all(direction in after and after[direction].allows_all_of(half) for direction, half in before.items())


def _wide_first(piece: Piece) -> tuple[int, int, Key]:
    """Return what sorts steps that add: one that isolates pods and lets nothing through goes last."""
    added = [half for direction, half in piece.halves_after.items() if direction not in piece.halves_before]
    return sum(not half.rules for half in added), -sum(len(half.rules) for half in added), piece.key


def _union(old: Policy, new: Policy) -> Policy:
    """Return the object with the rules of two on the same pods."""
    types = {direction for direction in WRITTEN_DIRECTIONS for each in (old, new) if _has(each, direction)}
    rules = {direction: tuple(dict.fromkeys((*_rules(new, direction), *_rules(old, direction)))) for direction in types}
    return msgspec.structs.replace(
        new,
        policy_types=tuple(POLICY_TYPES[direction] for direction in WRITTEN_DIRECTIONS if direction in types),
        ingress=rules.get("ingress") or None,
        egress=rules.get("egress") or None,
    )


def _has(policy: Policy, direction: Direction) -> bool:
    return POLICY_TYPES[direction] in policy.policy_types


def _rules(policy: Policy, direction: Direction) -> Sequence[Rule]:
    rules = policy.ingress if direction == "ingress" else policy.egress
    return (rules or ()) if _has(policy, direction) else ()
