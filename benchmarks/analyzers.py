"""Tools that tell who reaches whom by policies, on the same manifests as `netpolc reach`."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

from installing import install_from_index, installed_version
from measuring import Case, Target
from queries import World, world
from relating import cluster
from shapes import DNS, EDGES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CONFIG_ANALYZER = "network-config-analyzer==2.1.0"
CONFIG_ANALYZER_SIZES = (60, 100)
CONFIG_ANALYZER_NOTE = (
    "Both are given the same folder, and list each connection between two workloads: `netpolc reach --pairs "
    "--no-hypothetical`, and `nca --connectivity --output_format txt_no_fw_rules`, which network-config-analyzer (NCA) "
    "makes faster than the summary that it prints by itself. It leaves out what a workload may reach of itself, and "
    "IPv6 addresses."
)
NO_CONFIG_ANALYZER = "network-config-analyzer could not be installed, so it was not measured."

NETPOL_ANALYZER, NETPOL_ANALYZER_VARIABLE = "netpol-analyzer", "NETPOL_ANALYZER"
NETPOL_ANALYZER_SHAPES = ((EDGES, 500, 100), (DNS, 1_000, 300))
"""What netpol-analyzer is given: shapes, their Deployments, and how many times as long as netpolc it is to take."""
NETPOL_ANALYZER_LIMIT = 900.0
NETPOL_ANALYZER_NOTE = (
    "Both are given the same folder, and list as JSON which workloads and blocks of addresses reach each other: "
    "`netpolc reach --format json --no-hypothetical` and `netpol-analyzer list -o json`, which works on all processors "
    "and is compiled from Go. It leaves out what a workload may reach of itself, and IPv6 addresses."
)
NO_NETPOL_ANALYZER = (
    f"netpol-analyzer was not measured: there is no `{NETPOL_ANALYZER}` on PATH, and ${NETPOL_ANALYZER_VARIABLE} "
    "names no file."
)


def config_analyzer(netpolc: Path, place: Path) -> tuple[tuple[Case, ...], str]:
    """Return network-config-analyzer beside netpolc, and a note; no cases where it cannot be installed."""
    commands = install_from_index(CONFIG_ANALYZER, place)
    if commands is None:
        return (), NO_CONFIG_ANALYZER
    clusters = [world(place / "compared", size) for size in CONFIG_ANALYZER_SIZES]
    return tuple(case for about in clusters for case in _side_by_side(netpolc, commands, about)), CONFIG_ANALYZER_NOTE


def netpol_analyzer(netpolc: Path, place: Path) -> tuple[tuple[tuple[Case, Case], ...], str]:
    """Return netpol-analyzer beside netpolc, two cases for each shape, and a note; none where it is not installed."""
    found = shutil.which(os.environ.get(NETPOL_ANALYZER_VARIABLE) or NETPOL_ANALYZER)
    if found is None:
        return (), NO_NETPOL_ANALYZER
    name = f"{NETPOL_ANALYZER} {installed_version(found)}".strip()
    listing = (found, "list", "--quiet", "--output", "json", "--dirpath")
    pairs: list[tuple[Case, Case]] = []
    for shape, deployments, times in NETPOL_ANALYZER_SHAPES:
        about = cluster(place / "compared", shape, deployments)
        asked = (str(netpolc), "reach", "--format", "json", "--no-hypothetical")
        own = _case(f"netpolc: {about.size}", asked, about.folder)
        own = own._replace(cache=about.folder.with_name("worlds-cache"), lines=1)
        # Each Deployment is reached by three others.
        other = _case(f"{name}: the same", listing, about.folder)._replace(lines=deployments)
        target = Target(cpu_times_least=times)
        pairs.append((own, other._replace(target=target, limit=NETPOL_ANALYZER_LIMIT, may_end=True)))
    return tuple(pairs), NETPOL_ANALYZER_NOTE


def _side_by_side(netpolc: Path, commands: Path, about: World) -> Iterator[Case]:
    asked = (str(netpolc), "reach", "--pairs", "--no-hypothetical")
    yield _case(f"netpolc: {about.size}", asked, about.folder)._replace(lines=len(about.edges))
    version = CONFIG_ANALYZER.partition("==")[2]
    command = (str(commands / "nca"), "--connectivity", "--output_format", "txt_no_fw_rules", "--resource_list")
    # It does not list what a workload may reach of itself, but more lines to addresses than that.
    yield _case(f"NCA {version}: the same", command, about.folder)._replace(lines=len(about.edges))


def _case(name: str, command: tuple[str, ...], folder: Path) -> Case:
    return Case(name, (*command, folder.name), folder.parent, lambda _: None)
