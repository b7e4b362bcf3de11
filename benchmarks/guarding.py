"""What is measured of `reach` and `can` on a cluster that has cluster-wide policies beside its NetworkPolicies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cases import new_folder
from measuring import Case, Target
from relating import SIZE
from worlds import SEPARATOR, write_world

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

GUARDRAILS = 50
REACH_TIMES, CAN_TIMES = 1.5, 1.1
"""How many times the CPU that `reach` and `can` take without cluster-wide policies they may take with them."""

TENANT = """\
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata:
  name: tenant-{number}
spec:
  tier: Admin
  priority: {priority}
  subject:
    namespaces:
      matchLabels:
        kubernetes.io/metadata.name: {namespace}
  ingress:
    - name: itself
      action: Pass
      from:
        - namespaces:
            matchLabels:
              kubernetes.io/metadata.name: {namespace}
    - name: monitoring
      action: Accept
      from:
        - pods:
            namespaceSelector:
              matchLabels:
                kubernetes.io/metadata.name: monitoring
            podSelector:
              matchLabels:
                app: prometheus
      protocols:
        - tcp:
            destinationPort:
              number: 9100
    - name: others
      action: Deny
      from:
        - namespaces: {{}}
"""
"""Of a namespace: nobody else is let in but monitoring."""

EVERYWHERE = (
    """\
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata:
  name: metadata-server
spec:
  tier: Admin
  priority: 1
  subject:
    namespaces: {}
  egress:
    - action: Deny
      to:
        - networks:
            - 169.254.169.254/32
""",
    """\
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata:
  name: quarantine
spec:
  tier: Admin
  priority: 2
  subject:
    pods:
      namespaceSelector: {}
      podSelector:
        matchLabels:
          quarantine: "yes"
  ingress:
    - action: Deny
      from:
        - namespaces: {}
""",
    """\
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata:
  name: closed
spec:
  tier: Baseline
  priority: 10
  subject:
    namespaces: {}
  ingress:
    - action: Deny
      from:
        - namespaces: {}
""",
)
"""For all namespaces: no way to the metadata server, none to pods in quarantine, and none that nobody wrote."""


def guarded(netpolc: Path, place: Path) -> tuple[tuple[Case, Case], tuple[Case, Case]]:
    """Return `reach` and `can` of a cluster, each without and with cluster-wide policies."""
    plain, guarded_folder = (new_folder(place / name) for name in ("unguarded", "guarded"))
    edges = write_world(plain, SIZE)
    write_world(guarded_folder, SIZE)
    (guarded_folder / "guardrails.yaml").write_text(SEPARATOR.join(_guardrails()), encoding="utf-8")
    edge = next(edge for edge in edges if edge.source != edge.destination)
    ends = f"{edge.namespace}/{edge.source}", f"{edge.namespace}/{edge.destination}:{edge.port}"
    return (
        _without_and_with(netpolc, plain, guarded_folder, ("reach",), SIZE // 2, REACH_TIMES),
        _without_and_with(netpolc, plain, guarded_folder, ("can", *ends), 1, CAN_TIMES),
    )


def _without_and_with(
    netpolc: Path, plain: Path, guarded_folder: Path, asked: tuple[str, ...], lines: int, times: float
) -> tuple[Case, Case]:
    without = Case(
        f"`{asked[0]}`: *edges*, {SIZE:,} Deployments",
        (str(netpolc), *asked, plain.name),
        plain.parent,
        lambda _: None,
        cache=plain.with_name("worlds-cache"),
        lines=lines,
    )
    beside = without._replace(
        name=f"the same with {GUARDRAILS} ClusterNetworkPolicies",
        command=(str(netpolc), *asked, guarded_folder.name),
        target=Target(cpu_times_other=times),
    )
    return without, beside


def _guardrails() -> Iterator[str]:
    """Yield the policies of all namespaces, and as many tenants as there are policies besides."""
    yield from EVERYWHERE
    for number in range(GUARDRAILS - len(EVERYWHERE)):
        yield TENANT.format(number=number, priority=10 + number, namespace=f"team-{number}")
