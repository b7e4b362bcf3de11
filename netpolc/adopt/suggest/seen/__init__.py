"""From what records show of connections to evidence for the lines of a first program."""
