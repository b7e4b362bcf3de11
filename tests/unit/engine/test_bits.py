import random

import pytest

from netpolc.engine.bits import FEW, bits_of, joined, lowest, numbers


@pytest.mark.search(20)
def test_bits_are_sets_of_numbers(seed):
    source = random.Random(seed)
    several = set(source.sample(range(300), source.choice((0, 1, FEW, FEW + 1, 200))))
    bits = bits_of(several)
    assert list(numbers(bits)) == sorted(several)
    assert bits.bit_count() == len(several)
    others = set(source.sample(range(300), 20))
    assert set(numbers(joined([bits, bits_of(others), 0]))) == several | others
    assert set(numbers(bits & bits_of(others))) == several & others
    assert set(numbers(bits | bits_of(others))) == several | others
    assert set(numbers(bits & ~bits_of(others))) == several - others


@pytest.mark.parametrize("several", [[0], [3, 7], [64], range(5, 90), [0, 299]])
def test_the_lowest_number_is_the_first(several):
    assert lowest(bits_of(several)) == min(several) == next(numbers(bits_of(several)))
