"""Pieces of ports against every number, and every choice of names, that they could tell apart."""

import itertools
import random

from netpolc.engine.ports import EVERY_PORTS, DestinationPorts, meet, pieces, subtract
from netpolc.sets.ports import FIRST, LAST, PROTOCOLS, NamedPort, PortInterval, ports_of
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
