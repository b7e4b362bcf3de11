import msgspec
import pytest

from netpolc.manifests.model import ConfigText, Gateway, VaryingLabel
from tests.naive import policies as naive
from tests.rows import each_row
from tests.strategies.worlds import made_up
from tests.unit.checks.workloads.worlds import (
    PLACE,
    found,
    namespace,
    policies,
    policy,
    route,
    service,
    stream,
    workload,
)

GIVEN = VaryingLabel("pod-template-hash")
WEB = workload("shop/web", "app=web", [(8080, "http"), (9090, "metrics")], varying=(GIVEN,))
DB = workload("shop/db", "app=db")
CONTROLLER = workload(
    "ingress-nginx/controller", "app.kubernetes.io/name=ingress-nginx, app.kubernetes.io/component=controller"
)
HOOK = workload("ingress-nginx/hook", "app.kubernetes.io/name=ingress-nginx", kind="Job")
THERE = [WEB, DB, CONTROLLER, HOOK]
SERVICE = service("shop/web", "app=web", (80, "http"))
DENY = policy("shop/deny", "{podSelector: {}, policyTypes: [Ingress]}")
FOREIGN = policy("ingress-nginx/deny", "{podSelector: {}, policyTypes: [Ingress, Egress]}")


def rule(peers, ports="[{port: 8080}]", name="web"):
    written = f"{{podSelector: {{matchLabels: {{app: web}}}}, ingress: [{{from: {peers}, ports: {ports}}}]}}"
    return policy(f"shop/{name}", written)


def said(*written, workloads=THERE, services=(SERVICE,), **more):
    given = found(policies(*written), workloads=workloads, services=services, **more)
    return [one for one in given if one.code == "NP618"]


@each_row(
    "written",
    [
        [DENY, rule("[{podSelector: {matchLabels: {app: db}}}]")],
        [DENY, rule("[{podSelector: {matchLabels: {app: nobody}}}]")],
        [DENY, rule("[{namespaceSelector: {}}]", "[{port: http}]")],
        [DENY, rule("[{ipBlock: {cidr: 20.0.0.0/8}}]", "[{port: 8000, endPort: 9000}]")],
        [DENY, rule("[]", "[]")],
        [DENY, policy("shop/p", "{podSelector: {matchLabels: {pod-template-hash: x}}, ingress: [{}]}")],
        [policy("shop/p", "{podSelector: {matchLabels: {pod-template-hash: x}}}")],
        [policy("shop/p", "{podSelector: {matchExpressions: [{key: pod-template-hash, operator: DoesNotExist}]}}")],
        [policy("shop/out", "{podSelector: {}, policyTypes: [Egress]}")],
        [policy("data/deny", "{podSelector: {}}")],
        [policy("deny", "{podSelector: {}}")],
        [],
    ],
)
def test_services_that_somebody_may_reach(written):
    assert not said(*written)


def test_a_label_that_all_pods_have_is_enough_to_close_them():
    assert said(policy("shop/p", "{podSelector: {matchExpressions: [{key: pod-template-hash, operator: Exists}]}}"))


@pytest.mark.parametrize(
    "written",
    [
        [DENY],
        [DENY, rule("[{namespaceSelector: {}}]", "[{port: 8081}]")],
        [DENY, rule("[{namespaceSelector: {}}]", "[{port: http, protocol: UDP}]")],
        [DENY, rule("[{namespaceSelector: {}}]", "[{port: metrics}]")],
    ],
)
def test_services_that_nothing_may_reach(written):
    (one,) = said(*written)
    assert one.message == "nothing may reach the service `shop/web`, which leads to `shop/web` on TCP 8080"


@pytest.mark.parametrize(
    "given",
    [
        service("shop/web", "", (80, 8080)),
        service("shop/web", "app=nobody", (80, 8080)),
        service("shop/web", "app=web", (80, "nameless")),
        service("shop/web", "app=web"),
        service("shop/web", "app=web", (80, 8080), (81, 8081)),
    ],
)
def test_services_of_which_it_is_not_certain(given):
    assert not said(DENY, rule("[{namespaceSelector: {}}]"), services=[given])


