"""Kinds beside policies that decide who reaches whom: networks that keep pods apart, and firewalls of plugins."""

from __future__ import annotations

import msgspec

_OVN = "ovn-kubernetes.io, API reference"
_KUBE_OVN = "kubeovn/kube-ovn, pkg/apis/kubeovn/v1"


class IsolatingKind(msgspec.Struct, frozen=True):
    """A kind, and what objects of it do, as the beginning of a sentence."""

    group: str
    kind: str
    does: str
    source: str


ISOLATING_KINDS = (
    IsolatingKind("k8s.ovn.org", "UserDefinedNetwork", "a primary network keeps its pods apart from all others", _OVN),
    IsolatingKind(
        "k8s.ovn.org", "ClusterUserDefinedNetwork", "a primary network keeps its pods apart from all others", _OVN
    ),
    IsolatingKind("k8s.ovn.org", "EgressFirewall", "it closes connections to addresses outside of the cluster", _OVN),
    IsolatingKind("network.openshift.io", "NetNamespace", "it keeps namespaces apart", "openshift/api, network/v1"),
    IsolatingKind("kubeovn.io", "Vpc", "it keeps its namespaces apart from all others", _KUBE_OVN),
    IsolatingKind("kubeovn.io", "Subnet", "a private one keeps its pods apart from all others", _KUBE_OVN),
    IsolatingKind("kubeovn.io", "SecurityGroup", "it closes connections of its pods", _KUBE_OVN),
    IsolatingKind(
        "vpcresources.k8s.aws",
        "SecurityGroupPolicy",
        "security groups close connections of the pods that it selects",
        "aws/amazon-vpc-resource-controller-k8s, apis/vpcresources/v1beta1",
    ),
)

POLICY_KINDS = ("NetworkPolicy", "AuthorizationPolicy")
"""How the kinds of policies of network plugins and meshes end."""

NETWORK_KEYS = ("k8s.v1.cni.cncf.io/networks", "v1.multus-cni.io/default-network")
"""Annotations by which pods get networks of NetworkAttachmentDefinitions (k8snetworkplumbingwg/multus-cni)."""

_BY_NAME = {(each.group, each.kind): each for each in ISOLATING_KINDS}


def isolating_kind(group: str, kind: str) -> IsolatingKind | None:
    """Return what is known of a kind that decides who reaches whom; None of any other."""
    return _BY_NAME.get((group, kind))
