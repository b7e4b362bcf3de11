import copy
import re

import pytest

from netpolc.manifests.reading import read_manifests
from netpolc.source import Source
from tests.rows import each_row
from tests.unit.manifests.layouts import LAYOUTS, applied, comments, judged

WEB = {"matchLabels": {"app": "web", "tier": "front"}}
TCP = [{"protocol": "TCP", "port": 5432}, {"protocol": "UDP", "port": 53}]
HEAD = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, namespace: shop}\nspec:\n"


def policy(**rules):
    spec = {"podSelector": {"matchLabels": {"app": "db"}}, "policyTypes": ["Ingress", "Egress"], **rules}
    metadata = {"name": "db", "namespace": "shop", "labels": {"team": "a"}}
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": metadata, "spec": spec}


def ingress():
    return policy(ingress=[{"from": [{"podSelector": copy.deepcopy(WEB)}], "ports": copy.deepcopy(TCP)}])


def egress():
    block = {"cidr": "192.0.2.0/24", "except": ["192.0.2.128/25"]}
    return policy(egress=[{"to": [{"ipBlock": block}], "ports": copy.deepcopy(TCP)}])


def moved(path, name, to, *, first=False):
    """Take a field from one mapping to another, to its end or its beginning."""

    def break_(document):
        value = at(document, path).pop(name)
        home = at(document, to)
        fields = {name: value, **home} if first else {**home, name: value}
        home.clear()
        home.update(fields)

    return break_


def slipped(path, name):
    """Leave a field empty, and put what is in it beside it, as one level of indentation less does."""

    def break_(document):
        around = at(document, path)
        value = around[name]
        fields = [(key, None if key == name else held) for key, held in around.items()]
        index = list(around).index(name) + 1
        around.clear()
        around.update([*fields[:index], *value.items(), *fields[index:]])

    return break_


def unwrapped(path):
    def break_(document):
        selector = at(document, path)
        labels = selector.pop("matchLabels")
        rest = dict(selector)
        selector.clear()
        selector.update(labels | rest)

    return break_


def renamed(path, name, wrong):
    def break_(document):
        around = at(document, path)
        fields = [(wrong if key == name else key, value) for key, value in around.items()]
        around.clear()
        around.update(fields)

    return break_


def unlisted(path, name):
    """Put the only peer of a rule in the place of its list."""

    def break_(document):
        rule = at(document, path)
        fields = {key: value for peer in rule.pop(name) for key, value in peer.items()} | rule
        rule.clear()
        rule.update(fields)

    return break_


def at(document, path):
    for part in path:
        document = document[part]
    return document


