import pytest

from netpolc.flows.reading.vpc import VPC
from netpolc.flows.record import FlowEnd
from tests.rows import each_row
from tests.unit.flows.reading.samples import HEADING, line, vpc


def read(*lines):
    read = VPC.start()
    return [read(line(each)) for each in lines][-1]


ROW = {**dict(zip(HEADING.replace("-", "_").split(), vpc().split(), strict=True)), "srcport": 55644, "dstport": 5432}


@pytest.mark.parametrize(
    "record", [ROW, vpc(), f"2026-11-01T10:01:00.000Z {vpc()}", {"timestamp": 1, "message": vpc()}]
)
def test_a_record_of_the_default_format(record):
    assert VPC.fits(record)
    flow = read(record)
    assert (flow.source, flow.destination) == (FlowEnd(address="10.0.0.1"), FlowEnd(address="10.0.0.2"))
    assert (flow.protocol, flow.port, flow.verdict, flow.side) == ("TCP", 5432, "forwarded", None)
    assert (flow.first, flow.last) == (1793527200, 1793527260)


def test_a_heading_names_the_columns():
    assert VPC.fits(HEADING)
    assert read(HEADING) is None
    assert read(HEADING, vpc()) == read(vpc())
    custom = "action dstport srcport protocol pkt-srcaddr srcaddr pkt-dstaddr dstaddr tcp-flags flow-direction"
    flow = read(custom, "REJECT 5432 40000 17 10.0.9.1 10.0.0.1 - 10.0.0.2 0 egress")
    assert (flow.source.address, flow.destination.address) == ("10.0.9.1", "10.0.0.2")
    assert (flow.protocol, flow.verdict, flow.side, flow.first) == ("UDP", "dropped", "egress", None)
    assert read(custom, vpc()).code == "NP869"


@each_row(
    "flags, ports, reason",
    [
        ("2", "40000 40001", None),
        ("3", "40000 40001", None),
        ("18", "40000 40001", "replies"),
        ("19", "40000 40001", "replies"),
        ("0", "443 40001", "replies"),
        ("0", "40000 443", None),
        ("0", "2000 443", None),
        ("0", "5432 8080", "records that may be replies, and do not say so"),
        ("99999", "40000 40001", "records that may be replies, and do not say so"),
    ],
)
def test_replies_are_told_by_flags_and_ports(flags, ports, reason):
    source, destination = ports.split()
    heading = "srcaddr dstaddr srcport dstport protocol action tcp-flags"
    found = read(heading, f"10.0.0.1 10.0.0.2 {source} {destination} 6 ACCEPT {flags}")
    assert getattr(found, "text", None) == reason


def test_what_is_no_flow_of_policies():
    assert read(vpc("0 0", protocol=1)).code is None
    dashes = " ".join(["-"] * 9)
    for status in ("NODATA", "SKIPDATA"):
        record = f"2 123456789010 eni-1 {dashes.removesuffix(' - -')} 1793527200 1793527260 - {status}"
        assert VPC.fits(record)
        assert read(record).code is None
    assert read("srcaddr dstaddr action", "10.0.0.1 10.0.0.2 ACCEPT").code == "NP868"
    for damaged in (vpc(status="WHAT"), vpc(action="WHAT"), vpc("a 1"), vpc(protocol="x"), vpc() + " more", '{"a": 1}'):
        assert read(damaged).code == "NP869"
    assert VPC.start()(b"\xff").code == "NP869"
    assert not VPC.fits(7)
    assert not VPC.fits("2 words of text " * 3 + "and more")
