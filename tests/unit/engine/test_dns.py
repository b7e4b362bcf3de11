import pytest

from netpolc.engine import dns
from netpolc.engine.dns import without_dns
from netpolc.engine.from_policies import rules_of_policies
from netpolc.engine.model import AllowRule, Decision, DirectionRules, Isolation, Reason, RuleSet, Tier
from netpolc.engine.regions import EVERY_POD, PodSet, in_namespace
from netpolc.manifests.reading import read_manifests
from netpolc.sets.labels import EVERYTHING, LabelRequirement, selector_of
from netpolc.sets.ports import EVERY_PORT, PortInterval, ports_of
from netpolc.source import Source
from tests.rows import each_row

TALK = "{to: [{podSelector: {matchLabels: {app: db}}}], ports: [{port: 5432, protocol: TCP}]}"
KUBE_DNS = "namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}"


OPENSHIFT = KUBE_DNS.replace("kube-system", "openshift-dns")


def policy(name, egress, selector="{}", namespace="shop", types="[Egress]"):
    return (
        "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"
        f"metadata: {{name: {name}, namespace: {namespace}}}\n"
        f"spec: {{podSelector: {selector}, policyTypes: {types}, egress: [{egress}]}}\n"
    )


def found(*policies):
    read = read_manifests(Source("shop.yaml", "".join(policies)))
    assert not [one for one in read.diagnostics if one.severity == "error"]
    return [
        (one.namespace, one.allow_rule.reason.policy, one.allow_rule.reason.path)
        for one in without_dns(rules_of_policies(read.policies, {}))
    ]


def way(to, port, protocol="UDP"):
    return f"{{to: [{{{to}}}], ports: [{{port: {port}, protocol: {protocol}}}]}}"


def test_pods_that_talk_without_dns():
    assert found(policy("web", TALK)) == [("shop", "shop/web", "spec.egress[0]")]


@each_row(
    "rule",
    [
        way(KUBE_DNS, 53),
        way(KUBE_DNS, "dns"),
        way(f"{KUBE_DNS}, podSelector: {{matchLabels: {{k8s-app: kube-dns}}}}", 53),
        way(f"{KUBE_DNS}, podSelector: {{matchLabels: {{app.kubernetes.io/instance: rke2-coredns}}}}", 53),
        way("namespaceSelector: {matchLabels: {name: kube-system}}", 53),
        way("namespaceSelector: {}, podSelector: {matchLabels: {k8s-app: kube-dns}}", 53),
        way("namespaceSelector: {}, podSelector: {matchLabels: {app: our-dns}}", 53),
        way(OPENSHIFT, 5353),
        way(OPENSHIFT, "dns"),
        way("podSelector: {matchLabels: {app: resolver}}", 53),
        way("ipBlock: {cidr: 169.254.20.10/32}", 53),
        way("ipBlock: {cidr: 10.0.0.2/32}", 53),
        way("ipBlock: {cidr: 10.96.0.0/12}", 53),
        way("ipBlock: {cidr: 10.96.0.10/32}", 53).replace("[{ip", "[{ipBlock: {cidr: 169.254.20.10/32}}, {ip"),
        "{to: [{ipBlock: {cidr: 0.0.0.0/0}}]}",
        "{ports: [{port: 53, protocol: UDP}]}",
        "{ports: [{port: 50, endPort: 60, protocol: UDP}]}",
        "{}",
    ],
)
def test_ways_to_dns(rule):
    assert found(policy("web", f"{TALK}, {rule}")) == []
    assert found(policy("web", TALK), policy("dns", rule)) == []


@pytest.mark.parametrize(
    "rule",
    [
        way(KUBE_DNS, 53, "TCP"),
        way(KUBE_DNS, "dns-tcp", "TCP"),
        way(KUBE_DNS, 54),
        way("namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: data}}", 53).replace("port: 53, ", ""),
        "{ports: [{port: 54, endPort: 60, protocol: UDP}]}",
    ],
)
def test_no_ways_to_dns(rule):
    assert len(found(policy("web", f"{TALK}, {rule}"))) == 1


