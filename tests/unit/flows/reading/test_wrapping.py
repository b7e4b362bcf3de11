import json
from io import BytesIO

import pytest

from netpolc.flows.reading.front import FORMAT_NAMES, Reading
from netpolc.flows.record import PassedOver
from netpolc.project.filesystem import DISK
from tests.unit.flows.reading.samples import SAMPLES, hubble, line

STAMP = b"2026-11-01T10:00:00.123456789Z"
HUBBLE = SAMPLES["hubble"]
REPLY = line({"flow": hubble(is_reply=True)})


def read(data):
    reading = Reading(["-"], None, DISK, stdin=BytesIO(data))
    return list(reading), reading


def of_runtime(record, stream=b"stdout", tag=b"F"):
    return b"%s %s %s %s\n" % (STAMP, stream, tag, record.rstrip(b"\n"))


def of_docker(record):
    return line({"log": record.decode(), "stream": "stdout", "time": STAMP.decode()})


def of_loki(record):
    return line({"labels": {"app": "x"}, "line": record.decode().rstrip(), "timestamp": STAMP.decode()})


def of_stern(record):
    return line({"message": record.decode().rstrip(), "nodeName": "n", "namespace": "kube-system", "podName": "p"})


WRAPPED = {each.__name__: each for each in (of_runtime, of_docker, of_loki, of_stern)}


@pytest.mark.parametrize("name", FORMAT_NAMES)
@pytest.mark.parametrize("wrap", WRAPPED)
def test_records_are_read_whatever_collected_them(name, wrap):
    (expected,), _ = read(SAMPLES[name])
    flows, reading = read(WRAPPED[wrap](SAMPLES[name]))
    assert [each.source for each in flows] == [expected.source]
    assert reading.diagnostics == ()


@pytest.mark.parametrize("wrap", WRAPPED)
def test_reasons_and_places_are_those_of_the_lines(wrap):
    flows, reading = read(b"".join(map(WRAPPED[wrap], (HUBBLE, REPLY, b"{", HUBBLE, REPLY))))
    assert len(flows) == 2
    assert reading.passed_over[0] == PassedOver("replies", 2, "<stdin>", 2)
    assert [(each.code, each.message.rpartition(", ")[2]) for each in reading.diagnostics] == [
        ("NP869", "in line 3 of `<stdin>`")
    ]


def test_an_array_of_what_was_collected():
    values = [json.loads(of_loki(each)) for each in (HUBBLE, REPLY, HUBBLE)]
    flows, reading = read(json.dumps(values, indent=1).encode())
    assert (len(flows), reading.diagnostics) == (2, ())


def test_the_parts_of_a_line_are_joined_by_their_stream():
    parts = [HUBBLE[:100], HUBBLE[100:200], HUBBLE[200:]]
    data = of_runtime(HUBBLE) + b"".join(
        of_runtime(part, tag=tag) + of_runtime(b"a warning of the agent", stream=b"stderr")
        for part, tag in zip(parts, (b"P", b"P", b"F"), strict=True)
    )
    flows, reading = read(data)
    assert len(flows) == 2
    assert [each.message for each in reading.diagnostics] == [
        "3 lines that are damaged or of something else, the first in line 3 of `<stdin>`"
    ]


def test_what_holds_no_records_is_none():
    _, reading = read(of_loki(b"GET / 200") * 3)
    assert [each.code for each in reading.diagnostics] == ["NP867"]
