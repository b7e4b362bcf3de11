import json
from random import Random

import pytest

from netpolc.adopt.importer.importing import CLUSTER, SINGLE, import_manifests
from netpolc.manifests.combining import combine
from netpolc.manifests.reading import read_manifests
from netpolc.source import Source
from tests.strategies.tiers import NEW, TierMaker

EVERYBODY = {"namespaces": {}}
TEAM = {"namespaces": {"matchLabels": {"team": "a"}}}
DNS = {"pods": {"namespaceSelector": {}, "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}}}}
DB = {"tcp": {"destinationPort": {"number": 5432}}}


def policy(name="one", *, tier="Admin", priority=1, subject=EVERYBODY, **rules):
    return {
        "apiVersion": "policy.networking.k8s.io/v1alpha2",
        "kind": NEW,
        "metadata": {"name": name},
        "spec": {"tier": tier, "priority": priority, "subject": subject, **rules},
    }


def rule(action, *peers, way="from", **more):
    return {"action": action, way: list(peers), **more}


def imported(*documents, apart=False):
    found = combine([read_manifests(Source(f"{n}.json", json.dumps(each))) for n, each in enumerate(documents)])
    assert found.diagnostics == ()
    return import_manifests(found, apart=apart)


def lines(*documents):
    found = imported(*documents)
    assert found.diagnostics == ()
    return [line for line in found.files[SINGLE].splitlines() if line and not line.startswith("#")]


@pytest.mark.parametrize(
    ("documents", "expected"),
    [
        ([policy(ingress=[rule("Deny", TEAM)])], ["always deny [team=a]/* -> */*:*"]),
        ([policy(tier="Baseline", ingress=[rule("Deny", TEAM)])], ["default deny [team=a]/* -> */*:*"]),
        ([policy(egress=[rule("Deny", TEAM, way="to")])], ["always deny */* -> [team=a]/*:* egress"]),
        (
            [policy(egress=[rule("Deny", {"networks": ["10.0.0.0/8", "fd00::/8"]}, way="to")])],
            ["always deny */* -> {10.0.0.0/8, fd00::/8}:*"],
        ),
        (
            [policy(ingress=[rule("Accept", TEAM, protocols=[DB]), rule("Deny", EVERYBODY)])],
            [
                "always allow [team=a]/* -> */*:5432 ingress",
                "always deny [team!=a]/* -> */*:*",
                "always deny [team=a]/* -> */*:{*/sctp, 1-5431, 5433-65535, */udp}",
            ],
        ),
        (
            [policy(ingress=[rule("Pass", TEAM), rule("Deny", EVERYBODY)])],
            ["always deny [team!=a]/* -> */*:*"],
        ),
        (
            [
                policy("out", egress=[rule("Accept", DNS, way="to")]),
                policy("in", priority=2, subject=DNS, ingress=[rule("Accept", EVERYBODY)]),
            ],
            ["always allow */* -> */[k8s-app=kube-dns]:*"],
        ),
        (
            [policy(ingress=[rule("Deny", TEAM)]), policy("two", priority=2, ingress=[rule("Accept", EVERYBODY)])],
            ["always deny [team=a]/* -> */*:*", "always allow */* -> */*:* ingress"],
        ),
    ],
)
def test_what_policies_decide_in_lines_of_which_the_order_does_not_count(documents, expected):
    assert lines(*documents) == expected


def test_apart_they_have_a_file_of_their_own():
    allowing = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "n", "namespace": "shop"},
        "spec": {"podSelector": {}, "ingress": [{}], "policyTypes": ["Ingress"]},
    }
    found = imported(policy(ingress=[rule("Deny", TEAM)]), allowing, apart=True)
    assert sorted(found.files) == [CLUSTER, "shop.netpol"]
    assert found.files[CLUSTER] == "# ClusterNetworkPolicy one\nalways deny [team=a]/* -> */*:*\n"
    assert found.left_out == (
        "left out, since netpolc computes them: the names and priorities of cluster-wide policies",
    )


def test_networks_behind_every_pod_that_is_passed_on_hold_none():
    outward = rule("Deny", {"networks": ["10.0.0.0/8"]}, way="to")
    passing = policy("passing", egress=[rule("Pass", EVERYBODY, way="to")])
    assert len(imported(policy("nets", priority=2, egress=[outward])).left_out) == 2
    assert len(imported(passing, policy("nets", priority=2, egress=[outward])).left_out) == 1
    assert len(imported(passing, policy("nets", priority=0, egress=[outward])).left_out) == 2


@pytest.mark.parametrize(
    ("peer", "ports", "why"),
    [
        ({"nodes": {}}, [], "nodes by their labels"),
        ({"domainNames": ["example.com"]}, [], "domain names"),
        (EVERYBODY, [{"destinationNamedPort": "http"}], "a port by its name for the whole cluster"),
    ],
)
def test_what_netpol_cannot_say_is_refused_at_its_place(peer, ports, why):
    found = imported(policy(egress=[rule("Accept", peer, way="to", **({"protocols": ports} if ports else {}))]))
    assert found.files == {}
    assert [(each.code, each.message) for each in found.diagnostics] == [
        ("NP452", f"netpol cannot say {why}, as a rule of `one` does")
    ]
    assert found.diagnostics[0].location is not None


@pytest.mark.search(12)
def test_random_policies_are_imported_as_they_are(seed):
    random = Random(seed)
    priorities = random.sample(range(1001), 4)
    made = [TierMaker(random).tier_policy(NEW, f"p{number}", priority) for number, priority in enumerate(priorities)]
    documents = [each for each in made if "NamedPort" not in json.dumps(each)]
    if documents:
        # What is not proved is an error (NP903).
        assert {each.code for each in imported(*documents).diagnostics} <= {"NP452"}
