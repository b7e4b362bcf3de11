import pytest

from netpolc.flows.reading.antrea import ANTREA
from netpolc.flows.record import FlowEnd
from tests.rows import each_row
from tests.unit.flows.reading.samples import antrea, line


def read(*lines):
    read = ANTREA.start()
    return [read(line(each)) for each in lines][-1]


@each_row(
    "record",
    [
        antrea("logged"),
        antrea("logged", destinationServiceIP=...),
        antrea("logged", protocolIdentifier="TCP", ingressNetworkPolicyRuleAction="Allow"),
        antrea("uploaded"),
        antrea("uploaded", destinationServiceIP=...),
        antrea("json"),
        antrea("json", sourceIP=..., sourceIPv4Address="10.0.0.1"),
    ],
)
def test_a_record_in_each_form(record):
    assert ANTREA.fits(record)
    flow = read(record)
    labels = (("app", "webapp"),) if "TIME_WAIT" in record else None
    assert flow.source == FlowEnd(namespace="shop", pod="webapp-6d4b9c6f5-x2x9z", labels=labels, address="10.0.0.1")
    assert (flow.destination.pod, flow.destination.labels) == ("db-0", None if labels is None else ())
    assert (flow.protocol, flow.port, flow.verdict, flow.policies) == ("TCP", 5432, "forwarded", ("shop/db",))
    assert (flow.first, flow.last, flow.service) == (1793527200, 1793527260, None)


def test_a_heading_names_the_columns():
    fields = antrea("json")
    names, cells = (list(reversed([str(each) for each in part])) for part in (fields.keys(), fields.values()))
    assert ANTREA.fits(",".join(names))
    assert read(",".join(names), ",".join(cells)) == read(antrea("json"))
    assert read(",".join(names), ",".join(cells[1:])).code == "NP869"


@pytest.mark.parametrize("action", [2, 3, "Drop", "Reject"])
def test_what_policies_deny_and_which(action):
    egress = {"egressNetworkPolicyName": "all", "egressNetworkPolicyRuleAction": action}
    flow = read(antrea(**egress))
    assert (flow.verdict, flow.policies) == ("denied", ("all",))


def test_a_service_whose_pod_is_not_known():
    flow = read(antrea(destinationIP="10.96.0.9", destinationPodName="", destinationPodNamespace=""))
    assert (flow.destination, flow.service) == (FlowEnd(address="10.96.0.9"), ("shop", "db"))


def test_labels_in_json_are_a_text_or_an_object():
    for labels in ({"app": "webapp"}, '{"app":"webapp"}'):
        assert read(antrea("json", sourcePodLabels=labels)).source.labels == (("app", "webapp"),)
    assert read(antrea("json", sourcePodLabels="no labels")).source.labels is None


def test_what_is_no_flow_of_policies():
    assert read(antrea(protocolIdentifier=1)).code is None
    for damaged in ("a,b", "a," * 28, antrea(sourceIP=""), antrea(destinationTransportPort=0), "'", "x" * 200_000):
        assert read(damaged).code == "NP869"
        assert not ANTREA.fits("'" + "x" * 200_000)
    assert not ANTREA.fits(7)