def test_what_is_due_to_a_port_that_was_taken_for_another_is_not_said_again():
    written = policies(DENY, rule("[{podSelector: {}}]", "[{port: 80}]"))
    given = found(written, workloads=[WEB, DB], services=[SERVICE], routes=[route("shop/web", "shop/web:80")])
    assert [one.code for one in given] == ["NP509"]


HERE = "from: [{podSelector: {}}], ports: [{port: 8080}]"
LETS_CONTROLLER_IN = "[{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: ingress-nginx}}}]"
OUT = policy("ingress-nginx/out", "{podSelector: {}, policyTypes: [Egress], egress: [{ports: [{port: 8080}]}]}")


@pytest.mark.parametrize(
    ("written", "backend", "message"),
    [
        ([DENY, rule(LETS_CONTROLLER_IN)], "shop/web:80", None),
        ([DENY, rule(LETS_CONTROLLER_IN)], "shop/web:port-80", None),
        ([DENY, rule(LETS_CONTROLLER_IN)], "shop/web:81", None),
        ([DENY, rule(LETS_CONTROLLER_IN)], "shop/unknown", None),
        ([DENY, rule("[{namespaceSelector: {matchLabels: {team: edge}}}]")], "shop/web", None),
        ([DENY, rule("[{ipBlock: {cidr: 20.0.0.0/8}}]")], "shop/web", None),
        ([DENY, rule(LETS_CONTROLLER_IN), FOREIGN, OUT], "shop/web", None),
        ([DENY, rule(LETS_CONTROLLER_IN), FOREIGN], "shop/web", "the ingress controller"),
        ([DENY, rule("[{podSelector: {}}]")], "shop/web", "the ingress controller"),
        (
            [DENY, rule(LETS_CONTROLLER_IN, "[{port: 9090}]"), rule("[{podSelector: {}}]", name="b")],
            "shop/web",
            "the ingress controller",
        ),
    ],
)
def test_an_ingress_and_its_controller(written, backend, message):
    given = said(*written, routes=[route("shop/front", backend)])
    assert [one.message for one in given] == (
        []
        if message is None
        else [
            "the ingress controller `ingress-nginx/controller` may not reach `shop/web` on TCP 8080, "
            "where the Ingress `shop/front` leads"
        ]
    )
    assert not said(*written, routes=[route("shop/front", backend, kind="HTTPRoute")])
    (*unknown,) = said(*written, routes=[route("shop/front", backend)], workloads=[WEB, DB])
    # The controller is elsewhere, and so is no workload that is known here.
    assert [one.message.partition(" may")[0] for one in unknown] == ["no ingress controller"] * (
        HERE in "".join(written)
    )


@pytest.mark.parametrize(
    ("class_name", "labels", "count"),
    [
        ("traefik", "app.kubernetes.io/name=traefik", 1),
        ("nginx", "app.kubernetes.io/name=ingress-nginx", 0),
        ("anything", "gateway.networking.k8s.io/gateway-name=public", 1),
        ("anything", "gateway.networking.k8s.io/gateway-name=other", 0),
    ],
)
def test_a_route_of_the_gateway_api_is_for_the_controller_of_its_gateway(class_name, labels, count):
    public = Gateway(name="public", namespace="edge", class_name=class_name, location=PLACE)
    given = [route("shop/front", "shop/web", kind="HTTPRoute", gateways=(("edge", "public"),))]
    written = [DENY, rule("[{podSelector: {}}]")]
    there = [WEB, DB, workload("edge/controller", labels)]
    assert len(said(*written, routes=given, gateways=[public], workloads=there)) == count
    assert not said(*written, routes=given, workloads=there)


