"""The proof that a proposal allows what was seen: each connection, judged by the policies that the proposal becomes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.adopt.importer.model import PodsEnd
from netpolc.adopt.suggest.seen.finding import SeenPods
from netpolc.engine.from_policies import rules_of_policies
from netpolc.engine.verdicts import Address, End, Evaluator, Pod
from netpolc.language.resolve.addresses import canonical
from netpolc.policy.addresses import IPV4_BITS, AddressBlock
from netpolc.policy.constants import NAME_LABEL
from netpolc.sets.addresses import block

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from netpolc.adopt.suggest.model import SeenConnection
    from netpolc.adopt.suggest.seen.finding import FlowFindings
    from netpolc.policy.model import Policy


def denied_of(
    seen: FlowFindings,
    connections: Iterable[SeenConnection],
    policies: Sequence[Policy],
    namespaces: Mapping[str, Mapping[str, str]],
) -> str | None:
    """Return a connection that was forwarded, that lines were written for, and that policies deny; None without any."""
    if not seen.pairs:
        return None
    said = {tuple(end if isinstance(end, PodsEnd) else None for end in (c.caller, c.destination)) for c in connections}
    evaluator = Evaluator(rules_of_policies(policies, namespaces))
    ends = _SettledEnds(namespaces)
    for ours, pairs in seen.pairs.items():
        for pair in pairs if ours in said else ():
            if not evaluator.allows(ends.of(pair.source), ends.of(pair.destination), pair.protocol, pair.port):
                ways = " -> ".join(map(_shown, (pair.source, pair.destination)))
                return f"{ways}:{pair.port}/{pair.protocol.lower()}"
    return None


class _SettledEnds:
    """The ends of connections as policies see them, each made once."""

    def __init__(self, namespaces: Mapping[str, Mapping[str, str]]) -> None:
        self._namespaces = namespaces
        self._made: dict[SeenPods | AddressBlock, End] = {}

    def of(self, end: SeenPods | AddressBlock) -> End:
        if end not in self._made:
            self._made[end] = self._pod(end) if isinstance(end, SeenPods) else _address(end)
        return self._made[end]

    def _pod(self, end: SeenPods) -> Pod:
        name = end.namespace
        labels = {} if name is None else {**self._namespaces.get(name, {}), NAME_LABEL: name}
        return Pod(namespace=name, namespace_labels=labels, labels=dict(end.labels))


def _address(end: AddressBlock) -> Address:
    """Return the first address: where a block stands for many, the line that was written holds it, or all of them."""
    return Address(block(4 if end.bits == IPV4_BITS else 6, end.address, end.bits))


def _shown(end: SeenPods | AddressBlock) -> str:
    return canonical(end) if isinstance(end, AddressBlock) else f"{end.namespace}/{end.name}"
