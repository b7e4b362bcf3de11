from netpolc.checks.workloads.from_policies import references_of_policies
from netpolc.engine import words
from netpolc.engine.peers import endpoint
from netpolc.sets.ports import PortSet, ports_of
from tests.rows import each_row
from tests.unit.checks.workloads.worlds import policies, policy


def references(*specs, where="shop"):
    found = references_of_policies(policies(*(policy(f"{where}/p{number}", spec) for number, spec in enumerate(specs))))
    openings = [f"{endpoint(each.pods)}:{words.ports(ports_of([each.port]))}" for each in found.openings]
    return [endpoint(each.pods) for each in found.mentions], openings, found


PEERS = (
    "[{podSelector: {matchLabels: {a: b}}}, {namespaceSelector: {matchLabels: {t: u}}}, {ipBlock: {cidr: 20.0.0.0/8}}]"
)
ABSENT = "{key: a, operator: DoesNotExist}"
PORTS = "[{port: 80}, {port: dns, protocol: UDP}, {port: 1, endPort: 9}, {protocol: SCTP}]"


@each_row(
    "spec, mentions, openings",
    [
        ("{podSelector: {}}", [], []),
        ("{podSelector: {matchLabels: {a: b}}}", ["shop/[a=b]"], []),
        (
            f"{{podSelector: {{}}, ingress: [{{from: {PEERS}, ports: {PORTS}}}]}}",
            ["shop/[a=b]"],
            ["shop/*:80", 'shop/*:"dns"/udp', "shop/*:1-9", "shop/*:*/sctp"],
        ),
        (
            f"{{podSelector: {{}}, egress: [{{to: {PEERS}, ports: [{{port: 80}}]}}]}}",
            ["shop/[a=b]"],
            ["shop/[a=b]:80", "[t=u]/*:80"],
        ),
        (f"{{podSelector: {{}}, egress: [{{ports: {PORTS}}}]}}", [], []),
        (f"{{podSelector: {{}}, ingress: [{{from: {PEERS}}}]}}", ["shop/[a=b]"], []),
        (f"{{podSelector: {{}}, policyTypes: [Ingress], egress: [{{to: {PEERS}, ports: {PORTS}}}]}}", [], []),
        (
            f"{{podSelector: {{matchLabels: {{a: b}}, matchExpressions: [{ABSENT}]}}, ingress: [{{ports: {PORTS}}}]}}",
            [],
            [],
        ),
    ],
)
def test_what_a_policy_speaks_of(spec, mentions, openings):
    assert references(spec)[:2] == (mentions, openings)


def test_namespaces_and_owners():
    one = references(
        "{podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: x}}}]}]}"
    )[2]
    both = one + references("{podSelector: {}}", where="")[2]
    assert [words.selector(each.namespaces) for each in both.homes] == [
        "kubernetes.io/metadata.name=shop",
        "kubernetes.io/metadata.name=x",
    ]
    assert both.owned == {"shop", None}
    assert PortSet() == ports_of(each.port for each in both.openings)
