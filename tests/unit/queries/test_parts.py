import pytest

from netpolc.cluster.cluster import cluster_of
from netpolc.compiler.inputs import Inputs
from netpolc.compiler.model import CompileOptions
from netpolc.engine import varying
from netpolc.manifests.combining import combine
from netpolc.manifests.reading import read_manifests
from netpolc.queries.answers import answer
from netpolc.queries.endpoints import Endpoints
from netpolc.queries.reading import QueryError
from netpolc.queries.review import review
from netpolc.queries.selection import select
from netpolc.source import Source

WORKLOAD = """---
apiVersion: apps/v1
kind: {kind}
metadata: {{name: {name}, namespace: shop}}
spec: {{{spec}template: {{metadata: {{labels: {{app: {name}}}}}, spec: {{containers: [{{name: c}}]}}}}}}
"""
POLICY = """---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: {name}, namespace: shop}}
spec: {{podSelector: {{matchLabels: {{{labels}}}}}, policyTypes: [Ingress]}}
"""
DB = WORKLOAD.format(kind="StatefulSet", name="db", spec="")
WEB = WORKLOAD.format(kind="Deployment", name="web", spec="")
FIRST = POLICY.format(name="first", labels="statefulset.kubernetes.io/pod-name: db-0")
REVISION = POLICY.format(name="revision", labels="controller-revision-hash: a")


def cluster(*texts):
    found = combine([read_manifests(Source("shop.yaml", "".join(texts)))])
    return cluster_of(Inputs(None, found, found.diagnostics), CompileOptions())


def asked(there, source, destination):
    found = answer(there, Endpoints(there), source, f"{destination}:80")
    return found.allowed, found.source, found.destination


@pytest.mark.parametrize(
    ("destination", "expected"),
    [
        ("shop/db", (False, "shop/web", "shop/db-0")),
        ("db", (False, "shop/web", "shop/db-0")),
        ("shop/db[StatefulSet]", (False, "shop/web", "shop/db-0")),
        ("shop/db-0", (False, "shop/web", "shop/db-0")),
        ("shop/db-1", (True, "shop/web", "shop/db-1")),
        ("db-99", (True, "shop/web", "shop/db-99")),
        ("{shop/db-1, shop/web}", (True, "shop/web", "shop/db-1")),
    ],
)
def test_pods_that_rules_tell_apart_are_asked_for_one_by_one_or_all_together(destination, expected):
    assert asked(cluster(DB, WEB, FIRST), "shop/web", destination) == expected


def test_a_pod_is_known_where_no_rule_speaks_of_it():
    assert asked(cluster(DB, WEB), "shop/db-7", "shop/web")[:2] == (True, "shop/db-7")
    for wrong in ("shop/db-07", "shop/web-0"):
        with pytest.raises(QueryError, match="nothing is known of"):
            asked(cluster(DB, WEB), wrong, "shop/web")


def test_a_pod_that_is_divided_further_is_all_that_it_could_be():
    there = cluster(DB, WEB, FIRST, REVISION)
    assert [peer.id for peer in Endpoints(there).sources("shop/db-0")[0].peers] == [
        "shop/db-0 (controller-revision-hash=a)",
        "shop/db-0 (other labels)",
    ]
    assert asked(there, "shop/web", "shop/db-1") == (False, "shop/web", "shop/db (controller-revision-hash=a)")


def test_another_workload_of_the_same_name_is_told_apart_by_its_kind():
    there = cluster(DB, WEB, FIRST, WORKLOAD.format(kind="DaemonSet", name="db", spec=""))
    assert {peer.id for peer in there.workload_peers()} == {
        "shop/db (other pods)",
        "shop/db-0",
        "shop/db[DaemonSet]",
        "shop/web",
    }
    assert asked(there, "shop/web", "shop/db[StatefulSet]") == (False, "shop/web", "shop/db-0")


def test_a_relation_of_a_workload_is_that_of_all_of_its_pods():
    there = cluster(DB, WEB, FIRST)
    for text, expected in (("shop/db", {"shop/db-0", "shop/db (other pods)"}), ("shop/db-3", {"shop/db (other pods)"})):
        found = select(there, source=text, destination=None, ports=None, hypothetical=True).population
        kept = {peer.id for number, peer in enumerate(found.peers) if found.sources >> number & 1}
        assert kept == expected


