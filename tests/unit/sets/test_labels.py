"""Tables for the corners; tests/properties holds the algebra against brute force."""

import pytest

from netpolc.sets.labels import EVERYTHING, LabelRequirement, intersect, selector_of


def asked(text):
    """`a In x,y` and the like, separated by `;`."""
    for part in filter(None, text.split(";")):
        key, operator, *values = part.split()
        yield LabelRequirement(key, operator, tuple(sorted(values[0].split(","))) if values else ())


def shown(selector):
    if selector is None:
        return None
    return ";".join(" ".join([r.key, r.operator, ",".join(r.values)]).strip() for r in selector.requirements)


@pytest.mark.parametrize(
    ("written", "normal"),
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
