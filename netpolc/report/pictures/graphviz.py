"""Graphviz at work: a picture in DOT laid out in a child process, within a time and never with more said than asked."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from inspect import getsource
from pathlib import Path
from typing import NamedTuple

from netpolc.project.processes import installed, run_bounded
from netpolc.report.pictures import laid_out

SECONDS = 20.0
"""How long a program of Graphviz may take; drawings of some hundred nodes take two."""
MOST_BYTES = 64 * 1024 * 1024
LAYERED, SPRINGS = "dot", "sfdp"
"""The programs of Graphviz, in the order in which they are tried: by layers, and if that fails, by springs."""


class LaidOut(NamedTuple):
    """A picture as SVG, or None; which program made it, and why others did not."""

    svg: str | None
    program: str = ""
    failures: tuple[str, ...] = ()


def can_lay_out() -> bool:
    """Tell whether there is a Graphviz: that of the extra `graph`, or a program of that name."""
    return find_spec("pygraphviz") is not None or installed(LAYERED) is not None


def lay_out(dot: str, seconds: float = SECONDS) -> LaidOut:
    """Lay a picture out, with the first program that can."""
    failures: list[str] = []
    for program in (LAYERED, SPRINGS):
        ended = run_bounded(
            _command(program), Path.cwd(), os.environ, seconds=seconds, limit=MOST_BYTES, given=dot.encode()
        )
        svg = ended.output.decode(errors="replace")
        if ended.failure is None and svg.rstrip().endswith("</svg>"):
            return LaidOut(svg[svg.index("<svg") :], program, tuple(failures))
        failures.append(f"`{program}` {(ended.failure or 'drew nothing').removeprefix('it ')}")
    return LaidOut(None, failures=tuple(failures))


def _command(program: str) -> tuple[str, ...]:
    if find_spec("pygraphviz") is not None:
        return sys.executable, "-P", "-c", f"{getsource(laid_out)}\nlay_out(sys.argv[1])\n", program
    return installed(LAYERED) or LAYERED, f"-K{program}", "-Tsvg"
