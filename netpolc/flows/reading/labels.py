"""The labels of a pod as its log has them, made fit to be told apart by: sorted, and without those that do not last."""

from __future__ import annotations

from netpolc.ecosystem.added_labels import without_added

Labels = tuple[tuple[str, str], ...]


def lasting(labels: dict[str, str]) -> Labels:
    """Return labels sorted, without those that controllers add."""
    return tuple(sorted(without_added(labels).items()))
