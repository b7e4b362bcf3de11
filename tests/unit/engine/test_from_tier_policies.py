"""Tiers around NetworkPolicies, in small: who decides, what is passed, and what is final."""

import textwrap
from itertools import product

import msgspec
import pytest

from netpolc.checks.options import CheckOptions
from netpolc.cluster.cluster import cluster_of
from netpolc.compiler.inputs import Inputs
from netpolc.compiler.model import CompileOptions
from netpolc.engine.from_tier_policies import decisions_of, with_tiers
from netpolc.engine.model import Decision, DirectionRules, Isolation, Reason, RuleSet
from netpolc.engine.regions import EVERY_POD, PodSet, in_namespace
from netpolc.engine.relation import relation_of
from netpolc.manifests.combining import combine
from netpolc.manifests.model import ClusterNode
from netpolc.manifests.reading import read_manifests
from netpolc.policy.model import MatchExpression, PodPeer, PolicyPort, Selector
from netpolc.policy.tier_model import DomainNames, Networks, Nodes, TierPolicy, TierPort, TierRule
from netpolc.queries.answers import answer
from netpolc.queries.denied_pairs import Denials
from netpolc.queries.endpoints import Endpoints
from netpolc.queries.explained import Explanations
from netpolc.queries.review import review
from netpolc.queries.selection import select
from netpolc.report.answer import as_text
from netpolc.sets.addresses import EVERY_ADDRESS, block, union
from netpolc.sets.labels import EVERYTHING, LabelRequirement, selector_of
from netpolc.sets.ports import PROTOCOLS, NamedPort, PortInterval, ports_of
from netpolc.source import Location, Source, Span
from tests.rows import each_row

PODS = """
{apiVersion: v1, kind: Namespace, metadata: {name: a, labels: {tenant: a}}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: b, labels: {tenant: b}}}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: a, labels: {app: web}}
spec: {containers: [{name: c, image: x, ports: [{name: http, containerPort: 8080}]}]}
status: {phase: Running, podIPs: [{ip: 10.1.0.1}]}
---
apiVersion: v1
kind: Pod
metadata: {name: job, namespace: b, labels: {app: job}}
spec: {containers: [{name: c, image: x}]}
"""


def tier(rules, *, tier="Admin", name="guard", priority=1, subject="{namespaces: {matchLabels: {tenant: a}}}"):
    return (
        f"---\napiVersion: policy.networking.k8s.io/v1beta1\nkind: ClusterNetworkPolicy\nmetadata: {{name: {name}}}\n"
        f"spec:\n  tier: {tier}\n  priority: {priority}\n  subject: {subject}\n{textwrap.indent(rules, '  ')}\n"
    )


def plain(spec, name="own", namespace="a"):
    return (
        "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"
        f"metadata: {{name: {name}, namespace: {namespace}}}\nspec: {spec}\n"
    )


def cluster(*texts, finality="pod"):
    found = combine([read_manifests(Source("all.yaml", "\n".join((PODS, *texts))))])
    read = cluster_of(Inputs(None, found, found.diagnostics), CompileOptions(checks=CheckOptions(finality=finality)))
    assert not [each for each in read.diagnostics if each.severity == "error"], read.diagnostics
    return read


EVERY, WEB = Selector(), Selector((("app", "web"),))
ONLY_WEB = selector_of([LabelRequirement("app", "In", ("web",))])
HERE = Location(Source("tiers.yaml", ""), Span(0, 0))


def can(of, source, destination):
    return answer(of, Endpoints(of), source, destination)


OTHERS = """ingress:
- action: Deny
  from: [{namespaces: {matchExpressions: [{key: tenant, operator: NotIn, values: [a]}]}}]"""
ADMITS = plain("{podSelector: {}, ingress: [{}]}")
CLOSED = plain("{podSelector: {}}")
BASELINE = "ingress:\n- action: Deny\n  from: [{namespaces: {}}]"


def test_an_admin_deny_goes_before_what_policies_let_through():
    of = cluster(ADMITS, tier(OTHERS))
    said = can(of, "b/job", "a/web:8080")
    assert not said.allowed
    assert said.ingress.denied
    assert [each.policy for each in said.ingress.closed_by] == ["ClusterNetworkPolicy/guard"]
    assert said.near_misses == ()
    assert "a cluster-wide policy: it has to be let through there" in said.suggestion.advice
    assert "ingress of a/web denies b/job on TCP 8080 by\n  ClusterNetworkPolicy/guard spec.ingress[0]" in as_text(said)


def test_what_is_passed_on_is_named_before_what_decides():
    rules = "ingress:\n- action: Pass\n  from: [{namespaces: {}}]\n- action: Deny\n  from: [{namespaces: {}}]"
    said = can(cluster(CLOSED, tier(rules)), "b/job", "a/web:8080")
    assert not said.allowed
    assert not said.ingress.denied
    text = as_text(said)
    assert text.index("passed on by ClusterNetworkPolicy/guard spec.ingress[0]") < text.index("a/own spec.podSelector")


