"""Labels that controllers add to pods, and for how long each of them stays what it is.

A selector that asks for a uid, a hash or the name of a run is right until the next rollout or run, and silently selects
nothing from then on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping

Lifetime = Literal["object", "rollout", "run", "job", "replica", "pod", "shared"]
"""What a label's value stays the same for, or why that is no use.

- `object`: a uid; an object that is made again has another.
- `rollout`: a hash, a revision or a generation of a template.
- `run`: the name of one run of something.
- `job`: the name of a Job, which lasts if somebody wrote it.
- `replica`: lasts, and means a single pod of several.
- `pod`: an index, a node or a state, which tells nobody whose pod it is.
- `shared`: says nothing but that some tool has touched the pod.
"""

JOB_NAME = "batch.kubernetes.io/job-name"
OLD_JOB_NAME = "job-name"
JOB_NAMES = (JOB_NAME, OLD_JOB_NAME)
"""The labels of a Job's name, the one without a prefix being deprecated since Kubernetes 1.27."""

CONTROLLER_UIDS = ("batch.kubernetes.io/controller-uid", "controller-uid")
"""The labels of a Job's uid, the one without a prefix being deprecated since Kubernetes 1.27."""

COMPLETION_INDEX = "batch.kubernetes.io/job-completion-index"
"""The label of a pod's index in an Indexed Job, since Kubernetes 1.28."""

POD_NAME = "statefulset.kubernetes.io/pod-name"
POD_INDEX = "apps.kubernetes.io/pod-index"
"""The label of a pod's number in a StatefulSet, since Kubernetes 1.28."""

REVISION_HASH = "controller-revision-hash"
TEMPLATE_GENERATION = "pod-template-generation"

MACHINE_POD = ("kubevirt.io", "virt-launcher")
"""The label of every pod in which a virtual machine of KubeVirt runs."""

MACHINE_NAME = "vm.kubevirt.io/name"
"""The label of such a pod that has the name of the machine's host."""

TEMPLATE_HASH = "pod-template-hash"
ROLLOUT_HASH = "rollouts-pod-template-hash"

_WELL_KNOWN = 'kubernetes.io, "Well-Known Labels, Annotations and Taints"'
_LWS = "kubernetes-sigs/lws, api/leaderworkerset/v1/leaderworkerset_types.go"
_JOBSET = "kubernetes-sigs/jobset, api/jobset/v1alpha2/jobset_types.go"
_KNATIVE = "knative/serving, pkg/apis/serving/register.go"
_ISTIO = "istio/api, label/labels.gen.go"
_LINKERD = "linkerd/linkerd2, pkg/k8s/labels.go"
_SPARK = "apache/spark, resource-managers/kubernetes/core, Constants.scala"
_TEKTON = "tektoncd/pipeline, pkg/apis/pipeline/register.go"
_ARGO = "argoproj/argo-workflows, workflow/common/common.go"
_KUBEVIRT = "kubevirt/kubevirt, staging/src/kubevirt.io/api/core/v1/types.go"


class AddedLabel(msgspec.Struct, frozen=True):
    """A label that a controller adds; one that people use, too, counts only where one of some is `beside` it."""

    key: str
    lifetime: Lifetime
    source: str
    beside: tuple[str, ...] = ()


class MadeFrom(msgspec.Struct, frozen=True):
    """The kind of an owner of pods that a maker names `<its own name>-<hash>`, and the label that has the hash."""

    kind: str
    maker: str
    hash_key: str
    source: str


MADE_FROM = (
    MadeFrom("ReplicaSet", "Deployment", TEMPLATE_HASH, "pkg/controller/deployment/sync.go, getNewReplicaSet"),
    MadeFrom("ReplicaSet", "Rollout", ROLLOUT_HASH, "argoproj/argo-rollouts, rollout/sync.go, createDesiredReplicaSet"),
)
"""The controllers that can be told from the pods of what they made."""

