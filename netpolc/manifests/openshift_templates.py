"""Templates of OpenShift: objects with parameters, of which each may have a default value.

`oc process` puts values in place of `${NAME}`, and of `${{NAME}}` where these are no strings
(github.com/openshift/library-go, pkg/template/templateprocessing).
"""

from __future__ import annotations

import operator
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

LONGEST = 32 * 1024 * 1024
"""The most characters that values may make of one Template; a text has no more either."""

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
    values = _ParameterValues(dict(_defaults(template)))
    kept: list[Node] = []
    lacking: list[tuple[Mapping, tuple[str, ...]]] = []
    for node in template.items(template.root.fields.get("objects")):
        found = values.put_into(node)
        names = tuple(dict.fromkeys(_open(found))) if isinstance(found, Mapping) else ()
        if isinstance(found, Mapping) and names:
            lacking.append((found, names))
        else:
            kept.append(_with_plain_name(found))
    kinds = tuple(_kind(each) for each, _ in lacking)
    return Filled(tuple(kept), kinds, tuple(_said(template, lacking)))


class _ParameterValues:
    """The values of parameters, which are put in place of their names as long as that makes no more than `LONGEST`."""

    def __init__(self, values: dict[str, str]) -> None:
        self.values = values
        self.left = LONGEST

    def put_into(self, node: Node) -> Node:
        """Return a node with values in place of parameters; what has none is the same node."""
        # Without comprehensions, each of which takes as much of the stack as a call.
        match node:
            case Scalar():
                return self.scalar(node)
            case Sequence(items=items):
                changed: list[Node] = []
                for item in items:
                    changed.append(self.put_into(item))  # noqa: PERF401 -- as above
                same = all(map(operator.is_, changed, items))
                return node if same else Sequence(changed, node.start, node.end)
            case Mapping(fields=fields):
                new: dict[str, Node] = {}
                for key, value in fields.items():
                    new[self.text(key)] = self.put_into(value)
                if new.keys() == fields.keys() and all(map(operator.is_, new.values(), fields.values())):
                    return node
                places = {self.text(key): place for key, place in node.places.items()}
                return Mapping(new, places, node.start, node.end)

    def scalar(self, node: Scalar) -> Scalar:
        """Return a scalar with values; one in double braces may be anything but a string."""
        if "${" not in node.text:
            return node
        whole = _whole.fullmatch(node.text)
        if whole is None:
            return Scalar(self.text(node.text), node.start, node.end, plain=False)
        value = self.value(whole[1])
        return node if value is None else Scalar(value, node.start, node.end)

    def text(self, text: str) -> str:
        """Return a text with values."""
        return _reference.sub(self.of_reference, text) if "${" in text else text

    def of_reference(self, found: re.Match[str]) -> str:
        """Return the value for a reference, which stays as it is where there is none."""
        value = self.value(found[1])
        return found[0] if value is None else value

    def value(self, name: str) -> str | None:
        """Return the value of a parameter, None where it has none, or too much was put in already."""
        value = self.values.get(name)
        if value is None or len(value) > self.left:
            return None
        self.left -= len(value)
        return value


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
    """Yield all texts in a node, keys among them."""
    waiting = [node]
    while waiting:
        match waiting.pop():
            case Scalar(text=text):
                yield text
            case Sequence(items=items):
                waiting += reversed(items)
            case Mapping(fields=fields):
                yield from fields
                waiting += reversed(fields.values())


def _with_plain_name(node: Node) -> Node:
    """Return an object in whose metadata the words of parameters without a value stand for these."""
    metadata = node.fields.get("metadata") if isinstance(node, Mapping) else None
    if not isinstance(node, Mapping) or metadata is None or not any("${" in text for text in _texts(metadata)):
        return node
    return Mapping({**node.fields, "metadata": _with_words(metadata)}, node.places, node.start, node.end)


def _with_words(node: Node) -> Node:
    """Return metadata in which words stand for parameters without a value."""
    match node:
        case Scalar(text=text) if "${" in text:
            words = _reference.sub(lambda found: found[1].lower().replace("_", "-").strip("-"), text)
            return Scalar(words, node.start, node.end, plain=False)
        case Mapping(fields=fields):
            new: dict[str, Node] = {}
            for key, value in fields.items():
                new[key] = _with_words(value)
            return Mapping(new, node.places, node.start, node.end)
        case _:
            return node
