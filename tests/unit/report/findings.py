"""Findings to write about."""

from netpolc.engine.changes import ConnectionChange
from netpolc.engine.peers import Peer
from netpolc.engine.verdicts import Pod
from netpolc.queries.change_reasons import ChangeLine
from netpolc.queries.review import Finding
from netpolc.sets.ports import PortInterval, PortSet


def finding(number, *, name="pod", lines=1, risks=()):
    """A change like no other."""
    ends = [Peer(id=f"shop/{name}-{number}", end=Pod(namespace="shop")), Peer(id="shop/db", end=Pod(namespace="shop"))]
    ports = PortSet((PortInterval("TCP", number + 1, number + 1),))
    change = ConnectionChange(widened=True, source=ends[0], destination=ends[1], ports=ports)
    because = tuple(ChangeLine("new", "shop.netpol", number * 10 + at, f"{name}-{number} -> db") for at in range(lines))
    return Finding(change, because, risks)
