"""Tables for the corners; tests/properties holds the algebra against brute force."""

import functools
import itertools
import random

import pytest

from netpolc.sets.labels import (
    EVERYTHING,
    LabelRequirement,
    are_apart,
    example,
    have_common,
    holds,
    intersect,
    is_covered,
    negated,
    selector_of,
    subtract,
)
from tests.rows import each_row


def asked(text):
    """`a In x,y` and the like, separated by `;`."""
    for part in filter(None, text.split(";")):
        key, operator, *values = part.split()
        yield LabelRequirement(key, operator, tuple(sorted(values[0].split(","))) if values else ())


def shown(selector):
    if selector is None:
        return None
    return ";".join(" ".join([r.key, r.operator, ",".join(r.values)]).strip() for r in selector.requirements)


@each_row(
    "written, normal",
    [
        ("", ""),
        ("b Exists;a Exists", "a Exists;b Exists"),
        ("a In x;a In x,y", "a In x"),
        ("a In x,y;a NotIn y", "a In x"),
        ("a In x;a Exists", "a In x"),
        ("a NotIn y;a NotIn x", "a NotIn x,y"),
        ("a Exists;a NotIn x", "a Exists;a NotIn x"),
        ("a DoesNotExist;a NotIn x", "a DoesNotExist"),
        ("a In x;a In y", None),
        ("a In x;a NotIn x", None),
        ("a In x;a DoesNotExist", None),
        ("a Exists;a DoesNotExist", None),
        ("b Exists;a In x;a NotIn x", None),
    ],
)
def test_the_normal_form(written, normal):
    assert shown(selector_of(asked(written))) == normal


def test_absent_keys_satisfy_what_kubernetes_says_they_do():
    found = {operator: LabelRequirement("a", operator, ("x",)).matches({}) for operator in ("In", "NotIn")}
    found |= {operator: LabelRequirement("a", operator).matches({}) for operator in ("Exists", "DoesNotExist")}
    assert found == {"In": False, "NotIn": True, "Exists": False, "DoesNotExist": True}


def test_the_empty_value_is_a_value():
    assert LabelRequirement("a", "In", ("",)).matches({"a": ""})
    assert not LabelRequirement("a", "In", ("",)).matches({})
    assert LabelRequirement("a", "Exists").matches({"a": ""})


def test_intersections_with_everything_cost_nothing():
    one = selector_of(asked("a In x"))
    assert intersect(one, EVERYTHING) is one
    assert intersect(EVERYTHING, one) is one
    assert intersect(one, one) is one
    assert intersect(one, selector_of(asked("a In y"))) is None
    assert shown(intersect(one, selector_of(asked("b Exists")))) == "a In x;b Exists"
    assert one.keys == {"a"}


VALUES = ("x", "y", "")
OPERATORS = ("In", "NotIn", "Exists", "DoesNotExist")
MAPS = [
    {key: value for key, value in zip("abc", values, strict=True) if value is not None}
    for values in itertools.product((None, *VALUES, "never mentioned"), repeat=3)
]


def some_selectors(seed, count):
    source = random.Random(seed)
    while count:
        found = selector_of(some_requirement(source) for _ in range(source.randint(0, 4)))
        if found is not None:
            count -= 1
            yield found


def some_requirement(source):
    operator = source.choice(OPERATORS)
    values = source.sample(VALUES, source.randint(1, 2)) if operator in ("In", "NotIn") else ()
    return LabelRequirement(source.choice("abc"), operator, tuple(sorted(values)))


def pairs(seed):
    return zip(some_selectors(seed, 400), some_selectors(seed + 10, 400), strict=True)


def maps_of(selector):
    return [labels for labels in MAPS if selector.matches(labels)]


@functools.cache
def selected(selector):
    return frozenset(number for number, labels in enumerate(MAPS) if selector.matches(labels))


@pytest.mark.parametrize("requirement", list(asked("a In x,y;a In x;a NotIn x,y;a Exists;a DoesNotExist")))
def test_a_requirement_or_its_negation_holds(requirement):
    other = negated(requirement)
    assert all(requirement.matches(labels) is not other.matches(labels) for labels in MAPS)
    assert negated(other) == requirement


