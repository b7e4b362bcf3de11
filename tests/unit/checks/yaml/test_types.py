import pytest

from tests.rows import each_row
from tests.unit.checks.yaml.checking import codes, said, text_of
from tests.unit.manifests.layouts import judged

UNSTATED, IDLE, REPEATED = "NP610", "NP511", "NP513"


@each_row(
    "spec, message, fixed",
    [
        (
            "podSelector: {}\negress: [{}]",
            "means `Ingress` and `Egress`",
            ["podSelector: {}\npolicyTypes: [Ingress, Egress]\negress: [{}]"],
        ),
        (
            "podSelector: {}\negress: []",
            "means `Ingress`: an empty `egress` closes nothing",
            [
                "podSelector: {}\npolicyTypes: [Ingress, Egress]\negress: []",
                "podSelector: {}\npolicyTypes: [Ingress]\negress: []",
            ],
        ),
        ("ingress: []\negress:", "means `Ingress`", ["ingress: []\npolicyTypes: [Ingress]\negress:"]),
        (
            "podSelector:\n  matchLabels:\n    app: db # the database\n# who may\negress:",
            "means `Ingress`",
            ["podSelector:\n  matchLabels:\n    app: db # the database\npolicyTypes: [Ingress]\n# who may\negress:"],
        ),
        ("podSelector: {}\negress:", "means `Ingress`", ["podSelector: {}\npolicyTypes: [Ingress]\negress:"]),
        ("podSelector:\n  matchLabels:\n    app: |-\n      db\negress:", "means `Ingress`", []),
        ("podSelector: &all {}\negress:", "means `Ingress`", []),
    ],
)
def test_types_that_are_not_written(spec, message, fixed):
    assert said(spec, UNSTATED) == [("warning", f"`policyTypes` is not written, and {message}", "spec", fixed)]


@pytest.mark.parametrize("spec", ["podSelector: {}", "ingress: []", "podSelector: {}\ningress: [{}]"])
def test_the_default_is_meant_where_egress_is_not_spoken_of(spec):
    assert codes(spec) == []


@pytest.mark.parametrize("spec", ["spec:\n", "", "spec: {}\n", "spec: {ingress: []}"])
def test_hardly_any_spec(spec):
    head = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, namespace: shop}\n"
    assert judged(head + spec).diagnostics == ()


@pytest.mark.parametrize("spec", ["policytypes: [Ingress]", "policyType: [Ingress]", "policyTypes: []", "policyTypes:"])
def test_types_that_are_nearly_written_are_another_matter(spec):
    assert UNSTATED not in codes(f"podSelector: {{}}\negress: [{{}}]\n{spec}")


@each_row(
    "spec, direction, fixed",
    [
        ("policyTypes: [Ingress]\negress: [{}]", "egress", ["policyTypes: [Ingress, Egress]\negress: [{}]"]),
        ("policyTypes: [Egress]\ningress: [{}]", "ingress", ["policyTypes: [Egress, Ingress]\ningress: [{}]"]),
        (
            "policyTypes:\n  - Ingress # only\negress:\n  - {}",
            "egress",
            ["policyTypes:\n  - Ingress # only\n  - Egress\negress:\n  - {}"],
        ),
        ("policyTypes:\n- Ingress\negress: [{}]", "egress", ["policyTypes:\n- Ingress\n- Egress\negress: [{}]"]),
        ('policyTypes: ["Ingress"]\negress: [{}]', "egress", ['policyTypes: ["Ingress", Egress]\negress: [{}]']),
        (
            "policyTypes: [Ingress, Ingress]\negress: [{}]",
            "egress",
            ["policyTypes: [Ingress, Egress]\negress: [{}]"],
        ),
        ("policyTypes: [Ingress]\negress: [~]", "egress", ["policyTypes: [Ingress, Egress]\negress: [~]"]),
    ],
)
def test_rules_of_a_type_that_is_not_listed(spec, direction, fixed):
    name = direction.capitalize()
    message = f"the rules of `{direction}` close nothing by the API's words: the policy is not of type `{name}`"
    assert said(spec, IDLE) == [("error", message, direction, fixed)]


@pytest.mark.parametrize(
    "spec",
    [
        "policyTypes: [Ingress]\negress: []",
        "policyTypes: [Ingress]\negress:",
        "policyTypes: [Egress, Ingress]\negress: [{}]\ningress: [{}]",
        "policyTypes: [ingress]\negress: [{}]",
        "egress: [{}]",
    ],
)
def test_rules_that_count(spec):
    assert IDLE not in codes(spec)


@pytest.mark.parametrize(
    ("spec", "name", "fixed"),
    [
        ("policyTypes: [Ingress, Ingress]", "Ingress", ["policyTypes: [Ingress]"]),
        ("policyTypes:\n- Egress\n- Egress", "Egress", ["policyTypes:\n- Egress"]),
        ("policyTypes:\n- Egress # a\n- Egress", "Egress", []),
        (
            "policyTypes: [Egress, 'Egress']\ningress: []",
            "Egress",
            ["policyTypes: [Egress, 'Ingress']\ningress: []", "policyTypes: [Egress]\ningress: []"],
        ),
    ],
)
def test_a_type_that_is_listed_twice(spec, name, fixed):
    ((severity, message, place, made),) = said(spec, REPEATED)
    assert (severity, message, place.strip("'"), made) == ("warning", f"`{name}` is listed twice", name, fixed)


@pytest.mark.parametrize("slip", ["policyTypes", "policytypes"])
def test_types_that_stand_beside_the_spec_are_not_missed_twice(slip):
    text = text_of("podSelector: {}") + f"{slip}: [Ingress]\n"
    assert [one.code for one in judged(text).diagnostics] == ["NP412"]


def test_in_json_names_are_quoted():
    text = (
        '{"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "p", "namespace": "s"}, '
        '"spec": {"podSelector": {}, "egress": [{}]}}'
    )
    (found,) = judged(text).diagnostics
    assert [edit.text for fix in found.fixes for edit in fix.edits] == [', "policyTypes": ["Ingress", "Egress"]']