OF_KUBERNETES = (
    AddedLabel(POD_INDEX, "pod", _WELL_KNOWN),
    AddedLabel(CONTROLLER_UIDS[0], "object", _WELL_KNOWN),
    AddedLabel(COMPLETION_INDEX, "pod", _WELL_KNOWN),
    AddedLabel(JOB_NAME, "job", _WELL_KNOWN),
    AddedLabel(REVISION_HASH, "rollout", "kubernetes/api, apps/v1, ControllerRevisionHashLabelKey"),
    AddedLabel(CONTROLLER_UIDS[1], "object", _WELL_KNOWN),
    AddedLabel(OLD_JOB_NAME, "job", _WELL_KNOWN),
    AddedLabel(TEMPLATE_GENERATION, "rollout", "kubernetes/api, apps/v1, DeprecatedTemplateGeneration"),
    AddedLabel(TEMPLATE_HASH, "rollout", 'kubernetes.io, "Deployments", "Pod-template-hash label"'),
    AddedLabel(POD_NAME, "replica", _WELL_KNOWN),
)
"""What the controllers of Kubernetes add."""

OF_OTHERS = (
    # The admission plugin PodTopologyLabels copies these from the node.
    AddedLabel("topology.kubernetes.io/region", "pod", _WELL_KNOWN),
    AddedLabel("topology.kubernetes.io/zone", "pod", _WELL_KNOWN),
    AddedLabel(ROLLOUT_HASH, "rollout", "argoproj/argo-rollouts, pkg/apis/rollouts/v1alpha1/types.go"),
    AddedLabel("workflows.argoproj.io/completed", "pod", _ARGO),
    AddedLabel("workflows.argoproj.io/workflow", "run", _ARGO),
    AddedLabel("tekton.dev/pipelineRun", "run", _TEKTON),
    AddedLabel("tekton.dev/pipelineRunUID", "object", _TEKTON),
    AddedLabel("tekton.dev/taskRun", "run", _TEKTON),
    AddedLabel("tekton.dev/taskRunUID", "object", _TEKTON),
    AddedLabel("tekton.dev/memberOf", "shared", _TEKTON),
    AddedLabel("leaderworkerset.sigs.k8s.io/group-index", "pod", _LWS),
    AddedLabel("leaderworkerset.sigs.k8s.io/group-key", "replica", _LWS),
    AddedLabel("leaderworkerset.sigs.k8s.io/subgroup-index", "pod", _LWS),
    AddedLabel("leaderworkerset.sigs.k8s.io/subgroup-key", "replica", _LWS),
    AddedLabel("leaderworkerset.sigs.k8s.io/template-revision-hash", "rollout", _LWS),
    AddedLabel("leaderworkerset.sigs.k8s.io/worker-index", "pod", _LWS),
    AddedLabel("jobset.sigs.k8s.io/job-global-index", "pod", _JOBSET),
    AddedLabel("jobset.sigs.k8s.io/job-index", "pod", _JOBSET),
    AddedLabel("jobset.sigs.k8s.io/job-key", "replica", _JOBSET),
    AddedLabel("jobset.sigs.k8s.io/jobset-uid", "object", _JOBSET),
    AddedLabel("jobset.sigs.k8s.io/global-replicas", "pod", _JOBSET),
    AddedLabel("jobset.sigs.k8s.io/replicatedjob-replicas", "pod", _JOBSET),
    AddedLabel("jobset.sigs.k8s.io/restart-attempt", "pod", _JOBSET),
    AddedLabel("serving.knative.dev/configurationGeneration", "rollout", _KNATIVE),
    AddedLabel("serving.knative.dev/configurationUID", "object", _KNATIVE),
    AddedLabel("serving.knative.dev/revision", "rollout", _KNATIVE),
    AddedLabel("serving.knative.dev/revisionUID", "object", _KNATIVE),
    AddedLabel("serving.knative.dev/serviceUID", "object", _KNATIVE),
    # Knative calls pods after their revision.
    AddedLabel(
        "app", "rollout", "knative/serving, pkg/reconciler/revision/resources", ("serving.knative.dev/revision",)
    ),
    # A DeploymentConfig calls pods after their ReplicationController, which has another number with each rollout.
    AddedLabel("deployment", "rollout", "openshift/api, apps/v1, DeploymentLabel", ("deploymentconfig",)),
    AddedLabel("spark-app-selector", "run", _SPARK),
    AddedLabel("spark-exec-id", "pod", _SPARK),
    AddedLabel("spark-exec-inactive", "pod", _SPARK),
    AddedLabel("spark-exec-resourceprofile-id", "pod", _SPARK),
    AddedLabel("sparkoperator.k8s.io/submission-id", "run", "kubeflow/spark-operator, pkg/common/spark.go"),
    AddedLabel(MACHINE_POD[0], "shared", _KUBEVIRT, ("kubevirt.io/created-by", MACHINE_NAME)),
    AddedLabel("kubevirt.io/created-by", "object", _KUBEVIRT),
    AddedLabel("kubevirt.io/migrationJobUID", "run", _KUBEVIRT),
    AddedLabel("kubevirt.io/nodeName", "pod", _KUBEVIRT),
    AddedLabel("cnpg.io/instanceName", "replica", 'cloudnative-pg.io, "Labels and Annotations"'),
    AddedLabel("cnpg.io/instanceRole", "pod", 'cloudnative-pg.io, "Labels and Annotations"'),
    AddedLabel("spilo-role", "pod", "zalando/postgres-operator, docs/reference/operator_parameters.md, pod_role_label"),
    AddedLabel("strimzi.io/pod-name", "replica", "strimzi/strimzi-kafka-operator, api, ResourceLabels.java"),
    AddedLabel("istio.io/rev", "shared", _ISTIO),
    AddedLabel("security.istio.io/tlsMode", "shared", _ISTIO),
    AddedLabel("service.istio.io/canonical-revision", "shared", _ISTIO),
    AddedLabel("topology.istio.io/network", "shared", _ISTIO),
    AddedLabel("linkerd.io/control-plane-ns", "shared", _LINKERD),
    AddedLabel("linkerd.io/proxy-job", "run", _LINKERD),
    AddedLabel("linkerd.io/proxy-replicaset", "rollout", _LINKERD),
    AddedLabel("linkerd.io/workload-ns", "shared", _LINKERD),
)
"""What admission plugins, operators and meshes add."""

