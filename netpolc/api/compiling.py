"""From programs to policies, and programs in the one format."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from netpolc.api.reading import Where, opened
from netpolc.compiler.workspace import Workspace
from netpolc.diagnostics.model import Diagnostic, errors_in
from netpolc.results import Result
from netpolc.source import STREAM, Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from netpolc.compiler.loading import Loaded
    from netpolc.language.formatting import Formatted


def compile_text(text: str, *, name: str = "<text>", env: str | None = None, namespace: str | None = None) -> Result:
    """Compile one program.

    Args:
        text: netpol source.
        name: what diagnostics and comments call it. Imports are relative to the working folder.
        env: the environment whose `env` blocks count.
        namespace: the namespace of statements that stand in none.
    """
    from netpolc.cache import private_cache
    from netpolc.compiler.loading import load_text
    from netpolc.project.reading import decode

    # Not every `str` is text: a null byte or half of a surrogate pair is reported as it is in a file.
    source = decode(text.encode(errors="surrogatepass"), name)
    if not isinstance(source, Source):
        return Result(diagnostics=(source,))
    here = Workspace(Path.cwd(), cache=private_cache())
    return _built(partial(load_text, source, here.cwd, here.cache), here, env, namespace, "single")


def compile_paths(
    paths: str | PathLike[str] | Iterable[str | PathLike[str]],
    *,
    env: str | None = None,
    namespace: str | None = None,
) -> Result:
    """Compile files, and the `*.netpol` files of folders, as one program.

    Args:
        paths: files and folders, or one of them. What cannot be read, or holds no sources, is a diagnostic, not an
            exception.
        env: the environment whose `env` blocks count.
        namespace: the namespace of statements that stand in none.
    """
    from netpolc.cache import private_cache

    named = [paths] if isinstance(paths, str | PathLike) else list(paths)
    if not named:
        return Result(diagnostics=(Diagnostic(code="NP807", severity="error", message="no path is given"),))
    here = Workspace(Path.cwd(), cache=private_cache())
    return _compile(here, [Path(path) for path in named], env, namespace, "single")


def compile(  # noqa: A001 -- as in `re.compile`
    where: Where,
    paths: Sequence[str] = (),
    *,
    env: str | None = None,
    namespace: str | None = None,
    layout: str = "object",
) -> Result:
    """Compile the sources of a workspace.

    With a memory, a second call pays for what has changed: a text that is the same is not parsed again, and of a
    program in which only flows have changed, only the namespaces that these touch are compiled and verified.

    Args:
        where: a workspace, or texts by their names.
        paths: files and folders of sources; without any, those of the project, else every `*.netpol` file.
        env: the environment to compile for; one has to be chosen where the project has several.
        namespace: the namespace of statements that stand in none, in the place of the project's.
        layout: `object`, `namespace` or `single`: how policies are spread over files.

    Raises:
        UsageError: an environment that there is not, or several of which none is chosen.
    """
    here = opened(where)
    return _compile(here, [Path(path) for path in paths], here.environment(env), namespace, layout)


def format(text: str, *, name: str = "<text>") -> Formatted:  # noqa: A001 -- what the command is called
    """Write source in the one format, comments kept, proved to say the same.

    Returns:
        The text, whether it differs, and syntax errors, with which the text is the given one.
    """
    from netpolc.language.formatting import format_source

    return format_source(Source(name, text))


def _compile(here: Workspace, paths: Sequence[Path], env: str | None, namespace: str | None, layout: str) -> Result:
    from netpolc.compiler.loading import load_files
    from netpolc.project.discovery import sources_of

    sources = sources_of(paths, here.cwd, here.project, here.files, here.leaves_out)
    if errors_in(sources.diagnostics):
        return Result(diagnostics=sources.diagnostics)
    load = partial(
        load_files, files=here.files, memory=here.memory, processes=here.processes, platform=here.platform_name
    )
    return _built(partial(load, sources.files, here.cwd, here.cache), here, env, namespace, layout)


def _built(load: Callable[[], Loaded], here: Workspace, env: str | None, namespace: str | None, layout: str) -> Result:
    """Compile what is loaded; with a memory, as much of it as differs from what was compiled before."""
    from netpolc.compiler.model import Run
    from netpolc.compiler.pipeline import build
    from netpolc.compiler.recollection import Recollection, read_back
    from netpolc.targets.render import Renderer

    options = here.options(env, namespace)
    last = None if here.memory is None else Recollection(here.memory, options, layout)
    renderer = Renderer(None, here.cache, None if last is None else last.texts)
    run = Run(
        options=options,
        layout=layout,
        renderer=renderer,
        single=STREAM if layout == "single" else None,
        processes=here.processes,
        remembered=here.memory is not None,
        read_back=None if here.memory is None else read_back(here.memory),
    )
    built = build(load, [run], None if last is None else last.changes)
    (outcome,) = built.outcomes
    compilation, output = outcome.compilation, outcome.output
    if not compilation.ok or output.faults:
        return Result(diagnostics=(*compilation.diagnostics, *output.faults))
    policies, said = compilation.policies, compilation.diagnostics
    if last is not None:
        policies, said = last.whole(built.loaded, outcome, renderer.texts or {})
    return Result(policies=policies, diagnostics=said, files=output.files)
