"""Pieces of ports against every number, and every choice of names, that they could tell apart."""

import itertools
import random

from netpolc.sets.named_ports import EVERY_PORTS, DestinationPorts, meet, pieces, subtract, written
from netpolc.sets.ports import (
    EVERY_PORT,
    FIRST,
    LAST,
    PROTOCOLS,
    NamedPort,
    PortInterval,
    PortSet,
    difference,
    intersection,
    ports_of,
    union,
)
from tests.unit.engine.universe import NAMES, Maker, in_ports

CHOICES = [frozenset(chosen) for size in range(4) for chosen in itertools.combinations(NAMES, size)]
SOME_NUMBERS = (*range(FIRST, FIRST + 6), LAST)
POINTS = [(names, protocol, port) for names in CHOICES for protocol in ("TCP", "UDP") for port in SOME_NUMBERS]


def points_of(ports):
    return [point for point in POINTS if ports is not None and in_ports(ports, *point)]


def some_pairs(seed, count):
    maker = Maker(random.Random(seed))
    return [(maker.piece(), maker.piece()) for _ in range(count)]


def test_every_port_is_of_any_name_and_the_familiar_ones_come_first():
    assert set(EVERY_PORTS) == {
        DestinationPorts(protocol, 1, 65535, frozenset(), frozenset()) for protocol in PROTOCOLS
    }
    assert EVERY_PORTS[0].protocol == "TCP"


def test_what_two_have_in_common():
    for one, other in some_pairs(1, 1000):
        both = meet(one, other)
        assert points_of(both) == [point for point in points_of(one) if in_ports(other, *point)]
        assert both == meet(other, one)
        assert (both is None) is (not points_of(both))


def test_what_is_left_comes_in_parts_that_have_nothing_in_common():
    for one, other in some_pairs(2, 1000):
        parts = list(subtract(one, other))
        found = [point for part in parts for point in points_of(part)]
        assert len(found) == len(set(found))
        assert set(found) == set(points_of(one)) - set(points_of(other))
        assert all(points_of(part) for part in parts)


def test_what_has_nothing_in_common_stays_whole():
    one = DestinationPorts("TCP", 1, 5, frozenset({"http"}))
    assert list(subtract(one, DestinationPorts("UDP", 1, 5))) == [one]
    assert list(subtract(one, DestinationPorts("TCP", 1, 5, frozenset(), frozenset({"http"})))) == [one]


def test_the_pieces_of_a_set():
    ports = ports_of([PortInterval("TCP", 1, 2), PortInterval("UDP", 4, 4), NamedPort("TCP", "http")])
    assert list(pieces(ports)) == [
        DestinationPorts("TCP", 1, 2),
        DestinationPorts("UDP", 4, 4),
        DestinationPorts("TCP", FIRST, LAST, frozenset({"http"})),
    ]


def held(ports):
    """The points that are in a set."""
    return {point for point in POINTS if any(in_ports(each, *point) for each in pieces(ports))}


def some_sets(seed, count):
    """Sets as rules have them, and as they are left where tiers deny names."""
    maker = Maker(random.Random(seed))
    for _ in range(count):
        sizes = maker.random.choice((0, 1, 1, 2, 3))
        yield maker.port_set() if maker.chance(0.3) else ports_of(written(maker.piece()) for _ in range(sizes))


def test_the_algebra_of_sets_holds_for_pods_that_may_give_ports_any_names():
    for one, other in zip(some_sets(3, 600), some_sets(4, 600), strict=True):
        assert held(intersection(one, other)) == held(one) & held(other), (one, other)
        assert held(difference(one, other)) == held(one) - held(other), (one, other)
        assert held(union([one, other])) == held(one) | held(other), (one, other)


def test_sets_that_say_the_same_of_names_are_equal():
    by_points = {}
    for one, other in zip(some_sets(5, 400), some_sets(6, 400), strict=True):
        for each in (one, intersection(one, other), difference(one, other), union([one, other])):
            # Single ports and ranges of the same numbers are two things to policies.
            key = frozenset(held(each)), each.intervals
            assert by_points.setdefault(key, each) == each


def test_what_is_not_called_by_a_name():
    http, web = (ports_of([NamedPort("TCP", name)]) for name in ("http", "web"))
    every = ports_of([PortInterval("TCP", FIRST, LAST)])
    but_http = difference(every, http)
    assert but_http == PortSet(names=(NamedPort("TCP", "", but=("http",)),))
    assert difference(but_http, web) == PortSet(names=(NamedPort("TCP", "", but=("http", "web")),))
    assert intersection(but_http, web) == PortSet(names=(NamedPort("TCP", "web", but=("http",)),))
    assert union([but_http, http]) == every
    assert union([intersection(but_http, web), http]) == union([web, http])
    number = ports_of([PortInterval("TCP", 80, 80)])
    assert difference(number, http) == PortSet(names=(NamedPort("TCP", "", 80, 80, but=("http",)),))
    assert difference(http, but_http) == http
    beside = ports_of([NamedPort("TCP", "http", 1, 1), PortInterval("TCP", 3, 3)])
    ends = NamedPort("TCP", "", 3, 3, but=("web",)), NamedPort("TCP", "http", 1, 1, but=("web",))
    assert difference(beside, web).names == ends


def test_two_names_are_met_by_ports_that_have_both():
    http, web = (ports_of([NamedPort("TCP", name)]) for name in ("http", "web"))
    assert intersection(http, web).names == (NamedPort("TCP", "http", also=("web",)),)
    assert intersection(http, http) == intersection(http, EVERY_PORT) == http
    assert intersection(http, ports_of([PortInterval("TCP", 80, 90)])).names == (NamedPort("TCP", "http", 80, 90),)
    assert intersection(http, ports_of([PortInterval("UDP", 80, 90), NamedPort("UDP", "web")])) == PortSet()
    assert (
        intersection(intersection(http, web), http)
        == intersection(web, intersection(http, web))
        == intersection(http, web)
    )
    low, high = (ports_of([NamedPort("TCP", "http", *ends)]) for ends in ((80, 90), (85, 95)))
    assert intersection(low, high).names == (NamedPort("TCP", "http", 85, 90),)
    some = intersection(intersection(http, web), ports_of([PortInterval("TCP", 80, 90)]))
    assert some.names == (NamedPort("TCP", "http", 80, 90, ("web",)),)
    one = ports_of([NamedPort("TCP", "web", 90, 90)])
    assert intersection(some, one).names == (NamedPort("TCP", "http", 90, 90, ("web",)),)
