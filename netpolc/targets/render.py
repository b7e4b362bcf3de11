"""Models laid out as text by templates: the one renderer of all targets.

Templates decide nothing. A user's folder may override a bundled template by the name of its file.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from netpolc.policy.model import IPBlock, Policy
from netpolc.resources import bundled
from netpolc.targets.memo import Memo
from netpolc.targets.quoting import comment_lines, folded, quote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from jinja2 import Template

    from netpolc.cache import Cache
    from netpolc.targets.sandbox import LayoutEnvironment
    from netpolc.targets.trusted import TrustedEnvironment

NETWORK_POLICY = "networkpolicy.yaml.j2"
LARGEST_TEMPLATE = 256 * 1024
"""The most characters that a template may have."""

_NAMED_SOURCES = 8
_DOCUMENT = "---\n"


class TemplateFault(Exception):  # noqa: N818 - a fault of the user's template, as diagnostics call it
    """A template that cannot be used: its file, the line where known, and what is wrong."""

    def __init__(self, file: str, line: int | None, message: str) -> None:
        """Say what is wrong with a template, and where."""
        super().__init__(f"{file}:{line}: {message}" if line else f"{file}: {message}")
        self.file = file
        self.line = line
        self.message = message


class Renderer:
    """Renders policies with the bundled template, or with the one of the same name in a user's folder.

    Compiled templates are kept in the cache; compiling takes longer than rendering a hundred policies. So are the
    documents of an output that is named, unless a user's templates made them.
    """

    def __init__(self, templates: Path | None = None, cache: Cache | None = None, output: str | None = None) -> None:
        """Prepare to render; nothing is read yet."""
        self._folder = templates
        self._cache = cache
        self._output = None if templates is not None else output
        self._memos: dict[str | None, Memo] = {}
        self._environment: TrustedEnvironment | LayoutEnvironment | None = None
        self._template: Template | None = None

    @property
    def is_own(self) -> bool:
        """Whether it lays out by netpolc's own template."""
        return self._folder is None

    def render(self, policy: Policy, sources: tuple[str, ...]) -> str:
        """One policy as a file: a header that names its sources, `---`, and the document."""
        return self.render_file((policy,), sources)

    def render_file(self, policies: Iterable[Policy], sources: tuple[str, ...]) -> str:
        """Policies as one file: a header that names their sources, then each document after `---`.

        Raises:
            TemplateFault: the template is missing, wrong, or does more than laying out.
        """
        documents = [_DOCUMENT + self._document(policy) for policy in policies]
        return header(sources) + "".join(documents)

    def save(self) -> None:
        """Keep what was rendered for the next run."""
        for memo in self._memos.values():
            memo.save()

    def _document(self, policy: Policy) -> str:
        memo = self._memo(policy.namespace)
        if memo is None:
            return self._rendered(policy)
        digest = memo.digest(policy)
        text = memo.text(digest)
        if text is None:
            text = self._rendered(policy)
            memo.keep(digest, text)
        return text

    def _memo(self, namespace: str | None) -> Memo | None:
        if self._cache is None or self._output is None:
            return None
        if namespace not in self._memos:
            self._memos[namespace] = Memo(self._cache, f"{self._output}\0{namespace or ''}")
        return self._memos[namespace]

    def _rendered(self, policy: Policy) -> str:
        if self._environment is None:
            self._environment = self._build_environment()
        self._environment.start()
        try:
            if self._template is None:
                self._template = self._shipped() or self._environment.get_template(NETWORK_POLICY)
            text = self._template.render(policy=policy)
        except TemplateFault:
            raise
        except Exception as error:  # noqa: BLE001 - a template may raise anything
            self._fail(error)
        if not text.endswith("\n"):
            text += "\n"
        return text

    def _shipped(self) -> Template | None:
        if self._folder is not None or self._environment is None:
            return None
        from netpolc.targets.shipped import load  # noqa: PLC0415 - it imports Jinja

        return load(self._environment, NETWORK_POLICY)

    def generate(self) -> tuple[str, str]:
        """The bundled template as the module that a wheel carries: its name and its text."""
        from netpolc.targets.shipped import generate  # noqa: PLC0415 - it imports Jinja

        return generate(self._build_environment(), NETWORK_POLICY)

    def _build_environment(self) -> TrustedEnvironment | LayoutEnvironment:
        # Jinja takes 80 ms to import: runs that render nothing new do without.
        from jinja2 import FunctionLoader  # noqa: PLC0415

        loader = FunctionLoader(self._load)
        filters: dict[str, Callable[..., str]] = {"quote": quote, "folded": folded, "comment": comment_lines}
        tests = {"ip_block": lambda peer: isinstance(peer, IPBlock)}
        if self.is_own:
            from netpolc.targets.trusted import TrustedEnvironment  # noqa: PLC0415 - it imports Jinja

            return TrustedEnvironment(loader, filters, tests, self._cache)
        from netpolc.targets.sandbox import LayoutEnvironment  # noqa: PLC0415 - as above

        return LayoutEnvironment(loader, filters, tests, self._cache)

    def _load(self, name: str) -> tuple[str, str, None] | None:
        """The text of a template and the name of its file; None where there is none.

        A name is that of a file in the folder, so nothing outside of it can be reached.
        """
        if name != Path(name).name or name.startswith(".") or "\\" in name or ":" in name:
            return None
        if self._folder is not None:
            path = self._folder / name
            if path.is_symlink() and not path.resolve().is_relative_to(self._folder.resolve()):
                raise TemplateFault(str(path), None, "the template is a link that leaves its folder")
            if path.exists():
                return _text(path), str(path), None
        inside = bundled("templates", name)
        return (inside.read_text("utf-8"), str(inside), None) if inside.is_file() else None

    def _fail(self, error: Exception) -> NoReturn:
        from jinja2 import TemplateNotFound, TemplateSyntaxError  # noqa: PLC0415 - loaded by now

        file, line = self._place(error)
        if isinstance(error, TemplateSyntaxError):
            raise TemplateFault(error.filename or file, error.lineno, error.message or "syntax error") from error
        if isinstance(error, TemplateNotFound):
            raise TemplateFault(file, line, f"there is no template `{error.name}`") from error
        if isinstance(error, RecursionError):
            raise TemplateFault(file, line, "the template is nested too deeply") from error
        raise TemplateFault(file, line, str(error) or type(error).__name__) from error

    def _place(self, error: Exception) -> tuple[str, int | None]:
        """The innermost line of a template that an error passed through."""
        place: tuple[str, int | None] = (NETWORK_POLICY, None)
        trace = error.__traceback__
        while trace is not None:
            if trace.tb_frame.f_code.co_filename.endswith(".j2"):
                place = (trace.tb_frame.f_code.co_filename, trace.tb_lineno)
            trace = trace.tb_next
        return place


def header(sources: tuple[str, ...]) -> str:
    """The comment that begins each file, with its line end."""
    named = ", ".join(sources[:_NAMED_SOURCES])
    more = len(sources) - _NAMED_SOURCES
    origin = f" from {named}" if named else ""
    rest = f" and {more} more" if more > 0 else ""
    return comment_lines(f"Written by netpolc{origin}{rest}. Do not edit: change the source and build again.") + "\n"


def _text(path: Path) -> str:
    """The text of a user's template."""
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
