"""Members are found as if all ends were looked at."""

import random

import msgspec

from netpolc.engine.members import Members
from netpolc.engine.regions import EVERY_POD, PodSet, in_namespace
from netpolc.engine.verdicts import Pod
from netpolc.sets.addresses import EVERY_ADDRESS, union
from netpolc.sets.labels import EVERYTHING, LabelRequirement, selector_of
from tests.unit.engine.universe import ADDRESSES, PODS, Maker, holds


def addressed(pod, number):
    return msgspec.structs.replace(pod, addresses=ADDRESSES[number % len(ADDRESSES)].addresses)


def test_members_are_those_that_a_region_holds():
    source = random.Random(1)
    maker = Maker(source)
    pods = source.sample(PODS, 100)
    on_nodes = [msgspec.structs.replace(pod, host_network=True) for pod in pods[:5]]
    ends = [*pods[:50], *on_nodes, *ADDRESSES, *(addressed(pod, n) for n, pod in enumerate(pods[50:]))]
    members = Members(ends)
    for region in (EVERY_POD, EVERY_ADDRESS, *(maker.region() for _ in range(300))):
        found = list(members.of(region))
        assert sorted(found) == [number for number, end in enumerate(ends) if holds(region, end)]


def test_few_are_looked_at():
    """Those of one namespace, or with one label; and for addresses, those that have any."""
    pods = [Pod(namespace=name, labels={"app": value}) for name in ("data", "shop") for value in "ab"]
    node = Pod(namespace="shop", host_network=True)
    members = Members([*pods, node, ADDRESSES[0], addressed(pods[0], 1)])
    app = selector_of([LabelRequirement("app", "In", ("a", "c"))])
    assert list(members._near(PodSet(in_namespace("shop"), EVERYTHING))) == [2, 3, 4]
    assert list(members._near(PodSet(in_namespace("shop"), app))) == [2]
    assert sorted(members._near(PodSet(EVERYTHING, app))) == [0, 2, 6]
    assert list(members._near(PodSet(in_namespace("nowhere"), app))) == []
    assert members._addressed == [4, 5, 6]


def test_pods_without_namespaces_are_in_the_unnamed_one():
    members = Members([Pod(namespace=None), Pod(namespace="shop")])
    assert list(members.of(EVERY_POD)) == [0, 1]
    assert list(members.of(EVERY_ADDRESS)) == []


def test_pods_of_unknown_address_are_held_by_the_blocks_that_theirs_may_be_from():
    some, others = ADDRESSES[0].addresses, ADDRESSES[1].addresses
    first = Pod(namespace="shop", may_have=some)
    members = Members([first, Pod(namespace="shop", may_have=others), first, addressed(first, 1)])
    assert sorted(members.of(some)) == [0, 2]
    assert sorted(members.of(others)) == [1, 3]
    assert sorted(members.of(union([some, others]))) == [0, 1, 2, 3]
    assert sorted(members.of(EVERY_POD)) == [0, 1, 2, 3]
