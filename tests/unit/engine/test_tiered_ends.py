import itertools
from random import Random

import msgspec
import pytest

from netpolc.ecosystem.private_networks import LOCAL_BLOCKS
from netpolc.engine.from_policies import rules_of_policies
from netpolc.engine.from_tier_policies import with_tiers
from netpolc.engine.halves import Halves
from netpolc.engine.model import AllowRule, Decision, DirectionRules, Isolation, Reason, RuleSet, Tier
from netpolc.engine.pod_addresses import held_by
from netpolc.engine.regions import EVERY_POD, Namespaces, PodSet, in_namespace
from netpolc.engine.tiered_ends import OTHER_END, TieredEnds, opened_by_tiers
from netpolc.engine.verdicts import Evaluator, Pod
from netpolc.manifests.combining import combine
from netpolc.manifests.reading import read_manifests
from netpolc.policy.constants import DIRECTIONS
from netpolc.sets.addresses import EVERY_ADDRESS, block
from netpolc.sets.labels import LabelRequirement, selector_of
from netpolc.sets.ports import NamedPort, PortInterval, ports_of
from netpolc.source import Source
from tests.models.lone_halves import ELSEWHERE, NAMESPACES, NUMBERS
from tests.rows import each_row
from tests.strategies.half_worlds import Maker, as_yaml

PODS = EVERY_ADDRESS - held_by(LOCAL_BLOCKS)
TIER = """\
---
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {name: NAME}
spec: {tier: WHICH, priority: 1, subject: {SUBJECT}, DIRECTION: [RULES]}
"""


def tier(which, direction, *rules, subject="namespaces: {}"):
    key = "from" if direction == "ingress" else "to"
    written = ", ".join(f"{{action: {action}, {key}: [{{{peer}}}]{ports}}}" for action, peer, ports in rules)
    text = TIER.replace("NAME", f"{which}-{direction}".lower()).replace("WHICH", which)
    return text.replace("SUBJECT", subject).replace("DIRECTION", direction).replace("RULES", written)


def read(text, *, final_for_pod=True):
    found = combine([read_manifests(Source("all.yaml", text))])
    assert found.diagnostics == ()
    return with_tiers(rules_of_policies(found.policies, {}), found.tier_policies, (), final_for_pod=final_for_pod)


def lone(ruleset):
    rules = [(direction, each) for direction in DIRECTIONS for each in ruleset.of(direction).allow_rules]
    return list(Halves(ruleset, PODS).lone(rules))


HALF = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
  policyTypes: [Egress]
  egress:
  - {to: [{podSelector: {matchLabels: {app: db}}}], ports: [{protocol: TCP, port: 80}]}
"""
CLOSED = """\
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec: {podSelector: {}, policyTypes: [Ingress]}
"""
ALSO_TO_81 = "  - {to: [{podSelector: {matchLabels: {app: db}}}], ports: [{protocol: TCP, port: 81}]}\n"
EVERYBODY = ("namespaces: {}", "")
PORT = ", protocols: [{tcp: {destinationPort: {number: %s}}}]"


@each_row(
    "text, closed_by",
    [
        (HALF, []),
        (HALF + CLOSED, ["shop/db"]),
        (HALF + tier("Baseline", "ingress", ("Deny", *EVERYBODY)), ["ClusterNetworkPolicy/baseline-ingress"]),
        (HALF + tier("Baseline", "ingress", ("Accept", *EVERYBODY), ("Deny", *EVERYBODY)), []),
        (HALF + CLOSED + tier("Admin", "ingress", ("Accept", *EVERYBODY)), []),
        (HALF + CLOSED + tier("Admin", "ingress", ("Accept", "namespaces: {}", PORT % 81)), ["shop/db"]),
        (HALF + CLOSED + tier("Admin", "ingress", ("Deny", *EVERYBODY), ("Accept", *EVERYBODY)), []),
        (HALF + CLOSED + tier("Admin", "ingress", ("Pass", *EVERYBODY), ("Accept", *EVERYBODY)), ["shop/db"]),
        (HALF + CLOSED + tier("Admin", "egress", ("Deny", *EVERYBODY)), []),
        (HALF + CLOSED + tier("Admin", "egress", ("Accept", *EVERYBODY)), ["shop/db"]),
        (HALF + ALSO_TO_81 + CLOSED + tier("Admin", "ingress", ("Accept", "namespaces: {}", PORT % 81)), ["shop/db"]),
    ],
)
def test_what_denies_the_other_end(text, closed_by):
    found = [each.reason.policy for half in lone(read(text, final_for_pod=False)) for each in half.closed_by]
    assert found == closed_by


def app(*names):
    return PodSet(in_namespace("shop"), selector_of([LabelRequirement("app", "In", names)]))


WEB, DB, BOTH = app("web"), app("db"), app("db", "web")
TCP = ports_of([PortInterval("TCP", 80, 80)])
SOME, MORE, LAST = (Reason(name, "spec.podSelector", None, "") for name in ("some", "more", "last"))


def closing(direction, allow_rule, *isolations):
    """What is said to close the other end of a rule where that has these isolations; the rule's own end is open."""
    other = {OTHER_END[direction]: DirectionRules(isolations, ()), direction: DirectionRules((), ())}
    return TieredEnds(RuleSet(**other, namespaces={}), Namespaces({})).closing(direction, allow_rule)


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_what_closes_is_said_with_the_pods_that_it_closes(direction):
    parts = Isolation(DB, SOME), Isolation(WEB, MORE)
    assert set(closing(direction, AllowRule(app("cache"), BOTH, TCP, LAST), *parts)) == set(parts)
    assert closing(direction, AllowRule(app("cache"), BOTH, TCP, LAST), parts[0]) == ()
    assert closing(direction, AllowRule(app("cache"), DB, TCP, LAST), *parts) == parts[:1]


