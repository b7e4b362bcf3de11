"""The Python API: what the commands do, as functions over texts and folders, with results as data.

A *workspace* says what is read: texts that the caller holds, a folder with its netpolc.toml, or texts over a folder,
as an editor has them. Every function takes one, or just a mapping of texts by their names. Nothing is written, no
process is forked and no other program run unless a workspace says so, and nothing is kept but in a workspace's memory.

What is wrong with sources and manifests are diagnostics, as values. What is wrong with a request is a `UsageError`. A
question about inputs that have errors is an `InputError`, so that no answer rests on a mistake.
"""

from __future__ import annotations

TYPE_CHECKING = False  # as in netpolc itself
if TYPE_CHECKING:
    from netpolc.api.adopting import begin, import_policies, suggest
    from netpolc.api.asking import can, diff, graph, reach
    from netpolc.api.checking import check, explain
    from netpolc.api.compiling import (
        compile,  # noqa: A004 -- as in `re.compile`
        compile_paths,
        compile_text,
        format,  # noqa: A004 -- what the command is called
    )
    from netpolc.api.observing import flows, seen_flows
    from netpolc.api.reading import workspace
    from netpolc.results import Difference, Page, Picture, Relation, Result, SeenTraffic, Verdict

_ROOMS = {
    "begin": "adopting",
    "import_policies": "adopting",
    "suggest": "adopting",
    "can": "asking",
    "diff": "asking",
    "graph": "asking",
    "reach": "asking",
    "check": "checking",
    "explain": "checking",
    "compile": "compiling",
    "compile_paths": "compiling",
    "compile_text": "compiling",
    "format": "compiling",
    "flows": "observing",
    "seen_flows": "observing",
    "workspace": "reading",
}
"""The rooms of functions; results are in `netpolc.results`."""

__all__ = [
    "Difference",
    "Page",
    "Picture",
    "Relation",
    "Result",
    "SeenTraffic",
    "Verdict",
    "begin",
    "can",
    "check",
    "compile",
    "compile_paths",
    "compile_text",
    "diff",
    "explain",
    "flows",
    "format",
    "graph",
    "import_policies",
    "reach",
    "seen_flows",
    "suggest",
    "workspace",
]


def __getattr__(name: str) -> object:
    """Load the room of a function that is asked for: each command asks for one."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # see above

    return getattr(import_module(f"{__name__}.{_ROOMS[name]}" if name in _ROOMS else "netpolc.results"), name)


def __dir__() -> list[str]:
    return __all__
