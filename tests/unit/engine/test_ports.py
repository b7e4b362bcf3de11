"""Pieces of ports against every number, and every choice of names, that they could tell apart."""

import itertools
import random

from netpolc.engine.ports import EVERY_PORTS, DestinationPorts, meet, met, pieces, subtract
from netpolc.sets.ports import EVERY_PORT, FIRST, LAST, PROTOCOLS, NamedPort, PortInterval, PortSet, ports_of
from tests.unit.engine.universe import NAMES, Maker, in_ports

CHOICES = [frozenset(chosen) for size in range(4) for chosen in itertools.combinations(NAMES, size)]
POINTS = [
    (names, protocol, port) for names in CHOICES for protocol in ("TCP", "UDP") for port in range(FIRST, FIRST + 6)
]


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


def is_in(ports, names, protocol, port):
    """Whether a port is in a set where the pod gives it these names."""
    return ports.contains(protocol, port) or any(
        each.protocol == protocol and {each.name, *each.also} <= names and each.first <= port <= each.last
        for each in ports.names
    )


def test_what_two_sets_have_in_common_for_pods_that_may_give_ports_any_names():
    maker = Maker(random.Random(3))
    for _ in range(500):
        one, other = maker.port_set(), maker.port_set()
        both = met(one, other)
        for point in POINTS:
            assert is_in(both, *point) is (is_in(one, *point) and is_in(other, *point)), (one, other, point)


def test_two_names_are_met_by_ports_that_have_both():
    http, web = (ports_of([NamedPort("TCP", name)]) for name in ("http", "web"))
    assert met(http, web).names == (NamedPort("TCP", "http", also=("web",)),)
    assert met(http, http) == met(http, EVERY_PORT) == http
    assert met(http, ports_of([PortInterval("TCP", 80, 90)])).names == (NamedPort("TCP", "http", 80, 90),)
    assert met(http, ports_of([PortInterval("UDP", 80, 90), NamedPort("UDP", "web")])) == PortSet()
    assert met(met(http, web), http) == met(web, met(http, web)) == met(http, web)
    low, high = (ports_of([NamedPort("TCP", "http", *ends)]) for ends in ((80, 90), (85, 95)))
    assert met(low, high).names == (NamedPort("TCP", "http", 85, 90),)
    some = met(met(http, web), ports_of([PortInterval("TCP", 80, 90)]))
    assert some.names == (NamedPort("TCP", "http", 80, 90, ("web",)),)
    one = ports_of([NamedPort("TCP", "web", 90, 90)])
    assert met(some, one).names == (NamedPort("TCP", "http", 90, 90, ("web",)),)
