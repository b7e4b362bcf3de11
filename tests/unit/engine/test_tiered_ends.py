import itertools
from random import Random

import msgspec
import pytest

from netpolc.ecosystem.private_networks import LOCAL_BLOCKS
from netpolc.engine.from_policies import rules_of_policies
from netpolc.engine.from_tier_policies import with_tiers
from netpolc.engine.halves import Halves
from netpolc.engine.pod_addresses import held_by
from netpolc.engine.verdicts import Evaluator, Pod
from netpolc.manifests.combining import combine
from netpolc.manifests.reading import read_manifests
from netpolc.policy.constants import DIRECTIONS
from netpolc.sets.addresses import EVERY_ADDRESS
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
  egress: [{to: [{podSelector: {matchLabels: {app: db}}}], ports: [{protocol: TCP, port: 80}]}]
"""
CLOSED = """\
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec: {podSelector: {}, policyTypes: [Ingress]}
"""
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
    ],
)
def test_what_denies_the_other_end(text, closed_by):
    found = [each.reason.policy for half in lone(read(text, final_for_pod=False)) for each in half.closed_by]
    assert found == closed_by


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
