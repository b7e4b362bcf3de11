import pytest

from tests.unit.checks.yaml.checking import codes, said

NOTHING = "NP503"
BOTH = "{matchLabels: {app: a}, matchExpressions: [{key: app, operator: NotIn, values: [a]}]}"


@pytest.mark.parametrize(
    ("spec", "who", "place"),
    [
        (f"podSelector: {BOTH}", "pod", "podSelector"),
        (f"ingress: [{{from: [{{podSelector: {BOTH}}}]}}]", "pod", "podSelector"),
        (f"egress: [{{to: [{{podSelector: {{}}, namespaceSelector: {BOTH}}}]}}]", "namespace", "namespaceSelector"),
        (
            "podSelector: {matchExpressions: [{key: a, operator: In, values: [x]}, {key: a, operator: DoesNotExist}]}",
            "pod",
            "podSelector",
        ),
    ],
)
def test_contradictions_are_said_where_they_stand(spec, who, place):
    assert said(spec, NOTHING) == [("warning", f"no {who} can carry these labels", place, [])]


@pytest.mark.parametrize(
    "selector",
    [
        "{matchExpressions: [{key: a, operator: In, values: [x, y]}, {key: a, operator: NotIn, values: [x]}]}",
        "{matchExpressions: [{key: a, operator: NotIn, values: [x]}, {key: a, operator: DoesNotExist}]}",
        "{matchExpressions: [{key: a, operator: In}]}",
        "{matchExpressions: [{key: a, operator: in, values: [x]}, {key: a, operator: In, values: [y]}]}",
    ],
)
def test_what_can_match_and_what_is_none(selector):
    assert NOTHING not in codes(f"podSelector: {selector}")


@pytest.mark.parametrize(
    ("block", "nothing"),
    [
        ("{cidr: 10.0.0.0/8, except: [10.0.0.0/9, 10.128.0.0/9]}", True),
        ("{cidr: '::/0', except: ['::/1', '8000::/2', 'c000::/2']}", True),
        ("{cidr: 10.0.0.0/8, except: [10.0.0.0/9, 10.128.0.0/10]}", False),
        ("{cidr: 10.0.0.0/8, except: []}", False),
        ("{cidr: 10.0.0.0/8, except: [10.0.0.0/8]}", False),
    ],
)
def test_exceptions_that_leave_nothing(block, nothing):
    found = said(f"policyTypes: [Egress]\negress: [{{to: [{{ipBlock: {block}}}]}}]", NOTHING)
    assert [(severity, place) for severity, _, place, _ in found] == [("warning", "except")] * nothing
