"""NP503: selectors whose requirements contradict each other, and blocks of which the exceptions leave nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.engine.from_policies import addresses_of
from netpolc.manifests.nodes import Mapping
from netpolc.policy.model import IPBlock
from netpolc.policy.selectors import selected_by

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.checks.yaml.checked_policy import CheckedPolicy
    from netpolc.diagnostics.model import Diagnostic


def check(checked: CheckedPolicy) -> Iterator[Diagnostic]:
    """Yield each selector and each block that nobody can match, if all have the form of one."""
    if not checked.is_wrong("NP409"):
        yield from _emptied(checked)
    if checked.is_wrong("NP406"):
        return
    for mapping, name, selector in checked.selectors:
        # Labels alone, of which each is there once, contradict each other in nothing.
        if selector.match_expressions and selected_by(selector) is None:
            who = "namespace" if name == "namespaceSelector" else "pod"
            yield checked.finding(
                "NP503",
                f"no {who} can carry these labels",
                checked.key(mapping, name),
                label="its requirements contradict each other",
                advice="leave out the one that is not meant",
            )


def _emptied(checked: CheckedPolicy) -> Iterator[Diagnostic]:
    """Yield the exceptions of each block that hold all of it together."""
    for rule in checked.rules if checked.has_blocks else ():
        for peer, node in zip(rule.rule.peers, rule.items(rule.peers), strict=True):
            block = node.fields.get("ipBlock") if isinstance(node, Mapping) else None
            if not isinstance(peer, IPBlock) or not isinstance(block, Mapping):
                continue
            if peer.excepts and not addresses_of(peer.cidr, peer.excepts):
                yield checked.finding(
                    "NP503",
                    f"nothing is left of `{peer.cidr}`, so this peer matches nobody",
                    checked.key(block, "except"),
                    label="together these hold all of it",
                    advice="leave out the exception that is not meant, or the whole peer",
                )
