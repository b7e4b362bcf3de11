"""Checks of YAML: policies that Kubernetes takes, but that hardly mean what they say, and how to write them."""
