"""From what manifests show to a first program, for people to judge."""
