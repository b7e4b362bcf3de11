"""Random worlds as manifests, and the cluster that netpolc reads in them."""

import json

from netpolc.cluster.cluster import cluster_of
from netpolc.compiler.inputs import Inputs
from netpolc.compiler.model import CompileOptions
from netpolc.manifests.combining import combine
from netpolc.manifests.reading import read_manifests
from netpolc.source import Source


def manifests(world):
    """A world's namespaces, pods and policies, as objects."""
    namespaces = {pod.namespace: pod.namespace_labels for pod in world.pods}
    for name, labels in namespaces.items():
        yield {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}}
    yield from map(as_pod, world.pods)
    yield from world.documents


def as_pod(pod):
    """A pod of a world as an object."""
    # Port names are unique in a container, so each has one of its own.
    containers = [
        {"name": f"c{i}", "image": "x", "ports": [{"name": name, "protocol": protocol, "containerPort": number}]}
        for i, (name, protocol, number) in enumerate(pod.ports)
    ]
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": pod.name, "namespace": pod.namespace, "labels": pod.labels},
        "spec": {"containers": containers or [{"name": "c", "image": "x"}]},
        "status": {"phase": "Running", **({"podIP": pod.ip, "podIPs": [{"ip": pod.ip}]} if pod.ip else {})},
    }


def text_of(world):
    """A world as one text of JSON."""
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": list(manifests(world))})


def read(world):
    """The cluster of a world."""
    found = combine([read_manifests(Source("world.json", text_of(world)))])
    cluster = cluster_of(Inputs(None, found, found.diagnostics), CompileOptions())
    assert not [each for each in cluster.diagnostics if each.severity == "error"], cluster.diagnostics
    assert len(cluster.workloads) == len(world.pods)
    return cluster
