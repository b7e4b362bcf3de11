"""Sets of pods cut into parts, where others tell the values apart that one of their labels may have."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING

from netpolc.engine.regions import PodSet
from netpolc.sets.labels import LabelRequirement, LabelSelector

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MOST = 64
"""The parts beyond which a set is left whole."""


class Cuts:
    """The label values that some sets of pods tell apart."""

    def __init__(self, references: Iterable[PodSet]) -> None:
        """Collect the values from all sets that are referenced."""
        sets = tuple(references)
        self._of_pods = _Values(each.pods for each in sets)
        self._of_namespaces = _Values(each.namespaces for each in sets)

    def parts(self, pods: PodSet) -> Iterator[PodSet]:
        """Yield the parts of a set whose pods no list of values tells apart, or the set if there is nothing to cut."""
        namespaces, labels = self._of_namespaces.parts(pods.namespaces), self._of_pods.parts(pods.pods)
        if len(namespaces) * len(labels) > MOST:
            yield pods
            return
        for where, which in itertools.product(namespaces, labels):
            yield PodSet(where, which)


class _Values:
    """The lists of values that selectors ask for, by each key and value in them."""

    def __init__(self, selectors: Iterable[LabelSelector]) -> None:
        self._lists: dict[tuple[str, str], set[tuple[str, ...]]] = {}
        for selector in selectors:
            for each in selector.requirements:
                for value in each.values:
                    self._lists.setdefault((each.key, value), set()).add(each.values)

    def parts(self, selector: LabelSelector) -> list[LabelSelector]:
        choices = [self._alike(each) for each in selector.requirements]
        if math.prod(map(len, choices)) > MOST:
            return [selector]
        return [LabelSelector(chosen) for chosen in itertools.product(*choices)]

    def _alike(self, requirement: LabelRequirement) -> list[LabelRequirement]:
        """Split a requirement into several, of which each lists values that are in the same lists."""
        if requirement.operator != "In" or len(requirement.values) == 1:
            return [requirement]
        groups: dict[frozenset[tuple[str, ...]], list[str]] = {}
        for value in requirement.values:
            groups.setdefault(frozenset(self._lists.get((requirement.key, value), ())), []).append(value)
        return [LabelRequirement(requirement.key, "In", tuple(values)) for values in groups.values()]
