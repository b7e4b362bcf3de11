import random

from netpolc.flows.record import FlowEnd
from netpolc.flows.stays import MOST_APART, Stay, Times, stays_of

ONE, OTHER = (FlowEnd(namespace="shop", owner=name) for name in ("web", "db"))


def times(*intervals):
    found = Times()
    for each in intervals:
        found.add(*each)
    return found


def test_what_is_near_is_one_in_whatever_order_it_comes():
    several = [(float(minute), minute + 1.0) for minute in range(0, 600, 50)]
    random.Random(0).shuffle(several)
    assert list(times(*several, (5_000.0, 5_000.0)).intervals()) == [(0.0, 551.0), (5_000.0, 5_000.0)]


def test_of_many_times_the_nearest_are_one():
    found = list(times(*((100.0 * number**2, 100.0 * number**2) for number in range(50))).intervals())
    assert MOST_APART <= len(found) <= 2 * MOST_APART
    assert (found[0][0], found[-1][1]) == (0.0, 100.0 * 49**2)


def test_a_pod_stays_until_another_one_comes_and_may_come_back():
    seen = {ONE: times((0.0, 1.0), (500.0, 501.0), (9_000.0, 9_001.0)), OTHER: times((5_000.0, 5_002.0))}
    assert stays_of(seen) == (Stay(ONE, 0.0, 501.0), Stay(OTHER, 5_000.0, 5_002.0), Stay(ONE, 9_000.0, 9_001.0))
