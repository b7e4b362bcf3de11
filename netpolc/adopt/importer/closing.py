"""The pods of a namespace that policies close, in as few selectors as say it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from netpolc.sets.labels import EVERYTHING, holds

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from netpolc.adopt.importer.model import PolicyIsolation
    from netpolc.language.syntax.tree import Direction
    from netpolc.sets.labels import LabelRequirement, LabelSelector

    Label = tuple[str, str | None]
    """A label by key and value, or with whatever value."""

NO_LABEL: Label = ("", None)


def by_direction(closed: Iterable[PolicyIsolation]) -> dict[Direction, tuple[LabelSelector, ...]]:
    """Group isolated pods by direction, without those that are some of others; all pods of the namespace come first."""
    directions: dict[LabelSelector, set[str]] = {}
    for each in closed:
        directions.setdefault(each.selector, set()).add(each.direction)
    filed = _Filed(directions)
    found: dict[Direction, list[LabelSelector]] = {}
    for selector in sorted(directions, key=lambda selector: selector != EVERYTHING):
        left = directions[selector].difference(*(directions[each] for each in filed.wider(selector)))
        if left:
            found.setdefault(_direction(left), []).append(selector)
    return {kind: tuple(selectors) for kind, selectors in found.items()}


def closing(groups: Mapping[Direction, Sequence[LabelSelector]], selector: LabelSelector) -> LabelSelector:
    """Return the selector by which a baseline closes some pods: theirs, or the first that holds them."""
    members = [member for group in groups.values() for member in group]
    return selector if selector in members else next(member for member in members if holds(member, selector))


class _Filed:
    """Selectors, filed by a label that whatever they hold has to ask for, since there may be many.

    That is the one which fewest ask for, as all pods of a chart have some labels in common.
    """

    def __init__(self, selectors: Collection[LabelSelector]) -> None:
        self.by_label: dict[Label, list[LabelSelector]] = {}
        counts = Counter(requirement for selector in selectors for requirement in selector.requirements)
        for selector in selectors:
            rarest = min(selector.requirements, key=counts.__getitem__, default=None)
            for label in _filed_by(rarest):
                self.by_label.setdefault(label, []).append(selector)

    def wider(self, selector: LabelSelector) -> Iterator[LabelSelector]:
        """Yield the other selectors that select all that one does."""
        for label in dict.fromkeys((NO_LABEL, *_asked_for(selector))):
            yield from (each for each in self.by_label.get(label, ()) if each != selector and holds(each, selector))


def _filed_by(requirement: LabelRequirement | None) -> Iterator[Label]:
    if requirement is None:
        yield NO_LABEL
    elif requirement.operator == "In":
        yield from ((requirement.key, value) for value in requirement.values)
    else:
        yield requirement.key, None


def _asked_for(selector: LabelSelector) -> Iterator[Label]:
    for requirement in selector.requirements:
        yield requirement.key, None
        if requirement.operator == "In":
            yield requirement.key, requirement.values[0]


def _direction(found: set[str]) -> Direction:
    if len(found) > 1:
        return "all"
    return "ingress" if "ingress" in found else "egress"
