"""The work of `netpolc krm`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from netpolc.cli.delivering import objects_of_stdin, options_of, renderer_of
from netpolc.cli.output import exit_code, report
from netpolc.delivery.compiling import compile_beside
from netpolc.delivery.krm import replaced_items
from netpolc.delivery.namespaces import moved, namespace_seen, namespace_to_come, without_namespace
from netpolc.delivery.resource_list import read_resource_list, write_resource_list
from netpolc.delivery.results import results
from netpolc.delivery.settings import Settings, misconfigured, read_settings
from netpolc.delivery.writing import UnwritableError, write_item
from netpolc.diagnostics.model import Diagnostic, collect, errors_in
from netpolc.diagnostics.usage import UsageError
from netpolc.manifests.reading import read_manifests
from netpolc.project.bounds import out_of_bounds
from netpolc.project.discovery import sources_of
from netpolc.project.filesystem import DISK
from netpolc.project.imports import project_root
from netpolc.project.reading import decode
from netpolc.source import SUFFIX

if TYPE_CHECKING:
    from netpolc.cli.session import Session
    from netpolc.compiler.loading import Loaded
    from netpolc.delivery.resource_list import ResourceList
    from netpolc.source import Source


def run(session: Session) -> int:
    """Answer the ResourceList on standard input, and return how the run is to end."""
    source = objects_of_stdin(session)
    given = read_resource_list(source)
    if isinstance(given, Diagnostic):
        raise session.fail([given])
    try:
        items, found = _answer(session, source, given)
        text = _written(given, items, found)
    except UnwritableError as error:
        message = f"an object that was given cannot be written: {error}"
        raise session.fail([Diagnostic(code="NP120", severity="error", message=message)]) from error
    report(found, session.style)
    sys.stdout.write(text)
    return exit_code(found)


def _answer(session: Session, source: Source, given: ResourceList) -> tuple[list[str] | None, tuple[Diagnostic, ...]]:
    """Return the items with the policies of the program, and what is to be said of it; no items after an error."""
    settings = read_settings(given)
    if not isinstance(settings, Settings):
        return None, settings
    session = session if settings.platform is None else msgspec.structs.replace(session, platform=settings.platform)
    try:
        chosen = options_of(session, settings.environment, settings.namespace)
    except UsageError as misuse:
        return None, (misconfigured(misuse.message),)
    loaded = _load(session, settings)
    if isinstance(loaded, tuple):
        return None, loaded
    manifests = read_manifests(source)
    to_come = namespace_to_come(session.cwd) if given.is_of_generator else None
    if chosen.namespace is None:
        chosen = msgspec.structs.replace(chosen, namespace=to_come or namespace_seen(manifests))
    delivery = compile_beside(loaded, chosen, manifests, replaced=True)
    delivery = delivery.having(
        without_namespace(delivery.compilation.program, manifests),
        () if to_come is None else moved(delivery.compilation.policies, to_come),
    )
    if not delivery.ok:
        return None, delivery.diagnostics
    items = replaced_items(given, delivery.compilation, chosen.namespace, renderer_of(session))
    if isinstance(items, tuple):
        return None, collect([*delivery.diagnostics, *items])
    return items, delivery.diagnostics


def _load(session: Session, settings: Settings) -> Loaded | tuple[Diagnostic, ...]:
    """Load the program that is configured, else that of the project; or say why it cannot be read."""
    if settings.source is not None:
        text = decode(settings.source.encode(errors="surrogatepass"), settings.label)
        return (text,) if isinstance(text, Diagnostic) else session.load(text)
    outside = tuple(
        _outside(path, why) for path in settings.paths if (why := _out_of_bounds(path, session.cwd)) is not None
    )
    if outside:
        return outside
    sources = sources_of([Path(path) for path in settings.paths], session.cwd, session.project)
    return sources.diagnostics if errors_in(sources.diagnostics) else session.load(sources.files)


def _out_of_bounds(path: str, cwd: Path) -> str | None:
    """Return why a path leaves the project, as imports may not: what is read is quoted where it is no netpol."""
    root = project_root(Path("any"), cwd)
    try:
        if not (cwd / path).resolve().is_relative_to(root.resolve()):
            return "it is outside of the project"
    except (OSError, RuntimeError, ValueError):
        return "it is outside of the project"
    return out_of_bounds(cwd / path, root, DISK, () if (cwd / path).is_dir() else (SUFFIX,))


def _outside(path: str, why: str) -> Diagnostic:
    return Diagnostic(
        code="NP805",
        severity="error",
        message=f"`{path}` cannot be read: {why}",
        help="name files of the project, or put a `netpolc.toml` into a folder above both",
    )


def _written(given: ResourceList, items: list[str] | None, found: tuple[Diagnostic, ...]) -> str:
    """Write the answer, in which the items stay as they were after an error."""
    return write_resource_list(given, map(write_item, given.items) if items is None else items, results(found))
