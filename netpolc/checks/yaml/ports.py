"""NP512 and NP611: ports that name less than they mean, and addresses' lack of names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.checks.yaml.checked_policy import fixes_of, lacks
from netpolc.checks.yaml.spellings import protocols
from netpolc.diagnostics.model import Edit, Fix
from netpolc.manifests.nodes import Mapping
from netpolc.manifests.scalars import is_null
from netpolc.policy.model import IPBlock
from netpolc.sets.ports import PROTOCOLS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.checks.yaml.checked_policy import CheckedPolicy, Written
    from netpolc.diagnostics.model import Diagnostic
    from netpolc.policy.model import PolicyPort

HTTPS = 443
"""The port of HTTPS, which HTTP/3 speaks over UDP."""


def check(checked: CheckedPolicy) -> Iterator[Diagnostic]:
    """Yield what is doubtful about each port of each rule."""
    for rule in checked.rules:
        names_addresses = rule.direction == "egress" and any(isinstance(peer, IPBlock) for peer in rule.rule.peers)
        alone = {port.protocol for port in rule.rule.ports if port.port is None}
        for port, node in zip(rule.rule.ports, rule.items("ports"), strict=True):
            if isinstance(node, Mapping):
                if not _is_stated(node):
                    yield from _unstated(checked, rule, port, node, deliberate=len(alone) > 1)
                if names_addresses and isinstance(port.port, str):
                    yield _name_of_addresses(checked, rule, node, port.port)


def _is_stated(node: Mapping) -> bool:
    """Tell whether a port has both a protocol and a number or a name."""
    stated, named = node.fields.get("protocol"), node.fields.get("port")
    return stated is not None and named is not None and not is_null(stated) and not is_null(named)


def _unstated(
    checked: CheckedPolicy, rule: Written, port: PolicyPort, node: Mapping, *, deliberate: bool
) -> Iterator[Diagnostic]:
    """Yield a port without its protocol, and a protocol without a port, unless several stand side by side."""
    written = {name for name, value in node.fields.items() if not is_null(value)}
    if _is_refused(checked, node):
        return
    if "port" in written and "protocol" not in written and ("protocol" in node.fields or lacks(node, "protocol")):
        yield checked.finding(
            "NP611",
            f"port `{port.port}` has no protocol, which means TCP",
            checked.at(node),
            severity="note" if len(_meant(port)) == 1 else None,
            fixes=_with_protocol(checked, port, node),
        )
    elif node.fields.keys() <= {"protocol"} and not deliberate:
        yield _every_port(checked, rule, port, node)


def _meant(port: PolicyPort) -> tuple[str, ...]:
    """Return the protocols that may be meant with a port, the default first."""
    return ("TCP", "UDP") if port.port == HTTPS else protocols(port.port)


def _is_refused(checked: CheckedPolicy, node: Mapping) -> bool:
    """Tell whether the API server refuses a port, or its protocol, as it is written; then that is what to correct."""
    span = checked.at(node).span
    return any(
        found.code == "NP407" and found.location is not None and span.start <= found.location.span.start < span.end
        for found in checked.item.diagnostics
    )


def _with_protocol(checked: CheckedPolicy, port: PolicyPort, node: Mapping) -> tuple[Fix, ...]:
    """Write the default, unless the port is one that is asked by UDP as well."""
    meant = _meant(port)
    if len(meant) == 1:
        return fixes_of(("write the protocol", _stated(checked, node, *meant)), applicability="safe")
    return fixes_of(*((f"write `protocol: {name}`", _stated(checked, node, name)) for name in meant))


def _stated(checked: CheckedPolicy, node: Mapping, protocol: str) -> Edit | None:
    word = checked.layout.word(node, protocol)
    if "protocol" in node.fields:
        return checked.layout.replace(node.fields["protocol"], word)
    return checked.layout.add_field(node, "port", "protocol", word)


def _every_port(checked: CheckedPolicy, rule: Written, port: PolicyPort, node: Mapping) -> Diagnostic:
    others = " and ".join(name for name in PROTOCOLS if name != port.protocol)
    written = f"`protocol: {port.protocol}`" if "protocol" in node.fields else "`{}`"
    fixes: tuple[Fix, ...] = ()
    if len(rule.rule.ports) == 1 and not node.fields:
        edit = checked.layout.remove_field(rule.node, "ports")
        fixes = fixes_of(("leave out `ports`, if any port of any protocol is meant", edit), applicability="shown")
    return checked.finding(
        "NP611",
        f"{written} without a port is every port of {port.protocol}, and none of {others}",
        checked.at(node),
        fixes=fixes,
        advice="write the port that is meant" if not fixes else None,
    )


def _name_of_addresses(checked: CheckedPolicy, rule: Written, node: Mapping, name: str) -> Diagnostic:
    alone = all(isinstance(peer, IPBlock) for peer in rule.rule.peers)
    return checked.finding(
        "NP512",
        f"the port name `{name}` opens {'nothing' if alone else 'none of the blocks'}: addresses have no port names",
        checked.at(node.fields["port"]),
        advice="write the number of the port",
    )
