"""The addresses at which pods were seen: some plugins take blocks of addresses for the pods in them, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.engine.from_policies import addresses_of
from netpolc.engine.verdicts import Address
from netpolc.sets.addresses import union

if TYPE_CHECKING:
    from netpolc.flows.record import FlowEnd
    from netpolc.flows.reduction import DistinctFlows
    from netpolc.sets.addresses import AddressSet


def placed(seen: DistinctFlows) -> dict[FlowEnd, Address]:
    """Return the addresses of each pod that was seen at any."""
    found: dict[FlowEnd, list[AddressSet]] = {}
    for address, stays in seen.stays.items():
        at = addresses_of(f"{address}/{128 if ':' in address else 32}", ())
        for each in stays if at else ():
            found.setdefault(each.pod, []).append(at)
    return {pod: Address(union(several)) for pod, several in found.items()}
