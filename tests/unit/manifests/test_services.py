import pytest

from netpolc.manifests.model import ServicePort
from netpolc.manifests.reading import read_manifests
from netpolc.source import Source


def read(spec, metadata="name: db, namespace: shop"):
    return read_manifests(
        Source("shop.yaml", f"apiVersion: v1\nkind: Service\nmetadata: {{{metadata}}}\nspec: {spec}\n")
    )


@pytest.mark.parametrize(
    ("port", "expected"),
    [
        ("{port: 80}", ServicePort(80, "TCP", 80)),
        ("{port: 80, targetPort: 8080, name: web}", ServicePort(80, "TCP", 8080, "web")),
        ("{port: 80, targetPort: http}", ServicePort(80, "TCP", "http")),
        ("{port: 53, protocol: UDP, targetPort: 0}", ServicePort(53, "UDP", 53)),
        ("{port: 80, targetPort: ~}", ServicePort(80, "TCP", 80)),
        ("{port: 80, nodePort: 30080}", ServicePort(80, "TCP", 80, None, 30080)),
    ],
)
def test_a_port_leads_to_its_target(port, expected):
    manifests = read(f"{{ports: [{port}]}}")
    assert manifests.services[0].ports == (expected,)
    assert not manifests.diagnostics


@pytest.mark.parametrize(
    ("spec", "type_name", "selector"),
    [
        ("{selector: {app: db}}", "ClusterIP", {"app": "db"}),
        ("{clusterIP: None, selector: {app: db}}", "ClusterIP", {"app": "db"}),
        ("{}", "ClusterIP", None),
        ("{selector: {}}", "ClusterIP", None),
        ("{type: ExternalName, selector: {app: db}}", "ExternalName", None),
        ("{type: LoadBalancer, selector: {app: db}}", "LoadBalancer", {"app": "db"}),
    ],
)
def test_a_selector_is_what_selects(spec, type_name, selector):
    (service,) = read(spec).services
    assert (service.type, service.selector) == (type_name, selector)
    assert (service.name, service.namespace) == ("db", "shop")


@pytest.mark.parametrize(
    ("spec", "code"),
    [
        ("{ports: [{port: 0}]}", "NP407"),
        ("{ports: [{}]}", "NP407"),
        ("{ports: {}}", "NP411"),
        ("{selector: {a: 1}}", "NP411"),
        ("{selector: {a b: c}}", "NP403"),
        ("{selector: {a: b c}}", "NP404"),
        ("{ports: [{port: 80, targetPort: '8080'}]}", "NP407"),
        ("{ports: [{port: 80, targetPort: web port}]}", "NP407"),
    ],
)
def test_what_the_api_server_refuses_is_left_out(spec, code):
    manifests = read(spec)
    assert not manifests.services
    assert [one.code for one in manifests.diagnostics] == [code]
    assert read("{}", "labels: {}").diagnostics[0].code == "NP401"
