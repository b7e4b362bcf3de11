"""What blocks hold on a platform where they hold no pods and no nodes."""

import netpolc
from netpolc.engine.in_blocks import with_blocks_without
from netpolc.engine.model import AllowRule, DirectionRules, Isolation, RuleSet
from netpolc.engine.regions import EVERY_POD
from netpolc.sets.addresses import EVERY_ADDRESS
from netpolc.sets.addresses import block as addresses
from netpolc.sets.ports import EVERY_PORT
from tests.rows import each_row

WORLD = """\
apiVersion: v1
kind: Node
metadata: {name: one, labels: {pool: a}}
status: {addresses: [{type: InternalIP, address: 192.0.2.5}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: c, image: x}]}
---
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: shop, labels: {app: db}}
spec: {containers: [{name: c, image: x}]}
status: {phase: Running, podIP: 10.1.0.8, podIPs: [{ip: 10.1.0.8}]}
---
"""
POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: out, namespace: shop}
spec: {podSelector: {}, policyTypes: [Egress], egress: [RULE]}
"""
TIER = """\
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {name: guard}
spec: {tier: Admin, priority: 1, subject: {namespaces: {}}, egress: [{action: Deny, to: [PEER]}]}
"""
NODE, POD, OUTSIDE = "192.0.2.5:80", "shop/db:80", "192.0.2.6:80"


def block(cidr):
    return POLICY.replace("RULE", f"{{to: [{{ipBlock: {{cidr: {cidr}}}}}]}}")


def denied(peer):
    return TIER.replace("PEER", peer)


EVERYTHING = denied('{networks: ["0.0.0.0/0", "::/0"]}')


@each_row(
    "policy, to, on_cilium, elsewhere",
    [
        (block("192.0.2.5/32"), NODE, False, True),
        (block("192.0.2.0/24"), NODE, False, True),
        (block("192.0.2.0/24"), OUTSIDE, True, True),
        (POLICY.replace("RULE", "{}"), NODE, True, True),
        (denied("{networks: [192.0.2.0/24]}"), NODE, True, False),
        (denied("{networks: [192.0.2.0/24]}"), OUTSIDE, False, False),
        (denied("{nodes: {matchLabels: {pool: a}}}"), NODE, False, False),
        (EVERYTHING, NODE, True, False),
        (EVERYTHING, POD, True, False),
        (EVERYTHING, OUTSIDE, False, False),
    ],
)
def test_no_block_holds_a_node_or_a_pod_there(policy, to, on_cilium, elsewhere):
    found = [
        netpolc.can(
            netpolc.workspace({"netpolc.toml": f'platform = "{name}"\n', "all.yaml": WORLD + policy}),
            "shop/web",
            to,
            ["all.yaml"],
        ).allowed
        for name in ("cilium", "calico")
    ]
    assert found == [on_cilium, elsewhere]


def test_blocks_are_rules_without_the_addresses_that_they_do_not_hold():
    held, one, whole, other = (addresses(4, start, size) for start, size in ((8, 32), (8, 32), (8, 30), (16, 30)))

    def rules(*peers):
        return DirectionRules(
            (Isolation(EVERY_POD, None),), tuple(AllowRule(EVERY_POD, each, EVERY_PORT, None) for each in peers)
        )

    given = RuleSet(rules(one, EVERY_POD, EVERY_ADDRESS), rules(whole, other, one), {"a": {}})
    expected = RuleSet(rules(EVERY_POD, EVERY_ADDRESS), rules(whole - held, other), {"a": {}})
    assert with_blocks_without(given, held) == expected
