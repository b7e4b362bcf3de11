"""The language: text to tree and back, and tree to program."""
