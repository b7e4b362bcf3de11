"""Which peers serve the routes of manifests, and what is said where nobody knows."""

import json

import pytest

from netpolc import api
from netpolc.report.relation import FORMS

NGINX = "ingress-nginx/[app.kubernetes.io/component=controller, app.kubernetes.io/name=ingress-nginx]"
ROUTER = "openshift-ingress/[ingresscontroller.operator.openshift.io/deployment-ingresscontroller=default]"
ANYBODY = "{from: [], ports: [{port: 8080}]}"


def document(api_version, kind, name, namespace="shop", **fields):
    metadata = {"name": name} if namespace is None else {"name": name, "namespace": namespace}
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **fields}


def workload(name, labels, kind="Deployment", **spec):
    namespace, _, name = name.rpartition("/")
    containers = [{"name": "c", "image": "x", "ports": [{"containerPort": 8080}]}]
    template = {"metadata": {"labels": labels}, "spec": {"containers": containers, **spec}}
    group = {"Job": "batch/v1"}.get(kind, "apps/v1")
    return document(group, kind, name, namespace, spec={"selector": {"matchLabels": labels}, "template": template})


def ingress(class_name=None, service="web", name="front"):
    spec = {"defaultBackend": {"service": {"name": service, "port": {"number": 80}}}}
    return document(
        "networking.k8s.io/v1", "Ingress", name, spec=spec | ({"ingressClassName": class_name} if class_name else {})
    )


def http_route(*gateways):
    parents = [dict(zip(("namespace", "name"), each.split("/"), strict=True)) for each in gateways]
    spec = {"parentRefs": parents, "rules": [{"backendRefs": [{"name": "web", "port": 80}]}]}
    return document("gateway.networking.k8s.io/v1", "HTTPRoute", "front", spec=spec)


def gateway(name, class_name):
    namespace, name = name.split("/")
    return document("gateway.networking.k8s.io/v1", "Gateway", name, namespace, spec={"gatewayClassName": class_name})


def policy(peer, name="web"):
    rules = [] if peer is None else [{"from": [peer] if isinstance(peer, dict) else peer, "ports": [{"port": 8080}]}]
    spec = {"podSelector": {"matchLabels": {"app": "web"}}, "policyTypes": ["Ingress"], "ingress": rules}
    return document("networking.k8s.io/v1", "NetworkPolicy", name, spec=spec)


def pods(namespace, **labels):
    labels = {key.replace("_", "."): value for key, value in labels.items()}
    found = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": namespace}}}
    return found | ({"podSelector": {"matchLabels": labels}} if labels else {})


def named(namespace, name):
    return pods(namespace) | {"podSelector": {"matchLabels": {"app.kubernetes.io/name": name}}}


OPENSHIFT_ROUTE = document("route.openshift.io/v1", "Route", "front", spec={"to": {"kind": "Service", "name": "web"}})
WEB = (
    workload("shop/web", {"app": "web"}),
    document("v1", "Service", "web", spec={"selector": {"app": "web"}, "ports": [{"port": 80, "targetPort": 8080}]}),
)
CONTROLLER = workload("edge/nginx", {"app.kubernetes.io/name": "ingress-nginx"})
ON_NODES = workload("edge/nginx", {"app.kubernetes.io/name": "ingress-nginx"}, hostNetwork=True)
TRAEFIK = workload("edge/traefik", {"app.kubernetes.io/name": "traefik"})
OWN = workload("infra/public-istio", {"gateway.networking.k8s.io/gateway-name": "public"})
CLOSED = policy(None)


def reached(*documents, project="", **options):
    texts = {"all.json": "\n---\n".join(map(json.dumps, (*WEB, *documents)))}
    if project:
        texts["netpolc.toml"] = project
    return api.reach(api.workspace(texts), ["all.json"], **options)


def notes(found):
    return [each for each in found.diagnostics if each.code == "NP627"]


def who_reaches_web(found):
    """The sources of lines to the workload, in words."""
    lines = "".join(FORMS["text"](found)).splitlines()
    return [line.partition(" -> ")[0] for line in lines if line.partition(" -> ")[2].startswith("shop/web ")]


