"""NP612: the dash that makes two peers of what may be meant as one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.diagnostics.model import Fix, Label
from netpolc.manifests.nodes import Mapping, Node, Sequence
from netpolc.policy.model import PodPeer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.checks.yaml.checked_policy import CheckedPolicy, Written
    from netpolc.diagnostics.model import Diagnostic
    from netpolc.policy.model import PolicyPeer


def check(checked: CheckedPolicy) -> Iterator[Diagnostic]:
    """Yield each namespace selector beside a pod selector; a peer is taken for a part of one pair only."""
    for rule in checked.rules:
        peers, nodes, before = rule.rule.peers, rule.items(rule.peers), 0
        for index in range(1, len(peers)):
            alone = _has_one_field(nodes[index - 1]) and _has_one_field(nodes[index])
            if index > before and alone and _are_halves(peers[index - 1], peers[index]):
                before = index + 1
                yield _split(checked, rule, index)


def _are_halves(one: PolicyPeer, other: PolicyPeer) -> bool:
    """Tell whether one peer has a namespace selector only, and the other, of some pods, a pod selector only.

    To select all pods of some namespaces takes no pod selector, so who writes an empty one means this namespace.
    """
    if not isinstance(one, PodPeer) or not isinstance(other, PodPeer):
        return False
    if one.namespace_selector is None:
        one, other = other, one
    selector = other.pod_selector
    return (
        one.namespace_selector is not None
        and one.pod_selector is None
        and other.namespace_selector is None
        and selector is not None
        and bool(selector.match_labels or selector.match_expressions)
    )


def _has_one_field(node: Node) -> bool:
    """Tell whether a peer is as it reads: an empty field beside the other is a mistake of its own."""
    return isinstance(node, Mapping) and len(node.fields) == 1


def _split(checked: CheckedPolicy, rule: Written, index: int) -> Diagnostic:
    held = rule.node.fields[rule.peers]
    one, other = rule.items(rule.peers)[index - 1 : index + 1]
    edits = checked.layout.join(held, index - 1) if isinstance(held, Sequence) else ()
    advice = "join them, if only these pods of those namespaces are meant"
    return checked.finding(
        "NP612",
        "all pods of some namespaces are one peer here, and some pods of this namespace another",
        checked.at(other),
        label="its dash begins another peer",
        labels=(Label(checked.at(one), "a peer by itself"),),
        advice=advice,
        fixes=(Fix(advice, edits),) if edits else (),
    )
