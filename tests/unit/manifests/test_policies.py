import re

import pytest

from netpolc.diagnostics.closest import closest
from netpolc.manifests.reading import read_manifests
from netpolc.policy.model import IPBlock, PodPeer
from netpolc.policy.objects import as_object
from netpolc.source import Source
from tests.rows import each_row
from tests.unit.manifests.kubernetes import FACTS

HEAD = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, namespace: shop}\nspec:\n"

PORT = "spec.ingress[0].ports[0].port"
RANGE = "must be between 1 and 65535, inclusive"

# Go counts numbers that int32 cannot hold as a wrong type; netpolc says which numbers a port can have.
DECODING = {"NP411", "NP407"}
VALIDITY = {f"NP{number}" for number in range(401, 411)}


def read(text):
    return read_manifests(Source("shop.yaml", text))


def spec(text):
    return read(HEAD + "".join(f"  {line}\n" for line in text.splitlines()))


def said(manifests):
    return [
        (one.code, one.message, one.location.text if one.location else None, one.help) for one in manifests.diagnostics
    ]


def comparable(policy):
    """An object of the API, leaving out what the model cannot hold apart."""
    metadata = {
        key: policy["metadata"][key]
        for key in ("name", "namespace", "labels", "annotations")
        if key in policy["metadata"]
    }
    return {**policy, "metadata": metadata}


@each_row("fact", FACTS["policies"])
def test_a_policy_is_what_it_is_to_the_api_server(fact):
    manifests = read(fact["text"])
    codes = {one.code for one in manifests.diagnostics if one.severity == "error"}
    if "error" in fact:
        assert codes & DECODING
        assert not manifests.policies
        return
    assert not codes & {"NP411"}
    fields = sorted(re.search(r'"(.*)"', one)[1].rpartition(".")[2] for one in fact.get("unknown", ()))
    fields = [field for field in fields if field != "status"]
    unknown = [one.location.text for one in manifests.diagnostics if one.code == "NP412"]
    assert sorted(unknown) == fields
    if manifests.policies:
        (policy,) = manifests.policies
        assert comparable(as_object(policy)) == comparable(fact["policy"])
    else:
        assert codes & VALIDITY


def test_known_policies_are_taken_and_refused():
    """The facts above hold enough of both to mean something."""
    taken = [fact for fact in FACTS["policies"] if read(fact["text"]).policies]
    assert len(taken) > 70
    assert sum("error" in fact for fact in FACTS["policies"]) > 50