@pytest.mark.parametrize(
    ("documents", "expected"),
    [
        ([ingress("nginx")], [NGINX]),
        ([ingress("traefik")], ["traefik/[app.kubernetes.io/name=traefik]"]),
        ([ingress("nginx"), CONTROLLER], ["edge/nginx"]),
        ([ingress("nginx"), TRAEFIK], [NGINX]),
        ([ingress("nginx"), CONTROLLER, TRAEFIK], ["edge/nginx"]),
        ([ingress("nginx-internal"), CONTROLLER], ["edge/nginx"]),
        ([ingress(), CONTROLLER], ["edge/nginx"]),
        ([ingress(), CONTROLLER, TRAEFIK], ["edge/nginx", "edge/traefik"]),
        ([ingress("nginx"), ingress("traefik", name="other"), TRAEFIK], ["edge/traefik", NGINX]),
        ([ingress("nginx"), ON_NODES], ["edge/nginx"]),
        ([ingress()], []),
        ([ingress("alb"), CONTROLLER], []),
        ([CONTROLLER, TRAEFIK], []),
        ([OPENSHIFT_ROUTE], [ROUTER]),
        ([OPENSHIFT_ROUTE, CONTROLLER], [ROUTER]),
        (
            [
                OPENSHIFT_ROUTE,
                workload(
                    "openshift-ingress/router",
                    {"ingresscontroller.operator.openshift.io/deployment-ingresscontroller": "own"},
                ),
            ],
            ["openshift-ingress/router"],
        ),
        (
            [http_route("infra/public"), gateway("infra/public", "traefik")],
            ["traefik/[app.kubernetes.io/name=traefik]"],
        ),
        ([http_route("infra/public"), gateway("infra/public", "traefik"), TRAEFIK], ["edge/traefik"]),
        (
            [http_route("infra/public"), gateway("infra/public", "istio")],
            ["infra/[gateway.networking.k8s.io/gateway-name=public]"],
        ),
        ([http_route("infra/public"), gateway("infra/public", "istio"), OWN], ["infra/public-istio"]),
        ([http_route("infra/public"), gateway("infra/public", "anything"), OWN], ["infra/public-istio"]),
        ([http_route("infra/public"), gateway("infra/public", "nginx"), CONTROLLER], []),
        ([http_route("infra/public"), gateway("other/public", "traefik"), TRAEFIK], []),
        ([http_route("infra/public"), TRAEFIK], []),
        ([http_route(), TRAEFIK], []),
        (
            [
                http_route("infra/public", "infra/own"),
                gateway("infra/public", "traefik"),
                gateway("infra/own", "contour"),
                TRAEFIK,
            ],
            ["edge/traefik"],
        ),
        # What is done with is no controller, nor is a part through which no traffic goes.
        ([ingress("nginx"), workload("edge/once", {"app.kubernetes.io/name": "ingress-nginx"}, "Job")], [NGINX]),
        (
            [
                ingress("nginx"),
                workload(
                    "edge/errors",
                    {"app.kubernetes.io/name": "ingress-nginx", "app.kubernetes.io/component": "default-backend"},
                ),
            ],
            [NGINX],
        ),
    ],
)
def test_controllers_are_workloads_or_where_they_usually_are(documents, expected):
    found = reached(*documents, CLOSED)
    assert sorted(found.roles) == sorted(expected)
    assert set(found.roles.values()) <= {"ingress-controller"}
    assert found.roles.keys() <= {peer.id for peer in found.peers}


def test_pods_that_policies_know_as_a_controller_are_it():
    allowed = policy(named("edge", "ingress-nginx"))
    found = reached(ingress("nginx"), allowed)
    assert sorted(found.roles) == ["edge/[app.kubernetes.io/name=ingress-nginx]", NGINX]
    assert who_reaches_web(found) == ["ingress-controller (edge/[app.kubernetes.io/name=ingress-nginx])"]
    assert who_reaches_web(reached(ingress("traefik"), allowed)) == ["edge/[app.kubernetes.io/name=ingress-nginx]"]
    assert who_reaches_web(reached(allowed)) == ["edge/[app.kubernetes.io/name=ingress-nginx]"]
    assert not notes(reached(ingress(), allowed))


