"""What is said of a workload is true of each of its pods, with all labels that its controller gives them."""

import itertools
import json
from random import Random

import pytest

from netpolc.cluster.cluster import cluster_of
from netpolc.compiler.inputs import Inputs
from netpolc.compiler.model import CompileOptions
from netpolc.manifests.combining import combine
from netpolc.manifests.reading import read_manifests
from netpolc.queries.answers import answer
from netpolc.queries.endpoints import Endpoints
from netpolc.source import Source
from tests.naive.policies import Pod, allows

NAME, INDEX = "statefulset.kubernetes.io/pod-name", "apps.kubernetes.io/pod-index"
REVISION, HASH, GENERATION = "controller-revision-hash", "pod-template-hash", "pod-template-generation"
COMPLETION, UID = "batch.kubernetes.io/job-completion-index", "controller-uid"
VALUES = {
    NAME: ["db-0", "db-2", "db-9", "x-0", "db-02"],
    INDEX: ["0", "2", "9"],
    COMPLETION: ["0", "2"],
    REVISION: ["a", "b"],
    HASH: ["a"],
    GENERATION: ["1", "2"],
    UID: ["a"],
    "job-name": ["run", "x"],
    "app": ["db", "web"],
}
WORKLOADS = {
    "db": ("StatefulSet", {"ordinals": {"start": 2}}, {"app": "db"}),
    "web": ("Deployment", {}, {"app": "web"}),
    "node": ("DaemonSet", {}, {"app": "web"}),
    "run": ("Job", {"completionMode": "Indexed"}, {"app": "db"}),
}


def pods(name):
    """All pods of a workload that policies can tell apart: numbers that are asked for, and one that is not."""
    kind, _, labels = WORKLOADS[name]
    given = {
        "StatefulSet": [{NAME: f"db-{n}", INDEX: str(n), REVISION: r} for n in (2, 3, 9) for r in "abc"],
        "Deployment": [{HASH: each} for each in "ab"],
        "DaemonSet": [{REVISION: each, GENERATION: n} for each in "abc" for n in "123"],
        "Job": [
            {COMPLETION: n, UID: each, "job-name": "run", "batch.kubernetes.io/job-name": "run"}
            for n in "0123"
            for each in "ab"
        ],
    }[kind]
    return [Pod("shop", {}, labels | each) for each in given]


def manifest(name):
    kind, spec, labels = WORKLOADS[name]
    template = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "c"}]}}
    api = "batch/v1" if kind == "Job" else "apps/v1"
    metadata = {"name": name, "namespace": "shop"}
    return {"apiVersion": api, "kind": kind, "metadata": metadata, "spec": {**spec, "template": template}}


def selector(random):
    asked = []
    for key in random.sample(list(VALUES), random.choice([0, 1, 1, 1, 2])):
        operator = random.choice(["In", "In", "NotIn", "Exists", "DoesNotExist"])
        values = random.sample(VALUES[key], random.randint(1, min(2, len(VALUES[key]))))
        asked.append({"key": key, "operator": operator, **({"values": values} if "In" in operator else {})})
    return {"matchExpressions": asked}


def policy(random, number):
    rules = [{"from": [{"podSelector": selector(random)}]} for _ in range(random.randint(0, 2))]
    metadata = {"name": f"p{number}", "namespace": "shop"}
    spec = {"podSelector": selector(random), "policyTypes": ["Ingress"], "ingress": rules}
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": metadata, "spec": spec}


@pytest.mark.search(8)
def test_can_is_right_about_each_pod(seed):
    random = Random(seed)
    documents = [policy(random, number) for number in range(random.randint(1, 4))]
    text = json.dumps({"apiVersion": "v1", "kind": "List", "items": [*map(manifest, WORKLOADS), *documents]})
    manifests = combine([read_manifests(Source("world.json", text))])
    cluster = cluster_of(Inputs(None, manifests, manifests.diagnostics), CompileOptions())
    endpoints = Endpoints(cluster)
    for source, destination in itertools.product(WORKLOADS, WORKLOADS):
        said = answer(cluster, endpoints, f"shop/{source}", f"shop/{destination}:80").allowed
        assert said is all(
            allows(documents, one, other, "TCP", 80) for one in pods(source) for other in pods(destination)
        ), (source, destination, documents)
    for number in (2, 3, 9):
        said = answer(cluster, endpoints, "shop/web", f"shop/db-{number}:80").allowed
        named = [each for each in pods("db") if each.labels[INDEX] == str(number)]
        assert said is all(allows(documents, one, other, "TCP", 80) for one in pods("web") for other in named)
