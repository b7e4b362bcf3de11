from netpolc.adopt.suggest.seen.parties import Parties
from netpolc.flows.record import FlowEnd
from tests.unit.adopt.suggest.seen.records import bare, pod, seen
from tests.unit.adopt.suggest.world import manifests, workload


def parties(*ends, documents=()):
    known = manifests(*documents).workloads if documents else ()
    return Parties(known, [seen(end, "other", 80) for end in ends])


def test_pods_of_a_deployment_are_one_workload_with_the_labels_that_all_have():
    first = pod("web", labels={"app": "web", "track": "a"}, owner="web-7d9c5b8f6d", kind="ReplicaSet")
    later = pod("web", labels={"app": "web", "track": "b"}, owner="web-6c8d7f9b5c", kind="ReplicaSet")
    found = parties(first, later)
    assert found.of(first) is found.of(later)
    assert (found.of(first).kind, found.of(first).name, found.of(first).labels) == ("Deployment", "web", {"app": "web"})


def test_what_carries_the_same_labels_is_one_however_logs_call_it():
    named, unnamed = pod("web", kind="Deployment"), pod("web", owner=None)
    found = parties(named, unnamed)
    assert found.of(named) is found.of(unnamed)


def test_versions_of_a_workload_without_an_owner_are_one():
    one, other = (pod("web", labels={"app": "web", "version": each}, owner=None) for each in ("v1", "v2"))
    found = parties(one, other)
    assert found.of(one) is found.of(other)


def test_workloads_of_manifests_are_found_by_owner_pod_labels_and_address():
    documents = [workload("web", labels={"app": "web", "tier": "front"}), workload("web2")]
    ends = [
        bare("web-7d9c5b8f6d", kind="ReplicaSet"),
        FlowEnd(namespace="shop", pod="web-7d9c5b8f6d-x2x4k"),
        pod("x", labels={"app": "web", "tier": "front", "mesh": "on"}, owner=None),
    ]
    found = parties(*ends, documents=documents)
    assert [found.of(end).name for end in ends] == ["web"] * 3
    assert [each.name for each in found.only_seen] == ["other"]


def test_addresses_are_nobody():
    end = FlowEnd(address="10.0.0.7")
    assert parties(end).of(end) is None