@pytest.mark.parametrize(
    ("documents", "peer", "expected"),
    [
        (
            [],
            named("ingress-nginx", "ingress-nginx"),
            ["ingress-controller (ingress-nginx/[app.kubernetes.io/name=ingress-nginx])"],
        ),
        ([], pods("ingress-nginx"), [f"ingress-controller ({NGINX}), ingress-nginx/*"]),
        ([CONTROLLER], named("edge", "ingress-nginx"), ["ingress-controller (edge/nginx)"]),
        ([CONTROLLER], pods("edge"), ["ingress-controller (edge/nginx), edge/*"]),
        ([CONTROLLER], {"namespaceSelector": {}}, ["*/*"]),
        ([CONTROLLER], [], ["*/*, outside"]),
        ([CONTROLLER], pods("other"), ["other/*"]),
        ([], None, []),
    ],
)
def test_lines_name_the_controller_unless_all_namespaces_stand_for_it(documents, peer, expected):
    found = reached(ingress("nginx"), policy(peer), *documents)
    if peer == []:
        assert "shop/web" in "".join(FORMS["text"](found))
    else:
        assert who_reaches_web(found) == expected


def test_a_controller_is_counted_among_all_workloads():
    more = [workload(f"n{number}/w", {"app": "w"}) for number in range(3)]
    open_to_all = policy({"namespaceSelector": {}})
    (line,) = who_reaches_web(reached(ingress("nginx"), open_to_all, CONTROLLER, *more, hypothetical=False))
    assert "all 5 workloads" in line
    assert "ingress-controller" not in line


def test_addresses_of_a_load_balancer_are_named_where_rules_tell_them_apart():
    both = policy([{"ipBlock": {"cidr": "35.191.0.0/16"}}, {"ipBlock": {"cidr": "130.211.0.0/22"}}])
    assert who_reaches_web(reached(ingress("gce"), both)) == ["ingress-controller (35.191.0.0/16, 130.211.0.0/22)"]
    assert who_reaches_web(reached(ingress("nginx"), both)) == ["35.191.0.0/16, 130.211.0.0/22"]
    found = reached(http_route("infra/a"), gateway("infra/a", "gke-l7-gxlb"), both)
    assert who_reaches_web(found) == ["ingress-controller (35.191.0.0/16, 130.211.0.0/22)"]
    wider = policy([{"ipBlock": {"cidr": "35.0.0.0/8"}}])
    assert who_reaches_web(reached(ingress("gce"), wider)) == ["35.0.0.0/8"]
    assert not notes(reached(ingress("gce"), CLOSED))


def test_json_has_the_role_of_peers():
    written = json.loads("".join(FORMS["json"](reached(ingress("nginx"), policy(named("edge", "ingress-nginx"))))))
    roles = {each["id"]: each.get("role") for each in written["peers"]}
    assert roles[NGINX] == roles["edge/[app.kubernetes.io/name=ingress-nginx]"] == "ingress-controller"
    assert roles["shop/web"] is roles["*/*"] is None


def test_the_set_of_a_controller_is_found_where_a_route_exists():
    assert [each.source.id for each in reached(ingress("nginx"), CLOSED, source=NGINX).connections][:1] == [NGINX]
    assert NGINX not in {peer.id for peer in reached(CLOSED).peers}


def test_what_the_project_states_goes_first():
    stated = '[ingress-controllers]\nnginx = "edge/[app=proxy]"\nalb = "10.1.0.0/24"\n"*" = "any-edge/*"\n'
    proxy = workload("edge/proxy", {"app": "proxy"})
    nginx, alb, other = (reached(ingress(name), CLOSED, CONTROLLER, project=stated) for name in ("nginx", "alb", None))
    assert list(nginx.roles) == ["edge/[app=proxy]"]
    assert list(other.roles) == ["any-edge/*"]
    assert not notes(nginx) + notes(alb) + notes(other)
    assert list(reached(ingress("nginx"), CLOSED, proxy, project=stated).roles) == ["edge/proxy"]
    found = reached(ingress("alb"), policy({"ipBlock": {"cidr": "10.1.0.0/24"}}), project=stated)
    assert who_reaches_web(found) == ["ingress-controller (10.1.0.0/24)"]
    routed = reached(http_route("infra/a"), gateway("infra/a", "alb"), CLOSED, project=stated)
    assert not notes(routed)
    assert list(reached(http_route("infra/a"), CLOSED, project=stated).roles) == ["any-edge/*"]
    assert list(
        reached(OPENSHIFT_ROUTE, CLOSED, project='[ingress-controllers]\nopenshift-default = "a/[b=c]"\n').roles
    ) == ["a/[b=c]"]


def test_peers_that_no_manifest_shows_are_left_out_where_they_are_not_asked_for():
    found = reached(ingress("nginx"), CLOSED, hypothetical=False)
    assert not found.roles
    assert not notes(found)
