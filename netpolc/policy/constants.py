"""Names of the API, each in one place.

`netpolc.sets.ports`, which is below this room, has the protocols.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from netpolc.ir.model import Direction
    from netpolc.policy.model import PolicyType

NAME_LABEL = "kubernetes.io/metadata.name"
"""The label of a namespace's name, which the API server sets on each."""

DIRECTIONS: tuple[Direction, Direction] = ("egress", "ingress")
"""Both directions in the order of a connection: out of its source, into its destination."""

OPPOSITE: dict[Direction, Direction] = {"ingress": "egress", "egress": "ingress"}
"""The other direction of each."""

WRITTEN_DIRECTIONS: tuple[Direction, Direction] = ("ingress", "egress")
"""Both in the order of the API's fields."""

POLICY_TYPES: dict[Direction, PolicyType] = {"ingress": "Ingress", "egress": "Egress"}
"""What `policyTypes` calls each direction, in the order of the API's fields."""
