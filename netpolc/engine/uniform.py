"""Sets of pods cut until what is allowed to one of their pods is allowed to all.

Rules only add, so a connection of the pod that stands for a set may be denied to another one of the set in two ways: it
is isolated where that pod is not, or it is not among the pods of a rule that holds for that pod. Where nothing of the
kind cuts the set, its connections are those of each of its pods; pods that are in other sets, too, may have more.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from netpolc.engine import regions
from netpolc.engine.index import Index
from netpolc.engine.regions import PodSet, names_of
from netpolc.policy.constants import DIRECTIONS
from netpolc.sets.labels import LabelRequirement, LabelSelector

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable, Iterable, Iterator

    from netpolc.engine.model import RuleSet
    from netpolc.engine.regions import Namespaces
    from netpolc.engine.verdicts import Pod

MOST_PARTS = 16
"""The parts beyond which a set is left whole: nobody would read them."""
MOST_CUTS = 64
"""The sets beyond which it is not even tried to take them from one."""


LACKING = ("NotIn", "DoesNotExist")


class Uniform:
    """The cuts through sets of pods by what is isolated and let through."""

    def __init__(self, ruleset: RuleSet, namespaces: Namespaces, typical: Callable[[PodSet], Pod]) -> None:
        """Index the rules; `typical` makes the pod that stands for a set."""
        self._namespaces = namespaces
        self._typical = typical
        self._isolated = {
            direction: _indexed(each.subject for each in ruleset.of(direction).isolations) for direction in DIRECTIONS
        }
        self._subjects = {direction: _Rules() for direction in DIRECTIONS}
        self._peers = _Rules()
        for direction in DIRECTIONS:
            for allow_rule in ruleset.of(direction).allow_rules:
                self._subjects[direction].add(allow_rule.subject, (allow_rule.peer, allow_rule.ports))
                if isinstance(allow_rule.peer, PodSet):
                    self._peers.add(allow_rule.peer, (direction, allow_rule.subject, allow_rule.ports))

    def parts(self, whole: PodSet, others: Collection[PodSet]) -> list[PodSet] | None:
        """Return the parts of a set that are none of the others; None where there are too many."""
        found: list[PodSet] = []
        pending = [whole]
        while pending:
            part = pending.pop()
            cuts = set(self._cuts(part))
            if not cuts:
                found.append(part)
                continue
            # The widest first, for what it holds is often not to be cut any more.
            pending += (each for each in self._cut(part, min(cuts, key=_narrowness)) if each not in others)
            if len(cuts) > MOST_CUTS or len(found) + len(pending) > MOST_PARTS:
                return None
        return found

    def _cuts(self, pods: PodSet) -> Iterator[PodSet]:
        """Yield the sets by which the pods of one are to be told apart."""
        pod = self._typical(pods)
        for direction in DIRECTIONS:
            if next(_holding(self._isolated[direction], pod), None) is not None:
                yield from self._leaving_out(pods, pod, self._subjects[direction])
            else:
                yield from (each for each in self._isolated[direction].near(pods) if self._is_split(pods, each))
        yield from self._leaving_out(pods, pod, self._peers)

    def _leaving_out(self, pods: PodSet, pod: Pod, rules: _Rules) -> Iterator[PodSet]:
        """Yield the sets with rules for one pod and not all of the others, unless rules for all say the same."""
        # The pod carries what its set asks for and no more. So a set that holds it, and asks for nothing to be lacking,
        # holds all of them, unless the pod has one of several values.
        index = rules.all if _has_choice(pods) else rules.lacking
        split = {each for each in _holding(index, pod) if self._is_split(pods, each)}
        if split:
            whole = (each for each in _holding(rules.all, pod) if each not in split)
            shared = {rule for each in whole for rule in rules.of[each]}
            yield from (each for each in split if not shared.issuperset(rules.of[each]))

    def _is_split(self, pods: PodSet, other: PodSet) -> bool:
        """Tell whether another set holds some of the pods, but not all."""
        return pods != other and regions.meet(pods, other) != pods and self._cut(pods, other) != [pods]

    def _cut(self, pods: PodSet, other: PodSet) -> list[PodSet]:
        """Return what two sets have in common, and what is left of the first; just the first, if that is all."""
        both = regions.meet(pods, other)
        if not isinstance(both, PodSet) or not self._namespaces.possible(both.namespaces):
            return [pods]
        rest = [each for each in regions.subtract(pods, other) if isinstance(each, PodSet)]
        rest = [each for each in rest if self._namespaces.possible(each.namespaces)]
        return [self._by_name(both), *map(self._by_name, rest)] if rest else [pods]

    def _by_name(self, pods: PodSet) -> PodSet:
        """Drop the namespace's labels from a set of pods in one known namespace."""
        names = names_of(pods.namespaces)
        if names is None or len(names) > 1 or names[0] not in self._namespaces.known:
            return pods
        return PodSet(LabelSelector(pods.namespaces.requirements[:1]), pods.pods)


def _narrowness(pods: PodSet) -> tuple[int, PodSet]:
    return len(pods.namespaces.requirements) + len(pods.pods.requirements), pods


def _requirements(pods: PodSet) -> Iterator[LabelRequirement]:
    yield from pods.namespaces.requirements
    yield from pods.pods.requirements


def _has_choice(pods: PodSet) -> bool:
    """Tell whether a set leaves one of several values open, of which the pod that stands for it has the first."""
    return any(each.operator == "In" and len(each.values) > 1 for each in _requirements(pods))


class _Rules:
    """Sets of pods, and what rules say of each."""

    def __init__(self) -> None:
        self.of: dict[PodSet, list[Hashable]] = {}

    def add(self, pods: PodSet, rule: Hashable) -> None:
        self.of.setdefault(pods, []).append(rule)

    @cached_property
    def all(self) -> Index[PodSet]:
        """Every set."""
        return _indexed(self.of)

    @cached_property
    def lacking(self) -> Index[PodSet]:
        """The sets that ask for what pods or their namespaces do not have."""
        return _indexed(each for each in self.of if any(one.operator in LACKING for one in _requirements(each)))


def _indexed(sets: Iterable[PodSet]) -> Index[PodSet]:
    return Index((pods, pods) for pods in dict.fromkeys(sets))


def _holding(index: Index[PodSet], pod: Pod) -> Iterator[PodSet]:
    return index.holding(pod.namespace or regions.UNNAMED, pod.labels, pod.full_namespace_labels)
