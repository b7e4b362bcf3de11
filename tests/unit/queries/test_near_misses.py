from netpolc.queries.answers import answer
from netpolc.queries.endpoints import Endpoints
from tests.rows import each_row
from tests.unit.queries.clusters import cluster
from tests.unit.queries.ends.worlds import pod, policy, service, workload

NAMESPACE = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {team: web}}\n"
PODS = (
    NAMESPACE,
    workload("Deployment", "db", "data", "{containerPort: 5432, name: sql}", app="db", tier="back"),
    workload("Deployment", "web", "shop", "{containerPort: 80}", app="web", tier="front"),
    service("db", "data", "clusterIP: 10.96.0.9, selector: {app: db}, ports: [{port: 5432}]"),
)
SHOP = "namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop}}"
WEB = f"{{{SHOP}, podSelector: {{matchLabels: {{app: web}}}}}}"


def ingress(peer, ports="[{port: 5432}]", subject="{}", namespace="data"):
    deny = policy("deny", namespace, "podSelector: {}, policyTypes: [Ingress]")
    rules = f"podSelector: {subject}, policyTypes: [Ingress], ingress: [{{from: [{peer}], ports: {ports}}}]"
    return deny, policy("let", namespace, rules)


def egress(peer, ports="[{port: 5432}]"):
    rules = f"podSelector: {{}}, policyTypes: [Egress], egress: [{{to: [{peer}], ports: {ports}}}]"
    return (policy("let", "shop", rules),)


def missed(*policies, source="shop/web", destination="data/db:5432", more=()):
    """The near misses of a no: what they fail but for, and the same in words."""
    world = cluster(None, "---\n".join((*PODS, *policies, *more)))
    found = answer(world, Endpoints(world), source, destination)
    assert not found.allowed
    return [(*each.but_for, each.message) for each in found.near_misses]


@each_row(
    "policies, expected",
    [
        (ingress(WEB, "[{port: 80}, {port: 90}]"), ("port", "admits shop/web, but on TCP 80, 90 only")),
        (ingress(WEB, "[{port: 5432, protocol: UDP}]"), ("protocol", "admits shop/web, but on UDP 5432 only")),
        (
            ingress(WEB, "[{port: http}]"),
            ("port", "admits shop/web, but on TCP `http` (which no container there declares) only"),
        ),
        (
            ingress("{namespaceSelector: {matchLabels: {name: shop}}, podSelector: {matchLabels: {app: web}}}"),
            (
                "namespace",
                "admits pods of namespaces with `name=shop`, and that of shop/web has no label `name`, but "
                "`kubernetes.io/metadata.name=shop` and `team=web`",
            ),
        ),
        (
            ingress(f"{{{SHOP}, podSelector: {{matchLabels: {{app: web, tier: front-end}}}}}}"),
            ("pod", "admits pods with `tier=front-end`, and shop/web has `tier=front`"),
        ),
        (
            ingress(f"{{{SHOP}, podSelector: {{matchLabels: {{app: other}}}}}}"),
            ("pod", "admits pods with `app=other`, and shop/web has `app=web`"),
        ),
        (
            ingress(WEB, subject="{matchLabels: {app: db, tier: middle}}"),
            ("subject", "allows this, but for pods with `tier=middle`, and data/db has `tier=back`"),
        ),
        (
            ingress("{namespaceSelector: {matchLabels: {name: shop}}, podSelector: {}}", "[{port: 80}]"),
            (
                "namespace",
                "port",
                "admits pods of namespaces with `name=shop`, and that of shop/web has no label `name`, but "
                "`kubernetes.io/metadata.name=shop` and `team=web`; and on TCP 80 only",
            ),
        ),
        (ingress(f"{{{SHOP}, podSelector: {{matchLabels: {{app: other}}}}}}", "[{port: 80}]"), None),
        (
            egress("{ipBlock: {cidr: 10.96.0.9/32}}"),
            (
                "service-address",
                "is for 10.96.0.9/32, which holds the address of Service db, and policies are held against the "
                "addresses of its pods",
            ),
        ),
    ],
)
def test_a_rule_that_would_let_it_through_but_for_one_thing(policies, expected):
    through = "svc/db:5432" if expected and "service-address" in expected else "data/db:5432"
    assert missed(*policies, destination=through) == ([] if expected is None else [expected])


