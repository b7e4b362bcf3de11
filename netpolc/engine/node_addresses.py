"""The addresses of nodes, for policies that select nodes by their labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.engine.from_policies import addresses_of
from netpolc.policy.selectors import selected_by
from netpolc.sets.addresses import NO_ADDRESS, AddressSet, union

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netpolc.manifests.model import ClusterNode
    from netpolc.policy.model import Selector


class NodeAddresses:
    """The addresses of the nodes that manifests show."""

    def __init__(self, nodes: Iterable[ClusterNode]) -> None:
        """Take nodes."""
        self._nodes = tuple(nodes)

    @property
    def all(self) -> AddressSet:
        """The addresses of all of them."""
        return _addresses(each for node in self._nodes for each in node.addresses)

    def of(self, selector: Selector) -> AddressSet:
        """Return the addresses of the nodes that a selector is for, of those that are known."""
        selected = selected_by(selector)
        if selected is None:
            return NO_ADDRESS
        return _addresses(each for node in self._nodes if selected.matches(node.labels) for each in node.addresses)


def _addresses(texts: Iterable[str]) -> AddressSet:
    return union([addresses_of(f"{text}/{128 if ':' in text else 32}", ()) for text in texts])
