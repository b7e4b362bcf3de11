"""The algebra of addresses against sets of numbers, at both ends of both families, where all bounds of it are."""

import itertools
import random

import pytest

from netpolc.sets.addresses import (
    BITS,
    EVERY_ADDRESS,
    FAMILIES,
    NO_ADDRESS,
    AddressRange,
    AddressSet,
    atoms,
    block,
    union,
)
from tests.rows import each_row

BETWEEN = 8
"""Stands for all addresses that are not near an end."""
POINTS = [(family, point) for family in FAMILIES for point in (*range(9), *range(-8, 0))]
EVERYWHERE = frozenset(POINTS)


def number(family, point):
    return point % 2 ** BITS[family]


def ranges_of(family, point):
    last = number(family, -9) if point == BETWEEN else number(family, point)
    return AddressSet((AddressRange(family, number(family, point), last),))


def addresses(points):
    return union([ranges_of(*point) for point in points])


def points_of(held):
    return frozenset(
        (family, point)
        for family, point in POINTS
        if any(each.family == family and each.first <= number(family, point) <= each.last for each in held.ranges)
    )


def some_points(source):
    """A few of both families, or a run that goes across the middle."""
    if source.random() < 0.3:
        first, last = sorted(source.sample(range(len(POINTS)), k=2))
        return frozenset(POINTS[first:last])
    return frozenset(source.sample(POINTS, source.randint(0, 10)))


@pytest.fixture
def samples():
    source = random.Random(1)
    return [some_points(source) for _ in range(300)]


def is_normal(held):
    apart = all(
        one.family != other.family or one.last + 1 < other.first for one, other in itertools.pairwise(held.ranges)
    )
    within = all(0 <= each.first <= each.last < 2 ** BITS[each.family] for each in held.ranges)
    return apart and within and held.ranges == tuple(sorted(held.ranges))


def test_a_union_is_normal_and_holds_what_its_sets_hold(samples):
    for one, other in itertools.pairwise(samples):
        both = union([addresses(one), addresses(other), addresses(one)])
        assert points_of(both) == one | other
        assert is_normal(both)
    assert union([]) == NO_ADDRESS


def test_ranges_in_ranges_are_swallowed():
    wide, narrow, beyond = (AddressSet((AddressRange(4, *ends),)) for ends in ((0, 9), (2, 3), (5, 12)))
    assert union([wide, narrow]) == wide
    assert union([narrow, beyond, wide]) == AddressSet((AddressRange(4, 0, 12),))


def test_intersections_and_differences(samples):
    for one, other in itertools.pairwise(samples):
        mine, yours = addresses(one), addresses(other)
        assert points_of(mine & yours) == one & other
        assert points_of(mine - yours) == one - other
        assert is_normal(mine & yours)
        assert mine & yours == yours & mine
        assert mine - yours == mine & yours.complement()


def test_complements(samples):
    for points in samples:
        held = addresses(points)
        rest = held.complement()
        assert points_of(rest) == EVERYWHERE - points
        assert is_normal(rest)
        assert rest.complement() == held
    assert NO_ADDRESS.complement() == EVERY_ADDRESS
    assert EVERY_ADDRESS.complement() == NO_ADDRESS
    assert AddressSet((AddressRange(4, 0, 2**32 - 1), AddressRange(6, 0, 2**128 - 1))) == EVERY_ADDRESS


def test_a_set_is_true_when_it_has_any_address(samples):
    for points in samples:
        assert bool(addresses(points)) is bool(points)


def test_membership(samples):
    for points in samples:
        held = addresses(points)
        for family, point in POINTS:
            assert held.contains(family, number(family, point)) is ((family, point) in points)


@each_row(
    "family, network, prefix, first, last",
    [
        (4, 0, 0, 0, 2**32 - 1),
        (4, 10 << 24, 8, 10 << 24, (11 << 24) - 1),
        (4, 7, 32, 7, 7),
        (6, 0, 0, 0, 2**128 - 1),
        (6, 1 << 127, 1, 1 << 127, 2**128 - 1),
        (6, 2**128 - 1, 128, 2**128 - 1, 2**128 - 1),
    ],
)
def test_the_addresses_of_a_block(family, network, prefix, first, last):
    assert block(family, network, prefix) == AddressSet((AddressRange(family, first, last),))


def test_atoms_are_the_largest_parts_that_no_set_cuts(samples):
    for several in zip(*[iter(samples)] * 4, strict=True):
        signatures = {}
        for family, point in POINTS:
            members = frozenset(place for place, points in enumerate(several) if (family, point) in points)
            signatures.setdefault((family, members), set()).add((family, point))
        found = atoms([addresses(points) for points in several])
        assert {points_of(part) for part in found} == set(map(frozenset, signatures.values()))
        assert len(found) == len(signatures)
        assert all(is_normal(part) for part in found)
        assert found == sorted(found, key=lambda part: part.ranges[0])


def test_atoms_of_nothing_are_the_families():
    assert atoms([]) == atoms([EVERY_ADDRESS]) == [block(4, 0, 0), block(6, 0, 0)]


def test_equal_sets_cut_once():
    assert len(atoms([block(4, 0, 8)] * 3)) == 3
