"""Objects of which a controller makes NetworkPolicies: policies that generate, tenants, packages of manifests."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from netpolc.ecosystem.policy_makers import policy_maker
from netpolc.identity import IdentitySet
from netpolc.manifests.nodes import Mapping, Node, Scalar, Sequence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.manifests.fields import Object

KIND = "NetworkPolicy"
GROUP = "networking.k8s.io/"

_MENTION = r"(?i)networkpolic(?:y|ies)"
_NAMED = rf"{KIND}(?!\w)|networkpolicies"
"""The kind, or the resource, in a template or an expression; those of plugins end alike, and are as little seen."""


def makes_policies(group: str, kind: str, item: Object) -> bool:
    """Tell whether an object of a kind that is not read has a controller make NetworkPolicies.

    It does if it holds one as a whole, with its `spec`, or if its kind is known to make what it names.
    """
    if re.search(_MENTION, item.location(item.root).text) is None:
        return False
    known = policy_maker(group, kind)
    spec = item.root.fields.get("spec")
    if known is not None and spec is not None:
        found = [spec] if known.field == "spec" else list(_values(spec, known.field))
        if known.how == "field":
            return bool(found)
        judge = _is_propagated if known.how == "propagated" else _speaks_of_them
        return any(map(judge, (node for each in found for node in _below(each))))
    return any(map(_is_policy, (node for each in item.root.fields.values() for node in _below(each))))


def _is_policy(node: Node) -> bool:
    """Tell whether a node is a NetworkPolicy as a whole, and no mere reference to one."""
    if not isinstance(node, Mapping):
        return False
    return _text(node, "kind") == KIND and _text(node, "apiVersion").startswith(GROUP) and "spec" in node.fields


def _speaks_of_them(node: Node) -> bool:
    return isinstance(node, Scalar) and re.search(_NAMED, node.text) is not None


def _is_propagated(node: Node) -> bool:
    if not isinstance(node, Mapping):
        return False
    return _text(node, "resource") == "networkpolicies" and _text(node, "mode").endswith("Propagate")


def _text(mapping: Mapping, name: str) -> str:
    value = mapping.fields.get(name)
    return value.text if isinstance(value, Scalar) else ""


def _values(root: Node, name: str) -> Iterator[Node]:
    """Yield the values of all fields of a name."""
    for node in _below(root):
        if isinstance(node, Mapping) and name in node.fields:
            yield node.fields[name]


def _below(root: Node) -> Iterator[Node]:
    """Yield a node and all below it, each once even where several aliases lead to it."""
    waiting, seen = [root], IdentitySet[Node]()
    while waiting:
        node = waiting.pop()
        if isinstance(node, Scalar):
            yield node
        elif node not in seen:
            seen.add(node)
            yield node
            waiting += node.fields.values() if isinstance(node, Mapping) else _items(node)


def _items(node: Node) -> list[Node]:
    return node.items if isinstance(node, Sequence) else []
