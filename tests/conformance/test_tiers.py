"""The conformance tests of network-policy-api v0.3.0, by engine and by naive model, with the tables that they expect.

Steps of a subtest are `apply`, a policy as it is from then on, `delete`, a NetworkPolicy, `label`, all labels of a
namespace, `pod-label`, one of a pod, which null takes from it, and `poke`: a client, a server, protocol, port, and
whether the connection passes. What one subtest changed, the next of its test finds.
"""

import copy
import json
from pathlib import Path

from netpolc.checks.options import CheckOptions
from netpolc.cluster.cluster import cluster_of
from netpolc.compiler.inputs import Inputs
from netpolc.compiler.model import CompileOptions
from netpolc.engine import verdicts
from netpolc.manifests.combining import combine
from netpolc.manifests.reading import read_manifests
from netpolc.sets.addresses import block
from netpolc.source import Source
from tests.naive import tiers
from tests.naive.policies import Address, Pod
from tests.naive.programs import NAME_LABEL
from tests.rows import each_row

DATA = json.loads((Path(__file__).parents[1] / "data/network-policy-api/v0.3.0/conformance.json").read_text("utf-8"))
NODE = "172.18.0.2"
ADDRESSES = {f"{pod['namespace']}/{pod['name']}": f"10.244.0.{at}" for at, pod in enumerate(DATA["pods"], 1)}
PODS = {f"{pod['namespace']}/{pod['name']}": pod for pod in DATA["pods"]}


def placed(policy):
    """A policy with the addresses of pods in the place of their names."""
    text = json.dumps(policy)
    for name, address in ADDRESSES.items():
        text = text.replace(f'"address of {name}"', f'"{address}/32"')
    return json.loads(text)


class State:
    """A cluster as it is between two steps."""

    def __init__(self, policies):
        self.policies = {(each["kind"], each["metadata"]["name"]): each for each in map(placed, policies)}
        self.pods = copy.deepcopy(PODS)
        self.namespaces = {name: {**labels, NAME_LABEL: name} for name, labels in DATA["namespaces"].items()}

    def label(self, name, key, value):
        kept = {each: there for each, there in self.pods[name]["labels"].items() if each != key}
        self.pods[name]["labels"] = kept if value is None else {**kept, key: value}

    def objects(self):
        for name, labels in self.namespaces.items():
            yield {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}}
        yield {
            "apiVersion": "v1",
            "kind": "Node",
            "metadata": {"name": "worker", "labels": {"kubernetes.io/os": "linux"}},
            "status": {"addresses": [{"type": "InternalIP", "address": NODE}]},
        }
        yield from map(self.object, self.pods.values())
        yield from self.policies.values()

    def object(self, pod):
        ports = [
            {"name": name, "protocol": protocol, "containerPort": number} for name, protocol, number in pod["ports"]
        ]
        containers = [{"name": f"c{at}", "image": "x", "ports": [each]} for at, each in enumerate(ports)]
        ip = NODE if pod.get("hostNetwork") else ADDRESSES[f"{pod['namespace']}/{pod['name']}"]
        return {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {key: pod[key] for key in ("name", "namespace", "labels")},
            "spec": {"hostNetwork": pod.get("hostNetwork", False), "containers": containers or [{"name": "c"}]},
            "status": {"phase": "Running", "podIPs": [{"ip": ip}]},
        }

    def judges(self, finality):
        """What the engine and the naive model say of a connection."""
        documents = [*self.policies.values()]
        text = json.dumps({"apiVersion": "v1", "kind": "List", "items": [*self.objects()]})
        found = combine([read_manifests(Source("all.json", text))])
        options = CompileOptions(checks=CheckOptions(finality=finality))
        cluster = cluster_of(Inputs(None, found, found.diagnostics), options)
        assert not [each for each in cluster.diagnostics if each.severity == "error"], cluster.diagnostics
        judge = verdicts.Evaluator(cluster.ruleset)
        ends = {peer.id: peer.end for peer in cluster.workload_peers()}
        nodes = [({"kubernetes.io/os": "linux"}, {NODE})]

        def both(client, server, protocol, port):
            ours = judge.allows(ends[client], self.end(ends, server), protocol, port)
            pods = self.naive(client), self.naive(server)
            theirs = tiers.allows(documents, *pods, protocol, port, final_for_pod=finality == "pod", nodes=nodes)
            return ours, theirs

        return both

    def end(self, ends, name):
        on_node = PODS[name].get("hostNetwork")
        return verdicts.Address(block(4, int.from_bytes(map(int, NODE.split("."))), 32)) if on_node else ends[name]

    def naive(self, name):
        pod = self.pods[name]
        if pod.get("hostNetwork"):
            return Address(NODE)
        ports = tuple(map(tuple, pod["ports"]))
        namespace = pod["namespace"]
        return Pod(namespace, self.namespaces[namespace], pod["labels"], ports, ADDRESSES[name])


def test_all_of_them_are_there():
    assert len(DATA["tests"]) == 30
    assert sum(len(test["subtests"]) for test in DATA["tests"]) == 112


@each_row("test", DATA["tests"])
def test_a_conformance_test_of_network_policy_api_passes(test):
    for finality in ("pod", "direction"):
        state = State(copy.deepcopy(test["policies"]))
        judges = None
        for subtest in test["subtests"]:
            for kind, *step in subtest["steps"]:
                if kind == "poke":
                    judges = judges or state.judges(finality)
                    *asked, expected = step
                    assert judges(*asked) == (expected, expected), f"{test['name']}: {subtest['name']}: {asked}"
                    continue
                judges = None
                if kind == "apply":
                    (policy,) = map(placed, step)
                    state.policies[policy["kind"], policy["metadata"]["name"]] = policy
                elif kind == "delete":
                    del state.policies["NetworkPolicy", step[0]]
                elif kind == "pod-label":
                    state.label(*step)
                else:
                    namespace, labels = step
                    state.namespaces[namespace] = {**labels, NAME_LABEL: namespace}
