"""The fields of a NetworkPolicy and what they hold (kubernetes/api, networking/v1/types.go)."""

from __future__ import annotations

from typing import Literal

from netpolc.manifests.nodes import Mapping, Node, Scalar, Sequence
from netpolc.manifests.scalars import value_of

Leaf = Literal["text", "number", "number or text"]
Shape = Leaf | tuple["Shape"] | dict[str, "Shape"]
"""A scalar, a list of one shape, or a mapping by its fields, of which `ANY` is one of any name."""

ANY = "*"
LABELS: dict[str, Shape] = {ANY: "text"}
SELECTOR: dict[str, Shape] = {
    "matchLabels": LABELS,
    "matchExpressions": ({"key": "text", "operator": "text", "values": ("text",)},),
}
IP_BLOCK: dict[str, Shape] = {"cidr": "text", "except": ("text",)}
PEER: dict[str, Shape] = {"podSelector": SELECTOR, "namespaceSelector": SELECTOR, "ipBlock": IP_BLOCK}
PORT: dict[str, Shape] = {"protocol": "text", "port": "number or text", "endPort": "number"}
INGRESS: dict[str, Shape] = {"from": (PEER,), "ports": (PORT,)}
EGRESS: dict[str, Shape] = {"to": (PEER,), "ports": (PORT,)}
SPEC: dict[str, Shape] = {
    "podSelector": SELECTOR,
    "policyTypes": ("text",),
    "ingress": (INGRESS,),
    "egress": (EGRESS,),
}
METADATA: dict[str, Shape] = {"name": "text", "namespace": "text", "labels": LABELS, "annotations": LABELS}
POLICY: dict[str, Shape] = {"apiVersion": "text", "kind": "text", "metadata": METADATA, "spec": SPEC}


def fits(node: Node, shape: Shape) -> bool:
    """Tell whether a node holds what a shape says, and nothing else; null never does."""
    if isinstance(shape, dict):
        return isinstance(node, Mapping) and all(
            (below := shape.get(name, shape.get(ANY))) is not None and fits(value, below)
            for name, value in node.fields.items()
        )
    if isinstance(shape, tuple):
        return isinstance(node, Sequence) and all(fits(item, shape[0]) for item in node.items)
    if not isinstance(node, Scalar):
        return False
    value = value_of(node)
    if isinstance(value, str):
        return shape != "number"
    return isinstance(value, int) and not isinstance(value, bool) and shape != "text"
