"""Regions and namespaces against everything in a universe that they could tell apart."""

import itertools
import random

import pytest

from netpolc.engine.regions import (
    EVERY_POD,
    IDENTITY,
    NAME_LABEL,
    UNNAMED,
    Namespaces,
    PodSet,
    in_any_of,
    in_namespace,
    in_namespaces,
    is_within,
    meet,
    names_of,
    subtract,
)
from netpolc.sets.addresses import EVERY_ADDRESS, AddressSet
from netpolc.sets.labels import EVERYTHING, LabelRequirement, LabelSelector, selector_of
from tests.unit.engine.universe import ADDRESSES, KNOWN, MENTIONED, PLACES, PODS, Maker, holds, is_selected, selects

ENDS = [*PODS, *ADDRESSES]
NAMESPACES = Namespaces(KNOWN)
MAPS_OF_UNKNOWN = [carried for name, carried in PLACES if name == "far"]


def ends_of(region):
    return {number for number, end in enumerate(ENDS) if region is not None and holds(region, end)}


def some_regions(seed, count):
    maker = Maker(random.Random(seed))
    return [maker.region() for _ in range(count)]


def some_selectors(seed, count):
    maker = Maker(random.Random(seed))
    return [maker.namespaces() for _ in range(count)]


def pairs(seed, make, count=150):
    return zip(make(seed, count), make(seed + 100, count), strict=True)


def by_name(*names):
    return LabelSelector((LabelRequirement(IDENTITY, "In", names),))


def test_a_namespace_by_name():
    for name, carried in PLACES:
        assert is_selected(in_namespace("ops"), (name, carried)) is (name == "ops")
        assert is_selected(in_namespace(None), (name, carried)) is (name == UNNAMED)
    assert in_any_of(["shop", "data"]) == PodSet(by_name("data", "shop"), EVERYTHING)


def test_the_name_label_is_asked_of_the_name():
    """All have such a label; what that of the unnamed namespace will be, nobody knows."""
    source = random.Random(3)
    for _ in range(600):
        requirements = [some_requirement(source) for _ in range(source.randint(0, 3))]
        found = in_namespaces(LabelSelector(tuple(requirements)))
        for name, carried in PLACES:
            labels = {**carried, NAME_LABEL: "not known" if name == UNNAMED else name}
            expected = selects(LabelSelector(tuple(requirements)), labels)
            assert (found is not None and is_selected(found, (name, carried))) is expected


def test_no_namespace_has_an_empty_name():
    one, other = (LabelRequirement(NAME_LABEL, operator, ("",)) for operator in ("In", "NotIn"))
    assert in_namespaces(LabelSelector((one,))) is None
    assert in_namespaces(LabelSelector((other,))) == EVERYTHING


def some_requirement(source):
    key, names = source.choice(((NAME_LABEL, ("", "data", "ops", "shop")), ("team", ("a", "b"))))
    operator = source.choice(("In", "NotIn", "Exists", "DoesNotExist"))
    listed = tuple(sorted(source.sample(names, source.randint(1, 2)))) if operator in ("In", "NotIn") else ()
    return LabelRequirement(key, operator, listed)


def test_a_selector_without_the_name_label_stays_as_it_is():
    selector = selector_of([LabelRequirement("team", "In", ("a",))])
    assert in_namespaces(selector) is selector


@pytest.mark.parametrize(
    ("requirements", "names"),
    [
        ((), None),
        ((LabelRequirement(IDENTITY, "In", ("data", "shop")),), ("data", "shop")),
        ((LabelRequirement(IDENTITY, "In", ("data",)), LabelRequirement("team", "Exists")), ("data",)),
        ((LabelRequirement(IDENTITY, "NotIn", ("data",)),), None),
        ((LabelRequirement("team", "In", ("a",)),), None),
    ],
)
def test_the_names_that_a_selector_leaves_open(requirements, names):
    assert names_of(LabelSelector(requirements)) == names


def test_what_two_regions_have_in_common():
    for one, other in pairs(1, some_regions):
        both = meet(one, other)
        assert ends_of(both) == ends_of(one) & ends_of(other)
        assert both == meet(other, one)
        assert both is None or ends_of(both) or isinstance(both, PodSet)


def test_what_is_left_of_a_region_comes_in_parts_that_have_nothing_in_common():
    for one, other in pairs(2, some_regions):
        parts = [ends_of(part) for part in subtract(one, other)]
        assert set().union(*parts) == ends_of(one) - ends_of(other)
        assert sum(map(len, parts)) == len(set().union(*parts))


def test_pods_and_addresses_have_nothing_in_common():
    assert meet(EVERY_POD, EVERY_ADDRESS) is meet(EVERY_ADDRESS, EVERY_POD) is None
    assert list(subtract(EVERY_POD, EVERY_ADDRESS)) == [EVERY_POD]
    assert list(subtract(EVERY_ADDRESS, EVERY_POD)) == [EVERY_ADDRESS]
    assert list(subtract(EVERY_ADDRESS, EVERY_ADDRESS)) == list(subtract(EVERY_POD, EVERY_POD)) == []
    assert meet(EVERY_ADDRESS, AddressSet()) is None


