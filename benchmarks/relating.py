"""What is measured of `reach` on clusters of all shapes, and of `diff` on small programs, in CPU seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cases import new_folder
from measuring import Case, Target
from pairs import known_pairs, random_pairs
from queries import reading
from shapes import DUMP, EDGES, Shape
from worlds import APPS, APPS_PER_NAMESPACE, DEPLOYMENT, PORTS, SEPARATOR, Edge, policy

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SIZE, FACTOR = 2_000, 5
GROWTH = 6

START = 0.012
"""The seconds that a bare Python takes where the limits in seconds were set; a slower machine has more."""
LARGE_TIMES_BARE, LARGE_MEGABYTES = 5 / START, 400
PAIR_TIMES_BARE, PAIR_MEGABYTES, PAIR_LIMIT = 3 / START, 300, 10.0
TIMES_READING, TIMES_READING_DUMP, TIMES_READING_ONE = 1.5, 1.3, 1.15

PARTIAL = "NP625"
"""The code of a difference that is not told of every pod that could exist."""

FEW, FEW_TIMES_BARE = 10, 8


class Cluster(NamedTuple):
    """A folder of manifests of a shape."""

    folder: Path
    shape: Shape
    deployments: int

    @property
    def size(self) -> str:
        """What it is, in words."""
        return f"*{self.shape.name}*, {self.deployments:,} Deployments"


def cluster(place: Path, shape: Shape, deployments: int) -> Cluster:
    """Make a new cluster of a shape and a size."""
    folder = new_folder(place / f"shape-{shape.name}-{deployments}")
    shape.write(folder, deployments)
    return Cluster(folder, shape, deployments)


def related(netpolc: Path, place: Path, shape: Shape) -> tuple[Case, Case, Case]:
    """Return the reading of a cluster alone, its relation, and the part of it that is one workload's."""
    about = cluster(place, shape, SIZE)
    times = TIMES_READING_DUMP if shape is DUMP else TIMES_READING
    alone = reading(netpolc, about.folder, f"{about.size}: reading alone", shape.policies(SIZE))
    one = f"team-{SIZE // APPS_PER_NAMESPACE // 2}/{APPS[0]}"
    whole = reach(netpolc, about, "`reach` of the same")
    return (
        alone,
        whole._replace(target=Target(cpu_times_other=times, printed=shape.most_lines(SIZE))),
        whole._replace(
            name=f"`reach --to {one}` of the same",
            command=(*whole.command, "--to", one),
            lines=1,
            target=Target(cpu_times_other=TIMES_READING_ONE),
        ),
    )


def related_large(netpolc: Path, place: Path, shape: Shape) -> tuple[Case]:
    """Return the relation of a cluster five times as large."""
    deployments = SIZE * FACTOR
    about = cluster(place, shape, deployments)
    lines = shape.most_lines(deployments)
    target = Target(cpu_times_other=GROWTH, printed=lines)
    if shape is not DUMP:
        target = target._replace(cpu_times_bare=LARGE_TIMES_BARE, megabytes=LARGE_MEGABYTES)
    return (reach(netpolc, about, f"`reach`: {about.size}")._replace(target=target),)


def related_few(netpolc: Path, place: Path) -> tuple[Case]:
    """Return the relation of ten objects: five Deployments, each with a policy that admits the one before it."""
    folder = new_folder(place / "few")
    namespace, names = "shop", APPS[: FEW // 2]
    for name, source in zip(names, (names[-1], *names), strict=False):
        admits = policy(namespace, name, [Edge(namespace, source, name, PORTS[0])])
        document = DEPLOYMENT.format(name=name, namespace=namespace)
        (folder / f"{name}.yaml").write_text(SEPARATOR.join((document, admits)), encoding="utf-8")
    case = reach(netpolc, Cluster(folder, EDGES, len(names)), f"`reach` of a folder of {FEW} objects")
    return (case._replace(target=Target(cpu_times_bare=FEW_TIMES_BARE)),)


def small_pairs(netpolc: Path, place: Path, count: int) -> tuple[Case, ...]:
    """Return `diff` of pairs of small programs: those that are hard by their shape, and as many random ones."""
    folder = new_folder(place / "pairs")
    case = Case(
        "",
        (str(netpolc), "diff", "old.netpol", "new.netpol"),
        folder,
        lambda _: None,
        cache=folder.with_name("pairs-cache"),
        lines=1,
        target=Target(cpu_times_bare=PAIR_TIMES_BARE, megabytes=PAIR_MEGABYTES),
        limit=PAIR_LIMIT,
        may_end=True,
    )

    def writing(old: str, new: str) -> Callable[[int], None]:
        def write(_: int) -> None:
            (folder / "old.netpol").write_text(old, encoding="utf-8")
            (folder / "new.netpol").write_text(new, encoding="utf-8")

        return write

    pairs = (*known_pairs(), *random_pairs(count))
    return tuple(case._replace(name=pair.kind, prepare=writing(pair.old, pair.new)) for pair in pairs)


def reach(netpolc: Path, about: Cluster, name: str) -> Case:
    """Return the relation of a cluster."""
    return Case(
        name,
        (str(netpolc), "reach", about.folder.name),
        about.folder.parent,
        lambda _: None,
        cache=about.folder.with_name("worlds-cache"),
        lines=1 if about.shape.folds else about.deployments // 2,
        may_end=True,
    )
