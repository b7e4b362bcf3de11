"""The last build of a request, as a memory keeps it, and what the next one can use of it.

`cli.recall` keeps the same on disk from one process to the next.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from netpolc.compiler.footprints import Change, Footprints

if TYPE_CHECKING:
    from netpolc.compiler.loading import Loaded
    from netpolc.compiler.memory import Memory
    from netpolc.compiler.model import Outcome, Run
    from netpolc.policy.model import Policy
    from netpolc.source import Source

    Roles = list[tuple[str, str, bool, dict[str, str | None]]]


class _Kept(NamedTuple):
    """A build without findings: its sources by key, its files, policies and footprints."""

    sources: dict[str, Source]
    roles: Roles
    files: dict[str, str]
    policies: tuple[Policy, ...]
    footprints: Footprints


class Recollection:
    """Remembers the builds of one request: of all that a result depends on beside the texts of its sources."""

    def __init__(self, memory: Memory, run: Run) -> None:
        """Name a request by what it asks for."""
        self._memory = memory
        self._request = "build", repr(run.options), run.layout
        self._last: _Kept | None = memory.result(self._request)

    def changes(self, loaded: Loaded) -> list[Change | None]:
        """Return what the next build can use of the last one; None where more is new than the texts of files."""
        last = self._last
        if last is None or last.roles != _roles(loaded):
            return [None]
        changed = frozenset(
            file.outline.source for file in loaded.files if last.sources[file.key] is not file.outline.source
        )
        return [Change(last.files, last.footprints, changed)]

    def keep(self, loaded: Loaded, outcome: Outcome) -> tuple[Policy, ...]:
        """Remember a build, if it can be used again, and return all of its policies, with those that it took over."""
        compilation = outcome.compilation
        policies = compilation.policies
        if compilation.part is not None and self._last is not None:
            touched = compilation.part.namespaces
            kept = (policy for policy in self._last.policies if policy.namespace not in touched)
            policies = tuple(sorted((*kept, *policies), key=lambda each: (each.namespace or "", each.name)))
        if outcome.footprints is not None:
            sources = {file.key: file.outline.source for file in loaded.files}
            kept_build = _Kept(sources, _roles(loaded), outcome.output.files, policies, outcome.footprints)
            self._memory.keep(self._request, kept_build)
        return policies


def _roles(loaded: Loaded) -> Roles:
    """Return the files in their order, each with its label, which output shows, and its part in the program."""
    return [(file.key, file.outline.source.label, file.is_source, dict(file.imports)) for file in loaded.files]
