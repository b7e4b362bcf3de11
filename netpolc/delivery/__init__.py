"""Policies handed to other tools, in the streams that these tools read and write: Kustomize, kpt, Helm."""