@pytest.mark.parametrize("most", ["MOST_STEPS", "MOST_STEPS_ALTOGETHER"])
def test_what_takes_long_counts_as_open(most, monkeypatch):
    monkeypatch.setattr(f"netpolc.engine.tiered_ends.{most}", 0)
    assert closing("egress", AllowRule(WEB, DB, TCP, SOME), Isolation(DB, MORE)) == ()


BLOCK, NAMED = block(4, 10 << 24, 8), ports_of([NamedPort("TCP", "http")])


@each_row(
    "peer, ports, action, expected",
    [
        (DB, TCP, "allow", None),
        (DB, NAMED, "allow", DB),
        (DB, NAMED, "deny", None),
        (BLOCK, TCP, "allow", EVERY_POD),
        (BLOCK, NAMED, "allow", EVERY_POD),
        (BLOCK, TCP, "next", None),
        (block(4, 8 << 24, 8), NAMED, "allow", None),
    ],
)
def test_a_tier_may_open_more_than_it_says_by_blocks_with_pods_and_by_names(peer, ports, action, expected):
    several = tuple(Decision(WEB, peer, ports, each, SOME) for each in ("deny", action))
    rules = DirectionRules((), (), behind=(Tier("Baseline", several),))
    opened = [] if expected is None else [AllowRule(WEB, expected, ports, SOME)]
    assert list(opened_by_tiers(rules, block(4, 10 << 24, 16))) == opened


def universe():
    for name, app, other in itertools.product((*NAMESPACES, *ELSEWHERE), (None, "a", "b", "x"), (None, "a")):
        yield Pod(namespace=name, labels={key: value for key, value in (("app", app), ("tier", other)) if value})


@pytest.mark.parametrize("seed", range(12))
def test_nothing_passes_that_is_said_to_come_to_nothing(seed):
    random = Random(seed)
    peers = ("namespaces: {}", "pods: {namespaceSelector: {}, podSelector: {matchLabels: {app: a}}}")
    actions = ("Accept", "Deny", "Pass")
    ports = ("", PORT % 80, PORT % 443)
    text = as_yaml(Maker(random).policies())
    for which, direction in itertools.product(("Admin", "Baseline"), DIRECTIONS):
        rules = [tuple(map(random.choice, (actions, peers, ports))) for _ in range(2)]
        if which == "Baseline":
            rules = [(action.replace("Pass", "Deny"), *rest) for action, *rest in rules]
        text += tier(which, direction, *rules)
    ruleset = read(text, final_for_pod=bool(seed % 2))
    judge, pods = Evaluator(msgspec.structs.replace(ruleset, namespaces={})), list(universe())
    for half in lone(ruleset):
        for rule, one in itertools.product(half.rules, pods):
            if not rule.subject.pods.matches(one.labels) or not holds(rule.subject, one):
                continue
            for other in (each for each in pods if holds(rule.peer, each)):
                ends = (one, other) if half.direction == "egress" else (other, one)
                open_on = [port for port in NUMBERS if has(rule, port) and judge.allows(*ends, "TCP", port)]
                assert open_on == []


def holds(region, pod):
    return region.pods.matches(pod.labels) and region.namespaces.matches(pod.full_namespace_labels)


def has(rule, port):
    return any(each.protocol == "TCP" and each.first <= port <= each.last for each in rule.ports.intervals)
