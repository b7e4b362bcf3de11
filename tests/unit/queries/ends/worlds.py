"""A cluster of services of all kinds, and questions about it."""

from netpolc.queries.answers import answer
from netpolc.queries.endpoints import Endpoints
from netpolc.queries.reading import QueryError
from tests.unit.queries.clusters import cluster


def workload(kind, name, namespace, ports, **labels):
    carried = labels or {"app": name}
    text = ", ".join(f"{key}: {value}" for key, value in carried.items())
    return (
        f"apiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: {name}, namespace: {namespace}}}\nspec: {{template: "
        f"{{metadata: {{labels: {{{text}}}}}, spec: {{containers: [{{name: c, image: x, ports: [{ports}]}}]}}}}}}\n"
    )


def pod(name, namespace, owner="", more="", **labels):
    text = ", ".join(f"{key}: {value}" for key, value in labels.items())
    owners = f", ownerReferences: [{{controller: true, kind: {owner.replace('/', ', name: ')}}}]" if owner else ""
    return (
        f"apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, namespace: {namespace}, labels: {{{text}}}{owners}}}\n"
        f"spec: {{containers: [{{name: c, image: x}}]}}\n{more}"
    )


def service(name, namespace, spec, more=""):
    return (
        f"apiVersion: v1\nkind: Service\nmetadata: {{name: {name}, namespace: {namespace}}}\nspec: {{{spec}}}\n{more}"
    )


def policy(name, namespace, spec):
    return (
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"
        f"metadata: {{name: {name}, namespace: {namespace}}}\nspec: {{{spec}}}\n"
    )


BALANCED = "status: {loadBalancer: {ingress: [{ip: 203.0.113.80}, {hostname: LB.example.com}]}}\n"
SLICE = """apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: legacy-1, namespace: shop, labels: {kubernetes.io/service-name: legacy}}
endpoints: [{addresses: [203.0.113.9]}]
ports: [{name: sql, port: 3307, protocol: TCP}]
"""
LISTED = """apiVersion: v1
kind: Endpoints
metadata: {name: old, namespace: shop}
subsets: [{addresses: [{ip: 10.1.2.3}], ports: [{port: 9000}]}]
"""
NODE = """apiVersion: v1
kind: Node
metadata: {name: n1}
status: {addresses: [{type: InternalIP, address: 192.0.2.10}, {type: Hostname, address: n1}]}
"""
OBJECTS = (
    workload("Deployment", "cart", "shop", "{containerPort: 8080, name: http}, {containerPort: 53, protocol: UDP}"),
    workload("Deployment", "front", "shop", "{containerPort: 3000}"),
    workload("StatefulSet", "pg", "data", "{containerPort: 5432, name: sql}"),
    workload("Deployment", "both", "shop", "{containerPort: 80}, {containerPort: 8080}"),
    pod("probe", "shop", more="status: {podIP: 10.1.2.3, podIPs: [{ip: 10.1.2.3}]}\n", app="probe"),
    service(
        "cart",
        "shop",
        "type: NodePort, clusterIP: 10.96.0.20, selector: {app: cart}, ports: [{name: main, port: 80, "
        "targetPort: http, nodePort: 30080}, {name: dns, port: 53, protocol: UDP}, "
        "{name: lost, port: 81, targetPort: nope}]",
    ),
    service(
        "edge",
        "shop",
        "type: LoadBalancer, clusterIPs: ['fd00::20'], selector: {app: front}, ports: [{port: 80, targetPort: 3000}]",
        BALANCED,
    ),
    service("both", "shop", "selector: {app: both}, ports: [{port: 80, targetPort: 8080}]"),
    service("db", "data", "clusterIP: None, selector: {app: pg}, ports: [{name: sql, port: 5433, targetPort: sql}]"),
    service("pay", "shop", "type: ExternalName, externalName: api.example.com"),
    service("alias", "shop", "type: ExternalName, externalName: cart.shop.svc.cluster.local"),
    service("legacy", "shop", "ports: [{name: sql, port: 3306}]"),
    service("old", "shop", "ports: [{port: 90}]"),
    service("bare", "shop", "ports: [{port: 1}]"),
    service("nobody", "shop", "selector: {app: crat}, ports: [{port: 1}]"),
    service("far", "other", "selector: {app: far}, ports: [{port: 80, targetPort: 8080}]"),
    SLICE,
    LISTED,
    NODE,
)
WORLD = cluster(None, "---\n".join(OBJECTS))


def asked(source, destination, world=WORLD):
    """What a question is about: the destination, the protocol, the port and the notes, or what is wrong with it."""
    endpoints = Endpoints(world)
    try:
        found = answer(world, endpoints, source, destination)
    except QueryError as error:
        return str(error)
    return (found.destination, found.protocol, found.port, *found.notes)
