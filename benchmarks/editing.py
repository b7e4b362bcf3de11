"""A caller that stays, as an editor does: compiles a program through the API, and again after each changed line.

Prints the CPU seconds of the first call, and the median of those after one changed line.
"""

from __future__ import annotations

import statistics
import sys
import time
from typing import TYPE_CHECKING

import netpolc

if TYPE_CHECKING:
    from netpolc import Workspace

LINES, NAMESPACES, CHANGES = 1_500, 50, 15


def program() -> list[str]:
    """Return the lines of a program in one file: flows of its namespaces, spread evenly."""
    lines = ['import "std"', "baseline deny all"]
    for namespace in range(NAMESPACES):
        lines += [f"namespace team-{namespace}", "* -> std.dns"]
        lines += [f"svc-{n % 9} -> svc-{(n * 7) % 11}:{8_000 + n}" for n in range(LINES // NAMESPACES - 2)]
    return lines


def main() -> None:
    """Measure, and say both."""
    netpolc.compile({"warm.netpol": "baseline deny all\na -> b:1\n"})  # what is imported is no part of a call
    lines = program()
    here = netpolc.workspace({"shop.netpol": _text(lines)})
    first = _seconds(here)
    later: list[float] = []
    for change in range(CHANGES):
        at = next(n for n in range(change * len(lines) // CHANGES, len(lines)) if lines[n].startswith("svc-"))
        lines[at] = f"{lines[at].rpartition(':')[0]}:{20_000 + change}"
        here = here.edited({"shop.netpol": _text(lines)})
        later.append(_seconds(here))
    sys.stdout.write(f"{first:.6f} {statistics.median(later):.6f}\n")


def _seconds(here: Workspace) -> float:
    start = time.process_time()
    result = netpolc.compile(here)
    taken = time.process_time() - start
    if not result.ok:
        raise SystemExit(f"the program has errors: {result.diagnostics[0].message}")
    return taken


def _text(lines: list[str]) -> str:
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
