"""NP412: fields that the API does not know: the way out is mostly another name, or another place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.checks.yaml import strays
from netpolc.checks.yaml.shapes import (
    ANY,
    EGRESS,
    INGRESS,
    IP_BLOCK,
    LABELS,
    METADATA,
    PEER,
    POLICY,
    SELECTOR,
    SPEC,
    Shape,
    fits,
)
from netpolc.checks.yaml.tree import is_empty, rules_of
from netpolc.diagnostics.closest import closest
from netpolc.diagnostics.model import Diagnostic, Edit, Fix
from netpolc.manifests.nodes import Mapping, Node, Sequence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.checks.yaml.checked_policy import WrittenPolicy
    from netpolc.checks.yaml.tree import Site
    from netpolc.manifests.fields import Object

SHOWN = 4
"""The rules that advice names."""

MOST_LABELS = 50
"""The labels that anybody would write into a selector."""

_SELECTORS = ("podSelector", "namespaceSelector")
_IN_SHORT = {"labels": "matchLabels", "expressions": "matchExpressions"}


class _Home(msgspec.Struct, frozen=True):
    """The place where a field belongs: a mapping, or what is empty under a name of its owner; and what to call it."""

    into: Node
    words: str
    owner: Mapping | None = None
    name: str | None = None


def fixed(found: Diagnostic, written: WrittenPolicy) -> Diagnostic:
    """Return a finding on an unknown field, with the corrected text where its meaning is plain."""
    unknown = None if found.location is None else written.tree.unknown_at(found.location.span)
    if unknown is None:
        return found
    (site, name), item, layout = unknown, written.item, written.layout
    homes = list(_homes(item, site, name))
    if len(homes) == 1:
        home = homes[0]
        keys = _labels(site, name) if site.shape is SELECTOR else (name,)
        edits = layout.move(site.mapping, keys, home.owner, home.name, home.into) if keys[:1] == (name,) else ()
        return _with(found, f"move it {home.words}", edits)
    way = strays.way(site, name, layout)
    if way is not None:
        message, edits = way
        return msgspec.structs.replace(found, help=message, fixes=(Fix(message, edits),) if edits else ())
    meant = _meant(site, name)
    if meant is not None:
        edit = layout.rename(site.mapping, name, meant)
        return _with(found, f"write `{meant}`", () if edit is None else (edit,))
    labels = _labels(site, name)
    if labels[:1] == (name,) and "matchLabels" not in site.mapping.fields:
        return _with(found, "put labels under `matchLabels`", layout.wrap(site.mapping, labels, "matchLabels"))
    advice = _which(item, site) if name == "ports" else None
    return found if advice is None else msgspec.structs.replace(found, help=advice)


def _with(found: Diagnostic, message: str, edits: tuple[Edit, ...]) -> Diagnostic:
    if not edits:
        return found
    return msgspec.structs.replace(found, help=message, fixes=(Fix(message, edits),))


def _homes(item: Object, site: Site, name: str) -> Iterator[_Home]:
    """Yield where a field belongs that the API knows elsewhere, as far as it is free there."""
    value, fields = site.mapping.fields[name], site.mapping.fields
    if name == "ports":
        yield from _rules_for(item, site, value)
        return
    for key, shape in _around(site, name):
        into, below = fields.get(key), shape.get(name, shape.get(ANY))
        free = is_empty(into) or (isinstance(into, Mapping) and name not in into.fields)
        if into is not None and below is not None and free and fits(value, below):
            yield _Home(into, f"into `{key}`", site.mapping, key)


def _around(site: Site, name: str) -> Iterator[tuple[str, dict[str, Shape]]]:
    """Yield the mappings beside a misplaced field into which it may belong."""
    if name in _labels(site, name):
        yield "matchLabels", LABELS
    elif site.shape is POLICY:
        yield from (("spec", SPEC), ("metadata", METADATA))
    elif site.shape is SPEC and name in SELECTOR:
        yield "podSelector", SELECTOR
    elif site.shape is PEER:
        yield "ipBlock", IP_BLOCK
        yield from ((selector, SELECTOR) for selector in _SELECTORS)


def _rules_for(item: Object, site: Site, ports: Node) -> Iterator[_Home]:
    """Yield the rule for ports that stand outside of any, if there is but one, or beneath the only peer of one."""
    if not fits(ports, INGRESS["ports"]):
        return
    rules = rules_of(item.root)
    if site.shape is PEER and site.above is not None:
        rule = site.above.mapping
        peers = rule.fields.get("from", rule.fields.get("to"))
        rules = [rule] if isinstance(peers, Sequence) and len(peers.items) == 1 else []
    elif site.shape not in (POLICY, SPEC):
        return
    if len(rules) == 1 and isinstance(rules[0], Mapping) and "ports" not in rules[0].fields:
        yield _Home(rules[0], "into the rule, beside its peers")


def _which(item: Object, site: Site) -> str | None:
    """Return what to do with ports that several rules, or none, could have."""
    if site.shape is PEER:
        return "`ports` belongs to the whole rule, beside `from` or `to`; peers with other ports want another rule"
    rules = rules_of(item.root)
    if site.shape not in (POLICY, SPEC) or len(rules) < 2:  # noqa: PLR2004 -- of one there is no choice
        return None
    paths = [f"`{item.path_of(rule)}`" for rule in rules[:SHOWN]]
    more = ", …" if len(rules) > SHOWN else ""
    return f"move it into the rule that it is for: {', '.join(paths)}{more}"


def _meant(site: Site, name: str) -> str | None:
    """Return the field whose name this is a slip of, if its value is one that the field can have."""
    value, fields = site.mapping.fields[name], site.mapping.fields
    if site.shape is SPEC and name == "rules":
        fitting = [key for key, rule in (("ingress", INGRESS), ("egress", EGRESS)) if fits(value, (rule,))]
        return fitting[0] if len(fitting) == 1 and fitting[0] not in fields else None
    near = closest(name, site.shape) or (_IN_SHORT.get(name) if site.shape is SELECTOR else None)
    return near if near is not None and near not in fields and fits(value, site.shape[near]) else None


def _labels(site: Site, name: str) -> tuple[str, ...]:
    """Return the labels in a row, without `matchLabels`, where an unknown field of a selector is one of them."""
    if site.shape is not SELECTOR or len(site.mapping.fields) > MOST_LABELS:
        return ()
    row: list[str] = []
    order = sorted(site.mapping.fields, key=site.mapping.places.__getitem__)
    for key in order:
        label = key not in SELECTOR and fits(site.mapping.fields[key], "text") and closest(key, SELECTOR) is None
        if label:
            row.append(key)
        elif name in row:
            break
        else:
            row.clear()
    return tuple(row) if name in row else ()
