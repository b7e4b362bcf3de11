"""The engine: what policies allow, for the pods that there are and for every pod that could exist."""
