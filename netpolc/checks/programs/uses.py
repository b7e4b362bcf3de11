"""The uses of pods in a program: where they are written, in which part of a statement, and on which ports."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

import msgspec

from netpolc.ir.model import InNamespace, Pods
from netpolc.sets.ports import PortSet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.checks.options import CheckOptions
    from netpolc.ir.model import Assertion, Flow, Guardrail, Program
    from netpolc.source import Location

Role = Literal["source", "destination", "subject"]
"""The part of a statement: an end of a flow or an assertion, or what a baseline is on."""


class Use(msgspec.Struct, frozen=True):
    """Pods, and the statement that uses them; destinations have ports.

    A bare name has the location of its first use in a namespace.
    """

    pods: Pods
    statement: Location
    role: Role
    ports: PortSet | None = None


def uses(program: Program) -> Iterator[Use]:
    """Yield every use of pods, in the order of the statements of each kind."""
    statements: tuple[Flow | Guardrail | Assertion, ...] = (*program.flows, *program.guardrails, *program.assertions)
    for statement in statements:
        for peer in statement.sources:
            if isinstance(peer, Pods):
                yield Use(peer, statement.origin.location, "source")
        for destination in statement.destinations:
            if isinstance(destination.peer, Pods):
                yield Use(destination.peer, statement.origin.location, "destination", destination.ports)
    for baseline in program.baselines:
        if baseline.on is not None:
            yield Use(baseline.on, baseline.on.location, "subject")


def key_of(pods: Pods) -> str | None:
    """Return the key of the label that a bare name stands for; None for pods that are written or declared otherwise."""
    match pods.selector.requirements:
        case (only,) if not pods.declared and only.operator == "In" and only.values == (pods.name,):
            return only.key
        case _:
            return None


def namespace_of(pods: Pods) -> str | None:
    """Return the namespace of pods that are in one, by its name; the unnamed one, and all others, have none."""
    return pods.namespaces.name if isinstance(pods.namespaces, InNamespace) else None


def are_known(pods: Pods, options: CheckOptions) -> bool:
    """Tell whether a manifest shows pods that the selector matches, in its namespace or in none, or a project names."""
    here = namespace_of(pods)
    word = rf"(?<![A-Za-z0-9_-]){re.escape(pods.name)}(?![A-Za-z0-9_-])"
    return any(re.search(word, each) for each in options.known_pods) or any(
        (here is None or namespace in {None, here}) and pods.selector.matches(labels)
        for namespace, labels in options.pods
    )
