"""Policies and programs held against the workloads that there are: what they speak of, and what is left of it."""
