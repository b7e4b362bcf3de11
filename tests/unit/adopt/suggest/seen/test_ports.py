from netpolc.adopt.suggest.seen.ports import MOST, intervals_of
from netpolc.sets.ports import PortInterval


def written(*ports):
    return [(each.first, each.last, adds) for each, adds in intervals_of(("TCP", port) for port in ports)]


def test_few_ports_are_written_one_by_one():
    assert written(443, 80) == [(80, 80, None), (443, 443, None)]
    assert len(written(*range(30000, 30000 + MOST))) == MOST


def test_ports_of_each_protocol_are_their_own():
    assert list(intervals_of([("UDP", 53), ("TCP", 53)])) == [
        (PortInterval("TCP", 53, 53), None),
        (PortInterval("UDP", 53, 53), None),
    ]


def test_many_ports_that_nobody_chose_become_a_range_that_says_what_it_adds():
    many = range(30000, 30400, 10)
    assert written(21, 5432, *many) == [
        (21, 21, None),
        (5432, 5432, None),
        (30000, 30390, "40 of the 391 ports 30000-30390 were seen"),
    ]
    assert written(*range(2000, 2100)) == [(2000, 2099, None)]


def test_what_is_many_still_is_joined_where_that_adds_the_least():
    far = [1, 2, *range(4000, 60000, 2000)]
    found = written(*far)
    assert len(found) == MOST
    assert found[0] == (1, 2, None)
