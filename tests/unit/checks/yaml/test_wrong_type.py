import copy

import pytest

from netpolc.manifests.reading import read_manifests
from netpolc.source import Source
from tests.rows import each_row
from tests.unit.checks.yaml.checking import codes, said
from tests.unit.manifests.layouts import LAYOUTS, applied, comments, judged

CODE = "NP411"
RULE = ("spec", "ingress", 0)
PEER = (*RULE, "from", 0)
BY_NAME = {"matchLabels": {"kubernetes.io/metadata.name": "ops"}}
TCP = {"protocol": "TCP", "port": 80}
WRONG = {
    "types as a word": (("spec", "policyTypes"), "Ingress", ["Ingress"]),
    "types as a word in lower case": (("spec", "policyTypes"), "ingress", ["Ingress"]),
    "types as words": (("spec", "policyTypes"), "ingress, Egress", ["Ingress", "Egress"]),
    "a rule as a mapping": (("spec", "ingress"), {"ports": [TCP]}, [{"ports": [TCP]}]),
    "a peer as a mapping": ((*RULE, "from"), {"podSelector": {}}, [{"podSelector": {}}]),
    "a peer of two fields": (
        (*RULE, "from"),
        {"namespaceSelector": {}, "podSelector": {"matchLabels": {"a": "b"}}},
        [{"namespaceSelector": {}, "podSelector": {"matchLabels": {"a": "b"}}}],
    ),
    "a port as a mapping": ((*RULE, "ports"), {**TCP}, [{**TCP}]),
    "a port as a number": ((*RULE, "ports"), [443, {**TCP}], [{"protocol": "TCP", "port": 443}, {**TCP}]),
    "a port as a name": ((*RULE, "ports"), ["https"], [{"protocol": "TCP", "port": "https"}]),
    "a port as a range": ((*RULE, "ports"), ["80-90"], [{**TCP, "endPort": 90}]),
    "a port without a list": ((*RULE, "ports"), 80, [{**TCP}]),
    "a block as a word": (PEER, {"ipBlock": "192.0.2.0/24"}, {"ipBlock": {"cidr": "192.0.2.0/24"}}),
    "a block of one": (PEER, {"ipBlock": "192.0.2.7"}, {"ipBlock": {"cidr": "192.0.2.7/32"}}),
    "a block of version six": (PEER, {"ipBlock": "2001:db8::/32"}, {"ipBlock": {"cidr": "2001:db8::/32"}}),
    "a block as a peer": (PEER, "192.0.2.0/24", {"ipBlock": {"cidr": "192.0.2.0/24"}}),
    "an exception as a word": (
        PEER,
        {"ipBlock": {"cidr": "192.0.2.0/24", "except": "192.0.2.0/28"}},
        {"ipBlock": {"cidr": "192.0.2.0/24", "except": ["192.0.2.0/28"]}},
    ),
    "a namespace by its name": (PEER, {"namespaceSelector": "ops"}, {"namespaceSelector": BY_NAME}),
    "labels with an equals sign": (
        PEER,
        {"podSelector": "a=b,c=d"},
        {"podSelector": {"matchLabels": {"a": "b", "c": "d"}}},
    ),
    "labels without a space": (PEER, {"podSelector": "a:b"}, {"podSelector": {"matchLabels": {"a": "b"}}}),
    "labels below their field": (
        PEER,
        {"podSelector": {"matchLabels": "a:b"}},
        {"podSelector": {"matchLabels": {"a": "b"}}},
    ),
    "labels that are numbers": (
        PEER,
        {"podSelector": {"matchLabels": "a:1"}},
        {"podSelector": {"matchLabels": {"a": "1"}}},
    ),
    "the end as a text": ((*RULE, "ports", 0), {**TCP, "endPort": "90"}, {**TCP, "endPort": 90}),
}
EXPRESSION = {"key": "tier", "operator": "In", "values": "a"}
WRONG["a value as a word"] = (
    PEER,
    {"podSelector": {"matchExpressions": [EXPRESSION]}},
    {"podSelector": {"matchExpressions": [{**EXPRESSION, "values": ["a"]}]}},
)
WRONG["an expression as a mapping"] = (
    PEER,
    {"podSelector": {"matchExpressions": {**EXPRESSION, "values": ["a"]}}},
    {"podSelector": {"matchExpressions": [{**EXPRESSION, "values": ["a"]}]}},
)


def policy(path, value):
    rule = {"from": [{"podSelector": {}}], "ports": [{"protocol": "TCP", "port": 8080}]}
    spec = {"podSelector": {}, "policyTypes": ["Ingress"], "ingress": [rule]}
    document = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "p", "namespace": "shop"},
        "spec": spec,
    }
    *around, last = path
    owner = document
    for part in around:
        owner = owner[part]
    owner[last] = copy.deepcopy(value)
    return document


