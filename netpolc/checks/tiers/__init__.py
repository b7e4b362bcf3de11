"""Checks of cluster-wide policies of tiers: those that every answer rests on, and those that `check` adds."""
