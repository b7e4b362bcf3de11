"""Answers for several environments as one result: told once where they are the same, and side by side where not."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import msgspec

from netpolc.report.relation import cell

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_VERSION = re.compile(r'"format_version": "(\d+)",')
"""What every document begins with."""


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


def together(form: str, answers: Sequence[TextOfEnvironments], **about: bool) -> Iterator[str]:
    """Write answers in a form; `about` are keys of the document that holds several."""
    if form == "json":
        return _documents(answers, about)
    if form == "csv":
        return _rows(answers)
    heading = "### {}\n\n" if form == "md" else "in {}:\n"
    return _headed(answers, heading)


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


def _documents(answers: Sequence[TextOfEnvironments], about: dict[str, bool]) -> Iterator[str]:
    first, *others = map(_document, answers)
    if not others:
        yield first
        return
    version = _VERSION.search(first)
    known = {"format_version": version[1] if version is not None else "", **about}
    yield f'{json.dumps(known)[:-1]}, "by_environment": [\n'
    yield ",\n".join(text.rstrip("\n") for text in (first, *others))
    yield "\n]}\n"


def _document(answer: TextOfEnvironments) -> str:
    """Return a document that also says in which environments it holds."""
    names = json.dumps(answer.environments)
    return _VERSION.sub(lambda found: f'{found[0]} "environments": {names},', answer.text, count=1)
