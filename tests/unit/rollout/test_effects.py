"""What policies of others do to what a program says: cluster-wide ones of each kind, and NetworkPolicies."""

import json

import pytest

from netpolc import api
from netpolc.manifests.combining import combine
from netpolc.manifests.reading import read_manifests
from netpolc.policy.model import Policy
from netpolc.rollout.around import Around
from netpolc.rollout.effects import EffectJudge
from netpolc.rollout.model import Meanings
from netpolc.source import Source

GROUP = "policy.networking.k8s.io"
SHOP = "namespace shop\nbaseline deny ingress\nweb -> db:5432\n"
LIST = {"kind": "List", "apiVersion": "v1"}
EVERY = {"namespaces": {}}
WEB, DB = ({"pods": {"namespaceSelector": {}, "podSelector": {"matchLabels": {"app": app}}}} for app in ("web", "db"))
NEWER = {"protocols": [{"tcp": {"destinationPort": {"number": 5432}}}]}
OLDER = {"ports": [{"portNumber": {"protocol": "TCP", "port": 5432}}]}


def rule(action, *peers, direction="ingress", ports=None):
    return {"action": action, ("from" if direction == "ingress" else "to"): list(peers), **(ports or {})}


def wide(name, *rules, kind="ClusterNetworkPolicy", direction="ingress", tier="Admin", priority=10, subject=EVERY):
    version = "v1beta1" if kind == "ClusterNetworkPolicy" else "v1alpha1"
    spec = {"subject": subject, direction: list(rules)}
    if kind == "ClusterNetworkPolicy":
        spec |= {"tier": tier, "priority": priority}
    elif kind == "AdminNetworkPolicy":
        spec["priority"] = priority
    metadata = {"name": "default" if kind == "BaselineAdminNetworkPolicy" else name}
    return {"apiVersion": f"{GROUP}/{version}", "kind": kind, "metadata": metadata, "spec": spec}


def plain(name, namespace="shop", **spec):
    spec = {"podSelector": {}, "policyTypes": ["Ingress"], **spec}
    metadata = {"name": name, "namespace": namespace}
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": metadata, "spec": spec}


def judged(source, *objects, older=(), final_for_pod=True):
    """What a judge says of policies, by their names."""
    compiled = api.compile_text(source)
    assert compiled.ok, compiled.diagnostics
    own = combine([read_manifests(Source(path, text)) for path, text in compiled.files.items()])
    others, staying = (
        combine(
            [read_manifests(Source("others.json", json.dumps({"kind": "List", "apiVersion": "v1", "items": items})))]
        )
        for items in (list(objects), list(older))
    )
    assert not [each for each in (*others.diagnostics, *staying.diagnostics) if each.severity == "error"]
    around = Around({"shop": {}, "ops": {}}, staying.tier_policies, (), final_for_pod)
    judge = EffectJudge((*own.policies, *own.tier_policies), (*others.policies, *others.tier_policies), around)
    meanings = Meanings()
    plain = {each.name: judge.of_policy(meanings.halves(each)) for each in others.policies if isinstance(each, Policy)}
    return {name: effects for name, effects in plain.items() if effects} | {
        policy.shown: effects for policy, effects in judge.of_tiers()
    }


ACCEPT, DENY, PASS = (rule(action, EVERY) for action in ("Accept", "Deny", "Pass"))
OF_DB = rule("Deny", WEB, ports=NEWER)


@pytest.mark.parametrize(
    ("kind", "accept", "ports"),
    [("ClusterNetworkPolicy", "Accept", NEWER), ("AdminNetworkPolicy", "Allow", OLDER)],
)
def test_an_admin_decides_whatever_the_program_says(kind, accept, ports):
    for made, effects in (
        (rule(accept, EVERY), ("opens",)),
        (rule(accept, DB, ports=ports), ("opens",)),
        (DENY, ("closes",)),
        (rule("Deny", WEB, ports=ports), ("closes",)),
    ):
        assert judged(SHOP, older=[wide("one", made, kind=kind)]) == {f"{kind}/one": effects}
    # Nothing of the program is passed, which has no guardrails.
    assert not judged(SHOP, older=[wide("one", PASS, kind=kind)])


