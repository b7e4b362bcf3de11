import os

import pytest

from netpolc import processors


def test_results_are_in_the_order_of_their_shares():
    elsewhere = processors.Elsewhere([1, 2, 3], lambda number: bytes([number]) * 100_000)
    assert [None if result is None else (len(result), result[0]) for result in elsewhere.results()] == [
        (100_000, number) for number in (1, 2, 3)
    ]


def test_a_share_whose_process_fails_has_no_result():
    def work(number):
        if number == 1:
            raise KeyboardInterrupt
        if number == 2:
            os.kill(os.getpid(), 9)
        return b"done"

    assert processors.Elsewhere([1, 2, 3], work).results() == [None, None, b"done"]


@pytest.mark.parametrize("count", [1, 2, 5])
def test_shares_hold_every_item_once_and_none_is_much_larger(count):
    sizes = [7, 1, 30, 4, 4, 9, 12, 2, 2, 15]
    shares = processors.shares_of(((size, size) for size in sizes), count)
    assert len(shares) == count
    assert sorted(size for share in shares for size in share) == sorted(sizes)
    assert max(map(sum, shares)) <= max(*sizes, sum(sizes) / count * 4 / 3)


def test_small_work_is_worth_one_process(monkeypatch):
    monkeypatch.setattr(processors, "available", lambda: 4)
    assert [processors.count_for(size, 100) for size in (0, 99, 199, 200, 1000)] == [1, 1, 1, 2, 4]


def test_where_processes_cannot_be_split_there_is_one(monkeypatch):
    assert processors.available() >= 1
    monkeypatch.delattr(os, "fork")
    assert processors.available() == 1