@pytest.mark.parametrize("layout", LAYOUTS)
@each_row("name", WRONG)
def test_a_value_is_given_the_type_that_it_lacks(name, layout):
    path, wrong, right = WRONG[name]
    broken = LAYOUTS[layout](policy(path, wrong))
    (found,) = [one for one in judged(broken).diagnostics if one.severity == "error"]
    assert found.code == CODE
    (fix,) = found.fixes
    assert found.help == fix.message
    text = applied(broken, fix)
    assert not [one for one in judged(text).diagnostics if one.severity != "note"]
    meant = read_manifests(Source("shop.yaml", LAYOUTS[layout](policy(path, right)))).policies
    assert judged(text).policies == meant
    if layout == "remarked":
        assert sorted(comments(text)) == sorted(comments(broken))


IN = "policyTypes: [Ingress]\ningress:\n"


@each_row(
    "spec, fixed",
    [
        ("podSelector:\n  matchLabels:\n    app:database # a", "podSelector:\n  matchLabels:\n    app: database # a"),
        ("podSelector:\n  matchLabels:\n    a:b\n    c:d", "podSelector:\n  matchLabels:\n    a: b\n    c: d"),
        ("podSelector:\n  matchLabels: a:b", "podSelector:\n  matchLabels: {a: b}"),
        ("podSelector: {matchLabels: a:b}", "podSelector: {matchLabels: {a: b}}"),
        ("podSelector:\n  matchLabels:\n    a:on", 'podSelector:\n  matchLabels:\n    {a: "on"}'),
        ("podSelector:\n  a:b", "podSelector:\n  {matchLabels: {a: b}}"),
        ("policyTypes: # both\n  Ingress", "policyTypes: # both\n  [Ingress]"),
        (
            f"{IN}- from: # a\n    # b\n    podSelector: {{}} # c",
            f"{IN}- from: # a\n    # b\n    - podSelector: {{}} # c",
        ),
        (f"{IN}  from:\n  - podSelector: {{}}\n  ports: []", f"{IN}  - from:\n    - podSelector: {{}}\n    ports: []"),
        (f"{IN}- ports: [80]", f"{IN}- ports: [{{protocol: TCP, port: 80}}]"),
    ],
)
def test_in_the_text_at_hand(spec, fixed):
    ((severity, _, _, made),) = said(spec, CODE)
    assert (severity, made) == ("error", [fixed])
    assert CODE not in codes(fixed)


@pytest.mark.parametrize("port", [53, 5353])
def test_the_protocol_of_resolvers_is_to_be_chosen(port):
    assert [made for *_, made in said(f"{IN}- ports:\n  - {port} # dns", CODE)] == [
        [f"{IN}- ports:\n  - {{protocol: {name}, port: {port}}} # dns" for name in ("TCP", "UDP")]
    ]


def test_host_bits_are_to_be_chosen_too():
    blocks = ("192.0.2.0/24", "192.0.2.7/32")
    assert [made for *_, made in said(f"{IN}- from:\n  - ipBlock: 192.0.2.7/24", CODE)] == [
        [f"{IN}- from:\n  - ipBlock: {{cidr: {block}}}" for block in blocks]
    ]


@each_row(
    "spec",
    [
        "podSelector: database",
        "podSelector: {matchLabels: 'a: b'}",
        "podSelector: {matchLabels: http://a:b}",
        "podSelector: {matchLabels: [a]}",
        "podSelector: |\n  app:database",
        "podSelector:\n  matchLabels: &a a:b",
        "ingress: all",
        "ingress: {from: [], prts: []}",
        f"{IN}- from: {{podSelector: {{}}, ipBlock: {{cidr: 192.0.2.0/24}}}}",
        f"{IN}- from: webapp",
        f"{IN}- from: [webapp]",
        f"{IN}- from: [namespaceSelector: Ops_1]",
        f"{IN}- from: [ipBlock: anywhere]",
        f"{IN}- from: [ipBlock: {{cidr: [192.0.2.0/24]}}]",
        f"{IN}- ports: [HTTP]",
        f"{IN}- ports: ['80/tcp']",
        f"{IN}- ports: [0]",
        f"{IN}- ports: [{{port: 80, endPort: ninety, protocol: TCP}}]",
        f"{IN}- ports: [on]",
        f"{IN}- ports: true",
    ],
)
def test_where_there_is_no_fix(spec):
    ((severity, _, _, made),) = said(spec, CODE)
    assert (severity, made) == ("error", [])


def test_without_being_asked_nobody_guesses():
    text = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p}\nspec: {policyTypes: Ingress}\n"
    (found,) = read_manifests(Source("shop.yaml", text)).diagnostics
    assert (found.code, found.help, found.fixes) == (CODE, None, ())