COREDNS = f"{KUBE_DNS}, podSelector: {{matchLabels: {{k8s-app: coredns}}}}"


@each_row(
    "rule, why, meant",
    [
        (way(KUBE_DNS, 5353), "the pods of DNS in `kube-system` listen on 53", "dns"),
        (way(f"{KUBE_DNS}, podSelector: {{matchLabels: {{role: dns}}}}", 5353), "listen on 53", "dns"),
        (way(OPENSHIFT, 53), "the pods of DNS in `openshift-dns` listen on 5353", "dns-openshift"),
        (way(COREDNS, 53), "the pods of DNS in `kube-system` carry `k8s-app=kube-dns`", "dns"),
        (way(COREDNS.replace("kubernetes.io/metadata.", ""), 53), "the pods of DNS in `kube-system` carry", "dns"),
        (way(COREDNS.replace("coredns", "kube-dns, app: web"), 53), "carry `k8s-app=kube-dns`", "dns"),
        (way("ipBlock: {cidr: 10.96.0.10/32}", 53), "this is the address of a Service, not of its pods", None),
    ],
)
def test_what_only_seems_to_lead_there(rule, why, meant):
    read = read_manifests(Source("shop.yaml", policy("web", f"{TALK}, {rule}", "{matchLabels: {app: web}}")))
    (one,) = without_dns(rules_of_policies(read.policies, {}))
    assert one.allow_rule.reason.path == "spec.egress[1]"
    assert why in one.way.why_not
    assert one.way.meant == meant
    assert one.way.certain == ("k8s-app: coredns" not in rule)


def workload(labels, ports="", host_network="false", namespace="kube-system"):
    pods = f"hostNetwork: {host_network}, containers: [{{ports: [{ports}]}}]"
    return (
        f"---\napiVersion: apps/v1\nkind: DaemonSet\nmetadata: {{name: a, namespace: {namespace}}}\n"
        f"spec: {{template: {{metadata: {{labels: {{{labels}}}}}, spec: {{{pods}}}}}}}\n"
    )


NODE_LOCAL = workload("k8s-app: node-local-dns", "{containerPort: 53, protocol: UDP}", "true")


@each_row(
    "rule, shown, why",
    [
        (way(COREDNS, 53), workload("k8s-app: coredns", "{containerPort: 53, protocol: UDP}"), None),
        (way(COREDNS, 53), workload("k8s-app: coredns", "{containerPort: 9153}"), "carry"),
        (way(KUBE_DNS, 53), NODE_LOCAL, "NodeLocal DNSCache answers on the nodes"),
        (way("ipBlock: {cidr: 169.254.20.10/32}", 53), NODE_LOCAL, None),
        (way("ipBlock: {cidr: 10.96.0.10/32}", 53), NODE_LOCAL, None),
        ("{ports: [{port: 53, protocol: UDP}]}", NODE_LOCAL, None),
        (way(KUBE_DNS, 53), NODE_LOCAL.replace("kube-system", "shop"), None),
        (way(KUBE_DNS, 53), NODE_LOCAL.replace("true", "false"), None),
    ],
)
def test_what_the_workloads_show(rule, shown, why):
    read = read_manifests(Source("shop.yaml", policy("web", f"{TALK}, {rule}") + shown))
    found = list(without_dns(rules_of_policies(read.policies, {}), read.workloads))
    assert [why in one.way.why_not for one in found] == [True] * (why is not None)


def test_a_rule_for_the_api_server_alone_asks_for_no_names():
    assert found(policy("web", "{ports: [{port: 6443, protocol: TCP}]}")) == []
    assert len(found(policy("web", f"{{ports: [{{port: 6443, protocol: TCP}}]}}, {TALK}"))) == 1


@pytest.mark.parametrize(
    ("to", "port"),
    [("namespaceSelector: {}", 80), ("namespaceSelector: {}, podSelector: {matchLabels: {app: x}}", 6443)],
)
def test_a_rule_for_all_pods_or_for_the_port_of_the_api_server_talks(to, port):
    assert len(found(policy("web", way(to, port, "TCP")))) == 1


