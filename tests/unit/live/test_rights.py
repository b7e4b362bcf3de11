import yaml

from netpolc.live.kinds import POLICIES, kinds
from netpolc.live.rights import cluster_role


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
