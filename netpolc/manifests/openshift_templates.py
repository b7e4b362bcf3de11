"""Templates of OpenShift: objects with parameters, of which each may have a default value.

`oc process` puts values in place of `${NAME}`, and of `${{NAME}}` where these are no strings
(github.com/openshift/library-go, pkg/template/templateprocessing).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from netpolc.diagnostics.model import Diagnostic, Label
from netpolc.manifests.nodes import Mapping, Node, Scalar, Sequence
from netpolc.manifests.scalars import is_null

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netpolc.manifests.fields import Object

_reference = re.compile(r"\$\{([a-zA-Z0-9_]+)\}")
_whole = re.compile(r"\$\{\{([a-zA-Z0-9_]+)\}\}")

_JUDGED = {
    "NetworkPolicy": ("metadata.namespace", "spec"),
    "Service": ("metadata.namespace", "spec"),
    "Namespace": ("metadata",),
}
"""What answers depend on, beside an object's name, by its kind; of all other kinds, `_OF_PODS`."""

_OF_PODS = (
    "metadata.namespace",
    "metadata.labels",
    "spec.selector",
    "spec.rules",
    "spec.to",
    "spec.template.metadata.labels",
    "spec.template.spec.hostNetwork",
    "spec.template.spec.containers[].ports",
    "spec.jobTemplate.spec.template.metadata.labels",
    "spec.jobTemplate.spec.template.spec.containers[].ports",
    "spec.containers[].ports",
    "spec.hostNetwork",
)


