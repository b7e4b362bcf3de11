from netpolc.manifests.combining import combine
from netpolc.manifests.model import Owner
from netpolc.manifests.namespace_default import in_namespace
from netpolc.manifests.reading import read_manifests
from netpolc.source import Source
from tests.rows import each_row


def workload(kind, name, owner=None, labels="app: web", namespace="shop", ip=""):
    owners = "" if owner is None else f", ownerReferences: [{{controller: true, kind: {owner[0]}, name: {owner[1]}}}]"
    api = "v1" if kind == "Pod" else "apps/v1" if kind != "Job" else "batch/v1"
    template = "spec: {}" if kind == "Pod" else f"spec: {{template: {{metadata: {{labels: {{{labels}}}}}}}}}"
    return (
        f"apiVersion: {api}\nkind: {kind}\n"
        f"metadata: {{name: {name}, namespace: {namespace}, labels: {{{labels}}}{owners}}}\n"
        f"{template}\nstatus: {{podIP: '{ip}'}}"
    )


def combined(*documents):
    return combine([read_manifests(Source("a.yaml", "\n---\n".join(documents)))])


def kept(*documents):
    return [(one.kind, one.name, one.addresses) for one in combined(*documents).workloads]


def owners(*documents):
    return [one.owner for one in combined(*documents).workloads]


def test_what_is_owned_is_its_owner():
    assert kept(
        workload("Pod", "web-1-a", ("ReplicaSet", "web-1"), ip="10.0.0.1"),
        workload("ReplicaSet", "web-1", ("Deployment", "web")),
        workload("Deployment", "web"),
        workload("Pod", "web-1-b", ("ReplicaSet", "web-1"), ip="10.0.0.2"),
    ) == [("Deployment", "web", ("10.0.0.1", "10.0.0.2"))]


def test_a_pod_whose_owner_is_elsewhere_stands_for_itself():
    pod = workload("Pod", "web-1-a", ("ReplicaSet", "web-1"), ip="10.0.0.1")
    assert kept(pod) == [("Pod", "web-1-a", ("10.0.0.1",))]
    assert kept(pod, workload("Deployment", "web", namespace="data"))[0][0] == "Pod"
    assert kept(pod, workload("Deployment", "web"))[0][0] == "Pod"


def test_a_deployment_is_known_by_the_hash_of_its_pods():
    pod = workload("Pod", "web-5d8f-a", ("ReplicaSet", "web-5d8f"), "app: web, pod-template-hash: 5d8f", ip="10.0.0.1")
    assert kept(pod, workload("Deployment", "web")) == [("Deployment", "web", ("10.0.0.1",))]
    assert kept(pod, workload("Deployment", "web-5d8f"))[0][0] == "Pod"


def test_owners_that_own_each_other_are_no_trouble():
    found = kept(
        workload("ReplicaSet", "a", ("ReplicaSet", "b")),
        workload("ReplicaSet", "b", ("ReplicaSet", "a")),
        workload("ReplicaSet", "c", ("ReplicaSet", "c")),
        workload("Pod", "d", ("ReplicaSet", "a"), ip="10.0.0.1"),
    )
    assert [name for _, name, _ in found if name != "d"] == ["a", "b", "c"]


HASH = "app: web, pod-template-hash: 5d8f"


@each_row(
    "owner, labels, outermost",
    [
        (("ReplicaSet", "web-5d8f"), HASH, Owner("Deployment", "web")),
        (("ReplicaSet", "web-5d8f-5d8f"), HASH, Owner("Deployment", "web-5d8f")),
        (("ReplicaSet", "web-5d8f"), "rollouts-pod-template-hash: 5d8f", Owner("Rollout", "web")),
        (("ReplicaSet", "web-1"), HASH, Owner("ReplicaSet", "web-1")),
        (("ReplicaSet", "web5d8f"), HASH, Owner("ReplicaSet", "web5d8f")),
        (("ReplicaSet", "web-"), "pod-template-hash: ''", Owner("ReplicaSet", "web-")),
        (("ReplicaSet", "web-1"), "app: web", Owner("ReplicaSet", "web-1")),
        (("StatefulSet", "web-5d8f"), HASH, Owner("StatefulSet", "web-5d8f")),
        (("DaemonSet", "agent"), "controller-revision-hash: 5d8f", Owner("DaemonSet", "agent")),
        (("ReplicationController", "web"), "app: web", Owner("ReplicationController", "web")),
        (("Job", "backup-28"), "job-name: backup-28", Owner("Job", "backup-28")),
        (("Kafka", "main"), "app: web", Owner("Kafka", "main")),
        (("Node", "worker-1"), "app: web", None),
        (None, HASH, None),
    ],
)
def test_a_pod_names_the_outermost_controller_that_is_known(owner, labels, outermost):
    assert owners(workload("Pod", "x", owner, labels)) == [outermost]


