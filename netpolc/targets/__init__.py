"""The way from a program to the documents of a target."""
