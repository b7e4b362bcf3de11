"""What is read beside policies, workloads, namespaces and services: routes always, the rest when it is asked for."""

import json

import pytest

from netpolc.manifests.combining import combine
from netpolc.manifests.model import Backend, Manifests, ServicePort
from netpolc.manifests.namespace_default import in_namespace
from netpolc.manifests.reading import read_manifests
from netpolc.source import Source
from tests.rows import each_row

INGRESS = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: shop, namespace: shop}\nspec: {}\n"
ROUTES = (
    ("networking.k8s.io/v1", "Ingress", "routes"),
    ("gateway.networking.k8s.io/v1beta1", "HTTPRoute", "routes"),
    ("gateway.networking.k8s.io/v1", "GRPCRoute", "routes"),
    ("gateway.networking.k8s.io/v1alpha2", "TCPRoute", "routes"),
    ("gateway.networking.k8s.io/v1alpha2", "TLSRoute", "routes"),
    ("gateway.networking.k8s.io/v1alpha2", "UDPRoute", "routes"),
    ("route.openshift.io/v1", "Route", "routes"),
    ("gateway.networking.k8s.io/v1", "Gateway", "gateways"),
)
KINDS = (
    ("monitoring.coreos.com/v1", "ServiceMonitor", "monitors"),
    ("monitoring.coreos.com/v1", "PodMonitor", "monitors"),
    ("rbac.authorization.k8s.io/v1", "RoleBinding", "bindings"),
    ("rbac.authorization.k8s.io/v1", "ClusterRoleBinding", "bindings"),
    ("v1", "ConfigMap", "config_maps"),
)


def read(text, *, wide=True):
    found = read_manifests(Source("shop.yaml", text), wide=wide)
    assert not found.diagnostics, found.diagnostics
    return found


def document(api, kind, **fields):
    return json.dumps({"apiVersion": api, "kind": kind, "metadata": {"name": "x", "namespace": "shop"}, **fields})


@pytest.mark.parametrize(("api", "kind", "where"), KINDS)
def test_kinds_are_read_where_they_are_asked_for_and_skipped_elsewhere(api, kind, where):
    text = document(api, kind)
    narrow = read(text, wide=False)
    assert narrow == Manifests(skipped={f"{api}/{kind}": 1})
    wide = read(text)
    (one,) = getattr(wide, where)
    assert (one.name, one.namespace, wide.skipped) == ("x", "shop", {})
    assert one.location.line == 1


@pytest.mark.parametrize(("api", "kind", "where"), ROUTES)
@pytest.mark.parametrize("wide", [False, True])
def test_what_leads_to_services_is_always_read(api, kind, where, wide):
    found = read(document(api, kind), wide=wide)
    (one,) = getattr(found, where)
    assert (one.name, one.namespace, found.skipped) == ("x", "shop", {})
    assert one.location.line == 1


@each_row(
    "text",
    [
        "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: x}\nspec: {rules: {}}\n",
        "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {}\n",
        "apiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata: {name: x}\nspec: {}\n",
        "apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: x}\nspec: {gatewayClassName: [a]}\n",
        "apiVersion: route.openshift.io/v1\nkind: Route\nmetadata: {name: x}\nspec: {port: 80}\n",
        "apiVersion: route.openshift.io/v1\nkind: Route\nmetadata: {name: x}\nspec: {to: web}\n",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {a: 1}\n",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: [a]\n",
        "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: x}\nspec: {rules: [a]}\n",
        "apiVersion: v1\nkind: Secret\nmetadata: {name: x}\nstringData: {a: b}\n",
        "apiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata: {name: x}\n",
    ],
)
def test_what_cannot_be_read_says_nothing_and_counts_as_skipped(text):
    found = read(text)
    assert sum(found.skipped.values()) == 1
    assert (found.routes, found.config_maps) == ((), ())


def test_backends_of_an_ingress():
    found = read(
        document(
            "networking.k8s.io/v1",
            "Ingress",
            spec={
                "ingressClassName": "traefik",
                "defaultBackend": {"service": {"name": "errors", "port": {"number": 80}}},
                "rules": [
                    {
                        "http": {
                            "paths": [
                                {"backend": {"service": {"name": "web", "port": {"name": "http"}}}},
                                {"backend": {"service": {"name": "web", "port": {"name": "http"}}}},
                                {"backend": {"resource": {"kind": "Bucket", "name": "static"}}},
                            ]
                        }
                    },
                    {"host": "nothing.example.com"},
                ],
            },
        )
    )
    (route,) = found.routes
    backends = [(one.namespace, one.service, one.port) for one in route.backends]
    assert backends == [("shop", "errors", 80), ("shop", "web", "http")]
    assert route.class_name == "traefik"


