"""Clusters to measure with: Deployments, and a policy for each of them."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

APPS_PER_NAMESPACE = 20
SOURCES_PER_POLICY = 3
PORTS = (80, 443, 5432, 8080, 9090, 6379)
APPS = tuple(f"app-{number}" for number in range(APPS_PER_NAMESPACE))

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {name}
  namespace: {namespace}
spec:
  replicas: 2
  selector:
    matchLabels:
      app: {name}
  template:
    metadata:
      labels:
        app: {name}
        team: {namespace}
    spec:
      containers:
        - name: main
          image: registry.example.com/{name}:1.0
          ports:
            - name: http
              containerPort: 8080
"""
POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {name}
  namespace: {namespace}
spec:
  podSelector:
    matchLabels:
      app: {name}
  policyTypes:
    - Ingress
  ingress:
    - from:
{peers}
      ports:
        - protocol: TCP
          port: {port}
"""
PEER = """\
        - podSelector:
            matchLabels:
              app: {name}"""


class Edge(NamedTuple):
    """A connection that a policy of a world admits."""

    namespace: str
    source: str
    destination: str
    port: int


def write_world(folder: Path, deployments: int, seed: int = 1) -> tuple[Edge, ...]:
    """One file for each namespace. Three random apps of the namespace may reach each app on one port."""
    rng = random.Random(seed)  # noqa: S311 -- the same world in each run
    folder.mkdir(parents=True, exist_ok=True)
    edges: list[Edge] = []
    for number in range(max(1, deployments // APPS_PER_NAMESPACE)):
        namespace = f"team-{number}"
        admitted = {name: _admitted(rng, namespace, name) for name in APPS}
        documents = "---\n".join(_documents(namespace, admitted))
        (folder / f"{namespace}.yaml").write_text(documents, encoding="utf-8")
        edges += (edge for each in admitted.values() for edge in each)
    return tuple(edges)


def _admitted(rng: random.Random, namespace: str, name: str) -> list[Edge]:
    sources = sorted(rng.sample(APPS, SOURCES_PER_POLICY))
    port = rng.choice(PORTS)
    return [Edge(namespace, source, name, port) for source in sources]


def _documents(namespace: str, admitted: dict[str, list[Edge]]) -> Iterator[str]:
    for name, edges in admitted.items():
        yield DEPLOYMENT.format(name=name, namespace=namespace)
        peers = "\n".join(PEER.format(name=edge.source) for edge in edges)
        yield POLICY.format(name=name, namespace=namespace, peers=peers, port=edges[0].port)
