"""From a program to the documents of a target."""
