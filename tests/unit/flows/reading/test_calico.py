import pytest

from netpolc.flows.reading.calico import CALICO
from netpolc.flows.record import FlowEnd
from tests.rows import each_row
from tests.unit.flows.reading.samples import calico, goldmane, line, whisker

OF_PROTO = {
    "id": 1,
    "flow": {
        "Key": {
            "source_name": "webapp-6d4b9c6f5-*",
            "source_namespace": "shop",
            "source_type": 1,
            "dest_name": "db-*",
            "dest_namespace": "shop",
            "dest_type": 1,
            "dest_port": 5432,
            "proto": "tcp",
            "reporter": 1,
            "action": 1,
            "policies": {"enforced_policies": [{"kind": 6, "name": "db", "namespace": "shop", "action": 1}]},
        },
        "start_time": 1793527200,
        "end_time": 1793527500,
        "source_labels": ["app=webapp"],
        "num_connections_started": 7,
    },
}


def read(record):
    return CALICO.start()(line(record))


def test_a_record_of_enterprise():
    flow = read(calico())
    labels = (("app", "webapp"),)
    assert flow.source == FlowEnd(namespace="shop", owner="webapp-6d4b9c6f5", labels=labels)
    assert flow.destination == FlowEnd(namespace="shop", pod="db-0", labels=(("app", "db"),), address="10.0.0.2")
    assert (flow.protocol, flow.port, flow.verdict, flow.count) == ("TCP", 5432, "forwarded", 3)
    assert (flow.first, flow.last, flow.side, flow.policies) == (1793527200, 1793527500, "ingress", ("shop/db",))
    assert read({"_index": "flows", "_source": calico()}) == flow


@pytest.mark.parametrize(("record", "count"), [(whisker(), 1), (goldmane(), 7), (goldmane()["flow"], 7), (OF_PROTO, 7)])
def test_records_of_whisker_and_goldmane(record, count):
    assert CALICO.fits(record)
    flow = read(record)
    assert flow.source == FlowEnd(namespace="shop", owner="webapp-6d4b9c6f5", labels=(("app", "webapp"),))
    assert (flow.destination.owner, flow.destination.pod, flow.port) == ("db", None, 5432)
    assert (flow.protocol, flow.verdict, flow.count, flow.policies) == ("TCP", "forwarded", count, ("shop/db",))
    assert (flow.first, flow.last) == (1793527200, 1793527500)


def test_what_policies_deny_and_which():
    tier = {
        "kind": "EndOfTier",
        "action": "Deny",
        "trigger": {"kind": "NetworkPolicy", "namespace": "shop", "name": "db"},
    }
    profile = {"kind": "Profile", "name": "kns.shop", "action": "Deny"}
    passed = {"kind": "GlobalNetworkPolicy", "name": "tenants", "action": "Pass"}
    flow = read(whisker(action="Deny", policies={"enforced": [passed, tier, profile, {**tier, "trigger": None}]}))
    assert (flow.verdict, flow.policies) == ("denied", ("shop/db",))
    written = ["0|security|security.tenants|pass|0", "1|app|shop/app.db|deny|-1", "2|x|shop/x.staged:y|deny|0"]
    flow = read(calico(action="deny", policies={"all_policies": [*written, "3|__PROFILE__|__PROFILE__.kns.a|deny|0"]}))
    assert (flow.verdict, flow.policies) == ("denied", ("shop/app.db",))


def test_ends_outside_of_the_cluster_are_addresses_where_there_are_any():
    outside = {"dest_namespace": "-", "dest_name_aggr": "pub", "dest_name": "-", "dest_type": "net"}
    assert read(calico(**outside, dest_ip="93.184.216.34")).destination == FlowEnd(address="93.184.216.34")
    reason = "records of ends outside of the cluster, whose addresses the log leaves out"
    assert read(calico(**outside, dest_ip="0.0.0.0")).text == reason  # noqa: S104 - an address that is none
    assert read(whisker(dest_name="PUBLIC NETWORK", dest_namespace="-")).text == reason
    assert read(goldmane(destName="pub", destNamespace="", destType="Network")).text == reason


@each_row("labels", [..., None, "", {"labels": []}, [], 7])
def test_labels_that_no_pods_share_are_unknown(labels):
    assert read(calico(source_labels=labels)).source.labels is None


def test_a_pod_that_is_named_and_one_without_a_controller():
    flow = read(calico(source_name="webapp-6d4b9c6f5-x2x9z", dest_name="-", dest_name_aggr="probe"))
    assert (flow.source.pod, flow.source.owner) == ("webapp-6d4b9c6f5-x2x9z", "webapp-6d4b9c6f5")
    assert (flow.destination.pod, flow.destination.owner) == ("probe", None)


def test_labels_of_calico_are_no_pods_own():
    flow = read(whisker(source_labels="app=webapp | projectcalico.org/namespace=shop | bare"))
    assert flow.source.labels == (("app", "webapp"), ("bare", ""))


def test_what_is_no_flow_of_policies():
    assert read(calico(proto="icmp", dest_port=None)).code is None
    assert read(calico(dest_port=None)).code is None
    for damaged in ({"action": "what"}, {"proto": ...}, {"source_namespace": 7}, {"policies": 7}):
        assert read(calico(**damaged)).code == "NP869"
    assert not CALICO.fits({"flow": "text"})
    assert not CALICO.fits({"_source": calico(reporter=...)})
    assert CALICO.start()(b'{"Key": [}').code == "NP869"
    assert CALICO.start()(b'["Key"]').code == "NP869"
