"""NP411: values that lack the list or the mapping around them, or the space that makes a mapping of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from netpolc.checks.yaml.blocks import meant_blocks
from netpolc.checks.yaml.shapes import IP_BLOCK, LABELS, PEER, PORT, SELECTOR, Shape, fits
from netpolc.checks.yaml.spellings import numbers, protocols, word_meant
from netpolc.checks.yaml.strays import BY_NAME, is_one_peer, of_name
from netpolc.diagnostics.model import Diagnostic, Edit, Fix
from netpolc.manifests.nodes import Mapping, Scalar
from netpolc.manifests.scalars import resolve, value_of
from netpolc.policy import names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.checks.yaml.checked_policy import WrittenPolicy
    from netpolc.checks.yaml.layout import ObjectLayout
    from netpolc.checks.yaml.tree import Value
    from netpolc.manifests.nodes import Node

MOST_LABELS = 50
"""The labels that anybody would write into a selector."""

_LABEL = r"([^\s:={}\[\],&*#]+)[:=]([^\s:={}\[\],&*#]+)"
_WORDS = r"[\w./-]+(?:, *[\w./-]+)*"
_Way = tuple[str, tuple[Edit | None, ...]]


def fixed(found: Diagnostic, written: WrittenPolicy) -> Diagnostic:
    """Return a finding on a value of a wrong type, with the values that it may be meant for."""
    value = written.value_of(found)
    if value is None or found.fixes or not _is_guessable(value.node):
        return found
    ways = [(message, edits) for message, edits in _ways(value, written.layout) if edits and None not in edits]
    if not ways:
        return found
    fixes = tuple(Fix(message, tuple(edit for edit in edits if edit)) for message, edits in ways)
    return msgspec.structs.replace(found, fixes=fixes, help=fixes[0].message if len(fixes) == 1 else None)


def _is_guessable(node: Node) -> bool:
    """Tell whether a node is no boolean, nor a fraction, of which there are no labels, ports or addresses."""
    value = value_of(node) if isinstance(node, Scalar) else ""
    return isinstance(value, int | str) and not isinstance(value, bool)


def _ways(value: Value, layout: ObjectLayout) -> Iterator[_Way]:
    node, shape = value.node, _shape(value)
    if isinstance(shape, tuple):
        yield from _listed(value, shape[0], layout)
    elif not isinstance(node, Scalar):
        return
    elif shape == "number" and node.text.isdigit():
        yield "write the number without quotes", (layout.put(node, node.text),)
    elif shape is LABELS and (spaced := _spaced(node, layout)):
        yield "write a space after the colon", spaced
    elif isinstance(shape, dict):
        yield from ((message, (layout.put(node, text),)) for message, text in _mappings(value, node, shape, layout))


def _shape(value: Value) -> Shape:
    shape = value.site.shape.get(value.field, "text")
    return shape[0] if isinstance(shape, tuple) and value.index is not None else shape


def _listed(value: Value, item: Shape, layout: ObjectLayout) -> Iterator[_Way]:
    """Yield what stands for a list, as the only item of one."""
    node = value.node
    if isinstance(node, Mapping):
        if fits(node, item) and (item is not PEER or is_one_peer(node)):
            yield "make it an item of a list", layout.as_item(node)
    elif isinstance(node, Scalar) and item == "text" and re.fullmatch(_WORDS, node.text):
        words = [word_meant(value.field, word) or word for word in re.split(", *", node.text)]
        listed = ", ".join(layout.word(value.site.mapping, word) for word in words)
        yield "write a list", (layout.put(node, f"[{listed}]"),)
    elif isinstance(node, Scalar) and isinstance(item, dict):
        found = _mappings(value, node, item, layout)
        yield from ((message, (layout.put(node, f"[{text}]"),)) for message, text in found)


def _mappings(value: Value, node: Scalar, shape: Shape, layout: ObjectLayout) -> Iterator[tuple[str, str]]:
    """Yield the mappings, in braces, that a text may stand for."""
    near, text = value.site.mapping, node.text
    if shape is PORT:
        yield from _ports(near, text, layout)
    elif shape is IP_BLOCK or shape is PEER:
        for block in meant_blocks(text):
            braced = f"{{{layout.field(near, 'cidr', layout.word(near, block))}}}"
            braced = braced if shape is IP_BLOCK else f"{{{layout.field(near, 'ipBlock', braced)}}}"
            yield f"write `cidr: {block}`", braced
    elif shape is LABELS or shape is SELECTOR:
        labels = ", ".join(layout.field(near, key, layout.word(near, word)) for key, word in _labels(text))
        if labels and shape is LABELS:
            yield "write labels as a mapping", f"{{{labels}}}"
        elif labels:
            yield "put labels under `matchLabels`", f"{{{layout.field(near, 'matchLabels', f'{{{labels}}}')}}}"
        elif value.field == "namespaceSelector" and (selector := of_name(near, text, layout)):
            yield BY_NAME, selector


def _ports(near: Mapping, text: str, layout: ObjectLayout) -> Iterator[tuple[str, str]]:
    spelt = numbers(text)
    if spelt is None and names.port_name(text):
        return
    first, last = spelt or (None, None)
    port = layout.field(near, "port", layout.word(near, text) if first is None else str(first))
    end = "" if last is None else f", {layout.field(near, 'endPort', str(last))}"
    for name in protocols(first):
        protocol = layout.field(near, "protocol", layout.word(near, name))
        yield f"write it as a port of {name}", f"{{{protocol}, {port}{end}}}"


def _labels(text: str) -> list[tuple[str, str]]:
    """Return the labels that a text is made of, if it is made of nothing else."""
    words = re.split(r"[,\s]+", text, maxsplit=MOST_LABELS)
    found = [match.groups() for word in words if (match := re.fullmatch(_LABEL, word))]
    valid = all(not names.label_key(key) and not names.label_value(word) for key, word in found)
    return [(key, word) for key, word in found] if valid and len(found) == len(words) else []


def _spaced(node: Scalar, layout: ObjectLayout) -> tuple[Edit | None, ...]:
    """Write a space for each label of those that stand on lines of their own."""
    labels = _labels(node.text)
    if not labels or not all(isinstance(resolve(part), str) for label in labels for part in label):
        return ()
    return layout.space_out(node, tuple(key for key, _ in labels))
