import pytest

from netpolc.diagnostics.codes import BY_CODE
from tests.strategies.worlds import made_up
from tests.unit.checks.workloads.worlds import (
    codes,
    found,
    namespace,
    policies,
    policy,
    route,
    service,
    stream,
    workload,
)

SHOP = [
    workload("shop/web", ports=[(8080, "http")]),
    workload("shop/db", ports=[5432]),
    workload("ingress-nginx/controller", "app.kubernetes.io/name=ingress-nginx"),
]
SERVICES = [service("shop/web", "app=web", (80, "http")), service("shop/db", "app=db", (5432, 5432))]
WRITTEN = (
    policy("shop/deny", "{podSelector: {}, policyTypes: [Ingress, Egress]}"),
    policy("ingress-nginx/deny", "{podSelector: {}, policyTypes: [Ingress]}"),
    policy(
        "shop/dns",
        "{podSelector: {}, policyTypes: [Egress], egress: [{to: [{namespaceSelector: {matchLabels: "
        "{kubernetes.io/metadata.name: kube-system}}, podSelector: {matchLabels: {k8s-app: kube-dns}}}], "
        "ports: [{port: 53, protocol: UDP}, {port: 53}]}]}",
    ),
    policy(
        "shop/web",
        "{podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress, Egress], ingress: [{from: "
        "[{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: ingress-nginx}}}], ports: [{port: http}]}], "
        "egress: [{to: [{podSelector: {matchLabels: {app: db}}}], ports: [{port: 5432}]}]}",
    ),
    policy(
        "shop/db",
        "{podSelector: {matchLabels: {app: db}}, ingress: [{from: [{podSelector: {matchLabels: {app: web}}}], "
        "ports: [{port: 5432}]}]}",
    ),
)


def test_of_what_is_right_nothing_is_said():
    given = {
        "workloads": SHOP,
        "services": SERVICES,
        "routes": [route("shop/web", "shop/web:80")],
        "namespaces": [namespace("shop"), namespace("ingress-nginx")],
    }
    assert codes(policies(*WRITTEN), **given) == []
    for left_out, wanted in (("app: web}}, policyTypes", "NP618"), ("app: db}}, ingress", "NP618")):
        fewer = [text for text in WRITTEN if left_out not in text]
        assert wanted in codes(policies(*fewer), **given)


def test_nothing_is_known_without_workloads():
    assert codes(policies(*WRITTEN), services=SERVICES) == []


@pytest.mark.search(20)
def test_findings_are_what_their_codes_say(seed):
    world, _ = made_up(seed)
    there = [workload(f"{pod.namespace}/{pod.name}", pod.labels) for pod in world.pods]
    for one in found(policies(stream(world.documents)), workloads=there):
        assert BY_CODE[one.code].severity == one.severity
        assert one.location is not None
        assert one.help
