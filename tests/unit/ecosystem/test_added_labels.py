import pytest

from netpolc.ecosystem.added_labels import ADDED_LABELS, JOB_NAMES, KUBERNETES_KEYS, lasting_selector, without_added
from netpolc.policy.names import label_key


def test_the_labels_of_kubernetes_are_those_of_its_documentation():
    assert sorted(KUBERNETES_KEYS) == [
        "apps.kubernetes.io/pod-index",
        "batch.kubernetes.io/controller-uid",
        "batch.kubernetes.io/job-completion-index",
        "batch.kubernetes.io/job-name",
        "controller-revision-hash",
        "controller-uid",
        "job-name",
        "pod-template-generation",
        "pod-template-hash",
        "statefulset.kubernetes.io/pod-name",
    ]


def test_each_label_is_there_once_and_has_a_source():
    assert len({each.key for each in ADDED_LABELS}) == len(ADDED_LABELS)
    assert all(each.source and not label_key(each.key) for each in ADDED_LABELS)


def test_only_the_name_of_a_job_lasts_on_a_condition():
    assert {each.key for each in ADDED_LABELS if each.lifetime == "job"} == set(JOB_NAMES)


@pytest.mark.parametrize("added", ADDED_LABELS, ids=lambda added: added.key)
def test_no_added_label_is_taken_for_a_persons(added):
    for beside in added.beside or (None,):
        labels = {"team": "shop", added.key: "x", **({beside: "y"} if beside else {})}
        assert without_added(labels).keys() - {beside} == {"team"}


@pytest.mark.parametrize("added", [each for each in ADDED_LABELS if each.beside], ids=lambda added: added.key)
def test_a_label_that_people_use_is_theirs_where_no_controller_is(added):
    assert without_added({added.key: "x"}) == {added.key: "x"}


@pytest.mark.parametrize(
    ("selector", "kept"),
    [
        ({"app": "web", "rollouts-pod-template-hash": "5d4f"}, {"app": "web"}),
        ({"statefulset.kubernetes.io/pod-name": "db-0"}, {"statefulset.kubernetes.io/pod-name": "db-0"}),
        ({"job-name": "backup"}, {"job-name": "backup"}),
        ({"pod-template-hash": "5d4f"}, {}),
        ({}, {}),
    ],
)
def test_what_a_selector_asks_for_longer_than_a_rollout(selector, kept):
    assert lasting_selector(selector) == kept
