import pytest

from netpolc.manifests.reading import read_manifests
from netpolc.source import Source

TEMPLATE = "{metadata: {labels: {app: web}}, spec: {containers: [{name: c}]}}"
JOB_NAMES = ("batch.kubernetes.io/job-name", "job-name")
UIDS = ("batch.kubernetes.io/controller-uid", "controller-uid")


def workload(kind, spec="", metadata="name: x", template=TEMPLATE):
    api = "batch/v1" if kind in ("Job", "CronJob") else "apps/v1"
    written = f"{{spec: {{{spec} template: {template}}}}}" if kind == "CronJob" else None
    body = f"jobTemplate: {written}" if written else f"{spec} template: {template}"
    text = f"apiVersion: {api}\nkind: {kind}\nmetadata: {{{metadata}}}\nspec: {{{body}}}\n"
    manifests = read_manifests(Source("x.yaml", text))
    assert not manifests.diagnostics
    (one,) = manifests.workloads
    return one


def varying(one):
    return {each.key: (each.prefix, each.first) for each in one.varying}


UNKNOWN = (None, 0)


def test_pods_of_a_stateful_set_are_numbered():
    assert varying(workload("StatefulSet")) == {
        "statefulset.kubernetes.io/pod-name": ("x-", 0),
        "apps.kubernetes.io/pod-index": ("", 0),
        "controller-revision-hash": UNKNOWN,
    }
    later = varying(workload("StatefulSet", "ordinals: {start: 5},"))
    assert later["statefulset.kubernetes.io/pod-name"] == ("x-", 5)
    assert later["apps.kubernetes.io/pod-index"] == ("", 5)
    assert (
        varying(workload("StatefulSet", metadata="generateName: x-"))["statefulset.kubernetes.io/pod-name"] == UNKNOWN
    )


def test_jobs_are_known_by_their_names():
    one = workload("Job")
    assert one.labels == {"app": "web", **dict.fromkeys(JOB_NAMES, "x")}
    assert varying(one) == dict.fromkeys(UIDS, UNKNOWN)
    for made in (workload("Job", metadata="generateName: x-"), workload("CronJob")):
        assert made.labels == {"app": "web"}
        assert varying(made) == dict.fromkeys((*JOB_NAMES, *UIDS), UNKNOWN)


@pytest.mark.parametrize("kind", ["Job", "CronJob"])
def test_pods_of_an_indexed_job_are_numbered(kind):
    indexed = varying(workload(kind, "completionMode: Indexed,"))
    assert indexed["batch.kubernetes.io/job-completion-index"] == ("", 0)
    assert "batch.kubernetes.io/job-completion-index" not in varying(workload(kind, "completionMode: NonIndexed,"))


def test_a_job_that_has_its_own_selector_is_given_nothing_but_numbers():
    one = workload("Job", "manualSelector: true, completionMode: Indexed,")
    assert one.labels == {"app": "web"}
    assert varying(one) == {"batch.kubernetes.io/job-completion-index": ("", 0)}


def test_a_job_of_a_cluster_shows_its_uid():
    labels = ", ".join(f"{key}: abc" for key in UIDS)
    one = workload("Job", template=TEMPLATE.replace("app: web", labels))
    assert one.labels["controller-uid"] == "abc"
    assert one.varying == ()


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("Deployment", {"pod-template-hash": UNKNOWN}),
        ("DaemonSet", {"controller-revision-hash": UNKNOWN, "pod-template-generation": ("", 1)}),
        ("ReplicaSet", {}),
    ],
)
def test_hashes_are_there_whatever_they_are(kind, given):
    assert varying(workload(kind)) == given


def test_what_a_controller_gives_replaces_what_the_template_says():
    template = TEMPLATE.replace("app: web", "app: web, pod-template-hash: mine")
    assert workload("Deployment", template=template).labels == {"app": "web"}
    assert workload("ReplicaSet", template=template).labels == {"app": "web", "pod-template-hash": "mine"}