@each_row(
    "text, code, message, place, advice",
    [
        (
            "podSelector: {matchLabels: {a: on}}",
            "NP411",
            "`spec.podSelector.matchLabels.a` takes a string, and this is a boolean",
            "on",
            None,
        ),
        (
            "podSelector: {matchLabels: {a: 1e3}}",
            "NP411",
            "`spec.podSelector.matchLabels.a` takes a string, and this is a number",
            "1e3",
            None,
        ),
        ("podSelector: []", "NP411", "`spec.podSelector` takes a mapping, and this is a list", "[]", None),
        (
            "ingress: {}",
            "NP411",
            "`spec.ingress` takes a list, and this is a mapping",
            "{}",
            "begin each item of the list with `- `",
        ),
        ("policyTypes: Egress", "NP411", "`spec.policyTypes` takes a list, and this is a string", "Egress", None),
        (
            "ingress: [{ports: [{port: true}]}]",
            "NP411",
            "`spec.ingress[0].ports[0].port` takes a whole number, and this is a boolean",
            "true",
            None,
        ),
        (
            "ingress: [{ports: [{port: 80.5}]}]",
            "NP411",
            "`spec.ingress[0].ports[0].port` takes a whole number, and this is a number",
            "80.5",
            None,
        ),
        (
            "ingress: [{ports: [{port: 1, endPort: '80'}]}]",
            "NP411",
            "`spec.ingress[0].ports[0].endPort` takes a whole number, and this is a string",
            "'80'",
            None,
        ),
        (
            "podSelector: {app: db}",
            "NP412",
            "`spec.podSelector` has no field `app`",
            "app",
            "labels belong under `matchLabels`",
        ),
        (
            "podselector: {}",
            "NP412",
            "`spec` has no field `podselector`",
            "podselector",
            "the nearest field here is `podSelector`",
        ),
        (
            "'ports': []",
            "NP412",
            "`spec` has no field `ports`",
            "'ports'",
            "`ports` is a field of an item of `ingress` or `egress`, beside `from` or `to`",
        ),
        (
            "ingress: [{to: []}]",
            "NP412",
            "`spec.ingress[0]` has no field `to`",
            "to",
            "`to` is a field of an item of `egress`",
        ),
        ("ingress: [{ports: [{port: 0}]}]", "NP407", f"`{PORT}`: invalid value `0`: {RANGE}", "0", None),
        (
            "ingress: [{ports: [{port: 99999999999}]}]",
            "NP407",
            f"`{PORT}`: invalid value `99999999999`: {RANGE}",
            "99999999999",
            None,
        ),
        (
            "ingress: [{from: [{ipBlock: {cidr: 10.0.0.5/24}}]}]",
            "NP409",
            "`spec.ingress[0].from[0].ipBlock.cidr`: invalid value `10.0.0.5/24`: "
            "must not have bits set beyond the prefix length",
            "10.0.0.5/24",
            None,
        ),
        (
            "ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8}, podSelector: {}}]}]",
            "NP408",
            "`spec.ingress[0].from[0]`: forbidden: may not specify both ipBlock and another peer",
            "{ipBlock: {cidr: 10.0.0.0/8}, podSelector: {}}",
            None,
        ),
        (
            "ingress: [{from: [{}]}]",
            "NP408",
            "`spec.ingress[0].from[0]`: required value: must specify a peer",
            "{}",
            None,
        ),
        (
            "policyTypes: [ingress]",
            "NP410",
            "`spec.policyTypes[0]`: unsupported value `ingress`: supported values: `Ingress`, `Egress`",
            "ingress",
            None,
        ),
        (
            "podSelector: {matchExpressions: [{key: a, operator: In}]}",
            "NP406",
            "`spec.podSelector.matchExpressions[0].values`: required value: "
            "must be specified when `operator` is 'In' or 'NotIn'",
            "{key: a, operator: In}",
            None,
        ),
        ("podSelector: {matchLabels: {a: b c}}", "NP404", None, "{a: b c}", None),
        (
            "ingress: [{ports: [{protocol: '{{ .x }}'}]}]",
            "NP122",
            None,
            "'{{ .x }}'",
            "render the chart first, and read what comes out: `helm template`",
        ),
    ],
)
def test_what_is_wrong_is_said_where_it_stands(text, code, message, place, advice):
    ((found, told, where, help_text),) = said(spec(text))
    assert (found, where, help_text) == (code, place, advice)
    assert message is None or told == message


@each_row(
    "text, message",
    [
        ("podSelector:", "`spec.podSelector` is left empty, which selects all pods"),
        ("policyTypes: []", "`spec.policyTypes` is left empty, which means `Ingress`"),
        ("policyTypes:\negress: [{}]", "`spec.policyTypes` is left empty, which means `Ingress` and `Egress`"),
        ("ingress:\n-", "a rule is left empty, which allows everything"),
        ("ingress: [{from: []}]", "`from` is left empty, which means any peer"),
        ("egress: [{to: }]", "`to` is left empty, which means any peer"),
        ("ingress: [{ports: ~}]", "`ports` is left empty, which means any port"),
        ("ingress: [{ports: [~]}]", "a port is left empty, which means every port of TCP"),
        ("ingress: [{ports: [{protocol: UDP, port: }]}]", "a port is left empty, which means every port of UDP"),
        (
            "ingress: [{from: [{podSelector: {}, namespaceSelector: }]}]",
            "`namespaceSelector` is left empty, as if it were not there",
        ),
    ],
)
def test_what_is_left_empty_is_a_warning(text, message):
    manifests = spec(text)
    assert [(one.code, one.severity, one.message) for one in manifests.diagnostics] == [("NP416", "warning", message)]
    assert len(manifests.policies) == 1


