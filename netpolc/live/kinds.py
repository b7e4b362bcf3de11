"""The kinds of objects that are asked of a cluster, and what is kept of each: what some reader reads, and no more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Union

import msgspec

from netpolc.policy.tier_model import GROUP as TIER_GROUP

Shape = Union[bool, Mapping[str, "Shape"]]  # noqa: UP007 -- an alias that names itself is no expression of `|`
"""What is kept of a value: all of it, or of an object, and of each object in a list, some fields."""

_OWNERS: Shape = {"apiVersion": True, "kind": True, "name": True, "controller": True, "uid": False}
METADATA: Mapping[str, Shape] = {
    "name": True,
    "namespace": True,
    "generateName": True,
    "labels": True,
    "annotations": True,
    "ownerReferences": _OWNERS,
}
ANNOTATIONS = ("prometheus.io/", "k8s.v1.cni.cncf.io/", "v1.multus-cni.io/", "kubernetes.io/ingress.class")
"""How the annotations begin that are kept of objects which are no policies."""

_PORTS: Shape = {"name": True, "containerPort": True, "protocol": True}
_CONTAINER: Mapping[str, Shape] = {"name": True, "ports": _PORTS, "restartPolicy": True}
_PORT: Shape = {"port": True}
_HANDLERS: Shape = {"httpGet": _PORT, "tcpSocket": _PORT, "grpc": _PORT}
_EVIDENT: Mapping[str, Shape] = {
    **dict.fromkeys(("livenessProbe", "readinessProbe", "startupProbe"), _HANDLERS),
    "env": {"name": True, "value": True, "valueFrom": True},
    "envFrom": True,
    "command": True,
    "args": True,
}
_POD: Mapping[str, Shape] = {"hostNetwork": True, "containers": _CONTAINER, "initContainers": _CONTAINER}
_EVIDENT_CONTAINER: Shape = {**_CONTAINER, **_EVIDENT}
_EVIDENT_POD: Mapping[str, Shape] = {
    "hostNetwork": True,
    "containers": _EVIDENT_CONTAINER,
    "initContainers": _EVIDENT_CONTAINER,
    "serviceAccountName": True,
    "automountServiceAccountToken": True,
    "volumes": {"name": True, "configMap": True, "projected": True},
}


class Kind(msgspec.Struct, frozen=True):
    """A kind of objects: where it is served, and what is kept of each; `query` narrows its list.

    Of a kind that is `evidence`, only who asks for evidence hears. A kind of `core` groups is served by every cluster.
    """

    api: str
    resource: str
    name: str
    shape: Mapping[str, Shape]
    namespaced: bool = True
    query: str = ""
    core: bool = True
    evidence: bool = False

    @property
    def group(self) -> str:
        """The group of the API, empty for the first one."""
        return self.api.rpartition("/")[0]

    @property
    def rule(self) -> str:
        """The rule of a role that lets somebody list the kind, in one line of YAML."""
        return f'{{apiGroups: ["{self.group}"], resources: [{self.resource}], verbs: [list]}}'

    def path(self, namespace: str | None = None) -> str:
        """Return the path of the API that lists objects of the kind, in a namespace or everywhere."""
        root = f"/apis/{self.api}" if self.group else f"/api/{self.api}"
        return f"{root}/namespaces/{namespace}/{self.resource}" if namespace else f"{root}/{self.resource}"


def _template(pod: Mapping[str, Shape]) -> Shape:
    return {"metadata": {"labels": True, "annotations": True}, "spec": pod}


def _spec(pod: Mapping[str, Shape]) -> Mapping[str, Shape]:
    kept = ("replicas", "ordinals", "manualSelector", "completionMode", "completions", "parallelism", "selector")
    job: Shape = {"metadata": {"labels": True}, "spec": {**dict.fromkeys(kept, True), "template": _template(pod)}}
    return {"spec": {**dict.fromkeys(kept, True), "template": _template(pod), "jobTemplate": job}}


def _workload(api: str, resource: str, name: str, *, evidence: bool) -> Kind:
    return Kind(api, resource, name, _spec(_EVIDENT_POD if evidence else _POD))


def workloads(*, evidence: bool) -> tuple[Kind, ...]:
    """Return the kinds of workloads and pods, with the `evidence` of what they call, or without."""
    pod = {"spec": _EVIDENT_POD if evidence else _POD, "status": {"phase": True, "podIP": True, "podIPs": True}}
    made = (
        _workload("apps/v1", "deployments", "Deployment", evidence=evidence),
        _workload("apps/v1", "statefulsets", "StatefulSet", evidence=evidence),
        _workload("apps/v1", "daemonsets", "DaemonSet", evidence=evidence),
        _workload("apps/v1", "replicasets", "ReplicaSet", evidence=evidence),
        _workload("batch/v1", "cronjobs", "CronJob", evidence=evidence),
        _workload("batch/v1", "jobs", "Job", evidence=evidence),
        _workload("v1", "replicationcontrollers", "ReplicationController", evidence=evidence),
    )
    return (*made, Kind("v1", "pods", "Pod", pod))


_WHOLE: Mapping[str, Shape] = {"spec": True}
_NAMED: Mapping[str, Shape] = {}
_ADDRESSED: Shape = {"loadBalancer": {"ingress": {"ip": True, "hostname": True}}}

NETWORK_POLICIES = Kind("networking.k8s.io/v1", "networkpolicies", "NetworkPolicy", _WHOLE)
POLICIES = (
    NETWORK_POLICIES,
    *(
        Kind(f"{TIER_GROUP}/{version}", resource, name, _WHOLE, namespaced=False, core=False)
        for version, resource, name in (
            ("v1beta1", "clusternetworkpolicies", "ClusterNetworkPolicy"),
            ("v1alpha2", "clusternetworkpolicies", "ClusterNetworkPolicy"),
            ("v1alpha1", "adminnetworkpolicies", "AdminNetworkPolicy"),
            ("v1alpha1", "baselineadminnetworkpolicies", "BaselineAdminNetworkPolicy"),
        )
    ),
)
"""The kinds of policies that are read, of which a later version goes before an earlier one."""

NAMESPACES = Kind("v1", "namespaces", "Namespace", _NAMED, namespaced=False)
AROUND = (
    NAMESPACES,
    Kind("v1", "nodes", "Node", {"status": {"addresses": True}}, namespaced=False),
    Kind("v1", "services", "Service", {"spec": True, "status": _ADDRESSED}),
    Kind(
        "discovery.k8s.io/v1",
        "endpointslices",
        "EndpointSlice",
        {"endpoints": {"addresses": True}, "ports": True, "addressType": True},
        # What a controller makes of a Service's selector says nothing that the pods do not say.
        query="labelSelector=endpointslice.kubernetes.io%2Fmanaged-by%21%3Dendpointslice-controller.k8s.io",
    ),
    Kind("networking.k8s.io/v1", "ingresses", "Ingress", _WHOLE),
    *(
        Kind("gateway.networking.k8s.io/v1", resource, name, _WHOLE, core=False)
        for resource, name in (("gateways", "Gateway"), ("httproutes", "HTTPRoute"), ("grpcroutes", "GRPCRoute"))
    ),
    Kind("route.openshift.io/v1", "routes", "Route", _WHOLE, core=False),
)
"""The kinds of objects around workloads that count in answers."""

FOREIGN = tuple(
    Kind(f"{group}/{version}", resource, name, _NAMED, namespaced=namespaced, core=False)
    for group, version, resource, name, namespaced in (
        ("cilium.io", "v2", "ciliumnetworkpolicies", "CiliumNetworkPolicy", True),
        ("cilium.io", "v2", "ciliumclusterwidenetworkpolicies", "CiliumClusterwideNetworkPolicy", False),
        ("crd.projectcalico.org", "v1", "networkpolicies", "NetworkPolicy", True),
        ("crd.projectcalico.org", "v1", "globalnetworkpolicies", "GlobalNetworkPolicy", False),
        ("security.istio.io", "v1", "authorizationpolicies", "AuthorizationPolicy", True),
        ("k8s.ovn.org", "v1", "egressfirewalls", "EgressFirewall", True),
        ("k8s.ovn.org", "v1", "userdefinednetworks", "UserDefinedNetwork", True),
        ("k8s.ovn.org", "v1", "clusteruserdefinednetworks", "ClusterUserDefinedNetwork", False),
        ("k8s.cni.cncf.io", "v1beta1", "multi-networkpolicies", "MultiNetworkPolicy", True),
    )
)
"""The kinds beside policies that decide who reaches whom, and that answers say to be left out: names are enough."""

EVIDENCE = (
    Kind("v1", "configmaps", "ConfigMap", {"data": True}, evidence=True),
    Kind(
        "rbac.authorization.k8s.io/v1",
        "rolebindings",
        "RoleBinding",
        {"subjects": True, "roleRef": True},
        evidence=True,
    ),
    Kind(
        "rbac.authorization.k8s.io/v1",
        "clusterrolebindings",
        "ClusterRoleBinding",
        {"subjects": True, "roleRef": True},
        namespaced=False,
        evidence=True,
    ),
    Kind("rbac.authorization.k8s.io/v1", "roles", "Role", {"rules": True}, evidence=True),
    Kind(
        "rbac.authorization.k8s.io/v1", "clusterroles", "ClusterRole", {"rules": True}, namespaced=False, evidence=True
    ),
    *(
        Kind("monitoring.coreos.com/v1", resource, name, _WHOLE, core=False, evidence=True)
        for resource, name in (("servicemonitors", "ServiceMonitor"), ("podmonitors", "PodMonitor"))
    ),
    *(
        Kind(
            "admissionregistration.k8s.io/v1",
            resource,
            name,
            {"webhooks": {"name": True, "clientConfig": {"service": True}}},
            namespaced=False,
            evidence=True,
        )
        for resource, name in (
            ("mutatingwebhookconfigurations", "MutatingWebhookConfiguration"),
            ("validatingwebhookconfigurations", "ValidatingWebhookConfiguration"),
        )
    ),
)
"""The kinds of objects that show who calls whom."""


def kinds(*, evidence: bool) -> tuple[Kind, ...]:
    """Return all kinds in the order in which they are asked for: policies first, which shall be of one moment."""
    return (*POLICIES, *FOREIGN, *AROUND, *workloads(evidence=evidence), *(EVIDENCE if evidence else ()))
