"""Pods of one workload that rules tell apart by labels of which manifests do not show the value.

Of a StatefulSet, any number of pods could exist, and a label whose value nobody knows could have any. So a workload is
divided by the values that rules ask for: each is that of some of its pods, and all others are one part, since no rule
sees which value they have instead.
"""

from __future__ import annotations

from itertools import islice, product
from math import prod
from typing import TYPE_CHECKING

import msgspec

from netpolc.ecosystem.added_labels import POD_NAME
from netpolc.engine.index import Index
from netpolc.engine.regions import IDENTITY, UNNAMED, PodSet
from netpolc.manifests.model import Whole
from netpolc.sets.labels import LabelRequirement, LabelSelector

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netpolc.engine.regions import Region
    from netpolc.manifests.model import VaryingLabel, Workload

    Key = tuple[str, str, str]
    Values = dict[str, dict[str, None]]

OTHER = "(any other)"
"""Stands for each value of a label that no rule asks for; it is none that a label can have."""

MOST_PARTS, _FEWEST_PARTS, _PARTS_ALTOGETHER = 2_000, 8, 100_000
"""How many parts a workload may have, which is fewer where there are many workloads; more are not told."""
_FEWEST_SETS, _SETS_ALTOGETHER = 64, 2_000_000
"""How many sets of pods that rules are about are looked at for a workload, likewise."""

_OTHERS, _OTHER_VALUES = "other pods", "other labels"
_HIGHEST = 2**31 - 1


def number_in(label: VaryingLabel, value: str) -> int | None:
    """Return the number of the pod whose label has a value, if it could have that."""
    if label.prefix is None or not value.startswith(label.prefix):
        return None
    digits = value[len(label.prefix) :]
    if not (digits.isascii() and digits.isdecimal()) or len(digits) > len(str(_HIGHEST)):
        return None
    number = int(digits)
    return number if label.first <= number <= _HIGHEST and str(number) == digits else None


def may_have(label: VaryingLabel, requirement: LabelRequirement) -> bool:
    """Tell whether any pod that carries a label could meet a requirement about its value."""
    if requirement.operator == "In":
        return label.prefix is None or any(number_in(label, value) is not None for value in requirement.values)
    return requirement.operator != "DoesNotExist"


def must_have(label: VaryingLabel, requirement: LabelRequirement) -> bool:
    """Tell whether all pods that carry a label meet a requirement about its value."""
    if requirement.operator == "NotIn":
        return not may_have(label, LabelRequirement(label.key, "In", requirement.values))
    return requirement.operator == "Exists"


