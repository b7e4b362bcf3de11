"""What is measured of `report`: the page of a cluster, with findings and without, beside its relation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from measuring import Case, Target
from relating import SIZE, cluster
from shapes import EDGES

if TYPE_CHECKING:
    from pathlib import Path

TIMES_REACH = 2.0


def reported(netpolc: Path, place: Path) -> tuple[Case, Case, Case]:
    """Return `reach` of a cluster, the page of it without findings, and the whole page, of which `check` is a part."""
    about = cluster(place, EDGES, SIZE)
    asked = Case(
        f"`reach`: {about.size}",
        (str(netpolc), "reach", about.folder.name),
        about.folder.parent,
        lambda _: None,
        cache=about.folder.with_name("worlds-cache"),
        lines=1,
        may_end=True,
    )
    command = (str(netpolc), "report", about.folder.name, "--output", "-")
    without = asked._replace(
        name="`report --no-findings` of the same",
        command=(*command, "--no-findings"),
        target=Target(cpu_times_other=TIMES_REACH),
    )
    return asked, without, without._replace(name="`report` of the same", command=command)
