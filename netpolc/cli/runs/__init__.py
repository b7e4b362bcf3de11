"""The work of the commands, which knows nothing of the command line's options but their values."""
