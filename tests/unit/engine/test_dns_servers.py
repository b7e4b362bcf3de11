"""Ways to DNS, rule by rule; `test_dns.py` asks them of policies."""

from netpolc.ecosystem.cluster_dns import NODE_LOCAL
from netpolc.engine.dns_servers import Servers
from netpolc.engine.model import AllowRule
from netpolc.engine.regions import PodSet, in_namespace
from netpolc.manifests.model import ContainerPort, Workload
from netpolc.sets.labels import EVERYTHING, LabelRequirement, LabelSelector
from netpolc.sets.ports import NamedPort, PortInterval, ports_of
from netpolc.source import Location, Source, Span
from tests.rows import each_row

HERE = Location(Source("pods.yaml", "text"), Span(0, 1))
DNS = PortInterval("UDP", 53, 53)
OTHERWISE = {"k8s-app": "coredns"}
"""What the pods of DNS do not carry where they are as most clusters have them."""


def pods(namespace, **asked):
    where = EVERYTHING if namespace is None else in_namespace(namespace)
    return PodSet(where, LabelSelector(tuple(LabelRequirement(key, "In", (value,)) for key, value in asked.items())))


def way(peer, *ports, workloads=()):
    return Servers(workloads).way(AllowRule(pods("shop"), peer, ports_of(ports), None))


def server(*ports, namespace="kube-system", labels=None, **fields):
    declared = tuple(ContainerPort(number, protocol, None) for protocol, number in ports)
    given = {"k8s-app": "kube-dns"} if labels is None else labels
    return Workload(
        kind="Deployment", name="dns", namespace=namespace, labels=given, ports=declared, location=HERE, **fields
    )


@each_row(
    "port, leads",
    [
        (DNS, True),
        (PortInterval("UDP", 5353, 5353), True),
        (PortInterval("UDP", 50, 60), False),
        (NamedPort("UDP", "dns"), True),
        (NamedPort("TCP", "dns"), False),
        (PortInterval("TCP", 53, 53), False),
    ],
)
def test_pods_elsewhere_are_a_way_where_a_port_of_dns_is_named(port, leads):
    assert way(pods("data"), port).leads is leads
    assert not way(pods("data"), NamedPort("TCP", "x"), PortInterval("UDP", 50, 60)).leads
    assert not way(pods("data"), PortInterval("UDP", 80, 80), PortInterval("UDP", 53, 60)).leads


def test_pods_of_any_namespace_may_be_the_own_dns_of_somebody():
    others = OTHERWISE | {"dns.operator.openshift.io/daemonset-dns": "ours"}
    assert way(pods(None, **others), DNS).leads
    assert way(pods(None, **OTHERWISE), DNS).leads
    assert not way(pods(None, **OTHERWISE), PortInterval("UDP", 50, 60)).leads
    assert not way(pods("kube-system", **OTHERWISE), DNS).leads


@each_row(
    "shown, certain",
    [
        ([], False),
        ([server(("UDP", 53))], True),
        ([server(("UDP", 5353), namespace="openshift-dns")], False),
        ([server(("TCP", 53))], False),
        ([server(("UDP", 9153))], False),
        ([server(("UDP", 53), host_network=True)], False),
    ],
)
def test_it_is_certain_how_dns_is_called_where_it_is_shown(shown, certain):
    found = way(pods("kube-system", **OTHERWISE), DNS, workloads=shown)
    assert (found.leads, found.meant, found.certain) == (False, "dns", certain)


def test_where_dns_answers_on_the_nodes_no_pods_are_a_way():
    on_nodes = server(("UDP", 53), labels={"k8s-app": "node-local-dns"}, host_network=True)
    found = way(pods("kube-system"), DNS, workloads=[on_nodes])
    assert (found.leads, found.meant, found.certain) == (False, NODE_LOCAL, True)
