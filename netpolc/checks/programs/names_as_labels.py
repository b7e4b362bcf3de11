"""NP655: names of pods in brackets, `[web, api]`, which ask for pods with all of these as keys of labels."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from netpolc.checks.programs.uses import are_known, key_of, uses
from netpolc.diagnostics.model import Diagnostic, Edit, Fix, Label
from netpolc.source import Location, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.checks.programs.checked_program import CheckedProgram
    from netpolc.ir.model import Pods

FEWEST = 2
"""One key alone may be a label that is called like some pods."""

DECLARATION = r"(?m)^[ \t]*(?:pods|group)[ \t]+({})[ \t]*="
DECLARED_AS_PODS = r"(?:^|\n)[ \t]*pods[ \t]+[A-Za-z0-9_-]+[ \t]*=[ \t]*\Z"


def check(checked: CheckedProgram) -> Iterator[Diagnostic]:
    """Yield each selector of keys alone, of which all are names of pods elsewhere."""
    named: dict[str, Location] = {}
    listed: dict[object, tuple[Pods, tuple[str, ...]]] = {}
    for use in uses(checked.program):
        keys = tuple(each.key for each in use.pods.selector.requirements if each.operator == "Exists")
        if use.pods.declared or key_of(use.pods) is not None:
            named.setdefault(use.pods.name, use.pods.location)
        if len(keys) >= FEWEST and len(keys) == len(use.pods.selector.requirements):
            listed.setdefault(use.pods.location.order, (use.pods, keys))
    for pods, keys in listed.values():
        places = _declared_beside(pods, keys) | named
        if all(key in places for key in keys) and not are_known(pods, checked.options):
            yield _listed(pods, places)


def _declared_beside(pods: Pods, keys: tuple[str, ...]) -> dict[str, Location]:
    """Return where names are declared in the file of a selector, used or not."""
    source = pods.location.source
    declared = ((key, re.search(DECLARATION.format(re.escape(key)), source.text)) for key in keys)
    return {key: Location(source, Span(*match.span(1))) for key, match in declared if match is not None}


def _listed(pods: Pods, named: dict[str, Location]) -> Diagnostic:
    place = pods.location
    names = re.findall(r"[A-Za-z0-9_-]+", place.text)
    right = f"{{{', '.join(names)}}}"
    before = place.source.text[: place.span.start]
    fixes: tuple[Fix, ...] = ()
    advice = f"a set of pods is `{right}`, and declared with `group`"
    if place.text.startswith("[") and re.search(DECLARED_AS_PODS, before[-200:]) is None:
        fixes = (Fix(f"use `{right}`", (Edit(place, right),)),)
    shown = [name for name in names if name in named]
    return Diagnostic(
        code="NP655",
        severity="warning",
        message=f"this selects pods that carry {'both' if len(names) == FEWEST else 'all'} of these labels",
        location=place,
        labels=tuple(Label(named[name], f"`{name}` stands for pods here") for name in shown[:FEWEST]),
        help=advice,
        fixes=fixes,
    )