def test_what_leaves_a_pod_to_no_baseline_is_named_where_one_would_deny():
    only_out = plain("{podSelector: {matchLabels: {app: web}}, policyTypes: [Egress], egress: [{}]}")
    baseline = tier(BASELINE, tier="Baseline")
    said = can(cluster(only_out, baseline), "b/job", "a/web:8080")
    assert said.allowed
    assert [each.policy for each in said.ingress.exempt_by] == ["a/own"]
    assert "ingress of a/web is open: no policy closes it\n  left to no Baseline by a/own spec.podSelector" in as_text(
        said
    )
    others = (
        cluster(only_out, baseline, finality="direction"),
        cluster(only_out),
        cluster(only_out, tier(BASELINE.replace("Deny", "Accept"), tier="Baseline")),
        cluster(ADMITS, baseline),
        cluster(baseline),
    )
    assert all(can(each, "b/job", "a/web:8080").ingress.exempt_by == () for each in others)


def test_an_admin_accept_opens_what_policies_close():
    rules = "ingress:\n- action: Accept\n  from: [{namespaces: {}}]\n  protocols: [{destinationNamedPort: http}]"
    of = cluster(CLOSED, tier(rules))
    assert can(of, "b/job", "a/web:8080").allowed
    assert not can(of, "b/job", "a/web:8081").allowed
    assert "ingress of a/web lets it through by" in as_text(can(of, "b/job", "a/web:8080"))


@pytest.mark.parametrize("final_for_pod", [True, False])
def test_tiers_stand_around_the_rules_of_their_direction(final_for_pod):
    deny = TierRule("Deny", (PodPeer(None, EVERY),))
    policies = [
        TierPolicy(kind="K", name="out", tier="Admin", priority=1, subject=PodPeer(None, EVERY), egress=(deny,)),
        TierPolicy(kind="K", name="in", tier="Baseline", priority=1, subject=PodPeer(None, EVERY), ingress=(deny,)),
    ]
    inward, outward = (Isolation(PodSet(in_namespace(name), EVERYTHING), None) for name in "ab")
    plain = RuleSet(DirectionRules((inward,), ()), DirectionRules((outward,), ()), {"a": {}})
    found = with_tiers(plain, policies, (), final_for_pod=final_for_pod)
    assert found.namespaces == {"a": {}}
    assert (found.ingress.isolations, found.egress.isolations) == ((inward,), (outward,))
    assert found.ingress.exempt == ((outward,) if final_for_pod else ())
    assert found.egress.exempt == ((inward,) if final_for_pod else ())
    assert [(each.name, len(each.decisions)) for each in found.ingress.behind] == [("Baseline", 1)]
    assert [(each.name, len(each.decisions)) for each in found.egress.before] == [("Admin", 1)]
    assert [each.reason.path for each in found.egress.decisions] == ["spec.egress[0]"]
    assert found.ingress.before == found.egress.behind == ()
    assert with_tiers(plain, (), (), final_for_pod=final_for_pod) is plain


HTTP = TierPort(PolicyPort("TCP", 80))
NODES = [
    ClusterNode(name="one", labels={"role": "control"}, addresses=("10.0.0.1", "fd00::1"), location=HERE),
    ClusterNode(name="other", addresses=("10.0.0.2",), location=HERE),
]
OF_ONE = union([block(4, (10 << 24) + 1, 32), block(6, (0xFD << 120) + 1, 128)])
NONE = Selector((("a", "x"),), (MatchExpression("a", "NotIn", ("x",)),))
"""What nothing is selected by."""


@each_row(
    "peer, expected",
    [
        (PodPeer(None, EVERY), [EVERY_POD]),
        (PodPeer(WEB, None), [PodSet(EVERYTHING, ONLY_WEB)]),
        (PodPeer(None, NONE), []),
        (PodPeer(NONE, EVERY), []),
        (Networks(("10.0.0.0/8", "192.168.0.0/16")), [union([block(4, 10 << 24, 8), block(4, 0xC0A80000, 16)])]),
        (Networks(("0.0.0.0/0", "::/0")), [EVERY_POD, EVERY_ADDRESS]),
        (Networks(()), []),
        (
            Nodes(Selector((("role", "control"),))),
            [OF_ONE],
        ),
        (Nodes(WEB), []),
        (Nodes(NONE), []),
        (DomainNames(("example.org",)), []),
    ],
)
def test_a_rule_decides_for_the_regions_of_its_peers(peer, expected):
    rule = TierRule("Deny", (peer,), (TierPort(name="http"), HTTP, TierPort(name="web")), location=HERE)
    policy = TierPolicy(kind="K", name="n", tier="Admin", priority=1, subject=PodPeer(WEB, EVERY), egress=(rule,))
    ports = ports_of([PortInterval("TCP", 80, 80), *(NamedPort(*each) for each in product(PROTOCOLS, ("http", "web")))])
    reason = Reason("K/n", "spec.egress[0]", HERE, "")
    assert decisions_of(policy, "egress", NODES) == tuple(
        Decision(PodSet(EVERYTHING, ONLY_WEB), region, ports, "deny", reason) for region in expected
    )
    assert decisions_of(policy, "ingress", NODES) == ()
    nobody = msgspec.structs.replace(policy, subject=PodPeer(NONE, EVERY))
    assert decisions_of(nobody, "egress", NODES) == ()


