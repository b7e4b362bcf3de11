"""NP605: pods that may open connections to other pods, and have no way to ask where these are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.diagnostics.model import Diagnostic
from netpolc.engine.dns import without_dns

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.checks.policies.checked_policies import CheckedPolicies

RULE = """\
let them ask cluster DNS in `kube-system` by a rule of `egress`
- to:
    - namespaceSelector:
        matchLabels:
          kubernetes.io/metadata.name: kube-system
      podSelector:
        matchLabels:
          k8s-app: kube-dns
  ports:
    - protocol: UDP
      port: 53
    - protocol: TCP
      port: 53"""


def check(checked: CheckedPolicies) -> Iterator[Diagnostic]:
    """Yield each namespace whose egress is isolated, at the first rule of these policies that shows it."""
    sources = {policy.location.source for policy in checked.policies if policy.location is not None}
    for name, allow_rule in without_dns(checked.ruleset):
        location = None if allow_rule.reason is None else allow_rule.reason.location
        if location is not None and location.source in sources:
            where = f"namespace `{name}`" if name else "the unnamed namespace"
            yield Diagnostic(
                code="NP605",
                severity="warning",
                message=f"egress of {where} is closed, and pods that talk to others have no way to DNS",
                location=location,
                label="these may connect, but look up no name",
                help=RULE,
            )
