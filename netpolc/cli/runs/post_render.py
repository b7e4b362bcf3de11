"""The work of `netpolc post-render`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from netpolc.cli.delivering import objects_of_stdin, options_of, renderer_of
from netpolc.cli.output import exit_code, report
from netpolc.delivery.compiling import compile_beside, rendered
from netpolc.delivery.post_rendering import appended
from netpolc.diagnostics.usage import UsageError
from netpolc.manifests.reading import read_manifests
from netpolc.source import STREAM

if TYPE_CHECKING:
    from netpolc.cli.session import Session


def run(session: Session, paths: tuple[str, ...], *, strict: bool, env: str | None, namespace: str | None) -> int:
    """Write the manifests on standard input with the policies after them, and return how the run is to end."""
    if STREAM in paths:
        raise UsageError("standard input is where the manifests come from", advice="name files or folders")
    chosen = options_of(session, env, namespace)
    loaded = session.load(session.sources(paths))
    given = objects_of_stdin(session)
    delivery = compile_beside(loaded, chosen, read_manifests(given), replaced=False)
    text = rendered(delivery.compilation, renderer_of(session)) if delivery.ok else ""
    found = delivery.diagnostics if isinstance(text, str) else (*delivery.diagnostics, *text)
    report(found, session.style)
    code = exit_code(found) or int(strict and any(one.severity == "warning" for one in found))
    if isinstance(text, str) and not code:
        sys.stdout.writelines((given.text, appended(given.text, text)))
    return code
