"""A reader of YAML and JSON that takes manifests as Kubernetes does, and keeps the location of all that it reads."""
