"""Flows joined with a cluster and judged; `tests/properties/test_traffic.py` does the same with random ones."""

import pytest

import netpolc
from netpolc.cluster.sides import cluster_for
from netpolc.flows.record import FlowEnd, SeenFlow
from netpolc.flows.reduction import Reduction
from netpolc.queries.traffic.holding import traffic_of

PROGRAM = """namespace shop
baseline deny all
web -> db:5432
web -> cache:{"redis"}
[team=ops]/probe -> db:5432
any -> web:8080 ingress
dns -> web:8080
net dns = 10.9.0.0/16
"""
PODS = """apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: c, image: x, ports: [{name: http, containerPort: 8080}]}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, namespace: shop}
spec:
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: c, image: x}]}
---
apiVersion: v1
kind: Service
metadata: {name: front, namespace: shop}
spec: {clusterIP: 10.96.0.10, selector: {app: web}, ports: [{port: 80, targetPort: http}]}
---
apiVersion: v1
kind: Node
metadata: {name: one}
status: {addresses: [{type: InternalIP, address: 192.168.0.9}]}
"""


@pytest.fixture(scope="module")
def cluster():
    return cluster_for(
        netpolc.workspace({"a.netpol": PROGRAM, "pods.yaml": PODS}), ("a.netpol", "pods.yaml"), None, None
    )


def pod(name=None, **also):
    return FlowEnd(namespace=also.pop("namespace", "shop"), pod=name, **also)


def labelled(app, **also):
    return pod(labels=(("app", app),), **also)


def at(address):
    return FlowEnd(address=address)


def flow(source, destination, port=5432, **also):
    time = also.pop("time", 0.0)
    return SeenFlow(
        source=source,
        destination=destination,
        protocol="TCP",
        port=port,
        verdict="forwarded",
        first=time,
        last=time,
        **also,
    )


def held(cluster, *flows):
    reduction = Reduction()
    reduction.add_all(flows)
    return traffic_of(cluster, reduction.distinct())


WEB, DB = labelled("web"), labelled("db")
ALLOWED, REFUSED = True, False
NO_PORT_NAME = "policies name the port, and no manifest shows what the pods call theirs"
NO_NAMESPACE = "policies ask for labels of a namespace that no manifest shows"


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        pytest.param(flow(WEB, DB), ("shop/web", "shop/db", ALLOWED), id="by labels"),
        pytest.param(flow(pod(owner="web", kind="Deployment"), DB), ("shop/web", "shop/db", ALLOWED), id="by owner"),
        pytest.param(
            flow(pod(owner="web-6d4b9c6f5", kind="ReplicaSet"), DB),
            ("shop/web", "shop/db", ALLOWED),
            id="by the owner's owner",
        ),
        pytest.param(flow(pod("web-6d4b9c6f5-x2x9z"), pod("db-0")), ("shop/web", "shop/db", ALLOWED), id="by name"),
        pytest.param(flow(DB, WEB), ("shop/db", "shop/web", REFUSED), id="refused"),
        pytest.param(
            flow(labelled("probe", namespace="ops", namespace_labels=(("team", "ops"),)), DB),
            ("ops/[app=probe]", "shop/db", ALLOWED),
            id="labels of a namespace, as recorded",
        ),
        pytest.param(flow(labelled("probe", namespace="ops"), DB), NO_NAMESPACE, id="no labels of a namespace"),
        pytest.param(
            flow(labelled("other", namespace="ops"), DB),
            ("ops/[app=other]", "shop/db", REFUSED),
            id="whatever its labels",
        ),
        pytest.param(flow(WEB, labelled("cache"), 6379), NO_PORT_NAME, id="a port by a name that nobody knows"),
        pytest.param(flow(at("198.51.100.7"), WEB, 8080), ("198.51.100.7", "shop/web", ALLOWED), id="from outside"),
        pytest.param(flow(at("10.9.1.1"), WEB, 80), ("10.9.1.1", "shop/web", REFUSED), id="another port"),
        pytest.param(
            flow(at("198.51.100.7"), at("10.96.0.10"), 80),
            ("198.51.100.7", "shop/web", ALLOWED),
            id="a Service by address",
        ),
        pytest.param(
            flow(at("198.51.100.7"), pod(), 80, service=("shop", "front")),
            ("198.51.100.7", "shop/web", ALLOWED),
            id="a Service",
        ),
        pytest.param(
            flow(at("198.51.100.7"), WEB, 81, service=("shop", "front")),
            "the Service has no such port, or no pod has the port that it leads to",
            id="a port that a Service lacks",
        ),
        pytest.param(
            flow(at("198.51.100.7"), WEB, 80, service=("shop", "gone")),
            "no manifest shows the Service, whose port is not that of its pods",
            id="a Service that nobody shows",
        ),
        pytest.param(
            flow(pod("gone-6d4b9c6f5-x2x9z"), DB), "the record has no labels, and no manifest shows the pod", id="gone"
        ),
        pytest.param(
            flow(at("10.0.0.7"), at("10.0.0.8")), "the address may be a pod's, and nothing shows whose", id="nobody's"
        ),
        pytest.param(
            flow(at("192.168.0.9"), DB), "from a node, which always reaches the pods that run there", id="a probe"
        ),
        pytest.param(flow(at("a pod"), DB), "the record has something for an address that is none", id="no address"),
        pytest.param(flow(FlowEnd(), DB), "the record has neither a pod nor an address", id="nothing"),
    ],
)
def test_a_flow_is_joined_and_judged_or_counted_with_its_reason(one, expected, cluster):
    found = held(cluster, one)
    if isinstance(expected, str):
        assert [each.reason for each in found.unjoined] == [expected]
        assert not found.connections
        return
    assert not found.unjoined
    (connection,) = found.connections
    source, destination, allowed = expected
    assert (connection.sources, connection.destinations, connection.allowed) == ((source,), (destination,), allowed)