def test_the_class_of_an_ingress_may_be_an_annotation():
    metadata = {"name": "x", "annotations": {"kubernetes.io/ingress.class": "nginx"}}
    (route,) = read(document("networking.k8s.io/v1", "Ingress", metadata=metadata)).routes
    assert route.class_name == "nginx"


def test_backends_of_a_gateway_route():
    rules = [
        {
            "backendRefs": [
                {"name": "web", "port": 80},
                {"name": "db", "namespace": "data", "kind": "Service", "group": ""},
                {"name": "bucket", "group": "example.com", "kind": "Bucket"},
                {"name": "import", "group": "multicluster.x-k8s.io", "kind": "ServiceImport"},
            ],
            "filters": [
                {"type": "RequestMirror", "requestMirror": {"backendRef": {"name": "shadow", "port": 81}}},
                {"type": "RequestHeaderModifier"},
            ],
        }
    ]
    (route,) = read(document("gateway.networking.k8s.io/v1", "HTTPRoute", spec={"rules": rules})).routes
    backends = [(one.namespace, one.service, one.port) for one in route.backends]
    assert backends == [("shop", "web", 80), ("data", "db", None), ("shop", "shadow", 81)]


def test_the_gateways_of_a_route_and_their_class():
    parents = [
        {"name": "edge", "namespace": "infra"},
        {"name": "own", "sectionName": "http"},
        {"name": "own", "sectionName": "https"},
        {"name": "web", "kind": "Service", "group": ""},
    ]
    (route,) = read(document("gateway.networking.k8s.io/v1", "HTTPRoute", spec={"parentRefs": parents})).routes
    assert route.gateways == (("infra", "edge"), (None, "own"))
    gateway = document("gateway.networking.k8s.io/v1", "Gateway", spec={"gatewayClassName": "istio", "listeners": []})
    assert [one.class_name for one in read(gateway).gateways] == ["istio"]


@pytest.mark.parametrize(
    ("port", "expected"),
    [
        ({}, [80, 81]),
        ({"targetPort": "http"}, [80]),
        ({"targetPort": 8081}, [81]),
        ({"targetPort": 81}, []),
        ({"targetPort": "other"}, []),
    ],
)
def test_backends_of_a_route_of_openshift(port, expected):
    spec = {
        "to": {"kind": "Service", "name": "web", "weight": 100},
        "alternateBackends": [{"kind": "Service", "name": "next"}, {"kind": "Bucket", "name": "static"}],
        "port": port,
    }
    (route,) = read(document("route.openshift.io/v1", "Route", spec=spec)).routes
    assert [(one.namespace, one.service) for one in route.backends] == [("shop", "web"), ("shop", "next")]
    ports = [ServicePort(80, "TCP", 8080, "http"), ServicePort(81, "TCP", 8081, "admin")]
    for backend in route.backends:
        assert [one.number for one in ports if backend.leads_to(one)] == expected


@pytest.mark.parametrize(("port", "expected"), [("metrics", [9]), (9, [9]), (None, [80, 9]), ("other", []), (8080, [])])
def test_the_ports_of_a_service_that_a_backend_leads_to(port, expected):
    backend = Backend("shop", "web", port, None)
    ports = [ServicePort(80, "TCP", 8080, "http"), ServicePort(9, "TCP", 9, "metrics")]
    assert [one.number for one in ports if backend.leads_to(one)] == expected


@pytest.mark.parametrize("name", ["web", "shop"])
def test_what_names_no_namespace_leads_into_the_given_one(name):
    parents = [{"name": "edge"}]
    rules = [{"backendRefs": [{"name": "web"}, {"name": "db", "namespace": "data"}]}]
    spec = {"parentRefs": parents, "rules": rules}
    text = document("gateway.networking.k8s.io/v1", "HTTPRoute", metadata={"name": "x"}, spec=spec)
    gateway = document("gateway.networking.k8s.io/v1", "Gateway", metadata={"name": "edge"})
    found = in_namespace(combine([read(text), read(gateway)]), name)
    (route,) = found.routes
    assert [one.namespace for one in route.backends] == [name, "data"]
    assert [route.namespace, *(one.namespace for one in found.gateways)] == [name, name]


