"""NP506, of namespaces: names that are almost those of others, and labels that no namespace has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.checks.workloads.places import place_of_label, replacement
from netpolc.diagnostics.closest import Neighbours
from netpolc.diagnostics.model import Diagnostic
from netpolc.engine import words
from netpolc.engine.regions import UNNAMED, names_of
from netpolc.policy.constants import NAME_LABEL
from netpolc.sets.labels import LabelSelector

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from netpolc.checks.workloads.checked_workloads import CheckedWorkloads
    from netpolc.checks.workloads.references import Home
    from netpolc.checks.workloads.workloads import Workloads
    from netpolc.manifests.model import Namespace
    from netpolc.source import Location

SYSTEM = "kube-system"
"""A namespace of every cluster; where it is shown, so are mostly all others."""

NAME = "name"
"""A label that many clusters gave their namespaces before Kubernetes named them itself, in 1.21."""


def check(checked: CheckedWorkloads) -> Iterator[Diagnostic]:
    """Yield what `unknown` does, of all namespaces that policies and programs speak of."""
    return unknown(checked.references.homes, checked.workloads, checked.manifests.namespaces)


def unknown(homes: Iterable[Home], workloads: Workloads, namespaces: Sequence[Namespace]) -> Iterator[Diagnostic]:
    """Yield namespaces that are referenced and do not seem to be there; most that are unknown are just elsewhere."""
    known = {each.name: each for each in namespaces}
    names = {name for name in workloads.homes if name is not None} | set(known)
    # Labels tell nothing where a namespace is there of which they are unknown.
    complete = bool(known) and {name for name in workloads.homes if name is not None} <= set(known)
    checker = _NamespaceChecker(names, workloads)
    for home in homes:
        asked = names_of(home.namespaces)
        if asked is not None:
            yield from checker.by_name(home, asked)
        elif complete:
            yield from checker.by_labels(home)
        else:
            yield from checker.by_name_label(home, shown=known.keys())


class _NamespaceChecker:
    def __init__(self, names: set[str], workloads: Workloads) -> None:
        self._names = names
        self._neighbours = Neighbours(names)
        self._labels = tuple(workloads.labels.values())
        self._keys = {key for labels in self._labels for key in labels}
        self._having: dict[tuple[str, str], list[Mapping[str, str]]] = {}
        for labels in self._labels:
            for label in labels.items():
                self._having.setdefault(label, []).append(labels)
        self._said: dict[LabelSelector, bool] = {}

    def by_name(self, home: Home, names: tuple[str, ...]) -> Iterator[Diagnostic]:
        """Yield each name that nothing is in, and that is one slip from one that there is."""
        for name in names:
            near = None if name in self._names or name == UNNAMED else self._neighbours.of(name)
            if near is not None:
                place = place_of_label(home.location, home.path, NAME_LABEL, name)
                yield _finding(
                    f"no namespace `{name}` is known, but `{near}` is",
                    place or home.location,
                    f"use `{near}`",
                    place,
                    (name, near),
                )

    def by_labels(self, home: Home) -> Iterator[Diagnostic]:
        """Yield labels that no namespace has."""
        wanted = tuple(each for each in home.namespaces.requirements if each.operator in {"In", "Exists"} and each.key)
        if not wanted or self._has(LabelSelector(wanted)):
            return
        first = wanted[0]
        value = first.values[0] if first.values else ""
        by_its_name = len(wanted) == 1 and value in self._names
        if first.key == NAME and len(wanted) == 1 and not by_its_name:
            return
        # Namespaces of others may well have labels of which nobody here ever heard.
        if not by_its_name and SYSTEM not in self._names and self._keys.isdisjoint(each.key for each in wanted):
            return
        place = place_of_label(home.location, home.path, first.key, value)
        advice = "label the namespace, or correct the selector"
        if by_its_name:
            advice = f"select it by its name: `{NAME_LABEL}={value}`"
        shown = words.selector(LabelSelector(wanted))
        yield _finding(f"no known namespace has labels `[{shown}]`", place or home.location, advice)

    def by_name_label(self, home: Home, shown: Collection[str]) -> Iterator[Diagnostic]:
        """Yield a namespace that is there and is selected by a label that none is known to have, `name`.

        It may have been given that label by hand, unless it is one of those that are shown.
        """
        wanted = next(
            (each for each in home.namespaces.requirements if each.key == NAME and each.operator == "In"), None
        )
        if wanted is None or len(wanted.values) > 1 or self._has(LabelSelector((wanted,))):
            return
        (name,) = wanted.values
        if name in self._names:
            place = place_of_label(home.location, home.path, NAME, name)
            yield Diagnostic(
                code="NP506",
                severity="warning" if name in shown else "note",
                message=f"namespace `{name}` is not known to have the label `{NAME}={name}`",
                location=place or home.location,
                help=f"select it by its name: `{NAME_LABEL}={name}`",
            )

    def _has(self, wanted: LabelSelector) -> bool:
        if wanted not in self._said:
            listed = next((each for each in wanted.requirements if each.operator == "In"), None)
            near = (
                self._labels
                if listed is None
                else [labels for value in listed.values for labels in self._having.get((listed.key, value), ())]
            )
            self._said[wanted] = any(map(wanted.matches, near))
        return self._said[wanted]


def _finding(
    message: str,
    location: Location | None,
    advice: str,
    place: Location | None = None,
    words_of: tuple[str, str] | None = None,
) -> Diagnostic:
    return Diagnostic(
        code="NP506",
        severity="warning",
        message=message,
        location=location,
        help=advice,
        fixes=() if words_of is None else replacement(place, *words_of),
    )
