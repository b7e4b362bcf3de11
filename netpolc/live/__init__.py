"""A live cluster: what it has, asked of its API server through kubectl."""
