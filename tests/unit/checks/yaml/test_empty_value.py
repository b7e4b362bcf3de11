import pytest

from netpolc.manifests.reading import read_manifests
from netpolc.source import Source
from tests.rows import each_row
from tests.unit.checks.yaml.checking import codes, said, text_of
from tests.unit.manifests.layouts import judged

EMPTY = "NP416"
TYPES = "policyTypes: [Ingress, Egress]\n"


@each_row(
    "spec, severity, place, fixed",
    [
        ("podSelector:", "error", "", ["podSelector: {}"]),
        ("podSelector: # all", "error", "", ["podSelector: {} # all"]),
        ("podSelector: ~", "error", "~", ["podSelector: {}"]),
        ("podSelector: null", "error", "null", ["podSelector: {}"]),
        ("podSelector:\n  matchLabels:", "error", "", ["podSelector:\n  matchLabels: {}"]),
        ("podSelector:\n  matchExpressions:", "error", "", ["podSelector:\n  matchExpressions: []"]),
        ("podSelector:\n  matchLabels:\n    app:", "error", "", ['podSelector:\n  matchLabels:\n    app: ""']),
        (
            "podSelector: {matchLabels: {}, matchExpressions: ~}",
            "error",
            "~",
            ["podSelector: {matchLabels: {}, matchExpressions: []}"],
        ),
        ("ingress:\n-", "error", "", ["ingress:\n- {}"]),
        ("ingress:\n- # a\n- {}", "error", "", ["ingress:\n- {} # a\n- {}"]),
        ("ingress:\n- from:", "error", "", ["ingress:\n- {}"]),
        (
            "ingress:\n- from:\n  ports: [{port: 1, protocol: TCP}]",
            "error",
            "",
            ["ingress:\n- ports: [{port: 1, protocol: TCP}]"],
        ),
        (
            "egress:\n- ports: [{port: 1, protocol: TCP}]\n  to: # a",
            "error",
            "",
            ["egress:\n- ports: [{port: 1, protocol: TCP}]"],
        ),
        (
            "ingress:\n- from: # a\n  ports: [{port: 1, protocol: TCP}]",
            "error",
            "",
            ["ingress:\n- ports: [{port: 1, protocol: TCP}]"],
        ),
        ("ingress:\n- from:\n  # a\n  ports: [{port: 1, protocol: TCP}]", "error", "", []),
        ("ingress:\n- from: # a", "error", "", ["ingress:\n- {} # a"]),
        ("ingress: [{from: [podSelector: {}], ports: }]", "error", "", ["ingress: [{from: [podSelector: {}]}]"]),
        (
            "ingress: [{from: [{podSelector: {}, namespaceSelector: }]}]",
            "error",
            "",
            [
                "ingress: [{from: [{podSelector: {}}]}]",
                "ingress: [{from: [{podSelector: {}, namespaceSelector: {}}]}]",
            ],
        ),
        ("ingress: [{from: []}]", "warning", "[]", ["ingress: [{}]"]),
        ("egress: [{to: []}]", "warning", "[]", ["egress: [{}]"]),
        (
            "ingress:\n  - ports: []\n    from: [podSelector: {}]",
            "warning",
            "[]",
            ["ingress:\n  - from: [podSelector: {}]"],
        ),
    ],
)
def test_what_is_left_empty(spec, severity, place, fixed):
    ((told, _, where, made),) = said(TYPES + spec, EMPTY)
    assert (told, where, made) == (severity, place, [TYPES + each for each in fixed])
    before = judged(text_of(TYPES + spec)).policies
    for number, each in enumerate(made):
        assert EMPTY not in codes(each)
        assert number or judged(text_of(each)).policies == before


@pytest.mark.parametrize(
    ("spec", "fixed"),
    [
        ("policyTypes: []", "policyTypes: [Ingress]"),
        ("policyTypes:", "policyTypes: [Ingress]"),
        ("policyTypes:\negress: [{}]", "policyTypes: [Ingress, Egress]\negress: [{}]"),
        ("policyTypes: ~\negress: []", "policyTypes: [Ingress]\negress: []"),
    ],
)
def test_a_list_of_types_that_is_left_empty_is_no_list(spec, fixed):
    ((severity, _, _, made),) = said(spec, EMPTY)
    assert (severity, made) == ("error", [fixed])


@pytest.mark.parametrize("field", ["podSelector", "namespaceSelector"])
def test_a_peer_that_is_left_empty_is_refused_too(field):
    spec = f"{TYPES}ingress: [{{from: [{{{field}: }}]}}]"
    assert codes(spec) == [EMPTY, "NP408"]
    assert said(spec, EMPTY)[0][3] == [f"{TYPES}ingress: [{{from: [{{{field}: {{}}}}]}}]"]


@each_row(
    "spec",
    [
        "podSelector: {}",
        "podSelector: {matchLabels: {}}",
        "podSelector: {matchLabels: {app: ''}}",
        "podSelector: {matchLabels: , matchExpressions: [{key: a, operator: Exists}]}",
        "ingress: []\negress:",
        "ingress: [{}]",
    ],
)
def test_what_is_empty_on_purpose(spec):
    assert EMPTY not in codes(TYPES + spec)


def test_labels_of_the_policy_itself_may_be_empty():
    text = text_of(TYPES + "podSelector: {}").replace("{name: p,", "{name: p, labels: {a: }, annotations: {b: },")
    assert not judged(text).diagnostics


def test_without_being_asked_nothing_is_severe():
    (found,) = read_manifests(Source("shop.yaml", text_of(TYPES + "podSelector:"))).diagnostics
    assert (found.severity, found.fixes) == ("warning", ())


@pytest.mark.parametrize("ports", ["[~]", "[port: ]", "[{port: , protocol: UDP}]", "[{port: ~, endPort: ~}]"])
def test_which_port_is_meant_nobody_knows(ports):
    (found,) = judged(text_of(f"{TYPES}ingress: [{{ports: {ports}}}]")).diagnostics
    assert (found.code, found.severity, found.help, found.fixes) == (
        EMPTY,
        "error",
        "write the port that is meant",
        (),
    )


def test_the_advice_is_the_same_where_the_text_cannot_be_edited():
    text = text_of(f"{TYPES}podSelector: &all {{}}\ningress: [{{from: , ports: [{{port: 1, protocol: TCP}}]}}]")
    (found,) = judged(text).diagnostics
    assert (found.help, found.fixes) == ("leave out `from` to mean any peer", ())


def test_a_peer_that_stands_beside_its_list_is_what_is_missing():
    found, other = judged(text_of(f"{TYPES}ingress:\n- from:\n  podSelector: {{}}")).diagnostics
    assert (found.code, other.code) == ("NP412", EMPTY)
    assert (len(found.fixes), other.help, other.fixes) == (1, "put the peer into an item of `from`", ())


def test_in_json_it_is_json():
    text = (
        '{"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "p", "namespace": "s"}, '
        '"spec": {"podSelector": null, "policyTypes": null}}'
    )
    texts = [[edit.text for edit in fix.edits] for one in judged(text).diagnostics for fix in one.fixes]
    assert texts == [["{}"], ['["Ingress"]']]