class Division:
    """The parts of workloads that rules tell apart by labels that vary."""

    def __init__(self, workloads: Iterable[Workload], regions: Iterable[Region]) -> None:
        """Take workloads, among them the same one as others know it, and the regions that rules are about."""
        self._known: dict[Key, list[Workload]] = {}
        for workload in workloads:
            if workload.varying:
                self._known.setdefault(_key(workload), []).append(workload)
        count = len(self._known) or 1
        self._most_parts = max(_FEWEST_PARTS, min(MOST_PARTS, _PARTS_ALTOGETHER // count))
        self._most_sets = max(_FEWEST_SETS, _SETS_ALTOGETHER // count)
        keys = frozenset(label.key for known in self._known.values() for each in known for label in each.varying)
        labels = (label for known in self._known.values() for each in known for label in each.varying)
        self._by_stem = all(label.prefix is not None for label in labels if label.key == POD_NAME)
        distinct = dict.fromkeys(regions) if keys else ()
        asking = [pods for pods in distinct if isinstance(pods, PodSet) and _asks(pods, keys)]
        self._asking = Index((self._near(pods, keys), pods) for pods in asking)
        self._divides = bool(asking)

    def parts(self, workload: Workload) -> Iterator[Workload]:
        """Yield the parts of a workload, or the workload itself where no rule tells its pods apart.

        There are others of a whole that is not complete; what is shown of these is true all the same.
        """
        seen = workload.part_of is None and not workload.host_network
        asked, complete = self._asked(workload) if self._divides and seen else ({}, True)
        if not asked:
            yield workload
            return
        choices = tuple(_choices(workload, asked))
        complete = complete and prod(map(len, choices)) <= self._most_parts
        several = sum(len(each) > 1 for each in choices)
        divided = several or not complete or self._is_divided_elsewhere(workload, asked)
        whole = Whole(workload.kind, workload.name, complete)
        for chosen in islice(product(*choices), self._most_parts):
            given = {key: value for labels in chosen for key, value in labels.items()}
            part = msgspec.structs.replace(workload, labels=workload.labels | given)
            yield _part(part, whole, given, alone=several == 1) if divided else part

    def _is_divided_elsewhere(self, workload: Workload, asked: Values) -> bool:
        """Tell whether the same workload has several parts as others know it, of which one is all that is here."""
        known = self._known[_key(workload)]
        return len(known) > 1 and any(len(each) > 1 for other in known for each in _choices(other, asked))

    def _asked(self, workload: Workload) -> tuple[Values, bool]:
        """Return the values that rules ask of labels that vary, where they could be about pods of a workload.

        The second is false where there are too many rules to know them all.
        """
        found: Values = {}
        name, left = workload.namespace or UNNAMED, self._most_sets
        for known in self._known.get(_key(workload), (workload,)):
            varying = {each.key: each for each in known.varying}
            for pods in self._asking.holding(name, known.labels | {POD_NAME: known.name}, {IDENTITY: name}):
                left -= 1
                if left < 0:
                    return found, False
                self._add(found, pods, known.labels, varying)
        return found, True

    def _add(self, found: Values, pods: PodSet, carried: dict[str, str], varying: dict[str, VaryingLabel]) -> None:
        """Add what a set of pods asks of labels that vary, if that could be met by pods that carry all others."""
        asked = [each for each in pods.pods.requirements if each.key in varying]
        if not all(each.key in varying or each.matches(carried) for each in pods.pods.requirements):
            return
        possible = all(may_have(varying[each.key], each) for each in asked)
        for each in asked:
            values = found.setdefault(each.key, {})
            if possible and len(values) <= self._most_parts:
                values.update(dict.fromkeys(each.values[: self._most_parts + 1]))

    def _near(self, pods: PodSet, keys: frozenset[str]) -> PodSet:
        """Return a set for an index: in namespaces that are asked for by name, by the labels that do not vary.

        The name of a pod is that of its StatefulSet up to the number, which most workloads do not have.
        """
        named = tuple(each for each in pods.namespaces.requirements if each.key == IDENTITY)
        kept = [each for each in pods.pods.requirements if each.key not in keys]
        for each in pods.pods.requirements if self._by_stem else ():
            if each.key == POD_NAME and each.operator == "In":
                stems = sorted({value.rpartition("-")[0] for value in each.values})
                kept.append(LabelRequirement(POD_NAME, "In", tuple(stems)))
        return PodSet(LabelSelector(named), LabelSelector(tuple(kept)))


def _key(workload: Workload) -> Key:
    return workload.namespace or UNNAMED, workload.kind, workload.name


def _asks(pods: PodSet, keys: frozenset[str]) -> bool:
    for each in pods.pods.requirements:  # noqa: SIM110 -- of all rules, and twice as fast
        if each.key in keys:
            return True
    return False


def _choices(workload: Workload, asked: Values) -> Iterator[list[dict[str, str]]]:
    """Yield labels that are chosen together, in all ways that make a difference; the first are those of other pods."""
    numbered = [each for each in workload.varying if each.prefix is not None]
    counted = [each.key for each in numbered if each.key in asked]
    if counted:
        found = (number_in(each, value) for each in numbered for value in asked.get(each.key, ()))
        numbers = sorted({number for number in found if number is not None})
        yield [
            dict.fromkeys(counted, OTHER),
            *({each.key: f"{each.prefix}{number}" for each in numbered} for number in numbers),
        ]
    for each in workload.varying:
        if each.prefix is None and each.key in asked:
            yield [{each.key: value} for value in (OTHER, *sorted(asked[each.key]))]


def _part(part: Workload, whole: Whole, given: dict[str, str], *, alone: bool) -> Workload:
    """Return a part of a workload, called by its labels; a pod of a StatefulSet, if it stands `alone`, by its name."""
    kind, name, others = whole.kind, whole.name, _OTHERS
    said = {key: value for key, value in given.items() if value != OTHER}
    numbered = {each.key for each in part.varying if each.prefix is not None}
    if POD_NAME in numbered & said.keys():
        kind, name, others = "Pod", said[POD_NAME], _OTHER_VALUES
        said = {key: value for key, value in said.items() if key not in numbered}
    if not (alone and kind == "Pod"):
        listed = ", ".join(f"{key}={value}" for key, value in said.items())
        name = f"{name} ({listed or others})"
    return msgspec.structs.replace(part, kind=kind, name=name, part_of=whole)
