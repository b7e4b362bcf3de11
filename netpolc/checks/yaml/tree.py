"""The tree of a policy: what is around a value, and around a field that the API does not know."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.checks.yaml.shapes import ANY, POLICY, Shape
from netpolc.identity import IdentitySet
from netpolc.manifests.nodes import Mapping, Node, Scalar, Sequence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.source import Span


class Site(msgspec.Struct, frozen=True, eq=False):
    """A mapping of a policy, the fields that it can have, and the mappings around it."""

    mapping: Mapping
    shape: dict[str, Shape]
    above: Site | None

    @property
    def unknown(self) -> tuple[str, ...]:
        """The fields that the API does not know, as they are written."""
        if ANY in self.shape:
            return ()
        names = (name for name in self.mapping.fields if name not in self.shape)
        return tuple(sorted(names, key=self.mapping.places.__getitem__))


class Value(msgspec.Struct, frozen=True, eq=False):
    """A value, the mapping that it stands in or whose list it is an item of, and the field and index there."""

    node: Node
    site: Site
    field: str
    index: int | None = None


class PolicyTree:
    """The mappings and values of a policy, as far as the API knows them."""

    def __init__(self, root: Mapping) -> None:
        """Look through the mapping that a policy is."""
        self.sites: list[Site] = []
        self.values: list[Value] = []
        self._seen: IdentitySet[Mapping] = IdentitySet()
        self._visit(root, POLICY, None)
        self._by_field = {site.mapping.places[name]: (site, name) for site in self.sites for name in site.unknown}
        self._by_span = {(value.node.start, value.node.end): value for value in self.values}

    def unknown_at(self, span: Span) -> tuple[Site, str] | None:
        """Return the unknown field whose name begins a span."""
        return self._by_field.get(span.start)

    def value_at(self, span: Span) -> Value | None:
        """Return the value of just this span."""
        return self._by_span.get((span.start, span.end))

    def _visit(self, node: Node, shape: Shape, above: Site | None) -> None:
        if not isinstance(node, Mapping) or not isinstance(shape, dict) or node in self._seen:
            return
        self._seen.add(node)
        site = Site(node, shape, above)
        self.sites.append(site)
        for name, value in node.fields.items():
            below = shape.get(name, shape.get(ANY))
            if below is not None:
                self.values.append(Value(value, site, name))
                for item, inner in self._items(value, below, site, name):
                    self._visit(item, inner, site)

    def _items(self, value: Node, shape: Shape, site: Site, name: str) -> Iterator[tuple[Node, Shape]]:
        if not isinstance(shape, tuple) or not isinstance(value, Sequence):
            yield value, shape
            return
        for index, item in enumerate(value.items):
            self.values.append(Value(item, site, name, index))
            yield item, shape[0]


def rules_of(root: Mapping) -> list[Node]:
    """Return all rules of a policy, in both directions."""
    spec = root.fields.get("spec")
    fields = spec.fields if isinstance(spec, Mapping) else {}
    lists = (fields.get("ingress"), fields.get("egress"))
    return [rule for each in lists if isinstance(each, Sequence) for rule in each.items]


def is_empty(node: Node | None) -> bool:
    """Tell whether nothing at all is written for a value."""
    return isinstance(node, Scalar) and node.start == node.end
