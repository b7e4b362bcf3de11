"""Checks of programs, of policies, of workloads and of YAML."""
