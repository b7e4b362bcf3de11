"""The file of known findings of a project, read and written in its one form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from netpolc.diagnostics.baseline import FORMAT_VERSION, KnownFinding, KnownFindings
from netpolc.diagnostics.codes import BY_CODE
from netpolc.diagnostics.model import Diagnostic
from netpolc.project.filesystem import DISK, Disk

if TYPE_CHECKING:
    from pathlib import Path

DEFAULT = "netpolc-baseline.json"
"""What the file is called where nobody names one."""

LARGEST = 32 * 1024 * 1024
"""The bytes that such a file may have: a hundred thousand findings."""

ADVICE = "`netpolc check --write-baseline` writes it anew"


class _ListedFinding(msgspec.Struct):
    code: str
    file: str
    line: str
    about: tuple[str, ...]
    count: int


class _Document(msgspec.Struct):
    format_version: Literal["1"]
    findings: list[_ListedFinding]


def read_baseline(file: Path, display: str, cwd: Path, files: Disk = DISK) -> KnownFindings | Diagnostic:
    """Read a file of known findings, called `display`, for findings that name files from `cwd` on; NP825 if none."""
    source = files.source(file, display, limit=LARGEST)
    if isinstance(source, Diagnostic):
        # What cannot be read is not quoted.
        return _unusable(source.message, display) if source.location is None else _unusable("it is no text", display)
    try:
        document = msgspec.json.decode(source.text, type=_Document)
    except msgspec.MsgspecError as error:
        return _unusable(_in_our_words(str(error)), display)
    except RecursionError:
        return _unusable("it is nested too deep", display)
    found = empty_baseline(file, cwd)
    for each in document.findings:
        code = BY_CODE.get(each.code)
        if code is None or not (code.is_rule or code.code < "NP5"):
            return _unusable(f"`{each.code[:40]}` is no code of findings that can be known", display)
        known = KnownFinding(each.file, each.code, each.line, each.about)
        found.counts[known] = found.counts.get(known, 0) + max(each.count, 0)
    return found


def empty_baseline(file: Path, cwd: Path) -> KnownFindings:
    """Return the list of nothing that is to be in a file."""
    return KnownFindings(str(file.parent), str(cwd), {})


def _unusable(why: str, display: str) -> Diagnostic:
    message = why if display in why else f"`{display}` cannot be used: {why}"
    return Diagnostic(code="NP825", severity="error", message=message, file=display, help=ADVICE)


def _in_our_words(why: str) -> str:
    if "format_version" in why and "Invalid enum" in why:
        return f"its `format_version` is not `{FORMAT_VERSION}`"
    return why if why.startswith("JSON") else f"{why[:1].lower()}{why[1:]}"
