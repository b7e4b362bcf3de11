"""Addresses of pods, on which it depends whether rules for blocks of addresses let them through.

Whether `ipBlock` holds pods is up to the network plugin (kubernetes.io, "Network Policies"). So a pod whose address
nobody knows is let through by every block that may hold it: of what may be allowed, nothing is left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.engine.from_policies import addresses_of
from netpolc.engine.regions import ANYTHING
from netpolc.engine.verdicts import Pod
from netpolc.sets.addresses import AddressSet, union

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netpolc.engine.model import RuleSet
    from netpolc.engine.peers import Peer
    from netpolc.engine.verdicts import End


def held_by(cidrs: Iterable[str]) -> AddressSet:
    """Return the addresses of some blocks."""
    return union([addresses_of(cidr, ()) for cidr in cidrs])


def somewhere_in(end: End, blocks: AddressSet) -> End:
    """Give a pod its address from some blocks, if it is not known better; nodes have theirs from others."""
    if not blocks or not isinstance(end, Pod) or end.addresses or end.host_network:
        return end
    return msgspec.structs.replace(end, may_have=blocks)


def peer_in(peer: Peer, blocks: AddressSet) -> Peer:
    """Give the pods of a peer their addresses from some blocks, if these are not known better."""
    end = somewhere_in(peer.end, blocks)
    return peer if end is peer.end else msgspec.structs.replace(peer, end=end)


def in_question(ruleset: RuleSet, blocks: AddressSet) -> bool:
    """Tell whether any rule is for addresses among some blocks; one for anybody is for pods as it is."""
    peers = {peer for rules in (ruleset.ingress, ruleset.egress) for peer in rules.peers()}
    return any(isinstance(peer, AddressSet) and peer & blocks for peer in peers.difference(ANYTHING))
