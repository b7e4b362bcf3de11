"""Findings for users, as data and in each form of a report."""
