"""The work of `netpolc init` without `--from`: an example, or what is there to begin with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.adopt.starting.below import manifests_below
from netpolc.adopt.starting.example import NAME, POLICY
from netpolc.adopt.starting.makefile import FRAGMENT_NAME, fragment
from netpolc.adopt.starting.places import OUTPUTS, PATTERN, SOURCES
from netpolc.adopt.starting.project_file import example_text
from netpolc.cli.beginning import command_in, folder_of, write
from netpolc.cli.output import exit_code, report, say
from netpolc.cli.progress import working
from netpolc.diagnostics.visible import in_one_line
from netpolc.project.config import FILE_NAME
from netpolc.project.filesystem import DISK
from netpolc.source import SUFFIX

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from netpolc.adopt.starting.below import FoundManifests
    from netpolc.cli.session import Session

SHOWN = 5
"""How many places with manifests are listed."""


def run(session: Session, folder: str, *, dry_run: bool) -> int:
    """Begin a project with an example, or without one beside manifests, and return how the run is to end."""
    root = folder_of(session, folder)
    with working("looking for manifests", session.style):
        begun = _is_begun(root)
        found = () if begun or not DISK.is_folder(root) else manifests_below(root, session.workspace.leaves_out)
    for each in found[:SHOWN]:
        say(in_one_line(f"found   {each.said}"), session.style)
    named = [found[0].path] if len(found) == 1 and not found[0].is_chart else []
    texts = {FILE_NAME: example_text(PATTERN, OUTPUTS[0], named), FRAGMENT_NAME: fragment(SOURCES[0], OUTPUTS[0])}
    if not begun and not found:
        texts = {f"{SOURCES[0]}/{NAME}": POLICY, **texts}
    failure = write(session, folder, texts, {}, dry_run=dry_run)
    if failure is not None:
        report([failure], session.style)
        return exit_code([failure])
    say(in_one_line(f"next: {_next(folder, found)}"), session.style)
    return 0


def _next(folder: str, found: Sequence[FoundManifests]) -> str:
    if not found:
        return f"`{command_in(folder)}netpolc build`, then look at {OUTPUTS[0]}"
    other = ", or from another of these" if len(found) > 1 else ""
    return f"`{command_in(folder)}netpolc init --from {found[0].path}` writes a program for what is there{other}"


def _is_begun(root: Path) -> bool:
    """Tell whether there are policies to which an example would add its own."""
    return DISK.exists(root / FILE_NAME) or any((root / SOURCES[0]).rglob(f"*{SUFFIX}"))