@each_row(
    "api, kind, fields, expected",
    [
        (
            "admissionregistration.k8s.io/v1",
            "ValidatingWebhookConfiguration",
            {
                "webhooks": [
                    {"clientConfig": {"service": {"name": "a", "namespace": "n"}}},
                    {"clientConfig": {"service": {"name": "a", "namespace": "n", "path": "/x"}}},
                    {"clientConfig": {"service": {"name": "b", "namespace": "n", "port": 9443}}},
                    {"clientConfig": {"url": "https://example.com"}},
                ]
            },
            [("n", "a", 443), ("n", "b", 9443)],
        ),
        (
            "admissionregistration.k8s.io/v1",
            "MutatingWebhookConfiguration",
            {"webhooks": [{"clientConfig": {"service": {"name": "a", "namespace": "n"}}}]},
            [("n", "a", 443)],
        ),
        (
            "apiregistration.k8s.io/v1",
            "APIService",
            {"spec": {"service": {"name": "metrics", "namespace": "kube-system", "port": 8443}}},
            [("kube-system", "metrics", 8443)],
        ),
        ("apiregistration.k8s.io/v1", "APIService", {"spec": {"group": "apps"}}, []),
        (
            "apiextensions.k8s.io/v1",
            "CustomResourceDefinition",
            {"spec": {"conversion": {"webhook": {"clientConfig": {"service": {"name": "c", "namespace": "n"}}}}}},
            [("n", "c", 443)],
        ),
        ("apiextensions.k8s.io/v1", "CustomResourceDefinition", {"spec": {"conversion": {"strategy": "None"}}}, []),
    ],
)
def test_webhooks(api, kind, fields, expected):
    found = read(document(api, kind, **fields))
    assert [(one.backend.namespace, one.backend.service, one.backend.port) for one in found.webhooks] == expected
    assert found.skipped == {}
    assert {one.kind for one in found.webhooks} <= {kind}
    assert len(combine([found, found]).webhooks) == len(expected)


def test_a_service_monitor():
    spec = {
        "selector": {
            "matchLabels": {"app": "web"},
            "matchExpressions": [{"key": "tier", "operator": "In", "values": ["a", "b"]}],
        },
        "namespaceSelector": {"matchNames": ["shop", "data"]},
        "endpoints": [{"port": "metrics"}, {"targetPort": 9090}, {"targetPort": "admin"}, {"port": "metrics"}],
    }
    (monitor,) = read(document("monitoring.coreos.com/v1", "ServiceMonitor", spec=spec)).monitors
    assert (monitor.ports, monitor.targets, monitor.namespaces) == (("metrics",), (9090, "admin"), ("shop", "data"))
    assert monitor.selector.match_labels == (("app", "web"),)
    assert monitor.selector.match_expressions[0].values == ("a", "b")


def test_a_pod_monitor():
    spec = {
        "namespaceSelector": {"any": True},
        "podMetricsEndpoints": [{"port": "metrics"}, {"portNumber": 9090}, {"targetPort": "old"}],
    }
    (monitor,) = read(document("monitoring.coreos.com/v1", "PodMonitor", spec=spec)).monitors
    assert (monitor.ports, monitor.targets, monitor.namespaces) == (("metrics", 9090, "old"), (), ("*",))


def test_service_accounts_of_a_binding():
    subjects = [
        {"kind": "ServiceAccount", "name": "a"},
        {"kind": "ServiceAccount", "name": "b", "namespace": "data"},
        {"kind": "User", "name": "jane"},
    ]
    (binding,) = read(document("rbac.authorization.k8s.io/v1", "RoleBinding", subjects=subjects)).bindings
    assert binding.accounts == (("shop", "a"), ("data", "b"))


DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop, labels: {team: shop}}
spec:
  template:
    metadata:
      labels: {app: web}
      annotations: {prometheus.io/scrape: "true", prometheus.io/port: "9090"}
    spec:
      serviceAccountName: web
      initContainers:
        - name: wait
          command: [sh, -c, wait]
      containers:
        - name: web
          args: [--verbose]
          env:
            - name: DB_HOST
              value: database
            - {name: PASSWORD, valueFrom: {secretKeyRef: {name: secret, key: password}}}
            - {name: LEVEL, valueFrom: {configMapKeyRef: {name: config, key: level}}}
            - {name: EMPTY}
          envFrom:
            - {prefix: APP_, configMapRef: {name: config}}
            - {secretRef: {name: secret}}
          livenessProbe: {httpGet: {port: http}}
          readinessProbe: {tcpSocket: {port: 8080}}
          startupProbe: {grpc: {port: 9000}}
          lifecycle: {}
      volumes:
        - {name: a, configMap: {name: files}}
        - {name: b, configMap: {name: files, items: [{key: one, path: one}]}}
        - {name: c, projected: {sources: [{configMap: {name: projected}}, {secret: {name: secret}}]}}
        - {name: d, secret: {secretName: secret}}
