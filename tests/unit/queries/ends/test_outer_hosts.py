import pytest

from netpolc.queries.endpoints import Endpoints
from netpolc.queries.reading import QueryError
from tests.rows import each_row
from tests.unit.queries.clusters import cluster
from tests.unit.queries.ends.worlds import asked, service, workload

INGRESS = """apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: front, namespace: shop}
spec:
  defaultBackend: {service: {name: rest, port: {number: 80}}}
  rules:
    - host: shop.example.com
      http:
        paths:
          - {path: /, backend: {service: {name: cart, port: {number: 80}}}}
          - {path: /a, backend: {service: {name: cart, port: {number: 80}}}}
          - {path: /b, backend: {service: {name: pay, port: {name: web}}}}
    - host: "*.example.org"
      http: {paths: [{path: /, backend: {service: {name: pay, port: {name: web}}}}]}
"""
ROUTE = """apiVersion: route.openshift.io/v1
kind: Route
metadata: {name: old, namespace: shop}
spec: {host: old.example.com, to: {kind: Service, name: cart}, port: {targetPort: 8080}}
"""
HTTP_ROUTE = """apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: new, namespace: shop}
spec:
  hostnames: [new.example.com]
  parentRefs: [{name: public, namespace: infra}]
  rules: [{backendRefs: [{name: cart, port: 80}]}]
"""
OBJECTS = (
    workload("Deployment", "cart", "shop", "{containerPort: 8080}"),
    workload("Deployment", "front", "shop", "{containerPort: 3000}"),
    service("cart", "shop", "selector: {app: cart}, ports: [{name: main, port: 80, targetPort: 8080}]"),
    INGRESS,
    ROUTE,
    HTTP_ROUTE,
)
WORLD = cluster(None, "---\n".join(OBJECTS))
BOTH = "`shop/svc/cart:80` and `shop/svc/pay:web`"


@each_row(
    "destination, route, services",
    [
        ("shop.example.com", "Ingress `shop/front`", BOTH),
        ("Shop.Example.com.:443", "Ingress `shop/front`", BOTH),
        ("https://shop.example.com/checkout", "Ingress `shop/front`", BOTH),
        ("eu.example.org:443", "Ingress `shop/front`", "`shop/svc/pay:web`"),
        ("old.example.com:80", "Route `shop/old`", "`shop/svc/cart`"),
        ("new.example.com:80", "HTTPRoute `shop/new`", "`shop/svc/cart:80`"),
    ],
)
def test_a_host_of_a_route_is_asked_of_its_controller(destination, route, services):
    endpoints = Endpoints(WORLD)
    with pytest.raises(
        QueryError, match=f"is a host of {route}: what connects to its Services is a controller"
    ) as said:
        endpoints.destinations(destination)
    assert said.value.advice == f"ask whether the pods of that controller may reach {services}"


@each_row("destination", ["other.example.com:80", "example.org:443", "evilexample.org:443"])
def test_other_hosts_are_of_no_route(destination):
    assert "no Service is called" in asked("shop/front", destination, WORLD)


@each_row("destination", ["_main._tcp.cart.shop.svc.cluster.local", "_main._tcp.cart.shop"])
def test_the_record_of_a_port_is_that_port_of_its_service(destination):
    said = "80 is the port of Service cart; its pods listen on 8080"
    assert asked("shop/front", destination, WORLD) == ("shop/cart", "TCP", 8080, said)


def test_the_record_of_a_port_that_is_not_there():
    said = asked("shop/front", "_nope._tcp.cart.shop.svc", WORLD)
    assert said == "the Service `shop/cart` has no port nope; it has 80 (`main`)"