ADDED_LABELS = (*OF_KUBERNETES, *OF_OTHERS)
KUBERNETES_KEYS = frozenset(each.key for each in OF_KUBERNETES)

CANONICAL_NAME = "service.istio.io/canonical-name"
"""What Istio calls a pod after its other labels (istio/istio, pkg/kube/inject/inject.go): it lasts as these do."""

UNSEEN_KEYS = frozenset((*(each.key for each in ADDED_LABELS if not each.beside), CANONICAL_NAME))
"""The keys of labels that pods may have though no manifest shows them."""

_BY_KEY = {each.key: each for each in ADDED_LABELS}
_CHOSEN = frozenset((None, "job", "replica"))


def lifetime(key: str, labels: Mapping[str, str]) -> Lifetime | None:
    """Return what a label of a pod, among all of its labels, stays the same for; None where a person gave it."""
    added = _BY_KEY.get(key)
    if added is None or (added.beside and labels.keys().isdisjoint(added.beside)):
        return None
    return added.lifetime


def without_added(labels: Mapping[str, str]) -> dict[str, str]:
    """Return the labels of a pod that no controller added."""
    return {key: value for key, value in labels.items() if lifetime(key, labels) is None}


def lasting_selector(selector: Mapping[str, str]) -> dict[str, str]:
    """Return what somebody selects pods by, without the labels by which that selects others with the next rollout."""
    return {key: value for key, value in selector.items() if lifetime(key, selector) in _CHOSEN}
