"""Clusters to measure with: Deployments, and a policy for each of them."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

APPS_PER_NAMESPACE = 20
SOURCES_PER_POLICY = 3
PORTS = (80, 443, 5432, 8080, 9090, 6379)

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


def write_world(folder: Path, deployments: int, seed: int = 1) -> None:
    """One file for each namespace. Three random apps of the namespace may reach each app on one port."""
    rng = random.Random(seed)  # noqa: S311 -- the same world in each run
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(max(1, deployments // APPS_PER_NAMESPACE)):
        documents = "---\n".join(_namespace(rng, f"team-{number}"))
        (folder / f"team-{number}.yaml").write_text(documents, encoding="utf-8")


def _namespace(rng: random.Random, namespace: str) -> Iterator[str]:
    names = [f"app-{number}" for number in range(APPS_PER_NAMESPACE)]
    for name in names:
        yield DEPLOYMENT.format(name=name, namespace=namespace)
        peers = "\n".join(PEER.format(name=source) for source in sorted(rng.sample(names, SOURCES_PER_POLICY)))
        yield POLICY.format(name=name, namespace=namespace, peers=peers, port=rng.choice(PORTS))
