from random import Random

import msgspec
import yaml

from netpolc.checks.policies import covered_flow
from netpolc.checks.policies.checked_policies import CheckedPolicies
from netpolc.engine.comparison import differences
from netpolc.engine.from_policies import rules_of_policies
from netpolc.manifests.reading import read_manifests
from netpolc.source import Source
from tests.rows import each_row
from tests.strategies.worlds import Maker

WORLDS = 40
HEAD = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: NAME, namespace: shop}\n"


def policy(name, subject, *rules):
    spec = f"spec: {{podSelector: {subject}, policyTypes: [Ingress], ingress: [{', '.join(rules)}]}}\n"
    return HEAD.replace("NAME", name) + spec


def pods(app, port=None):
    ports = "" if port is None else f", ports: [{{port: {port}, protocol: TCP}}]"
    return f"{{from: [{{podSelector: {{matchLabels: {{app: {app}}}}}}}]{ports}}}"


def read(*texts):
    return read_manifests(Source("shop.yaml", "---\n".join(texts))).policies


def found(policies, **options):
    checked = CheckedPolicies(policies, rules_of_policies(policies, {}), **options)
    return list(covered_flow.check(checked))


def test_what_is_found_may_go_all_at_once_and_nothing_changes():
    gone = 0
    for seed in range(WORLDS):
        world = Maker(Random(seed)).world()
        text = "---\n".join(yaml.safe_dump(each) for each in world.documents)
        policies = read(text)
        places = {id(each.location) for each in found(policies)}
        left = [without(policy, places) for policy in policies]
        gone += len(places)
        before, after = (rules_of_policies(each, {}) for each in (policies, left))
        assert not list(differences(before, after))
    assert gone >= WORLDS // 2


def without(policy, places):
    kept = {
        direction: tuple(rule for rule in getattr(policy, direction) or () if id(rule.location) not in places) or None
        for direction in ("ingress", "egress")
    }
    return msgspec.structs.replace(policy, **kept)


ANY, DB = "{}", "{matchLabels: {app: db}}"


@each_row(
    "texts, severities",
    [
        ([policy("a", ANY, "{from: [{podSelector: {}}]}"), policy("b", DB, pods("web", 1))], ["warning"]),
        ([policy("a", DB, pods("web")), policy("b", DB, pods("web", 1))], ["warning"]),
        ([policy("a", DB, pods("web", 1), pods("web", 1))], ["warning"]),
        ([policy("a", DB, pods("web", 1)), policy("b", DB, pods("web", 1))], ["note"]),
        ([policy("a", ANY, pods("web", 1)), policy("b", DB, pods("web", 1))], ["note"]),
        ([policy("a", DB, pods("web", 53).replace("TCP", "UDP")), policy("b", DB, pods("web"))], ["note"]),
        ([policy("a", DB, pods("web", 1)), policy("b", DB, pods("web", 2))], []),
        ([policy("a", DB, pods("web", 1)), policy("b", DB, pods("api", 1))], []),
        ([policy("a", DB, pods("web", 1)), policy("b", ANY, pods("web", 1)).replace("shop", "bank")], []),
    ],
)
def test_what_can_be_taken_for_a_restriction_is_a_warning(texts, severities):
    assert [each.severity for each in found(read(*texts))] == severities


def test_policies_with_errors_neither_cover_nor_are_covered():
    policies = read(policy("a", ANY, "{}"), policy("b", DB, pods("web", 1)))
    assert len(found(policies)) == 1
    assert found(policies, faulty=frozenset(["shop/a"])) == found(policies, faulty=frozenset(["shop/b"])) == []


def test_what_takes_too_long_is_not_said(monkeypatch):
    policies = read(policy("a", ANY, "{}"), policy("b", DB, pods("web", 1)))
    monkeypatch.setattr(covered_flow, "MOST_STEPS_ALTOGETHER", 1)
    assert found(policies) == []


def test_what_lets_all_of_it_through_by_itself_is_named_alone():
    tier = "{matchLabels: {tier: x}}"
    rules = (policy("some", DB, "{from: [{podSelector: {}}]}"), policy("all", tier, "{}"))
    (one,) = found(read(*rules, policy("web", tier, pods("web", 80))))
    assert [label.location.line for label in one.labels] == [9]
