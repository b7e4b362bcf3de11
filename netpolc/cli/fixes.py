"""Fixes written into the files that they are for, until nothing more can be fixed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.cli.output import say
from netpolc.cli.rewriting import rewrite
from netpolc.diagnostics.fixing import fix

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from netpolc.cli.session import Session
    from netpolc.cluster.check import Checked
    from netpolc.compiler.inputs import Inputs
    from netpolc.source import Source

MOST_ROUNDS = 20
"""Fixes that touch the same place take a round each; ones that undo each other must end, too."""


Look = tuple["Inputs", "Checked"]
"""What was read, and what there is to say of it."""


def mend(first: Look, look: Callable[[], Look], session: Session, *, unsafe: bool) -> Look:
    """Write what can be fixed, and look again; what is left in the end.

    A file that has changed since it was read is left alone.
    """
    count = 0
    changed: set[Path] = set()
    inputs, checked = first
    for _ in range(MOST_ROUNDS):
        files = inputs.files()
        heads = {source: head for source, path in files.items() if (head := _head(source, path)) is not None}
        fixed = fix(checked.diagnostics, heads, unsafe=unsafe)
        if not fixed.count:
            break
        failure = rewrite({files[each]: heads[each] + text for each, text in fixed.texts.items()})
        if failure is not None:
            raise session.fail([failure])
        count += fixed.count
        changed |= {files[source] for source in fixed.texts}
        inputs, checked = look()
    if count:
        say(f"{_counted(count, 'finding')} fixed in {_counted(len(changed), 'file')}", session.style)
    return inputs, checked


def _head(source: Source, path: Path) -> str | None:
    """Return what a file has before the text that was read of it: a byte order mark at most; None if it has changed."""
    try:
        text = path.read_bytes().decode()
    except (OSError, UnicodeDecodeError):
        return None
    head = text.removesuffix(source.text)
    return head if text.endswith(source.text) and head in {"", "\ufeff"} else None


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'s' * (count != 1)}"
