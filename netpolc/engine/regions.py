"""Sets of pods and of addresses, as far as policies can tell them apart, and the namespaces that are known.

A set of pods is a conjunction of label requirements on the pods and on their namespaces. All requirements can be
negated, so sets can be taken from each other without listing pods: what is left is again a few such sets.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import msgspec

from netpolc.policy.constants import NAME_LABEL
from netpolc.sets import labels
from netpolc.sets.addresses import EVERY_ADDRESS, AddressSet
from netpolc.sets.labels import EVERYTHING, LabelRequirement, LabelSelector, selector_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    NamespaceExample = tuple[str, dict[str, str]]
    """What a namespace is called, and its labels."""

IDENTITY = ""
"""Stands for what a namespace is called; no label has an empty key. Other than the label, each namespace has it."""
UNNAMED = ""
"""What the namespace is called that `kubectl -n` will name; its name label is that of no other, and of no selector."""


class PodSet(msgspec.Struct, frozen=True, order=True, gc=False, cache_hash=True):
    """The pods that one selector matches in the namespaces that another does, which asks for names by `IDENTITY`."""

    namespaces: LabelSelector
    pods: LabelSelector


Region = PodSet | AddressSet
EVERY_POD = PodSet(EVERYTHING, EVERYTHING)
ANYTHING: tuple[Region, ...] = (EVERY_POD, EVERY_ADDRESS)


def in_namespace(name: str | None) -> LabelSelector:
    """Return the selector of the namespace of a name, and no other."""
    return LabelSelector((LabelRequirement(IDENTITY, "In", (name or UNNAMED,)),))


def in_any_of(names: Iterable[str]) -> PodSet:
    """Return every pod of some namespaces, by what they are called."""
    return PodSet(LabelSelector((LabelRequirement(IDENTITY, "In", tuple(sorted(names))),)), EVERYTHING)


def in_namespaces(selector: LabelSelector) -> LabelSelector | None:
    """Select the namespaces of a selector of labels; what it asks of the name label is asked of the name.

    Every namespace carries that label, the one that has no name yet, too. Returns None where no namespace can match.
    """
    if not any(requirement.key == NAME_LABEL for requirement in selector.requirements):
        return selector
    if LabelRequirement(NAME_LABEL, "DoesNotExist") in selector.requirements:
        return None
    asked = (each for each in selector.requirements if (each.key, each.operator) != (NAME_LABEL, "Exists"))
    return selector_of(map(_by_identity, asked))


def _by_identity(requirement: LabelRequirement) -> LabelRequirement:
    if requirement.key != NAME_LABEL:
        return requirement
    # No namespace has an empty name.
    names = tuple(name for name in requirement.values if name != UNNAMED)
    return LabelRequirement(IDENTITY, requirement.operator, names)


def names_of(namespaces: LabelSelector) -> tuple[str, ...] | None:
    """Return the names that a selector of namespaces leaves open, or None where they cannot be listed."""
    if not namespaces.requirements:
        return None
    first = namespaces.requirements[0]
    return first.values if first.key == IDENTITY and first.operator == "In" else None


def meet(one: Region, other: Region) -> Region | None:
    """Return what two regions have in common, or None."""
    if isinstance(one, PodSet):
        if not isinstance(other, PodSet):
            return None
        namespaces = labels.intersect(one.namespaces, other.namespaces)
        pods = None if namespaces is None else labels.intersect(one.pods, other.pods)
        return None if namespaces is None or pods is None else PodSet(namespaces, pods)
    return None if isinstance(other, PodSet) else one & other or None


def is_within(one: PodSet, other: PodSet) -> bool:
    """Tell whether all pods of a set are in another, as far as what both ask for shows it."""
    return meet(one, other) == one


def subtract(one: Region, other: Region) -> Iterator[Region]:
    """Yield what a region holds and another does not, as regions that have nothing in common."""
    if isinstance(one, PodSet):
        if not isinstance(other, PodSet):
            yield one
            return
        for namespaces in labels.subtract(one.namespaces, other.namespaces):
            yield PodSet(namespaces, one.pods)
        shared = labels.intersect(one.namespaces, other.namespaces)
        if shared is not None:
            for pods in labels.subtract(one.pods, other.pods):
                yield PodSet(shared, pods)
        return
    rest = one if isinstance(other, PodSet) else one - other
    if rest:
        yield rest


class Namespaces:
    """The namespaces whose labels are known; any other could exist, with any labels."""

    def __init__(self, known: Mapping[str, Mapping[str, str]]) -> None:
        """Take the labels of namespaces by what these are called; the name label is not looked for in them."""
        self.known = {name: dict(carried) for name, carried in known.items()}
        self._selected: dict[LabelSelector, frozenset[str]] = {}

    def possible(self, namespaces: LabelSelector) -> bool:
        """Tell whether any namespace could be selected."""
        names = names_of(namespaces)
        # There is always another name, which no list of names excludes.
        return names is None or any(self._could_be(name, namespaces) for name in names)

    def are_all(self, asked: LabelSelector, selector: LabelSelector) -> bool:
        """Tell whether every namespace that could be one of those asked for is selected, too."""
        names = names_of(asked)
        if names is None or any(name not in self.known for name in names):
            # Of a namespace that nobody knows, nothing is sure but what is asked for.
            return labels.intersect(asked, selector) == asked
        return self._known_among(asked) <= self._known_among(selector)

    def possible_together(self, one: LabelSelector, other: LabelSelector) -> bool:
        """Tell whether two ends of one connection could be selected; one namespace has one set of labels."""
        ours, theirs = names_of(one), names_of(other)
        if ours is None or theirs is None:
            return self.possible(one) and self.possible(other)
        here = {name for name in ours if self._could_be(name, one)}
        there = {name for name in theirs if self._could_be(name, other)}
        if not here or not there or len(here | there) > 1:
            return bool(here and there)
        both = labels.intersect(one, other)
        return both is not None and self.possible(both)

    def selected(self, namespaces: LabelSelector) -> Iterable[str]:
        """List the known namespaces among those selected."""
        names = names_of(namespaces)
        candidates = self.known if names is None else [name for name in names if name in self.known]
        return [name for name in candidates if self._could_be(name, namespaces)]

    def examples(self, one: LabelSelector, other: LabelSelector) -> tuple[NamespaceExample, NamespaceExample]:
        """Find namespaces for two selectors that are possible together: one for both, if there is one."""
        both = labels.intersect(one, other)
        if both is not None and self.possible(both):
            shared = next(self._examples(both))
            return shared, shared
        return next(
            (here, there) for here in self._examples(one) for there in self._examples(other) if here[0] != there[0]
        )

    def typical(self, namespaces: LabelSelector, taken: Collection[str] = ()) -> NamespaceExample:
        """Find a namespace for a possible selector, one that no name selects unless the selector lists names.

        Neither it nor a label of it that is free is called as what is taken.
        """
        if names_of(namespaces) is None:
            return next(self._unknown(namespaces, taken))
        return next(self._examples(namespaces))

    def _examples(self, namespaces: LabelSelector) -> Iterator[NamespaceExample]:
        """Yield namespaces among those selected: the known ones first, then those that could exist."""
        yield from ((name, self.known[name]) for name in self.selected(namespaces))
        yield from self._unknown(namespaces)

    def _unknown(self, namespaces: LabelSelector, taken: Collection[str] = ()) -> Iterator[NamespaceExample]:
        carried = labels.example(namespaces, taken)
        carried.pop(IDENTITY, None)
        names = names_of(namespaces)
        excluded = [each.values for each in namespaces.requirements if each.key == IDENTITY]
        for name in self._other_names((taken, *excluded)) if names is None else names:
            if name not in self.known:
                yield name, carried

    def _other_names(self, excluded: Sequence[Collection[str]]) -> Iterator[str]:
        numbers = itertools.count(2)
        name = "elsewhere"
        while True:
            if not any(name in each for each in excluded):
                yield name
            name = f"elsewhere-{next(numbers)}"

    def _known_among(self, selector: LabelSelector) -> frozenset[str]:
        """Return the known namespaces that a selector selects."""
        found = self._selected.get(selector)
        if found is None:
            found = self._selected[selector] = frozenset(self.selected(selector))
        return found

    def _could_be(self, name: str, namespaces: LabelSelector) -> bool:
        """Tell whether a selector that leaves a name open could select the namespace that has it."""
        carried = self.known.get(name)
        return carried is None or all(
            name in requirement.values
            if requirement.key == IDENTITY and requirement.operator == "In"
            else name not in requirement.values
            if requirement.key == IDENTITY
            else requirement.matches(carried)
            for requirement in namespaces.requirements
        )