def test_what_should_lead_to_dns_is_the_own_rule_of_pods_before_that_of_others():
    web = "{matchLabels: {app: web}}"
    own = policy("own", f"{TALK}, {way(OPENSHIFT, 53)}", web)
    others = policy("all", way(KUBE_DNS, 5353))
    assert found(own, others) == [("shop", "shop/own", "spec.egress[1]")]


def test_the_siblings_of_a_policy_count_for_the_pods_that_they_select():
    rule = way(KUBE_DNS, 53)
    web, both = "{matchLabels: {app: web}}", "{matchExpressions: [{key: app, operator: In, values: [web, api]}]}"
    assert found(policy("web", TALK, web), policy("dns", rule, both)) == []
    assert found(policy("web", TALK, both), policy("dns", rule, web)) != []
    assert found(policy("web", TALK), policy("dns", rule, namespace="data")) != []
    assert found(policy("web", TALK), policy("dns", rule, types="[Ingress]")) != []


def test_labels_that_open_one_thing_each_may_be_carried_together():
    web, names = "{matchLabels: {allow-web: 'true'}}", "{matchLabels: {allow-dns: 'true'}}"
    assert found(policy("web", TALK, web), policy("dns", way(KUBE_DNS, 53), names)) == []
    assert len(found(policy("web", TALK), policy("dns", way(KUBE_DNS, 53), names))) == 1
    assert len(found(policy("web", TALK, web), policy("dns", way(KUBE_DNS, 53), web.replace("true", "no")))) == 1


ANY_PORT = "{to: [{podSelector: {matchLabels: {app: redis}}}]}"


@pytest.mark.parametrize(("namespace", "count"), [("shop", 1), ("kube-system", 0), ("openshift-dns", 0)])
def test_every_port_of_pods_at_home_leads_to_dns_only_where_that_is(namespace, count):
    assert len(found(policy("web", ANY_PORT, namespace=namespace))) == count
    named = ANY_PORT.replace(
        "{pod", f"{{namespaceSelector: {{matchLabels: {{kubernetes.io/metadata.name: {namespace}}}}}, pod"
    )
    assert len(found(policy("web", named, namespace=namespace))) == count


@pytest.mark.parametrize("peer", ["namespaceSelector: {}", KUBE_DNS, "namespaceSelector: {matchLabels: {team: a}}"])
def test_every_port_of_pods_elsewhere_may_lead_to_dns(peer):
    assert found(policy("web", f"{TALK}, {{to: [{{{peer}}}]}}")) == []


def test_only_pods_that_are_closed_and_talk_count():
    web = "{matchLabels: {app: web}}"
    others = "{matchExpressions: [{key: app, operator: NotIn, values: [web]}]}"
    rest = policy("deny", "", others)
    assert found(rest) == []
    assert found(policy("web", f"{TALK}, {way(KUBE_DNS, 53)}", web), rest) == []
    assert [name for name, *_ in found(policy("web", TALK, web), rest)] == ["shop"]


@pytest.mark.parametrize("egress", ["", way("ipBlock: {cidr: 192.0.2.0/24}", 443, "TCP")])
def test_pods_that_talk_to_no_pods_need_no_names(egress):
    assert found(policy("deny", egress)) == []


def test_one_finding_a_namespace():
    policies = [policy(name, TALK, namespace=name[0]) for name in ("a1", "a2", "b1")]
    assert [name for name, *_ in found(*policies)] == ["a", "b"]


def test_where_pods_are_told_apart_too_finely_nothing_is_said(monkeypatch):
    rule = way(KUBE_DNS, 53)
    selectors = [f"{{matchLabels: {{a{number}: v, b{number}: w}}}}" for number in range(4)]
    policies = [policy("web", TALK), *(policy(f"dns-{n}", rule, each) for n, each in enumerate(selectors))]
    assert len(found(*policies)) == 1
    monkeypatch.setattr(dns, "MOST_PARTS", 16)
    assert len(found(*policies)) == 1
    monkeypatch.setattr(dns, "MOST_PARTS", 15)
    assert found(*policies) == []