@pytest.mark.parametrize(("finality", "allowed"), [("pod", True), ("direction", False)])
def test_a_policy_of_the_other_direction_is_final_as_the_setting_says(finality, allowed):
    outward = plain("{podSelector: {}, policyTypes: [Egress], egress: [{}]}")
    of = cluster(outward, tier(BASELINE, tier="Baseline"), finality=finality)
    assert can(of, "b/job", "a/web:8080").allowed is allowed
    assert not can(cluster(tier(BASELINE, tier="Baseline"), finality=finality), "b/job", "a/web:8080").allowed


def test_a_lower_priority_goes_first():
    rules = "ingress:\n- action: {}\n  from: [{{namespaces: {{}}}}]"
    deny, accept = (rules.format(action) for action in ("Deny", "Accept"))
    for first, second in ((1, 2), (2, 1)):
        of = cluster(tier(deny, name="deny", priority=first), tier(accept, name="accept", priority=second))
        assert can(of, "b/job", "a/web:1").allowed is (second < first)


def test_networks_hold_pods_by_their_addresses_and_every_address_holds_every_pod():
    everywhere = "egress:\n- action: Deny\n  to: [{{networks: [{}]}}]"
    subject = "{namespaces: {matchLabels: {tenant: b}}}"
    by_block = cluster(tier(everywhere.format("10.1.0.0/16"), subject=subject))
    assert not can(by_block, "b/job", "a/web:80").allowed
    assert can(by_block, "b/job", "b/job:80").allowed
    of = cluster(tier(everywhere.format("0.0.0.0/0, '::/0'"), subject=subject))
    assert not can(of, "b/job", "b/[app=other]:80").allowed
    assert not can(of, "b/job", "1.1.1.1:80").allowed


@pytest.mark.parametrize("of_tier", ["Admin", "Baseline"])
def test_nodes_are_their_addresses(of_tier):
    node = """---
apiVersion: v1
kind: Node
metadata: {name: node, labels: {role: control}}
status: {addresses: [{type: InternalIP, address: 172.16.0.1}]}
"""
    rules = "egress:\n- action: Deny\n  to: [{nodes: {matchLabels: {role: control}}}]"
    of = cluster(node, tier(rules, tier=of_tier))
    assert not can(of, "a/web", "172.16.0.1:443").allowed
    assert can(of, "a/web", "172.16.0.2:443").allowed


def test_a_relation_names_the_decision_that_lets_a_group_through_and_what_denies_others():
    of = cluster(CLOSED, tier("ingress:\n- action: Accept\n  from: [{namespaces: {matchLabels: {tenant: b}}}]"))
    selection = select(of, source=None, destination=None, ports=None, hypothetical=False)
    related = relation_of(selection.population, selection.ruleset)
    groups = Explanations(of, selection).explained(related.bit_groups())
    named = {rule.policy for each in groups for rule in each.ingress.rules}
    assert named == {"ClusterNetworkPolicy/guard"}
    of = cluster(ADMITS, tier(OTHERS))
    selection = select(of, source=None, destination=None, ports=None, hypothetical=False)
    related = relation_of(selection.population, selection.ruleset)
    (denied,) = Denials(of, selection, related).explained()
    assert [each.policy for each in denied.ingress.closed_by] == ["ClusterNetworkPolicy/guard"]


def test_a_review_says_which_decision_made_a_change():
    old, new = cluster(ADMITS), cluster(ADMITS, tier(OTHERS))
    found = review(old, new)
    assert {line.policy for each in found.findings for line in each.lines} == {"ClusterNetworkPolicy/guard"}


def test_what_is_passed_on_by_name_stays_with_pods_that_could_exist():
    rules = (
        "ingress:\n- action: Pass\n  from: [{namespaces: {}}]\n  protocols: [{destinationNamedPort: http}]\n"
        "- action: Deny\n  from: [{namespaces: {}}]"
    )
    of = cluster(tier(rules))
    population = of.population()
    names = {
        (name.protocol, name.name)
        for each in relation_of(population, of.ruleset).connections()
        if each.source.workload is not None and each.destination.id == "[tenant=a]/*"
        for name in each.ports.names
    }
    assert names == {("TCP", "http"), ("UDP", "http"), ("SCTP", "http")}
