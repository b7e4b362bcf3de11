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


def test_workloads_of_manifests_are_called_by_their_names():
    ends = [bare("web"), bare("web", kind="Deployment"), bare("web", kind="Job")]
    found = parties(*ends, documents=[workload("web", labels={"app": "x"}), workload("web2")])
    assert [found.of(end).labels for end in ends] == [{"app": "x"}, {"app": "x"}, {}]
    assert [(each.kind, each.name) for each in found.only_seen] == [("Pod", "other"), ("Job", "web")]


def test_addresses_are_nobody():
    end = FlowEnd(address="10.0.0.7")
    assert parties(end).of(end) is None
