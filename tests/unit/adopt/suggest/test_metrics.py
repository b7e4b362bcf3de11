from tests.rows import each_row
from tests.unit.adopt.suggest.world import document, flows, service, workload

SCRAPE = {"prometheus.io/scrape": "true"}
PORT = {**SCRAPE, "prometheus.io/port": "9113"}
PROMETHEUS = workload("prometheus", namespace="monitoring")


def monitor(kind, endpoint, name="app", value="web", **spec):
    endpoints = {"podMetricsEndpoints" if kind == "PodMonitor" else "endpoints": [endpoint]}
    spec = {"selector": {"matchLabels": {name: value}}, **endpoints, **spec}
    return document("monitoring.coreos.com/v1", kind, "m", namespace="monitoring", spec=spec)


ANY = {"namespaceSelector": {"any": True}}
LISTED = {"namespaceSelector": {"matchNames": ["shop"]}}
PODS = workload("web", ports=["http=8080", "metrics=9113"])
LABELLED = service("web", ports=["80>http", "9113>metrics"], labels={"app": "web"})


@each_row(
    "documents, ports",
    [
        ([workload("web", ports=[8080, 8081], annotations=SCRAPE)], "{8080, 8081}"),
        ([workload("web", ports=[8080], annotations=PORT)], "9113"),
        ([workload("web"), service("web", ["80>8080"], annotations=SCRAPE)], "8080"),
        ([workload("web"), service("web", ["80>8080"], annotations=PORT)], "9113"),
        ([PODS, LABELLED, monitor("ServiceMonitor", {"port": "p9113"}, **ANY)], "9113"),
        ([PODS, LABELLED, monitor("ServiceMonitor", {"port": "p9113"}, **LISTED)], "9113"),
        ([PODS, LABELLED, monitor("ServiceMonitor", {"targetPort": "metrics"}, **ANY)], "9113"),
        ([PODS, LABELLED, monitor("ServiceMonitor", {"targetPort": 9114}, **ANY)], "9114"),
        ([PODS, monitor("PodMonitor", {"port": "metrics"}, **ANY)], "9113"),
        ([PODS, monitor("PodMonitor", {"portNumber": 9114}, **ANY)], "9114"),
    ],
)
def test_who_is_scraped(documents, ports):
    assert flows(*documents) == [f"std.prometheus -> web:{ports}"]
    assert flows(*documents, PROMETHEUS) == [f"monitoring/prometheus -> web:{ports}"]


@each_row(
    "documents",
    [
        [workload("web", annotations=SCRAPE)],
        [PODS, LABELLED, monitor("ServiceMonitor", {"port": "p9113"})],
        [PODS, LABELLED, monitor("ServiceMonitor", {"port": "other"}, **ANY)],
        [PODS, LABELLED, monitor("ServiceMonitor", {"port": "p9113"}, value="other", **ANY)],
        [PODS, monitor("PodMonitor", {"port": "gone"}, **ANY)],
        [PODS, monitor("PodMonitor", {"port": "metrics"}, "x", **ANY)],
        [PODS, workload("web", annotations=PORT, hostNetwork=True, namespace="edge")],
        [workload("prometheus", ports=[9090], annotations=SCRAPE)],
    ],
)
def test_who_is_not(documents):
    assert flows(*documents) == []


def test_a_port_of_a_service_that_is_called_metrics_is_scraped():
    ports = [80, {"port": 81, "name": "metrics", "targetPort": 9090}, {"port": 82, "name": "admin"}]
    assert flows(workload("x"), service("x", ports)) == ["std.prometheus -> x:9090"]
    assert flows(workload("prometheus"), service("prometheus", ports)) == []