def test_whether_any_namespace_could_be_selected():
    for selector in some_selectors(3, 600):
        assert NAMESPACES.possible(selector) is any(is_selected(selector, place) for place in PLACES)


def worlds(one, other):
    """The pairs of places that two selectors select, where a namespace has the same labels at both ends."""
    here = [place for place in PLACES if is_selected(one, place)]
    there = [place for place in PLACES if is_selected(other, place)]
    return [(a, b) for a, b in itertools.product(here, there) if a[0] != b[0] or a[1] == b[1]]


def test_whether_two_ends_could_be_in_one_world():
    seen = set()
    for one, other in pairs(4, some_selectors, 1500):
        expected = bool(worlds(one, other))
        assert NAMESPACES.possible_together(one, other) is expected
        seen.add((expected, NAMESPACES.possible(one) and NAMESPACES.possible(other)))
    assert seen == {(True, True), (False, True), (False, False)}


def test_one_namespace_has_one_set_of_labels():
    one, other = (
        selector_of([LabelRequirement(IDENTITY, "In", ("ops",)), LabelRequirement("team", "In", (value,))])
        for value in ("a", "b")
    )
    assert not NAMESPACES.possible_together(one, other)
    assert NAMESPACES.possible_together(one, selector_of([LabelRequirement("team", "In", ("b",))]))


def test_examples_are_of_one_world_and_of_one_namespace_if_they_can_be():
    tried = 0
    for one, other in pairs(5, some_selectors, 600):
        if worlds(one, other):
            tried += 1
            here, there = NAMESPACES.examples(one, other)
            assert is_selected(one, here)
            assert is_selected(other, there)
            assert all(KNOWN.get(name, carried) == carried for name, carried in (here, there))
            assert all(IDENTITY not in carried for _, carried in (here, there))
            shared = any(a == b for a, b in worlds(one, other))
            assert (here == there) if shared else (here[0] != there[0])
            known = {a[0] for a, b in worlds(one, other) if a == b} & KNOWN.keys()
            assert not known or here[0] in known
    assert tried > 300


def test_selected_namespaces_that_are_known():
    for selector in some_selectors(6, 400):
        expected = {name for name, carried in KNOWN.items() if is_selected(selector, (name, carried))}
        found = list(NAMESPACES.selected(selector))
        assert set(found) == expected
        assert len(found) == len(expected)


def test_selected_namespaces_come_in_the_order_of_their_names_where_these_are_listed():
    known = Namespaces({"shop": {}, "data": {}, "ops": {}})
    assert list(known.selected(by_name("data", "ops", "shop"))) == ["data", "ops", "shop"]
    assert list(known.selected(EVERYTHING)) == ["shop", "data", "ops"]


def test_what_is_typical_is_nowhere_that_has_a_name_unless_names_are_listed():
    for selector in some_selectors(7, 400):
        if NAMESPACES.possible(selector):
            place = NAMESPACES.typical(selector)
            assert is_selected(selector, place)
            assert (place[0] in MENTIONED) is (names_of(selector) is not None)
            assert KNOWN.get(place[0], place[1]) == place[1]


def test_other_names_avoid_those_that_are_known_or_excluded():
    known = Namespaces({"elsewhere": {}})
    without = selector_of([LabelRequirement(IDENTITY, "NotIn", ("elsewhere-2", "elsewhere-3"))])
    assert known.typical(without) == ("elsewhere-4", {})
    assert known.typical(EVERYTHING) == ("elsewhere-2", {})
    assert Namespaces({}).typical(EVERYTHING) == ("elsewhere", {})


def test_known_labels_are_kept_apart_from_those_who_gave_them():
    given = {"shop": {"team": "a"}}
    known = Namespaces(given)
    given["shop"]["team"] = "b"
    assert known.known == {"shop": {"team": "a"}}


def test_whether_all_pods_of_a_set_are_in_another():
    """As far as what both ask for shows it, which is all where no labels of namespaces are known."""
    maker, within = Maker(random.Random(11)), 0
    for _ in range(1500):
        one, other = maker.pods(), maker.pods()
        if is_within(one, other):
            within += 1
            assert all(holds(other, pod) for pod in PODS if holds(one, pod))
    assert within > 50
    shop = PodSet(in_namespace("shop"), EVERYTHING)
    assert (is_within(shop, EVERY_POD), is_within(EVERY_POD, shop), is_within(shop, shop)) == (True, False, True)


def test_whether_all_namespaces_that_could_be_are_selected():
    maker, namespaces, found = Maker(random.Random(12)), Namespaces(KNOWN), 0
    for _ in range(1500):
        asked, selector = maker.namespaces(), maker.namespaces()
        expected = all(is_selected(selector, place) for place in PLACES if is_selected(asked, place))
        if namespaces.are_all(asked, selector):
            found += 1
            assert expected
        else:
            names = names_of(asked)
            known = names is not None and all(name in KNOWN for name in names)
            assert not (known and expected)
    assert found > 50
