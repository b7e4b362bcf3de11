"""Checks of workloads: policies and programs held against the workloads that there are."""
