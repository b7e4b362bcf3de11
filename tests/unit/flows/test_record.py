"""Flows as records that can be told apart, and be keys."""

from netpolc.flows.record import FlowEnd, SeenFlow


def test_ends_without_labels_differ_from_ends_whose_labels_are_not_known():
    known = FlowEnd(namespace="shop", pod="web-1", labels=())
    unknown = FlowEnd(namespace="shop", pod="web-1")

    assert known != unknown


def test_flows_that_are_the_same_are_one_key():
    ends = {"source": FlowEnd(address="192.0.2.7"), "destination": FlowEnd(namespace="shop", pod="db-0")}

    flows = {SeenFlow(**ends, protocol="TCP", port=port, verdict="forwarded") for port in (5432, 5432, 5433)}

    assert {flow.port for flow in flows} == {5432, 5433}
    assert len(flows) == 2
