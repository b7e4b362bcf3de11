"""A package of somebody else that knows netpolc by its wheel alone: typed strictly, and run."""

from __future__ import annotations

import datetime

import netpolc

PROGRAM = {"shop.netpol": "baseline deny all\nnamespace shop\nwebapp -> database:5432\n"}
MANIFESTS = {
    "web.yaml": """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: webapp, namespace: shop}
spec: {template: {metadata: {labels: {app: webapp}}, spec: {containers: [{name: main}]}}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: webapp, namespace: shop}
spec: {podSelector: {matchLabels: {app: webapp}}, policyTypes: [Ingress]}
"""
}


def answers(where: netpolc.Workspace) -> list[bool]:
    """Call everything, by the types that it is documented to take and to give."""
    built: netpolc.Result = netpolc.compile(where, layout="namespace")
    found: netpolc.Checked = netpolc.check(where, today=datetime.date(2026, 1, 1))
    formatted: netpolc.Formatted = netpolc.format(PROGRAM["shop.netpol"])
    page: netpolc.Page = netpolc.explain("NP301")
    relation: netpolc.Relation = netpolc.reach(where, hypothetical=False)
    verdict: netpolc.Verdict = netpolc.can(where, "shop/webapp", "shop/database:5432")
    change: netpolc.Difference = netpolc.diff(where, {})
    imported: netpolc.Imported = netpolc.import_policies(MANIFESTS)
    suggested: netpolc.Suggested = netpolc.suggest(MANIFESTS, namespace="shop")
    names: list[str] = [policy.name for policy in built.policies]
    lines: list[int] = [rule.source.line for rule in verdict.answer.ingress.rules if rule.source is not None]
    try:
        netpolc.can(where, "nobody at all", "x:1")
    except netpolc.UsageError as error:
        message: str = error.message
    wrong: tuple[netpolc.Diagnostic, ...] = netpolc.compile({"a.netpol": "a -> b"}).diagnostics
    return [
        built.ok and names == ["default-deny", "database", "webapp"],
        found.ok,
        formatted.changed and not formatted.diagnostics,
        page.code.name == "missing-port",
        all(each.source.id and each.ports for each in relation.connections),
        verdict.allowed and lines == [3],
        change.review.widened > 0 and change.empty == ("new",),
        "imported.netpol" in imported.files,
        "suggested.netpol" in suggested.files,
        bool(message),
        [each.code for each in wrong] == ["NP301"],
    ]


if __name__ == "__main__":
    said = answers(netpolc.workspace(PROGRAM))
    if not all(said):
        raise SystemExit(f"an answer is wrong: {said}")
