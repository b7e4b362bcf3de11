"""Namespaces talk where any of their pods do, on the ports on which these do."""

import random

import pytest

from netpolc.engine.bits import numbers
from netpolc.engine.members import Members
from netpolc.engine.peers import Peer, peer_of, population_with
from netpolc.engine.places import by_place
from netpolc.engine.regions import EVERY_POD, UNNAMED, Namespaces, PodSet, in_namespace, names_of
from netpolc.engine.relation import RelatedPeers, relation_of
from netpolc.engine.verdicts import Address, Pod
from netpolc.sets.labels import EVERYTHING, LabelRequirement, asks_for_lack, selector_of
from netpolc.sets.ports import PortInterval, PortSet
from tests.models.pairwise import facts
from tests.unit.engine.test_relation import NUMBERS, Peers
from tests.unit.engine.universe import ADDRESSES


def is_in(peer, place):
    """Whether a peer is what a place stands for, by the plainest reading of either."""
    if isinstance(peer.end, Address):
        return place.net == peer
    if peer.pods is None:
        return place.name == (peer.end.namespace or UNNAMED)
    if asks_for_lack(peer.pods.pods):
        return place.rest == peer
    names = names_of(peer.pods.namespaces)
    return place.name in names if names is not None else place.asked == peer.pods.namespaces


@pytest.mark.search(15)
def test_places_reach_each_other_on_all_ports_on_which_their_peers_do(seed):
    maker = Peers(random.Random(f"places {seed}"))
    ruleset = maker.ruleset()
    relation = relation_of(population_with(maker.peers(8), ruleset), ruleset)
    placed = by_place(relation)
    found = {}
    for group in placed.groups:
        for source in numbers(group.sources):
            for destination in numbers(group.destinations):
                assert (source, destination) not in found
                found[source, destination] = facts(group.ports, NUMBERS, ())
    expected = {}
    for each in relation.connections():
        for source, here in enumerate(placed.places):
            for destination, there in enumerate(placed.places):
                if is_in(each.source, here) and is_in(each.destination, there):
                    held = expected.setdefault((source, destination), set())
                    held |= facts(each.ports, NUMBERS, ())
    assert found == expected


TCP = PortSet((PortInterval("TCP", 80, 80),))
LACKING = selector_of([LabelRequirement("app", "DoesNotExist")])


def in_(namespace):
    return Peer(id=f"{namespace}/w", end=Pod(namespace=namespace))


def placed(peers, *rows):
    peers = list(peers)
    return by_place(RelatedPeers(tuple(peers), rows, Members([each.end for each in peers])))


def test_places_are_namespaces_then_several_then_the_rest_and_addresses():
    teams = PodSet(selector_of([LabelRequirement("team", "Exists")]), EVERYTHING)
    sets = [EVERY_POD, teams, PodSet(in_namespace("shop"), LACKING), PodSet(in_namespace("far"), EVERYTHING)]
    net = Peer(id="+", end=ADDRESSES[0])
    peers = [net, *(peer_of(each, Namespaces({})) for each in sets), in_("shop"), in_("zoo"), in_(None)]
    places = placed(peers).places
    assert [place.id for place in places] == ["(no namespace)", "far", "shop", "zoo", "*", "[team]", "shop/[!app]", "+"]
    assert [place.name for place in places] == [UNNAMED, "far", "shop", "zoo", None, None, None, None]


def test_what_namespaces_reach_in_themselves_is_apart_where_that_makes_fewer_groups():
    a, b, c, d, e = (1 << number for number in range(5))
    rows = [(a, {TCP: e}), (b, {TCP: b | e}), (c, {TCP: c | e}), (d, {TCP: d | e}), (e, {TCP: e})]
    found = placed(map(in_, "abcde"), *rows).groups
    assert found == (*((each, each, TCP) for each in (b, c, d, e)), (a | b | c | d, e, TCP))
    # Who reaches nobody else is in no group but its own.
    apart = [(b, {TCP: a | b | e}), (c, {TCP: c | d | e}), (d, {TCP: d}), (e, {TCP: e})]
    found = placed(map(in_, "abcde"), *apart).groups
    assert found == (*((each, each, TCP) for each in (b, c, d, e)), (b, a | e, TCP), (c, d | e, TCP))
    # As many groups either way: nothing is apart.
    few = [(b, {TCP: b | e}), (c, {TCP: c | e})]
    assert placed(map(in_, "abcde"), *few).groups == ((b, b | e, TCP), (c, c | e, TCP))


def test_what_only_lacks_labels_is_the_rest():
    absent, other = LabelRequirement("app", "DoesNotExist"), LabelRequirement("tier", "NotIn", ("x",))
    assert [asks_for_lack(selector_of(each)) for each in ([absent], [other], [absent, other])] == [True] * 3
    assert not asks_for_lack(EVERYTHING)
    assert not asks_for_lack(selector_of([absent, LabelRequirement("tier", "Exists")]))