SHOP, DATA, DNS = (PodSet(in_namespace(name), EVERYTHING) for name in ("shop", "data", "kube-system"))
DB = PodSet(in_namespace("shop"), selector_of([LabelRequirement("app", "In", ("db",))]))
SQL, ASK = (ports_of([PortInterval(*each)]) for each in (("TCP", 5432, 5432), ("UDP", 53, 53)))


def decide(action, peer, ports, subject=SHOP):
    return Decision(subject, peer, ports, action, Reason(None, "", None, f"{action} {subject.namespaces}"))


TALKS, ASKS, CLOSES = decide("allow", DB, SQL), decide("allow", DNS, ASK), decide("deny", EVERY_POD, EVERY_PORT)
CLOSED, RULE = {"isolations": (Isolation(SHOP, None),)}, AllowRule(SHOP, DB, SQL, TALKS.reason)


@each_row(
    "behind, fields, count",
    [
        ([TALKS, CLOSES], {}, 1),
        ([decide("next", DB, SQL), CLOSES], {}, 1),
        ([TALKS, CLOSES, decide("deny", EVERY_POD, EVERY_PORT, DATA)], {}, 1),
        ([decide("deny", EVERY_POD, EVERY_PORT, DATA), TALKS, CLOSES], {}, 1),
        ([TALKS, ASKS, CLOSES], {}, 0),
        ([TALKS, CLOSES, ASKS], {}, 0),
        ([CLOSES, TALKS], {}, 0),
        ([decide("deny", DB, SQL), CLOSES], {}, 0),
        ([TALKS], {}, 0),
        ([TALKS, decide("deny", EVERY_POD, SQL)], {}, 0),
        ([TALKS, decide("deny", EVERY_POD, ASK)], {}, 0),
        ([TALKS, decide("deny", DB, EVERY_PORT)], {}, 0),
        ([TALKS, CLOSES], {"exempt": (Isolation(SHOP, None),)}, 0),
        ([TALKS, CLOSES], CLOSED, 0),
        ([TALKS, CLOSES], {"before": (Tier("", (ASKS,)),)}, 0),
        ([TALKS, CLOSES], {"before": (Tier("", (decide("deny", DNS, ASK),)),)}, 1),
        ([], CLOSED | {"allow_rules": (RULE,)}, 1),
        ([], CLOSED | {"allow_rules": (RULE,), "before": (Tier("", (TALKS, ASKS)),)}, 0),
        ([], CLOSED | {"allow_rules": (RULE,), "before": (Tier("", (TALKS,)),)}, 1),
        ([], CLOSED | {"allow_rules": (RULE,), "before": (Tier("", (decide("next", DNS, ASK),)),)}, 1),
    ],
)
def test_what_tiers_close_and_let_out_to_dns(behind, fields, count):
    rules = DirectionRules(**{"isolations": (), "allow_rules": (), "behind": (Tier("", tuple(behind)),), **fields})
    found = list(without_dns(RuleSet(DirectionRules((), ()), rules, {})))
    assert [one.namespace for one in found] == ["shop"] * count
    talking = [each for each in behind if each.action != "deny"]
    for one in found:
        reason = talking[0].reason if talking else RULE.reason
        assert one.allow_rule == AllowRule(SHOP, DB, SQL, reason)
        assert one.allow_rule.reason is reason


def test_tiers_that_are_about_namespaces_by_their_labels():
    known = {"shop": {"team": "a"}, "data": {"team": "a"}, "far": {}}
    team = PodSet(selector_of([LabelRequirement("team", "In", ("a",))]), EVERYTHING)
    closed = Tier("", (decide("allow", DB, SQL, team), decide("deny", EVERY_POD, EVERY_PORT, team)))
    found = without_dns(RuleSet(DirectionRules((), ()), DirectionRules((), (), behind=(closed,)), known))
    assert sorted(one.namespace for one in found) == ["data", "shop"]
