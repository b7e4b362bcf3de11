import pytest

from netpolc.manifests.model import Monitor, Probe, Scrape, Webhook
from netpolc.policy.model import Selector
from tests.rows import each_row
from tests.unit.checks.workloads.worlds import PLACE, backend, found, policies, policy, service, workload

DENY = policy("shop/deny", "{podSelector: {}, policyTypes: [Ingress]}")
PORTS = [(8080, "http"), (9090, "metrics")]
PROMETHEUS = workload("monitoring/prometheus", "app.kubernetes.io/name=prometheus")
SERVICE = service("shop/web", "app=web", (80, "http"), (90, "metrics"), labels={"app": "web"})


def web(port=None, *, announced=True):
    return workload("shop/web", "app=web", PORTS, scrape=Scrape(port, PLACE) if announced else None)


def rule(peers, port):
    return policy(
        "shop/web",
        f"{{podSelector: {{matchLabels: {{app: web}}}}, ingress: [{{from: {peers}, ports: [{{port: {port}}}]}}]}}",
    )


def monitor(kind, **more):
    selector = Selector((("app", "web"),), ())
    given = {"namespace": "shop", "namespaces": (), "ports": (), **more}
    return Monitor(kind=kind, name="web", selector=selector, location=PLACE, **given)


def said(*written, workloads, **parts):
    given = found(policies(*written), workloads=workloads, **parts)
    return [one.message for one in given if one.code == "NP619"]


HERE = "[{podSelector: {}}]"
THERE = "[{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: monitoring}}}]"
NOTHING = "nothing may reach the metrics of `shop/web` on TCP 9090"
NOT_PROMETHEUS = "`monitoring/prometheus` may not reach the metrics of `shop/web` on TCP 9090"


@pytest.mark.parametrize(
    ("written", "known", "wanted"),
    [
        ([], False, []),
        ([DENY], False, [NOTHING]),
        ([DENY, rule(HERE, 8080)], False, [NOTHING]),
        ([DENY, rule(HERE, 9090)], False, []),
        ([DENY, rule(HERE, "metrics")], False, []),
        ([DENY], True, [NOT_PROMETHEUS]),
        ([DENY, rule(HERE, 9090)], True, [NOT_PROMETHEUS]),
        ([DENY, rule(THERE, 9090)], True, []),
        ([DENY, rule("[{ipBlock: {cidr: 20.0.0.0/8}}]", 9090)], True, []),
        (
            [DENY, rule(THERE, 9090), policy("monitoring/p", "{podSelector: {}, policyTypes: [Egress]}")],
            True,
            [NOT_PROMETHEUS],
        ),
        ([policy("data/deny", "{podSelector: {}}")], True, []),
    ],
)
@pytest.mark.parametrize(
    "announced",
    [
        {"workloads": [web(9090)]},
        {"services": [service("shop/web", "app=web", (80, "http"), scrape=Scrape(9090, PLACE))]},
        {"services": [service("shop/web", "app=web", (90, "metrics"), scrape=Scrape(None, PLACE))]},
        {"services": [SERVICE], "monitors": [monitor("ServiceMonitor", ports=("port-90",))]},
        {"services": [SERVICE], "monitors": [monitor("ServiceMonitor", targets=("metrics",))]},
        {"services": [SERVICE], "monitors": [monitor("ServiceMonitor", targets=(9090,), namespaces=("data", "shop"))]},
        {"monitors": [monitor("PodMonitor", ports=("metrics",))]},
        {"monitors": [monitor("PodMonitor", ports=("metrics",), namespace="monitoring", namespaces=("*",))]},
        {"monitors": [monitor("PodMonitor", ports=(9090,), namespace="monitoring", namespaces=("shop",))]},
    ],
)
def test_metrics(announced, written, known, wanted):
    parts = {"workloads": [web(announced=False)], **announced}
    parts["workloads"] = [*parts["workloads"], *([PROMETHEUS] * known)]
    assert said(*written, **parts) == wanted


CLOSED_THERE = policy("monitoring/deny", "{podSelector: {}, policyTypes: [Egress]}")


@pytest.mark.parametrize(
    ("written", "known", "advice", "closing"),
    [
        ([DENY], False, "let Prometheus in on that port", []),
        ([DENY], True, "let Prometheus in on that port", ["ingress"]),
        ([DENY, rule(THERE, 9090), CLOSED_THERE], True, "let Prometheus out of `monitoring` on that port", ["egress"]),
        (
            [DENY, CLOSED_THERE],
            True,
            "let Prometheus in on that port and out of `monitoring` on that port",
            ["egress", "ingress"],
        ),
    ],
)
def test_the_end_that_is_closed_is_the_one_to_open(written, known, advice, closing):
    given = found(policies(*written), workloads=[web(9090), *([PROMETHEUS] * known)])
    (one,) = [each for each in given if each.code == "NP619"]
    assert one.help == advice
    assert [label.message for label in one.labels if "closes" in label.message] == [
        f"this closes {direction}" for direction in closing
    ]