def test_controllers_among_the_manifests_name_their_own():
    pods = [workload("Pod", f"web-5d8f-{n}", ("ReplicaSet", "web-5d8f"), HASH, ip=f"10.0.0.{n}") for n in (1, 2)]
    found = combined(*pods, workload("ReplicaSet", "web-5d8f", ("Deployment", "shop-web"), HASH)).workloads
    assert [(one.kind, one.owner, len(one.addresses)) for one in found] == [
        ("ReplicaSet", Owner("Deployment", "shop-web"), 2)
    ]
    job = [workload("Pod", "backup-28-x", ("Job", "backup-28")), workload("Job", "backup-28", ("CronJob", "backup"))]
    assert owners(*job) == [Owner("CronJob", "backup")]


def test_a_controller_may_come_later():
    pod = combined(workload("Pod", "x", ("ReplicaSet", "web-5d8f"), HASH, ip="10.0.0.1"))
    for later in (("ReplicaSet", "web-5d8f", ("Deployment", "web"), HASH), ("Deployment", "web")):
        (one,) = combine([pod, combined(workload(*later))]).workloads
        assert (one.kind, one.addresses) == (later[0], ("10.0.0.1",))


def test_pods_of_a_rollout_are_the_rollout():
    rollout = (
        "apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: web, namespace: shop}\n"
        "spec: {template: {spec: {containers: []}}}"
    )
    pod = workload("Pod", "x", ("ReplicaSet", "web-5d8f"), "rollouts-pod-template-hash: 5d8f", ip="10.0.0.1")
    assert kept(pod, rollout) == [("Rollout", "web", ("10.0.0.1",))]


def test_what_gets_a_namespace_keeps_its_owner_or_finds_it():
    pod = workload("Pod", "x", ("ReplicaSet", "web-5d8f"), HASH, "~", ip="10.0.0.1")
    assert [one.owner for one in in_namespace(combined(pod), "shop").workloads] == [Owner("Deployment", "web")]
    both = in_namespace(combined(pod, workload("Deployment", "web")), "shop").workloads
    assert [(one.kind, one.addresses) for one in both] == [("Deployment", ("10.0.0.1",))]


@each_row(
    "owners",
    [
        "{controller: true, kind: ReplicaSet, name: web-1}",
        "nonsense",
        "~",
        "[~, nonsense, [], 1]",
        "[{controller: 'true', kind: ReplicaSet, name: web-1}]",
        "[{controller: true, kind: [ReplicaSet], name: web-1}]",
        "[{controller: true, kind: ReplicaSet, name: 5}]",
        "[{controller: true, name: web-1}, {controller: true, kind: ReplicaSet}]",
        "[{kind: ReplicaSet, name: web-1}]",
    ],
)
def test_references_that_are_no_controllers_are_left_out_in_silence(owners):
    text = f"apiVersion: v1\nkind: Pod\nmetadata: {{name: x, ownerReferences: {owners}}}\nspec: {{}}"
    manifests = read_manifests(Source("a.yaml", text))
    assert [one.owner for one in manifests.workloads] == [None]
    assert not manifests.diagnostics


def test_pods_that_run_with_other_labels_are_kept_apart():
    texts = (
        workload("Pod", "a", ("ReplicaSet", "web-1"), "app: web, pod-template-hash: '1'", ip="10.0.0.1"),
        workload("Pod", "b", ("ReplicaSet", "web-1"), "app: web, tier: x, pod-template-hash: '1'", ip="10.0.0.2"),
        workload("Pod", "c", ("ReplicaSet", "web-1"), "pod-template-hash: '1'"),
        workload("ReplicaSet", "web-1", ("Deployment", "web"), "tier: y"),
        workload("Deployment", "web"),
    )
    (found,) = combined(*texts).workloads
    assert [(each.name, each.addresses) for each in found.apart] == [("b", ("10.0.0.2",)), ("c", ())]