def test_the_nearest_come_first_and_others_not_at_all():
    deny, let = ingress("{podSelector: {matchLabels: {app: x}}}")
    far = policy(
        "far", "data", f"podSelector: {{}}, policyTypes: [Ingress], ingress: [{{from: [{{{SHOP}, podSelector: "
        "{matchLabels: {app: x}}}]}]"
    )  # fmt: skip
    near = policy(
        "near", "data", f"podSelector: {{}}, policyTypes: [Ingress], ingress: [{{from: [{WEB}], ports: [{{port: 1}}]}}]"
    )
    assert [each[0] for each in missed(deny, let, far, near)] == ["port"]
    assert [each[0] for each in missed(deny, let, far)] == ["pod"]
    assert missed(deny, let) == []
    own = policy("own", "data", "podSelector: {}, policyTypes: [Ingress], ingress: [{from: [{podSelector: {}}]}]")
    assert [each[0] for each in missed(deny, let, near, own)] == ["port"]
    assert missed(deny, let, own) == [("namespace", "admits pods of its own namespace, and shop/web is in another one")]


def test_a_policy_in_another_namespace_is_told():
    deny, _ = ingress(WEB)
    elsewhere = policy(
        "let",
        "shop",
        f"podSelector: {{matchLabels: {{app: db}}}}, policyTypes: [Ingress], ingress: [{{from: [{WEB}]}}]",
    )
    assert missed(deny, elsewhere) == [
        ("place", "allows this, but for the pods of the namespace with `kubernetes.io/metadata.name=shop`")
    ]


@each_row(
    "peer, destination, expected",
    [
        ("10.0.0.0/8, except: [10.1.0.0/16]", "10.1.2.3:5432", "is for 10.0.0.0/8 except 10.1.0.0/16"),
        ("10.0.0.0/8, except: [10.1.0.0/16, 10.9.0.0/16]", "10.9.2.3:5432", "is for 10.0.0.0/8 except 10.9.0.0/16"),
        ("'::/0', except: ['fd00::/8']", "fd00::3:5432", "is for ::/0 except fd00::/8"),
        ("10.0.0.0/8, except: [10.1.0.0/16]", "11.1.2.3:5432", None),
        ("10.1.2.0/24", "10.1.3.3:5432", None),
    ],
)
def test_exceptions_of_blocks(peer, destination, expected):
    family = 128 if destination.count(":") > 1 else 32
    holds = f"{expected}, which holds {destination.rpartition(':')[0]}/{family}"
    found = missed(*egress(f"{{ipBlock: {{cidr: {peer}}}}}"), destination=destination)
    assert found == ([] if expected is None else [("exception", holds)])


def test_families_are_named_where_they_matter():
    both = "status: {podIP: 10.1.2.3, podIPs: [{ip: 10.1.2.3}, {ip: 'fd00::3'}]}\n"
    pods = (pod("dual", "shop", more=both, app="dual"), pod("six", "data", more=both.replace("3", "4"), app="six"))
    closed = policy(
        "p", "data", "podSelector: {}, policyTypes: [Ingress], ingress: [{from: [{ipBlock: {cidr: 0.0.0.0/0}}]}]"
    )
    world = cluster(None, "---\n".join((*PODS, *pods, closed)))
    found = answer(world, Endpoints(world), "dual", "six:1")
    assert (found.allowed, found.only_over) == (True, 4)
    assert answer(world, Endpoints(world), "10.9.9.9", "six:1").only_over is None
    denied = answer(world, Endpoints(world), "2001:db8::9", "six:1")
    assert [(miss.but_for, miss.message) for miss in denied.near_misses] == [
        (("family",), "is for every address of IPv4, and 2001:db8::9/128 has one of IPv6")
    ]
