"""NP526: the address of a service where policies see those of its pods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.checks.workloads.services import ports_of
from netpolc.diagnostics.model import Diagnostic, Label
from netpolc.engine import words
from netpolc.engine.verdicts import is_of
from netpolc.sets.addresses import AddressSet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.checks.workloads.checked_workloads import CheckedWorkloads
    from netpolc.checks.workloads.services import Lead
    from netpolc.engine.model import AllowRule

DNS = 53
"""The port at which a cache on each node answers for the service itself (Kubernetes, "NodeLocal DNSCache")."""


def check(checked: CheckedWorkloads) -> Iterator[Diagnostic]:
    """Yield rules for the one address of a service, whose pods no other rule of the same policies lets through."""
    by_address = {address: lead for lead in checked.services.leads.values() for address in lead.service.addresses}
    if not by_address:
        return
    egress = checked.ruleset.egress.allow_rules
    for rule in egress:
        address = _only_address(rule)
        lead = None if address is None else by_address.get(address)
        if address is None or lead is None or not lead.workloads or rule.reason is None:
            continue
        if any(each.first <= DNS <= each.last for each in rule.ports.intervals) and not rule.ports.everything:
            continue
        if not _reached_otherwise(checked, rule, lead, egress):
            yield _finding(checked, rule, address, lead)


def _only_address(rule: AllowRule) -> str | None:
    """Return the address that a rule is for, if it is just one."""
    ranges = rule.peer.ranges if isinstance(rule.peer, AddressSet) else ()
    if len(ranges) != 1 or ranges[0].first != ranges[0].last:
        return None
    return words.address(ranges[0].family, ranges[0].first)


def _reached_otherwise(checked: CheckedWorkloads, rule: AllowRule, lead: Lead, others: tuple[AllowRule, ...]) -> bool:
    """Tell whether another rule lets the same pods out to those behind a service, for plugins of either kind."""
    pods = [checked.workloads.pods[number] for number in lead.workloads]
    peers = [each.peer for each in others if each.subject == rule.subject and each.peer != rule.peer]
    return all(any(is_of(pod, peer) for peer in peers) for pod in pods)


def _finding(checked: CheckedWorkloads, rule: AllowRule, address: str, lead: Lead) -> Diagnostic:
    targets = checked.services.targets(lead)
    leads_to = ports_of(targets, checked.workloads) if targets else checked.workloads.named(lead.workloads)
    return Diagnostic(
        code="NP526",
        severity="warning",
        message=f"`{address}` is the address of the Service `{lead.shown}`, and policies see those of its pods: "
        f"it leads to {leads_to}",
        location=None if rule.reason is None else rule.reason.location,
        label="with most network plugins, this lets nothing through",
        labels=(Label(lead.service.location, "the Service"),),
        help="select its pods by their labels, and their port",
    )
