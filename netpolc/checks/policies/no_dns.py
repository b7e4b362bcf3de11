"""NP605: pods that may open connections to other pods, and have no way to ask where these are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.checks.dns_advice import server_for
from netpolc.diagnostics.model import Diagnostic
from netpolc.engine.dns import without_dns

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.checks.policies.checked_policies import CheckedPolicies
    from netpolc.ecosystem.model import Deployed

_PODS = """\
    - namespaceSelector:
        matchLabels:
          kubernetes.io/metadata.name: {namespace}
      podSelector:
        matchLabels:
          {key}: {value}"""


_ADDRESS = """\
    - ipBlock:
        cidr: {}"""


def check(checked: CheckedPolicies) -> Iterator[Diagnostic]:
    """Yield each namespace whose egress is isolated, at the first rule of these policies that shows it."""
    places = (*(each.location for each in checked.policies), *(each.location for each in checked.tier_policies))
    sources = {place.source for place in places if place is not None}
    of_tiers = {f"{each.kind}/{each.name}" for each in checked.tier_policies}
    for found in without_dns(checked.ruleset, checked.workloads):
        reason = found.allow_rule.reason
        advice = accepting if reason is not None and reason.policy in of_tiers else rule_for
        location = None if reason is None else reason.location
        if location is not None and location.source in sources:
            where = f"namespace `{found.namespace}`" if found.namespace else "the unnamed namespace"
            yield Diagnostic(
                code="NP605",
                severity="warning" if found.way.certain else "note",
                message=f"egress of {where} is closed, and pods that talk to others have no way to DNS",
                location=location,
                label=found.way.why_not or "these may connect, but look up no name",
                help=advice(server_for(checked.ruleset, found.way, checked.dns)),
            )


def accepting(server: Deployed) -> str:
    """Say what a cluster-wide policy has to let through to a server."""
    ports = " and ".join(f"{name.upper()} {port}" for port, _, name in map(_split, server.ports))
    labels = ", ".join(f"{key}={value}" for key, value in server.labels)
    return f"accept `{labels}` of `{server.namespace}` on {ports} before what denies it"


def rule_for(server: Deployed) -> str:
    """Write the rule that leads to a server: by one label of its pods, or by its address."""
    ports = "".join(
        f"\n    - protocol: {name.upper()}\n      port: {port}" for port, _, name in map(_split, server.ports)
    )
    if server.address is not None:
        return f"let them ask it by a rule of `egress`\n- to:\n{_ADDRESS.format(server.address)}\n  ports:{ports}"
    ((key, value),) = server.labels
    pods = _PODS.format(namespace=server.namespace, key=key, value=value)
    return f"let them ask cluster DNS in `{server.namespace}` by a rule of `egress`\n- to:\n{pods}\n  ports:{ports}"


def _split(port: str) -> tuple[str, str, str]:
    return port.partition("/")