def test_what_is_subtracted_leaves_parts_that_have_nothing_in_common():
    for one, other in pairs(1):
        parts = subtract(one, other)
        expected = [labels for labels in maps_of(one) if not other.matches(labels)]
        assert sorted(map(str, itertools.chain(*map(maps_of, parts)))) == sorted(map(str, expected))
        assert all(selector_of(part.requirements) == part for part in parts)


def test_one_holds_another_if_it_selects_all_that_it_does():
    found = 0
    for one, other in pairs(3):
        expected = selected(other) <= selected(one)
        assert holds(one, other) is expected
        found += expected
    assert found > 20


def test_some_cover_one_together_if_nothing_of_it_is_left():
    source, found = random.Random(4), 0
    selectors = list(some_selectors(4, 60))
    for one in selectors:
        for _ in range(20):
            others = source.sample(selectors, source.randint(0, 5))
            expected = selected(one) <= frozenset().union(*map(selected, others))
            assert is_covered(one, others) is expected
            found += expected and not any(holds(other, one) for other in others)
    assert found > 5


def test_coverage_that_takes_too_long_is_not_believed():
    halves = [selector_of(asked("a Exists")), selector_of(asked("a DoesNotExist"))]
    assert is_covered(EVERYTHING, halves)
    assert is_covered(EVERYTHING, halves, steps=2)
    assert not is_covered(EVERYTHING, halves, steps=1)


def test_intersections_are_normal():
    for one, other in pairs(2):
        both = intersect(one, other)
        assert both == intersect(other, one) == selector_of((*one.requirements, *other.requirements))


def test_an_example_is_selected_and_has_no_label_more_than_it_must():
    for selector in some_selectors(3, 400):
        found = example(selector)
        assert selector.matches(found)
        needed = {each.key for each in selector.requirements if each.operator in ("In", "Exists")}
        assert found.keys() == needed


@each_row(
    "written, expected",
    [
        ("a In x,y", {"a": "x"}),
        ("a Exists", {"a": "other"}),
        ("a Exists;a NotIn other", {"a": "other1"}),
        ("a Exists;a NotIn other,other1,other2", {"a": "other3"}),
        ("a NotIn other", {}),
        ("a DoesNotExist", {}),
    ],
)
def test_examples(written, expected):
    assert example(selector_of(asked(written))) == expected


def test_selectors_ask_about_keys():
    assert selector_of(asked("b In x;a Exists;a NotIn y")).keys == {"a", "b"}


def test_what_is_told_apart_by_any_label_is_left_whole():
    one = selector_of([LabelRequirement("b", "In", ("x",))])
    both = selector_of([LabelRequirement("a", "In", ("x",)), LabelRequirement("b", "In", ("y", "z"))])
    assert are_apart(one, both)
    assert are_apart(both, one)
    assert subtract(one, both) == [one]
    assert subtract(both, one) == [both]
    for value in "yz":
        same = selector_of([LabelRequirement("b", "In", (value,))])
        assert not are_apart(same, both)
        assert not are_apart(both, same)
    lacking = selector_of([LabelRequirement("b", "NotIn", ("x",))])
    assert not are_apart(one, lacking)
    assert not are_apart(lacking, one)


def test_an_example_has_no_value_that_is_taken_or_excluded():
    free = selector_of([LabelRequirement("a", "Exists"), LabelRequirement("a", "NotIn", ("other",))])
    assert example(free) == {"a": "other1"}
    assert example(free, {"other1"}) == {"a": "other2"}


def test_values_may_be_written_in_any_order():
    excluded = LabelRequirement("a", "NotIn", ("z", "y", "x"))
    assert selector_of([LabelRequirement("a", "In", ("x",)), excluded]) is None
    assert shown(selector_of([LabelRequirement("a", "In", ("w", "y")), excluded])) == "a In w"
    assert shown(selector_of([excluded])) == "a NotIn x,y,z"
    assert selector_of([LabelRequirement("a", "NotIn")]) == EVERYTHING


def test_two_have_something_in_common_unless_no_map_is_selected_by_both():
    for one, other in pairs(4):
        assert have_common(one, other) == bool(selected(one) & selected(other)) == (intersect(one, other) is not None)
