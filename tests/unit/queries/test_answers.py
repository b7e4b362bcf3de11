from netpolc.checks.options import CheckOptions
from netpolc.queries.answers import answer
from netpolc.queries.endpoints import Endpoints
from tests.unit.queries.clusters import cluster

ANYBODY_TWICE = """
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: s}
spec:
  podSelector: {}
  policyTypes: [Ingress]
  ingress:
    - from: [{podSelector: {}}, {podSelector: {}}, {ipBlock: {cidr: 10.0.0.0/8}}]
---
"""
POD = """
apiVersion: v1
kind: Pod
metadata: {name: NAME, namespace: s, labels: {app: NAME}}
spec: {containers: [{name: c, image: x}]}
---
"""


def test_a_rule_that_allows_by_several_peers_is_named_once():
    manifests = ANYBODY_TWICE + POD.replace("NAME", "web") + POD.replace("NAME", "db")
    world = cluster(None, manifests, checks=CheckOptions(pod_addresses=("10.0.0.0/8",)))
    found = answer(world, Endpoints(world), "s/web", "s/db:1")
    assert found.allowed
    assert [(rule.policy, rule.path) for rule in found.ingress.rules] == [("s/db", "spec.ingress[0]")]
    assert [(rule.policy, rule.path) for rule in found.ingress.closed_by] == [("s/db", "spec.podSelector")]
    assert found.egress.closed_by == found.egress.rules == ()
