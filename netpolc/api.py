"""The Python API: compile a text or files, and get everything as data."""

from __future__ import annotations

from functools import partial
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from netpolc.compiler.loading import Loaded
    from netpolc.diagnostics.model import Diagnostic
    from netpolc.policy.model import Policy


STREAM = "-"


class Result(msgspec.Struct, frozen=True):
    """What became of a program.

    `policies` are NetworkPolicies as a model, sorted by namespace and name, `yaml` is all of them as one YAML stream,
    read back and held against the program. Where there is an error, there are no policies, and `yaml` is empty.
    """

    policies: tuple[Policy, ...]
    diagnostics: tuple[Diagnostic, ...]
    yaml: str = ""

    @property
    def ok(self) -> bool:
        """Whether there are no errors."""
        from netpolc.diagnostics.model import errors_in  # noqa: PLC0415 -- `import netpolc` stays light

        return not errors_in(self.diagnostics)


def compile_text(text: str, *, name: str = "<text>", env: str | None = None, namespace: str | None = None) -> Result:
    """Compile one program.

    Args:
        text: netpol source.
        name: what diagnostics and comments call it. Imports are relative to the working folder.
        env: the environment whose `env` blocks count.
        namespace: the namespace of statements that stand in none.
    """
    from netpolc.cache import private_cache  # noqa: PLC0415 -- as above
    from netpolc.compiler.loading import load_text  # noqa: PLC0415
    from netpolc.project.reading import decode  # noqa: PLC0415
    from netpolc.source import Source  # noqa: PLC0415

    # Not every `str` is text: a null byte or half of a surrogate pair is reported as it is in a file.
    source = decode(text.encode(errors="surrogatepass"), name)
    if not isinstance(source, Source):
        return Result((), (source,))
    return _compile(partial(load_text, source, Path.cwd(), private_cache()), env, namespace)


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
    from netpolc.cache import private_cache  # noqa: PLC0415 -- as above
    from netpolc.compiler.loading import load_files  # noqa: PLC0415
    from netpolc.diagnostics.model import Diagnostic, errors_in  # noqa: PLC0415
    from netpolc.project.discovery import sources_of  # noqa: PLC0415

    named = [paths] if isinstance(paths, str | PathLike) else list(paths)
    if not named:
        return Result((), (Diagnostic(code="NP807", severity="error", message="no path is given"),))
    sources = sources_of([Path(path) for path in named], Path.cwd())
    if errors_in(sources.diagnostics):
        return Result((), sources.diagnostics)
    return _compile(partial(load_files, sources.files, Path.cwd(), private_cache()), env, namespace)


def _compile(load: Callable[[], Loaded], env: str | None, namespace: str | None) -> Result:
    from netpolc.cache import private_cache  # noqa: PLC0415 -- as above
    from netpolc.compiler.model import CompileOptions, Run  # noqa: PLC0415
    from netpolc.compiler.pipeline import build  # noqa: PLC0415
    from netpolc.targets.render import Renderer  # noqa: PLC0415

    options = CompileOptions(environment=env, namespace=namespace)
    run = Run(options=options, layout="single", renderer=Renderer(None, private_cache()), single=STREAM)
    (outcome,) = build(load, [run]).outcomes
    compilation, output = outcome.compilation, outcome.output
    if not compilation.ok or output.faults:
        return Result((), (*compilation.diagnostics, *output.faults))
    return Result(compilation.policies, compilation.diagnostics, output.files[STREAM])