SPEC = ("spec",)
SUBJECT = ("spec", "podSelector")
RULE = ("spec", "ingress", 0)
OUT = ("spec", "egress", 0)
PEER = (*RULE, "from", 0)
BREAKAGES = {
    "ports beside ingress": (ingress, moved(RULE, "ports", SPEC)),
    "ports before podSelector": (ingress, moved(RULE, "ports", SPEC, first=True)),
    "ports beside spec": (ingress, moved(RULE, "ports", ())),
    "ports before all": (ingress, moved(RULE, "ports", (), first=True)),
    "ports of an only peer": (ingress, moved(RULE, "ports", PEER)),
    "ports beside egress": (egress, moved(OUT, "ports", SPEC)),
    "labels without matchLabels": (ingress, unwrapped(SUBJECT)),
    "labels of a peer without matchLabels": (ingress, unwrapped((*PEER, "podSelector"))),
    "labels beside matchLabels": (ingress, slipped((*PEER, "podSelector"), "matchLabels")),
    "matchLabels beside podSelector": (ingress, slipped(SPEC, "podSelector")),
    "matchLabels beside that of a peer": (ingress, slipped(PEER, "podSelector")),
    "cidr beside ipBlock": (egress, slipped((*OUT, "to", 0), "ipBlock")),
    "policyTypes beside spec": (ingress, moved(SPEC, "policyTypes", ())),
    "ingress beside spec": (ingress, moved(SPEC, "ingress", ())),
    "namespace beside metadata": (ingress, moved(("metadata",), "namespace", ())),
    "to in ingress": (ingress, renamed(RULE, "from", "to")),
    "from in egress": (egress, renamed(OUT, "to", "from")),
    "peers without a list": (ingress, unlisted(RULE, "from")),
    "peers of egress without a list": (egress, unlisted(OUT, "to")),
    "rules": (ingress, renamed(SPEC, "ingress", "rules")),
    "rules of egress": (egress, renamed(SPEC, "egress", "rules")),
    "lower case": (ingress, renamed(SPEC, "podSelector", "podselector")),
    "snake case": (ingress, renamed(SPEC, "policyTypes", "policy_types")),
    "a letter less": (ingress, renamed(SUBJECT, "matchLabels", "matchLabel")),
    "labels": (ingress, renamed(SUBJECT, "matchLabels", "labels")),
    "port for ports": (ingress, renamed(RULE, "ports", "port")),
    "excepts": (egress, renamed((*OUT, "to", 0, "ipBlock"), "except", "excepts")),
    "kinds of metadata": (ingress, renamed(("metadata",), "namespace", "Namespace")),
}
EVERYWHERE = ("block", "indented", "remarked", "windows", "unfinished", "flow", "json", "tall json", "second", "listed")
BESIDE_NULL = re.compile("(labels|matchLabels|cidr) beside ").match
BRACES = ("flow", "json", "tall json")
NO_FIX = {
    *((name, layout) for name in BREAKAGES if BESIDE_NULL(name) for layout in BRACES),
    ("ports before all", "listed"),
}
"""Nobody writes null in braces and means what follows, and what stands behind a dash is not moved."""


def mended(text):
    """The text once the fixes of all unknown fields are applied, one after another, and what is left of findings."""
    for _ in range(10):
        found = [one for one in judged(text).diagnostics if one.code == "NP412" and one.fixes]
        if not found:
            break
        (fix,) = found[0].fixes
        text = applied(text, fix)
    return text, judged(text)


@pytest.mark.parametrize("layout", LAYOUTS)
@each_row("name", BREAKAGES)
def test_a_misplaced_field_is_put_where_it_belongs(name, layout):
    make, break_ = BREAKAGES[name]
    document = make()
    meant = read_manifests(Source("shop.yaml", LAYOUTS[layout](make()))).policies
    break_(document)
    broken = LAYOUTS[layout](document)
    first = [one for one in judged(broken).diagnostics if one.code == "NP412"]
    assert first
    assert all(one.help for one in first)
    if (name, layout) in NO_FIX or (layout == "mixed" and not first[0].fixes):
        assert not any(one.fixes for one in first)
        return
    text, manifests = mended(broken)
    assert manifests.diagnostics == ()
    assert manifests.policies == meant
    if layout == "remarked":
        assert sorted(comments(text)) == sorted(comments(broken))
    if layout == "windows":
        assert text.count("\n") == text.count("\r\n")


def said(text):
    found = judged(HEAD + text).diagnostics
    return [
        (one.location.text, one.help, [applied(HEAD + text, fix)[len(HEAD) :] for fix in one.fixes])
        for one in found
        if one.code == "NP412"
    ]


TYPES = "  policyTypes: [Ingress]\n"


