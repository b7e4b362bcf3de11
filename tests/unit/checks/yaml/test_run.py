from collections import Counter
from random import Random

import pytest

from netpolc.checks.yaml import shapes
from netpolc.checks.yaml.run import MOST
from netpolc.manifests import policies as reader
from netpolc.manifests.reading import read_manifests
from netpolc.source import Source
from tests.rows import each_row
from tests.strategies.worlds import Maker
from tests.unit.manifests.kubernetes import FACTS
from tests.unit.manifests.layouts import LAYOUTS, applied, judged

WORLDS = 12
LATER = {"NP503", "NP611", "NP612", "NP634"}
"""What a fix may leave to be said next: a protocol or a rule that is written stands alone, joined labels contradict."""

SAME = {"write the protocol", "write what it means now", "list what it means"}
"""Fixes that only write down what holds."""


def policies(seed):
    return Maker(Random(seed)).world().documents


def read(text):
    return read_manifests(Source("shop.yaml", text))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_who_judges_reads_the_same_policies(layout):
    for seed in range(WORLDS):
        for document in policies(seed):
            text = LAYOUTS[layout](document)
            assert judged(text).policies == read(text).policies


@each_row("fact", FACTS["policies"])
def test_who_judges_takes_and_refuses_the_same(fact):
    plain, careful = read(fact["text"]), judged(fact["text"])
    assert plain.policies == careful.policies
    told = [(one.code, one.message, one.location.span.start) for one in careful.diagnostics]
    assert told[: len(plain.diagnostics)] == [
        (one.code, one.message, one.location.span.start) for one in plain.diagnostics
    ]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_each_fix_resolves_its_finding_and_breaks_nothing(layout):
    offered = Counter()
    for seed in range(WORLDS):
        for document in policies(seed):
            text = LAYOUTS[layout](document)
            before = judged(text)
            for found in before.diagnostics:
                for fix in found.fixes:
                    offered[found.code] += 1
                    after = judged(applied(text, fix))
                    resolved(found, before, after)
                    if fix.message in SAME:
                        assert after.policies == before.policies
    assert offered.keys() >= {"NP416", "NP511", "NP610", "NP611", "NP612", "NP613"}


def resolved(found, before, after):
    def count(manifests):
        return Counter((one.code, one.message) for one in manifests.diagnostics)

    def errors(manifests):
        return sum(one.severity == "error" for one in manifests.diagnostics)

    same = found.code, found.message
    assert count(after)[same] < count(before)[same]
    assert errors(after) <= errors(before)
    assert {code for code, _ in count(after)} - {code for code, _ in count(before)} <= LATER
    assert len(after.policies) == 1


def test_a_correct_policy_is_not_remarked_on():
    text = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: database
  namespace: shop
  labels:
    team: payments
spec:
  podSelector:
    matchLabels:
      app: database
  policyTypes:
    - Ingress
    - Egress
  ingress:
    - from:
        - podSelector:
            matchLabels:
              app: webapp
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: ops
          podSelector: {}
      ports:
        - protocol: TCP
          port: 5432
  egress: []
"""
    assert judged(text).diagnostics == ()


def test_a_policy_that_is_refused_is_judged_all_the_same():
    text = (
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p}\n"
        "spec: {egress: , ingress: [{from: [{ipBlock: {cidr: 10.0.0.1/8}}], ports: [{port: 80}]}]}\n"
    )
    manifests = judged(text)
    assert {one.code for one in manifests.diagnostics} == {"NP409", "NP610", "NP611", "NP614"}
    assert len(manifests.policies) == 1
    (refused,) = (judged(text.replace("10.0.0.1/8", "10.0.0.1")),)
    assert (refused.policies, refused.refused) == ((), {"NetworkPolicy": 1})


def test_values_of_a_wrong_type_come_first():
    text = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: on}\nspec: {podSelector: {}}\n"
    assert [one.code for one in judged(text).diagnostics] == ["NP411"]


def test_what_is_said_of_one_policy_is_bounded():
    ports = ", ".join("{port: 80}" for _ in range(5000))
    text = (
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, namespace: s}\n"
        f"spec: {{policyTypes: [Ingress], ingress: [{{ports: [{ports}]}}]}}\n"
    )
    assert len(judged(text).diagnostics) == MOST


def test_aliases_are_not_edited():
    text = (
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, namespace: s}\n"
        "spec:\n  podSelector: &db {app: db}\n  egress:\n"
        "  ingress:\n  - from:\n    - podSelector: *db\n    ports: [{port: 80}]\n"
    )
    found = judged(text).diagnostics
    assert {"NP412", "NP610", "NP611"} <= {one.code for one in found}
    assert not any(one.fixes for one in found)


def test_a_key_that_is_there_twice_is_not_edited_around():
    text = (
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, namespace: s}\n"
        "spec:\n  podSelector: {app: db}\n  podSelector: {app: db}\n  egress:\n"
        "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: q, namespace: s}\n"
        "spec: {podSelector: {}, egress: }\n"
    )
    found = judged(text).diagnostics
    assert [(one.code, len(one.fixes)) for one in found] == [
        ("NP412", 0),
        ("NP610", 0),
        ("NP121", 0),
        ("NP610", 1),
    ]


@each_row("name", ["SELECTOR", "IP_BLOCK", "PEER", "PORT", "INGRESS", "EGRESS", "SPEC"])
def test_the_shapes_are_those_of_the_reader(name):
    assert frozenset(getattr(shapes, name)) == getattr(reader, f"_{name}")
