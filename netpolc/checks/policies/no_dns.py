"""NP605: pods that may open connections to other pods, and have no way to ask where these are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.diagnostics.model import Diagnostic
from netpolc.engine.dns import without_dns

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netpolc.engine.model import RuleSet
    from netpolc.policy.model import Policy

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


def check(policies: Sequence[Policy], ruleset: RuleSet) -> Iterator[Diagnostic]:
    """Each namespace whose egress is closed, at the first rule of these policies that shows it."""
    sources = {policy.location.source for policy in policies if policy.location is not None}
    for name, allow_rule in without_dns(ruleset):
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
