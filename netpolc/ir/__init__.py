"""The intermediate representation: the program once all names are resolved."""
