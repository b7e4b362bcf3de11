from netpolc.flows.reading.netobserv import NETOBSERV
from netpolc.flows.record import FlowEnd
from tests.rows import each_row
from tests.unit.flows.reading.samples import line, netobserv


def read(**also):
    return NETOBSERV.start()(line(netobserv(**also)))


def test_a_record():
    flow = read()
    assert flow.source == FlowEnd(
        namespace="shop", pod="webapp-6d4b9c6f5-x2x9z", owner="webapp", kind="Deployment", address="10.0.0.1"
    )
    assert (flow.destination.pod, flow.destination.kind) == ("db-0", "StatefulSet")
    assert (flow.protocol, flow.port, flow.verdict, flow.side) == ("TCP", 5432, "forwarded", "ingress")
    assert (flow.first, flow.last) == (1793527200.25, 1793527201)
    flow = read(TimeFlowStartMs=1e20, TimeFlowEndMs="soon", TimeReceived=-1)
    assert (flow.first, flow.last) == (None, None)


@each_row(
    "record, reason",
    [
        ({"SrcPort": 5432, "DstPort": 55644, "Flags": 0x110}, "replies"),
        ({"SrcPort": 5432, "DstPort": 55644, "Flags": ["SYN_ACK", "ACK"]}, "replies"),
        ({"SrcPort": 5432, "DstPort": 55644, "Flags": 0x10}, "replies"),
        ({"SrcPort": 40000, "DstPort": 40001, "Flags": 0x02}, None),
        ({"SrcPort": 40000, "DstPort": 40001, "Flags": ["SYN", "ACK"]}, None),
        ({"SrcPort": 40000, "DstPort": 40001, "Flags": "16"}, "records that may be replies, and do not say so"),
        ({"SrcPort": 40000, "DstPort": 40001, "_RecordType": "endConnection"}, None),
        ({"Duplicate": True}, "records of packets that another interface had, too"),
        ({"Proto": 1}, "records of other protocols than TCP, UDP and SCTP"),
        ({"DstPort": ...}, "records without addresses, protocol and ports"),
        ({"Proto": ...}, "records without addresses, protocol and ports"),
        ({"SrcAddr": 7}, "lines that are damaged or of something else"),
        ({"SrcAddr": ..., "DstAddr": ...}, "lines that are damaged or of something else"),
    ],
)
def test_replies_and_what_is_no_flow_of_policies(record, reason):
    assert getattr(read(**record), "text", None) == reason


def test_a_service_is_what_was_asked_for_and_a_node_an_address():
    flow = read(DstK8S_Type="Service", DstK8S_Name="db", SrcK8S_Type="Node", SrcK8S_Namespace=...)
    assert (flow.source, flow.destination) == (FlowEnd(address="10.0.0.1"), FlowEnd(address="10.0.0.2"))
    assert (flow.service, flow.port) == (("shop", "db"), 5432)
    assert read(SrcK8S_OwnerName="a", SrcK8S_OwnerType="Pod").source.owner is None


def test_policies_of_network_events_and_drops_of_the_kernel():
    event = {"Feature": "acl", "Type": "NetworkPolicy", "Name": "db", "Namespace": "shop", "Direction": "Ingress"}
    assert (read(NetworkEvents=[event | {"Action": "drop"}]).verdict) == "denied"
    flow = read(NetworkEvents=[event | {"Action": "allow-related"}])
    assert (flow.verdict, flow.policies) == ("forwarded", ("shop/db",))
    assert read(PktDropPackets=4).verdict == "forwarded"
    assert read(PktDropPackets=4, Packets=0).verdict == "dropped"


def test_a_record_is_told_by_its_addresses_and_ports():
    assert NETOBSERV.fits({"SrcAddr": "a", "DstAddr": "b", "DstPort": 1, "Proto": 6})
    assert not NETOBSERV.fits({"SrcAddr": "a", "DstAddr": "b"})
