"""Workloads of one side: what they may do there, beside everybody else who is there or could be."""

from netpolc.queries import lone_workloads
from netpolc.queries.comparison import sides_of
from tests.models.pairwise import expanded
from tests.unit.queries.clusters import cluster

POD = """---
apiVersion: v1
kind: Pod
metadata: {{name: {0}, namespace: {1}, labels: {{app: {0}}}}}
spec: {{containers: [{{name: c, image: x}}]}}
"""
PROGRAM = "namespace shop\nbaseline deny all\na -> b:1\nlab/[app=x] -> b:2\n"


def told(old, new, program=PROGRAM):
    """What is told of the workloads that only the new side has, by their ids."""
    clusters = (cluster(program, "".join(POD.format(*each) for each in side)) for side in (old, new))
    sides = sides_of(*clusters)
    return {each.id: each for each in lone_workloads.lone_workloads(sides.added, sides.new, sides.removed)}


def test_nothing_is_told_of_workloads_that_both_sides_have():
    assert told([("a", "shop")], [("a", "shop")]) == {}


def test_whom_they_may_reach_and_by_whom_they_are_reached():
    found = told([], [("a", "shop"), ("b", "shop")])
    assert list(found) == ["shop/a", "shop/b"]
    assert set(expanded(found["shop/a"].reaches)) == {("shop/a", "shop/b"), ("shop/a", "shop/[app=b]")}
    assert set(expanded(found["shop/b"].reached)) == {
        ("shop/a", "shop/b"),
        ("shop/[app=a]", "shop/b"),
        ("lab/[app=x]", "shop/b"),
    }
    assert (found["shop/a"].reached, found["shop/b"].reaches) == ((), ())
    assert all(each.open == () for each in found.values())


def test_those_that_only_the_other_side_has_are_nobody():
    found = told([("a", "shop")], [("b", "shop")])
    assert set(expanded(found["shop/b"].reached)) == {("shop/[app=a]", "shop/b"), ("lab/[app=x]", "shop/b")}


def test_what_nothing_closes_is_open():
    found = told([], [("probe", "lab")])
    assert found["lab/probe"].open == ("egress", "ingress")
    half = "namespace shop\nbaseline deny ingress\na -> b:1\n"
    assert told([], [("probe", "shop")], half)["shop/probe"].open == ("egress",)


def test_of_very_many_it_is_told_that_they_are_there(monkeypatch):
    monkeypatch.setattr(lone_workloads, "MOST_TOLD", 1)
    found = told([], [("a", "shop"), ("b", "shop"), ("c", "lab")])
    assert [(name, bool(each.reaches or each.reached), bool(each.open)) for name, each in found.items()] == [
        ("lab/c", True, True),
        ("shop/a", False, False),
        ("shop/b", False, False),
    ]
