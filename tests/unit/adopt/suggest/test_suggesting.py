import random

import pytest

from netpolc.adopt.importer.proof import in_one_folder
from netpolc.adopt.suggest import finding, suggesting
from netpolc.adopt.suggest.suggesting import suggest
from netpolc.compiler.model import CompileOptions
from netpolc.compiler.pipeline import compile_program
from netpolc.engine.from_policies import rules_of_policies
from netpolc.engine.regions import IDENTITY, PodSet
from netpolc.language.formatting import format_source
from netpolc.source import Source
from tests.unit.adopt.suggest.world import (
    document,
    flows,
    lines,
    manifests,
    pod,
    service,
    suggested,
    undecided,
    workload,
)

HOSTILE = "x\n* -> *:*\r\u2028\u202e\x00`*/ netpolc: ignore[NP606] \u0085"


def compiled(files):
    return compile_program(in_one_folder(files), CompileOptions())


def test_nothing_is_known_but_that_everything_is_closed():
    assert suggested(workload("web")) == {
        "suggested.netpol": """\
# Proposed by `netpolc suggest`, each line with what shows it, for you to judge.

import "std"

namespace shop

baseline deny all
* -> std.dns
"""
    }


def test_each_namespace_has_a_file_of_its_own():
    documents = [workload("a", namespace="one"), workload("b", namespace="two"), workload("c", namespace=None)]
    assert sorted(suggested(*documents, apart=True)) == ["no_namespace.netpol", "one.netpol", "two.netpol"]
    assert suggested(service("web")) == {}


@pytest.mark.parametrize("annotations", [None, {"prometheus.io/scrape": "true", "prometheus.io/port": "9113"}])
def test_what_names_no_namespace_is_not_called_from_another(annotations):
    """A policy of the other would have to name it."""
    here = workload("web", namespace=None, annotations=annotations, env={"DB_HOST": "db.data"})
    there = [workload("db", namespace="data"), service("db", namespace="data")]
    files = suggested(here, *there, apart=True)
    assert (
        "# a connection between `data` and what names no namespace: app.yaml:1 env DB_HOST"
        in files["no_namespace.netpol"]
    )
    assert ("std.prometheus -> web:9113 ingress" in files["no_namespace.netpol"]) == bool(annotations)
    alone = suggested(here)["suggested.netpol"]
    assert ("std.prometheus -> web:9113  #" in alone) == bool(annotations)


def test_a_name_that_another_file_declares_is_written_by_its_labels():
    twins = [workload(name, namespace="data", labels={"app": "db", "role": name}) for name in ("first", "second")]
    web = workload("web", env={"DB_HOST": "first.data"})
    first = service("first", selector={"app": "db", "role": "first"}, namespace="data")
    assert "web -> data/first:80 " in suggested(web, *twins, first)["suggested.netpol"]
    apart = suggested(web, *twins, first, apart=True)
    assert "web -> data/[app=db, role=first]:80 " in apart["shop.netpol"]
    assert "pods first = [app=db, role=first]" in apart["data.netpol"]


def test_two_of_one_name_stay_two():
    documents = [workload("db"), workload("db", namespace="data"), service("db"), service("db", namespace="data")]
    web = workload("web", env={"A_HOST": "db", "B_HOST": "db.data"})
    assert flows(web, *documents) == ["web -> data/db:80", "web -> db:80"]


def test_evidence_is_joined_and_bounded():
    web = workload("web", env={f"A{n}_HOST": "db" for n in range(5)})
    found = lines(web, workload("db"), service("db"))
    assert "web -> db:80  # app.yaml:1 env A0_HOST; :1 env A1_HOST; :1 env A2_HOST; and 2 more" in found


def test_long_evidence_stands_above():
    name = f"{'LONG_' * 15}HOST"
    found = lines(workload("web", env={name: "db"}), workload("db"), service("db"))
    assert found[-2:] == [f"# app.yaml:1 env {name}", "web -> db:80"]


def test_services_that_nobody_uses():
    assert undecided(workload("web"), service("web"), service("web-again", selector={"app": "web"})) == [
        "nobody is seen to use the service `web`: app.yaml:3",
        "nobody is seen to use the service `web-again`: app.yaml:5",
    ]


def test_those_whom_no_policy_sees():
    assert undecided(workload("a", hostNetwork=True), workload("b", labels={})) == [
        "`a` is on the network of its node, where no policy sees it: app.yaml:1",
        "the pods of `b` have no labels to select them by: app.yaml:3",
    ]


