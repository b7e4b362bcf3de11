"""Kinds of which a controller makes NetworkPolicies, and where such an object says so."""

from __future__ import annotations

from typing import Literal

import msgspec

How = Literal["field", "text", "propagated"]


class PolicyMaker(msgspec.Struct, frozen=True):
    """A kind, and the field of its `spec` that makes NetworkPolicies.

    As a `field`, whatever stands there does. As a `text`, it does if it speaks of them, be it as a template or as an
    expression. What is `propagated` lists resources that are copied into other namespaces.
    """

    group: str
    kind: str
    field: str
    how: How
    source: str


_KYVERNO = "kyverno.io, documentation, writing policies, generate"
_KYVERNO_CEL = "kyverno.io, documentation, policy types, GeneratingPolicy"
_REDHAT_COP = "redhat-cop/namespace-configuration-operator, README"

POLICY_MAKERS = (
    PolicyMaker("kyverno.io", "ClusterPolicy", "generate", "text", _KYVERNO),
    PolicyMaker("kyverno.io", "Policy", "generate", "text", _KYVERNO),
    PolicyMaker("policies.kyverno.io", "GeneratingPolicy", "spec", "text", _KYVERNO_CEL),
    PolicyMaker("policies.kyverno.io", "NamespacedGeneratingPolicy", "spec", "text", _KYVERNO_CEL),
    PolicyMaker("redhatcop.redhat.io", "NamespaceConfig", "templates", "text", _REDHAT_COP),
    PolicyMaker("redhatcop.redhat.io", "GroupConfig", "templates", "text", _REDHAT_COP),
    PolicyMaker("redhatcop.redhat.io", "UserConfig", "templates", "text", _REDHAT_COP),
    PolicyMaker("capsule.clastix.io", "Tenant", "networkPolicies", "field", "projectcapsule/capsule, api/v1beta2"),
    PolicyMaker(
        "hnc.x-k8s.io", "HNCConfiguration", "resources", "propagated", "kubernetes-sigs/hierarchical-namespaces"
    ),
)

_BY_NAME = {(each.group, each.kind): each for each in POLICY_MAKERS}


def policy_maker(group: str, kind: str) -> PolicyMaker | None:
    """Return what is known of a kind that may make NetworkPolicies; None of any other."""
    return _BY_NAME.get((group, kind))
