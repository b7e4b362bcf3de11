"""Checks of connections: whether any comes about by the rules of both ends, of policies and programs together."""
