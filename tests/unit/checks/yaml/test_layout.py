import pytest

from tests.rows import each_row
from tests.unit.checks.yaml.checking import said

TYPES = "policyTypes: [Ingress]\n"
NAMESPACES, PODS = "{namespaceSelector: {}}", "{podSelector: {matchLabels: {a: b}}}"


@each_row(
    "spec, code",
    [
        # What stands in one place counts in another, or is written in a way of its own.
        ("? podSelector\n: {}\negress:\n", "NP610"),
        ("podSelector: !!map {}\negress:", "NP610"),
        (f"{TYPES}ingress: [{{ports: [{{port: &web 80}}]}}]", "NP611"),
        (f"{TYPES}podSelector: &none", "NP416"),
        (f"{TYPES}ingress: &rules [{{from: []}}]", "NP416"),
        ("policyTypes: [&in Ingress, Ingress]", "NP513"),
        ("policyTypes: [&in Ingress]\negress: [{}]", "NP511"),
        (
            f"{TYPES}ingress: [{{from: &them [{NAMESPACES}, {PODS}]}}]",
            "NP612",
        ),
        # There is nothing to write behind, or no room to write.
        ("{podSelector: , egress: }", "NP610"),
        ("{podSelector\n}", "NP416"),
        (f"{TYPES}ingress:\n- ports:\n  - port: >-\n      http\n", "NP611"),
        # A comment would be lost.
        (f"{TYPES}ingress:\n- from: # anybody\n  # at all\n  ports: [{{port: 1, protocol: TCP}}]", "NP416"),
        (f"{TYPES}ingress: [{{from: [], # anybody\n  ports: [{{port: 1, protocol: TCP}}]}}]", "NP416"),
        ("policyTypes: [Ingress, # once\n  Ingress]", "NP513"),
        (
            f"{TYPES}ingress:\n- from: [{NAMESPACES}, # and\n   {PODS}]",
            "NP612",
        ),
        # Columns differ.
        (
            f"{TYPES}ingress:\n- from:\n  -   namespaceSelector: {{}}\n  - podSelector: {{matchLabels: {{a: b}}}}",
            "NP612",
        ),
    ],
)
def test_nothing_is_edited_that_might_go_wrong(spec, code):
    found = said(spec.rstrip("\n"), code)
    assert found
    assert not any(made for *_, made in found)


@pytest.mark.parametrize(
    ("spec", "code", "fixed"),
    [
        (
            f"{TYPES}ingress:\n- from:\n  -   namespaceSelector: {{}}\n  -   podSelector: {{matchLabels: {{a: b}}}}",
            "NP612",
            f"{TYPES}ingress:\n- from:\n  -   namespaceSelector: {{}}\n      podSelector: {{matchLabels: {{a: b}}}}",
        ),
        (
            f"{TYPES}ingress:\n- from:\n  -   ipBlock:\n        cidr: 0.0.0.0/0",
            "NP613",
            f'{TYPES}ingress:\n- from:\n  -   ipBlock:\n        cidr: 0.0.0.0/0\n  -   ipBlock:\n        cidr: "::/0"',
        ),
        (
            f"{TYPES}ingress:\n-\n  from:\n  ports: [{{port: 1, protocol: TCP}}]",
            "NP416",
            f"{TYPES}ingress:\n-\n  ports: [{{port: 1, protocol: TCP}}]",
        ),
    ],
)
def test_edits_keep_to_the_columns(spec, code, fixed):
    ((*_, made),) = said(spec, code)
    assert made == [fixed]
