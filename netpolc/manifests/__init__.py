"""YAML and JSON of anybody's, as Kubernetes reads it, with the place of everything in it."""