"""


def test_what_a_workload_says():
    (workload,) = read(DEPLOYMENT).workloads
    assert [(one.kind, one.port) for one in workload.probes] == [
        ("liveness", "http"),
        ("readiness", 8080),
        ("startup", 9000),
    ]
    assert [(one.kind, one.name, one.value, one.location.line) for one in workload.texts] == [
        ("argument", "command", "sh", 13),
        ("argument", "command", "-c", 13),
        ("argument", "command", "wait", 13),
        ("env", "DB_HOST", "database", 18),
        ("env", "PASSWORD", "", 20),
        ("env", "LEVEL", "", 21),
        ("argument", "args", "--verbose", 16),
    ]
    assert [(one.kind, one.config_map, one.key, one.name, one.prefix) for one in workload.references] == [
        ("env", "config", "level", "LEVEL", ""),
        ("env", "config", None, None, "APP_"),
        ("file", "files", None, None, ""),
        ("file", "files", "one", None, ""),
        ("file", "projected", None, None, ""),
    ]
    assert (workload.scrape.port, workload.scrape.location.line) == (9090, 8)
    assert (workload.service_account, workload.own_labels) == ("web", {"team": "shop"})


def test_without_it_a_workload_says_nothing_more():
    (workload,) = read(DEPLOYMENT, wide=False).workloads
    assert (workload.probes, workload.texts, workload.references) == ((), (), ())
    assert (workload.scrape, workload.service_account) == (None, None)


@pytest.mark.parametrize(
    ("spec", "several"), [("{}", False), ("{replicas: 1}", False), ("{replicas: 2}", True), ("{replicas: x}", False)]
)
def test_whether_there_are_several_pods_for_certain(spec, several):
    (workload,) = read(f"apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: a}}\nspec: {spec}\n").workloads
    assert workload.several is several


@pytest.mark.parametrize(
    ("spec", "account"),
    [
        ("{}", "default"),
        ("{serviceAccount: old}", "old"),
        ("{serviceAccountName: a, automountServiceAccountToken: true}", "a"),
        ("{serviceAccountName: a, automountServiceAccountToken: false}", None),
    ],
)
def test_the_service_account_whose_token_pods_have(spec, account):
    (workload,) = read(f"apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec: {spec}\n").workloads
    assert (workload.service_account, workload.own_labels) == (account, {})


@each_row(
    "annotations, port",
    [
        ('{prometheus.io/scrape: "true"}', None),
        ('{prometheus.io/scrape: "True", prometheus.io/port: "9090"}', 9090),
        ('{prometheus.io/scrape: "true", prometheus.io/port: "0"}', None),
        ('{prometheus.io/scrape: "true", prometheus.io/port: "65536"}', None),
        ('{prometheus.io/scrape: "true", prometheus.io/port: "9090/metrics"}', None),
        ('{prometheus.io/scrape: "true", prometheus.io/port: "٩"}', None),
    ],
)
def test_annotations_that_announce_metrics(annotations, port):
    pod = f"apiVersion: v1\nkind: Pod\nmetadata: {{name: a, annotations: {annotations}}}\nspec: {{}}\n"
    service = f"apiVersion: v1\nkind: Service\nmetadata: {{name: a, annotations: {annotations}}}\nspec: {{}}\n"
    found = read(f"{pod}---\n{service}")
    assert found.workloads[0].scrape.port == found.services[0].scrape.port == port


@pytest.mark.parametrize("annotations", ["{}", '{prometheus.io/scrape: "false"}', "{prometheus.io/port: '1'}", "~"])
def test_annotations_that_announce_none(annotations):
    pod = f"apiVersion: v1\nkind: Pod\nmetadata: {{name: a, annotations: {annotations}}}\nspec: {{}}\n"
    assert read(pod).workloads[0].scrape is None


@pytest.mark.parametrize(
    "container",
    [
        "{env: [{name: 1, value: 2}]}",
        "{env: {a: b}, args: no, livenessProbe: [1]}",
        "{envFrom: 1, readinessProbe: {httpGet: {port: [1]}}}",
        "{command: [[1], {a: b}, ~]}",
    ],
)
def test_what_is_odd_in_a_template_costs_nothing_but_itself(container):
    """The workload is there, and nothing is said of what only a wide reading looks at."""
    (workload,) = read(
        f"apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec: {{containers: [{container}]}}\n"
    ).workloads
    assert workload.name == "a"
    assert all(text.value == "" for text in workload.texts)


def test_config_maps_know_the_line_of_each_key():
    head = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n"
    text = f"{head}data:\n  host: db\n  file: |\n    a: b\nbinaryData: {{c: AA==}}\n"
    (held,) = read(text).config_maps
    assert [(one.name, one.value, one.location.line) for one in held.texts] == [
        ("host", "db", 5),
        ("file", "a: b\n", 6),
    ]


def test_parts_are_put_together_and_the_last_of_a_name_counts():
    other = INGRESS.replace("spec: {}", "spec: {ingressClassName: nginx}")
    both = combine([read(INGRESS), read(other)])
    assert [one.class_name for one in both.routes] == ["nginx"]
    assert [one.code for one in both.diagnostics] == ["NP417"]
    everything = combine(read(document(api, kind)) for api, kind, _ in (*ROUTES, *KINDS))
    assert all(getattr(everything, where) for _, _, where in (*ROUTES, *KINDS))
    assert len(everything.routes) == 7