@pytest.mark.parametrize(("name", "count"), [("nginx", 1), ("nginx-internal", 1), ("alb", 0), ("ingress", 0)])
def test_a_class_that_is_not_that_of_the_controller(name, count):
    given = [route("shop/front", "shop/web", class_name=name)]
    messages = [one.message for one in said(DENY, rule("[{podSelector: {}}]"), routes=given)]
    assert [one.startswith("the ingress controller `ingress-nginx/controller` may not") for one in messages] == [
        bool(count)
    ]


TRAEFIK = "[{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: traefik}}}]"
ANYBODY = "[{namespaceSelector: {}}]"


@each_row(
    "peers, name, message",
    [
        ("[{podSelector: {}}]", "nginx", "no ingress controller"),
        ("[{podSelector: {matchLabels: {app: db}}}]", "nginx", "no ingress controller"),
        ("[{podSelector: {}}]", None, "no ingress controller"),
        ("[{podSelector: {matchLabels: {app: gate}}}]", "nginx", None),
        ("[{namespaceSelector: {matchLabels: {team: edge}}}]", "nginx", None),
        (TRAEFIK, "traefik", None),
        (TRAEFIK, "nginx", "no ingress controller"),
        (TRAEFIK, "public", None),
        (TRAEFIK, "alb", "no address"),
        (ANYBODY, "nginx", None),
        (ANYBODY, "alb", "no address"),
        (ANYBODY, "gce", "no address"),
        ("[{ipBlock: {cidr: 10.0.0.0/16}}]", "alb", None),
        ("[{podSelector: {}}, {ipBlock: {cidr: 10.0.0.0/16}}]", "nginx", None),
        ("[]", "alb", None),
    ],
)
def test_a_controller_that_no_manifest_shows(peers, name, message):
    given = [route("shop/front", "shop/web", class_name=name)]
    messages = [one.message for one in said(DENY, rule(peers), routes=given, workloads=[WEB, DB])]
    assert [one.partition(" may")[0] for one in messages] == [message] * (message is not None)


@pytest.mark.parametrize(("stated", "count"), [(["nginx"], 0), (["*"], 0), (["alb"], 1)])
def test_a_controller_that_the_project_states(stated, count):
    given = [route("shop/front", "shop/web", class_name="nginx")]
    assert len(said(DENY, rule("[{podSelector: {}}]"), routes=given, workloads=[WEB, DB], stated=stated)) == count


@pytest.mark.parametrize(("argument", "count"), [("--ingress-class=edge", 0), ("--port=80", 1)])
def test_a_controller_whose_arguments_show_it(argument, count):
    given = [route("shop/front", "shop/web", class_name="nginx")]
    edge = workload("shop/edge", "app=edge", texts=(ConfigText("argument", "args", argument, PLACE),))
    assert len(said(DENY, rule("[{podSelector: {}}]"), routes=given, workloads=[WEB, edge])) == count


@each_row(
    "peers, local, count",
    [
        ("[{ipBlock: {cidr: 20.0.0.0/8}}]", False, 1),
        ("[{ipBlock: {cidr: 20.0.0.0/8}}]", True, 0),
        ("[{ipBlock: {cidr: 0.0.0.0/0}}]", False, 0),
        ("[{ipBlock: {cidr: 20.0.0.0/8}}, {ipBlock: {cidr: '::/0'}}]", False, 0),
        ("[{podSelector: {}}]", False, 0),
        ("[]", False, 0),
    ],
)
def test_clients_that_come_by_a_node(peers, local, count):
    door = msgspec.structs.replace(SERVICE, type="LoadBalancer", local=local)
    given = found(policies(DENY, rule(peers)), services=[door], workloads=[WEB, DB])
    notes = [(one.severity, one.message) for one in given if one.code == "NP631"]
    seen = "`shop/web` on TCP 8080 may see the addresses of nodes, and not of those who come by the LoadBalancer"
    assert notes == [("note", f"{seen} `shop/web`")] * count


