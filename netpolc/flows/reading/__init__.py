"""Reading the logs of others: a module for each format, and how a format is told by its shape."""
