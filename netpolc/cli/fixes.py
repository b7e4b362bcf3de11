"""Fixes written into the files that they are for, once, as far as what they lead to was tried."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.cli.output import say
from netpolc.cli.rewriting import rewrite
from netpolc.compiler.workspace import Workspace
from netpolc.diagnostics.fixing import Chosen, Harm, choose, harm, texts_with

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from netpolc.cli.session import Session
    from netpolc.cluster.check import Checked
    from netpolc.compiler.inputs import Inputs
    from netpolc.diagnostics.model import Diagnostic
    from netpolc.source import Source

MOST_TRIALS = 40
"""How often inputs are looked at to find the fixes that do harm; what is not tried by then is left out."""


Look = tuple["Inputs", "Checked"]
"""What was read, and what there is to say of it."""


def mend(first: Look, look: Callable[[Workspace], Look], session: Session, *, unsafe: bool) -> Look:
    """Write what can be fixed, and look again.

    What only a fix brings up is not fixed in the same run, so that no fix feeds another. A fix whose line would have
    an error is left out, which is said. A file that has changed since it was read is left alone.
    """
    inputs, checked = first
    files = inputs.files()
    heads = {source: head for source, path in files.items() if (head := _head(source, path)) is not None}
    chosen = choose(checked.diagnostics, heads, unsafe=unsafe)
    if not chosen:
        return first
    trials = _Trials(checked.diagnostics, look, session.workspace, files, heads)
    harmless = trials.harmless(chosen)
    failure = rewrite(trials.written(harmless))
    if failure is not None:
        raise session.fail([failure])
    for each in chosen:
        if each not in harmless:
            say(_left_out(each, trials.errors.get(each)), session.style)
    if not harmless:
        return first
    changed = {files[source] for source in texts_with(harmless)}
    say(f"{_counted(len(harmless), 'finding')} fixed in {_counted(len(changed), 'file')}", session.style)
    return look(session.workspace)


class _Trials:
    """Looks at what the inputs would be with some fixes."""

    def __init__(
        self,
        before: tuple[Diagnostic, ...],
        look: Callable[[Workspace], Look],
        workspace: Workspace,
        files: dict[Source, Path],
        heads: dict[Source, str],
    ) -> None:
        self.errors: dict[Chosen | None, Diagnostic] = {}
        self._before = before
        self._look = look
        self._workspace = workspace
        self._files = files
        self._heads = heads
        self._left = MOST_TRIALS

    def harmless(self, chosen: Sequence[Chosen], beside: Sequence[Chosen] = ()) -> list[Chosen]:
        """Return the fixes that bring no error where others were applied before.

        Those that write a line with an error go at once; where it is not plain which fix does harm, halves are tried.
        """
        while chosen and self._left > 0:
            brought = self._brought([*beside, *chosen])
            if not brought:
                return list(chosen)
            culprits = {each.culprit: each.error for each in brought if each.culprit in chosen}
            if not culprits and len(chosen) > 1:
                middle = len(chosen) // 2
                first = self.harmless(chosen[:middle], beside)
                return first + self.harmless(chosen[middle:], [*beside, *first])
            self.errors |= culprits or {chosen[0]: brought[0].error}
            chosen = [each for each in chosen if each not in self.errors]
        return []

    def written(self, chosen: Sequence[Chosen]) -> dict[Path, str]:
        """Return what files hold once fixes are made."""
        return {self._files[source]: self._heads[source] + text for source, text in texts_with(chosen).items()}

    def _brought(self, chosen: Sequence[Chosen]) -> list[Harm]:
        self._left -= 1
        texts = {path: text.encode() for path, text in self.written(chosen).items()}
        edited = self._workspace.files.edited({path.absolute(): text for path, text in texts.items()})
        _, checked = self._look(msgspec.structs.replace(self._workspace, files=edited))
        return harm(chosen, self._before, checked.diagnostics)


def _head(source: Source, path: Path) -> str | None:
    """Return what a file has before the text that was read of it: a byte order mark at most; None if it has changed."""
    try:
        text = path.read_bytes().decode()
    except (OSError, UnicodeDecodeError):
        return None
    head = text.removesuffix(source.text)
    return head if text.endswith(source.text) and head in {"", "\ufeff"} else None


def _left_out(chosen: Chosen, brought: Diagnostic | None) -> str:
    place = chosen.fix.edits[0].location
    where = f"{place.source.name}:{place.line}"
    why = "it was not tried" if brought is None else f"its line would still be wrong: {brought.message}"
    return f"{where}: the fix ({chosen.fix.message}) is left out, because {why}"


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'s' * (count != 1)}"
