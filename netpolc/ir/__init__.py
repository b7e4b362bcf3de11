"""The program once all names are resolved."""
