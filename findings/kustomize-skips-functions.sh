#!/usr/bin/env bash
# sigs.k8s.io/kustomize/kustomize/v5 v5.8.2: of a generator that is an executable (`config.kubernetes.io/function` with
# `exec`), `build` without options is an error, with `--enable-alpha-plugins --enable-exec` it runs, and with
# `--enable-alpha-plugins` alone it is left out without a word: the run ends with 0, and what the generator would have
# made, such as NetworkPolicies, is missing from what gets applied.
#
# Seen, the options, the exit code, and what there is of the generator and of errors:
#   build : 1, 0 policies, 1 lines of errors
#   build --enable-alpha-plugins: 0, 0 policies, 0 lines of errors
#   build --enable-alpha-plugins --enable-exec: 0, 1 policies, 0 lines of errors
set -euo pipefail
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
cd "$work"
GOBIN="$work" GOPATH="$work/go" GOFLAGS=-modcacherw go install sigs.k8s.io/kustomize/kustomize/v5@v5.8.2
cat > kustomization.yaml <<'YAML'
resources: [namespace.yaml]
generators: [deny.yaml]
YAML
cat > namespace.yaml <<'YAML'
apiVersion: v1
kind: Namespace
metadata: {name: shop}
YAML
cat > deny.yaml <<'YAML'
apiVersion: example.com/v1
kind: Deny
metadata:
  name: deny
  annotations:
    config.kubernetes.io/function: |
      exec: {path: ./generate.sh}
YAML
cat > generate.sh <<'SH'
#!/bin/sh
cat > /dev/null
cat <<'YAML'
apiVersion: config.kubernetes.io/v1
kind: ResourceList
items:
  - apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: deny, namespace: shop}
    spec: {podSelector: {}, policyTypes: [Ingress]}
YAML
SH
chmod +x generate.sh
seen() {
    code=0
    ./kustomize build "$@" . > out 2> err || code=$?
    echo "build $*: $code, $(grep -c '^kind: NetworkPolicy' out || true) policies, $(grep -c . err || true) lines of errors"
}
{ seen; seen --enable-alpha-plugins; seen --enable-alpha-plugins --enable-exec; } | tee seen
diff seen - <<'SEEN'
build : 1, 0 policies, 1 lines of errors
build --enable-alpha-plugins: 0, 0 policies, 0 lines of errors
build --enable-alpha-plugins --enable-exec: 0, 1 policies, 0 lines of errors
SEEN