def test_those_who_may_call_the_api_server():
    subjects = [{"kind": "ServiceAccount", "name": "web", "namespace": "shop"}]
    binding = document("rbac.authorization.k8s.io/v1", "ClusterRoleBinding", "web", subjects=subjects)
    found = undecided(workload("web", serviceAccountName="web"), workload("other"), binding)
    assert found == [
        "`web` may call the API server, whose address manifests do not show: app.yaml:5 ClusterRoleBinding web",
        "web -> api-server:6443",
    ]
    assert undecided(workload("web", serviceAccountName="web", automountServiceAccountToken=False), binding) == []


def test_what_is_left_out_is_said():
    policy = document("networking.k8s.io/v1", "NetworkPolicy", "deny", spec={"podSelector": {}})
    found = suggest(
        manifests(workload("dns", namespace="kube-system"), workload("a", namespace="7"), policy), apart=False
    )
    assert found.files == {}
    assert found.left_out == (
        "1 NetworkPolicy passed over: `netpolc import` makes source of them",
        "the namespace `7` is left open",
        "the namespace `kube-system` is left open",
    )


def test_the_system_can_still_be_called_and_call():
    traefik = workload("traefik", namespace="kube-system")
    ingress = document(
        "networking.k8s.io/v1", "Ingress", spec={"defaultBackend": {"service": {"name": "web", "port": {"number": 80}}}}
    )
    assert flows(traefik, workload("web"), service("web"), ingress) == ["kube-system/traefik -> web:80"]


def test_a_namespace_that_the_language_cannot_name_has_no_part_in_it():
    web = workload("web", namespace="7", env={"DB_URL": "http://db.shop"})
    back = workload("back", env={"WEB_URL": "http://web.7"})
    assert flows(web, back, workload("db"), service("db"), service("web", namespace="7")) == []


def test_there_is_an_end_to_it(monkeypatch):
    monkeypatch.setattr(finding, "MOST", 3)
    monkeypatch.setattr(suggesting, "MOST", 3)
    web = workload("web", env={f"A{n}_HOST": f"db{n}" for n in range(5)})
    dbs = [each for n in range(5) for each in (workload(f"db{n}"), service(f"db{n}"))]
    found = suggest(manifests(web, *dbs), apart=False)
    assert found.left_out == ("only the first 3 pieces of evidence were looked at",)
    assert found.files["suggested.netpol"].count("web -> db") == 3


@pytest.mark.parametrize("apart", [False, True])
def test_hostile_texts_stay_within_their_comments(apart):
    env = {HOSTILE: "db", f"{HOSTILE}_HOST": "db", "A_HOST": f"http://db/{HOSTILE}", "B_URL": "http://a.example.com"}
    web = workload("web", env=env, args=[f"--{HOSTILE}=http://db"], annotations={"prometheus.io/scrape": "true"})
    found = manifests(web, workload("db"), service("db"), name=f"netpolc: ignore[NP606] {HOSTILE}")
    files = suggest(found, apart=apart).files
    (text,) = files.values()
    flows_of = [line for line in text.splitlines() if "->" in line and not line.startswith("#")]
    assert {line.partition("  #")[0] for line in flows_of} == {"* -> std.dns", "web -> db:80"}
    assert compiled(files).ok
    assert text.isascii() or "\u202e" not in text


def test_the_order_of_manifests_changes_nothing():
    documents = [
        workload("web", env={"A_HOST": "db", "B_HOST": "cache", "C_URL": "https://x.example.com"}),
        *(each for name in ("db", "cache", "idle") for each in (workload(name), service(name))),
    ]
    text = suggested(*documents)["suggested.netpol"]
    for seed in range(5):
        random.Random(seed).shuffle(documents)
        again = suggested(*documents)["suggested.netpol"]
        assert sorted(line.partition("#")[0] for line in again.splitlines()) == sorted(
            line.partition("#")[0] for line in text.splitlines()
        )


def test_a_fault_of_our_own_writes_nothing(monkeypatch):
    monkeypatch.setattr(suggesting, "write", lambda *_, **__: "namespace shop\n-> web\n")
    found = suggest(manifests(workload("web")), apart=False)
    assert found.files == {}
    assert [one.code for one in found.diagnostics] == ["NP903"]


