"""Manifests that readers of YAML and of policies are known to stumble over, and what Kubernetes makes of each.

Expectations are those of go.yaml.in/yaml/v2, sigs.k8s.io/yaml and apimachinery's decoder for texts, of
pkg/apis/networking/validation for values, and of kubernetes/api networking/v1/types.go for verdicts. What Kubernetes
drops without a word, such as text after `...`, is expected to be an error.

The numbers 41 to 52 are about names and 79 onwards about netpol's own language; both are tested with those.
"""
