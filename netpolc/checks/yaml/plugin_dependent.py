"""NP615: what not every network plugin honours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.ecosystem.hidden_labels import cilium_hides
from netpolc.manifests.nodes import Mapping, Node
from netpolc.manifests.scalars import is_null

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.checks.yaml.checked_policy import CheckedPolicy
    from netpolc.diagnostics.model import Diagnostic
    from netpolc.policy.model import Selector

_POSITIVE = frozenset(("In", "Exists"))


def check(checked: CheckedPolicy) -> Iterator[Diagnostic]:
    """Yield the first field of each kind that depends on the plugin."""
    yield from _hidden(checked)
    ports = [node for rule in checked.rules for node in rule.items("ports") if isinstance(node, Mapping)]
    ranged = next((node for node in ports if not _is_missing(node, "endPort")), None)
    if ranged is not None:
        yield checked.finding(
            "NP615",
            "not every network plugin knows `endPort`: some open the first port only",
            checked.key(ranged, "endPort"),
            advice="see what the documentation of yours says",
        )
    sctp = next((value for node in ports if _is_sctp(value := node.fields.get("protocol"))), None)
    if sctp is not None:
        yield checked.finding(
            "NP615",
            "not every network plugin knows SCTP",
            checked.at(sctp),
            advice="see what the documentation of yours says",
        )


def _is_missing(node: Mapping, name: str) -> bool:
    value = node.fields.get(name)
    return value is None or is_null(value)


def _is_sctp(node: Node | None) -> bool:
    return getattr(node, "text", None) == "SCTP"


def _hidden(checked: CheckedPolicy) -> Iterator[Diagnostic]:
    """Yield the first selector of pods by a label that Cilium hides."""
    for mapping, name, selector in checked.selectors:
        found = _hidden_key(selector) if name == "podSelector" else None
        if found is not None:
            key, positive = found
            if not positive:
                effect = "this holds of every pod there"
            elif mapping is checked.spec:
                effect = "this selects nothing there, and its pods stay open"
            else:
                effect = "this peer is nobody there"
            yield checked.finding(
                "NP615",
                f"Cilium hides the label `{key}` from selectors: {effect}",
                checked.key(mapping, name),
                advice="select by a label of your own, if your clusters run Cilium",
            )
            return


def _hidden_key(selector: Selector) -> tuple[str, bool] | None:
    """Return the first hidden label of a selector, and whether pods have to have it."""
    for key, _ in selector.match_labels:
        if cilium_hides(key):
            return key, True
    for each in selector.match_expressions:
        if cilium_hides(each.key):
            return each.key, each.operator in _POSITIVE
    return None
