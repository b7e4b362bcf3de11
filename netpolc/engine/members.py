"""An index of pods and addresses, which finds those that a region holds without a full scan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.engine.regions import UNNAMED, names_of
from netpolc.engine.verdicts import Pod, is_of
from netpolc.sets.addresses import AddressSet

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netpolc.engine.regions import PodSet, Region
    from netpolc.engine.verdicts import End

    Bucket = dict[tuple[str, str] | None, list[int]]


class Members:
    """Pods and addresses by number, indexed by namespace, label and address."""

    def __init__(self, ends: Sequence[End]) -> None:
        """Index ends by their numbers."""
        self._ends = ends
        self._by_namespace: dict[str, Bucket] = {}
        self._addressed: list[int] = []
        self._somewhere: dict[AddressSet, list[int]] = {}
        for number, end in enumerate(ends):
            if end.addresses or (isinstance(end, Pod) and end.host_network):
                self._addressed.append(number)
            elif isinstance(end, Pod) and end.may_have:
                self._somewhere.setdefault(end.may_have, []).append(number)
            if isinstance(end, Pod):
                bucket = self._by_namespace.setdefault(end.namespace or UNNAMED, {})
                bucket.setdefault(None, []).append(number)
                for label in end.labels.items():
                    bucket.setdefault(label, []).append(number)

    def of(self, region: Region) -> Iterator[int]:
        """Yield the numbers of the ends that a region holds."""
        candidates = self._addressed if isinstance(region, AddressSet) else self._near(region)
        yield from (number for number in candidates if is_of(self._ends[number], region))
        if isinstance(region, AddressSet):
            for blocks, numbers in self._somewhere.items():
                if blocks & region:
                    yield from numbers

    def _near(self, pods: PodSet) -> Iterator[int]:
        names = names_of(pods.namespaces)
        wanted = next((each for each in pods.pods.requirements if each.operator == "In"), None)
        keys = [None] if wanted is None else [(wanted.key, value) for value in wanted.values]
        for name in self._by_namespace if names is None else names:
            bucket = self._by_namespace.get(name, {})
            for key in keys:
                yield from bucket.get(key, ())
