"""Things filed by the pods that they are about, so that few are looked at for any pod or set of pods."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from netpolc.engine.regions import names_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from netpolc.engine.regions import PodSet
    from netpolc.sets.labels import LabelSelector

T = TypeVar("T")


class Index(Generic[T]):
    """Things by the namespace that they are in, if it is known, and by one label value that they ask for."""

    def __init__(self, items: Iterable[tuple[PodSet, T]] = ()) -> None:
        """File things under their pods."""
        self._by_name: dict[str | None, _Shelf[T]] = {}
        for pods, item in items:
            self.add(pods, item)

    def add(self, pods: PodSet, item: T) -> None:
        """File one thing."""
        names = names_of(pods.namespaces)
        for name in (None,) if names is None else names:
            shelf = self._by_name.get(name)
            if shelf is None:
                shelf = self._by_name[name] = _Shelf()
            shelf.add(pods, item)

    def holding(self, name: str, labels: Mapping[str, str], namespace_labels: Mapping[str, str]) -> Iterator[T]:
        """What is filed under sets that hold one pod; a namespace's labels are with its `IDENTITY`."""
        for shelf in filter(None, (self._by_name.get(name), self._by_name.get(None))):
            for pods, item in shelf.near_pod(labels):
                if pods.pods.matches(labels) and pods.namespaces.matches(namespace_labels):
                    yield item

    def near(self, pods: PodSet) -> Iterator[T]:
        """What may have pods in common with a set, each once for each namespace that it is filed under."""
        names = names_of(pods.namespaces)
        for name in self._by_name if names is None else (*names, None):
            shelf = self._by_name.get(name)
            if shelf is not None:
                yield from shelf.near_set(pods.pods)


class _Shelf(Generic[T]):
    __slots__ = ("filed", "others")

    def __init__(self) -> None:
        self.filed: dict[str, dict[str, list[tuple[PodSet, T]]]] = {}
        self.others: list[tuple[PodSet, T]] = []

    def add(self, pods: PodSet, item: T) -> None:
        wanted = next((each for each in pods.pods.requirements if each.operator == "In"), None)
        if wanted is None:
            self.others.append((pods, item))
            return
        by_value = self.filed.setdefault(wanted.key, {})
        for value in wanted.values:
            by_value.setdefault(value, []).append((pods, item))

    def near_pod(self, labels: Mapping[str, str]) -> Iterator[tuple[PodSet, T]]:
        yield from self.others
        for key, by_value in self.filed.items():
            value = labels.get(key)
            if value is not None:
                yield from by_value.get(value, ())

    def near_set(self, selector: LabelSelector) -> Iterator[T]:
        values = {each.key: each.values for each in selector.requirements if each.operator == "In"}
        for _, item in self.others:
            yield item
        for key, by_value in self.filed.items():
            for value in values.get(key, by_value):
                for _, item in by_value.get(value, ()):
                    yield item
