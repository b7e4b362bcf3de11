import json

import pytest
import yaml

from netpolc.live.lists import ATTEMPTS
from netpolc.live.pulling import pull
from netpolc.live.refusals import ClusterError
from netpolc.live.texts import in_json, in_yaml, sources
from tests.stand_in import Replayed, recorded

POLICIES = "get --raw /apis/networking.k8s.io/v1/networkpolicies?limit=500"
PODS = "get --raw /api/v1/pods?limit=500"
GROUPS = "get --raw /apis"
TIERS = "policy.networking.k8s.io/v1alpha2"


@pytest.fixture
def stand_in():
    return Replayed(recorded("pull"))


def pulled(stand_in, more=None, **options):
    stand_in.answers.update(more or {})
    return pull(stand_in, **options)


def listed(kind, *items, api="v1", **metadata):
    found = {"kind": f"{kind}List", "apiVersion": api, "metadata": metadata, "items": list(items)}
    return [0, json.dumps(found), ""]


def named(name, namespace="shop", **more):
    return {"metadata": {"name": name, "namespace": namespace}, **more}


def names(found, resource):
    return [item["metadata"]["name"] for group in found.groups if group.resource == resource for item in group.items]


def test_a_cluster_is_pulled_as_it_was_recorded(stand_in):
    found = pulled(stand_in)
    assert [group.name for group in found.groups] == [
        "data/networkpolicies",
        "data/services",
        "data/statefulsets",
        "default/services",
        "namespaces",
        "shop/deployments",
        "shop/networkpolicies",
        "shop/pods",
    ]
    assert names(found, "networkpolicies") == ["default-deny", "web"]


def test_nothing_is_kept_that_nobody_reads(stand_in):
    text = in_json(pulled(stand_in).items)
    for word in ("managedFields", "last-applied", "hunter", "s3cr3t", "registry.example.com", "secret-note", "uid"):
        assert word not in text


def test_evidence_is_asked_for_only_if_wanted_and_no_secret_ever(stand_in):
    pulled(stand_in)
    assert not [path for path in stand_in.calls if "configmaps" in path or "role" in path]
    found = pulled(stand_in, evidence=True)
    assert names(found, "configmaps")
    assert not [path for path in stand_in.calls if "secret" in path]


def test_objects_are_read_back_as_they_were_written(stand_in):
    items = list(pulled(stand_in, evidence=True).items)
    assert list(yaml.safe_load_all(in_yaml(items))) == items
    assert json.loads(in_json(items))["items"] == items


def test_a_policy_has_a_place_of_its_own(stand_in):
    assert [source.name for source in sources(pulled(stand_in))] == [
        "cluster:prod/data/networkpolicy/default-deny",
        "cluster:prod/data/services",
        "cluster:prod/data/statefulsets",
        "cluster:prod/default/services",
        "cluster:prod/namespaces",
        "cluster:prod/shop/deployments",
        "cluster:prod/shop/networkpolicy/web",
        "cluster:prod/shop/pods",
    ]


def test_pages_are_followed(stand_in):
    first = listed("NetworkPolicy", named("a"), **{"continue": "more/=&"})
    found = pulled(
        stand_in, {POLICIES: first, f"{POLICIES}&continue=more%2F%3D%26": listed("NetworkPolicy", named("b"))}
    )
    assert names(found, "networkpolicies") == ["a", "b"]


EXPIRED = [1, "", "Error from server (Expired): The provided continue parameter is too old\n"]


def test_a_list_that_expired_is_begun_anew_and_said_once(stand_in):
    first = listed("NetworkPolicy", named("a"), **{"continue": "x"})
    more = {POLICIES: first, f"{POLICIES}&continue=x": [EXPIRED, listed("NetworkPolicy", named("b"))]}
    assert names(pulled(stand_in, more), "networkpolicies") == ["a", "b"]


def test_a_list_that_expires_again_and_again_is_given_up(stand_in):
    first = listed("NetworkPolicy", named("a"), **{"continue": "x"})
    with pytest.raises(ClusterError) as caught:
        pulled(stand_in, {POLICIES: first, f"{POLICIES}&continue=x": EXPIRED})
    assert caught.value.cause == "expired"
    assert sum(path.endswith("continue=x") for path in stand_in.calls) == ATTEMPTS


