from tests.rows import each_row
from tests.unit.checks.yaml.checking import text_of
from tests.unit.manifests.layouts import judged

PEER = "policyTypes: [Ingress]\ningress:\n- from:\n  - namespaceSelector: {}\n    podSelector:\n"
LISTED = "list the values under `matchExpressions`, as in `{key: app, operator: In, values: [a, b]}`"


def said(spec):
    """The text marked by each finding on a label's value, and its help."""
    return [(each.location.text, each.help) for each in judged(text_of(spec)).diagnostics if each.code == "NP404"]


@each_row(
    "value, advice",
    [
        ("*", "ask for any value under `matchExpressions`: `{key: app, operator: Exists}`"),
        (".*", "ask for any value under `matchExpressions`: `{key: app, operator: Exists}`"),
        ("!web", "ask for other values under `matchExpressions`: `{key: app, operator: NotIn, values: [web]}`"),
        ("web-*", f"{LISTED}: selectors have no wildcards"),
        ("web|api", f"{LISTED}: selectors have no wildcards"),
        ("^web$", f"{LISTED}: selectors have no wildcards"),
        ("web-", None),
        ("web api", None),
    ],
)
def test_a_pattern_in_a_selector_has_a_way_to_be_said(value, advice):
    labels = f'{PEER}      matchLabels:\n        tier: front\n        app: "{value}"'
    expression = f'{PEER}      matchExpressions: [{{key: app, operator: In, values: [x, "{value}"]}}]'
    assert said(labels) == said(expression) == [(f'"{value}"', advice)]


def test_every_namespace_is_an_empty_selector():
    selector = 'namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: "*"}}'
    labels = f"policyTypes: [Ingress]\ningress:\n- from:\n  - {selector}"
    ((marked, advice),) = said(labels)
    assert marked == '"*"'
    assert advice.endswith("(every namespace is `namespaceSelector: {}`)")
