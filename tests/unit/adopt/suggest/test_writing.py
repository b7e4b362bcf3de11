from netpolc.adopt.suggest.model import Evidence, evidence_at, joined
from netpolc.source import Location, Source, Span
from tests.unit.adopt.suggest.world import document, lines, service, suggested, workload

DB = (workload("db", ports=[5432]), service("db", [5432]))


def of(namespace, *names):
    """A workload that calls a database of its own namespace, which has it and others."""
    return [
        workload("web", namespace=namespace, env={"DB_HOST": "db"}),
        workload("db", namespace=namespace),
        service("db", namespace=namespace),
        *(workload(name, namespace=namespace, labels={"app": "x", "n": name}) for name in names),
    ]


def test_namespaces_of_which_the_same_is_said_share_a_section():
    (text,) = suggested(*of("a"), *of("b"), *of("c", "y")).values()
    assert "namespace {a, b, c}" in text
    assert "web -> db:80  # app.yaml:1, :7, :13 env DB_HOST" in text
    assert text.count("baseline deny all") == 1


def test_namespaces_of_which_another_thing_is_said_do_not():
    there = workload("api", namespace="b", env={"DB_HOST": "db.a"})
    (text,) = suggested(*of("a"), *of("b"), there).values()
    assert "namespace a\n" in text
    assert "namespace b\n" in text
    assert sorted(suggested(*of("a"), *of("b"), apart=True)) == ["a.netpol", "b.netpol"]


def test_a_question_of_several_namespaces_is_asked_once():
    callers = [workload("web", namespace=name, env={"X_URL": "https://x.example.com"}) for name in ("a", "b")]
    (text,) = suggested(*callers).values()
    assert "namespace {a, b}" in text
    assert "which" not in text
    assert text.endswith(
        "# `web` calls `x.example.com`, and a NetworkPolicy knows no domain names: app.yaml:1, :3 env X_URL\n"
        "# web -> std.internet:443\n"
    )


def test_metrics_of_several_are_one_line():
    annotations = {"prometheus.io/scrape": "true"}
    pods = [workload(name, ports=[port], annotations=annotations) for name, port in (("c", 1), ("a", 1), ("b", 2))]
    assert lines(*pods) == [
        "# Metrics.",
        "std.prometheus -> b:2  # app.yaml:5 prometheus.io/scrape",
        "std.prometheus -> {a, c}:1  # app.yaml:1, :3 prometheus.io/scrape",
    ]


def test_names_by_a_label_only_where_a_name_stands_for_one():
    labels = {"app.kubernetes.io/name": "web", "app.kubernetes.io/instance": "one"}
    caller = workload("web", labels=labels, env={"X_URL": "https://x.example.com"})
    (text,) = suggested(caller).values()
    assert "names by" not in text
    assert "# web -> std.internet:443" in text
    del labels["app.kubernetes.io/instance"]
    (text,) = suggested(caller).values()
    assert "names by app.kubernetes.io/name" in text


def test_pods_that_no_workload_shows_are_called_after_their_service():
    monitored = document(
        "monitoring.coreos.com/v1", "ServiceMonitor", "x", spec={"selector": {}, "endpoints": [{"port": "p80"}]}
    )
    made = service("main", selector={"team": "t", "app": "x"})
    found = lines(workload("other"), made, monitored)
    assert "pods main = [app=x, team=t]" in found
    assert "std.prometheus -> main:80  # app.yaml:5 ServiceMonitor x" in found


def test_evidence_is_joined():
    files = [Evidence("k/a.yaml", 1, "env X"), Evidence("k/a.yaml", 2, "env X"), Evidence("k/b.yaml", 3, "env X")]
    assert joined(tuple(files), "k/", 3) == "a.yaml:1, :2, b.yaml:3 env X"
    assert joined(tuple(files), "", 2) == "k/a.yaml:1, :2 env X; and 1 more"
    assert joined((Evidence("a.yaml", 1, ""),), "", 3) == "a.yaml:1"


def test_what_a_tool_made_has_no_lines_to_look_up():
    made = Source("k (kubectl kustomize)", "kind: A\n---\nkind: B\n")
    first, second = (Location(made, Span(at, at)) for at in (0, 12))
    assert evidence_at(first, "env X") == evidence_at(second, "env X")
    assert joined((evidence_at(first, "env X"), evidence_at(first, "env Y")), "", 3) == "env X; env Y"
    assert joined((evidence_at(first),), "", 3) == "k (kubectl kustomize)"
    both = (evidence_at(first, "env X"), Evidence("k/a.yaml", 1, "env X"), Evidence("k/a.yaml", 2, "env X"))
    assert joined(both, "k/", 2) == "env X; a.yaml:1 env X; and 1 more"
