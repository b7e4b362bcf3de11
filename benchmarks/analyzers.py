"""Tools that tell who reaches whom by policies, on the same manifests as `netpolc reach`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from installing import install_by_go, install_from_index, installed_version
from measuring import Case, Target
from queries import World, reach, world

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Analyzer = Callable[[World], Case]

CONFIG_ANALYZER = "network-config-analyzer==2.1.0"
NETPOL_ANALYZER = "github.com/np-guard/netpol-analyzer/cmd/netpolicy"

SMALL, LARGE = (60, 100), 500
"""What both analyzers are given, and what only the compiled one is."""

SAME = "All are given the same folder, and list each connection between two workloads."
CONFIG_ANALYZER_NOTE = (
    "network-config-analyzer (NCA) is asked for such a list, `--output_format txt_no_fw_rules`, which it makes faster "
    "than the summary that it prints by itself. It leaves out what a workload may reach of itself, and IPv6 addresses."
)
NETPOL_ANALYZER_NOTE = "netpol-analyzer is compiled from Go, and started as the program that `go install` leaves."
NO_CONFIG_ANALYZER = "network-config-analyzer could not be installed, so it was not measured."
NO_NETPOL_ANALYZER = "netpol-analyzer could not be installed with `go install`, so it was not measured."


def analyzers(netpolc: Path, place: Path) -> tuple[tuple[Case, ...], str]:
    """Analyzers of np-guard beside netpolc, and a note; no cases where none can be installed."""
    config, netpol = _config_analyzer(place), _netpol_analyzer(place)
    compared = [(size, [each for each in (config, netpol) if each]) for size in SMALL]
    compared.append((LARGE, [netpol] if netpol else []))
    cases = tuple(case for size, others in compared if others for case in _side_by_side(netpolc, place, size, others))
    notes = (
        SAME if cases else "",
        CONFIG_ANALYZER_NOTE if config else NO_CONFIG_ANALYZER,
        NETPOL_ANALYZER_NOTE if netpol else NO_NETPOL_ANALYZER,
    )
    return cases, " ".join(filter(None, notes))


def _side_by_side(netpolc: Path, place: Path, size: int, others: list[Analyzer]) -> Iterator[Case]:
    about = world(place / "compared", size)
    yield reach(netpolc, about, f"netpolc: {about.size}", Target())
    for other in others:
        yield other(about)


def _config_analyzer(place: Path) -> Analyzer | None:
    commands = install_from_index(CONFIG_ANALYZER, place)
    if commands is None:
        return None
    version = CONFIG_ANALYZER.partition("==")[2]
    command = (str(commands / "nca"), "--connectivity", "--output_format", "txt_no_fw_rules", "--resource_list")
    return lambda about: _case(f"NCA {version}: the same", command, about)


def _netpol_analyzer(place: Path) -> Analyzer | None:
    executable = install_by_go(NETPOL_ANALYZER, place)
    if executable is None:
        return None
    name = f"netpol-analyzer {installed_version(executable)}: the same"
    return lambda about: _case(name, (str(executable), "list", "--dirpath"), about)


def _case(name: str, command: tuple[str, ...], about: World) -> Case:
    # Not all list what a workload may reach of itself, but all list more lines to addresses than that.
    return Case(name, (*command, about.folder.name), about.folder.parent, lambda _: None, lines=len(about.edges))
