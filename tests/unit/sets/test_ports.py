"""Tables for the corners; tests/properties holds the algebra against brute force."""

import itertools
import random

import pytest

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
    is_plain,
    ports_of,
    union,
)
from tests.rows import each_row


def tcp(*pairs):
    return [PortInterval("TCP", *pair) for pair in pairs]


@each_row(
    "given, expected",
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
        ([(80, 80), (81, 65535), (1, 79)], [(1, 65535)]),
        ([(1, 1), (2, 2), (3, 65535)], [(1, 65535)]),
        ([(1, 1), (2, 65534)], [(1, 1), (2, 65534)]),
    ],
)
def test_intervals_merge_where_that_saves_an_entry_and_needs_no_new_range(given, expected):
    assert ports_of(tcp(*given)).intervals == tuple(tcp(*expected))


def test_protocols_never_merge():
    both = [PortInterval("TCP", 80, 90), PortInterval("UDP", 85, 95)]
    assert ports_of(both).intervals == tuple(both)


HTTP = NamedPort("TCP", "http")


@each_row(
    "name, plain",
    [
        (HTTP, True),
        (NamedPort("TCP", "http", 2), False),
        (NamedPort("TCP", "http", last=9), False),
        (NamedPort("TCP", "http", also=("web",)), False),
        (NamedPort("TCP", "http", but=("web",)), False),
    ],
)
def test_a_name_is_plain_if_nothing_else_is_said(name, plain):
    assert is_plain(name) is plain


UNCALLED = NamedPort("TCP", "", 1, 7, but=("http",))


@each_row(
    "given, expected",
    [
        ([NamedPort("TCP", "http", last=9), NamedPort("TCP", "http", 10)], PortSet((), (HTTP,))),
        ([NamedPort("TCP", "http", last=9), NamedPort("TCP", "http", 10), HTTP], PortSet((), (HTTP,))),
        (
            [NamedPort("TCP", "http", 5, 9), UNCALLED, *tcp((6, 6))],
            PortSet(
                tuple(tcp((5, 5), (6, 6), (7, 7))),
                (
                    NamedPort("TCP", "", 1, 7, but=("http",)),
                    NamedPort("TCP", "http", 5, 9),
                ),
            ),
        ),
    ],
)
def test_names_of_some_numbers_are_together_what_they_add_up_to(given, expected):
    assert ports_of(given) == expected


def test_a_name_stays_beside_a_range_but_not_beside_all_of_its_protocol():
    http = NamedPort("TCP", "http")
    assert ports_of([http, *tcp((1, 65534))]).names == (http,)
    assert ports_of([http, *tcp((1, 65535))]).names == ()
    assert ports_of([http, *tcp((1, 79), (80, 80), (81, 65535))]).names == ()
    assert ports_of([http, PortInterval("UDP", 1, 65535)]).names == (http,)


def test_no_ports_are_not_every_port():
    assert not PortSet().everything
    assert ports_of([]) == union([]) == PortSet() != EVERY_PORT
    assert not any(PortSet().contains(protocol, port) for protocol in PROTOCOLS for port in (1, 65535))


def test_a_union_of_one_is_that_one():
    only = ports_of(tcp((80, 80)))
    assert union([only, only]) is only


EDGES = (*range(FIRST, FIRST + 5), *range(LAST - 4, LAST + 1))
HTTP, DNS = NamedPort("TCP", "http"), NamedPort("UDP", "dns")


def some_sets(seed, count):
    source = random.Random(seed)
    for _ in range(count):
        items = [name for name in (HTTP, DNS) if source.random() < 0.3]
        for _ in range(source.randint(0, 4)):
            first, last = sorted(source.choices(EDGES, k=2))
            items.append(PortInterval(source.choice(PROTOCOLS), first, last))
        if source.random() < 0.2:
            items.append(PortInterval(source.choice(PROTOCOLS), FIRST, LAST))
        yield EVERY_PORT if source.random() < 0.1 else ports_of(items)


