"""Members of regions, as bits: which pods, sets of pods and addresses each region holds, without a look at every one.

The members are numbered as they are given. A set of pods is in a region if all of its pods are, whatever else they
carry. A label that many regions ask for is looked up once, and a region is the intersection of what it asks for.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from netpolc.engine.bits import joined, numbers
from netpolc.engine.regions import IDENTITY, UNNAMED, Namespaces, PodSet, names_of
from netpolc.engine.verdicts import Address, Pod
from netpolc.sets import labels
from netpolc.sets.addresses import EVERY_ADDRESS, FAMILIES, AddressSet
from netpolc.sets.labels import LabelRequirement, LabelSelector

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netpolc.engine.regions import Region
    from netpolc.sets.addresses import Family

    Member = Pod | Address | PodSet

T = TypeVar("T")


class Members:
    """Pods, sets of pods and addresses by number."""

    def __init__(
        self, members: Sequence[Member], namespaces: Namespaces | None = None, *, meeting: bool = False
    ) -> None:
        """Index members; `namespaces` are those whose labels are known, for sets of pods.

        Where it is about `meeting`, a set is in each region that may hold any of its pods.
        """
        self.sets = self.pods = self.addresses = 0
        self._carried = _Carried(meeting=meeting)
        self._places = _Places(namespaces or Namespaces({}), meeting=meeting)
        self._addressed = _Addressed()
        for number, member in enumerate(members):
            bit = 1 << number
            if isinstance(member, PodSet):
                self.sets |= bit
                self._places.add_set(member.namespaces, bit)
                self._carried.add_set(member.pods, bit)
                continue
            self._addressed.add(member, bit)
            if isinstance(member, Address):
                self.addresses |= bit
            elif not member.host_network:
                self.pods |= bit
                self._places.add_pod(member, bit)
                self._carried.add_pod(member.labels, bit)
        self._found: dict[Region, int] = {}

    def meeting(self) -> Members:
        """Return the same members, of which a set is in each region that may hold any of its pods."""
        return _with(self, _carried=_meeting(self._carried), _places=_meeting(self._places), _found={})

    def bits(self, region: Region) -> int:
        """Return the members that a region holds, as bits."""
        found = self._found.get(region)
        if found is None:
            if isinstance(region, AddressSet):
                found = self._addressed.bits(region)
            else:
                found = self._places.bits(region.namespaces)
                if found:
                    found &= self._carried.bits(region.pods, self.pods, self.sets)
            self._found[region] = found
        return found

    def of(self, region: Region) -> Iterator[int]:
        """Yield the numbers of the members that a region holds, in order."""
        return numbers(self.bits(region))


class _Carried:
    """The labels of pods, and what sets of pods ask of labels."""

    def __init__(self, *, meeting: bool) -> None:
        self._meeting = meeting
        self._with_value: dict[str, dict[str, int]] = {}
        self._with_key: dict[str, int] = {}
        self._pods: list[tuple[dict[str, str], int]] = []
        self._asking: dict[str, dict[LabelSelector, int]] = {}
        self._found: dict[LabelRequirement, int] = {}

    def add_pod(self, carried: dict[str, str], bit: int) -> None:
        self._pods.append((carried, bit))

    def add_set(self, selector: LabelSelector, bit: int) -> None:
        others: set[str] = set()
        for each in selector.requirements:
            # In normal form, no other requirement is on the key of such a one.
            if each.operator == "In" and len(each.values) == 1:
                self._add(each.key, each.values[0], bit)
            else:
                others.add(each.key)
        for key in others:
            whole = LabelSelector(tuple(each for each in selector.requirements if each.key == key))
            several = self._asking.setdefault(key, {})
            several[whole] = several.get(whole, 0) | bit

    def _add(self, key: str, value: str, bit: int) -> None:
        by_value = self._with_value.get(key)
        if by_value is None:
            by_value = self._with_value[key] = {}
        by_value[value] = by_value.get(value, 0) | bit
        self._with_key[key] = self._with_key.get(key, 0) | bit

    def bits(self, selector: LabelSelector, pods: int, sets: int) -> int:
        """Return the members that meet all requirements; those among `pods` carry no labels but their own."""
        found = pods | sets
        for requirement in selector.requirements:
            bits = self._found.get(requirement)
            if bits is None:
                bits = self._found[requirement] = self._fitting(requirement, pods, sets)
            found &= bits
            if not found:
                break
        return found

    def _fitting(self, requirement: LabelRequirement, pods: int, sets: int) -> int:
        for carried, bit in self._pods:  # only once somebody asks for a label
            for carried_key, value in carried.items():
                self._add(carried_key, value, bit)
        self._pods.clear()
        key = requirement.key
        by_value, having = self._with_value.get(key, {}), self._with_key.get(key, 0)
        listed = 0
        for value in requirement.values:
            listed |= by_value.get(value, 0)
        match requirement.operator:
            case "In":
                found = listed
            case "Exists":
                found = having
            case "NotIn":
                found = (pods | having) & ~listed
            case "DoesNotExist":
                found = pods & ~having
        if self._meeting:
            # What a set does not speak of, its pods may have or lack.
            return (found | sets & ~having) & ~self._asking_for(requirement, contrary=True)
        return found | self._asking_for(requirement, contrary=False)

    def _asking_for(self, requirement: LabelRequirement, *, contrary: bool) -> int:
        """Return the sets that ask for more than one value, and imply a requirement, or contradict it."""
        found = 0
        for asked, bits in self._asking.get(requirement.key, {}).items():
            if contrary:
                fits = labels.intersect(asked, LabelSelector((requirement,))) is None
            else:
                fits = _implies(asked, requirement)
            if fits:
                found |= bits
        return found


def _implies(asked: LabelSelector, requirement: LabelRequirement) -> bool:
    """Tell whether what is asked of one label is all that a requirement asks of it."""
    values = requirement.values
    for each in asked.requirements:
        match requirement.operator:
            case "In":
                implied = each.operator == "In" and set(each.values).issubset(values)
            case "NotIn":
                implied = (
                    each.operator == "DoesNotExist"
                    or (each.operator == "In" and set(each.values).isdisjoint(values))
                    or (each.operator == "NotIn" and set(values).issubset(each.values))
                )
            case "Exists":
                implied = each.operator in ("In", "Exists")
            case "DoesNotExist":
                implied = each.operator == "DoesNotExist"
        if implied:
            return True
    return False


class _Places:
    """The namespaces of pods, and those that sets of pods ask for."""

    def __init__(self, namespaces: Namespaces, *, meeting: bool) -> None:
        self._namespaces = namespaces
        self._meeting = meeting
        self._pods: dict[str, int] = {}
        self._labels: dict[str, dict[str, str]] = {}
        self._named: dict[str, int] = {}
        self._asking: dict[LabelSelector, int] = {}
        self._keys: dict[LabelSelector, frozenset[str] | None] = {}
        self._found: dict[LabelSelector, int] = {}

    def add_pod(self, pod: Pod, bit: int) -> None:
        name = pod.namespace or UNNAMED
        before = self._pods.get(name)
        if before is None:
            before, self._labels[name] = 0, pod.namespace_labels
        self._pods[name] = before | bit

    def add_set(self, selector: LabelSelector, bit: int) -> None:
        name = _one_name(selector)
        if name is None:
            self._asking[selector] = self._asking.get(selector, 0) | bit
        else:
            self._named[name] = self._named.get(name, 0) | bit

    def bits(self, selector: LabelSelector) -> int:
        """Return the members whose namespaces are all selected."""
        found = self._found.get(selector)
        if found is None:
            found = self._found[selector] = self._selected(selector)
        return found

    def _selected(self, selector: LabelSelector) -> int:
        name = _one_name(selector)
        found = self._with_labels(selector) & self._with_names(selector) if name is None else self._called(name)
        keys = selector.keys
        for asked, bits in self._asking.items():
            if (self._meeting or self._tells(asked, keys)) and self._fits(asked, selector):
                found |= bits
        return found

    def _tells(self, asked: LabelSelector, keys: frozenset[str]) -> bool:
        """Tell whether what is asked of namespaces may imply anything of some labels: it lists them, or names these."""
        own = self._keys.get(asked)
        if own is None:
            own = self._keys[asked] = None if names_of(asked) is not None else asked.keys
        return own is None or keys <= own

    def _called(self, name: str) -> int:
        return self._pods.get(name, 0) | self._named.get(name, 0)

    def _with_names(self, selector: LabelSelector) -> int:
        """Return the members in namespaces of the names that a selector leaves open; all bits, where it is any."""
        found = -1
        for each in selector.requirements:
            if each.key == IDENTITY:
                listed = joined(map(self._called, each.values))
                found &= listed if each.operator == "In" else ~listed
        return found

    def _with_labels(self, selector: LabelSelector) -> int:
        """Return the members in namespaces with the labels that a selector asks for, or that may have them."""
        asked = [each for each in selector.requirements if each.key != IDENTITY]
        known, found = self._alike
        if asked and not self._meeting:
            found = 0
        for carried, bits in known:
            if all(each.matches(carried) for each in asked):
                found |= bits
        return found

    @cached_property
    def _alike(self) -> tuple[list[tuple[dict[str, str], int]], int]:
        """The members by the labels of their namespaces, and the sets in those of which nobody knows the labels."""
        alike: dict[frozenset[tuple[str, str]], int] = {}
        unknown = 0
        for members, labels_of in ((self._pods, self._labels), (self._named, self._namespaces.known)):
            for name, bits in members.items():
                carried = labels_of.get(name)
                if carried is None:
                    unknown |= bits
                else:
                    key = frozenset(carried.items())
                    alike[key] = alike.get(key, 0) | bits
        return [(dict(key), bits) for key, bits in alike.items()], unknown

    def _fits(self, asked: LabelSelector, selector: LabelSelector) -> bool:
        """Tell whether all namespaces that one selects are among those of another, or whether any may be."""
        if self._meeting:
            both = labels.intersect(asked, selector)
            return both is not None and self._namespaces.possible(both)
        return self._namespaces.are_all(asked, selector)


class _Addressed:
    """Addresses: those that are outside, and those of pods."""

    def __init__(self) -> None:
        self._ranges: dict[Family, list[tuple[int, int, int]]] = {family: [] for family in FAMILIES}
        self._lasts: dict[Family, list[int]] = {family: [] for family in FAMILIES}
        self._sorted = True
        self._on_nodes = 0
        self._somewhere: dict[AddressSet, int] = {}

    def add(self, member: Pod | Address, bit: int) -> None:
        if isinstance(member, Pod):
            if member.host_network:
                self._on_nodes |= bit
            if not member.in_blocks:
                return
            if member.may_have and not member.addresses:
                self._somewhere[member.may_have] = self._somewhere.get(member.may_have, 0) | bit
        for held in member.addresses.ranges:
            self._ranges[held.family].append((held.first, held.last, bit))
            self._sorted = False

    def bits(self, region: AddressSet) -> int:
        """Return the members that have an address in a region, or may have one there."""
        if not self._sorted:
            self._sort()
        # Of a node's address nothing need be known to be sure that it is one.
        found = self._on_nodes if region == EVERY_ADDRESS else 0
        for held in region.ranges:
            ranges = self._ranges[held.family]
            # What begins before the range and reaches into it is near, since hardly anything overlaps.
            first = bisect_left(self._lasts[held.family], held.first)
            last = bisect_right(ranges, held.last, key=lambda each: each[0])
            for begin, end, bit in ranges[first:last]:
                if begin <= held.last and end >= held.first:
                    found |= bit
        for blocks, bits in self._somewhere.items():
            if blocks & region:
                found |= bits
        return found

    def _sort(self) -> None:
        for family, ranges in self._ranges.items():
            ranges.sort()
            reached, lasts = -1, []
            for _, last, _ in ranges:
                reached = max(reached, last)
                lasts.append(reached)
            self._lasts[family] = lasts
        self._sorted = True


def _meeting(index: T) -> T:
    """Return an index of the same members where it is about meeting."""
    return _with(index, _meeting=True, _found={})


def _with(one: T, **others: object) -> T:
    """Return a copy that shares all attributes but some."""
    from copy import copy  # few ask for one, and it loads others

    found = copy(one)
    vars(found).update(others)
    return found


def _one_name(selector: LabelSelector) -> str | None:
    """Return the name that a selector of namespaces asks for, if it asks for one and nothing else."""
    names = names_of(selector)
    return names[0] if names is not None and len(names) == 1 and len(selector.requirements) == 1 else None
