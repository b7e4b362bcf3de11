import random

import pytest

from netpolc.engine.bits import bits_of, lowest, numbers
from netpolc.engine.groups import MOST_TURNED, group_rows
from netpolc.sets.ports import EVERY_PORT, PortInterval, PortSet

PORTS = [EVERY_PORT, *(PortSet((PortInterval("TCP", port, port),)) for port in (1, 2))]


def rows_of(source):
    """Rows as sources that nothing tells apart have them: each destination is reached on one set of ports."""
    left = list(range(12))
    source.shuffle(left)
    while left:
        sources, left = left[: source.randint(1, 3)], left[3:]
        row = {}
        for destination in range(12):
            if source.random() < 0.6:
                ports = source.choice(PORTS)
                row[ports] = row.get(ports, 0) | 1 << destination
        yield bits_of(sources), row


def pairs(several):
    return [
        (source, destination, ports)
        for sources, destinations, ports in several
        for source in numbers(sources)
        for destination in numbers(destinations)
    ]


@pytest.mark.search(30)
def test_groups_are_the_pairs_of_the_rows_each_once(seed):
    rows = list(rows_of(random.Random(seed)))
    found = group_rows(rows)
    expected = pairs((sources, bits, ports) for sources, row in rows for ports, bits in row.items())
    assert sorted(pairs(found)) == sorted(expected)
    order = [(lowest(each.sources), lowest(each.destinations), each.ports) for each in found]
    assert order == sorted(order)
    shuffled = random.Random(seed).sample(rows, len(rows))
    assert group_rows(shuffled) == found


def test_sources_of_the_same_and_destinations_of_the_same_are_together():
    one, other = PORTS[1:]
    assert group_rows([(0b01, {one: 0b1100}), (0b10, {one: 0b1100})]) == [(0b11, 0b1100, one)]
    # Two sources that reach a destination each, and a common one, are as many groups either way.
    assert len(group_rows([(0b01, {one: 0b0101}), (0b10, {one: 0b0110})])) == 2
    # Many that reach one more each are grouped by who reaches it.
    rows = [(1 << number, {one: bits_of(range(number + 1))}) for number in range(3)]
    assert len(group_rows(rows)) == 3
    fan = [(1 << number, {one: bits_of([0, 1 + number // 4])}) for number in range(8)]
    assert len(group_rows(fan)) == 2
    assert group_rows([(0b1, {one: 0b1, other: 0b10})]) == [(0b1, 0b1, one), (0b1, 0b10, other)]


def test_destinations_are_together_where_that_makes_fewer_groups():
    one = PORTS[1]
    rows = [(0b001, {one: 0b01}), (0b010, {one: 0b10}), (0b100, {one: 0b11})]
    assert group_rows(rows) == [(0b101, 0b01, one), (0b110, 0b10, one)]
    # As many either way are told by their sources.
    steps = [(1 << number, {one: bits_of(range(number + 1))}) for number in range(3)]
    assert group_rows(steps) == [(0b001, 0b001, one), (0b010, 0b011, one), (0b100, 0b111, one)]


def test_destinations_are_counted_up_to_a_width():
    """Three rows of two halves that are as wide, on average, as is worth it, and of one that is wider."""
    for more, expected in ((0, 2), (1, 3)):
        half = MOST_TURNED * 3 // 4
        low, high = bits_of(range(half)), bits_of(range(half, 2 * half + more))
        rows = [(0b001, {EVERY_PORT: low}), (0b010, {EVERY_PORT: high}), (0b100, {EVERY_PORT: low | high})]
        assert len(group_rows(rows)) == expected


def test_wide_rows_are_grouped_by_their_sources_alone():
    wide = bits_of(range(MOST_TURNED + 1))
    rows = [(1 << number, {EVERY_PORT: wide ^ 1 << number}) for number in range(3)]
    assert [each.destinations for each in group_rows(rows)] == [wide ^ 1 << number for number in range(3)]
