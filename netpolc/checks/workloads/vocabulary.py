"""The labels that pods have, and those among them that somebody may have meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.diagnostics.closest import Neighbours
from netpolc.engine.regions import PodSet
from netpolc.manifests.scalars import resolve
from netpolc.sets.labels import EVERYTHING, LabelRequirement, LabelSelector

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.checks.workloads.workloads import Workloads

MOST = 5
SHORTEST = 3


class LabelPair(msgspec.Struct, frozen=True):
    """A label as somebody wrote it, or may have meant it."""

    key: str
    value: str

    def __str__(self) -> str:
        return f"{self.key}={self.value}"


class Slip(msgspec.Struct, frozen=True):
    """A label that was written, the one that may have been meant, and the number of a workload that has it."""

    written: LabelPair
    meant: LabelPair
    workload: int


class Vocabulary:
    """The labels of pods by the namespaces that are asked about."""

    def __init__(self, workloads: Workloads) -> None:
        """File workloads, whose labels are looked at once somebody asks."""
        self._workloads = workloads
        self._known: dict[LabelSelector, tuple[dict[str, Neighbours], dict[str, list[str]]]] = {}

    def slip(self, pods: PodSet) -> Slip | None:
        """Find the one label for which a set that has no pods may have been meant to have another."""
        for old, written, meant in self._candidates(pods):
            new = LabelRequirement(meant.key, "In", (meant.value,))
            changed = tuple(new if each is old else each for each in pods.pods.requirements)
            found = self._workloads.of(PodSet(pods.namespaces, LabelSelector(changed)))
            if found:
                return Slip(written, meant, found[0])
        return None

    def _candidates(self, pods: PodSet) -> Iterator[tuple[LabelRequirement, LabelPair, LabelPair]]:
        """Yield values that those asked for are slips of, then keys that have such a value."""
        words, keys = self._labels_in(pods.namespaces)
        asked = [
            (each, value) for each in pods.pods.requirements if each.operator == "In" for value in each.values[:MOST]
        ]
        for each, value in asked:
            near = words[each.key].of(value) if each.key in words else None
            if near is not None and near not in each.values:
                yield each, LabelPair(each.key, value), LabelPair(each.key, near)
        for each, value in asked:
            # That two labels are both `true` says nothing.
            if len(value) >= SHORTEST and isinstance(resolve(value), str):
                for key in keys.get(value, ())[:MOST]:
                    if key != each.key:
                        yield each, LabelPair(each.key, value), LabelPair(key, value)

    def _labels_in(self, namespaces: LabelSelector) -> tuple[dict[str, Neighbours], dict[str, list[str]]]:
        """Return the values of each key in some namespaces, and the keys of each value."""
        if namespaces not in self._known:
            values: dict[str, set[str]] = {}
            keys: dict[str, set[str]] = {}
            for number in self._workloads.of(PodSet(namespaces, EVERYTHING)):
                for key, value in self._workloads.pods[number].labels.items():
                    values.setdefault(key, set()).add(value)
                    keys.setdefault(value, set()).add(key)
            self._known[namespaces] = (
                {key: Neighbours(words) for key, words in values.items()},
                {value: sorted(names) for value, names in keys.items()},
            )
        return self._known[namespaces]