@each_row(
    "peers, kind, count",
    [
        (ANYBODY, "LoadBalancer", 1),
        (ANYBODY, "NodePort", 1),
        (ANYBODY, "ClusterIP", 0),
        ("[{podSelector: {}}]", "LoadBalancer", 1),
        ("[]", "LoadBalancer", 0),
        ("[{ipBlock: {cidr: 20.0.0.0/8}}]", "NodePort", 0),
        ("[{podSelector: {}}, {ipBlock: {cidr: 0.0.0.0/0}}]", "NodePort", 0),
    ],
)
def test_doors_to_the_outside(peers, kind, count):
    door = msgspec.structs.replace(SERVICE, type=kind)
    messages = [one.message for one in said(DENY, rule(peers), services=[door], workloads=[WEB, DB])]
    reached = f"no address may reach the {kind} `shop/web`, which leads to `shop/web` on TCP 8080"
    assert messages == [reached] * count


@each_row(
    "peers, outside, count",
    [
        (ANYBODY, ("203.0.113.9",), 1),
        ("[{podSelector: {}}]", ("203.0.113.9",), 1),
        ("[{ipBlock: {cidr: 20.0.0.0/8}}]", ("203.0.113.9",), 0),
        (ANYBODY, (), 0),
    ],
)
def test_external_addresses_are_a_door_too(peers, outside, count):
    door = msgspec.structs.replace(SERVICE, outside=outside)
    messages = [one.message for one in said(DENY, rule(peers), services=[door], workloads=[WEB, DB])]
    reached = "no address may reach the external addresses of `shop/web`, which leads to `shop/web` on TCP 8080"
    assert messages == [reached] * count


def test_labels_of_namespaces_count_where_they_are_known():
    written = [DENY, rule("[{namespaceSelector: {matchLabels: {team: edge}}}]")]
    for labels, count in (("team=edge", 0), ("team=other", 1), ("", 1)):
        given = [namespace("ingress-nginx", labels), namespace("shop")]
        assert len(said(*written, routes=[route("shop/front", "shop/web")], namespaces=given)) == count


def test_a_controller_on_its_node_may_come_from_anywhere():
    there = [WEB, workload("ingress-nginx/controller", "app.kubernetes.io/name=traefik", host_network=True)]
    assert not said(DENY, rule("[{podSelector: {}}]"), workloads=there, routes=[route("shop/front", "shop/web")])


def test_a_route_to_one_of_several_ports():
    two = service("shop/web", "app=web", (80, "http"), (81, 8081))
    allowed, denied = (route("shop/front", f"shop/web:{port}", kind="HTTPRoute") for port in (80, 81))
    (one,) = said(DENY, rule("[{podSelector: {}}]"), services=[two], routes=[allowed, denied])
    assert one.message == "nothing may reach `shop/web` on TCP 8081, where the HTTPRoute `shop/front` leads"


def test_routes_to_a_service_that_nothing_may_reach_are_said_with_it():
    (one,) = said(DENY, routes=[route("shop/front", "shop/web"), route("shop/front", "shop/web")])
    assert {label.message for label in one.labels} == {"this Ingress leads there"}


@pytest.mark.search(20)
def test_against_a_plain_reading(seed):
    """No end of a random world may reach what is said to be unreachable, nor may anybody else."""
    world, _ = made_up(seed)
    there = [
        workload(
            f"{pod.namespace}/{pod.name}",
            {**pod.labels, "pod": pod.name},
            [(number, name, protocol) for name, protocol, number in pod.ports],
        )
        for pod in world.pods
    ]
    services = [service(f"{pod.namespace}/{pod.name}", f"pod={pod.name}", (443, 443)) for pod in world.pods]
    given = said(*[stream(world.documents)], workloads=there, services=services)
    unreachable = {one.message.split("`")[1].split("/")[1] for one in given}
    for pod in world.pods:
        connection = pod, "TCP", 443
        passed = [naive._passes(world.documents, "Ingress", pod, end, connection) for end in world.ends if end != pod]
        assert pod.name not in unreachable or not any(passed)
        if not naive.isolates(world.documents, "Ingress", pod):
            assert pod.name not in unreachable
        elif not any(document["spec"].get("ingress") for document in world.documents):
            assert pod.name in unreachable
