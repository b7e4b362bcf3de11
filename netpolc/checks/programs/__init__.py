"""Checks of programs, one a file."""
