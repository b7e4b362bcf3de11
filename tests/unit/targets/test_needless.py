"""Which policies for pairs may be left out; tests/properties/test_needless.py holds it over random programs."""

import pytest

from netpolc.ir.model import Anything, InNamespace, Net, Pods
from netpolc.sets.labels import EVERYTHING, LabelRequirement, selector_of
from netpolc.sets.ports import EVERY_PORT, PortInterval, ports_of
from netpolc.targets import needless as module
from netpolc.targets.needless import needless

HTTP = ports_of([PortInterval("TCP", 80, 80)])
ANYONE, OFFICE = Anything(None), Net("203.0.113.0/24", (), None)


def labels(text):
    """`a`, `!a` and `a=x`, separated by commas."""
    return selector_of(map(_requirement, filter(None, text.split(","))))


def _requirement(text):
    key, _, value = text.removeprefix("!").partition("=")
    if value:
        return LabelRequirement(key, "In", (value,))
    return LabelRequirement(key, "DoesNotExist" if text.startswith("!") else "Exists")


def pods(namespace, text=""):
    return Pods(InNamespace(namespace), labels(text), name=text, declared=False, location=None)


def left_out(policies, pairs, direction="ingress"):
    """The pairs that are left out, of policies by their labels with what each lets through in a direction."""
    given = {labels(text): {direction: let_through} for text, let_through in policies.items()}
    found = needless("shop", given, [labels(text) for text in pairs])
    return [text for text in pairs if labels(text) in found]


@pytest.mark.parametrize("direction", ["ingress", "egress"])
@pytest.mark.parametrize(
    ("policies", "expected"),
    [
        ({"a,b": [(ANYONE, HTTP)]}, []),
        ({"a,b": [(ANYONE, HTTP)], "a": []}, []),
        ({"a,b": [(ANYONE, HTTP)], "a": [(ANYONE, HTTP)]}, ["a,b"]),
        ({"a,b": [(ANYONE, HTTP)], "a": [(ANYONE, EVERY_PORT)]}, ["a,b"]),
        ({"a,b": [(ANYONE, EVERY_PORT)], "a": [(ANYONE, HTTP)]}, []),
        ({"a,b": [(OFFICE, HTTP)], "a": [(ANYONE, HTTP)]}, ["a,b"]),
        ({"a,b": [(ANYONE, HTTP)], "a": [(OFFICE, HTTP)]}, []),
        ({"a,b": [(pods("data", "c"), HTTP)], "a": [(pods("data"), HTTP)]}, ["a,b"]),
        ({"a,b": [(pods("data", "c"), HTTP)], "a": [(pods("shop"), HTTP)]}, []),
        ({"a,b": [(ANYONE, HTTP)], "c": [(ANYONE, HTTP)]}, []),
        ({"a,b": [(ANYONE, HTTP)], "a,c": [(ANYONE, HTTP)], "b,!c": [(ANYONE, HTTP)]}, ["a,b"]),
        ({"a,b": [(ANYONE, HTTP)], "a,c": [(ANYONE, HTTP)], "a,!d": [(ANYONE, HTTP)]}, []),
        ({"a,b": []}, ["a,b"]),
    ],
)
def test_a_pair_is_left_out_where_others_say_all_that_it_does(policies, expected, direction):
    assert left_out(policies, ["a,b"], direction) == expected


def test_of_pairs_that_say_the_same_some_stay():
    policies = {text: [(ANYONE, HTTP)] for text in ("a", "a,b", "a,b,c")}
    assert left_out(policies, list(policies)) == ["a,b", "a,b,c"]
    assert left_out(dict(reversed(policies.items())), list(policies)) == ["a,b", "a,b,c"]
    halves = {text: [(ANYONE, HTTP)] for text in ("a,!b", "a,b", "a,c")}
    assert left_out(halves, list(halves)) == ["a,c"]


def test_what_takes_too_long_to_tell_is_written(monkeypatch):
    policies = {"a,b": [(ANYONE, HTTP)], "a": [(ANYONE, HTTP)]}
    monkeypatch.setattr(module, "MOST_STEPS", 1)
    assert left_out(policies, ["a,b"]) == []


def test_both_directions_have_to_be_said():
    one, other = labels("a,b"), EVERYTHING
    both = {"ingress": [(ANYONE, HTTP)], "egress": [(OFFICE, HTTP)]}
    assert needless("shop", {one: both, other: both}, [one]) == {one}
    assert needless("shop", {one: both, other: {"ingress": both["ingress"]}}, [one]) == set()
