"""The program that a child process runs: DOT from standard input, laid out by pygraphviz, to standard output as SVG.

Graphviz writes remarks and warnings to both streams, loops, takes memory, and may abort. Nothing of that is to reach
who asked for a picture, so this is a process of its own, and its result the only thing on its output. The process is
handed this text alone, and needs nothing of netpolc.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress

MOST_MEMORY = 4 * 1024**3


def lay_out(program: str) -> None:
    """Write the SVG of a graph, laid out by a program of Graphviz."""
    result = os.dup(1)
    os.dup2(2, 1)
    _bound()
    import pygraphviz  # type: ignore[import-not-found]  # the extra that a child alone needs

    graph = pygraphviz.AGraph(string=sys.stdin.buffer.read().decode())
    with os.fdopen(result, "wb") as stream:
        stream.write(graph.draw(format="svg", prog=program))
        stream.flush()
        os._exit(0)  # what Graphviz does at its end takes time, and may fail


def _bound() -> None:
    """Leave no dump behind, and take no more memory than a picture can need."""
    with suppress(ImportError, OSError, ValueError):
        import resource  # not on Windows

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
