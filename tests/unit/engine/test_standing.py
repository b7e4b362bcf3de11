"""What stands for others; what is said of it in words is in the tests of the folding."""

import pytest

from netpolc.engine.bits import bits_of, numbers
from netpolc.engine.peers import Peer, peer_of
from netpolc.engine.regions import Namespaces, PodSet, in_namespace
from netpolc.engine.standing import Standing
from netpolc.engine.verdicts import Pod
from netpolc.manifests.model import Workload
from netpolc.sets.labels import selector_of
from netpolc.source import Location, Source, Span

HERE = Location(Source("", ""), Span(0, 0))


def workload(name, namespace="shop"):
    labels = {"app": name}
    known = {"kind": "Deployment", "name": name, "namespace": namespace, "labels": labels, "location": HERE}
    return Peer(id=f"{namespace}/{name}", end=Pod(namespace=namespace, labels=labels), workload=Workload(**known))


EVERY = peer_of(PodSet(in_namespace("shop"), selector_of([])), Namespaces({}))
WEB, API, A, B, C, D = (workload(name) for name in ("web", "api", "a", "b", "c", "d"))
OTHER = workload("far", "lab")


@pytest.mark.parametrize(
    ("peers", "members", "workloads", "sets"),
    [
        ([WEB, API], [0, 1], [0, 1], []),
        ([WEB, API, EVERY], [0, 1], [0, 1], []),
        ([WEB, API, EVERY], [0, 1, 2], [], [2]),
        ([WEB, OTHER, EVERY], [0, 1, 2], [1], [2]),
    ],
)
def test_a_set_stands_for_the_workloads_that_it_holds(peers, members, workloads, sets):
    told, named = Standing(peers).told(bits_of(members))
    assert ([*numbers(told)], named) == (workloads, sets)


def test_a_namespace_is_whole_where_it_has_many_workloads_and_all_are_there():
    standing = Standing([A, B, C, D, OTHER])
    assert standing.whole_namespaces(0b01111) == [0b01111]
    assert standing.whole_namespaces(0b01110) == []
    assert standing.whole_namespaces(0b10000) == []
    assert standing.are_all(0b11111)
    assert not standing.are_all(0b01111)