class World:
    """An application at random, and who is known to call whom there."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        key = self.random.choice(["app", "app.kubernetes.io/name", "k8s-app"])
        spaces = ["shop", "data", "a-b"][: self.random.randint(1, 3)]
        self.pods = [(space, name, self.labels(key, name)) for space in spaces for name in self.names()]
        self.ports = {pod: self.random.randint(1, 65535) for pod in self.pods}
        self.called = []
        self.documents = [each for pod in self.pods for each in self.documents_of(pod)]

    def names(self):
        known = ["web", "any", "db", "dbs", "10", "all", "a.b", "namespace", "x1", "xl"]
        return self.random.sample(known, self.random.randint(1, 6))

    def labels(self, key, name):
        called = {key: self.random.choice([name, "shared"])} if self.random.random() < 0.9 else {}
        return tuple({"team": "t", "tier": self.random.choice("ab"), "n": name, **called}.items())

    def documents_of(self, pod):
        space, name, labels = pod
        number = self.ports[pod]
        others = [other for other in self.random.sample(self.pods, min(3, len(self.pods))) if other != pod]
        others = [other for other in others if "." not in other[1]]
        self.called += [(pod, other) for other in others]
        env = {f"A{n}_URL": f"http://{other[1]}.{other[0]}" for n, other in enumerate(others)}
        target = self.random.choice([f"80>{number}", "80>door"])
        yield service(name, [target], dict(labels), space, type=self.random.choice(["ClusterIP", "NodePort"]))
        yield workload(name, "Deployment", space, dict(labels), [f"door={number}"], None, env)


@pytest.mark.search(10)
def test_what_is_proposed_compiles_and_lets_out_just_those_that_are_shown(seed):
    world = World(seed)
    for apart in (False, True):
        files = suggested(*world.documents, apart=apart)
        result = compiled(files)
        assert result.ok, result.diagnostics
        assert {one.code for one in result.diagnostics if one.severity != "note"} <= {"NP606", "NP607"}
        assert not any(format_source(Source("x.netpol", text)).changed for text in files.values())
        ruleset = rules_of_policies(result.policies, {})
        for source in world.pods:
            for destination in world.pods:
                shown = (source, destination) in world.called
                port = world.ports[destination]
                assert lets(ruleset.egress, source, destination, port) == shown
                assert not shown or lets(ruleset.ingress, destination, source, port)


def lets(half, subject, peer, port):
    """Whether a closed pod is let through to or from another on a port."""
    assert any(holds(isolation.subject, subject) for isolation in half.isolations)
    return any(
        holds(allow_rule.subject, subject) and holds(allow_rule.peer, peer) and allow_rule.ports.contains("TCP", port)
        for allow_rule in half.allow_rules
    )


def holds(region, pod):
    space, _, labels = pod
    return (
        isinstance(region, PodSet)
        and region.namespaces.matches({IDENTITY: space})
        and region.pods.matches(dict(labels))
    )


OF_JOB = {"controller-uid": "5b0c", "batch.kubernetes.io/controller-uid": "5b0c"}


def of_job(name, job="backup"):
    labels = {**OF_JOB, "job-name": job, "batch.kubernetes.io/job-name": job}
    return pod(name, labels, {"kind": "Job", "name": job}, env={"DB_HOST": "db"})


@pytest.mark.parametrize("names", [["backup-x7k2p"], ["backup-x7k2p", "backup-z9k2q"]])
def test_the_pods_of_a_job_are_selected_by_its_name(names):
    documents = [*map(of_job, names), workload("db"), service("db")]
    assert lines(*documents)[0] == "pods backup = [batch.kubernetes.io/job-name=backup]"
    assert flows(*documents) == ["backup -> db:80"]


def test_pods_without_a_label_that_lasts_are_left_to_people():
    documents = [of_job("backup-x7k2p", job="backup-29012345"), workload("db"), service("db")]
    assert "controller-uid" not in suggested(*documents)["suggested.netpol"]
    assert undecided(*documents) == [
        "`backup-x7k2p` calls the service `db`, and no label selects it: app.yaml:1 env DB_HOST",
        "no label of the pods of `backup-x7k2p` lasts until the next run or rollout; give them one: app.yaml:1",
        "nobody is seen to use the service `db`: app.yaml:5",
    ]


def test_a_service_is_followed_by_the_labels_that_last():
    hashed = service("db", selector={"app": "db", "rollouts-pod-template-hash": "5d4f"})
    web = workload("web", env={"DB_HOST": "db"})
    assert flows(web, workload("db"), hashed) == ["web -> db:80"]
    assert flows(web, hashed) == ["web -> db:80"]
    hashed["spec"]["selector"] = {"rollouts-pod-template-hash": "5d4f"}
    assert flows(web, workload("db"), hashed) == []
    assert undecided(web, workload("db"), hashed) == [
        "`web` calls the service `db`, whose pods no label selects: app.yaml:1 env DB_HOST",
        "no label that the service `db` selects by lasts until the next run or rollout: app.yaml:5",
    ]
