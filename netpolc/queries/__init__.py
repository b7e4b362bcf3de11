"""Questions that users ask of a cluster, in the words of the language."""
