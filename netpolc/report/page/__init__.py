"""The report: one HTML file that shows a relation, its reasons, findings and changes without a network."""
