"""NP412: peers that stand in a rule itself, the peers of the other direction, and namespaces by their names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.checks.yaml.shapes import EGRESS, INGRESS, PEER, fits
from netpolc.checks.yaml.tree import is_empty
from netpolc.manifests.nodes import Mapping, Node, Scalar
from netpolc.manifests.scalars import value_of
from netpolc.policy import names
from netpolc.policy.constants import NAME_LABEL

if TYPE_CHECKING:
    from netpolc.checks.yaml.layout import ObjectLayout
    from netpolc.checks.yaml.tree import Site
    from netpolc.diagnostics.model import Edit

BY_NAME = f"select it by the label that Kubernetes gives it, `{NAME_LABEL}`"


_Way = tuple[str, tuple["Edit", ...]]


def way(site: Site, name: str, layout: ObjectLayout) -> _Way | None:
    """Return what to do with an unknown field of a rule or a peer, and the edits that do it, if it is one of these."""
    fields = site.mapping.fields
    if site.shape is PEER and name == "namespace" and "namespaceSelector" not in fields:
        return _named(site.mapping, fields[name], layout)
    if site.shape is not INGRESS and site.shape is not EGRESS:
        return None
    peers, other, direction = ("from", "to", "egress") if site.shape is INGRESS else ("to", "from", "ingress")
    if name == other and peers not in fields:
        edit = layout.rename(site.mapping, name, peers) if fits(fields[name], (PEER,)) else None
        return f"write `{peers}`: `{other}` is for rules of `{direction}`", () if edit is None else (edit,)
    if name in PEER and (peers not in fields or is_empty(fields[peers])):
        return f"put it into an item of `{peers}`", _listed(site.mapping, name, peers, layout)
    return None


def is_one_peer(node: Mapping) -> bool:
    """Tell whether the fields of a mapping can stand in one peer."""
    return "ipBlock" not in node.fields or len(node.fields) == 1


def of_name(near: Mapping, text: str, layout: ObjectLayout) -> str | None:
    """Write the selector of one namespace, in braces, if a text can be the name of one."""
    if not text or names.dns_label(text):
        return None
    labels = layout.field(near, NAME_LABEL, layout.word(near, text))
    return f"{{{layout.field(near, 'matchLabels', f'{{{labels}}}')}}}"


def _named(peer: Mapping, node: Node, layout: ObjectLayout) -> _Way | None:
    if not isinstance(node, Scalar) or not isinstance(value_of(node), str):
        return None
    selector = of_name(peer, node.text, layout)
    renamed = layout.rename(peer, "namespace", "namespaceSelector")
    value = None if selector is None else layout.put(node, selector)
    return BY_NAME, () if renamed is None or value is None else (renamed, value)


def _listed(rule: Mapping, name: str, peers: str, layout: ObjectLayout) -> tuple[Edit, ...]:
    """Return the edits for all fields of a peer at once, with the first of them."""
    keys = tuple(sorted((key for key in rule.fields if key in PEER), key=rule.places.__getitem__))
    if name != keys[0] or ("ipBlock" in keys and len(keys) > 1):
        return ()
    if not all(fits(rule.fields[key], PEER[key]) for key in keys):
        return ()
    return layout.list_fields(rule, keys, peers)
