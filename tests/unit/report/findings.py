"""Findings to write about, and reviews of them."""

from netpolc.engine.peers import Peer
from netpolc.engine.verdicts import Pod
from netpolc.queries.change_reasons import ChangeLine
from netpolc.queries.grouping import ChangedGroup
from netpolc.queries.review import Finding, Review
from netpolc.sets.ports import PortInterval, PortSet

DB = Peer(id="shop/db", end=Pod(namespace="shop"))


def finding(number, *, name="pod", lines=1, risks=(), partial=False):
    """A change like no other."""
    source = Peer(id=f"shop/{name}-{number}", end=Pod(namespace="shop"))
    ports = PortSet((PortInterval("TCP", number + 1, number + 1),))
    change = ChangedGroup(widened=True, sources=(source,), destinations=(DB,), ports=ports, partial=partial)
    because = tuple(ChangeLine("new", "shop.netpol", number * 10 + at, f"{name}-{number} -> db") for at in range(lines))
    return Finding(change, because, risks)


def review_of(*findings, **fields):
    """A review of findings, and of nothing else but what is given."""
    rest = dict.fromkeys(("denials", "dropped", "promised", "removed", "added"), ())
    judged = {"opened": bool(findings), "closed": False, "complete": True}
    return Review(findings=findings, **{**rest, **judged, **fields})
