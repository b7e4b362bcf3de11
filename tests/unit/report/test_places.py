import csv
import json

from netpolc.engine.relation import relation_of
from netpolc.report.places import FORMS
from netpolc.results import Relation
from tests.unit.queries.clusters import cluster

POD = """---
apiVersion: v1
kind: Pod
metadata: {{name: {0}, namespace: {1}, labels: {{app: {0}}}}}
spec: {{containers: [{{name: c, image: x}}]}}
"""
PROGRAM = """namespace shop
baseline deny all
web -> db:5432
web -> data/[app=pg]:5433
10.0.0.0/8 -> web:443
namespace data
baseline deny all
shop/web -> pg:5433
"""
WORLD = cluster(PROGRAM, "".join(POD.format(*each) for each in (("web", "shop"), ("db", "shop"), ("pg", "data"))))


BY_LABEL = """namespace data
baseline deny all
[team=a]/* -> *:5432
"""


def written(form, *, pairs=False, about=WORLD):
    relation = Relation(relation_of(about.population(), about.ruleset), about.nets())
    return "".join(FORMS[form](relation, pairs=pairs))


def test_lines_are_about_namespaces():
    lines = written("text").splitlines()
    assert {"shop -> shop : TCP 5432", "shop -> data : TCP 5433", "10.0.0.0/8 -> shop : TCP 443"} <= set(lines)
    assert "data -> " not in written("text")


def test_namespaces_that_are_among_others_are_not_listed_beside_them():
    lines = written("text", about=cluster(BY_LABEL, POD.format("pg", "data"))).splitlines()
    other = "[kubernetes.io/metadata.name!=data]"
    assert lines == [
        "[kubernetes.io/metadata.name!=data, team=a] -> data : TCP 5432",
        f"{other} -> {other}, outside : ANY",
        f"outside -> {other} : ANY",
    ]


def test_any_namespace_is_those_of_a_label_too():
    policy = """apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: data}
spec:
  podSelector: {}
  policyTypes: [Ingress]
  ingress: [{from: [{namespaceSelector: {matchLabels: {team: a}}}]}]
"""
    lines = written("text", about=cluster("", POD.format("pg", "data") + "---\n" + policy)).splitlines()
    other = "[kubernetes.io/metadata.name!=data]"
    assert lines == [
        f"any namespace -> {other}, outside : ANY",
        f"[team=a] -> data, {other}, outside : ANY",
        f"outside -> {other} : ANY",
    ]


def test_documents_have_groups_or_pairs_of_places():
    document = json.loads(written("json"))
    assert (document["format_version"], document["by"]) == ("2", "namespace")
    assert {"id": "shop", "type": "namespace", "namespace": "shop"} in document["peers"]
    pairs = {
        (source, destination)
        for group in document["groups"]
        for source in group["sources"]
        for destination in group["destinations"]
    }
    listed = json.loads(written("json", pairs=True))["connections"]
    assert {(each["source"], each["destination"]) for each in listed} == pairs
    assert {name for pair in pairs for name in pair} <= {peer["id"] for peer in document["peers"]}


def test_tables_have_the_lines():
    lines = written("text").splitlines()
    rows = list(csv.reader(written("csv").splitlines()))
    assert [f"{one} -> {other} : {ports}" for one, other, ports in rows[1:]] == lines
    assert len(written("md").splitlines()) == len(lines) + 2
    for form in ("csv", "md", "text"):
        assert "10.0.0.0/8" in written(form, pairs=True)
