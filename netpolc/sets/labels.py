"""Label selectors as sets of label maps, in a normal form.

The rules are those of Kubernetes' labels.Selector (apimachinery, pkg/labels/selector.go): requirements are ANDed,
`In` needs the key, `NotIn` also matches a map without the key.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import chain
from typing import Literal

import msgspec

SetOperator = Literal["In", "NotIn", "Exists", "DoesNotExist"]


class LabelRequirement(msgspec.Struct, frozen=True, order=True, gc=False):
    """One requirement on one key; values are sorted, unique, and empty for `Exists` and `DoesNotExist`."""

    key: str
    operator: SetOperator
    values: tuple[str, ...] = ()

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Tell whether a label map satisfies it."""
        match self.operator:
            case "In":
                return labels.get(self.key) in self.values
            case "NotIn":
                return labels.get(self.key) not in self.values
            case "Exists":
                return self.key in labels
            case "DoesNotExist":
                return self.key not in labels


class LabelSelector(msgspec.Struct, frozen=True, order=True, gc=False, cache_hash=True):
    """A conjunction of requirements in normal form: sorted by key, at most `Exists` and `NotIn` sharing one key.

    Two selectors that `selector_of` built from requirements on the same keys are equal when they select the same maps.
    """

    requirements: tuple[LabelRequirement, ...] = ()

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Tell whether it selects a label map."""
        for requirement in self.requirements:  # noqa: SIM110 -- asked of all rules, and twice as fast
            if not requirement.matches(labels):
                return False
        return True

    @property
    def keys(self) -> frozenset[str]:
        """The label keys that it asks about."""
        return frozenset(requirement.key for requirement in self.requirements)


EVERYTHING = LabelSelector()


def asks_for_lack(selector: LabelSelector) -> bool:
    """Tell whether all that a selector asks is that maps lack something."""
    asked = selector.requirements
    return bool(asked) and all(each.operator in ("NotIn", "DoesNotExist") for each in asked)


MOST_STEPS = 2_000
"""The selectors that are looked at before a question of coverage is given up: some hundredths of a second."""


def selector_of(requirements: Iterable[LabelRequirement]) -> LabelSelector | None:
    """Return the conjunction of requirements in normal form, or None where no label map can satisfy it."""
    by_key: dict[str, list[LabelRequirement]] = {}
    for requirement in requirements:
        by_key.setdefault(requirement.key, []).append(requirement)
    normal: list[LabelRequirement] = []
    for key in sorted(by_key):
        merged = _merge(key, by_key[key])
        if merged is None:
            return None
        normal += merged
    return LabelSelector(tuple(normal))


def intersect(one: LabelSelector, other: LabelSelector) -> LabelSelector | None:
    """Return the selector of what both select, or None where they have nothing in common."""
    if one == other or not other.requirements:
        return one
    if not one.requirements:
        return other
    mine, yours = one.requirements, other.requirements
    merged: list[LabelRequirement] = []
    here = there = 0
    while here < len(mine) and there < len(yours):
        first, second = mine[here], yours[there]
        if first.key < second.key:
            merged.append(first)
            here += 1
        elif first.key > second.key:
            merged.append(second)
            there += 1
        else:
            begin, their_begin = here, there
            here, there = _behind(mine, here), _behind(yours, there)
            if here - begin == 1 == there - their_begin:
                both = _of_both(first, second)
            else:
                both = _merge(first.key, [*mine[begin:here], *yours[their_begin:there]])
            if both is None:
                return None
            merged += both
    merged += mine[here:] or yours[there:]
    return LabelSelector(tuple(merged))


def _behind(requirements: tuple[LabelRequirement, ...], at: int) -> int:
    """Return the place behind the requirements on the key of one; in normal form, there are two at most."""
    after = at + 1
    return after + (after < len(requirements) and requirements[after].key == requirements[at].key)


def _of_both(one: LabelRequirement, other: LabelRequirement) -> tuple[LabelRequirement, ...] | None:
    """Return the conjunction of two requirements on one key, as most keys have one in each of two selectors."""
    if one == other:
        return (one,)
    if other.operator == "In" and (one.operator != "In" or len(other.values) < len(one.values)):
        one, other = other, one
    if one.operator == "In" and other.operator in ("In", "NotIn"):
        # The one that lists more may list all names of a cluster, which are not worth a set.
        wanted = other.operator == "In"
        values = tuple([value for value in one.values if _is_among(value, other.values) is wanted])
        return (LabelRequirement(one.key, "In", values),) if values else None
    return _merge(one.key, [one, other])


def _is_among(value: str, ordered: tuple[str, ...]) -> bool:
    """Tell whether a value is among some, which are sorted."""
    at = bisect_left(ordered, value)
    return at < len(ordered) and ordered[at] == value


def have_common(one: LabelSelector, other: LabelSelector) -> bool:
    """Tell whether two selectors have anything in common, in less time than it takes to say what."""
    for mine in one.requirements:
        for yours in other.requirements:
            if mine.key == yours.key and _contradict(mine, yours):
                return False
    return True


def _contradict(one: LabelRequirement, other: LabelRequirement) -> bool:
    """Tell whether no label map can meet two requirements on one key."""
    if other.operator == "In":
        one, other = other, one
    if one.operator != "In":
        return {one.operator, other.operator} == {"Exists", "DoesNotExist"}
    if other.operator == "In":
        return _differ(one.values, other.values)
    if other.operator == "NotIn":
        return all(_is_among(value, other.values) for value in one.values)
    return other.operator == "DoesNotExist"


def are_apart(one: LabelSelector, other: LabelSelector) -> bool:
    """Tell whether two selectors ask for different values of one label: of many, most are told apart so, and soon."""
    for mine in one.requirements:
        if mine.operator == "In":
            for yours in other.requirements:
                if yours.key == mine.key and yours.operator == "In" and _differ(mine.values, yours.values):
                    return True
    return False


def _differ(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    return one[0] not in other if len(one) == 1 else set(one).isdisjoint(other)


def holds(one: LabelSelector, other: LabelSelector) -> bool:
    """Tell whether the first selects all that the other does."""
    # In normal form, no requirement holds for every value of its key, so what only the first asks for takes some away.
    return intersect(other, one) == other


def negated(requirement: LabelRequirement) -> LabelRequirement:
    """Return the requirement that holds for exactly the label maps for which the other does not."""
    match requirement.operator:
        case "In":
            return LabelRequirement(requirement.key, "NotIn", requirement.values)
        case "NotIn":
            return LabelRequirement(requirement.key, "In", requirement.values)
        case "Exists":
            return LabelRequirement(requirement.key, "DoesNotExist")
        case "DoesNotExist":
            return LabelRequirement(requirement.key, "Exists")


def subtract(one: LabelSelector, other: LabelSelector) -> list[LabelSelector]:
    """Return what the first selects and the second does not, as selectors that have nothing in common."""
    if are_apart(one, other):
        return [one]
    parts: list[LabelSelector] = []
    rest: LabelSelector | None = one
    for requirement in other.requirements:
        if rest is None:
            break
        part = intersect(rest, LabelSelector((negated(requirement),)))
        if part is not None:
            parts.append(part)
        rest = intersect(rest, LabelSelector((requirement,)))
    return parts


def is_covered(selector: LabelSelector, others: Sequence[LabelSelector], steps: int = MOST_STEPS) -> bool:
    """Tell whether others together select all that one does; no, where that takes more steps than are allowed."""
    # What is left of a selector has nothing in common with others that the whole has not.
    others = [other for other in others if have_common(selector, other)]
    pending = [(selector, 0)]
    while pending:
        rest, number = pending.pop()
        while number < len(others) and not have_common(rest, others[number]):
            number += 1
        steps -= 1
        if number == len(others) or steps < 0:
            return False
        pending += [(part, number + 1) for part in subtract(rest, others[number])]
    return True


def example(selector: LabelSelector, taken: Collection[str] = ()) -> dict[str, str]:
    """Make a smallest label map that a selector selects; a value that is free is none of those that are taken."""
    labels: dict[str, str] = {}
    excluded = {each.key: each.values for each in selector.requirements if each.operator == "NotIn"}
    for requirement in selector.requirements:
        if requirement.operator == "In":
            labels[requirement.key] = requirement.values[0]
        elif requirement.operator == "Exists":
            labels[requirement.key] = _other_than(excluded.get(requirement.key, ()), taken)
    return labels


def _other_than(excluded: Collection[str], taken: Collection[str]) -> str:
    number = 0
    while (value := f"other{number or ''}") in excluded or value in taken:
        number += 1
    return value


def _merge(key: str, requirements: list[LabelRequirement]) -> tuple[LabelRequirement, ...] | None:
    """Return the normal form of requirements on one key, or None where they contradict each other."""
    absent = present = False
    included: set[str] | None = None
    excluded: list[tuple[str, ...]] = []
    for requirement in requirements:
        match requirement.operator:
            case "In":
                values = set(requirement.values)
                included = values if included is None else included & values
            case "NotIn":
                excluded += (requirement.values,) if requirement.values else ()
            case "Exists":
                present = True
            case "DoesNotExist":
                absent = True
    if absent:
        return None if present or included is not None else (LabelRequirement(key, "DoesNotExist"),)
    if included is not None:
        # Those excluded may be all names of a cluster, which are not worth a set.
        rest = tuple(sorted(included.difference(*excluded)))
        return (LabelRequirement(key, "In", rest),) if rest else None
    normal: tuple[LabelRequirement, ...] = (LabelRequirement(key, "Exists"),) if present else ()
    if excluded:
        normal += (LabelRequirement(key, "NotIn", tuple(sorted({*chain.from_iterable(excluded)}))),)
    return normal
