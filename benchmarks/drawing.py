"""What is measured of `graph`: a picture beside the relation that it shows, on clusters of all shapes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from measuring import Target
from relating import SIZE, cluster, reach

if TYPE_CHECKING:
    from pathlib import Path

    from measuring import Case
    from shapes import Shape

TIMES_REACH = 1.3
LEAST = 5
"""The lines that any picture has."""


def drawn(netpolc: Path, place: Path, shape: Shape) -> tuple[Case, Case]:
    """Return the relation of a cluster, and its picture in DOT, folded as is done with so many workloads."""
    about = cluster(place / "drawn", shape, SIZE)
    related = reach(netpolc, about, f"{about.size}: `reach`")
    return related, related._replace(
        name="`graph` of the same",
        command=(str(netpolc), "graph", about.folder.name, "--format", "dot"),
        lines=LEAST,
        target=Target(cpu_times_other=TIMES_REACH),
    )
