"""The way of a result to standard output, or to a file that is old or new at every moment."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from netpolc.cli.output import say
from netpolc.diagnostics.model import Diagnostic
from netpolc.project.reading import reason
from netpolc.project.writing import Staging
from netpolc.source import STREAM

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netpolc.cli.session import Session


FORMS = frozenset({"csv", "json", "md", "ndjson", "parquet", "text"})
"""What other tools take behind `-o` for the form of a result."""

_AT_ONCE = 1 << 20
"""About as many bytes are written at once, however short the parts are."""


def write_result(parts: Iterable[str] | Iterable[bytes], output: str | None, session: Session) -> None:
    """Write the parts of a text, or of a file that is none; a file that cannot be written ends the run."""
    if output is None or output == STREAM:
        _print(parts)
        return

    target = session.cwd / output
    pieces = _pieces(parts)
    try:
        if target.is_dir():
            raise IsADirectoryError("it is a folder")
        if target.exists() and not target.is_file():
            # A pipe or a device is written to, and never replaced.
            with target.open("wb") as stream:
                stream.writelines(pieces)
            return
        with Staging() as staging:
            staging.create_folder(target.parent)
            staging.rename(staging.write(target, pieces))
    except OSError as error:
        message = f"`{output}` cannot be written: {reason(error)}"
        raise session.fail([Diagnostic(code="NP806", severity="error", message=message)]) from error
    if output in FORMS:
        say(f"`{output}` is a file now; to print the result so, use `--format {output}`", session.style)


def _print(parts: Iterable[str] | Iterable[bytes]) -> None:
    for part in parts:
        if isinstance(part, str):
            sys.stdout.write(part)
        else:
            sys.stdout.buffer.write(part)


def _pieces(parts: Iterable[str] | Iterable[bytes]) -> Iterator[bytes]:
    waiting, size = [], 0
    for part in parts:
        waiting.append(part.encode(errors="backslashreplace") if isinstance(part, str) else part)
        size += len(waiting[-1])
        if size > _AT_ONCE:
            yield b"".join(waiting)
            waiting, size = [], 0
    yield b"".join(waiting)
