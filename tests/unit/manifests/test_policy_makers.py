from netpolc.manifests.assumptions import assumptions
from netpolc.manifests.combining import combine
from netpolc.manifests.reading import read_manifests
from netpolc.source import Source
from tests.rows import each_row

CLUSTER_POLICY = (
    "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata: {name: a}\nspec: {rules: [{name: a, RULE}]}\n"
)
DENY = "apiVersion: networking.k8s.io/v1, kind: NetworkPolicy"
DATA = "spec: {podSelector: {}, policyTypes: [Ingress]}"


def said(text):
    return [
        (one.severity, one.message, one.location.text)
        for one in assumptions(combine([read_manifests(Source("a.yaml", text))]))
        if one.severity == "warning"
    ]


def kind(api, name, spec):
    return f"apiVersion: {api}\nkind: {name}\nmetadata: {{name: a}}\nspec: {spec}\n"


MAKERS = [
    CLUSTER_POLICY.replace("RULE", f"generate: {{{DENY}, name: deny, data: {{{DATA}}}}}"),
    CLUSTER_POLICY.replace("RULE", "generate: {kind: NetworkPolicy, name: deny}"),
    CLUSTER_POLICY.replace("RULE", "generate: {cloneList: {kinds: [v1/Secret, networking.k8s.io/v1/NetworkPolicy]}}"),
    CLUSTER_POLICY.replace("RULE", f"generate: {{foreach: [{{list: a, {DENY}}}]}}"),
    CLUSTER_POLICY.replace("ClusterPolicy", "Policy").replace("RULE", f"generate: {{{DENY}}}"),
    kind(
        "policies.kyverno.io/v1",
        "GeneratingPolicy",
        '{variables: [{name: a, expression: \'{"kind": dyn("NetworkPolicy")}\'}]}',
    ),
    kind("capsule.clastix.io/v1beta2", "Tenant", "{networkPolicies: {items: [{podSelector: {}}]}}"),
    kind("capsule.clastix.io/v1beta2", "TenantResource", f"{{resources: [{{rawItems: [{{{DENY}, {DATA}}}]}}]}}"),
    kind("redhatcop.redhat.io/v1alpha1", "NamespaceConfig", '{templates: [{objectTemplate: "kind: NetworkPolicy"}]}'),
    kind("work.open-cluster-management.io/v1", "ManifestWork", f"{{workload: {{manifests: [{{{DENY}, {DATA}}}]}}}}"),
    kind("hnc.x-k8s.io/v1alpha2", "HNCConfiguration", "{resources: [{resource: networkpolicies, mode: Propagate}]}"),
]
OTHERS = [
    CLUSTER_POLICY.replace("RULE", "match: {any: [{resources: {kinds: [NetworkPolicy]}}]}, validate: {message: a}"),
    CLUSTER_POLICY.replace("RULE", "match: {resources: {kinds: [NetworkPolicy]}}, generate: {kind: Secret}"),
    kind("capsule.clastix.io/v1beta2", "Tenant", '{owners: [], note: "no NetworkPolicy"}'),
    kind("argoproj.io/v1alpha1", "AppProject", "{allowed: [{group: networking.k8s.io, kind: NetworkPolicy}]}"),
    kind("wgpolicyk8s.io/v1alpha2", "PolicyReport", f"{{results: [{{resources: [{{{DENY}, name: a}}]}}]}}"),
    kind("hnc.x-k8s.io/v1alpha2", "HNCConfiguration", "{resources: [{resource: networkpolicies, mode: Ignore}]}"),
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: 'kind: NetworkPolicy'}\n",
]


@each_row("text", MAKERS)
def test_what_makes_policies_is_said(text):
    ((severity, message, place),) = said(text)
    assert severity == "warning"
    assert message.endswith("has NetworkPolicies made, and these count in no answer here")
    assert f"kind: {place}\n" in text


@each_row("text", OTHERS)
def test_what_only_names_policies_makes_none(text):
    assert said(text) == []
