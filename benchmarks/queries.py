"""What is measured of `reach` and `can`, on clusters of Deployments with a policy for each."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from cases import new_folder
from measuring import Case, Target
from worlds import APPS_PER_NAMESPACE, SERVICE_PORT, Edge, write_services, write_world

SMALL, FACTOR, LARGEST = 500, 4, 10_000
THROUGH_SERVICE = 1.1
"""How many times the CPU of `can` with a workload as its end it may take with a service."""


class World(NamedTuple):
    """A folder of manifests, and the connections that they admit."""

    folder: Path
    deployments: int
    edges: tuple[Edge, ...]

    @property
    def size(self) -> str:
        """How much there is, in words."""
        namespaces = self.deployments // APPS_PER_NAMESPACE
        return f"{self.deployments:,} Deployments in {namespaces} namespaces, {len(self.edges):,} edges"


def queries(netpolc: Path, place: Path) -> tuple[Case, ...]:
    """`reach` of two clusters, and of the larger one `can`, and reading alone."""
    small, large = world(place, SMALL), world(place, SMALL * FACTOR)
    return (
        reach(netpolc, small, f"`reach`: {small.size}", Target(seconds=1)),
        reach(netpolc, large, f"`reach`: {large.size}", Target()),
        _can(netpolc, large, "`can` of the same"),
        reading(netpolc, large.folder, "reading of the same, alone, on one processor", SMALL * FACTOR, "--one"),
        reading(netpolc, large.folder, "reading of the same, alone, on all processors", SMALL * FACTOR),
    )


def largest_world(netpolc: Path, place: Path) -> tuple[Case, ...]:
    """`reach` of a cluster as large as any."""
    largest = world(place, LARGEST)
    return (reach(netpolc, largest, f"`reach`: {largest.size}", Target(seconds=60, megabytes=1_000)),)


def world(place: Path, deployments: int) -> World:
    """A new cluster of a size."""
    folder = new_folder(place / f"world-{deployments}")
    return World(folder, deployments, write_world(folder, deployments))


def reach(netpolc: Path, about: World, name: str, target: Target) -> Case:
    """Who reaches whom: a line for many of the Deployments at least, since each has a policy of its own."""
    return _case(name, (str(netpolc), "reach"), about.folder)._replace(lines=about.deployments // 2, target=target)


def reading(netpolc: Path, folder: Path, name: str, policies: int, *options: str) -> Case:
    """Read manifests as `reach` does, among them as many policies as are said, and do nothing with them."""
    script = str(Path(__file__).with_name("reading.py"))
    command = (str(netpolc.with_name("python")), "-P", script, *options)
    return _case(name, command, folder)._replace(says=(f" {policies} policies",))


def through_services(netpolc: Path, place: Path) -> tuple[Case, Case]:
    """`can` of a cluster that has a service for each Deployment, with the one and the other as its end."""
    folder = new_folder(place / "served")
    served = World(folder, SMALL * FACTOR, write_world(folder, SMALL * FACTOR))
    write_services(folder, served.edges)
    target = Target(cpu_times_other=THROUGH_SERVICE)
    return (
        _can(netpolc, served, f"`can` with a workload: {served.size}, a service for each"),
        _can(netpolc, served, "`can` with a service of the same", service=True)._replace(target=target),
    )


def _can(netpolc: Path, about: World, name: str, *, service: bool = False) -> Case:
    """Ask for a connection that there is, which ends with 0, and prints why."""
    edge = next(edge for edge in about.edges if edge.source != edge.destination)
    end = f"{edge.destination}-front:{SERVICE_PORT}" if service else f"{edge.destination}:{edge.port}"
    ends = f"{edge.namespace}/{edge.source}", f"{edge.namespace}/{end}"
    return _case(name, (str(netpolc), "can", *ends), about.folder)._replace(lines=1)


def _case(name: str, command: tuple[str, ...], folder: Path) -> Case:
    cache = folder.with_name("worlds-cache")
    return Case(name, (*command, folder.name), folder.parent, lambda _: None, cache=cache)
