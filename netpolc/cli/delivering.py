"""The common part of commands that hand policies to other tools, beside these tools' objects."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from netpolc.cache import private_cache
from netpolc.compiler.inputs import LARGEST_MANIFEST
from netpolc.delivery.redaction import redact
from netpolc.diagnostics.model import Diagnostic
from netpolc.project.reading import read_stdin
from netpolc.targets.render import Renderer

if TYPE_CHECKING:
    from netpolc.cli.session import Session
    from netpolc.compiler.model import CompileOptions
    from netpolc.source import Source


def objects_of_stdin(session: Session) -> Source:
    """Read the objects on standard input, or end the run where they are no text, without showing what they are."""
    found = read_stdin(getattr(sys.stdin, "buffer", None), limit=LARGEST_MANIFEST)
    if isinstance(found, Diagnostic):
        raise session.fail([found] if found.location is None else redact([found]))
    return found


def options_of(session: Session, environment: str | None, namespace: str | None) -> CompileOptions:
    """Return the options of a build for one environment."""
    workspace = session.workspace
    return workspace.options(workspace.environment(environment), namespace)


def renderer_of(session: Session) -> Renderer:
    """Return the renderer of the project's templates, or of netpolc's own."""
    project = session.project
    folder = project.root / project.templates if project is not None and project.templates else None
    return Renderer(folder, private_cache())
