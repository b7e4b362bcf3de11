"""Users' own files written anew: all of them, or none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.diagnostics.model import Diagnostic
from netpolc.project.reading import reason
from netpolc.project.writing import Staging

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def rewrite(texts: Mapping[Path, str]) -> Diagnostic | None:
    """Give files new texts, with the modes that they had; what stood in the way, if anything did."""
    staging = Staging()
    try:
        with staging:
            # A link stays a link: what it leads to is rewritten.
            targets = [(path.resolve(), text) for path, text in texts.items()]
            staged = [staging.write(path, text.encode(), path.stat().st_mode & 0o7777) for path, text in targets]
            for temporary in staged:
                staging.rename(temporary)
    except OSError as error:
        message = f"`{staging.at}` cannot be written: {reason(error)}"
        return Diagnostic(code="NP806", severity="error", message=message)
    return None
