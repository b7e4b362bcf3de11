"""Users' templates: a folder whose files take the place of the bundled ones by their names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from jinja2 import FunctionLoader, Template, TemplateNotFound, TemplateSyntaxError

from netpolc.resources import bundled
from netpolc.targets.layout import FILTERS, NETWORK_POLICY, TESTS, TemplateFault
from netpolc.targets.sandbox import LayoutEnvironment

if TYPE_CHECKING:
    from netpolc.cache import Cache
    from netpolc.targets.layout import Document

LARGEST_TEMPLATE = 256 * 1024
"""The most characters that a template may have."""


class UsersLayout:
    """The function that writes a policy as the templates of a folder do, within the bounds of the sandbox."""

    def __init__(self, folder: Path, cache: Cache | None, name: str = NETWORK_POLICY) -> None:
        """Choose a template of a folder, of which nothing is read yet, and the cache for compiled templates."""
        self._name = name
        self._folder = folder
        self._cache = cache
        self._environment: LayoutEnvironment | None = None
        self._template: Template | None = None

    def __call__(self, policy: Document) -> str:
        """Write one document.

        Raises:
            TemplateFault: the template is missing, wrong, or does more than formatting.
        """
        environment = self._environment or self._build_environment()
        environment.start()
        try:
            if self._template is None:
                self._template = environment.get_template(self._name)
            return self._template.render(policy=policy)
        except TemplateFault:
            raise
        except Exception as error:  # noqa: BLE001 - a template may raise anything
            self._fail(error)

    def _build_environment(self) -> LayoutEnvironment:
        self._environment = LayoutEnvironment(FunctionLoader(self._load), FILTERS, TESTS, self._cache)
        return self._environment

    def _load(self, name: str) -> tuple[str, str, None] | None:
        """Return the text of a template and the name of its file; None where there is none.

        A name is that of a file in the folder, so nothing outside of it can be reached.
        """
        if name != Path(name).name or name.startswith(".") or "\\" in name or ":" in name:
            return None
        path = self._folder / name
        if path.is_symlink() and not path.resolve().is_relative_to(self._folder.resolve()):
            raise TemplateFault(str(path), None, "the template is a link that leaves its folder")
        if path.exists():
            return _text(path), str(path), None
        inside = bundled("templates", name)
        return (inside.read_text("utf-8"), str(inside), None) if inside.is_file() else None

    def _fail(self, error: Exception) -> NoReturn:
        file, line = self._place(error)
        if isinstance(error, TemplateSyntaxError):
            raise TemplateFault(error.filename or file, error.lineno, error.message or "syntax error") from error
        if isinstance(error, TemplateNotFound):
            raise TemplateFault(file, line, f"there is no template `{error.name}`") from error
        if isinstance(error, RecursionError):
            raise TemplateFault(file, line, "the template is nested too deeply") from error
        raise TemplateFault(file, line, str(error) or type(error).__name__) from error

    def _place(self, error: Exception) -> tuple[str, int | None]:
        """Return the innermost line of a template that an error passed through."""
        place: tuple[str, int | None] = (self._name, None)
        trace = error.__traceback__
        while trace is not None:
            if trace.tb_frame.f_code.co_filename.endswith(".j2"):
                place = (trace.tb_frame.f_code.co_filename, trace.tb_lineno)
            trace = trace.tb_next
        return place


def _text(path: Path) -> str:
    """Read the text of a user's template."""
    if not path.is_file():
        raise TemplateFault(str(path), None, "the template is no file")
    try:
        with path.open(encoding="utf-8", newline=None) as file:
            text = file.read(LARGEST_TEMPLATE + 1)
    except (OSError, UnicodeDecodeError) as error:
        raise TemplateFault(str(path), None, "the template cannot be read as UTF-8 text") from error
    if len(text) > LARGEST_TEMPLATE:
        raise TemplateFault(str(path), None, f"the template has more than {LARGEST_TEMPLATE} characters")
    return text
