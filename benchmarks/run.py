"""`make bench`: measures netpolc, writes benchmarks/results.md, and the figures in the project's README.

With `--quick`, it runs each case a few times, leaves the largest out, and only prints.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
from pathlib import Path
from typing import NamedTuple

from cases import TENFOLD, growing_program, large_program, one_policy
from installing import install_checkout
from measuring import Failed, Group, measure
from peers import aerleon, kustomize
from tables import duration, growth, replace_block, table

CHECKOUT = Path(__file__).resolve().parent.parent
BENCH = CHECKOUT / "build" / "bench"

GROWTH_TARGET = 12


class Repetitions(NamedTuple):
    """How often each group is run."""

    one: int
    large: int
    growing: int
    peers: int


FULL = Repetitions(one=31, large=9, growing=2, peers=3)
QUICK = Repetitions(one=7, large=2, growing=0, peers=1)


def main() -> None:
    """Measure, print, and keep the figures unless the run is a quick one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer repetitions; print only")
    quick = parser.parse_args().quick
    try:
        text = figures(QUICK if quick else FULL)
    except Failed as failure:
        raise SystemExit(str(failure)) from None
    print(text)
    if not quick:
        (CHECKOUT / "benchmarks" / "results.md").write_text(f"# Results\n\n{text}", encoding="utf-8")
        readme = CHECKOUT / "README.md"
        readme.write_text(replace_block(readme.read_text(encoding="utf-8"), text), encoding="utf-8")


def figures(repetitions: Repetitions) -> str:
    """Install netpolc from this checkout and measure it; the figures as Markdown."""
    commands = install_checkout(CHECKOUT, BENCH)
    bare, netpolc = (str(commands / "python"), "-c", "pass"), commands / "netpolc"
    groups = [
        measure(bare, one_policy(netpolc, BENCH), repetitions.one),
        measure(bare, large_program(netpolc, BENCH), repetitions.large),
    ]
    text = [table(groups)]
    if repetitions.growing:
        growing = measure(bare, growing_program(netpolc, BENCH), repetitions.growing)
        groups.append(growing)
        text = [table([*groups[:2], growing._replace(figures=growing.figures[1:])])]
        text.append(growth(growing, TENFOLD, GROWTH_TARGET))
    for compare in (kustomize, aerleon):
        cases, note = compare(netpolc, BENCH)
        if cases:
            groups.append(measure(bare, cases, repetitions.peers))
            text.append(table(groups[-1:]))
        text.append(f"{note}\n")
    return "\n".join((_conditions(groups), *text))


def _conditions(groups: list[Group]) -> str:
    starts = [start for group in groups for start in group.bare]
    return (
        f"Python {platform.python_version()} on {platform.system()}, {platform.machine()}, {os.cpu_count()} cores. "
        f"A bare `python -c pass` takes {duration(statistics.median(starts))} here; it ran before each case, and each "
        "group is compared with its own. Every run is a whole process, started afresh.\n"
    )


if __name__ == "__main__":
    main()