@pytest.mark.parametrize(
    ("answer", "cause", "message"),
    [
        ([0, "<html>log in</html>", ""], "cut off", "cannot list networkpolicies: the answer is no whole list"),
        ([0, '{"kind": "NetworkPolicyList", "items": [', ""], "cut off", "the answer is no whole list"),
        ([0, '{"kind": "Status", "metadata": {}, "items": []}', ""], "cut off", "the answer is no list of these"),
        ([0, '{"kind": "NetworkPolicyList"}', ""], "cut off", "the answer is no whole list"),
        ([0, '{"kind": "NetworkPolicyList", "metadata": {}}', ""], "cut off", "the answer is no whole list"),
        ([0, "", ""], "cut off", "the answer is no whole list"),
        ([1, '{"kind": "NetworkPolicyList"', "error: unexpected EOF\n"], "cut off", "unexpected EOF"),
        (
            [
                1,
                "",
                'Error from server (Forbidden): networkpolicies.networking.k8s.io is forbidden: User "me" cannot\n',
            ],
            "forbidden",
            "networkpolicies.networking.k8s.io is forbidden",
        ),
        (listed("NetworkPolicy", named("a", "../../etc")), "cut off", "in a namespace that no server takes"),
        (listed("NetworkPolicy", **{"continue": "x"}), "other", "knows no answer"),
    ],
)
def test_what_is_no_whole_list_is_an_error_and_never_none(stand_in, answer, cause, message):
    with pytest.raises(ClusterError) as caught:
        pulled(stand_in, {POLICIES: answer})
    assert caught.value.cause == cause
    assert message in str(caught.value)


def test_pages_that_do_not_end_are_given_up(stand_in):
    page = listed("NetworkPolicy", **{"continue": "x"})
    with pytest.raises(ClusterError, match="its pages do not end"):
        pulled(stand_in, {POLICIES: page, f"{POLICIES}&continue=x": page})


def test_of_one_namespace_nothing_is_asked_that_is_in_none(stand_in):
    with pytest.raises(ClusterError, match="knows no answer"):
        pulled(stand_in, namespace="shop")
    assert stand_in.calls == ["/apis", "/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies?limit=500"]


def test_a_kind_of_which_the_server_has_no_definition_is_not_asked_for(stand_in):
    groups = json.loads(recorded("pull")[GROUPS][1])
    groups["groups"].append({"name": TIERS.split("/")[0], "versions": [{"groupVersion": TIERS, "version": "v1alpha2"}]})
    more = {
        GROUPS: [0, json.dumps(groups), ""],
        f"get --raw /apis/{TIERS}": [0, json.dumps({"resources": [{"name": "clusternetworkpolicies"}]}), ""],
        f"get --raw /apis/{TIERS}/clusternetworkpolicies?limit=500": listed(
            "ClusterNetworkPolicy", {"metadata": {"name": "guard"}, "spec": {"tier": "Admin"}}
        ),
    }
    found = pulled(stand_in, more)
    assert names(found, "clusternetworkpolicies") == ["guard"]
    assert [source.name for source in sources(found) if "guard" in source.name] == [
        "cluster:prod/clusternetworkpolicy/guard"
    ]


def pod(name, owner, **labels):
    owners = [{"kind": "ReplicaSet", "name": owner, "controller": True, "apiVersion": "apps/v1"}]
    return {"metadata": {"name": name, "namespace": "shop", "labels": labels, "ownerReferences": owners}, "spec": {}}


@pytest.mark.parametrize(
    ("pods", "kept"),
    [
        ([pod("web-1-a", "web-1", app="web", **{"pod-template-hash": "1"})], []),
        ([pod("web-1-a", "web-1", app="web", by="hand", **{"pod-template-hash": "1"})], ["web-1-a"]),
        ([pod("x-a", "x", app="x"), pod("x-b", "x", app="x"), pod("x-c", "x", app="y")], ["x-a", "x-c"]),
        ([named("lone", spec={})], ["lone"]),
    ],
)
def test_pods_are_folded_into_what_makes_them(stand_in, pods, kept):
    assert names(pulled(stand_in, {PODS: listed("Pod", *pods)}, folded=True), "pods") == kept


def test_pods_are_folded_over_all_pages(stand_in):
    """Of those that are alike the first by name stays, wherever it is listed, and nothing of a list that is void."""
    gone = [1, "", "Error from server (Expired): the provided continue parameter is too old"]
    pages = {
        PODS: listed("Pod", pod("x-c", "x", app="x"), pod("y-a", "y", app="y"), named("lone"), **{"continue": "2"}),
        f"{PODS}&continue=2": [gone, listed("Pod", pod("x-b", "x", app="x"), pod("y-b", "y", app="y"))],
    }
    assert names(pulled(stand_in, pages, folded=True), "pods") == ["lone", "x-b", "y-a"]
