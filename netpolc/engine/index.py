"""An index by sets of pods, which finds what is about a pod, or may be about another set, without a full scan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from netpolc.engine.regions import names_of
from netpolc.sets.labels import holds

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from netpolc.engine.regions import PodSet
    from netpolc.sets.labels import LabelSelector

T = TypeVar("T")


class Index(Generic[T]):
    """Items by the namespace of their pods, if it is known, and by one label value that these must have."""

    def __init__(self, items: Iterable[tuple[PodSet, T]] = ()) -> None:
        """Index items by their pods."""
        self._by_name: dict[str | None, _Bucket[T]] = {}
        for pods, item in items:
            self.add(pods, item)

    def add(self, pods: PodSet, item: T) -> None:
        """Add one item."""
        names = names_of(pods.namespaces)
        for name in (None,) if names is None else names:
            bucket = self._by_name.get(name)
            if bucket is None:
                bucket = self._by_name[name] = _Bucket()
            bucket.add(pods, item)

    def holding(self, name: str, labels: Mapping[str, str], namespace_labels: Mapping[str, str]) -> Iterator[T]:
        """Yield the items whose sets hold one pod; a namespace's labels are with its `IDENTITY`."""
        for bucket in filter(None, (self._by_name.get(name), self._by_name.get(None))):
            for pods, item in bucket.near_pod(labels):
                if pods.pods.matches(labels) and pods.namespaces.matches(namespace_labels):
                    yield item

    def around(self, pods: PodSet) -> Iterator[T]:
        """Yield the items whose sets hold all pods of another."""
        names = names_of(pods.namespaces)
        for name in (None,) if names is None else (names[0], None):
            bucket = self._by_name.get(name)
            for around, item in () if bucket is None else bucket.near_all(pods.pods):
                if holds(around.pods, pods.pods) and holds(around.namespaces, pods.namespaces):
                    yield item

    def near(self, pods: PodSet) -> Iterator[T]:
        """Yield the items whose sets may have pods in common with another, once for each namespace they are under."""
        names = names_of(pods.namespaces)
        for name in self._by_name if names is None else (*names, None):
            bucket = self._by_name.get(name)
            if bucket is not None:
                yield from bucket.near_set(pods.pods)


class _Bucket(Generic[T]):
    __slots__ = ("by_label", "others")

    def __init__(self) -> None:
        self.by_label: dict[str, dict[str, list[tuple[PodSet, T]]]] = {}
        self.others: list[tuple[PodSet, T]] = []

    def add(self, pods: PodSet, item: T) -> None:
        for wanted in pods.pods.requirements:
            if wanted.operator == "In":
                by_value = self.by_label.setdefault(wanted.key, {})
                for value in wanted.values:
                    by_value.setdefault(value, []).append((pods, item))
                return
        self.others.append((pods, item))

    def near_pod(self, labels: Mapping[str, str]) -> Iterator[tuple[PodSet, T]]:
        yield from self.others
        for key, by_value in self.by_label.items():
            value = labels.get(key)
            if value is not None:
                yield from by_value.get(value, ())

    def near_all(self, selector: LabelSelector) -> Iterator[tuple[PodSet, T]]:
        """Yield the items that may hold all pods of a selector: they ask for no label for which it does not."""
        yield from self.others
        for requirement in selector.requirements:
            if requirement.operator == "In" and requirement.key in self.by_label:
                yield from self.by_label[requirement.key].get(requirement.values[0], ())

    def near_set(self, selector: LabelSelector) -> Iterator[T]:
        values = {each.key: each.values for each in selector.requirements if each.operator == "In"}
        for _, item in self.others:
            yield item
        for key, by_value in self.by_label.items():
            for value in values.get(key, by_value):
                for _, item in by_value.get(value, ()):
                    yield item
