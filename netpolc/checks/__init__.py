"""Everything that can be found: in programs, in policies, beside workloads, in YAML."""
