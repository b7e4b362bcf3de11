"""Namespaces talk where any of their pods do, on the ports on which these do."""

import random

import pytest

from netpolc.engine.bits import numbers
from netpolc.engine.peers import population_with
from netpolc.engine.places import by_place
from netpolc.engine.regions import UNNAMED, names_of
from netpolc.engine.relation import relation_of
from netpolc.engine.verdicts import Address
from netpolc.sets.labels import EVERYTHING, LabelRequirement, asks_for_lack, selector_of
from tests.models.pairwise import facts
from tests.unit.engine.test_relation import NUMBERS, Peers


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


@pytest.mark.search(30)
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


def test_what_only_lacks_labels_is_the_rest():
    absent, other = LabelRequirement("app", "DoesNotExist"), LabelRequirement("tier", "NotIn", ("x",))
    assert [asks_for_lack(selector_of(each)) for each in ([absent], [other], [absent, other])] == [True] * 3
    assert not asks_for_lack(EVERYTHING)
    assert not asks_for_lack(selector_of([absent, LabelRequirement("tier", "Exists")]))
