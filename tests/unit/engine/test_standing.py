"""What stands for others; what is said of it in words is in the tests of the folding."""

import pytest

from netpolc.engine.bits import bits_of, numbers
from netpolc.engine.members import Members
from netpolc.engine.peers import Peer, peer_of
from netpolc.engine.regions import EVERY_POD, Namespaces, PodSet, in_namespace
from netpolc.engine.standing import Standing
from netpolc.engine.verdicts import Pod
from netpolc.manifests.model import Workload
from netpolc.sets.labels import LabelRequirement, LabelSelector, selector_of
from netpolc.source import Location, Source, Span
from tests.unit.engine.universe import ADDRESSES

HERE = Location(Source("", ""), Span(0, 0))


def workload(name, namespace="shop"):
    labels = {"app": name}
    known = {"kind": "Deployment", "name": name, "namespace": namespace, "labels": labels, "location": HERE}
    return Peer(id=f"{namespace}/{name}", end=Pod(namespace=namespace, labels=labels), workload=Workload(**known))


EVERY = peer_of(PodSet(in_namespace("shop"), selector_of([])), Namespaces({}))
WEB, API, A, B, C, D = (workload(name) for name in ("web", "api", "a", "b", "c", "d"))
OTHER = workload("far", "lab")
WEBS, DBS = (
    peer_of(PodSet(in_namespace("shop"), selector_of([LabelRequirement("app", "In", (name,))])), Namespaces({}))
    for name in ("web", "db")
)
ALL = peer_of(EVERY_POD, Namespaces({}))
NET = Peer(id="net", end=ADDRESSES[0])


@pytest.mark.parametrize(
    ("peers", "members", "workloads", "sets"),
    [
        ([WEB, API], [0, 1], [0, 1], []),
        ([WEB, API, EVERY], [0, 1], [0, 1], []),
        ([WEB, API, EVERY], [0, 1, 2], [], [2]),
        ([WEB, OTHER, EVERY], [0, 1, 2], [1], [2]),
        ([WEB, OTHER, EVERY], [0, 2], [], [2]),
        ([WEB, OTHER, EVERY, ALL], [0, 1, 2, 3], [], [3]),
        ([WEB, WEBS], [0, 1], [0], []),
        ([WEB, API, WEBS], [1, 2], [1], [2]),
        ([WEB, API, DBS], [0, 1, 2], [0, 1], [2]),
        ([WEB, WEBS, EVERY], [0, 1, 2], [], [2]),
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
    assert Standing([A, B, C, OTHER]).are_all(0b1111)
    assert not Standing([A, B, C, D]).are_all(0b1111)
    assert Standing([OTHER, A, B, C, D]).whole_namespaces(0b11111) == [0b11110]
    assert Standing([NET, A, B, C, D]).whole_namespaces(0b01110) == []


def test_peers_are_workloads_sets_and_addresses():
    standing = Standing([NET, OTHER, WEB, EVERY, WEBS])
    assert (standing.workloads, standing.sets, standing.addresses) == (0b00110, 0b11000, 0b00001)
    assert (standing.pods, standing.whole) == (0b11110, 0b01000)
    assert standing.by_namespace == {"lab": 0b00010, "shop": 0b00100}


def test_a_set_holds_workloads_and_other_sets_and_a_workload_nothing():
    standing = Standing([OTHER, WEB, EVERY, WEBS, NET])
    assert [standing.held_by(number) for number in range(4)] == [0, 0, 0b01010, 0b00010]
    bare = peer_of(
        PodSet(in_namespace("shop"), LabelSelector((LabelRequirement("app", "DoesNotExist"),))), Namespaces({})
    )
    assert Standing([EVERY, bare]).held_by(1) == 0


def test_an_index_that_somebody_made_knows_the_labels_of_namespaces():
    team = peer_of(PodSet(LabelSelector((LabelRequirement("team", "In", ("a",)),)), selector_of([])), Namespaces({}))
    index = Members([WEB.end, EVERY.pods, team.pods], Namespaces({"shop": {"team": "a"}}))
    assert Standing([WEB, EVERY, team], index).held_by(2) & 0b010


@pytest.mark.parametrize(
    ("sets", "most", "widest"),
    [([1, 2, 3], 20, [1, 3]), ([1, 2], 2, [1]), ([1, 2], 1, [1, 2]), ([2], 20, [2]), ([2, 3], 20, [2, 3])],
)
def test_the_widest_sets_are_in_no_other_one(sets, most, widest, monkeypatch):
    monkeypatch.setattr("netpolc.engine.standing.MOST_COMPARED", most)
    lab = peer_of(PodSet(in_namespace("lab"), selector_of([])), Namespaces({}))
    assert Standing([WEB, EVERY, WEBS, lab]).widest(sets) == widest
