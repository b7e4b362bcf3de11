"""The work of `netpolc fmt`: sources in the one format, all of them or none."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from netpolc import api
from netpolc.cli.output import exit_code, report, say
from netpolc.cli.rewriting import rewrite
from netpolc.diagnostics.model import Diagnostic
from netpolc.diagnostics.visible import visible
from netpolc.project.reading import decode, read_bytes

if TYPE_CHECKING:
    from pathlib import Path

    from netpolc.cli.session import Session
    from netpolc.source import Source


def run(session: Session, paths: tuple[str, ...], *, check: bool, diff: bool) -> int:
    """Format what paths stand for, and return how the run is to end."""
    found = session.sources(paths)
    if not isinstance(found, tuple):
        return _format_input(found, session, check=check, diff=diff)
    return _Formatting(session).run([(session.cwd / file.path, file.name) for file in found], check=check, diff=diff)


def _format_input(source: Source, session: Session, *, check: bool, diff: bool) -> int:
    formatted = api.format(source.text, name=source.name)
    report(formatted.diagnostics, session.style)
    if exit_code(formatted.diagnostics):
        return exit_code(formatted.diagnostics)
    if diff:
        sys.stdout.write(_diff(source.text, formatted.text, source.name))
    elif not check:
        sys.stdout.write(formatted.text)
    elif formatted.changed:
        sys.stdout.write(f"{source.name}\n")
    return int(formatted.changed and (check or diff))


class _Formatting:
    def __init__(self, session: Session) -> None:
        self.session = session

    def run(self, files: list[tuple[Path, str]], *, check: bool, diff: bool) -> int:
        """Format all files first: where one has an error, none is written."""
        problems: list[Diagnostic] = []
        changed: list[tuple[Path, str, str]] = []
        for path, name in files:
            before, formatted = self._format(path, name, problems)
            if formatted != before:
                changed.append((path, formatted, _diff(before, formatted, name) if diff else f"{visible(name)}\n"))
        report(problems, self.session.style)
        if exit_code(problems):
            return exit_code(problems)
        if check or diff:
            sys.stdout.writelines(shown for _, _, shown in changed)
            return int(bool(changed))
        return self._write([(path, formatted) for path, formatted, _ in changed], len(files))

    def _format(self, path: Path, name: str, problems: list[Diagnostic]) -> tuple[str, str]:
        """Return the whole text of a file, a byte order mark included, before and after."""
        data = read_bytes(path, name)
        if isinstance(data, Diagnostic):
            problems.append(data)
            return "", ""
        source = decode(data, name)
        if isinstance(source, Diagnostic):
            problems.append(source)
            return "", ""
        formatted = api.format(source.text, name=source.name)
        problems += formatted.diagnostics
        return data.decode(), formatted.text

    def _write(self, changed: list[tuple[Path, str]], count: int) -> int:
        failure = rewrite(dict(changed))
        if failure is not None:
            report([failure], self.session.style)
            return exit_code([failure])
        files = f"{count} file{'s' * (count != 1)}"
        already = f"{files} {'is' if count == 1 else 'are'} formatted already"
        say(f"{len(changed)} of {files} formatted" if changed else already, self.session.style)
        return 0


def _diff(before: str, after: str, name: str) -> str:
    import difflib  # few runs show a diff

    lines = difflib.unified_diff(_lines(before), _lines(after), visible(name), visible(name))
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _lines(text: str) -> list[str]:
    """Split a text into lines as a patch knows them, each with its end; `splitlines` breaks them in more places."""
    return [line for line in re.split(r"(?<=\n)", text) if line]