def test_an_interval_holds_both_of_its_ends():
    ports = ports_of([PortInterval("UDP", 3, 5)])
    assert [port for port in EDGES if ports.contains("UDP", port)] == [3, 4, 5]
    assert not any(ports.contains("TCP", port) for port in EDGES)


def test_an_intersection_holds_what_both_hold():
    for one, other in zip(some_sets(1, 500), some_sets(2, 500), strict=True):
        both = intersection(one, other)
        for protocol, port in itertools.product(PROTOCOLS, EDGES):
            expected = one.contains(protocol, port) and other.contains(protocol, port)
            assert both.contains(protocol, port) is expected
        for name in (HTTP, DNS):
            held = [name in ports.names or ports.has_every(name.protocol) for ports in (one, other)]
            assert (name in both.names or both.has_every(name.protocol)) is all(held)
        assert both == ports_of([*both.intervals, *both.names])
        assert both == intersection(other, one)


def test_a_difference_holds_what_only_the_first_holds():
    for one, other in zip(some_sets(3, 500), some_sets(4, 500), strict=True):
        rest = difference(one, other)
        for protocol, port, named in itertools.product(PROTOCOLS, EDGES, (set(), {"http"}, {"http", "dns"})):
            expected = has(one, protocol, port, named) and not has(other, protocol, port, named)
            assert has(rest, protocol, port, named) is expected
        assert rest == ports_of([*rest.intervals, *rest.names])


def has(ports, protocol, number, names):
    """Whether a port is in a set, of a pod that gives it some names."""
    return ports.contains(protocol, number) or any(
        each.protocol == protocol
        and names.issuperset(each.names)
        and names.isdisjoint(each.but)
        and each.first <= number <= each.last
        for each in ports.names
    )


def test_a_name_is_held_by_numbers_and_by_some_of_its_names():
    at_53, both = NamedPort("UDP", "dns", 53, 53), NamedPort("UDP", "dns", also=("lookup",))
    whole, number = PortSet(names=(NamedPort("UDP", "dns"),)), ports_of([PortInterval("UDP", 53, 53)])
    assert difference(PortSet(names=(at_53,)), number) == difference(PortSet(names=(both,)), whole) == PortSet()
    around = NamedPort("UDP", "dns", 1, 52), NamedPort("UDP", "dns", 54)
    assert difference(whole, number).names == difference(whole, PortSet(names=(at_53,))).names == around
    assert difference(whole, PortSet(names=(both,))) == PortSet(names=(NamedPort("UDP", "dns", but=("lookup",)),))


def test_a_difference_of_ranges_leaves_what_is_between():
    one, other = ports_of(tcp((1, 20))), ports_of(tcp((1, 2), (5, 5), (9, 30)))
    assert difference(one, other).intervals == tuple(tcp((3, 4), (6, 8)))
    assert difference(other, one).intervals == tuple(tcp((21, 30)))


def test_intersections_with_everything_or_itself_cost_nothing():
    some = ports_of([HTTP, *tcp((80, 80))])
    assert intersection(some, EVERY_PORT) is intersection(EVERY_PORT, some) is intersection(some, some) is some


@pytest.mark.parametrize(
    ("interval", "whole"),
    [((FIRST, LAST), True), ((FIRST + 1, LAST), False), ((FIRST, LAST - 1), False)],
)
def test_every_port_of_a_protocol(interval, whole):
    ports = ports_of(tcp(interval))
    assert ports.has_every("TCP") is whole
    assert not ports.has_every("UDP")


def test_ranges_that_touch_are_joined_from_either_side():
    assert ports_of(tcp((3, 5), (1, 2))).intervals == tuple(tcp((1, 5)))
    assert ports_of(tcp((1, 2), (4, 5))).intervals == tuple(tcp((1, 2), (4, 5)))
    assert ports_of(tcp((1, 4), (2, 3), (4, 4))).intervals == tuple(tcp((1, 4)))
    assert ports_of(tcp((1, 1), (1, 2))).intervals == tuple(tcp((1, 2)))
