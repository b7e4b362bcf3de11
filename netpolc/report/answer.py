"""The answer to whether a connection is allowed, in its forms."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from netpolc.diagnostics.paint import in_black
from netpolc.diagnostics.visible import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from netpolc.diagnostics.paint import Paint
    from netpolc.queries.answers import Answer, ExplainedVerdict
    from netpolc.queries.deciding_rules import DecidingRule
    from netpolc.queries.near_misses import MissedRule
    from netpolc.queries.suggestions.model import Suggestion


def as_text(answer: Answer, paint: Paint = in_black) -> str:
    """Write the verdict, and what decides it at each end."""
    return "".join(f"{line}\n" for line in _lines(answer, paint))


def as_json(answer: Answer) -> str:
    """Write the same as a document."""
    document = {
        "format_version": "1",
        "allowed": answer.allowed,
        "source": answer.source,
        "destination": answer.destination,
        "protocol": answer.protocol,
        "port": answer.port,
        "egress": _side(answer.egress, answer.near_misses),
        "ingress": _side(answer.ingress, answer.near_misses),
        "reason": None if answer.allowed else "; ".join(_denials(answer)),
        "suggestion": "\n".join(answer.suggestion.lines) or None,
        "advice": _advice(answer.suggestion),
    }
    if answer.itself:
        document["itself"] = True
    if answer.only_over is not None:
        document["only_over"] = f"IPv{answer.only_over}"
    if answer.notes:
        document["notes"] = list(answer.notes)
    if answer.plugin_difference is not None:
        document["plugin_dependent"] = answer.plugin_difference.block
    return json.dumps(document, indent=2) + "\n"


FORMS: Mapping[str, Callable[[Answer], str]] = {"text": as_text, "json": as_json}


def _lines(answer: Answer, paint: Paint) -> Iterator[str]:
    head, may = (paint("yes:", "allowed"), "may") if answer.allowed else (paint("no:", "error"), "may not")
    yield f"{head} {visible(f'{answer.source} {may} reach {answer.destination} on {_port(answer)}')}"
    if answer.allowed and answer.count > 1:
        yield f"     and so with all {answer.count} connections that this asks about"
    if answer.only_over is not None:
        yield f"     over IPv{answer.only_over} only"
    yield from (f"     {visible(note)}" for note in answer.notes)
    if answer.itself:
        yield "     a pod reaches itself by its own address, whatever policies say"
        return
    for miss in answer.near_misses:
        yield f"{paint('near miss:', 'warning')} {reason_in_color(miss.rule, paint)}"
        yield f"  it {visible(miss.message)}"
    for side in (answer.egress, answer.ingress):
        yield visible(_what(answer, side))
        yield from (f"  passed on by {reason_in_color(reason, paint)}" for reason in side.passed)
        yield from (f"  left to no Baseline by {reason_in_color(reason, paint)}" for reason in side.exempt_by)
        for reason in side.rules if side.passes else side.closed_by:
            yield f"  {reason_in_color(reason, paint)}"
    yield from _suggestion(answer.suggestion, paint)


def _advice(suggestion: Suggestion) -> str | None:
    return f"write it {suggestion.advice}" if suggestion.lines and suggestion.advice else suggestion.advice


def _suggestion(suggestion: Suggestion, paint: Paint) -> Iterator[str]:
    lines, advice = suggestion.lines, suggestion.advice
    if not lines:
        why = "what would have to change" if suggestion.no_sources else "no line of netpol alone would allow it"
        yield from () if advice is None else (f"{paint(f'{why}:', 'help')} {visible(advice)}",)
        return
    written = [paint(visible(line), "added") for line in lines]
    head = paint(visible(f"to allow it, write{'' if advice is None else f' {advice}'}:"), "help")
    yield from (f"{head} {written[0]}",) if len(written) == 1 else (head, *(f"  {line}" for line in written))


def _what(answer: Answer, side: ExplainedVerdict) -> str:
    if not side.closed_by:
        return f"{_end(answer, side)} {'lets it through by' if side.rules else 'is open: no policy closes it'}"
    if side.rules:
        return f"{_end(answer, side)} is closed, and admits it by"
    return f"{_denial(answer, side)} by" if side.denied else f"{_denial(answer, side)}; it is closed by"


def _denials(answer: Answer) -> Iterator[str]:
    return (_denial(answer, side) for side in (answer.egress, answer.ingress) if not side.passes)


def _denial(answer: Answer, side: ExplainedVerdict) -> str:
    if side.denied:
        other = answer.source if side.direction == "ingress" else answer.destination
        return f"{_end(answer, side)} denies {other} on {_port(answer)}"
    let = f"admits {answer.source}" if side.direction == "ingress" else f"lets it out to {answer.destination}"
    return f"{_end(answer, side)} is closed and no rule {let} on {_port(answer)}"


def _end(answer: Answer, side: ExplainedVerdict) -> str:
    return f"{side.direction} of {answer.source if side.direction == 'egress' else answer.destination}"


def _port(answer: Answer) -> str:
    return f'{answer.protocol} "{answer.port}"' if isinstance(answer.port, str) else f"{answer.protocol} {answer.port}"


def reason_text(reason: DecidingRule) -> str:
    """Write the part of a policy that decides, and the line that it comes from."""
    where = "a denial that the program assumes" if reason.policy is None else f"{reason.policy} {reason.path}"
    source = reason.source
    return where if source is None else f"{where}, from {source.file}:{source.line}: {source.text}"


def reason_in_color(reason: DecidingRule, paint: Paint) -> str:
    """Write the same for a terminal, with the place in its colour."""
    text = visible(reason_text(reason))
    if reason.source is None:
        return text
    place = visible(f"{reason.source.file}:{reason.source.line}")
    before, found, after = text.partition(f", from {place}: ")
    return f"{before}, from {paint(place, 'gutter')}: {after}" if found else text


def _side(side: ExplainedVerdict, near_misses: Iterable[MissedRule]) -> dict[str, object]:
    found: dict[str, object] = {
        "closed": bool(side.closed_by),
        "rules": [reason_object(reason) for reason in side.rules],
        "closed_by": [reason_object(reason) for reason in side.closed_by],
    }
    if side.passed:
        found["passed"] = [reason_object(reason) for reason in side.passed]
    if side.exempt_by:
        found["exempt_by"] = [reason_object(reason) for reason in side.exempt_by]
    if not side.passes:
        missed = (each for each in near_misses if each.direction == side.direction)
        found["near_misses"] = [
            {**reason_object(each.rule), "but_for": list(each.but_for), "message": f"it {each.message}"}
            for each in missed
        ]
    return found


def reason_object(reason: DecidingRule) -> dict[str, object]:
    """Return the same as an object of a document."""
    source = reason.source
    return {
        "policy": reason.policy,
        "path": reason.path,
        "source": None if source is None else {"file": source.file, "line": source.line, "text": source.text},
    }