@each_row("text", ["{}", "podSelector: {}", "ingress: []", "ingress: [{}]", "ingress: ~", "egress:"])
def test_what_is_meant_is_no_warning(text):
    assert not spec(text).diagnostics


def test_a_policy_with_unknown_fields_is_kept_without_them():
    manifests = spec("podSelector: {app: db}\nrules: []")
    assert {one.code for one in manifests.diagnostics} == {"NP412"}
    assert manifests.policies[0].pod_selector.match_labels == ()


def test_every_part_keeps_its_place():
    text = (
        "ingress:\n- from:\n  - podSelector: {}\n  - ipBlock: {cidr: 10.0.0.0/8}\n"
        "  ports:\n  - port: 80\n    protocol: UDP"
    )
    (policy,) = spec(text).policies
    (rule,) = policy.ingress
    assert rule.location.text.startswith("from:")
    assert rule.location.line == 6
    pods, block = rule.peers
    assert (type(pods), pods.location.text) == (PodPeer, "podSelector: {}")
    assert (type(block), block.location.text) == (IPBlock, "ipBlock: {cidr: 10.0.0.0/8}")
    assert rule.ports[0].location.text == "port: 80\n      protocol: UDP"
    assert policy.location.line == 1
    assert policy.sources == ("shop.yaml",)


def test_a_peer_that_is_written_alike_but_begins_further_in_is_another():
    labels = "        matchLabels:\n          app: db\n"
    right = f"{HEAD}  egress:\n  - to:\n    - podSelector:\n{labels}"
    wrong = f"{HEAD}  egress:\n  - to:\n      - podSelector:\n{labels}".replace("name: p", "name: q")
    assert [policy.name for policy in read(f"{right}---\n{wrong}").policies] == ["p"]
    assert said(read(f"{right}---\n{wrong}")) == said(read(wrong)) != []


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("podSelector: {}", 5),
        ("policyTypes: [Ingress]\n  podSelector:\n    matchLabels: {app: x}", 6),
        ("<<: &all\n    podSelector: {}", 6),
        ("{policyTypes: [Ingress],\n    'podSelector': {}}", 6),
        ("policyTypes: [Ingress]", None),
    ],
)
def test_it_is_known_where_the_pod_selector_stands(text, line):
    head = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: x}\nspec:\n"
    (policy,) = read(head + "  " + text + "\n").policies
    place = policy.subject_location
    assert (None if place is None else place.line) == line
    assert place is None or place.source.text[place.span.start : place.span.end].strip("'") == "podSelector"


def test_keys_that_are_no_text_become_text_as_in_kubernetes():
    (policy,) = spec("podSelector: {matchLabels: {y: a, 1.10: b, 012: c}}").policies
    assert policy.pod_selector.match_labels == (("1.1", "b"), ("10", "c"), ("true", "a"))


def test_a_generated_name_is_made_up_and_the_same_each_time():
    text = HEAD.replace("name: p", "generateName: web-") + "  {}\n"
    first, second = read(text).policies[0].name, read(text).policies[0].name
    assert first == second
    assert re.fullmatch(r"web-[0-9a-f]{5}", first)
    assert len(read(text.replace("web-", "w" * 80)).policies[0].name) == 63


def test_hints_name_only_fields_of_the_api():
    assert closest("podselector", {"podSelector", "ingress"}) == "podSelector"


def test_many_mistakes_do_not_drown_the_reader():
    manifests = spec("ingress: [" + "x, " * 5000 + "]\n" + "\n".join(f"unknown{n}: 1" for n in range(500)))
    assert 0 < len(manifests.diagnostics) <= 20
    assert not manifests.policies
