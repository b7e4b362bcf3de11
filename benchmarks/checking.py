"""What is measured of `check` on clusters of all shapes: what it costs to ask whether a connection comes of a rule."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from measuring import Case, Target
from relating import SIZE, cluster

if TYPE_CHECKING:
    from shapes import Shape

WITH_CONNECTIONS = 1.33
"""How many times the CPU of `check` without connections it may take with them: a third more."""
LEFT_OUT = "no connections\n"
"""What `unconnected.py` says."""


def checked(netpolc: Path, place: Path, shape: Shape) -> tuple[Case, Case]:
    """Return `check` of a cluster that asks nothing about connections, and as it is."""
    about = cluster(place / "checked", shape, SIZE)
    script = str(Path(__file__).with_name("unconnected.py"))
    command = (str(netpolc.with_name("python")), "-P", script, "check", about.folder.name)
    without = Case(
        f"{about.size}: `check` without connections",
        command,
        about.folder.parent,
        lambda _: None,
        cache=about.folder.with_name("worlds-cache"),
        says=(LEFT_OUT.strip(),),
    )
    whole = without._replace(
        name="`check` of the same",
        command=(str(netpolc), "check", about.folder.name),
        says=(),
        never_says=(LEFT_OUT.strip(),),
        target=Target(cpu_times_other=WITH_CONNECTIONS),
    )
    return without, whole
