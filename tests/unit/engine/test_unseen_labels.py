from netpolc.checks.options import CheckOptions
from netpolc.cluster.cluster import cluster_of
from netpolc.compiler.inputs import Inputs
from netpolc.compiler.model import CompileOptions
from netpolc.ecosystem.platforms import PLATFORMS
from netpolc.engine.verdicts import Evaluator, Pod
from netpolc.manifests.reading import read_manifests
from netpolc.source import Source
from tests.rows import each_row

POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec: {podSelector: {SUBJECT}, policyTypes: [Ingress], ingress: [{from: [{podSelector: {PEER}}]}]}
---
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {name: late}
spec:
  tier: Admin
  priority: 1
  subject: {namespaces: {matchLabels: {kubernetes.io/metadata.name: lab}}}
  ingress: [{action: Deny, from: [{pods: {namespaceSelector: {}, podSelector: {PEER}}}]}]
"""
APP = "matchLabels: {app: web}"
HIDDEN = "matchLabels: {topology.kubernetes.io/zone: a}"
BOTH = "matchLabels: {app: web, pod-template-hash: x}"
LACKING = "matchExpressions: [{key: pod-template-hash, operator: DoesNotExist}, {key: app, operator: Exists}]"
OTHER = "matchExpressions: [{key: topology.kubernetes.io/zone, operator: NotIn, values: [a]}]"
LABELS = {"app": "web", "topology.kubernetes.io/zone": "a", "pod-template-hash": "x"}


def allows(platform, subject, peer, namespace):
    found = read_manifests(Source("all.yaml", POLICY.replace("SUBJECT", subject).replace("PEER", peer)))
    assert found.diagnostics == ()
    checks = CheckOptions(platform=PLATFORMS[platform], finality="direction")
    judge = Evaluator(cluster_of(Inputs(None, found, ()), CompileOptions(checks=checks)).ruleset)
    source, destination = Pod(namespace="shop", labels=LABELS), Pod(namespace=namespace, labels=LABELS)
    return judge.allows(source, destination, "TCP", 80)


@each_row(
    "subject, peer, allowed",
    [
        # In `shop` by the NetworkPolicy, in `lab` by the other; with Cilium, then by what the API says.
        (APP, APP, ((True, False), (True, False))),
        (HIDDEN, HIDDEN, ((True, True), (True, False))),
        (APP, HIDDEN, ((False, True), (True, False))),
        (APP, BOTH, ((False, True), (True, False))),
        (BOTH, OTHER, ((True, False), (False, True))),
        (APP, LACKING, ((True, False), (False, True))),
        (APP, OTHER, ((True, False), (False, True))),
        (LACKING, BOTH, ((False, True), (True, False))),
    ],
)
def test_what_asks_for_hidden_labels_finds_what_cilium_finds(subject, peer, allowed):
    platforms = ("cilium", "kubernetes")
    found = tuple(tuple(allows(each, subject, peer, name) for name in ("shop", "lab")) for each in platforms)
    assert found == allowed
