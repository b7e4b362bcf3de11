"""Documents that are no objects of Kubernetes: what they may be instead."""

from __future__ import annotations

from netpolc.manifests.nodes import Mapping, Node, Sequence

_OF_POLICIES = frozenset(("podSelector", "policyTypes"))


def holds_objects(node: Node) -> bool:
    """Tell whether a value is a list with an object in it, which Kubernetes does not take for a List."""
    return isinstance(node, Sequence) and any(
        isinstance(one, Mapping) and {"apiVersion", "kind"} <= one.fields.keys() for one in node.items
    )


def is_patch(node: Node) -> bool:
    """Tell whether a value is a list of operations (RFC 6902, section 4)."""
    return (
        isinstance(node, Sequence)
        and bool(node.items)
        and all(isinstance(one, Mapping) and "op" in one.fields for one in node.items)
    )


def may_be_policy(node: Mapping, api: str, kind: str) -> bool:
    """Tell whether a mapping without its version or kind has anything that only policies have."""
    spec = node.fields.get("spec")
    selects = isinstance(spec, Mapping) and not _OF_POLICIES.isdisjoint(spec.fields)
    return selects or kind.lower() == "networkpolicy" or api.startswith("networking.k8s.io/")
