"""Indices find what looking at everything finds."""

import collections
import random

from netpolc.engine.index import Index
from netpolc.engine.regions import IDENTITY, PodSet, in_namespace, meet
from netpolc.sets.labels import EVERYTHING, LabelRequirement, selector_of
from tests.unit.engine.universe import PODS, Maker, holds


def some_pods(seed, count):
    maker = Maker(random.Random(seed))
    return [maker.pods() for _ in range(count)]


def filed(sets):
    return Index((pods, number) for number, pods in enumerate(sets))


def test_what_holds_a_pod_is_found_once():
    sets = some_pods(1, 80)
    index = filed(sets)
    for pod in PODS:
        found = list(index.holding(pod.namespace or "", pod.labels, pod.full_namespace_labels))
        assert sorted(found) == [number for number, pods in enumerate(sets) if holds(pods, pod)]


def test_nothing_that_has_pods_in_common_is_missed():
    sets = some_pods(2, 80)
    index = filed(sets)
    for pods in some_pods(3, 200):
        found = set(index.near(pods))
        assert found >= {number for number, other in enumerate(sets) if meet(pods, other) is not None}


def test_what_holds_another_set_is_found_once():
    sets, found_any = some_pods(4, 80), 0
    index = filed(sets)
    for pods in some_pods(5, 400):
        expected = [number for number, other in enumerate(sets) if meet(pods, other) == pods]
        assert sorted(index.around(pods)) == expected
        found_any += bool(expected)
    assert found_any > 40


def labelled(name, value):
    pods = EVERYTHING if value is None else selector_of([LabelRequirement("app", "In", (value,))])
    return PodSet(EVERYTHING if name is None else in_namespace(name), pods)


def test_little_else_is_found():
    index = filed([labelled("shop", "a"), labelled("shop", "b"), labelled("shop", None), labelled("data", "a")])
    index.add(labelled(None, "a"), 4)
    assert sorted(index.near(labelled("shop", "a"))) == [0, 2, 4]
    assert sorted(index.near(labelled("ops", "a"))) == [4]
    assert sorted(index.near(labelled("data", None))) == [3, 4]
    assert sorted(index.near(labelled(None, "b"))) == [1, 2]


def test_what_is_in_several_namespaces_is_found_in_each():
    both = PodSet(selector_of([LabelRequirement(IDENTITY, "In", ("data", "shop"))]), EVERYTHING)
    index = filed([both])
    assert list(index.near(labelled("shop", None))) == list(index.near(labelled("data", None))) == [0]
    assert collections.Counter(index.near(both)) == {0: 2}


def test_of_several_labels_any_finds():
    pods = selector_of([LabelRequirement("app", "In", ("a", "b")), LabelRequirement("tier", "Exists")])
    index = filed([PodSet(EVERYTHING, pods)])
    for value in ("a", "b"):
        assert list(index.holding("shop", {"app": value, "tier": ""}, {IDENTITY: "shop"})) == [0]
        assert list(index.holding("shop", {"app": value}, {IDENTITY: "shop"})) == []
    assert list(index.holding("shop", {"tier": "a"}, {IDENTITY: "shop"})) == []
