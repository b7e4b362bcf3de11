"""Findings that were there before: what tells one from another, and the file that lists them.

A finding is known again by its code, its file, the text of its line, and what its message quotes: not by the number of
its line, which moves, nor by other words of the message, which may tell of a day or come from another netpolc. As many
of the same are known as the file counts. No error of meaning is ever known.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from netpolc.diagnostics.codes import BY_CODE
from netpolc.diagnostics.model import Diagnostic
from netpolc.diagnostics.private import shown_to, without_private

if TYPE_CHECKING:
    from collections.abc import Iterable

FORMAT_VERSION = "1"
LONGEST = 200
"""How much of a line counts: a manifest may be a single one."""

_QUOTED = re.compile("`([^`]+)`")


class KnownFinding(NamedTuple):
    """The marks by which a finding is known: its file relative to the list's folder, empty for the run as a whole."""

    file: str
    code: str
    line: str
    about: tuple[str, ...]


class KnownFindings(msgspec.Struct, frozen=True):
    """The known findings, in the order of their file, and how many there are of each.

    Files are relative to the `folder` of the list there, and to `cwd` in findings.
    """

    folder: str
    cwd: str
    counts: dict[KnownFinding, int] = {}

    def compared(self, found: Iterable[Diagnostic]) -> tuple[tuple[Diagnostic, ...], tuple[KnownFinding, ...]]:
        """Return the findings that are not known, and the known ones of which there are fewer than before."""
        left = dict(self.counts)
        new = []
        for each in found:
            known = self.known_by(each) if can_be_known(each) else None
            if known is not None and left.get(known, 0):
                left[known] -= 1
            else:
                new.append(each)
        return tuple(new), tuple(known for known, count in left.items() if count)

    def rewritten(self, found: Iterable[Diagnostic], kept: Iterable[KnownFinding] = ()) -> KnownFindings:
        """Return a list, in the place of this one, of the findings that can be known, and what is `kept` of this."""
        counts = Counter(self.known_by(each) for each in found if can_be_known(each))
        old = {known: self.counts[known] for known in kept}
        return msgspec.structs.replace(self, counts=dict(sorted({**old, **counts}.items())))

    def known_by(self, found: Diagnostic) -> KnownFinding:
        """Return what a finding is known by, without what no output shows."""
        said = without_private(found)
        about = tuple(_QUOTED.findall(said.message))
        location = found.location
        if location is None:
            return KnownFinding(self.name_of(found.file), found.code, "", about)
        source, number = location.source, location.line
        start, end = source.line_starts[number - 1], shown_to(source, number, found)
        text = source.line(number) if end is None else source.text[start:end]
        return KnownFinding(self.name_of(source.name), found.code, text.strip()[:LONGEST].strip(), about)

    def name_of(self, file: str) -> str:
        """Return the path of a file from the folder of the list on, with `/`; what is no file keeps its name."""
        if not file or file.startswith("<"):
            return file
        path = os.path.relpath(os.path.join(self.cwd, file), self.folder)  # noqa: PTH118 -- a name, and no file yet
        return path.replace(os.sep, "/")


def can_be_known(found: Diagnostic) -> bool:
    """Tell whether a finding can be left for later: it is of a rule, or doubtful, and no error of meaning."""
    return BY_CODE[found.code].is_rule or (found.code < "NP5" and found.severity != "error")


def text_of(baseline: KnownFindings) -> str:
    """Write a list, each finding on a line of its own, so that a change of one is a change of one line."""
    lines = [json.dumps({**known._asdict(), "count": count}) for known, count in sorted(baseline.counts.items())]
    listed = ",".join(f"\n  {line}" for line in lines)
    return f'{{"format_version": "{FORMAT_VERSION}", "findings": [{listed}{chr(10) if lines else ""}]}}\n'
