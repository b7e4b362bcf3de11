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
    from collections.abc import Iterable

    from netpolc.cli.session import Session


FORMS = frozenset({"csv", "json", "md", "text"})
"""What other tools take behind `-o` for the form of a result."""


def write_result(parts: Iterable[str], output: str | None, session: Session) -> None:
    """Write the parts of a text; a file that cannot be written ends the run."""
    if output is None or output == STREAM:
        sys.stdout.writelines(parts)
        return

    target = session.cwd / output
    content = "".join(parts).encode(errors="backslashreplace")
    try:
        if target.is_dir():
            raise IsADirectoryError("it is a folder")
        if target.exists() and not target.is_file():
            # A pipe or a device is written to, and never replaced.
            with target.open("wb") as stream:
                stream.write(content)
            return
        with Staging() as staging:
            staging.create_folder(target.parent)
            staging.rename(staging.write(target, content))
    except OSError as error:
        message = f"`{output}` cannot be written: {reason(error)}"
        raise session.fail([Diagnostic(code="NP806", severity="error", message=message)]) from error
    if output in FORMS:
        say(f"`{output}` is a file now; to print the result so, use `--format {output}`", session.style)
