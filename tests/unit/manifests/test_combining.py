import pytest

from netpolc.manifests.combining import combine
from netpolc.manifests.model import Manifests
from netpolc.manifests.reading import read_manifests
from netpolc.source import Source


def read(name, *documents):
    return read_manifests(Source(name, "\n---\n".join(documents)))


def policy(name, spec="{}", namespace="shop"):
    return (
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"
        f"metadata: {{name: {name}, namespace: {namespace}}}\nspec: {spec}"
    )


def workload(kind, name, owner=None, labels="app: web", namespace="shop", ip=""):
    owners = "" if owner is None else f", ownerReferences: [{{controller: true, kind: {owner[0]}, name: {owner[1]}}}]"
    api = "v1" if kind == "Pod" else "apps/v1"
    template = "spec: {}" if kind == "Pod" else f"spec: {{template: {{metadata: {{labels: {{{labels}}}}}}}}}"
    return (
        f"apiVersion: {api}\nkind: {kind}\n"
        f"metadata: {{name: {name}, namespace: {namespace}, labels: {{{labels}}}{owners}}}\n"
        f"{template}\nstatus: {{podIP: '{ip}'}}"
    )


def test_parts_are_put_together():
    one = read("a", policy("a"), "apiVersion: v1\nkind: Secret", "a: [")
    other = read("b", policy("b"), workload("Pod", "x"), "apiVersion: v1\nkind: Secret", "apiVersion: v1\nkind: Event")
    both = combine(part for part in (one, other))
    assert [found.name for found in both.policies] == ["a", "b"]
    assert len(both.workloads) == 1
    assert both.skipped == {"v1/Secret": 2, "v1/Event": 1}
    assert [found.code for found in both.diagnostics] == ["NP120"]
    assert combine([]) == Manifests()


def test_a_policy_that_is_there_twice_is_an_error_that_shows_both():
    both = combine([read("a.yaml", policy("x")), read("b.yaml", policy("x", "{policyTypes: [Egress]}"), policy("z"))])
    assert [(found.name, found.policy_types) for found in both.policies] == [("x", ("Egress",)), ("z", ("Ingress",))]
    (found,) = both.diagnostics
    assert (found.code, found.severity) == ("NP417", "error")
    assert found.message == "the NetworkPolicy `shop/x` is there twice; the last one counts"
    assert (found.location.source.name, found.labels[0].location.source.name) == ("b.yaml", "a.yaml")


def test_the_same_name_elsewhere_is_another_object():
    documents = [policy("x"), policy("x", namespace="data"), workload("Pod", "x"), workload("Deployment", "x")]
    both = combine([read("a", *documents)])
    assert len(both.policies) + len(both.workloads) == 4
    assert not both.diagnostics


@pytest.mark.parametrize(("labels", "notes"), [("app: web", []), ("app: other", [("NP417", "note")])])
def test_a_workload_twice_is_a_note_where_the_two_differ(labels, notes):
    both = combine([read("a", workload("Deployment", "x")), read("b", workload("Deployment", "x", labels=labels))])
    assert [(found.code, found.severity) for found in both.diagnostics] == notes
    assert [dict(found.labels) for found in both.workloads] == [dict([labels.split(": ")])]


def test_combining_twice_changes_nothing():
    once = combine(
        [read("a", policy("x"), policy("x"), workload("Pod", "p", ("ReplicaSet", "r")), workload("ReplicaSet", "r"))]
    )
    assert combine([once]) == once
