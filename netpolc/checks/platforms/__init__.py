"""Checks of what a platform makes of policies, those of a program and those of manifests."""
