from netpolc.adopt.suggest.suggesting import suggest
from netpolc.manifests.reading import read_manifests
from netpolc.source import Source
from tests.rows import each_row

PODS = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: a, ports: [{containerPort: 8080}]}]}}}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: edge, namespace: shop}
spec: {selector: {istio: SELECTOR}, servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge, namespace: shop}
spec: {gatewayClassName: nginx, listeners: [{name: http, port: 80, protocol: HTTP}]}
---
"""
SERVICE = """\
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: web, namespace: shop}
spec: {hosts: [shop.example.com], GATEWAYS http: [{route: [{destination: {host: HOST}}]}]}
"""
MESH = """\
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web, namespace: shop}
spec: {parentRefs: [{kind: Service, name: web, group: ""}], rules: [{backendRefs: [{name: web, port: 80}]}]}
"""


def read(text, selector="ingressgateway"):
    found = read_manifests(Source("all.yaml", PODS.replace("SELECTOR", selector) + text), wide=True)
    assert found.diagnostics == ()
    return found


def virtual_service(gateways="gateways: [edge, mesh],", host="web"):
    return SERVICE.replace("GATEWAYS", gateways).replace("HOST", host)


@each_row(
    "text, selector, line",
    [
        (virtual_service(), "ingressgateway", "std.istio-ingress -> web:8080"),
        (virtual_service("gateways: [shop/edge],"), "ingressgateway", "std.istio-ingress -> web:8080"),
        (virtual_service(host="web.shop.svc.cluster.local"), "ingressgateway", "std.istio-ingress -> web:8080"),
        (virtual_service(), "own", "any -> web:8080 ingress"),
        (virtual_service(host="web.example.com"), "ingressgateway", None),
        (virtual_service("gateways: [mesh],"), "ingressgateway", None),
        (virtual_service(""), "ingressgateway", None),
        (MESH, "ingressgateway", None),
    ],
)
def test_who_leads_from_outside(text, selector, line):
    (proposed,) = suggest(read(text, selector), apart=False).files.values()
    lines = [
        each.partition("  #")[0] for each in proposed.splitlines() if "web:8080" in each and not each.startswith("# ")
    ]
    assert lines == ([] if line is None else [line])


def test_gateways_of_two_apis_may_have_one_name():
    assert [each.name for each in read("").gateways] == ["networking.istio.io/edge", "edge"]


def test_what_has_no_name_is_no_route():
    text = virtual_service().replace("name: web, ", "")
    assert [each.kind for each in read(text).routes] == []
