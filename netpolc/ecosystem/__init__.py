"""Knowledge of the software of others: one table for each subject, each entry with its source."""
