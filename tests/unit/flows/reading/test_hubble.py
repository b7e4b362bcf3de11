import msgspec
import pytest

from netpolc.flows.reading.hubble import HUBBLE
from netpolc.flows.record import FlowEnd
from tests.rows import each_row
from tests.unit.flows.reading.samples import hubble, line

WORLD = {"labels": ["reserved:world"]}
SYN, SYN_ACK, ACK = {"SYN": True}, {"SYN": True, "ACK": True}, {"ACK": True}


def read(record):
    return HUBBLE.start()(line(record))


def tcp(port=5432, source=55644, **flags):
    return {"TCP": {"source_port": source, "destination_port": port, **flags}}


@pytest.mark.parametrize("record", [{"flow": hubble(), "node_name": "kind/worker"}, hubble()])
def test_a_record_in_a_line_of_today_or_alone(record):
    flow = read(record)
    assert flow.source == FlowEnd(
        namespace="shop",
        pod="webapp-6d4b9c6f5-x2x9z",
        owner="webapp",
        kind="Deployment",
        labels=(("app", "webapp"),),
        namespace_labels=(("team", "payments"),),
        address="10.0.0.1",
    )
    assert (flow.destination.pod, flow.destination.kind) == ("db-0", "StatefulSet")
    assert (flow.protocol, flow.port, flow.verdict, flow.side) == ("TCP", 5432, "forwarded", "egress")
    assert (flow.first, flow.last, flow.count) == (1793527200.25, 1793527200.25, 1)


@each_row(
    "record, verdict",
    [
        ({"verdict": "REDIRECTED"}, "forwarded"),
        ({"verdict": "AUDIT"}, "forwarded"),
        ({"verdict": "DROPPED", "drop_reason_desc": "POLICY_DENIED"}, "denied"),
        ({"verdict": "DROPPED", "drop_reason_desc": "POLICY_DENY"}, "denied"),
        ({"verdict": "DROPPED", "drop_reason": 133}, "denied"),
        ({"verdict": "DROPPED", "drop_reason_desc": "INVALID_SOURCE_IP"}, "dropped"),
        ({"verdict": "DROPPED", "Type": "L7"}, "dropped"),
        ({"verdict": "ERROR"}, "dropped"),
    ],
)
def test_what_policies_deny_is_told_from_other_drops(record, verdict):
    assert read(hubble(**record)).verdict == verdict


@each_row(
    "record, reason",
    [
        ({"is_reply": True}, "replies"),
        ({"is_reply": ..., "reply": True}, "replies"),
        ({"is_reply": ..., "l4": tcp(flags=SYN)}, None),
        ({"is_reply": ..., "l4": tcp(flags=SYN_ACK)}, "replies"),
        ({"is_reply": ..., "l4": tcp(flags=ACK)}, None),
        ({"is_reply": ..., "l4": tcp(45000, 5432)}, "replies"),
        ({"is_reply": ..., "l4": tcp(45000, 45001)}, "records that may be replies, and do not say so"),
        ({"is_reply": ..., "l4": tcp(45000, 45001), "verdict": "DROPPED", "drop_reason": 133}, None),
    ],
)
def test_replies_are_told_by_their_field_by_flags_and_by_ports(record, reason):
    assert getattr(read(hubble(**record)), "text", None) == reason


@each_row(
    "record, asked",
    [
        ({"verdict": ...}, "`verdict`"),
        ({"l4": ...}, "`l4`"),
        ({"l4": {"TCP": {"source_port": 1}}}, "`l4`"),
        ({"source": ..., "IP": ...}, "`source.pod_name`"),
        ({"is_reply": ..., "Type": ..., "l4": tcp(45000, 45001)}, "`is_reply`"),
        ({"verdict": "DROPPED"}, "`drop_reason_desc`"),
    ],
)
def test_what_a_mask_left_out_is_asked_for(record, asked):
    found = read(hubble(**record))
    assert found.code == "NP868"
    assert asked in found.help


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ({"l4": {"ICMPv4": {"type": 8}}}, "records of other protocols than TCP, UDP and SCTP"),
        ({"verdict": "TRACED"}, "records from before a verdict, as of sockets"),
        ({"verdict": 3}, "lines that are damaged or of something else"),
        ({"verdict": "NONSENSE"}, "lines that are damaged or of something else"),
    ],
)
def test_what_is_no_flow_of_policies(record, reason):
    assert read(hubble(**record)).text == reason


def test_messages_between_flows_are_counted():
    assert read({"lost_events": {"source": "HUBBLE_RING_BUFFER"}, "node_name": "a"}).code is None
    assert read({"node_status": {"state_change": "NODE_CONNECTED"}, "node_name": "a"}).code is None
    assert read({"something": "else"}).code == "NP869"


def test_ends_outside_of_the_cluster_are_addresses_and_the_own_node_is_told():
    flow = read(hubble(source={"labels": ["reserved:host"]}, destination=WORLD, destination_names=["example.com"]))
    assert flow.source == FlowEnd(address="10.0.0.1", is_node=True)
    assert flow.destination == FlowEnd(address="10.0.0.2", names=("example.com",))


def test_a_service_counts_where_the_pod_behind_it_is_not_known():
    service = {"name": "db", "namespace": "shop"}
    assert read(hubble(destination_service=service)).service is None
    assert read(hubble(destination_service=service, destination=WORLD)).service == ("shop", "db")


def test_a_masked_end_keeps_what_it_has():
    flow = read(hubble(source={"namespace": "shop", "pod_name": "a"}, IP=...))
    assert flow.source == FlowEnd(namespace="shop", pod="a")


def test_the_policies_that_decided():
    own, cluster_wide = {"name": "db", "namespace": "shop"}, {"name": "all"}
    allowed = hubble(egress_allowed_by=[own], ingress_allowed_by=[own, cluster_wide], ingress_denied_by=[])
    assert read(allowed).policies == ("shop/db", "all")
    denied = hubble(verdict="DROPPED", ingress_denied_by=[own], egress_allowed_by=[cluster_wide])
    assert (read(denied).verdict, read(denied).policies) == ("denied", ("shop/db",))


@pytest.mark.parametrize("field", ["source", "destination_names", "egress_allowed_by"])
def test_a_field_of_another_kind_is_damage(field):
    assert read(hubble(**{field: 7})).code == "NP869"
    assert read(hubble(**{field: None})) is not None


def test_a_record_is_told_by_fields_that_a_mask_may_have_left():
    assert HUBBLE.fits({"flow": {"verdict": "FORWARDED", "l4": {}}})
    assert HUBBLE.fits({"lost_events": {}, "node_name": "a"})
    assert not HUBBLE.fits({"flow": {"Key": {}, "start_time": 1}, "id": 7})
    assert not HUBBLE.fits({"flow": "text", "verdict": "FORWARDED"})
    assert not HUBBLE.fits("verdict")
    assert not HUBBLE.fits(msgspec.json.decode(b"{}"))
