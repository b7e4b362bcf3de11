"""Checks of policies that somebody wrote, all of them together."""