@pytest.mark.parametrize(
    ("text", "place", "advice"),
    [
        (
            "  ingress:\n  - from: [podSelector: {}]\n  - from: [namespaceSelector: {}]\n  ports: [{port: 80}]\n",
            "ports",
            "move it into the rule that it is for: `spec.ingress[0]`, `spec.ingress[1]`",
        ),
        (
            "  ingress: [{}, {}, {}]\n  egress: [{}, {}]\n  ports: [{port: 80}]\n",
            "ports",
            "move it into the rule that it is for: "
            "`spec.ingress[0]`, `spec.ingress[1]`, `spec.ingress[2]`, `spec.egress[0]`, …",
        ),
        (
            "  ports: [{port: 80}]\n",
            "ports",
            "`ports` is a field of an item of `ingress` or `egress`, beside `from` or `to`",
        ),
        (
            "  ingress: [{ports: [{port: 443}]}]\n  ports: [{port: 80}]\n",
            "ports",
            "`ports` is a field of an item of `ingress` or `egress`, beside `from` or `to`",
        ),
        (
            "  ingress: [{from: [podSelector: {}]}]\n  ports: [{prt: 80}]\n",
            "ports",
            "`ports` is a field of an item of `ingress` or `egress`, beside `from` or `to`",
        ),
        (
            "  ingress:\n  - from:\n    - podSelector: {}\n      ports: [{port: 80}]\n    - namespaceSelector: {}\n",
            "ports",
            "`ports` belongs to the whole rule, beside `from` or `to`; peers with other ports want another rule",
        ),
        ("  rules: [{ports: [{port: 80}]}]\n", "rules", None),
        ("  rules: [{from: [], to: []}]\n", "rules", None),
        ("  podSelector: {}\n  podselector: {}\n", "podselector", "the nearest field here is `podSelector`"),
        ("  podselector: [a]\n", "podselector", "the nearest field here is `podSelector`"),
        ("  podSelector: {app: [a]}\n", "app", "labels belong under `matchLabels`"),
        ("  podSelector: {app: on}\n", "app", "labels belong under `matchLabels`"),
        ("  podSelector: {app: a, matchLabels: {app: b}}\n", "app", "labels belong under `matchLabels`"),
        ("  podSelector: {app: &a db}\n", "app", "labels belong under `matchLabels`"),
    ],
)
def test_where_the_meaning_is_not_plain_it_is_left_to_the_reader(text, place, advice):
    assert said(TYPES + text) == [(place, advice, [])]


@each_row(
    "text, expected",
    [
        (
            "  podSelector:\n    app : database\n",
            "  podSelector:\n    matchLabels:\n      app : database\n",
        ),
        ("  podSelector: {app: db}\n", "  podSelector: {matchLabels: {app: db}}\n"),
        (
            "  podSelector: {app: db, matchLabels: {tier: a}}\n",
            "  podSelector: {matchLabels: {tier: a, app: db}}\n",
        ),
        (
            "  podSelector: {app: db, matchExpressions: [{key: a, operator: Exists}]}\n",
            "  podSelector: {matchLabels: {app: db}, matchExpressions: [{key: a, operator: Exists}]}\n",
        ),
        (
            "  ingress:\n  - from:\n    - podSelector: {}\n\n  # the database\n  ports: # one\n  # two\n  - port: 80\n",
            "  ingress:\n  - from:\n    - podSelector: {}\n\n"
            "    # the database\n    ports: # one\n    # two\n    - port: 80\n",
        ),
        (
            "  ingress:\n  - {from: [podSelector: {}]}\n  ports: [{port: 80}]\n",
            "  ingress:\n  - {from: [podSelector: {}], ports: [{port: 80}]}\n",
        ),
        (
            "  ingress:\n  - {}\n  ports: [{port: 80}]\n  egress: []\n",
            "  ingress:\n  - {ports: [{port: 80}]}\n  egress: []\n",
        ),
        (
            "  ports:\n    - port: 80\n  ingress:\n    - from:\n        - podSelector: {}\n  egress: []\n",
            "  ingress:\n    - from:\n        - podSelector: {}\n      ports:\n        - port: 80\n  egress: []\n",
        ),
        ('  "podselector": {}\n', '  "podSelector": {}\n'),
        ("  'podselector': {}\n", "  'podSelector': {}\n"),
    ],
)
def test_the_rest_of_the_text_stays_as_it_is(text, expected):
    assert said(TYPES + text)[0][2] == [TYPES + expected]


def test_a_fix_is_offered_once_for_labels_in_a_row():
    (first, second) = said("  policyTypes: [Ingress]\n  podSelector:\n    app: db\n    tier: x\n")
    assert (len(first[2]), len(second[2])) == (1, 0)


def test_without_being_asked_nobody_is_judged():
    text = HEAD + "  podSelector: {app: db}\n"
    (found,) = read_manifests(Source("shop.yaml", text)).diagnostics
    assert (found.code, found.help, found.fixes) == ("NP412", "labels belong under `matchLabels`", ())
