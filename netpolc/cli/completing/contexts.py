"""Contexts that kubectl has names for; its configuration is read by nobody else."""

from __future__ import annotations

from netpolc.live.kubectl import names_of_contexts
from netpolc.live.refusals import ClusterError

PATIENCE_SECONDS = 2.0


def contexts(incomplete: str) -> list[str]:
    """List the contexts that begin so; none where there is no kubectl."""
    try:
        return [name for name in names_of_contexts(PATIENCE_SECONDS) if name.startswith(incomplete)]
    except ClusterError:
        return []
