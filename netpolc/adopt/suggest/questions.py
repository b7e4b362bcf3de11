"""Open questions as remarks: each once, with all that shows it, and one of several workloads where it is the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.adopt.suggest.model import ProposedQuestion
from netpolc.sets.ports import ports_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from netpolc.adopt.suggest.model import OpenQuestion


def questions_of(questions: Iterable[OpenQuestion]) -> list[ProposedQuestion]:
    """Return the remarks of one section."""
    groups: dict[object, list[OpenQuestion]] = {}
    for one in questions:
        who = None if one.shared else (one.who, one.caller)
        groups.setdefault((one.text, who, one.destination), []).append(one)
    return [_joined(held) for held in groups.values()]


def _joined(questions: Sequence[OpenQuestion]) -> ProposedQuestion:
    first = questions[0]
    who = list(dict.fromkeys(one.who for one in questions if one.who is not None))
    text = f"{_listed(sorted(who))} {first.text}" if who else first.text
    ports = {one.port for one in questions} - {None}
    return ProposedQuestion(
        text,
        tuple(one.evidence for one in questions),
        tuple(dict.fromkeys(one.caller for one in questions if one.caller is not None)),
        first.destination,
        ports_of(port for port in ports if port is not None) if ports else None,
    )


def _listed(names: Sequence[str]) -> str:
    quoted = [f"`{name}`" for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"
