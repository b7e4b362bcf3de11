"""NP404: values of labels that are none, among them patterns in selectors, which compare values as they are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from netpolc.manifests.nodes import Mapping, Scalar
from netpolc.source import Location, Span

if TYPE_CHECKING:
    from netpolc.checks.yaml.checked_policy import WrittenPolicy
    from netpolc.checks.yaml.tree import Value
    from netpolc.diagnostics.model import Diagnostic

NAMESPACE_NAME = "kubernetes.io/metadata.name"
LABELS = ("labels", "matchLabels")

_ANY = re.compile(r"\^?\.?[*+]\$?")
_PATTERN = re.compile(r"[*?^$|,\\]")
_NEGATED = re.compile(r"!=?\s*([A-Za-z0-9][A-Za-z0-9._-]*)")


def fixed(found: Diagnostic, written: WrittenPolicy) -> Diagnostic:
    """Return a finding on a label's value at that value, with the way to say what a pattern in a selector means."""
    value = written.value_of(found)
    pair = None if value is None else _pair(value, found.message)
    if value is None or pair is None:
        return found
    key, node = pair
    place = None if found.location is None else Location(found.location.source, Span(node.start, node.end))
    advice = None if value.field == "labels" else _advice(key, node.text)
    return msgspec.structs.replace(found, location=place, help=advice or found.help)


def _pair(value: Value, message: str) -> tuple[str, Scalar] | None:
    """Return the key and the value that a message is about."""
    if value.field in LABELS and isinstance(value.node, Mapping):
        pairs = [(key, node) for key, node in value.node.fields.items() if isinstance(node, Scalar)]
        return next((pair for pair in pairs if f"`{pair[1].text}`" in message), None)
    if value.field == "values" and isinstance(value.node, Scalar):
        key = value.site.mapping.fields.get("key")
        return (key.text, value.node) if isinstance(key, Scalar) else None
    return None


def _advice(key: str, text: str) -> str | None:
    negated = _NEGATED.fullmatch(text)
    if negated is not None:
        return (
            f"ask for other values under `matchExpressions`: `{{key: {key}, operator: NotIn, values: [{negated[1]}]}}`"
        )
    if _ANY.fullmatch(text):
        every = " (every namespace is `namespaceSelector: {}`)" if key == NAMESPACE_NAME else ""
        return f"ask for any value under `matchExpressions`: `{{key: {key}, operator: Exists}}`{every}"
    if _PATTERN.search(text):
        several = f"as in `{{key: {key}, operator: In, values: [a, b]}}`"
        return f"list the values under `matchExpressions`, {several}: selectors have no wildcards"
    return None
