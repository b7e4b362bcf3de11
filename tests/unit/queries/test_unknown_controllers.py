"""What is said of routes to closed pods, whose controller nobody knows."""

import pytest

from tests.rows import each_row
from tests.unit.cluster.test_ingress_controllers import (
    CLOSED,
    CONTROLLER,
    ON_NODES,
    OPENSHIFT_ROUTE,
    TRAEFIK,
    document,
    gateway,
    http_route,
    ingress,
    notes,
    pods,
    policy,
    reached,
    workload,
)

FROM = "`shop/web` on TCP 8080 would have to be reached from wherever that runs"


@each_row(
    "documents, message",
    [
        ([ingress("alb")], f"nobody knows the controller of the class `alb`: {FROM}"),
        ([ingress("alb"), CONTROLLER], f"nobody knows the controller of the class `alb`: {FROM}"),
        ([ingress("kong")], f"nobody knows the controller of the class `kong`: {FROM}"),
        ([ingress()], f"nobody knows the controller of Ingress objects without a class: {FROM}"),
        ([http_route("infra/a")], f"nobody knows the class of the Gateway `infra/a`: {FROM}"),
        ([http_route("infra/a", "b/c")], f"nobody knows the class of the Gateway `infra/a` and `b/c`: {FROM}"),
        ([http_route()], f"nobody knows the controller of HTTPRoute objects without a class: {FROM}"),
        (
            [http_route("infra/a"), gateway("infra/a", "cilium")],
            f"nobody knows the controller of the class `cilium`: {FROM}",
        ),
        (
            [ingress("nginx"), ON_NODES],
            "the ingress controller `edge/nginx` is on the network of its nodes, where policies do not see its pods: "
            "`shop/web` on TCP 8080 would have to be reached from the addresses of these nodes",
        ),
        ([ingress("nginx")], None),
        ([ingress("traefik")], None),
        ([ingress("nginx"), CONTROLLER], None),
        ([ingress(), TRAEFIK], None),
        ([ingress(), TRAEFIK, ON_NODES], None),
        ([OPENSHIFT_ROUTE], None),
        ([http_route("infra/a"), gateway("infra/a", "istio")], None),
        ([ingress("alb", service="gone")], None),
        ([], None),
    ],
)
def test_a_note_names_the_workload_and_from_where_it_would_have_to_be_reached(documents, message):
    found = notes(reached(*documents, CLOSED))
    assert [each.message for each in found] == ([] if message is None else [message])
    assert all(each.severity == "note" and each.location is not None for each in found)


@pytest.mark.parametrize(
    ("peer", "count"),
    [([], 0), ([{"ipBlock": {"cidr": "0.0.0.0/0"}}], 1), ([{"namespaceSelector": {}}], 1), (pods("edge"), 1)],
)
def test_there_is_nothing_to_say_of_pods_that_anybody_may_reach(peer, count):
    assert len(notes(reached(ingress("alb"), policy(peer)))) == count
    assert not notes(reached(ingress("alb")))


def test_routes_of_one_class_are_one_note():
    found = reached(ingress("alb"), *(ingress("alb", name=f"front-{number}") for number in range(9)), CLOSED)
    (one,) = notes(found)
    assert one.label == "the Ingress `shop/front` leads there"
    assert [each.message for each in one.labels] == [
        f"so does the Ingress `shop/front-{number}`" for number in range(3)
    ]
    assert one.help is not None
    assert "`alb = " in one.help
    assert len(notes(reached(ingress("alb"), ingress("my.class", name="other"), CLOSED))) == 2


def test_what_several_routes_lead_to_is_named_together():
    ports = [{"port": 80, "targetPort": 9090}]
    there = (
        workload("shop/api", {"app": "api"}),
        document("v1", "Service", "api", spec={"selector": {"app": "api"}, "ports": ports}),
        document("networking.k8s.io/v1", "NetworkPolicy", "all", spec={"podSelector": {}, "policyTypes": ["Ingress"]}),
    )
    (one,) = notes(reached(ingress("alb"), ingress("alb", service="api", name="api"), *there))
    assert one.message == (
        "nobody knows the controller of the class `alb`: `shop/web` and `shop/api` on TCP 8080, TCP 9090 would have "
        "to be reached from wherever that runs"
    )
