from io import BytesIO

import pytest

from netpolc.flows.reading import clock
from netpolc.flows.reading.front import Reading
from netpolc.project.filesystem import DISK
from tests.unit.flows.reading.samples import SAMPLES, hubble, line, netobserv

HUBBLE = SAMPLES["hubble"]


def read(data):
    """The flows of a standard input, and what is said of it."""
    reading = Reading(["-"], None, DISK, stdin=BytesIO(data))
    return list(reading), reading


def said(reading):
    return [(each.code, each.message) for each in reading.diagnostics]


def records(count, **also):
    return b"".join(line({"flow": hubble(uuid=str(n), **also)}) for n in range(count))


@pytest.mark.parametrize(
    ("also", "expected", "times"),
    [
        ({"time": "2061-01-01T00:00:00Z"}, [("NP862", "2 records from the future, by more than a day")], None),
        ({"time": "1999-01-01T00:00:00Z"}, [], 915148800.0),
    ],
)
def test_records_from_the_future_count_without_their_time(also, expected, times):
    flows, reading = read(HUBBLE + records(2, **also))
    assert [each.last for each in flows[1:]] == [times, times]
    assert said(reading) == [(code, f"{text}, the first in line 2 of `<stdin>`") for code, text in expected]
    assert reading.passed_over == ()


def test_what_ends_before_it_begins_counts_for_the_time_in_between():
    record = line(netobserv(TimeFlowStartMs=1_793_527_200_500, TimeFlowEndMs=1_793_527_200_000))
    flows, reading = read(SAMPLES["netobserv"] + record)
    assert (flows[1].first, flows[1].last) == (1_793_527_200.0, 1_793_527_200.5)
    assert said(reading) == [("NP863", "1 record that ends before it begins, in line 2 of `<stdin>`")]


def test_times_a_little_ahead_are_as_good_as_others(monkeypatch):
    ahead = clock.time.time() + clock.AHEAD
    monkeypatch.setattr(clock.time, "time", lambda: ahead)
    flows, reading = read(records(1, time="2026-11-01T00:00:00Z"))
    assert (flows[0].last, reading.diagnostics) == (1_793_491_200.0, ())
