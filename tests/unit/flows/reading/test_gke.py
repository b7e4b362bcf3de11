import pytest

from netpolc.flows.reading.gke import GKE
from netpolc.flows.record import FlowEnd
from tests.unit.flows.reading.samples import gke, line


def read(record):
    return GKE.start()(line(record))


@pytest.mark.parametrize("record", [gke(), {"insertId": "a", "jsonPayload": gke(count=3.0)}])
def test_a_record_of_a_node_and_an_entry_of_cloud_logging(record):
    assert GKE.fits(record)
    flow = read(record)
    assert flow.source == FlowEnd(
        namespace="shop",
        pod="webapp-7b78d7c957-zkn54",
        owner="webapp-7b78d7c957",
        kind="ReplicaSet",
        address="10.84.1.7",
    )
    assert (flow.protocol, flow.port, flow.verdict, flow.count) == ("TCP", 5432, "forwarded", 3)
    assert (flow.policies, flow.side, flow.first) == (("shop/db",), "ingress", 1793527200.25)


def test_lines_of_2020_have_the_pod_alone():
    flow = read(gke(src={"pod_name": "webapp-1", "pod_namespace": "shop"}, policies=..., disposition="deny"))
    assert flow.source == FlowEnd(namespace="shop", pod="webapp-1", address="10.84.1.7")
    assert (flow.verdict, flow.policies) == ("denied", ())


@pytest.mark.parametrize("end", [{"instance": "169.254.169.254"}, {"node_name": "gke-1", "workload_kind": "Node"}, ...])
def test_ends_without_a_namespace_are_addresses(end):
    assert read(gke(dest=end)).destination == FlowEnd(address="10.84.0.11")


def test_what_is_no_flow_of_policies():
    icmp = {**gke()["connection"], "protocol": "icmp"}
    assert read(gke(connection=icmp)).code is None
    for damaged in ({"disposition": "maybe"}, {"connection": {}}, {"connection": 7}, {"src": 7}, {"count": 1e400}):
        assert read(gke(**damaged)).code == "NP869"
    assert not GKE.fits({"connection": {}})
    assert not GKE.fits({"jsonPayload": "text"})
    assert not GKE.fits("text")
