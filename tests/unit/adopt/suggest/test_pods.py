import pytest

from netpolc.adopt.suggest.pods import People, names_of
from netpolc.engine import words
from tests.rows import each_row
from tests.unit.adopt.suggest.world import manifests, pod, workload


def people(*labels, name=None):
    documents = [workload(name or f"w{number}", labels=each) for number, each in enumerate(labels)]
    found = manifests(*documents).workloads
    return People(found), found


@each_row(
    "labels, expected",
    [
        ([{"app": "a"}, {"app": "b"}], ["app=a", "app=b"]),
        ([{"app": "a", "version": "1"}, {"app": "b"}], ["app=a", "app=b"]),
        ([{"app": "a", "tier": "web"}, {"app": "a", "tier": "db"}], ["app=a, tier=web", "app=a, tier=db"]),
        ([{"app": "a"}, {"app": "a", "tier": "db"}], ["app=a, !tier", "app=a, tier=db"]),
        ([{"app": "a"}, {"app": "a"}], ["app=a", "app=a"]),
        ([{"z": "1", "component": "x"}, {"z": "1", "component": "y"}], ["component=x", "component=y"]),
        ([{"controller-uid": "1", "job-name": "x"}], ["job-name=x"]),
        ([{"app": "a", "job-name": "x"}, {"app": "b"}], ["app=a", "app=b"]),
        ([{"helm.sh/chart": "a-1"}], ["helm.sh/chart=a-1"]),
        ([{"app": "a"}, {"app": "a", "pod-template-hash": "1", "x": "y"}], ["app=a, !x", "app=a, x=y"]),
        ([{"app": "a", "version": "1"}, {"app": "a", "version": "2"}], ["app=a", "app=a"]),
        ([{"app": "a", "app.kubernetes.io/instance": "x"}], ["app=a, app.kubernetes.io/instance=x"]),
        ([{"app": "a", "release": "x", "heritage": "Helm"}], ["app=a, release=x"]),
        ([{"app": "a", "release": "stable"}], ["app=a"]),
    ],
)
def test_the_fewest_labels_that_tell_pods_apart(labels, expected):
    known, workloads = people(*labels)
    found = [known.pods(one).selector for one in workloads]
    assert [words.selector(each).strip("[]") for each in found] == expected
    for selector, one in zip(found, workloads, strict=True):
        assert selector.matches(one.labels)


@each_row(
    "labels, key",
    [
        ([{"app": "a"}], "app"),
        ([{"app.kubernetes.io/name": "a"}], "app.kubernetes.io/name"),
        ([{"app": "a", "k8s-app": "x"}, {"app": "b"}, {"k8s-app": "c"}], "app"),
        ([{"app": "a", "name": "x"}, {"app": "a", "name": "y"}], "name"),
        ([{"k8s-app": "a.b"}], "app"),
        ([{"colour": "blue"}], "app"),
    ],
)
def test_the_label_behind_names_is_the_one_that_names_most(labels, key):
    assert people(*labels)[0].key == key


def test_nobody_selects_what_has_no_labels_or_is_on_its_node():
    found = manifests(workload("a", labels={}), workload("b", hostNetwork=True), workload("c")).workloads
    known = People(found)
    assert [known.pods(one) is None for one in found] == [True, True, False]
    assert [one.name for one in known.behind("shop", {"app": "c"})] == ["c"]
    assert known.behind("shop", {"app": "b"}) == known.behind("data", {"app": "c"}) == known.behind("shop", {}) == []


def test_jobs_are_not_those_who_are_called():
    found = manifests(workload("prometheus"), workload("setup", kind="Job", labels={"app": "prometheus"}))
    assert [labels for labels, _ in People(found.workloads).staying()] == [{"app": "prometheus"}]


def test_names_are_those_of_workloads_but_for_what_others_are_called():
    labels = {"web.v1": {"app": "shop", "tier": "a"}, "web-v1": {"app": "shop", "tier": "b"}, "x": {"app": "web-v1"}}
    found = manifests(*(workload(name, labels=each) for name, each in labels.items())).workloads
    known = People(found)
    names = names_of(known, (), [known.pods(one) for one in found])
    assert sorted(name.text for name in names.values()) == ["pods-web-v1", "web-v1-2"]


def test_a_bare_name_near_a_declared_one_is_declared_too():
    labels = {"carts": {"app": "shop", "tier": "a"}, "other": {"app": "shop", "tier": "b"}, "cart": {"app": "cart"}}
    found = manifests(*(workload(name, labels=each) for name, each in labels.items())).workloads
    known = People(found)
    used = [known.pods(one) for one in found]
    assert sorted(name.text for name in names_of(known, (), used).values()) == ["cart", "carts", "other"]


def test_many_workloads_are_told_apart_quickly():
    found = manifests(*(workload(f"w{n}", labels={"app": "x", "n": str(n)}) for n in range(2000))).workloads
    assert len({People(found).pods(one) for one in found[:3]}) == 3


@pytest.mark.parametrize(
    "labels",
    [
        {"pod-template-hash": "1"},
        {"controller-uid": "1", "batch.kubernetes.io/controller-uid": "1"},
        {"job-name": "backup-29012345", "batch.kubernetes.io/job-completion-index": "0"},
        {"tekton.dev/taskRun": "build", "security.istio.io/tlsMode": "istio"},
    ],
)
def test_nobody_selects_what_has_no_label_that_lasts(labels):
    known, (one,) = people(labels)
    assert known.pods(one) is None


@pytest.mark.parametrize(
    ("owner", "labels", "name"),
    [
        ({"kind": "Job", "name": "backup"}, {"job-name": "backup"}, "backup"),
        ({"kind": "ReplicaSet", "name": "web-5d4f"}, {"x": "y", "pod-template-hash": "5d4f"}, "web"),
        (None, {"x": "y"}, "web-5d4f-x7k2p"),
    ],
)
def test_a_pod_that_another_object_made_is_called_after_that(owner, labels, name):
    document = pod("web-5d4f-x7k2p", labels, owner)
    found = manifests(document).workloads
    known = People(found)
    assert [each.text for each in names_of(known, (), [known.pods(one) for one in found]).values()] == [name]
