import yaml

from netpolc.live.kinds import POLICIES, kinds
from netpolc.live.rights import cluster_role, roles_of_rollout


def test_the_role_lets_all_be_listed_that_is_pulled_and_nothing_else():
    for evidence in (False, True):
        role = yaml.safe_load(cluster_role(evidence=evidence))
        allowed = {(group, name) for rule in role["rules"] for group in rule["apiGroups"] for name in rule["resources"]}
        assert allowed == {(kind.group, kind.resource) for kind in kinds(evidence=evidence)}
        assert {verb for rule in role["rules"] for verb in rule["verbs"]} == {"list"}
        assert "secrets" not in cluster_role(evidence=evidence)


def test_the_rule_for_a_kind_is_yaml():
    assert yaml.safe_load(POLICIES[0].rule) == {
        "apiGroups": ["networking.k8s.io"],
        "resources": ["networkpolicies"],
        "verbs": ["list"],
    }


def test_the_roles_of_a_rollout():
    watching = yaml.safe_load_all(roles_of_rollout("drift", ("default", "netpolc-inventory-shop"), watches=True))
    role, of_inventory = watching
    assert role["metadata"]["name"] == "netpolc-drift"
    watched = [name for each in role["rules"] if each["verbs"] == ["watch"] for name in each["resources"]]
    assert {"clusternetworkpolicies", "namespaces", "networkpolicies"} <= set(watched)
    assert not {"create", "patch", "delete"} & {verb for each in role["rules"] for verb in each["verbs"]}
    assert of_inventory["metadata"] == {"name": "netpolc-drift", "namespace": "default"}
    assert of_inventory["rules"][0]["verbs"] == ["get"]
    role, of_inventory = yaml.safe_load_all(roles_of_rollout("apply", ("default", "x"), writes=True))
    changes = ["create", "delete", "get", "patch"]
    assert [each["resources"] for each in role["rules"] if each["verbs"] == changes] == [
        ["networkpolicies"],
        ["clusternetworkpolicies"],
    ]
    assert of_inventory["rules"][0]["verbs"] == ["create", "get", "patch"]
