"""Texts that tools print for people, or instead of what they were asked for, where objects are expected."""

from __future__ import annotations

import re

from netpolc.diagnostics.model import Diagnostic
from netpolc.source import STDIN, Location, Source, Span

UNUSABLE_TEXT = "NP818"

_YAML = "add `-o yaml` to the command that prints it"
_YAML_INSTEAD = "use `-o yaml` instead"
_FAILED = "see what the command is for, and whether it may: what is wanted is its output, not what it says beside it"

_AGE = r"(?:<\w+>|(?:\d+[smhdy]){1,2})"
_NAME = r"[a-z0-9][-a-z0-9.]*+"

PRINTED = (
    (
        r"\A\s*+(?:NAMESPACE[ ]{2,}+)?NAME(?:[ ]{2,}+[A-Z][^a-z\n]*+)?(?:\n|\Z)",
        "a table, which `kubectl get` prints for people",
        _YAML,
    ),
    (
        rf"\A\s*+(?:{_NAME}(?:[ ]{{2,}}\S.*)?[ ]{{2,}}{_AGE}[ ]*+(?:\n|\Z))++\Z",
        "a table without its head, which `kubectl get` prints for people",
        _YAML,
    ),
    (rf"\A\s*+(?:[a-z][a-z0-9.]*+/{_NAME}(?:\s++|\Z))++\Z", "a list of names, as `-o name` prints it", _YAML_INSTEAD),
    (
        r"\A\s*+Name:[ ]{2,}+\S",
        "a description, which `kubectl describe` prints for people",
        "use `kubectl get`, with `-o yaml`",
    ),
    (r"\A\s*+No resources found\b", "what `kubectl get` says where it finds nothing", _FAILED),
    (
        r"\A\s*+(?:[EFW]\d{4} \d\d:\d\d:\d\d\.|Error from server\b|The connection to the server\b|Unable to connect\b"
        r"|[Ee]rror: )",
        "the complaint of a command that failed",
        _FAILED,
    ),
)
"""What such texts look like, what they are, and the way out."""

_METADATA = ("the metadata of objects alone", "ask for JSON without `as=PartialObjectMetadata`")

ANSWERS = {
    "Status": ("what the API server says of a request, such as why it failed", _FAILED),
    "Event": ("an event of `kubectl get --watch`, which holds an object", "leave out `--output-watch-events`"),
    "PartialObjectMetadata": _METADATA,
    "PartialObjectMetadataList": _METADATA,
    "Table": ("a table, which the API server makes for people", "ask for JSON without `as=Table`"),
}
"""What the API server answers with in the place of objects, what that is, and the way out."""


def not_objects(source: Source) -> Diagnostic | None:
    """Return NP818 for a text that a tool printed for people, or that has nothing in it, or None."""
    if not source.text or source.text.isspace():
        message = f"{_named(source)} is empty"
        return Diagnostic(
            code=UNUSABLE_TEXT,
            severity="error",
            message=message,
            help="see how the command ended that was to write it: it printed nothing",
        )
    for pattern, what, advice in PRINTED:
        if re.match(pattern, source.text):
            start = len(source.text) - len(source.text.lstrip())
            end = start + len(source.text[start:].partition("\n")[0])
            return Diagnostic(
                code=UNUSABLE_TEXT,
                severity="error",
                message=f"{_named(source)} is {what}",
                location=Location(source, Span(start, end)),
                help=advice,
            )
    return None


def _named(source: Source) -> str:
    return "standard input" if source.name == STDIN else f"`{source.name}`"
