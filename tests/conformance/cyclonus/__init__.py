"""The 230 cases of Cyclonus, generated as upstream generates them, under its names; a module per upstream file.

Source: mattfenwick/cyclonus v0.5.6, pkg/generator/*cases.go, with `--allow-dns` as by default. Upstream expects what
its own evaluator says. Here, expectations are gates that were worked out by hand from each policy. Names, policies and
steps were compared with those that upstream's generator gives for the same pod address.
"""
