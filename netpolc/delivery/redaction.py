"""Diagnostics of the objects of others that quote none of them: they may hold secrets, and logs are read."""

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
"""Messages for codes whose own could quote any part of a text; these stay errors, since nothing could be checked."""


def redact(found: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Replace the quoted source of diagnostics by its line; a message names at most a part of a policy or workload.

    Only those that say that the text cannot be read stay errors: a fault of an object is for its owner to fix.
    """
    return tuple(map(_redact, found))


def _redact(found: Diagnostic) -> Diagnostic:
    position = "" if found.location is None else f"line {found.location.line} of `{found.location.source.name}`: "
    unreadable = UNREADABLE.get(found.code)
    return msgspec.structs.replace(
        found,
        severity="warning" if unreadable is None and found.severity == "error" else found.severity,
        message=f"{position}{unreadable or found.message}",
        location=None,
        label="",
        labels=(),
        fixes=(),
        help=None if unreadable else found.help,
    )
