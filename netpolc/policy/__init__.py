"""NetworkPolicy objects as a model, and what the API server accepts."""
