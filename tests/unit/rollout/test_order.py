"""The steps of a rollout: what goes first, what last, and where a bridge is needed."""

import msgspec

from netpolc.engine.from_policies import PolicyCache
from netpolc.policy.model import PodPeer, Policy, PolicyPort, Rule, Selector
from netpolc.policy.tier_model import TierPolicy, TierRule
from netpolc.rollout.around import Around
from netpolc.rollout.order import order


def selector(**labels):
    return Selector(tuple(labels.items()))


def policy(name, subject, *peers, types=("Ingress",), port=80):
    rules = tuple(Rule((PodPeer(peer, None),), (PolicyPort("TCP", port),)) for peer in peers)
    return Policy(name=name, namespace="shop", pod_selector=subject, policy_types=types, ingress=rules or None)


DENY = policy("default-deny", Selector())
WEB = policy("web", selector(app="web"), selector(app="lb"))
API = policy("api", selector(app="api"), selector(app="web"))


def steps(old, new):
    found = order(old, new, Around())
    assert not found.unsaved
    return [(step.verb, "bridge" if step.bridge else step.key[1]) for step in found.steps]


def test_what_allows_goes_before_what_closes():
    assert steps([], [DENY, WEB, API]) == [("create", "api"), ("create", "web"), ("create", "default-deny")]
    assert steps([DENY, WEB, API], []) == [("delete", "default-deny"), ("delete", "web"), ("delete", "api")]


def test_a_single_object_is_one_step():
    wider = msgspec.structs.replace(WEB, ingress=(*WEB.ingress, *API.ingress))
    assert steps([DENY, WEB, API], [DENY, wider, API]) == [("change", "web")]
    assert steps([DENY, WEB, API], [DENY, WEB]) == [("delete", "api")]
    assert steps([DENY, WEB], [DENY, WEB]) == []


def test_pods_that_several_policies_close_have_a_bridge():
    more = policy("web-metrics", selector(app="web"), selector(app="prometheus"), port=9090)
    found = order([], [DENY, WEB, more], Around())
    first, *_, last = found.steps
    assert first.bridge
    assert last.bridge
    assert (first.verb, last.verb) == ("create", "delete")
    assert first.after.pod_selector == selector()
    assert first.after.ingress == (Rule((), ()),)


def test_a_bridge_is_for_a_namespace_unless_some_of_its_pods_were_closed():
    new = [API, *(policy(f"{name}-{n}", selector(app=name), selector(app=f"{n}")) for name in "abc" for n in range(2))]
    assert [step.after.pod_selector for step in order([], new, Around()).steps if step.bridge and step.after] == [
        selector()
    ]
    bridges = [step.after.pod_selector for step in order([API], new, Around()).steps if step.bridge and step.after]
    assert sorted(bridges) == [selector(app=name) for name in "abc"]


def test_a_run_after_an_interruption_ends_in_the_same_state():
    more = policy("web-metrics", selector(app="web"), selector(app="prometheus"), port=9090)
    new = [DENY, WEB, more]
    whole = order([], new, Around()).steps
    for done in range(len(whole) + 1):
        there = {}
        for step in whole[:done]:
            there.pop(step.key, None)
            there |= {step.key: step.after} if step.after else {}
        for step in order(there.values(), new, Around()).steps:
            assert there.get(step.key) == step.before
            there.pop(step.key, None)
            there |= {step.key: step.after} if step.after else {}
        assert sorted(there) == sorted((each.namespace, each.name) for each in new)


def test_a_rule_that_moves_is_there_before_it_goes():
    both = policy("both", Selector(), selector(app="lb"), selector(app="web"))
    one = policy("both", Selector(), selector(app="web"))
    web = msgspec.structs.replace(WEB, ingress=WEB.ingress + API.ingress)
    assert steps([DENY, both], [DENY, one, web]) == [("create", "web"), ("change", "both")]


def guardrail(name, priority, action, tier="Admin"):
    rule = TierRule(action, (PodPeer(None, Selector()),))
    subject = PodPeer(selector(app="web"), Selector())
    return TierPolicy(
        kind="ClusterNetworkPolicy", name=name, tier=tier, priority=priority, subject=subject, ingress=(rule,)
    )


def test_policies_of_other_namespaces_are_not_read(monkeypatch):
    """One line of a large program changes few policies, and reading the rules of all takes longer than the rest."""
    read = set()
    rules = PolicyCache.direction_rules

    def noted(self, policies, direction):
        read.update(each.namespace for each in policies)
        return rules(self, policies, direction)

    monkeypatch.setattr(PolicyCache, "direction_rules", noted)
    more = policy("web-metrics", selector(app="web"), selector(app="prometheus"), port=9090)
    elsewhere = [msgspec.structs.replace(each, namespace="data") for each in (DENY, WEB, API)]
    alone, beside = (order([DENY, *others], [DENY, WEB, more, *others], Around()) for others in ((), elsewhere))
    assert alone == beside
    assert read == {"shop"}


def test_what_is_tried_first_comes_first_and_goes_last():
    first, last, least = guardrail("a", 1, "Accept"), guardrail("b", 2, "Deny"), guardrail("c", 3, "Deny", "Baseline")
    new = [("create", "a"), ("create", "b"), ("create", "api"), ("create", "default-deny"), ("create", "c")]
    assert steps([], [last, least, first, DENY, API]) == new
    assert steps([last, least, first, DENY, API], [])[-2:] == [("delete", "b"), ("delete", "a")]


def test_what_cluster_wide_policies_open_on_the_way_is_told():
    """A Pass that is to go hides a Deny that is to come, while NetworkPolicies begin to allow."""
    closed = msgspec.structs.replace(WEB, ingress=None)
    found = order([guardrail("p", 5, "Pass"), DENY, closed], [guardrail("d", 10, "Deny"), DENY, WEB], Around())
    assert [step.key[1] for step in found.steps] == ["d", "web", "p"]
    assert found.unsaved == ("connections are open that neither side allows while `shop/web` is changed",)
    # Where it changes in place after them, nothing is open in between.
    found = order([guardrail("g", 5, "Accept"), DENY, closed], [guardrail("g", 5, "Pass"), DENY, WEB], Around())
    assert [step.key[1] for step in found.steps] == ["web", "g"]
    assert not found.unsaved


def test_where_one_side_closes_nothing_no_connection_crosses(monkeypatch):
    """And nobody looks for one, in however many ways the other side tells connections apart."""
    monkeypatch.setattr("netpolc.rollout.waypoint.MOST_BOXES", 1)
    both = [policy(name, selector(app=name), selector(app="lb"), types=("Ingress", "Egress")) for name in "abc"]
    inward = [policy(name, selector(app=name), selector(app="lb")) for name in "def"]
    for old, new in ([], both), (both, []), (inward, [*inward, DENY]):
        assert order(old, new, Around()).unsaved == ()
    other = [msgspec.structs.replace(each, ingress=None, egress=each.ingress) for each in both]
    assert len(order(both, other, Around()).unsaved) == 1
