"""What may come next on a command line, for the shell in which it is typed."""
