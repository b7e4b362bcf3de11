"""Knowledge of others: controllers, labels, names and ports of the field."""
