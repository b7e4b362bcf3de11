"""Findings in the objects of others, said without quoting these: there may be secrets among them, and logs are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netpolc.diagnostics.model import Diagnostic

UNREADABLE = {
    "NP105": "the objects are no UTF-8 text",
    "NP120": "the objects are no YAML or JSON that Kubernetes reads",
    "NP122": "there is a template where the objects that it makes are expected",
}
"""What is said instead of words that could quote any part of a text; without it, nothing can be checked at all."""


def discreet(found: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Findings as the line and what is said of it, which names at most a part of a policy or workload.

    Only where the text cannot be read do they stay errors: what is wrong with an object is for its owner to mend.
    """
    return tuple(map(_discreet, found))


def _discreet(found: Diagnostic) -> Diagnostic:
    place = "" if found.location is None else f"line {found.location.line} of `{found.location.source.name}`: "
    unreadable = UNREADABLE.get(found.code)
    return msgspec.structs.replace(
        found,
        severity="warning" if unreadable is None and found.severity == "error" else found.severity,
        message=f"{place}{unreadable or found.message}",
        location=None,
        label="",
        labels=(),
        fixes=(),
        help=None if unreadable else found.help,
    )
