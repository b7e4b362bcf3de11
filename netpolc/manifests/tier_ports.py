"""Ports of rules in cluster-wide policies of tiers: `protocols` of ClusterNetworkPolicy, `ports` of older kinds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.policy import names
from netpolc.policy.model import PolicyPort
from netpolc.policy.tier_model import TierPort
from netpolc.sets.ports import FIRST, LAST, PROTOCOLS

if TYPE_CHECKING:
    from netpolc.manifests.fields import Object
    from netpolc.manifests.nodes import Node

PORT = "NP434"

_PROTOCOLS = {protocol.lower(): protocol for protocol in PROTOCOLS}
_PROTOCOL = frozenset((*_PROTOCOLS, "destinationNamedPort"))
_OLDER = frozenset(("portNumber", "portRange", "namedPort"))
_WITH_A_PORT = "write the protocol: `tcp: {destinationPort: {number: …}}`"
_ADVICE = {
    "portNumber": _WITH_A_PORT,
    "portRange": "write the protocol: `tcp: {destinationPort: {range: {start: …, end: …}}}`",
    "port": _WITH_A_PORT,
    "protocol": _WITH_A_PORT,
    "namedPort": "write `destinationNamedPort`",
    "destinationPort": "`destinationPort` is a field of `tcp`, `udp` and `sctp`",
}
"""What to write in `protocols` where somebody knows the fields of older kinds, or of NetworkPolicy."""
_OLDER_ADVICE = {
    **dict.fromkeys(_PROTOCOLS, "write `portNumber`, or `portRange`, with a `protocol`"),
    "port": "write `portNumber`, with `protocol` and `port`",
    "destinationNamedPort": "write `namedPort`",
}
"""The same for `ports` of older kinds, where somebody knows ClusterNetworkPolicy."""


def ports_of_protocols(item: Object, node: Node) -> tuple[TierPort, ...]:
    """Read an item of `protocols`."""
    fields = _only(item, node, _PROTOCOL)
    found: list[TierPort] = []
    for key, protocol in _PROTOCOLS.items():
        if key not in fields:
            continue
        where = _only(item, fields[key], frozenset({"destinationPort"}))
        port = where.get("destinationPort")
        if port is None:
            continue
        parts = _only(item, port, frozenset(("number", "range")))
        if "number" in parts:
            found.append(_numbered(item, protocol, parts["number"]))
        elif "range" in parts:
            found.append(_range(item, protocol, parts["range"]))
    if "destinationNamedPort" in fields:
        found.append(_named(item, fields["destinationNamedPort"]))
    return tuple(found)


def older_ports(item: Object, node: Node) -> tuple[TierPort, ...]:
    """Read an item of `ports`."""
    fields = _only(item, node, _OLDER, _OLDER_ADVICE)
    if "namedPort" in fields:
        return (_named(item, fields["namedPort"]),)
    if "portRange" in fields:
        around = fields["portRange"]
        parts = item.fields(around)
        item.unknown(around, frozenset(("protocol", "start", "end")), {})
        return (_range(item, _protocol(item, parts.get("protocol")), around),)
    if "portNumber" in fields:
        around = fields["portNumber"]
        parts = item.fields(around)
        item.unknown(around, frozenset(("protocol", "port")), {})
        if "port" not in parts:
            item.reject(PORT, f"`{item.path_of(around)}.port`: required value", around)
            return ()
        return (_numbered(item, _protocol(item, parts.get("protocol")), parts["port"]),)
    return ()


def _only(item: Object, node: Node, known: frozenset[str], advice: dict[str, str] = _ADVICE) -> dict[str, Node]:
    """Return the fields of a mapping of which exactly one is set."""
    fields, is_sound = item.part(lambda: item.fields(node))
    item.unknown(node, known, advice)
    # What the server does not know it drops, unless it is strict; what is left has to be one field all the same.
    kept = {key: value for key, value in fields.items() if key in known}
    if len(kept) != 1 and is_sound:
        listed = ", ".join(f"`{each}`" for each in sorted(known))
        what = "has to be set" if len(known) == 1 else "exactly one has to be set"
        count = f"{len(kept)} are" if kept else "none is"
        item.reject(PORT, f"`{item.path_of(node)}`: {listed}: {what}, and {count}", node)
    return kept


def _protocol(item: Object, node: Node | None) -> str:
    written = item.text(node) or "TCP"
    if written not in PROTOCOLS and node is not None:
        listed = ", ".join(f"`{each}`" for each in PROTOCOLS)
        item.reject(PORT, f"`{item.path_of(node)}`: unsupported value `{written}`: supported values: {listed}", node)
    return written


def _numbered(item: Object, protocol: str, node: Node) -> TierPort:
    return TierPort(PolicyPort(protocol, _number(item, node), None, item.location(node)))


def _range(item: Object, protocol: str, node: Node) -> TierPort:
    (start, end), is_sound = item.part(lambda: _ends(item, node))
    if is_sound and start >= end:
        item.reject(PORT, f"`{item.path_of(node)}`: start port {start} must be less than end port {end}", node)
    return TierPort(PolicyPort(protocol, start, end, item.location(node)))


def _ends(item: Object, node: Node) -> tuple[int, int]:
    fields = item.fields(node)
    for key in ("start", "end"):
        if key not in fields:
            item.reject(PORT, f"`{item.path_of(node)}.{key}`: required value", node)
    item.unknown(node, frozenset(("start", "end", "protocol")), {})
    start, end = (_number(item, fields[key]) if key in fields else FIRST for key in ("start", "end"))
    return start, end


def _number(item: Object, node: Node) -> int:
    found = item.integer(node)
    if found is None or not FIRST <= found <= LAST:
        path = item.path_of(node)
        item.reject(PORT, f"`{path}`: invalid value `{found}`: must be between {FIRST} and {LAST}, inclusive", node)
        return FIRST
    return found


def _named(item: Object, node: Node) -> TierPort:
    name = item.text(node)
    for fault in names.port_name(name) if name else ("it is empty",):
        message = f"`{item.path_of(node)}`: no port can have the name `{name}`: {fault}"
        item.reject(PORT, message, node)
        break
    return TierPort(name=name)
