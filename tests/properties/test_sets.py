"""The algebra of sets against brute force over universes that are small enough to try all of."""

import itertools
import random

import pytest

from netpolc.sets.labels import EVERYTHING, LabelRequirement, LabelSelector, intersect, selector_of
from netpolc.sets.ports import EVERY_PORT, FIRST, LAST, PROTOCOLS, NamedPort, PortInterval, PortSet, ports_of, union

# --- labels

KEYS = ("app", "tier")
VALUES = ("a", "b", "")
OTHER = "never mentioned"
MAPS = [
    {key: value for key, value in zip(KEYS, values, strict=True) if value is not None}
    for values in itertools.product((*VALUES, OTHER, None), repeat=len(KEYS))
]
"""Every label map that requirements on these keys and values could tell apart."""

SUBSETS = [subset for size in (1, 2, 3) for subset in itertools.combinations(sorted(VALUES), size)]
REQUIREMENTS = [
    *(LabelRequirement(key, operator, values) for key in KEYS for operator in ("In", "NotIn") for values in SUBSETS),
    *(LabelRequirement(key, operator) for key in KEYS for operator in ("Exists", "DoesNotExist")),
]


def satisfies(requirement, labels):
    carried = requirement.key in labels
    among = carried and labels[requirement.key] in requirement.values
    return {"In": among, "NotIn": not among, "Exists": carried, "DoesNotExist": not carried}[requirement.operator]


def selected(requirements):
    return [labels for labels in MAPS if all(satisfies(requirement, labels) for requirement in requirements)]


def maps_of(selector):
    return [] if selector is None else [labels for labels in MAPS if selector.matches(labels)]


def conjunctions():
    for size in (0, 1, 2):
        yield from itertools.product(REQUIREMENTS, repeat=size)
    source = random.Random(1)
    for _ in range(3000):
        yield tuple(source.choices(REQUIREMENTS, k=source.randint(3, 6)))


def test_a_requirement_matches_as_kubernetes_says():
    for requirement in REQUIREMENTS:
        assert [labels for labels in MAPS if requirement.matches(labels)] == selected([requirement])


def test_a_selector_holds_what_its_requirements_hold():
    for requirements in conjunctions():
        assert maps_of(selector_of(requirements)) == selected(requirements)


def test_no_selector_is_empty():
    """What no map satisfies is None, even where only values that nobody mentions would do."""
    assert all(selector_of(r) is None or maps_of(selector_of(r)) for r in conjunctions())


def test_the_normal_form_is_normal():
    for requirements in conjunctions():
        selector = selector_of(requirements)
        if selector is not None:
            assert selector_of(selector.requirements) == selector
            assert selector_of(reversed(requirements)) == selector
            assert list(selector.requirements) == sorted(selector.requirements)
            assert selector.keys == {requirement.key for requirement in selector.requirements}


def test_selectors_on_the_same_keys_are_equal_when_they_select_the_same():
    known = {}
    for requirements in conjunctions():
        selector = selector_of(requirements)
        if selector is not None:
            held = selector.keys, tuple(tuple(sorted(labels.items())) for labels in maps_of(selector))
            assert known.setdefault(held, selector) == selector


def test_an_intersection_holds_what_both_hold():
    source = random.Random(2)
    selectors = [EVERYTHING, *{s for s in map(selector_of, conjunctions()) if s is not None}]
    for _ in range(5000):
        one, other = source.choice(selectors), source.choice(selectors)
        both = intersect(one, other)
        assert maps_of(both) == [labels for labels in maps_of(one) if other.matches(labels)]
        assert intersect(other, one) == both
        assert intersect(one, one) == one
        assert intersect(one, EVERYTHING) == intersect(EVERYTHING, one) == one


def test_everything_selects_everything():
    assert maps_of(EVERYTHING) == MAPS
    assert selector_of(()) == EVERYTHING == LabelSelector()


# --- ports

EDGES = (*range(FIRST, FIRST + 9), *range(LAST - 8, LAST + 1))
NAMES = ("dns", "http")


def some_intervals(source, least=0):
    for _ in range(source.randint(least, 6)):
        first, last = sorted(source.choices(EDGES, k=2))
        alone = source.random() < 0.5
        yield PortInterval(source.choice(PROTOCOLS), first, first if alone else last)


def some_items(source):
    names = [NamedPort(source.choice(PROTOCOLS), source.choice(NAMES)) for _ in range(source.randint(0, 2))]
    return [*some_intervals(source), *names]


def numbers_of(items):
    """Every port that items hold by number, at the edges, where random intervals begin and end."""
    intervals = [item for item in items if isinstance(item, PortInterval)]
    return {(i.protocol, port) for i in intervals for port in EDGES if i.first <= port <= i.last}


def names_of(items):
    return {item for item in items if isinstance(item, NamedPort)}


def items_of(ports):
    return [*ports.intervals, *ports.names]


@pytest.fixture(params=range(20))
def samples(request):
    source = random.Random(request.param)
    return [some_items(source) for _ in range(200)]


def test_a_set_of_ports_holds_what_its_items_hold(samples):
    for items in samples:
        ports = ports_of(items)
        held = {(protocol, port) for protocol in PROTOCOLS for port in EDGES if ports.contains(protocol, port)}
        assert held == numbers_of(items) == numbers_of(items_of(ports))


def test_a_name_is_kept_unless_every_port_of_its_protocol_is_in(samples):
    for items in samples:
        ports = ports_of(items)
        full = {i.protocol for i in ports.intervals if (i.first, i.last) == (FIRST, LAST)}
        assert set(ports.names) == {name for name in names_of(items) if name.protocol not in full}


def test_the_normal_form_of_ports_is_normal(samples):
    source = random.Random(3)
    for items in samples:
        ports = ports_of(items)
        assert ports_of(items_of(ports)) == ports
        assert ports_of(source.sample(items, len(items))) == ports
        assert ports_of(items + items) == ports
        assert ports == PortSet(tuple(sorted(ports.intervals)), tuple(sorted(ports.names)))
        for one, other in itertools.pairwise(ports.intervals):
            apart = one.protocol != other.protocol or one.last + 1 < other.first
            beside = one.last + 1 == other.first and (one.first == one.last or other.first == other.last)
            assert apart or beside


def test_single_ports_become_no_range_of_themselves():
    singles = [PortInterval("TCP", port, port) for port in (80, 81, 82)]
    assert ports_of(singles).intervals == tuple(singles)
    assert ports_of([*singles, PortInterval("TCP", 81, 82)]).intervals == (singles[0], PortInterval("TCP", 81, 82))


def test_a_port_that_grows_into_a_range_meets_the_range_before_it():
    intervals = [PortInterval("TCP", *ends) for ends in ((80, 81), (82, 82), (82, 83), (84, 90))]
    assert ports_of(intervals).intervals == (PortInterval("TCP", 80, 90),)


def test_a_union_holds_what_any_of_its_sets_holds(samples):
    source = random.Random(4)
    for _ in range(200):
        chosen = source.choices(samples, k=source.randint(0, 4))
        sets = [ports_of(items) for items in chosen]
        assert union(sets) == ports_of(item for items in chosen for item in items)
        assert union([union(sets[:2]), *sets[2:]]) == union(reversed(sets))


def test_everything_is_every_port_of_every_protocol(samples):
    everything = [PortInterval(protocol, FIRST, LAST) for protocol in PROTOCOLS]
    assert ports_of(everything) == EVERY_PORT
    assert ports_of(everything).everything
    assert not ports_of(everything[1:]).everything
    assert all(union([EVERY_PORT, ports_of(items)]) == EVERY_PORT for items in samples)
