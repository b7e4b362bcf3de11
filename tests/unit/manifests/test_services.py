from netpolc.manifests.model import ServicePort
from netpolc.manifests.reading import read_manifests
from netpolc.source import Source
from tests.rows import each_row


def read(spec, metadata="name: db, namespace: shop"):
    return read_manifests(
        Source("shop.yaml", f"apiVersion: v1\nkind: Service\nmetadata: {{{metadata}}}\nspec: {spec}\n")
    )


@each_row(
    "port, expected",
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


@each_row(
    "spec, type_name, selector",
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


@each_row(
    "spec, code",
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


def test_the_addresses_of_a_service():
    (found,) = read(
        "{clusterIP: 10.96.0.1, clusterIPs: [10.96.0.1, 'fd00::1'], externalIPs: [192.0.2.1], "
        "externalTrafficPolicy: Local, ports: [{port: 80, nodePort: 30080}]}\n"
        "status: {loadBalancer: {ingress: [{ip: 203.0.113.1}, {hostname: lb.example.com}]}}"
    ).services
    assert (found.addresses, found.headless) == (("10.96.0.1", "fd00::1"), False)
    assert found.outside == ("192.0.2.1", "203.0.113.1", "lb.example.com")
    assert found.local
    assert found.ports[0].node_port == 30080
    (found,) = read("{clusterIP: None, selector: {app: db}}").services
    assert (found.addresses, found.headless, found.outside) == ((), True, ())
    (found,) = read("{type: ExternalName, externalName: db.example.com}").services
    assert found.external_name == "db.example.com"


AROUND = """apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: db-1, namespace: shop, labels: {kubernetes.io/service-name: db}}
endpoints: [{addresses: [10.0.0.1]}, {addresses: [10.0.0.2]}]
ports: [{name: sql, port: 5432}, {name: any}]
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: nobodys}
---
apiVersion: v1
kind: Endpoints
metadata: {name: old, namespace: shop}
subsets: [{notReadyAddresses: [{ip: 10.0.0.9}]}, {addresses: [{ip: 10.0.0.3}], ports: [{port: 1, protocol: UDP}]}]
---
apiVersion: v1
kind: Endpoints
metadata: {name: 7}
---
apiVersion: v1
kind: Node
metadata: {name: n1}
status: {addresses: [{type: InternalIP, address: 192.0.2.1}]}
"""


def test_what_is_around_services_is_read_and_never_reported():
    found = read_manifests(Source("all.yaml", AROUND))
    assert [(one.service, one.addresses) for one in found.endpoint_slices] == [
        ("db", ("10.0.0.1", "10.0.0.2")),
        ("old", ("10.0.0.3",)),
    ]
    assert [(port.name, port.number, port.protocol) for one in found.endpoint_slices for port in one.ports] == [
        ("sql", 5432, "TCP"),
        ("any", None, "TCP"),
        (None, 1, "UDP"),
    ]
    assert [(one.name, one.addresses) for one in found.nodes] == [("n1", ("192.0.2.1",))]
    assert not found.diagnostics
    assert not found.refused