def test_a_change_names_the_pods_that_it_is_about():
    """Both sides are divided alike, by the rules of either."""
    changed = review(cluster(DB, WEB), cluster(DB, WEB, FIRST))
    assert (changed.added, changed.removed) == ((), ())
    assert changed.closed
    assert not changed.opened
    later = review(
        cluster(DB, WEB, FIRST), cluster(DB.replace("spec: {", "spec: {ordinals: {start: 1}, ", 1), WEB, FIRST)
    )
    assert [each.id for each in later.removed] == ["shop/db-0"]
    assert later.added == ()
    relabelled = review(cluster(DB, WEB, FIRST), cluster(DB.replace("app: db", "app: data"), WEB, FIRST))
    assert (relabelled.added, relabelled.removed) == ((), ())


def test_nothing_is_said_of_all_pods_where_some_are_not_told_apart(monkeypatch):
    monkeypatch.setattr(varying, "MOST_PARTS", 8)
    texts = [POLICY.format(name=f"p{n}", labels=f"statefulset.kubernetes.io/pod-name: db-{n}") for n in range(9)]
    there = cluster(DB, WEB, *texts)
    with pytest.raises(QueryError, match="rules tell pods of `shop/db` apart in too many ways"):
        asked(there, "shop/web", "shop/db")
    assert asked(there, "shop/web", "shop/[app=db, statefulset.kubernetes.io/pod-name=db-8]")[0] is False
    assert not there.population().complete
    assert not there.population(hypothetical=False).complete
    assert not review(there, there).complete


OLD_POD = """---
apiVersion: v1
kind: Pod
metadata:
  name: web-5d9f-a
  namespace: shop
  labels: {app: web, tier: old, pod-template-hash: 5d9f, seen-by: mesh}
  ownerReferences: [{controller: true, kind: ReplicaSet, name: web-5d9f}]
spec: {containers: [{name: c}]}
status: {phase: Running, podIP: 10.1.0.5}
"""
NEW_POD = OLD_POD.replace("5d9f", "77aa").replace("tier: old, ", "").replace("10.1.0.5", "10.1.0.6")
ADMITTING = POLICY.replace("Ingress]", "Ingress], ingress: [{{from: [{{podSelector: {{matchLabels: {{{peers}}}}}}}]}}]")


def test_a_pod_of_an_older_rollout_is_judged_by_its_own_labels():
    denying = ADMITTING.format(name="db", labels="app: db", peers="tier: old")
    there = cluster(DB, WEB, OLD_POD, NEW_POD, denying)
    for name in ("shop/web-5d9f-a", "web-5d9f-a", "pod/web-5d9f-a", "10.1.0.5"):
        assert asked(there, name, "shop/db") == (True, "shop/web-5d9f-a", "shop/db")
    for name in ("shop/web", "web", "deploy/web", "shop/web-77aa-a", "10.1.0.6"):
        assert asked(there, name, "shop/db") == (False, "shop/web", "shop/db")
    note = "shop/web is what its template says; its pod shop/web-5d9f-a has other labels"
    assert [answer(there, Endpoints(there), each, "shop/db:80").notes for each in ("shop/web", "deploy/web")] == [
        (note,),
        (note,),
    ]


def test_labels_that_no_rule_asks_for_tell_no_pod_apart():
    denying = ADMITTING.format(name="db", labels="app: db", peers="app: web")
    there = cluster(DB, WEB, OLD_POD, NEW_POD, denying)
    assert asked(there, "web-5d9f-a", "shop/db") == (True, "shop/web", "shop/db")
    assert [peer.id for peer in there.peers(hypothetical=False) if peer.workload] == ["shop/db", "shop/web"]
    assert answer(there, Endpoints(there), "shop/web", "shop/db:80").notes == ()


def test_a_comparison_has_the_same_pods_on_both_sides():
    one = cluster(DB, WEB, OLD_POD, ADMITTING.format(name="db", labels="app: db", peers="tier: old"))
    other = cluster(DB, WEB, OLD_POD, ADMITTING.format(name="db", labels="app: db", peers="app: web"))
    found = review(one, other, hypothetical=False)
    assert (found.widened, found.narrowed, found.removed, found.added) == (1, 0, (), ())
    both = {peer.id for peer in found.peers if peer.workload is not None}
    assert both == {"shop/db", "shop/web", "shop/web-5d9f-a"}
