#!/usr/bin/env bash
# sigs.k8s.io/kustomize/kustomize/v5 v5.8.2: `labels` with `includeSelectors: true`, and `commonLabels`, write an
# application's own label into the peers of a NetworkPolicy, also into those of other namespaces: the way to kube-dns
# then asks for `env: prod`, which no DNS server has, and names are looked up by nobody. It happens only where a peer
# has `matchLabels`: the same peer by `matchExpressions` is left alone, and so is a `namespaceSelector`.
#
# Seen, of two peers in kube-system, the first by matchLabels and the second by matchExpressions:
#   {"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"kube-system"}},"podSelector":{"matchLabels":{"env":"prod","k8s-app":"kube-dns"}}}
#   {"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"kube-system"}},"podSelector":{"matchExpressions":[{"key":"k8s-app","operator":"In","values":["kube-dns"]}]}}
set -euo pipefail
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
cd "$work"
GOBIN="$work" GOPATH="$work/go" GOFLAGS=-modcacherw go install sigs.k8s.io/kustomize/kustomize/v5@v5.8.2
cat > kustomization.yaml <<'YAML'
labels:
  - pairs: {env: prod}
    includeSelectors: true
resources: [policy.yaml]
YAML
cat > policy.yaml <<'YAML'
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: dns, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
  policyTypes: [Egress]
  egress:
    - to:
        - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}
          podSelector: {matchLabels: {k8s-app: kube-dns}}
        - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}
          podSelector: {matchExpressions: [{key: k8s-app, operator: In, values: [kube-dns]}]}
YAML
python3 -m venv venv && venv/bin/pip install --quiet pyyaml==6.0.3
./kustomize build . | venv/bin/python -c '
import json, sys, yaml
for peer in yaml.safe_load(sys.stdin)["spec"]["egress"][0]["to"]:
    print(json.dumps(peer, sort_keys=True, separators=(",", ":")))
' | tee seen
diff seen - <<'SEEN'
{"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"kube-system"}},"podSelector":{"matchLabels":{"env":"prod","k8s-app":"kube-dns"}}}
{"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"kube-system"}},"podSelector":{"matchExpressions":[{"key":"k8s-app","operator":"In","values":["kube-dns"]}]}}
SEEN
