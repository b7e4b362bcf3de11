"""The cluster of both suites, pods a, b and c in each of the namespaces x, y and z, and what steps do to it.

Upstream: kubernetes/kubernetes v1.33.0 test/e2e/network/netpol, mattfenwick/cyclonus v0.5.6 docs/test-runs.md, whose
run the addresses are from.
"""

import itertools

import msgspec

from tests.naive.policies import Pod
from tests.naive.programs import NAME_LABEL

PORTS = (80, 81)
PROTOCOLS = ("TCP", "UDP", "SCTP")
SERVED = tuple((f"serve-{port}-{protocol.lower()}", protocol, port) for port in PORTS for protocol in PROTOCOLS)

FOUND = {"x/a": "1.248", "x/b": "2.83", "x/c": "3.68", "y/a": "1.77", "y/b": "2.248", "y/c": "3.203"}
FOUND |= {"z/a": "1.83", "z/b": "2.116", "z/c": "3.212"}
ADDED = {"x/d": "1.9", "y-2/a": "1.10", "y-2/b": "2.10", "w/a": "1.11"}
ADDRESSES = {name: f"10.244.{rest}" for name, rest in (FOUND | ADDED).items()}


class Cluster(msgspec.Struct, frozen=True):
    """Labels of namespaces, labels of pods by namespace/name, and policies by namespace/name."""

    namespaces: dict[str, dict[str, str]]
    pods: dict[str, dict[str, str]]
    policies: dict[str, dict] = {}

    def ends(self):
        """The pods as policies see them, by namespace/name."""
        return {
            name: Pod(
                namespace := name.split("/")[0],
                {**self.namespaces[namespace], NAME_LABEL: namespace},
                labels,
                SERVED,
                ADDRESSES[name],
                name,
            )
            for name, labels in self.pods.items()
        }


GRID = Cluster(
    {namespace: {"ns": namespace} for namespace in "xyz"},
    {f"{namespace}/{pod}": {"pod": pod} for namespace, pod in itertools.product("xyz", "abc")},
)


class Step(msgspec.Struct, frozen=True):
    """Changes to the cluster, and what is expected after them, in the terms of the suite."""

    changes: tuple
    expected: tuple


class Case(msgspec.Struct, frozen=True):
    """A case under upstream's name."""

    name: str
    steps: tuple[Step, ...]

    def clusters(self):
        """Each state of the cluster that is probed, and what is expected of it."""
        cluster = GRID
        for step in self.steps:
            for change in step.changes:
                cluster = change(cluster)
            yield cluster, step.expected


def one(name, *documents_and_expected):
    """A case of one step: policies are created, and what is not a document is expected."""
    documents = tuple(apply(item) for item in documents_and_expected if isinstance(item, dict))
    return Case(name, (Step(documents, tuple(item for item in documents_and_expected if not isinstance(item, dict))),))


def step(*changes, then=()):
    """A step of changes, and what is expected then."""
    return Step(changes, tuple(then))


def apply(document):
    """Create a policy, or update it."""
    key = f"{document['metadata']['namespace']}/{document['metadata']['name']}"
    return lambda cluster: msgspec.structs.replace(cluster, policies={**cluster.policies, key: document})


def delete(key):
    """Delete the policy `namespace/name`."""
    return lambda cluster: msgspec.structs.replace(cluster, policies=_without(cluster.policies, key))


def namespace(name, **labels):
    """Create a namespace, or set its labels."""
    return lambda cluster: msgspec.structs.replace(cluster, namespaces={**cluster.namespaces, name: labels})


def pod(name, **labels):
    """Create the pod `namespace/name`, or set its labels."""
    return lambda cluster: msgspec.structs.replace(cluster, pods={**cluster.pods, name: labels})


def delete_pod(name):
    """Delete the pod `namespace/name`."""
    return lambda cluster: msgspec.structs.replace(cluster, pods=_without(cluster.pods, name))


def delete_namespace(name):
    """Delete a namespace with all pods in it."""
    return lambda cluster: msgspec.structs.replace(
        cluster,
        namespaces=_without(cluster.namespaces, name),
        pods={pod: labels for pod, labels in cluster.pods.items() if not pod.startswith(f"{name}/")},
    )


def _without(mapping, key):
    return {other: value for other, value in mapping.items() if other != key}


def policy(key, selector, **rules):
    """A policy `namespace/name` whose types are the directions that rules are given for, in their order."""
    namespace, name = key.split("/")
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"podSelector": selector, "policyTypes": [direction.capitalize() for direction in rules], **rules},
    }


def labels(**pairs):
    """A selector by `matchLabels`."""
    return {"matchLabels": pairs}


def expression(key, operator, *values):
    """A selector of one `matchExpressions` item."""
    return {"matchExpressions": [{"key": key, "operator": operator, "values": list(values)}]}


def wrong(judge, cluster, expected, probes):
    """The connections that a judge and `expected(source, destination, protocol, port)` differ on, as text."""
    ends = cluster.ends()
    allows = judge(list(cluster.policies.values()), list(ends.values()))
    return [
        f"{source} -> {destination} on {protocol} {port}: {'allowed' if verdict else 'denied'}"
        for (protocol, port), (source, destination) in itertools.product(probes, itertools.product(ends, repeat=2))
        if (verdict := allows(ends[source], ends[destination], protocol, port))
        is not expected(source, destination, protocol, port)
    ]
