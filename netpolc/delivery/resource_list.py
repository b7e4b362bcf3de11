"""The ResourceList that a KRM function reads and writes.

The rules are those of the KRM Functions Specification, v1 (kubernetes-sigs/kustomize,
cmd/config/docs/api-conventions/functions-spec.md).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.delivery.redaction import redact
from netpolc.delivery.writing import write_field
from netpolc.diagnostics.model import Diagnostic
from netpolc.ecosystem.tool_annotations import ORCHESTRATION
from netpolc.manifests.nodes import Mapping, Node, Scalar, Sequence
from netpolc.manifests.scalars import is_null
from netpolc.manifests.stream import read_documents
from netpolc.source import Location, Source, Span

if TYPE_CHECKING:
    from collections.abc import Iterable

KIND = "ResourceList"
APIS = ("config.kubernetes.io/v1", "config.kubernetes.io/v1beta1", "config.kubernetes.io/v1alpha1")


class ResourceList(msgspec.Struct, frozen=True):
    """The objects that a function is given, and its configuration."""

    api: str
    items: tuple[Node, ...]
    config: Mapping | None

    @property
    def is_of_generator(self) -> bool:
        """Whether there is nothing but the configuration, which Kustomize (5.8) hands to generators as an item, too."""
        if self.config is None:
            return not self.items
        own = identity(self.config)
        names = (own.api, own.kind, own.namespace, own.name)
        return all((each.api, each.kind, each.namespace, each.name) == names for each in map(identity, self.items))


class Identity(msgspec.Struct, frozen=True):
    """The fields that tell an object from others, and those that decide whether it is replaced."""

    api: str
    kind: str
    namespace: str | None
    name: str
    labels: tuple[tuple[str, str], ...]
    orchestration: tuple[tuple[str, str], ...]


def read_resource_list(source: Source) -> ResourceList | Diagnostic:
    """Read a text that consists of one list, or return the reason why it does not."""
    roots: list[Node] = []
    for document in read_documents(source.text):
        if document.fault is not None:
            location = Location(source, Span(document.fault.start, document.fault.end))
            return redact([Diagnostic(code="NP120", severity="error", message="", location=location)])[0]
        roots += [root for root in document.roots if not is_null(root)]
    root = roots[0] if len(roots) == 1 else None
    if not isinstance(root, Mapping) or text_of(root, "kind") != KIND or text_of(root, "apiVersion") not in APIS:
        return _refused("it is no ResourceList of `config.kubernetes.io/v1`")
    items, config = root.fields.get("items"), root.fields.get("functionConfig")
    if items is not None and not is_null(items) and not isinstance(items, Sequence):
        return _refused("its `items` are no list")
    if config is not None and not is_null(config) and not isinstance(config, Mapping):
        return _refused("its `functionConfig` is no object")
    return ResourceList(
        text_of(root, "apiVersion") or APIS[0],
        tuple(items.items) if isinstance(items, Sequence) else (),
        config if isinstance(config, Mapping) else None,
    )


def write_resource_list(given: ResourceList, items: Iterable[str], results: Node | None) -> str:
    """Return the text of a list with other items, which are texts already, and with results.

    Raises:
        UnwritableError: the configuration or the results cannot be written.
    """
    written = "".join(items)
    return "".join(
        (
            f"apiVersion: {given.api}\nkind: {KIND}\n",
            f"items:\n{written}" if written else "items: []\n",
            "" if given.config is None else write_field("functionConfig", given.config),
            "" if results is None else write_field("results", results),
        )
    )


def write_document(text: str) -> str:
    """Return a YAML document, unchanged, as an item of a list that begins at the margin."""
    first, *rest = text.strip("\n").split("\n")
    return "".join((f"- {first}\n", *(f"  {line}\n" if line else "\n" for line in rest)))


def identity(item: Node) -> Identity:
    """Return the identity of an object; what it does not state is empty."""
    root = item if isinstance(item, Mapping) else Mapping({}, {}, 0, 0)
    metadata = root.fields.get("metadata")
    about = metadata if isinstance(metadata, Mapping) else Mapping({}, {}, 0, 0)
    annotations = _texts(about.fields.get("annotations"))
    return Identity(
        api=text_of(root, "apiVersion") or "",
        kind=text_of(root, "kind") or "",
        namespace=text_of(about, "namespace") or None,
        name=text_of(about, "name") or "",
        labels=_texts(about.fields.get("labels")),
        orchestration=tuple(pair for pair in annotations if pair[0].startswith(ORCHESTRATION)),
    )


def text_of(node: Mapping, name: str) -> str | None:
    """Return the text of a field, or None where there is none."""
    found = node.fields.get(name)
    return found.text if isinstance(found, Scalar) and not is_null(found) else None


def _texts(node: Node | None) -> tuple[tuple[str, str], ...]:
    if not isinstance(node, Mapping):
        return ()
    return tuple((key, value.text) for key, value in node.fields.items() if isinstance(value, Scalar))


def _refused(why: str) -> Diagnostic:
    return Diagnostic(
        code="NP414",
        severity="error",
        message=f"what was given cannot be used: {why}",
        help="let Kustomize or kpt call this; see `netpolc krm --help`",
    )
