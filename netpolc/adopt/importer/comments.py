"""What people wrote beside policies: comments of the YAML, and the annotations that netpolc knows."""

from __future__ import annotations

import datetime
import re
from typing import TYPE_CHECKING

import msgspec

from netpolc.diagnostics.visible import sentence
from netpolc.policy.names import MANAGED_BY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netpolc.adopt.importer.model import Notes
    from netpolc.ir.model import Direction
    from netpolc.policy.model import Policy
    from netpolc.source import Location, Source

PREFIX = "netpolc/"
KINDS = ("owner", "reason", "ticket", "expires")

_BLOCK_SCALAR = r"[:-][ \t]+[|>][-+0-9]*[ \t]*(?:#.*)?"
_DIRECTIVE = r"(?i)netpolc\b.*?(?:ignore|\[\s*NP\d)"

RulePlace = tuple["Direction", int]


class Remarks(msgspec.Struct, frozen=True):
    """The comments of a policy, and those of its rules."""

    policy: tuple[str, ...] = ()
    rules: dict[tuple[str, int], tuple[str, ...]] = {}


def remarks_of(policy: Policy) -> Remarks:
    """The comments that belong to a policy: above it, within it, at its end. Those of netpolc's own are none."""
    place = policy.location
    if place is None or MANAGED_BY in policy.labels or "#" not in place.source.text or place.text.startswith("{"):
        return Remarks()
    first, last = _lines_of(place)
    comments = {**_above(place.source, first), **_within(place.source, first, last), **_below(place.source, last)}
    if not comments:
        return Remarks()
    of_policy: list[str] = []
    of_rules: dict[tuple[str, int], list[str]] = {}
    rules = list(_rules(policy))
    for number, comment in sorted(comments.items()):
        following = _following(place.source, number, last)
        owner = next((key for key, begin, end in rules if begin <= number <= end or begin == following), None)
        kept = of_policy if owner is None else of_rules.setdefault(owner, [])
        kept += [text] if (text := _cleaned(comment)) else []
    return Remarks(tuple(of_policy), {key: tuple(texts) for key, texts in of_rules.items()})


def notes_of(policies: Iterable[Policy]) -> Notes:
    """What some policies are annotated with, of each kind the different values; of days, the first."""
    found: dict[str, dict[str, None]] = {}
    for policy in policies:
        for key, value in policy.annotations:
            kind = key.removeprefix(PREFIX)
            if is_note(key, value):
                found.setdefault(kind, {})[value] = None
    return tuple(
        (kind, min(found[kind]) if kind == "expires" else ", ".join(found[kind])) for kind in KINDS if kind in found
    )


def is_note(key: str, value: str) -> bool:
    """Whether an annotation is one that the language can say."""
    kind = key.removeprefix(PREFIX)
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


def _lines_of(place: Location) -> tuple[int, int]:
    return place.line, place.source.line_of(max(place.span.start, place.span.end - 1))


def _above(source: Source, first: int) -> dict[int, str]:
    """The comments directly above a line, and those that open the file before a `---`."""
    found: dict[int, str] = {}
    for number in range(first - 1, 0, -1):
        line = source.line(number).strip()
        if line.startswith("#"):
            found[number] = line
        elif line and not (line == "---" and _opens(source, number)):
            break
    return found


def _opens(source: Source, separator: int) -> bool:
    """Whether nothing but comments stands before a separator."""
    before = source.text[: source.line_starts[separator - 1]]
    return all(line.lstrip()[:1] in ("", "#") for line in before.split("\n"))


def _below(source: Source, last: int) -> dict[int, str]:
    """The comments after the last line of a document."""
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
    """The comment that a line of YAML ends in."""
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
    """The first line after one that is no comment, where that is one by itself."""
    if not source.line(number).lstrip().startswith("#"):
        return number
    for following in range(number + 1, last + 1):
        line = source.line(following).strip()
        if line and not line.startswith("#"):
            return following
    return number


def _cleaned(comment: str) -> str:
    """A comment's text; what the language would take for a directive becomes prose."""
    text = sentence(comment.lstrip("#").strip())
    return f"in the manifest: {text}" if re.match(_DIRECTIVE, text) else text
