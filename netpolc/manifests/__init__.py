"""YAML and JSON of anybody's, as Kubernetes reads it: policies, workloads, namespaces and services, with their places."""
