"""Algebra of ports, addresses and labels; it knows nothing of policies."""