def test_of_several_ports_any_may_be_that_of_the_metrics():
    assert not said(DENY, rule(HERE, 8080), workloads=[web()])
    (one,) = said(DENY, workloads=[web()])
    assert one == "nothing may reach the metrics of `shop/web` on TCP 8080, TCP 9090"


@pytest.mark.parametrize(
    "given",
    [
        monitor("PodMonitor", ports=("metrics",), namespace="monitoring"),
        monitor("PodMonitor", ports=("nameless",)),
        monitor("ServiceMonitor", ports=("port-91",)),
        monitor("ServiceMonitor", ports=("port-90",), namespace="monitoring"),
    ],
)
def test_monitors_of_what_is_not_known(given):
    assert not said(DENY, workloads=[web(announced=False)], services=[SERVICE], monitors=[given])


def test_prometheus_scrapes_itself():
    own = workload("monitoring/prometheus", "app=prometheus", [9090], scrape=Scrape(9090, PLACE))
    assert not said(policy("monitoring/deny", "{podSelector: {}}"), workloads=[own])


@pytest.mark.parametrize("component", ["node-exporter", "alertmanager"])
@pytest.mark.parametrize("key", ["component", "app.kubernetes.io/component"])
def test_parts_of_prometheus_that_scrape_nothing(key, component):
    aside = workload("monitoring/part", f"app=prometheus, {key}={component}")
    assert not said(DENY, rule(HERE, 9090), workloads=[web(9090), aside])


ADDRESSES = "[{ipBlock: {cidr: 10.0.0.0/8}}]"
TUNNEL = "{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}"


@each_row(
    "written, cut",
    [
        ([], False),
        ([DENY], True),
        ([DENY, rule(HERE, 8080)], True),
        ([DENY, rule(ADDRESSES, 8080)], False),
        ([DENY, rule(ADDRESSES, 8081)], True),
        ([DENY, rule("[]", "http")], False),
        ([DENY, rule("[{namespaceSelector: {}}]", 8080)], False),
        ([DENY, rule(f"[{TUNNEL}}}]", 8080)], False),
        ([DENY, rule(f"[{TUNNEL}, podSelector: {{matchLabels: {{k8s-app: konnectivity-agent}}}}}}]", 8080)], False),
        ([DENY, rule(f"[{TUNNEL}, podSelector: {{matchLabels: {{k8s-app: kube-dns}}}}}}]", 8080)], True),
    ],
)
def test_webhooks(written, cut):
    hook = Webhook(kind="APIService", name="v1.example", backend=backend("shop/web:80"), location=PLACE)
    given = said(*written, workloads=[web(announced=False)], services=[SERVICE], webhooks=[hook])
    message = "no address may reach `shop/web` on TCP 8080, where the API server calls the APIService `v1.example`"
    assert given == [message] * cut
    assert not said(*written, workloads=[web(announced=False)], webhooks=[hook])


def test_the_service_of_a_webhook_is_not_said_to_be_out_of_reach_as_well():
    hook = Webhook(kind="APIService", name="v1.example", backend=backend("shop/web:80"), location=PLACE)
    given = found(policies(DENY), workloads=[web(announced=False)], services=[SERVICE], webhooks=[hook])
    assert [one.code for one in given if one.code in {"NP618", "NP619"}] == ["NP619"]


PROBE = "only its own node may reach `shop/web` on TCP 8080, where the kubelet makes its {} probe"


@each_row(
    "probes, written, wanted",
    [
        ([("liveness", 8080)], [DENY], ["liveness"]),
        ([("liveness", "http"), ("readiness", 8080)], [DENY], ["liveness"]),
        ([("startup", "nothing")], [DENY], []),
        ([("liveness", 8080)], [DENY, rule(HERE, 8080)], []),
        ([("liveness", 8080)], [DENY, rule(HERE, 9090)], ["liveness"]),
        ([("liveness", 8080)], [], []),
    ],
)
def test_probes_are_but_noted(probes, written, wanted):
    pods = workload("shop/web", "app=web", PORTS, probes=tuple(Probe(kind, port, PLACE) for kind, port in probes))
    notes = [one for one in found(policies(*written), workloads=[pods]) if one.code == "NP619"]
    assert [(one.severity, one.message) for one in notes] == [("note", PROBE.format(kind)) for kind in wanted]
