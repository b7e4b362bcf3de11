from netpolc.flows.reading.amazon_agent import AMAZON
from netpolc.flows.record import FlowEnd
from tests.rows import each_row
from tests.unit.flows.reading.samples import agent, line, zap

SIX = (
    "Flow Info: Src IP: 2001:db8::1 Src Port: 55644 Dest IP: 2001:db8::2 Dest Port: 5432"
    " Proto: TCP Verdict: DENY Direction: ingress Tier: DEFAULT"
)
IN_CLOUDWATCH = (
    "Node: ip-10-0-0-9.ec2.internal;SIP: 10.0.0.1;SPORT: 55644;DIP: 10.0.0.2;DPORT: 5432;PROTOCOL: TCP"
    ";PolicyVerdict: DENY;Tier: DEFAULT"
)
IN_FIELDS = {
    "level": "info",
    "ts": "2026-11-01T10:00:00.250Z",
    "logger": "ebpf-client",
    "msg": "Flow Info:  ",
    "Src IP": "10.0.0.1",
    "Src Port": 55644,
    "Dest IP": "10.0.0.2",
    "Dest Port": 5432,
    "Proto": "TCP",
    "Verdict": "DENY",
}


def read(record):
    return AMAZON.start()(line(record))


@each_row(
    "record, verdict, side, time",
    [
        (zap(agent()), "forwarded", "egress", 1793527200.25),
        (f"2026-11-01T10:00:00.250Z\tINFO\tevents.go:238\t{agent('DENY')}", "denied", "egress", 1793527200.25),
        (agent("DENY"), "denied", "egress", None),
        (IN_FIELDS, "denied", None, 1793527200.25),
        (IN_CLOUDWATCH, "denied", None, None),
        ({"timestamp": 1793527200250, "message": IN_CLOUDWATCH}, "denied", None, 1793527200.25),
    ],
)
def test_a_line_in_each_spelling(record, verdict, side, time):
    assert AMAZON.fits(record)
    flow = read(record)
    assert (flow.source, flow.destination) == (FlowEnd(address="10.0.0.1"), FlowEnd(address="10.0.0.2"))
    assert (flow.protocol, flow.port) == ("TCP", 5432)
    assert (flow.verdict, flow.side, flow.first) == (verdict, side, time)


def test_lines_of_ipv6_have_colons():
    flow = read(zap(SIX))
    assert (flow.source.address, flow.destination.address, flow.port) == ("2001:db8::1", "2001:db8::2", 5432)
    assert (flow.verdict, flow.side) == ("denied", "ingress")


def test_what_is_no_flow_of_policies():
    for passed in (agent("EXPIRED/DELETED"), agent(protocol="ICMP"), "Some other line", zap("Got reconcile request")):
        assert read(passed).code is None
    assert read("") is None
    for damaged in (agent("WHAT"), agent()[:60], agent().replace("5432", "0"), '{"msg": 7}', {"Src IP": "10.0.0.1"}):
        assert read(damaged).code == "NP869"
    assert AMAZON.start()(b"\xff").code == "NP869"
    assert not AMAZON.fits(zap("Got reconcile request"))
    assert not AMAZON.fits({"msg": 7})
