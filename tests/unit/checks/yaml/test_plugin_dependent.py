import pytest

from tests.unit.checks.yaml.checking import codes, said

PLUGIN = "NP615"
IN = "policyTypes: [Ingress]\ningress:\n- ports:\n"


def test_what_depends_on_the_plugin_is_said_once_a_policy():
    ports = (
        "  - {port: 80, protocol: SCTP}\n  - {port: 81, protocol: SCTP}\n"
        "  - {port: 1, endPort: 9, protocol: TCP}\n  - {port: 11, endPort: 19, protocol: TCP}"
    )
    assert [(one, message.split(":")[0], place) for one, message, place, _ in said(IN + ports, PLUGIN)] == [
        ("note", "not every network plugin knows `endPort`", "endPort"),
        ("note", "not every network plugin knows SCTP", "SCTP"),
    ]
    assert codes(f"{IN}  - {{port: 80, endPort: ~, protocol: TCP}}") == []


@pytest.mark.parametrize(
    ("spec", "effect"),
    [
        (
            "podSelector: {matchLabels: {statefulset.kubernetes.io/pod-name: db-0}}\npolicyTypes: [Ingress]",
            "this selects nothing there, and its pods stay open",
        ),
        (
            "policyTypes: [Ingress]\ningress:\n- from: [{podSelector: {matchLabels: {k8s.io/a: b}}}]",
            "this peer is nobody there",
        ),
        (
            "podSelector: {matchExpressions: [{key: k8s.io/a, operator: DoesNotExist}]}\npolicyTypes: [Ingress]",
            "this holds of every pod there",
        ),
    ],
)
def test_labels_that_cilium_hides(spec, effect):
    ((severity, message, place, _),) = said(spec, PLUGIN)
    assert (severity, place) == ("note", "podSelector")
    assert message.startswith("Cilium hides the label `")
    assert message.endswith(effect)


@pytest.mark.parametrize(
    "selector",
    [
        "podSelector: {matchLabels: {app.kubernetes.io/name: db, batch.kubernetes.io/job-name: a, k8s-app: b}}",
        "podSelector: {}\ningress:\n- from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: a}}}]",
    ],
)
def test_labels_that_cilium_shows(selector):
    assert PLUGIN not in codes(f"{selector}\npolicyTypes: [Ingress]")
