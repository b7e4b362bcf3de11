"""NP503: selectors whose requirements contradict each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.manifests.nodes import Mapping
from netpolc.policy.model import PodPeer
from netpolc.policy.selectors import selected_by

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.checks.yaml.checked_policy import CheckedPolicy
    from netpolc.diagnostics.model import Diagnostic
    from netpolc.policy.model import Selector


def check(checked: CheckedPolicy) -> Iterator[Diagnostic]:
    """Yield each selector of a policy that contradicts itself, if all have the form of one."""
    if checked.is_wrong("NP406"):
        return
    for mapping, name, selector in _selectors(checked):
        if selected_by(selector) is None:
            who = "namespace" if name == "namespaceSelector" else "pod"
            yield checked.finding(
                "NP503",
                f"no {who} can carry these labels",
                checked.key(mapping, name),
                label="its requirements contradict each other",
                advice="leave out the one that is not meant",
            )


def _selectors(checked: CheckedPolicy) -> Iterator[tuple[Mapping, str, Selector]]:
    yield checked.spec, "podSelector", checked.policy.pod_selector
    for rule in checked.rules():
        for peer, node in zip(rule.rule.peers, rule.items(rule.peers), strict=True):
            if isinstance(peer, PodPeer) and isinstance(node, Mapping):
                yield from (
                    (node, name, selector)
                    for name, selector in (
                        ("podSelector", peer.pod_selector),
                        ("namespaceSelector", peer.namespace_selector),
                    )
                    if selector is not None
                )
