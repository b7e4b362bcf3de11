"""The connections that one rule set allows and another does not, for every pod that could exist.

What is the same in form is not looked at: see `netpolc.engine.agreement`. Only what differs is compared in meaning.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile
from typing import TYPE_CHECKING, Literal

import msgspec

from netpolc.engine.agreement import IsolatedSets, table
from netpolc.engine.boxes import Box, Space, TooComplexError, is_part
from netpolc.engine.model import AllowRule
from netpolc.engine.proofs import Prover, boxes_of
from netpolc.engine.regions import ANYTHING, Namespaces, PodSet
from netpolc.ir.model import Direction
from netpolc.policy.constants import DIRECTIONS
from netpolc.sets.named_ports import EVERY_PORTS
from netpolc.sets.ports import PROTOCOLS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from netpolc.engine.agreement import Table
    from netpolc.engine.model import Decision, DirectionRules, Isolation, RuleSet, Tier


MOST_PIECES = 16
"""The pieces of one difference beyond which it is told as a whole."""
STEPS_OF_ONE, STEPS_OF_ALL = 200_000, 1_000_000
"""The steps that are taken to tell one difference, and all of a comparison: a second or two."""
MOST_SEEN = 512
"""The pieces that are looked at to find the largest."""


class BoxDifference(msgspec.Struct, frozen=True):
    """Connections that one side allows and the other denies, and at which end.

    Of a `whole` box, they are an example. `isolated` are the pods that the denying side alone isolates, if that is what
    makes the difference.
    """

    box: Box
    allowed_by: Literal["one", "other"]
    direction: Direction
    whole: Box | None = None
    isolated: PodSet | None = None

    @property
    def partial(self) -> bool:
        """Whether only a part of a box has changed, in more pieces than anybody would read."""
        return self.whole is not None


def differences(one: RuleSet, other: RuleSet, altogether: int | None = None) -> Iterator[BoxDifference]:
    """Yield the connections that either side allows and the other does not; both know the same namespaces.

    Raises:
        TooComplexError: it takes more steps than there may be `altogether`, or than any question may.
    """
    comparison = _Comparison(one, other, altogether, altogether)
    for direction in DIRECTIONS:
        yield from comparison.compare(direction)


class MeasuredComparison:
    """All differences between two rule sets, found with a bounded number of steps, for people to read.

    Where a rule makes a difference in more pieces than anybody would read, the `boxes` hold all of what it says, as
    partial. It is `complete` unless there was no time to find a single piece of what may be one.
    """

    def __init__(self, one: RuleSet, other: RuleSet) -> None:
        """Compare two rule sets that know the same namespaces."""
        self.complete = True
        self.boxes: list[BoxDifference] = []
        self.isolations: list[BoxDifference] = []
        self._seen: set[tuple[Box, str]] = set()
        comparison = _Comparison(one, other, STEPS_OF_ONE, STEPS_OF_ALL)
        for direction in DIRECTIONS:
            for whole, found in comparison.by_rule(direction):
                self._take(whole, found)

    def _take(self, whole: BoxDifference, found: Iterator[BoxDifference]) -> None:
        """Keep the largest pieces of a difference, or the whole where there are too many."""
        pieces: list[BoxDifference] = []
        try:
            for count, piece in enumerate(found):
                if piece.box == whole.box:
                    pieces = [piece]
                    break
                if any(is_part(piece.box, each.box) for each in pieces):
                    continue
                pieces = [each for each in pieces if not is_part(each.box, piece.box)]
                pieces.append(piece)
                if len(pieces) > MOST_PIECES or count > MOST_SEEN:
                    pieces = [msgspec.structs.replace(pieces[0], whole=whole.box)]
                    break
        except TooComplexError:
            self.complete = self.complete and bool(pieces)
            pieces = [msgspec.structs.replace(each, whole=whole.box) for each in pieces[:1]]
        if pieces and whole.isolated is not None:
            self.isolations.append(msgspec.structs.replace(pieces[0], whole=None, isolated=whole.isolated))
        for found_piece in pieces:
            piece = found_piece
            if piece.box.ports.unnamed and isinstance(piece.box.destination, PodSet):
                # What pods call their ports is theirs to say.
                piece = msgspec.structs.replace(piece, whole=piece.whole or piece.box)
            key = piece.whole or piece.box, piece.allowed_by
            if key not in self._seen:
                self._seen.add(key)
                self.boxes.append(piece)


class _Comparison:
    def __init__(self, one: RuleSet, other: RuleSet, steps: int | None = None, altogether: int | None = None) -> None:
        self.namespaces = Namespaces(one.namespaces)
        self.rulesets = {"one": one, "other": other}
        self._spaces = {side: Space(self.namespaces, steps, altogether) for side in self.rulesets}
        self._provers: dict[str, Prover] = {}

    def compare(self, direction: Direction) -> Iterator[BoxDifference]:
        for _, found in self.by_rule(direction):
            yield from found

    def by_rule(self, direction: Direction) -> Iterator[Found]:
        """Yield what each rule and each isolation may make a difference to, and the differences that it does make."""
        ours, theirs = self.rulesets["one"].of(direction), self.rulesets["other"].of(direction)
        yield from self._isolated(direction, ours, "one", "other")
        yield from self._isolated(direction, theirs, "other", "one")
        mine, others = table(ours, self.namespaces), table(theirs, self.namespaces)
        if mine != others:
            yield from self._let_through(direction, mine, others, "one", "other")
            yield from self._let_through(direction, others, mine, "other", "one")
        if ours.tiers or theirs.tiers:
            yield from self._decided(direction, ours, theirs)

    def prover(self, side: str) -> Prover:
        if side not in self._provers:
            self._provers[side] = Prover(self.rulesets[side], self._spaces[side])
        return self._provers[side]

    def _isolated(self, direction: Direction, rules: DirectionRules, side: Side, opposite: Side) -> Iterator[Found]:
        """Yield what a side isolates and the other does not, and so allows, unless the side lets it through."""
        isolated = IsolatedSets(self.rulesets[opposite].of(direction).isolations)
        for isolation in _distinct(rules.isolations):
            subject = isolation.subject
            if isolated.hold(subject):
                continue
            for whole in _with_anything(subject, direction):
                about = BoxDifference(whole, opposite, direction, isolated=subject)
                yield about, self._unisolated(direction, whole, side, opposite)

    def _let_through(
        self, direction: Direction, table: Table, others: Table, side: Side, opposite: Side
    ) -> Iterator[Found]:
        """Yield what a side lets through, and the other isolates and does not let through.

        A rule lets through what it says, unless a tier denies it: then it has to be asked what passes.
        """
        denied = self._passed if self.rulesets[side].of(direction).tiers else self._denied
        for subject, peers in table.items():
            theirs = others.get(subject, {})
            for peer, ports in peers.items():
                if theirs.get(peer) != ports:
                    for box in _familiar_first(boxes_of(AllowRule(subject, peer, ports, None), direction)):
                        yield BoxDifference(box, side, direction), denied(direction, box, opposite, side)

    def _decided(self, direction: Direction, ours: DirectionRules, theirs: DirectionRules) -> Iterator[Found]:
        """Yield what a decision is about that one side has not, or elsewhere in its order, and so of exempt pods."""
        boxes: dict[Box, None] = {}
        for mine, yours in ((ours.before, theirs.before), (ours.behind, theirs.behind)):
            for decision in _moved(mine, yours):
                boxes |= dict.fromkeys(boxes_of(decision, direction))
        if ours.behind or theirs.behind:
            exempt = ({each.subject for each in rules.exempt} for rules in (ours, theirs))
            for subject in sorted(set.symmetric_difference(*exempt)):
                boxes |= dict.fromkeys(_with_anything(subject, direction))
        for box in _familiar_first(boxes):
            yield BoxDifference(box, "one", direction), self._passed(direction, box, "other", "one")
            yield BoxDifference(box, "other", direction), self._passed(direction, box, "one", "other")

    def _passed(self, direction: Direction, box: Box, denying: Side, allowing: Side) -> Iterator[BoxDifference]:
        """Yield the parts of a box that one side denies at an end, and that the other lets through there."""
        prover = self.prover(allowing)
        prover.space.begin()
        for passage in list(prover.passages(box, direction)):
            yield from self._denied(direction, passage.box, denying, allowing)

    def _unisolated(self, direction: Direction, whole: Box, side: Side, opposite: Side) -> Iterator[BoxDifference]:
        """Yield the parts of a box that one side denies at an end, which the other does not isolate there."""
        prover = self.prover(opposite)
        prover.space.begin()
        tiered = bool(self.rulesets[opposite].of(direction).tiers)
        for passage in list(prover.passages(whole, direction)):
            if passage.reason is None or tiered:
                yield from self._denied(direction, passage.box, side, opposite)

    def _denied(self, direction: Direction, box: Box, denying: Side, allowing: Side) -> Iterator[BoxDifference]:
        """Yield the parts of a box that one side denies at an end, if the other allows them at both ends."""
        for side in (allowing, denying):
            self.prover(side).space.begin()
        if not self.prover(allowing).space.possible(box):
            return
        if self.prover(denying).lets_all_through(box, direction):
            return
        self.prover(denying).space.begin()
        passing = [passage.box for passage in self.prover(denying).passages(box, direction)]
        far: Direction = "ingress" if direction == "egress" else "egress"
        for rest in self.prover(denying).space.without(box, passing):
            passed = [passage.box for passage in self.prover(allowing).passages(rest, far)]
            for each in (rest,) if rest in passed else passed:
                yield BoxDifference(each, allowing, direction)


Side = Literal["one", "other"]
Found = tuple[BoxDifference, Iterator[BoxDifference]]
"""All that a rule or an isolation is about, and what of that makes a difference."""


def _distinct(isolations: Iterable[Isolation]) -> Iterable[Isolation]:
    return {isolation.subject: isolation for isolation in isolations}.values()


def _moved(ours: Sequence[Tier], theirs: Sequence[Tier]) -> Iterator[Decision]:
    """Yield the decisions of two sides but for those that both begin and end with.

    The first decision that holds a connection is among these, or both sides decide it in the same way.
    """
    mine, yours = ([each for tier in tiers for each in (*tier.decisions, None)] for tiers in (ours, theirs))
    begin = _alike(mine, yours)
    mine, yours = mine[begin:], yours[begin:]
    end = _alike(mine[::-1], yours[::-1])
    inner = [*mine[: len(mine) - end], *yours[: len(yours) - end]]
    if None in inner:
        # What is handed on behind a tier comes to other tiers on either side.
        inner = [*mine, *yours]
    yield from (each for each in inner if each is not None)


def _alike(ours: list[Decision | None], theirs: list[Decision | None]) -> int:
    """Count what two lists both begin with."""
    return sum(1 for _ in takewhile(lambda pair: _is_same(*pair), zip(ours, theirs, strict=False)))


def _is_same(one: Decision | None, other: Decision | None) -> bool:
    """Tell whether two decisions are the same, whatever their reasons; None stands for the end of a tier."""
    if one is None or other is None:
        return one is other
    return (one.action, one.ports, one.subject, one.peer) == (other.action, other.ports, other.subject, other.peer)


def _with_anything(subject: PodSet, direction: Direction) -> Iterator[Box]:
    for region in ANYTHING:
        for ports in EVERY_PORTS:
            yield Box(subject, region, ports) if direction == "egress" else Box(region, subject, ports)


def _familiar_first(boxes: Iterable[Box]) -> list[Box]:
    return sorted(boxes, key=lambda box: PROTOCOLS.index(box.ports.protocol))
