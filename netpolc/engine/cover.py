"""Sets of pods that stand together for every pod that could exist.

A connection passes when a rule of its source, or that nothing isolates it, lets it out, and the same at its destination
lets it in. So it is one of a box: sources that are subjects of the one rule and peers of the other, and destinations
likewise. The sets of pods at either end of these boxes are a cover: each connection of any pod is one of a set that
holds that pod, and what a set may do, each of its pods may.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from netpolc.engine import regions
from netpolc.engine.index import Index
from netpolc.engine.regions import EVERY_POD, IDENTITY, PodSet, names_of
from netpolc.policy.constants import DIRECTIONS
from netpolc.sets import labels
from netpolc.sets.labels import EVERYTHING, LabelRequirement, LabelSelector, selector_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netpolc.engine.model import DirectionRules, RuleSet
    from netpolc.engine.regions import Namespaces
    from netpolc.ir.model import Direction

MOST_PARTS = 128
"""The parts of one namespace's pods beyond which those that nothing isolates are not told in full."""
MOST_MEETINGS = 20_000
"""The pairs of sets beyond which it is not looked what two of them have in common, unless that many rules are there."""


class Cover(NamedTuple):
    """Sets of pods as sources and as destinations, and those that nothing isolates in each direction.

    It is `complete` unless rules tell pods apart in more ways than anybody would read; what it says is true even then.
    """

    sources: frozenset[PodSet]
    destinations: frozenset[PodSet]
    open_pods: dict[Direction, tuple[PodSet, ...]]
    complete: bool


def cover(ruleset: RuleSet, namespaces: Namespaces) -> Cover:
    """Find the sets of pods that rules tell apart."""
    found, complete = {}, True
    for direction in DIRECTIONS:
        opened = _Unisolated(ruleset.of(direction), namespaces)
        found[direction] = opened.parts
        complete = complete and opened.complete
    sources, whole = _meetings(ruleset.egress, ruleset.ingress, found["egress"], namespaces)
    destinations, entire = _meetings(ruleset.ingress, ruleset.egress, found["ingress"], namespaces)
    return Cover(sources, destinations, found, complete and whole and entire)


def opened(ruleset: RuleSet, namespaces: Namespaces) -> dict[Direction, tuple[PodSet, ...]]:
    """Find the pods that nothing isolates in each direction."""
    return {direction: _Unisolated(ruleset.of(direction), namespaces).parts for direction in DIRECTIONS}


def _meetings(
    own: DirectionRules, others: DirectionRules, opened: Iterable[PodSet], namespaces: Namespaces
) -> tuple[frozenset[PodSet], bool]:
    """Return what subjects of rules have in common with peers of others, and whether that is all."""
    subjects = {each.subject: None for each in own.allow_rules} | dict.fromkeys(opened)
    peers = {each.peer: None for each in others.allow_rules if isinstance(each.peer, PodSet)}
    index = Index((pods, pods) for pods in subjects)
    found = {pods for pods in subjects if namespaces.possible(pods.namespaces)}
    left = max(MOST_MEETINGS, 8 * len(subjects), 8 * len(peers))
    for peer in peers:
        if peer == EVERY_POD:
            continue
        for subject in index.near(peer):
            left -= 1
            if left < 0:
                return frozenset(found), False
            both = regions.meet(subject, peer)
            if isinstance(both, PodSet) and both not in found and namespaces.possible(both.namespaces):
                found.add(both)
    return frozenset(found), True


class _Unisolated:
    """The pods that nothing isolates, as sets that have nothing in common."""

    def __init__(self, rules: DirectionRules, namespaces: Namespaces) -> None:
        self._namespaces = namespaces
        self.complete = True
        named: dict[str, dict[LabelSelector, None]] = {}
        wide: dict[PodSet, None] = {}
        for isolation in rules.isolations:
            subject = isolation.subject
            names = names_of(subject.namespaces)
            if names is not None and len(subject.namespaces.requirements) == 1:
                for name in names:
                    named.setdefault(name, {})[subject.pods] = None
            else:
                wide[subject] = None
        parts = [*self._within(named)]
        for subject in wide:
            cut = [each for part in parts for each in regions.subtract(part, subject) if isinstance(each, PodSet)]
            cut = [each for each in cut if namespaces.possible(each.namespaces)]
            if len(cut) > max(MOST_PARTS, len(parts)):
                self.complete = False
                cut = [part for part in parts if regions.meet(part, subject) is None]
            parts = cut
        self.parts = tuple(parts)

    def _within(self, named: dict[str, dict[LabelSelector, None]]) -> Iterator[PodSet]:
        """Yield the pods of all namespaces but for those that are isolated in each; alike namespaces together."""
        names = tuple(sorted(named))
        elsewhere = (LabelRequirement(IDENTITY, "NotIn", names),) if names else ()
        yield PodSet(LabelSelector(elsewhere), EVERYTHING)
        alike: dict[LabelSelector, list[str]] = {}
        for name in names:
            for rest in self._rest(tuple(named[name])):
                alike.setdefault(rest, []).append(name)
        for rest, several in alike.items():
            yield PodSet(LabelSelector((LabelRequirement(IDENTITY, "In", tuple(several)),)), rest)

    def _rest(self, selectors: tuple[LabelSelector, ...]) -> list[LabelSelector]:
        """Return selectors of the pods that some others do not select."""
        if EVERYTHING in selectors:
            return []
        simple = [each.requirements[0] for each in selectors if len(each.requirements) == 1]
        base = selector_of(map(labels.negated, simple))
        parts = [] if base is None else [base]
        for selector in selectors:
            if len(selector.requirements) == 1:
                continue
            cut = [each for part in parts for each in labels.subtract(part, selector)]
            if len(cut) > max(MOST_PARTS, len(parts)):
                self.complete = False
                without = LabelSelector((labels.negated(selector.requirements[0]),))
                cut = [both for part in parts if (both := labels.intersect(part, without)) is not None]
            parts = cut
        return parts
