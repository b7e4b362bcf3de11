"""Tables for the corners; tests/properties holds the algebra against brute force."""

import pytest

from netpolc.sets.ports import EVERY_PORT, PROTOCOLS, NamedPort, PortInterval, PortSet, ports_of, union


def tcp(*pairs):
    return [PortInterval("TCP", *pair) for pair in pairs]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([], []),
        ([(80, 80), (80, 80)], [(80, 80)]),
        ([(80, 80), (81, 81)], [(80, 80), (81, 81)]),
        ([(80, 81), (82, 83)], [(80, 83)]),
        ([(80, 81), (82, 82)], [(80, 81), (82, 82)]),
        ([(79, 79), (80, 81)], [(79, 79), (80, 81)]),
        ([(80, 81), (81, 81)], [(80, 81)]),
        ([(80, 90), (82, 84)], [(80, 90)]),
        ([(1, 65535), (80, 80)], [(1, 65535)]),
        ([(65535, 65535), (1, 1)], [(1, 1), (65535, 65535)]),
    ],
)
def test_intervals_merge_where_that_saves_an_entry_and_needs_no_new_range(given, expected):
    assert ports_of(tcp(*given)).intervals == tuple(tcp(*expected))


def test_protocols_never_merge():
    both = [PortInterval("TCP", 80, 90), PortInterval("UDP", 85, 95)]
    assert ports_of(both).intervals == tuple(both)


def test_a_name_stays_beside_a_range_but_not_beside_all_of_its_protocol():
    http = NamedPort("TCP", "http")
    assert ports_of([http, *tcp((1, 65534))]).names == (http,)
    assert ports_of([http, *tcp((1, 65535))]).names == ()
    assert ports_of([http, PortInterval("UDP", 1, 65535)]).names == (http,)


def test_no_ports_are_not_every_port():
    assert not PortSet().everything
    assert ports_of([]) == union([]) == PortSet() != EVERY_PORT
    assert not any(PortSet().contains(protocol, port) for protocol in PROTOCOLS for port in (1, 65535))


def test_a_union_of_one_is_that_one():
    only = ports_of(tcp((80, 80)))
    assert union([only, only]) is only
