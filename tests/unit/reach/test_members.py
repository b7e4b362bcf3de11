"""Members are found as if all ends were looked at."""

import random

import msgspec

from netpolc.reach.members import Members
from netpolc.reach.regions import EVERY_POD
from netpolc.reach.verdicts import Pod
from netpolc.sets.addresses import EVERY_ADDRESS
from tests.unit.reach.universe import ADDRESSES, PODS, Maker, holds


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


def test_pods_without_namespaces_are_in_the_unnamed_one():
    members = Members([Pod(namespace=None), Pod(namespace="shop")])
    assert list(members.of(EVERY_POD)) == [0, 1]
    assert list(members.of(EVERY_ADDRESS)) == []
