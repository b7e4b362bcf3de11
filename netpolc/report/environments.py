"""Answers for several environments as one result: told once where they are the same, and side by side where not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from netpolc.diagnostics.visible import visible
from netpolc.report.relation import cell

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_VERSION = re.compile(r'"format_version": "(\d+)",')
"""What every document begins with."""

WITH_REASONS = frozenset({"text", "md", "json"})
"""The forms that name the environments without an answer."""


class TextOfEnvironments(msgspec.Struct, frozen=True):
    """The text of an answer, and the environments in which it is that."""

    environments: tuple[str, ...]
    text: str

    @property
    def names(self) -> str:
        """The names of the environments."""
        return ", ".join(self.environments)


def grouped(texts: Iterable[tuple[str, str]]) -> list[TextOfEnvironments]:
    """Put together environments, each with the text of its answer, that have the same."""
    found: dict[str, list[str]] = {}
    for environment, text in texts:
        found.setdefault(text, []).append(environment)
    return [TextOfEnvironments(tuple(names), text) for text, names in found.items()]


def together(
    form: str, answers: Sequence[TextOfEnvironments], unanswered: Mapping[str, str], **about: bool
) -> Iterator[str]:
    """Write answers in a form, and why others have none; `about` are keys of the document that holds several."""
    if form == "json":
        return _documents(answers, about, [*unanswered])
    if form == "csv":
        return _rows(answers)
    reasons = grouped((name, f"no answer: {visible(why)}\n") for name, why in unanswered.items())
    heading = "### {}\n\n" if form == "md" else "in {}:\n"
    return _headed([*answers, *reasons], heading)


def _headed(answers: Sequence[TextOfEnvironments], heading: str) -> Iterator[str]:
    for number, answer in enumerate(answers):
        yield f"{chr(10) if number else ''}{heading.format(answer.names)}{answer.text}"


def _rows(answers: Sequence[TextOfEnvironments]) -> Iterator[str]:
    """Yield the rows of all answers, below the head of the first, with their environments before them."""
    for number, answer in enumerate(answers):
        head, *rows = answer.text.splitlines(keepends=True)
        yield "" if number else f"environments,{head}"
        names = cell("; ".join(answer.environments))
        yield from (f"{names},{row}" for row in rows)


def _documents(
    answers: Sequence[TextOfEnvironments], about: Mapping[str, bool], unanswered: Sequence[str]
) -> Iterator[str]:
    lacking = {"without_answer": unanswered} if unanswered else {}
    if len(answers) == 1:
        yield _document(answers[0], lacking)
        return
    version = _VERSION.search(answers[0].text)
    known = {"format_version": version[1] if version is not None else "", **about, **lacking}
    yield f'{{{_members(known)}, "by_environment": [\n'
    yield ",\n".join(_document(answer, {}).rstrip("\n") for answer in answers)
    yield "\n]}\n"


def _document(answer: TextOfEnvironments, more: Mapping[str, Sequence[str]]) -> str:
    """Return a document that also says in which environments it holds."""
    members = _members({"environments": answer.environments, **more})
    return _VERSION.sub(lambda found: f"{found[0]} {members},", answer.text, count=1)


def _members(known: Mapping[str, object]) -> str:
    """Write the members of an object."""
    import json  # most answers are one text

    return json.dumps(known)[1:-1]