@pytest.mark.parametrize(
    ("one", "why"),
    [
        (
            flow(FlowEnd(address="10.0.0.1", is_node=True), WEB),
            "connections of a pod with its own node, which no policy decides on",
        ),
        (flow(pod("web-1"), pod("web-1")), "connections of a pod to itself, which no policy decides on"),
    ],
)
def test_what_no_policy_decides_on_is_passed_over(one, why, cluster):
    found = held(cluster, one)
    assert [(each.reason, each.count) for each in found.passed_over] == [(why, 1)]
    assert not found.connections
    assert not found.unjoined


def test_of_an_address_that_two_pods_had_the_time_tells_which(cluster):
    """What was seen between the two may be of either."""
    held_first = flow(labelled("web", address="10.0.0.5"), DB, time=0.0)
    held_second = flow(labelled("db", address="10.0.0.5"), WEB, time=100_000.0)
    seen = [flow(at("10.0.0.5"), DB, time=time) for time in (1.0, 50_000.0, 100_001.0, 200_000.0)]
    found = held(cluster, held_first, *seen, held_second)
    by_source = {each.sources: each.count for each in found.connections if each.destinations == ("shop/db",)}
    assert by_source == {("shop/web",): 2, ("shop/db",): 2}
    assert [(each.reason, each.flow.first) for each in found.unjoined] == [
        ("the record may be of several workloads or addresses, of which some are allowed to and others not", 50_000.0)
    ]


def test_a_line_is_used_by_what_it_speaks_of_and_is_allowed(cluster):
    found = held(cluster, flow(WEB, DB), flow(WEB, DB, time=5.0), flow(at("10.9.1.1"), WEB, 8080), flow(DB, WEB))
    texts = {number: line.source.text for number, line in enumerate(found.lines)}
    assert {texts[number]: sum(each.count for each in several) for number, several in found.used.items()} == {
        "web -> db:5432": 2,
        "any -> web:8080 ingress": 1,
        "dns -> web:8080": 1,
    }
    assert [texts[number] for number in found.unused] == ['web -> cache:{"redis"}', "[team=ops]/probe -> db:5432"]
