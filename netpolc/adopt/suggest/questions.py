"""Open questions as remarks: each once, with all that shows it, and one of several workloads where it is the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.adopt.suggest.model import ProposedQuestion
from netpolc.sets.ports import ports_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from netpolc.adopt.suggest.model import OpenQuestion, Port


SEVERAL = {"was": "were"}
"""Verbs of several that are not those of one without an `s`."""


def questions_of(questions: Iterable[OpenQuestion]) -> list[ProposedQuestion]:
    """Return the remarks of one section.

    There is one for each workload and what it is about, and one for several workloads where it is `shared` or the same
    texts show it of all of them.
    """
    by_workload: dict[object, list[OpenQuestion]] = {}
    for one in questions:
        by_workload.setdefault((one.text, one.who, one.caller, one.destination), []).append(one)
    groups: dict[object, list[OpenQuestion]] = {}
    for held in by_workload.values():
        first = held[0]
        known = None if first.shared else (_ports(held), frozenset(one.evidence for one in held))
        groups.setdefault((first.text, first.destination, known), []).extend(held)
    return [_joined(held) for held in groups.values()]


def _joined(questions: Sequence[OpenQuestion]) -> ProposedQuestion:
    first = questions[0]
    who = sorted({one.who for one in questions if one.who is not None})
    ports = _ports(questions)
    return ProposedQuestion(
        _said(who, first.text),
        tuple(dict.fromkeys(one.evidence for one in questions)),
        tuple(dict.fromkeys(one.caller for one in questions if one.caller is not None)),
        first.destination,
        ports_of(ports) if ports else None,
    )


def _ports(questions: Iterable[OpenQuestion]) -> frozenset[Port]:
    return frozenset(one.port for one in questions if one.port is not None)


def _said(who: Sequence[str], text: str) -> str:
    """Return what is said of some workloads, or of nobody in particular."""
    quoted = [f"`{name}`" for name in who]
    if len(quoted) > 1:
        verb, blank, rest = text.partition(" ")
        return f"{', '.join(quoted[:-1])} and {quoted[-1]} {SEVERAL.get(verb, verb.removesuffix('s'))}{blank}{rest}"
    return " ".join([*quoted, text])
