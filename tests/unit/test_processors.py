import os

import pytest

from netpolc import processors
from netpolc.processors import spread


def done(items, work, count=3):
    return spread(items, count, work, lambda made: repr(made).encode(), lambda item, content: (item, content.decode()))


def test_results_are_in_the_order_of_their_items():
    items = list(range(100))
    results = done(items, lambda item: "x" * 10_000 + str(item))
    assert all("x" * 10_000 + str(item) in str(result) for item, result in zip(items, results, strict=True))


def test_each_item_is_done_once_and_by_several(tmp_path):
    def work(item):
        with (tmp_path / str(os.getpid())).open("a") as file:
            file.write(f"{item}\n")
        os.sched_yield()
        return item

    done(list(range(3_000)), work)
    taken = [int(line) for file in tmp_path.iterdir() for line in file.read_text().splitlines()]
    assert sorted(taken) == list(range(3_000))


def test_there_may_be_more_items_than_tickets(monkeypatch):
    monkeypatch.setattr(processors, "TICKETS", 7)
    for count in (7, 8, 13, 14, 15, 100):
        assert len(done(list(range(count)), str)) == count


def test_what_a_process_took_that_fails_is_done_by_the_caller():
    parent = os.getpid()

    def work(item):
        if os.getpid() != parent:
            if item % 2:
                raise KeyboardInterrupt
            os.kill(os.getpid(), 9)
        return item

    assert done(list(range(500)), work) == list(range(500))


@pytest.mark.parametrize(("items", "count"), [([], 3), ([1], 3), ([1, 2, 3], 1), ([1, 2, 3], 0)])
def test_little_stays_in_one_process(items, count, monkeypatch):
    monkeypatch.delattr(os, "fork")
    assert done(items, str, count) == list(map(str, items))


def test_no_descriptor_stays_open():
    lowest = os.dup(0)
    os.close(lowest)
    done(list(range(50)), str)
    again = os.dup(0)
    os.close(again)
    assert again == lowest


@pytest.mark.parametrize("count", [1, 2, 5])
def test_shares_hold_every_item_once_and_none_is_much_larger(count):
    sizes = [7, 1, 30, 4, 4, 9, 12, 2, 2, 15]
    shares = processors.shares_of(((size, size) for size in sizes), count)
    assert len(shares) == count
    assert sorted(size for share in shares for size in share) == sorted(sizes)
    assert max(map(sum, shares)) <= max(*sizes, sum(sizes) / count * 4 / 3)


def test_small_work_is_worth_one_process(monkeypatch):
    monkeypatch.setattr(processors, "available", lambda: 4)
    assert [processors.count_for(size, 100, 4) for size in (0, 99, 199, 200, 1000)] == [1, 1, 1, 2, 4]


def test_where_processes_cannot_be_split_there_is_one(monkeypatch):
    assert processors.available() >= 1
    monkeypatch.delattr(os, "fork")
    assert processors.available() == 1