class Filled(msgspec.Struct, frozen=True):
    """The objects of a Template with the default values of its parameters, and what is said of the others."""

    objects: tuple[Node, ...]
    open_kinds: tuple[str, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


def filled(template: Object) -> Filled:
    """Return the objects of a Template, but for those of which something that is judged has no default value."""
    values = dict(_defaults(template))
    kept: list[Node] = []
    lacking: list[tuple[Mapping, tuple[str, ...]]] = []
    for node in template.items(template.root.fields.get("objects")):
        found = _with_values(node, values)
        names = tuple(dict.fromkeys(_open(found))) if isinstance(found, Mapping) else ()
        if isinstance(found, Mapping) and names:
            lacking.append((found, names))
        else:
            kept.append(_with_plain_name(found))
    kinds = tuple(_kind(each) for each, _ in lacking)
    return Filled(tuple(kept), kinds, tuple(_said(template, lacking)))


def _said(template: Object, lacking: list[tuple[Mapping, tuple[str, ...]]]) -> Iterator[Diagnostic]:
    """Say once for a Template what of it is not judged; a warning where policies are."""
    policies = [each for each in lacking if _kind(each[0]) == "NetworkPolicy"]
    if not lacking:
        return
    shown = policies or lacking
    first, _ = shown[0]
    names = list(dict.fromkeys(name for _, names in shown for name in names))
    which = f"`{names[0]}`" if len(names) == 1 else f"`{names[0]}` and {len(names) - 1} more"
    what = _counted(len(policies), "polic", "y", "ies") if policies else _counted(len(lacking), "object", "", "s")
    yield Diagnostic(
        code="NP424",
        severity="warning" if policies else "note",
        message=f"{what} of this Template {'is' if len(shown) == 1 else 'are'} not judged: "
        f"the parameter{'s' * (len(names) != 1)} {which} {'has' if len(names) == 1 else 'have'} no default value",
        location=template.location(template.root.fields["kind"]),
        labels=(Label(template.location(first.fields.get("kind", first)), "not judged"),),
        help="check what it becomes: `oc process --local -f FILE -p NAME=VALUE | netpolc check -`",
    )


def _counted(count: int, stem: str, one: str, several: str) -> str:
    return f"{count} {stem}{one if count == 1 else several}"


def _kind(node: Mapping) -> str:
    kind = node.fields.get("kind")
    return kind.text if isinstance(kind, Scalar) else ""


def _defaults(template: Object) -> Iterator[tuple[str, str]]:
    """Yield the parameters that have a value, with it; a template that reads otherwise has none."""
    parameters = template.root.fields.get("parameters")
    for each in parameters.items if isinstance(parameters, Sequence) else ():
        fields = each.fields if isinstance(each, Mapping) else {}
        name, value = fields.get("name"), fields.get("value")
        if isinstance(name, Scalar) and isinstance(value, Scalar) and not is_null(value) and value.text:
            yield name.text, value.text


def _with_values(node: Node, values: dict[str, str]) -> Node:
    """Return a node with values in place of parameters; what has none is the same node."""
    match node:
        case Scalar(text=text) if "${" in text:
            return _filled_scalar(node, values)
        case Scalar():
            return node
        case Sequence(items=items):
            changed = [_with_values(item, values) for item in items]
            same = all(new is old for new, old in zip(changed, items, strict=True))
            return node if same else Sequence(changed, node.start, node.end)
        case Mapping(fields=fields):
            new = {_substituted(key, values): _with_values(value, values) for key, value in fields.items()}
            if all(key in fields and fields[key] is value for key, value in new.items()) and len(new) == len(fields):
                return node
            places = {_substituted(key, values): place for key, place in node.places.items()}
            return Mapping(new, places, node.start, node.end)


def _filled_scalar(node: Scalar, values: dict[str, str]) -> Scalar:
    whole = _whole.fullmatch(node.text)
    if whole is not None:
        return Scalar(values[whole[1]], node.start, node.end) if whole[1] in values else node
    return Scalar(_substituted(node.text, values), node.start, node.end, plain=False)


def _substituted(text: str, values: dict[str, str]) -> str:
    return _reference.sub(lambda found: values.get(found[1], found[0]), text) if "${" in text else text


def _open(node: Mapping) -> Iterator[str]:
    """Yield the parameters without a value in what is judged of an object."""
    paths = _JUDGED.get(_kind(node), _OF_PODS)
    texts = (text for path in paths for part in _at(node, path.split(".")) for text in _texts(part))
    yield from (found[1] for text in texts for each in (_whole, _reference) for found in each.finditer(text))


def _at(node: Node | None, path: list[str]) -> Iterable[Node]:
    """Yield what is at a path of fields, where `[]` stands for each item of a list."""
    if node is None or not path:
        return () if node is None else (node,)
    name = path[0].removesuffix("[]")
    below = node.fields.get(name) if isinstance(node, Mapping) else None
    if not path[0].endswith("[]"):
        return _at(below, path[1:])
    items = below.items if isinstance(below, Sequence) else []
    return [part for item in items for part in _at(item, path[1:])]


def _texts(node: Node) -> Iterator[str]:
    match node:
        case Scalar(text=text):
            yield text
        case Sequence(items=items):
            for item in items:
                yield from _texts(item)
        case Mapping(fields=fields):
            for key, value in fields.items():
                yield key
                yield from _texts(value)


def _with_plain_name(node: Node) -> Node:
    """Return an object in whose metadata the words of parameters without a value stand for these."""
    metadata = node.fields.get("metadata") if isinstance(node, Mapping) else None
    if not isinstance(node, Mapping) or metadata is None or not any("${" in text for text in _texts(metadata)):
        return node
    return Mapping({**node.fields, "metadata": _with_words(metadata)}, node.places, node.start, node.end)


def _with_words(node: Node) -> Node:
    match node:
        case Scalar(text=text) if "${" in text:
            words = _reference.sub(lambda found: found[1].lower().replace("_", "-").strip("-"), text)
            return Scalar(words, node.start, node.end, plain=False)
        case Sequence(items=items):
            return Sequence([_with_words(item) for item in items], node.start, node.end)
        case Mapping(fields=fields):
            return Mapping(
                {key: _with_words(value) for key, value in fields.items()}, node.places, node.start, node.end
            )
        case _:
            return node
