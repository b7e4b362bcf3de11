"""The work of `netpolc init --from`: a project for what manifests show."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from netpolc import api
from netpolc.adopt.inputs import listed
from netpolc.adopt.starting.places import inside_of
from netpolc.cli.beginning import command_in, folder_of, write
from netpolc.cli.output import exit_code, report, say
from netpolc.cli.progress import working
from netpolc.diagnostics.private import without_private
from netpolc.diagnostics.usage import InputError
from netpolc.diagnostics.visible import in_one_line
from netpolc.project.config import FILE_NAME
from netpolc.project.filesystem import DISK
from netpolc.source import STREAM, SUFFIX, in_files

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netpolc.adopt.starting.beginning import Beginning
    from netpolc.cli.session import Session

SHOWN = 5
"""How many findings are listed."""


def run(
    session: Session,
    folder: str,
    manifests: Sequence[str],
    *,
    flows: Sequence[str],
    flows_format: str | None,
    namespace: str | None,
    dry_run: bool,
) -> int:
    """Begin a project with what manifests and records of flows show, and return how the run is to end."""
    root = folder_of(session, folder)
    paths, here = list(manifests), session.workspace
    inside = [inside_of(root, session.cwd / path) for path in paths if in_files(path)]
    if DISK.is_folder(root) and all(map(in_files, paths)) and None not in inside:
        # What sources say of where manifests are is then relative to the project.
        paths, here = [*map(str, inside)], msgspec.structs.replace(here, cwd=root)
    try:
        with working("looking for who calls whom", session.style):
            seen = api.seen_flows(session.workspace, flows, flows_format=flows_format) if flows else None
            exclude = session.exclude if root == session.cwd else ()
            beginning = api.begin(here, paths, folder=str(root), namespace=namespace, exclude=exclude, logs=seen)
    except InputError as error:
        ended = session.fail(error.diagnostics)
        if any(each.location is not None for each in error.diagnostics if each.severity == "error"):
            say(
                "nothing was written; what is not meant for the cluster can be left out with `--exclude`", session.style
            )
        raise ended from error
    human = session.style.form == "human"
    report(beginning.diagnostics if human else (*beginning.diagnostics, *beginning.findings), session.style)
    places = ", ".join("standard input" if path == STREAM else path for path in manifests)
    say(in_one_line(f"found   {listed(beginning.contents)} in {places}"), session.style)
    if seen is not None:
        count = sum(each.count for each in seen.flows)
        say(in_one_line(f"found   {count:,} connection{'s' * (count != 1)} in {', '.join(flows)}"), session.style)
    failure = write(session, folder, beginning.files, _origins(beginning), renewed=[FILE_NAME], dry_run=dry_run)
    if failure is not None:
        report([failure], session.style)
        return exit_code([failure])
    for remark in beginning.remarks:
        say(f"note    {remark}", session.style)
    for line in _said_of(beginning, session) if human else ():
        say(in_one_line(line), session.style)
    if not dry_run:
        say(f"next: {_next(beginning, folder)}", session.style)
    return 0


def _origins(beginning: Beginning) -> dict[str, str]:
    """Return where the lines of each source come from."""
    found = dict.fromkeys(beginning.suggested, "suggested") | dict.fromkeys(
        beginning.imported, "imported from policies"
    )
    both = beginning.imported & beginning.suggested
    return found | dict.fromkeys(both, "imported from policies, the rest suggested below them")


def _said_of(beginning: Beginning, session: Session) -> Iterator[str]:
    """Yield what `check` says, each of the first findings on a line; those that only the owner can settle come last."""
    decisions = {each.code for each in beginning.decisions}
    doubts = [without_private(each) for each in beginning.findings if each.severity != "note"]
    doubts.sort(key=lambda each: each.code in decisions)
    distinct = [*{(each.code, each.message): each for each in doubts}.values()]
    shown = distinct if session.style.verbose else distinct[:SHOWN]
    yield f"check   {len(doubts)} finding{'s' * (len(doubts) != 1)}" if doubts else "check   nothing is wrong"
    for each in shown:
        place = "" if each.location is None else f"{each.location.source.label}:{each.location.line}: "
        yield f"{'decide' if each.code in decisions else '':6}  {each.code} {place}{each.message}"
    if len(distinct) > len(shown):
        yield f"        and {len(distinct) - len(shown)} more: `netpolc check`"


def _next(beginning: Beginning, folder: str) -> str:
    sources = [name for name in beginning.files if name.endswith(SUFFIX)]
    read = sources[0] if len(sources) == 1 else f"the {len(sources)} files in {Path(sources[0]).parent}"
    then = f"read {read}, then `{command_in(folder)}netpolc build`"
    if not beginning.replaced:
        return then
    more = len(beginning.replaced) - 1
    others = f" and {more} more" if more else ""
    return f"{then}; what it builds takes the place of the policies in {beginning.replaced[0]}{others}"
