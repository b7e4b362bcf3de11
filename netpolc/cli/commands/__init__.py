"""The commands, one a file: arguments, one call, one report."""
