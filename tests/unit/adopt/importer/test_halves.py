import pytest

from netpolc.adopt.importer import halves
from netpolc.adopt.importer.facts import facts_of
from netpolc.adopt.importer.halves import MOST_PARTS, flows_of
from tests.unit.adopt.importer.written import flows, policies, policy

DENY = policy("deny", "*", {}, {})


@pytest.mark.parametrize(
    ("documents", "expected"),
    [
        pytest.param(
            [policy("db", "app=db", {"app=web": 1})],
            ["web -> db:1"],
            id="nobody closes the other end",
        ),
        pytest.param(
            [DENY, policy("db", "app=db", {"app=web": 1})],
            ["web -> db:1 ingress"],
            id="the other end is closed",
        ),
        pytest.param(
            [DENY, policy("db", "app=db", {"app=web": 1}), policy("web", "app=web", None, {"app=db": 1})],
            ["web -> db:1"],
            id="both halves are said",
        ),
        pytest.param(
            [DENY, policy("db", "app=db", {"app=web": 1}), policy("web", "app=web", None, {"app=db": 2})],
            ["web -> db:1 ingress", "web -> db:2 egress"],
            id="the halves differ",
        ),
        pytest.param(
            [DENY, policy("db", "app=db", {"app=web": 1}), policy("web", "app=web", None, {"app=db": "1 2"})],
            ["web -> db:1", "web -> db:{1, 2} egress"],
            id="one half says more ports",
        ),
        pytest.param(
            [DENY, policy("db", "app=db", {"app=web": 1}), policy("all", "*", None, {"": None})],
            ["web -> db:1", "* -> any:* egress"],
            id="all pods may go anywhere",
        ),
        pytest.param(
            [DENY, policy("db", "app=db", {"app=web, !old": 1}), policy("web", "app=web", None, {"*": "1/tcp"})],
            ["[app=web, !old] -> db:1", "web -> *:1 egress"],
            id="a wider subject says the other half",
        ),
        pytest.param(
            [DENY, policy("db", "app=db", {"app=web": "1 2"}), policy("a", "*", None, {"*": 1, "*/*": 2})],
            ["web -> db:{1, 2}", "* -> *:1 egress", "* -> */*:2 egress"],
            id="two rules together say the other half",
        ),
        pytest.param(
            [policy("web", "app=web", None, {"app=db": 1}), policy("db", "app=db", {})],
            ["web -> db:1 egress"],
            id="the destination is closed to all",
        ),
        pytest.param(
            [policy("web", "app=web", None, {"data/app=db": 1})],
            ["web -> data/db:1"],
            id="nobody speaks of the other namespace",
        ),
        pytest.param(
            [policy("web", "app=web", None, {"data/app=db": 1}), policy("db", "app=db", {}, namespace="data")],
            ["web -> data/db:1 egress"],
            id="another namespace is closed",
        ),
        pytest.param(
            [policy("web", "app=web", None, {"data/app=db": 1}), policy("x", "app=x", {}, namespace="data")],
            ["web -> data/db:1"],
            id="other pods of another namespace are closed",
        ),
        pytest.param(
            [DENY, policy("db", "app=db", {"10.0.0.0/8": 1}), policy("web", "app=web", None, {"10.0.0.0/9": 2})],
            ["10.0.0.0/8 -> db:1", "web -> 10.0.0.0/9:2"],
            id="addresses have one side",
        ),
        pytest.param(
            [policy("db", "app=db", {"": 1}), policy("web", "app=web", None, {"": 2})],
            ["any -> db:1 ingress", "web -> any:2 egress"],
            id="any is everybody, whoever is closed",
        ),
        pytest.param(
            [policy("db", "app=db", {"": 1, "*/*": 2, "[team=a]/*": 3})],
            ["any -> db:1", "*/* -> db:2", "[team=a]/* -> db:3"],
            id="everybody is open",
        ),
        pytest.param(
            [policy("db", "app=db", {"[team=a]/*": 3}), policy("x", "app=x", None, {}, namespace="other")],
            ["[team=a]/* -> db:3 ingress"],
            id="any namespace may carry a label",
        ),
        pytest.param(
            [
                policy("db", "app=db", {"[kubernetes.io/metadata.name!=other]/*": 3}),
                policy("x", "app=x", None, {}, namespace="other"),
            ],
            ["[kubernetes.io/metadata.name!=other]/* -> db:3"],
            id="no namespace has another name",
        ),
    ],
)
def test_whole_flows_and_halves(documents, expected):
    assert flows(*documents) == expected


def test_what_is_said_from_both_ends_is_one_fact():
    given = policies(DENY, policy("web", "app=web", None, {"app=db": 1}), policy("db", "app=db", {"app=web": 1}))
    (fact,) = flows_of(facts_of(given, apart=True), whole=True)
    assert [(grant.policy, grant.direction) for grant in fact.allowed_peers] == [(2, "ingress"), (1, "egress")]


def test_each_rule_by_itself():
    given = policies(policy("db", "app=db", {"app=web + 10.0.0.0/8": 1}, {"": None}))
    facts = flows_of(facts_of(given, apart=False), whole=False)
    assert [fact.half for fact in facts] == ["ingress", "ingress", "egress"]


@pytest.mark.parametrize(("count", "half"), [(MOST_PARTS, ""), (MOST_PARTS + 1, " ingress")])
def test_a_whole_flow_opens_few_parts_again(count, half):
    others = [policy("all", "*", None, {"": None}, namespace=f"n{number}") for number in range(count)]
    assert f"any -> db:1{half}" in flows(policy("db", "app=db", {"": 1}), *others)


def test_when_too_much_is_asked_halves_stay_halves(monkeypatch):
    documents = [DENY, policy("db", "app=db", {"app=web": 1}), policy("web", "app=web", None, {"app=db": 1})]
    monkeypatch.setattr(halves, "MOST_STEPS", 0)
    assert flows(*documents) == ["web -> db:1 ingress", "web -> db:1 egress"]
