import pytest

from tests.rows import each_row
from tests.unit.adopt.suggest.world import document, flows, lines, service, suggested, undecided, workload

WEB = (workload("web"), service("web", ports=["80>8080"]))
CONTROLLER = workload("nginx", namespace="edge", labels={"app": "ingress-nginx"})
BACKEND = {"service": {"name": "web", "port": {"number": 80}}}


def ingress(backend=BACKEND, **spec):
    return document("networking.k8s.io/v1", "Ingress", "web", spec={"defaultBackend": backend, **spec})


def route(**reference):
    rules = [{"backendRefs": [{"name": "web", "port": 80, **reference}]}]
    return document("gateway.networking.k8s.io/v1", "HTTPRoute", "web", spec={"rules": rules})


def openshift(**spec):
    return document("route.openshift.io/v1", "Route", "web", spec={"to": {"kind": "Service", "name": "web"}, **spec})


@pytest.mark.parametrize(
    ("documents", "expected"),
    [
        ([ingress()], "std.ingress-nginx -> web:8080"),
        ([ingress(ingressClassName="nginx")], "std.ingress-nginx -> web:8080"),
        ([ingress(ingressClassName="traefik")], "std.traefik -> web:8080"),
        ([ingress(ingressClassName="kong")], "any -> web:8080 ingress"),
        ([ingress(ingressClassName="kong"), workload("kong", namespace="edge")], "edge/kong -> web:8080"),
        ([ingress(ingressClassName="istio"), workload("istio-ingressgateway")], "istio-ingressgateway -> web:8080"),
        ([ingress(ingressClassName="alb")], "any -> web:8080 ingress"),
        ([ingress(), CONTROLLER], "edge/ingress-nginx -> web:8080"),
        ([ingress(ingressClassName="nginx"), CONTROLLER], "edge/ingress-nginx -> web:8080"),
        ([ingress(ingressClassName="traefik"), CONTROLLER], "std.traefik -> web:8080"),
        ([ingress({"service": {"name": "web", "port": {"name": "p80"}}})], "std.ingress-nginx -> web:8080"),
        ([route()], "any -> web:8080 ingress"),
        ([route(), CONTROLLER], "edge/ingress-nginx -> web:8080"),
        ([openshift()], "std.openshift-ingress -> web:8080"),
        ([openshift(port={"targetPort": 8080})], "std.openshift-ingress -> web:8080"),
        ([service("open", ["80>8080"], {"app": "web"}, type="LoadBalancer")], "any -> web:8080 ingress"),
        ([service("open", ["80>8080"], {"app": "web"}, type="NodePort")], "any -> web:8080 ingress"),
    ],
)
def test_who_comes_in(documents, expected):
    assert flows(*WEB, *documents) == [expected]


def gateway(class_name, **spec):
    return document(
        "gateway.networking.k8s.io/v1", "Gateway", "public", "edge", spec={"gatewayClassName": class_name, **spec}
    )


def attached():
    found = route()
    found["spec"]["parentRefs"] = [{"name": "public", "namespace": "edge"}]
    return found


@each_row(
    "documents, expected",
    [
        ([], ["any -> web:8080 ingress"]),
        ([gateway("other")], ["any -> web:8080 ingress"]),
        ([gateway("traefik")], ["std.traefik -> web:8080"]),
        ([gateway("traefik"), workload("traefik", namespace="lb")], ["lb/traefik -> web:8080"]),
        ([gateway("istio")], ["edge/[gateway.networking.k8s.io/gateway-name=public] -> web:8080"]),
        (
            [
                gateway("istio", listeners=[{"port": 443}, {"port": 53, "protocol": "UDP"}]),
                workload("x", namespace="edge"),
            ],
            [
                "any -> [gateway.networking.k8s.io/gateway-name=public]:443 ingress",
                "edge/[gateway.networking.k8s.io/gateway-name=public] -> web:8080",
            ],
        ),
    ],
)
def test_a_route_is_served_by_its_gateway(documents, expected):
    assert flows(*WEB, attached(), *documents) == expected


def test_what_anybody_may_do_is_said_once():
    assert flows(*WEB, ingress(), service("open", ["80>8080"], {"app": "web"}, type="NodePort")) == [
        "any -> web:8080 ingress"
    ]


def test_webhooks_come_from_somewhere():
    hook = {"clientConfig": {"service": {"name": "web", "namespace": "shop", "port": 80}}}
    found = lines(*WEB, document("admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration", webhooks=[hook]))
    assert found == [
        "# From the API server.",
        "any -> web:8080 ingress  # app.yaml:5 MutatingWebhookConfiguration x",
    ]


@pytest.mark.parametrize("name", ["gone", "old"])
def test_what_leads_to_no_pods_is_left_to_people(name):
    backend = {"service": {"name": name, "port": {"number": 80}}}
    found = undecided(*WEB, service("old", type="ExternalName"), ingress(backend))
    which = "no manifest shows" if name == "gone" else "selects no pods"
    assert f"the service `{name}` {which}, and is led to: app.yaml:7 Ingress web" in found


@pytest.mark.parametrize(
    "backend", [{"service": {"name": "web", "port": {"number": 81}}}, {"resource": {"name": "web"}}]
)
def test_what_leads_nowhere_is_left_to_people(backend):
    assert flows(*WEB, ingress(backend)) == []
    said = "the service `web` has no port `81`, and is led to: app.yaml:5 Ingress web"
    assert (said in undecided(*WEB, ingress(backend))) == ("service" in backend)


@pytest.mark.parametrize(
    ("documents", "dns"),
    [
        ([], "std.dns"),
        ([openshift()], "std.dns-openshift"),
        ([workload("x", namespace="openshift-console")], "std.dns-openshift"),
        ([document("v1", "Namespace", "openshift-dns", None)], "std.dns-openshift"),
    ],
)
def test_the_dns_is_that_of_the_cluster(documents, dns):
    (text,) = suggested(*WEB, *documents).values()
    assert f"* -> {dns}\n" in text
