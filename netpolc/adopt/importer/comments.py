"""The notes of people beside policies: comments of the YAML, and the annotations that netpolc knows."""

from __future__ import annotations

import datetime
import re
from typing import TYPE_CHECKING

import msgspec

from netpolc.adopt.importer.licenses import without_licenses
from netpolc.diagnostics.visible import sentence
from netpolc.policy.names import MANAGED_BY, NOTES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netpolc.adopt.importer.model import Notes
    from netpolc.policy.model import Policy
    from netpolc.source import Location, Source

KINDS = ("owner", "reason", "ticket", "expires")

_BLOCK_SCALAR = r"[:-][ \t]+[|>][-+0-9]*[ \t]*(?:#.*)?"
_TEMPLATE = r"Source: \S+/(?:templates|crds)/\S+"
_DIRECTIVE = r"(?i)netpolc\b.*?(?:ignore|\[\s*NP\d)"


class PolicyComments(msgspec.Struct, frozen=True):
    """The comments of a policy, and those of its rules."""

    policy: tuple[str, ...] = ()
    rules: dict[tuple[str, int], tuple[str, ...]] = {}


def comments_of_policy(policy: Policy) -> PolicyComments:
    """Return the comments above, within and at the end of a policy, unless netpolc itself wrote it."""
    location = policy.location
    if location is None or MANAGED_BY in policy.labels or location.text.startswith("{"):
        return PolicyComments()
    source = location.source
    if "#" not in source.text:
        return PolicyComments()
    first, last = _lines_of(location)
    comments = {**_above(source, first), **_within(source, first, last), **_below(source, last)}
    if not comments:
        return PolicyComments()
    of_policy: list[str] = []
    of_rules: dict[tuple[str, int], list[str]] = {}
    rules = list(_rules(policy))
    for number, comment in sorted(comments.items()):
        following = _following(source, number, last)
        owner = next((key for key, begin, end in rules if begin <= number <= end or begin == following), None)
        kept = of_policy if owner is None else of_rules.setdefault(owner, [])
        kept += [text] if (text := _cleaned(comment)) else []
    return PolicyComments(tuple(of_policy), {key: tuple(texts) for key, texts in of_rules.items()})


def notes_of(policies: Iterable[Policy]) -> Notes:
    """Return the annotations of some policies, by kind: all different values, or the first of several days."""
    found: dict[str, dict[str, None]] = {}
    for policy in policies:
        for key, value in policy.annotations:
            kind = key.removeprefix(NOTES)
            if is_note(key, value):
                found.setdefault(kind, {})[value] = None
    return tuple(
        (kind, min(found[kind]) if kind == "expires" else ", ".join(found[kind])) for kind in KINDS if kind in found
    )


def is_note(key: str, value: str) -> bool:
    """Tell whether an annotation is one that the language can express."""
    kind = key.removeprefix(NOTES)
    if kind == key or kind not in KINDS:
        return False
    return _is_day(value) if kind == "expires" else bool(value.strip())


def _is_day(value: str) -> bool:
    try:
        return datetime.date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _rules(policy: Policy) -> Iterator[tuple[tuple[str, int], int, int]]:
    for direction, rules in (("ingress", policy.ingress), ("egress", policy.egress)):
        for number, rule in enumerate(rules or ()):
            if rule.location is not None:
                yield (direction, number), *_lines_of(rule.location)


def _lines_of(location: Location) -> tuple[int, int]:
    return location.line, location.source.line_of(max(location.span.start, location.span.end - 1))


def _above(source: Source, first: int) -> dict[int, str]:
    """Return the comments directly above a line, and those that open the file before a `---`; no license headers."""
    found: dict[int, str] = {}
    for number in range(first - 1, 0, -1):
        line = source.line(number).strip()
        if line.startswith("#"):
            found[number] = line
        elif line and not (line == "---" and _opens(source, number)):
            break
    return without_licenses(found)


def _opens(source: Source, separator: int) -> bool:
    """Tell whether there is nothing but comments before a separator."""
    before = source.text[: source.line_starts[separator - 1]]
    return all(line.lstrip()[:1] in ("", "#") for line in before.split("\n"))


def _below(source: Source, last: int) -> dict[int, str]:
    """Return the comments after the last line of a document."""
    found: dict[int, str] = {}
    for number in range(last + 1, len(source.line_starts) + 1):
        line = source.line(number).strip()
        if line.startswith("#"):
            found[number] = line
        elif line:
            return found if line.startswith("---") else {}
    return found


def _within(source: Source, first: int, last: int) -> dict[int, str]:
    begin, end = source.line_starts[first - 1], source.line_starts[last - 1] + len(source.line(last))
    if source.text.find("#", begin, end) < 0:
        return {}
    found: dict[int, str] = {}
    scalar: int | None = None
    for number in range(first, last + 1):
        line = source.line(number)
        indent = len(line) - len(line.lstrip())
        if scalar is not None and (indent > scalar or not line.strip()):
            continue
        scalar = indent if re.search(_BLOCK_SCALAR + r"\Z", line) else None
        comment = _comment_of(line)
        if comment is not None:
            found[number] = comment
    return found


def _comment_of(line: str) -> str | None:
    """Return the comment at the end of a line of YAML, or None."""
    if "#" not in line:
        return None
    quote = ""
    before = " "
    for at, sign in enumerate(line):
        if quote:
            quote = "" if sign == quote and before != "\\" else quote
        elif sign in "\"'" and before in " \t[{,:":
            quote = sign
        elif sign == "#" and before in " \t":
            return line[at:]
        before = sign
    return None


def _following(source: Source, number: int, last: int) -> int:
    """Return the first line after a comment line that is no comment, or the line itself where it is none."""
    if not source.line(number).lstrip().startswith("#"):
        return number
    for following in range(number + 1, last + 1):
        line = source.line(following).strip()
        if line and not line.startswith("#"):
            return following
    return number


def _cleaned(comment: str) -> str:
    """Return the text of a comment, with prose before what the language would take for a directive.

    Of the line by which Helm says which template a manifest is from, nothing is left.
    """
    text = sentence(comment.lstrip("#").strip())
    if re.fullmatch(_TEMPLATE, text):
        return ""
    return f"in the manifest: {text}" if re.match(_DIRECTIVE, text) else text
