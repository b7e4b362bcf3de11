#!/usr/bin/env bash
# github.com/fluxcd/pkg/ssa v0.78.0, by which Flux's kustomize-controller applies: it makes a NetworkPolicy typed and plain
# again before it sends it, and an empty list of rules is gone after that, written as `null` or as `[]`. With server-side
# apply a field that is not sent is not owned: `ingress: [{}]`, which somebody else adds to a default deny, stays for good,
# although Git says that the list is empty.
#
# Seen:
#   ingress: null becomes {"podSelector":{},"policyTypes":["Ingress"]}
#   ingress: [] becomes {"podSelector":{},"policyTypes":["Ingress"]}
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat > main.go <<'GO'
package main

import (
	"encoding/json"
	"fmt"

	"github.com/fluxcd/pkg/ssa/normalize"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

func main() {
	for _, list := range []any{nil, []any{}} {
		policy := &unstructured.Unstructured{Object: map[string]any{
			"apiVersion": "networking.k8s.io/v1",
			"kind":       "NetworkPolicy",
			"metadata":   map[string]any{"name": "default-deny", "namespace": "shop"},
			"spec":       map[string]any{"podSelector": map[string]any{}, "policyTypes": []any{"Ingress"}, "ingress": list},
		}}
		if err := normalize.Unstructured(policy); err != nil {
			panic(err)
		}
		given, _ := json.Marshal(list)
		sent, _ := json.Marshal(policy.Object["spec"])
		fmt.Printf("ingress: %s becomes %s\n", given, sent)
	}
}
GO
{ go mod init flux && go get github.com/fluxcd/pkg/ssa@v0.78.0 && go mod tidy; } > log 2>&1 || { cat log; exit 1; }
go run . | tee seen
spec='{"podSelector":{},"policyTypes":["Ingress"]}'
diff seen <(printf 'ingress: %s becomes %s\n' null "$spec" '[]' "$spec")
