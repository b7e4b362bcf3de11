import json

from netpolc.manifests.combining import combine
from netpolc.manifests.lasting_labels import lasting_labels
from netpolc.manifests.reading import read_manifests
from netpolc.source import Source
from tests.rows import each_row

UIDS = {"controller-uid": "5b0c", "batch.kubernetes.io/controller-uid": "5b0c"}


def job_names(name):
    return {"job-name": name, "batch.kubernetes.io/job-name": name}


def owned_by(kind, name):
    return {"ownerReferences": [{"kind": kind, "name": name, "controller": True}]}


def made(kind, name, labels=None, **metadata):
    """An object, `labels` being those of its pods."""
    metadata = {"namespace": "shop", **({"name": name} if name else {}), **metadata}
    spec = {"containers": [{"name": "c", "image": "x"}]}
    if kind == "Pod":
        return {"apiVersion": "v1", "kind": kind, "metadata": {**metadata, "labels": labels or {}}, "spec": spec}
    api = "batch/v1" if "Job" in kind else "apps/v1"
    template = {"template": {"metadata": {"labels": labels or {}}, "spec": spec}}
    held = {"jobTemplate": {"spec": template}} if kind == "CronJob" else template
    return {"apiVersion": api, "kind": kind, "metadata": metadata, "spec": held}


def lasting(*documents):
    text = "\n---\n".join(map(json.dumps, documents))
    return [lasting_labels(one) for one in combine([read_manifests(Source("x.yaml", text))]).workloads]


BACKUP = {"batch.kubernetes.io/job-name": "backup"}


@each_row(
    "documents, expected",
    [
        # A Job as it is written, and as a cluster has it, with its uid in the template.
        ([made("Job", "backup")], [BACKUP]),
        ([made("Job", "backup", UIDS | job_names("backup"))], [BACKUP]),
        ([made("Job", "backup", {"app": "backup"})], [{"app": "backup"} | BACKUP]),
        ([made("Job", "backup-29012345")], [{"batch.kubernetes.io/job-name": "backup-29012345"}]),
        # A Job that somebody or something makes anew, under another name.
        ([made("Job", None, generateName="backup-")], [{}]),
        ([made("Job", "backup-abcde", UIDS, generateName="backup-")], [{}]),
        ([made("Job", "backup-29012345", **owned_by("CronJob", "backup"))], [{}]),
        ([made("Job", "backup-29012345", {"app": "b"}, **owned_by("CronJob", "backup"))], [{"app": "b"}]),
        (
            [made("Job", "set-0", **owned_by("JobSet", "set"))],
            [{"batch.kubernetes.io/job-name": "set-0"}],
        ),
        # Pods alone: only names say whose they are.
        ([made("Pod", "backup-x7k2p", UIDS | job_names("backup"), **owned_by("Job", "backup"))], [BACKUP]),
        ([made("Pod", "backup-x7k2p", {"job-name": "backup"})], [{"job-name": "backup"}]),
        ([made("Pod", f"backup-{n}", UIDS | job_names("backup")) for n in "ab"], [BACKUP, BACKUP]),
        ([made("Pod", "x", UIDS | job_names("backup-29012345"))], [{}]),
        ([made("Pod", "x", UIDS | job_names("backup-x7k2p"))], [{}]),
        ([made("Pod", "web-5d4f-x7k2p", {"app": "web", "pod-template-hash": "5d4f"})], [{"app": "web"}]),
        ([made("Pod", "web-5d4f-x7k2p", {"pod-template-hash": "5d4f"})], [{}]),
        # A pod of a CronJob's Job is the CronJob's where that is there.
        (
            [
                made("CronJob", "backup", {"app": "backup"}),
                made("Job", "backup-29012345", {"app": "backup"}, **owned_by("CronJob", "backup")),
                made("Pod", "backup-29012345-x7k2p", UIDS, **owned_by("Job", "backup-29012345")),
            ],
            [{"app": "backup"}],
        ),
        # What charts change counts where there is nothing else.
        ([made("Deployment", "web", {"app": "web", "version": "1", "chart": "web-1"})], [{"app": "web"}]),
        ([made("Deployment", "web", {"version": "1"})], [{"version": "1"}]),
        ([made("Deployment", "web")], [{}]),
    ],
)
def test_the_labels_that_last(documents, expected):
    assert lasting(*documents) == expected
