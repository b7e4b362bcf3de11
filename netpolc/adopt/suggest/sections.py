"""The lines and questions of a proposal, by the namespace that they are written under."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.adopt.importer.facts import is_namespace
from netpolc.adopt.suggest.finding import namespaces_of
from netpolc.adopt.suggest.lines import lines_of
from netpolc.adopt.suggest.model import ProposedSection
from netpolc.adopt.suggest.questions import questions_of
from netpolc.ecosystem.control_plane import SYSTEM_NAMESPACES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from netpolc.adopt.suggest.finding import Findings
    from netpolc.adopt.suggest.model import SeenConnection
    from netpolc.manifests.model import Workload


def sections_of(found: Findings, owned: Collection[str | None]) -> list[ProposedSection]:
    """Return the sections of a proposal for some namespaces, the one without a namespace first."""
    connections: dict[str | None, list[SeenConnection]] = {}
    for one in found.connections:
        connections.setdefault(_namespace_of(one, owned), []).append(one)
    return [
        ProposedSection(
            name,
            tuple(lines_of(connections.get(name, ()))),
            tuple(questions_of(question for question in found.questions if question.namespace == name)),
        )
        for name in sorted(owned, key=lambda name: (name is not None, str(name)))
    ]


def owned_namespaces(workloads: Iterable[Workload]) -> set[str | None]:
    """Return the namespaces of workloads that a program can close: those of the cluster itself take more to close."""
    found = {workload.namespace for workload in workloads}
    return {name for name in found if name is None or (name not in SYSTEM_NAMESPACES and is_namespace(name))}


def _namespace_of(connection: SeenConnection, owned: Collection[str | None]) -> str | None:
    """Return the namespace to write a line under: the caller's for calls, else the destination's, if it is ours."""
    names = namespaces_of(connection)
    return next((name for name in names if name in owned), names[0])