@pytest.mark.parametrize(
    "other",
    [
        wide("one", rule("Accept", WEB, ports=NEWER), subject=DB),
        wide("one", ACCEPT, subject=WEB),
        wide("one", DENY, subject=WEB),
        wide("one", rule("Deny", EVERY, ports={"protocols": [{"tcp": {"destinationPort": {"number": 22}}}]})),
        wide("one", DENY, subject={"namespaces": {"matchLabels": {"kubernetes.io/metadata.name": "ops"}}}),
        wide("one", ACCEPT, subject={"namespaces": {"matchLabels": {"kubernetes.io/metadata.name": "ops"}}}),
        wide("one", rule("Accept", EVERY, direction="egress"), direction="egress"),
    ],
    ids=[
        "both allow",
        "opened where all is open",
        "closed where no line is",
        "other ports",
        "closed elsewhere",
        "opened elsewhere",
        "a direction left open",
    ],
)
def test_what_makes_no_difference_to_the_program_is_not_named(other):
    assert not judged("namespace shop\nbaseline deny ingress on db\n*/* -> db:5432\n", other)


def test_a_deny_at_the_other_end_closes_what_a_line_allows():
    other = wide("one", rule("Deny", DB, direction="egress"), direction="egress", subject=WEB)
    assert judged(SHOP, other) == {"ClusterNetworkPolicy/one": ("closes",)}
    assert not judged(SHOP, {**other, "spec": {**other["spec"], "subject": DB}})


def test_a_baseline_decides_only_where_no_network_policy_selects_the_pods():
    for other in (wide("one", DENY, tier="Baseline"), wide("one", DENY, kind="BaselineAdminNetworkPolicy")):
        assert not judged(SHOP, other)
    out = wide("one", rule("Deny", DB, direction="egress"), direction="egress", tier="Baseline")
    assert not judged(SHOP, out)
    # Where finality is for each direction, web is not isolated in egress, and is judged.
    assert judged(SHOP, out, final_for_pod=False) == {"ClusterNetworkPolicy/one": ("closes",)}
    alone = "namespace shop\nbaseline deny ingress on db\nweb -> db:5432\n"
    assert judged(alone, out) == {"ClusterNetworkPolicy/one": ("closes",)}
    closed = plain("closed", podSelector={"matchLabels": {"app": "web"}})
    assert not judged(alone, out, closed)


def test_of_several_those_are_named_that_decide():
    first, second = wide("first", DENY, priority=1), wide("second", ACCEPT, priority=2)
    assert judged(SHOP, second, first) == {"ClusterNetworkPolicy/first": ("closes",)}
    twice = wide("first", ACCEPT, priority=1)
    assert judged(SHOP, second, twice) == {"ClusterNetworkPolicy/first": ("opens",)}
    both = wide("both", OF_DB, ACCEPT)
    assert judged(SHOP, both) == {"ClusterNetworkPolicy/both": ("opens", "closes")}


def test_guardrails_of_the_program_are_opened_passed_and_closed():
    guarded = f"always deny */[stage=dev] -> shop/*:*\nalways allow ops/* -> shop/web:80\n{SHOP}"
    dev = {"pods": {"namespaceSelector": {}, "podSelector": {"matchLabels": {"stage": "dev", "app": "web"}}}}
    assert judged(guarded, wide("one", rule("Accept", dev, ports=NEWER), priority=0)) == {
        "ClusterNetworkPolicy/one": ("opens",)
    }
    assert judged(guarded, wide("one", PASS, priority=0)) == {"ClusterNetworkPolicy/one": ("opens", "closes")}
    # Behind those of the program, nothing is left to pass.
    assert not judged(guarded, wide("one", PASS, priority=900))


def test_what_network_policies_add_is_told_from_what_they_open():
    rules = [{"from": [{"podSelector": {"matchLabels": {"app": "web"}}}], "ports": [{"port": 5432}]}]
    db = {"podSelector": {"matchLabels": {"app": "db"}}}
    assert judged(SHOP, plain("same", ingress=rules, **db)) == {"same": ("adds",)}
    assert judged(SHOP, plain("more", ingress=[{}], **db)) == {"more": ("opens",)}
    assert not judged(SHOP, plain("none", **db), plain("elsewhere", "ops", ingress=[{}]))
    # What an admin denies, no rule opens.
    ops = [{"from": [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "ops"}}}]}]
    assert judged(SHOP, plain("more", ingress=ops, **db)) == {"more": ("opens",)}
    denied = judged(SHOP, plain("more", ingress=ops, **db), wide("one", DENY))
    assert denied == {"more": ("adds",), "ClusterNetworkPolicy/one": ("closes",)}


def test_what_takes_too_long_is_said(monkeypatch):
    monkeypatch.setattr("netpolc.rollout.effects.MOST_STEPS", 1)
    assert judged(SHOP, plain("more", ingress=[{}]), wide("one", DENY)) == {
        "more": ("unclear",),
        "ClusterNetworkPolicy/one": ("unclear",),
    }
