"""NP416: values that are left empty. Null is as good as not written, and that mostly means everything."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.checks.yaml.checked_policy import fixes_of
from netpolc.checks.yaml.shapes import LABELS, PEER, SELECTOR
from netpolc.diagnostics.model import Diagnostic, Edit, Fix
from netpolc.manifests.nodes import Mapping, Node, Sequence
from netpolc.manifests.scalars import is_null

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.checks.yaml.checked_policy import CheckedPolicy, WrittenPolicy
    from netpolc.checks.yaml.layout import ObjectLayout
    from netpolc.checks.yaml.tree import Value
    from netpolc.policy.model import Selector

_MEANING = {
    "from": "leave out `from` to mean any peer",
    "to": "leave out `to` to mean any peer",
    "ports": "leave out `ports` to mean any port",
}
_ALL = {"podSelector": "pods", "namespaceSelector": "namespaces"}


def fixed(found: Diagnostic, written: WrittenPolicy) -> Diagnostic:
    """Return a finding on an empty value, with fixes; an error, unless somebody wrote down that it is empty.

    An empty list of policy types is one in any case, since there is a default for it.
    """
    value = written.value_of(found)
    if value is None:
        return found
    severe = is_null(value.node) or value.field == "policyTypes"
    ways = list(_ways(value, written.layout))
    fixes = tuple(Fix(message, edits, "shown") for message, edits in ways if edits)
    advice = ways[0][0] if len(ways) == 1 else None if fixes else found.help
    severity = "error" if severe else found.severity
    return msgspec.structs.replace(found, severity=severity, fixes=fixes, help=advice)


def _ways(value: Value, layout: ObjectLayout) -> Iterator[tuple[str, tuple[Edit, ...]]]:
    """Yield what can be meant, what it means now first."""
    node, mapping, field = value.node, value.site.mapping, value.field
    if field == "policyTypes":
        egress = mapping.fields.get("egress")
        types = ("Ingress", "Egress") if isinstance(egress, Sequence) and egress.items else ("Ingress",)
        listed = ", ".join(layout.word(mapping, name) for name in types)
        yield "list what it means", _edits(layout.replace(node, f"[{listed}]"))
    elif value.index is not None and field in {"ingress", "egress"}:
        yield "write `{}` to mean everything", _edits(layout.replace(node, "{}"))
    elif value.index is not None and field == "ports":
        yield "write the port that is meant", ()
    elif field in _ALL:
        if value.site.shape is PEER and len(mapping.fields) > 1:
            yield f"leave out `{field}`", _edits(layout.remove_field(mapping, field))
        yield f"write `{{}}` to mean all {_ALL[field]}", _edits(layout.replace(node, "{}"))
    elif field == "port":
        yield "write the port that is meant", ()
    elif field in {"from", "to"} and not PEER.keys().isdisjoint(mapping.fields):
        yield f"put the peer into an item of `{field}`", ()
    elif field in _MEANING:
        yield _MEANING[field], _edits(layout.remove_field(mapping, field))


def _edits(*edits: Edit | None) -> tuple[Edit, ...]:
    """Return all of some edits, or none."""
    return tuple(edit for edit in edits if edit is not None) if None not in edits else ()


def check(checked: CheckedPolicy) -> Iterator[Diagnostic]:
    """Yield what no reader reports: empty parts of selectors, and labels that must have an empty value."""
    for value in checked.tree.values if any(map(_may_have_null, checked.selectors)) else ():
        if not is_null(value.node) or value.index is not None:
            continue
        if value.site.shape is SELECTOR and _selects_all(value.site.mapping):
            text = "{}" if value.field == "matchLabels" else "[]"
            yield _empty(checked, value, f"`{value.field}` is left empty, so that this selects everything", text)
        elif value.site.shape is LABELS and value.site.above is not None and value.site.above.shape is SELECTOR:
            yield _empty(checked, value, f"`{value.field}` is left empty, and only the empty value matches it", '""')


def _may_have_null(held: tuple[Mapping, str, Selector]) -> bool:
    """Tell whether anything in a selector may be null: it reads as nothing, or as the empty text."""
    mapping, name, selector = held
    asked = selector.match_labels
    if not asked and not selector.match_expressions:
        node = mapping.fields.get(name)
        return isinstance(node, Mapping) and bool(node.fields)
    return "" in [value for _, value in asked]


def _selects_all(selector: Mapping) -> bool:
    return not any(_holds_anything(value) for value in selector.fields.values())


def _holds_anything(node: Node) -> bool:
    if isinstance(node, Mapping):
        return bool(node.fields)
    return bool(node.items) if isinstance(node, Sequence) else not is_null(node)


def _empty(checked: CheckedPolicy, value: Value, message: str, text: str) -> Diagnostic:
    fixes = fixes_of(
        (f"write `{text}`, if that is meant", checked.layout.replace(value.node, text)), applicability="shown"
    )
    return checked.finding("NP416", message, checked.at(value.node), severity="error", fixes=fixes)
