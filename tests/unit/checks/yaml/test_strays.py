from tests.rows import each_row
from tests.unit.checks.yaml.checking import codes, text_of
from tests.unit.manifests.layouts import applied, judged

IN = "policyTypes: [Ingress]\ningress:\n"
OUT = "policyTypes: [Egress]\negress:\n"
TO_FROM = "write `from`: `to` is for rules of `egress`"
ITEM = "put it into an item of `from`"
NAMED = "select it by the label that Kubernetes gives it, `kubernetes.io/metadata.name`"


def said(spec):
    """The advice for each unknown field, and the specs that its fixes make."""
    text = text_of(spec)
    head = text[: text.index("spec:") + len("spec:\n")]
    return [
        (one.help, ["\n".join(line[2:] for line in applied(text, fix)[len(head) :].splitlines()) for fix in one.fixes])
        for one in judged(text).diagnostics
        if one.code == "NP412"
    ]


@each_row(
    "spec, advice, fixed",
    [
        (f"{IN}- to:\n  - podSelector: {{}}", TO_FROM, f"{IN}- from:\n  - podSelector: {{}}"),
        (
            f"{OUT}- {{from: [podSelector: {{}}]}}",
            "write `to`: `from` is for rules of `ingress`",
            f"{OUT}- {{to: [podSelector: {{}}]}}",
        ),
        (f"{IN}- podSelector: {{}} # a", ITEM, f"{IN}- from:\n    - podSelector: {{}} # a"),
        (
            f"{IN}- podSelector:\n    matchLabels:\n      # b\n      app: a\n  ports:\n  - {{port: 1, protocol: TCP}}",
            ITEM,
            f"{IN}- from:\n    - podSelector:\n        matchLabels:\n          # b\n          app: a\n"
            "  ports:\n  - {port: 1, protocol: TCP}",
        ),
        (
            f"{IN}- ports:\n  - {{port: 1, protocol: TCP}}\n  ipBlock:\n    cidr: 192.0.2.0/24",
            ITEM,
            f"{IN}- ports:\n  - {{port: 1, protocol: TCP}}\n  from:\n    - ipBlock:\n        cidr: 192.0.2.0/24",
        ),
        (f"{IN}- {{podSelector: {{}}}}", ITEM, f"{IN}- {{from: [{{podSelector: {{}}}}]}}"),
        (f"{IN}- from: # who\n  podSelector: {{}}", ITEM, f"{IN}- from: # who\n    - podSelector: {{}}"),
        (
            f"{IN}- from:\n  - namespace: ops",
            NAMED,
            f"{IN}- from:\n  - namespaceSelector: {{matchLabels: {{kubernetes.io/metadata.name: ops}}}}",
        ),
        (
            f"{IN}- from:\n  - podSelector: {{}}\n    namespace: '123' # a",
            NAMED,
            f"{IN}- from:\n  - podSelector: {{}}\n"
            '    namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: "123"}} # a',
        ),
    ],
)
def test_what_is_plainly_meant(spec, advice, fixed):
    assert said(spec) == [(advice, [fixed])]
    assert codes(fixed) == []


@each_row(
    "spec, advice",
    [
        (f"{IN}- to:", [TO_FROM]),
        (f"{IN}- to: [{{podSelector: {{app: a}}}}]", [TO_FROM]),
        (f"{IN}- {{from: [podSelector: {{}}], to: [podSelector: {{}}]}}", ["`to` is a field of an item of `egress`"]),
        (f"{IN}- podSelector: {{app: a}}", [ITEM]),
        (f"{IN}- podSelector: &a {{}}", [ITEM]),
        (f"{IN}- podSelector:", [ITEM]),
        (f"{IN}- {{podSelector: {{}}, ports: [{{port: 1, protocol: TCP}}], namespaceSelector: {{}}}}", [ITEM, ITEM]),
        (f"{IN}- {{podSelector: {{}}, ipBlock: {{cidr: 192.0.2.0/24}}}}", [ITEM, ITEM]),
        (f"{IN}- {{podSelector: {{}}, from: }}", [ITEM]),
        (f"{IN}- podSelector: {{}}\n  from:", [ITEM]),
        (
            f"{IN}- from:\n  - podSelector: {{}}\n  namespaceSelector: {{}}",
            ["`namespaceSelector` is a field of an item of `from` or `to`"],
        ),
        (f"{IN}- from: [{{podSelector: {{}}, namespace: A_b}}]", [NAMED]),
        (f"{IN}- from: [{{podSelector: {{}}, namespace: [a]}}]", ["`namespace` is a field of `metadata`"]),
        (f"{IN}- from: [{{podSelector: {{}}, namespace: 1}}]", ["`namespace` is a field of `metadata`"]),
    ],
)
def test_where_there_is_no_fix(spec, advice):
    assert said(spec) == [(each, []) for each in advice]


def test_both_selectors_are_one_peer():
    spec = f"{IN}- namespaceSelector: {{}}\n  podSelector:\n    matchLabels: {{app: a}}"
    fixed = f"{IN}- from:\n    - namespaceSelector: {{}}\n      podSelector:\n        matchLabels: {{app: a}}"
    assert said(spec) == [(ITEM, [fixed]), (ITEM, [])]
    assert codes(fixed) == []
