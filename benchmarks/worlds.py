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
SEPARATOR = "---\n"

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
SERVICE = """\
apiVersion: v1
kind: Service
metadata:
  name: {name}-front
  namespace: {namespace}
spec:
  selector:
    app: {name}
  ports:
    - port: 8888
      targetPort: {port}
"""
SERVICE_PORT = 8888
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


Admitted = dict[str, list[Edge]]
"""The apps of a namespace, each with the connections to it."""


def write_world(folder: Path, deployments: int) -> tuple[Edge, ...]:
    """Write a cluster into a folder, with a file for each namespace, and return the connections that it admits."""
    folder.mkdir(parents=True, exist_ok=True)
    edges: list[Edge] = []
    for namespace, admitted in draw_world(deployments):
        text = SEPARATOR.join(edges_documents(namespace, admitted))
        (folder / f"{namespace}.yaml").write_text(text, encoding="utf-8")
        edges += (edge for each in admitted.values() for edge in each)
    return tuple(edges)


def write_services(folder: Path, edges: tuple[Edge, ...]) -> None:
    """Write a service for each app that a connection leads to, all with one port, into a file of a folder."""
    ports = {(edge.namespace, edge.destination): edge.port for edge in edges}
    services = (SERVICE.format(namespace=place, name=name, port=port) for (place, name), port in ports.items())
    (folder / "services.yaml").write_text(SEPARATOR.join(services), encoding="utf-8")


def draw_world(deployments: int, seed: int = 1) -> Iterator[tuple[str, Admitted]]:
    """Yield namespaces of twenty apps, the same in each run: three random ones may reach each app on one port."""
    rng = random.Random(seed)  # noqa: S311 -- the same world in each run
    for number in range(max(1, deployments // APPS_PER_NAMESPACE)):
        namespace = f"team-{number}"
        yield namespace, {name: _admitted(rng, namespace, name) for name in APPS}


def edges_documents(namespace: str, admitted: Admitted) -> Iterator[str]:
    """Yield a Deployment and a policy for each app of a namespace."""
    for name, edges in admitted.items():
        yield DEPLOYMENT.format(name=name, namespace=namespace)
        yield policy(namespace, name, edges)


def policy(namespace: str, name: str, edges: list[Edge]) -> str:
    """Return the policy that admits the connections to an app, which are on one port."""
    peers = "\n".join(PEER.format(name=edge.source) for edge in edges)
    return POLICY.format(name=name, namespace=namespace, peers=peers, port=edges[0].port)


def _admitted(rng: random.Random, namespace: str, name: str) -> list[Edge]:
    sources = sorted(rng.sample(APPS, SOURCES_PER_POLICY))
    port = rng.choice(PORTS)
    return [Edge(namespace, source, name, port) for source in sources]
