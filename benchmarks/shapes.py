"""Clusters that differ in their policies: as many Deployments as are asked for, twenty in each namespace."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from dumps import dump_of
from worlds import APPS_PER_NAMESPACE, DEPLOYMENT, SEPARATOR, Admitted, draw_world, edges_documents, policy

WIDE, GUESTS = "team-0", tuple(f"team-{number}" for number in range(1, 11))
"""Of the shape *wide*: the namespace that everybody may reach, and those that may reach everybody."""

NAMESPACE = """\
apiVersion: v1
kind: Namespace
metadata:
  name: {namespace}
  labels:
    role: {role}
"""
EGRESS = """\
  egress:
    - to:
        - namespaceSelector: {{}}
      ports:
        - protocol: UDP
          port: 53
{rules}"""
EGRESS_RULE = """\
    - to:
        - podSelector:
            matchLabels:
              app: {name}
      ports:
        - protocol: TCP
          port: {port}
"""
WHOLE_NAMESPACE = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: all
  namespace: {namespace}
spec:
  podSelector: {{}}
  policyTypes:
    - Ingress
  ingress:
    - from:
{peers}"""
ITSELF = "        - podSelector: {}\n"
EVERYBODY = "        - namespaceSelector: {}\n"
THE_GUESTS = "        - namespaceSelector:\n            matchLabels:\n              role: guest\n"

Documents = Callable[[str, Admitted], Iterator[str]]


class Shape(NamedTuple):
    """A kind of cluster: what makes the text of a namespace, and how much there may be to say of it.

    `lines` is the most lines of text for each Deployment or, where it `folds`, for each namespace.
    """

    name: str
    text: Callable[[str, Admitted], str]
    policies_per_namespace: int
    lines: int
    folds: bool = False

    def write(self, folder: Path, deployments: int) -> None:
        """Write a cluster into a folder, with a file for each namespace; the same one in each run."""
        folder.mkdir(parents=True, exist_ok=True)
        for namespace, admitted in draw_world(deployments):
            (folder / f"{namespace}.yaml").write_text(self.text(namespace, admitted), encoding="utf-8")

    def policies(self, deployments: int) -> int:
        """Return how many policies a cluster has."""
        return self.policies_per_namespace * (deployments // APPS_PER_NAMESPACE)

    def most_lines(self, deployments: int) -> int:
        """Return the most lines of text that its relation may have."""
        return self.lines * (deployments // APPS_PER_NAMESPACE if self.folds else deployments)


def _dns(namespace: str, admitted: Admitted) -> Iterator[str]:
    """Yield *edges*, where each app may also go out: to those that admit it, and on UDP 53 to every namespace."""
    for name, edges in admitted.items():
        yield DEPLOYMENT.format(name=name, namespace=namespace)
        targets = [edge for each in admitted.values() for edge in each if edge.source == name]
        rules = "".join(EGRESS_RULE.format(name=edge.destination, port=edge.port) for edge in targets)
        ingress = policy(namespace, name, edges).replace("    - Ingress\n", "    - Ingress\n    - Egress\n")
        yield ingress + EGRESS.format(rules=rules)


def _open(namespace: str, admitted: Admitted) -> Iterator[str]:
    return (DEPLOYMENT.format(name=name, namespace=namespace) for name in admitted)


def _tenants(namespace: str, admitted: Admitted) -> Iterator[str]:
    yield WHOLE_NAMESPACE.format(namespace=namespace, peers=ITSELF)
    yield from _open(namespace, admitted)


def _wide(namespace: str, admitted: Admitted) -> Iterator[str]:
    """Yield *tenants* that ten namespaces may reach, too, and of which one is open to everybody."""
    yield NAMESPACE.format(namespace=namespace, role="guest" if namespace in GUESTS else "host")
    peers = EVERYBODY if namespace == WIDE else ITSELF + THE_GUESTS
    yield WHOLE_NAMESPACE.format(namespace=namespace, peers=peers)
    yield from _open(namespace, admitted)


def _joined(documents: Documents) -> Callable[[str, Admitted], str]:
    return lambda namespace, admitted: SEPARATOR.join(documents(namespace, admitted))


EDGES = Shape("edges", _joined(edges_documents), policies_per_namespace=APPS_PER_NAMESPACE, lines=3)
DNS = Shape("dns", _joined(_dns), policies_per_namespace=APPS_PER_NAMESPACE, lines=3)
OPEN = Shape("open", _joined(_open), policies_per_namespace=0, lines=5, folds=True)
TENANTS = Shape("tenants", _joined(_tenants), policies_per_namespace=1, lines=5, folds=True)
WIDE_OPEN = Shape("wide", _joined(_wide), policies_per_namespace=1, lines=5, folds=True)
DUMP = Shape("dump", dump_of, policies_per_namespace=APPS_PER_NAMESPACE, lines=3)

SHAPES = (EDGES, DNS, OPEN, TENANTS, WIDE_OPEN, DUMP)
