"""The renderer of all targets: models are written as text by templates.

Templates decide nothing. A user's folder may override a bundled template by the name of its file.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from netpolc.targets.layout import own_layout, template_of
from netpolc.targets.quoting import comment_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from netpolc.cache import Cache
    from netpolc.targets.layout import Document, Layout

_NAMED_SOURCES = 8
_DOCUMENT = "---\n"


class Renderer:
    """A renderer of policies by the bundled template, or by the one of the same name in a user's folder.

    Compiled templates are kept in the cache; compiling takes longer than rendering a hundred policies.
    """

    def __init__(
        self, templates: Path | None = None, cache: Cache | None = None, texts: Mapping[Document, str] | None = None
    ) -> None:
        """Choose the templates and the cache; nothing is read yet.

        What is written takes `texts` from an earlier build by the same templates, where the object is the same.
        """
        self.texts: dict[Document, str] | None = None if texts is None else {**texts}
        self._folder = templates
        self._cache = cache
        self._layouts: dict[str, Layout] = {}

    @property
    def is_own(self) -> bool:
        """Whether it uses netpolc's own template."""
        return self._folder is None

    def render(self, policy: Document, sources: tuple[str, ...]) -> str:
        """Render one policy as a file: a header that names its sources, `---`, and the document."""
        return self.render_file((policy,), sources)

    def render_file(self, policies: Iterable[Document], sources: tuple[str, ...]) -> str:
        """Render policies as one file: a header that names their sources, then each document after `---`.

        Raises:
            TemplateFault: the template is missing, wrong, or does more than formatting.
        """
        write = self._document if self.texts is None else partial(self._known_document, self.texts)
        documents = [_DOCUMENT + write(policy) for policy in policies]
        return header(sources) + "".join(documents)

    def _known_document(self, texts: dict[Document, str], policy: Document) -> str:
        known = texts.get(policy)
        if known is None:
            known = texts[policy] = self._document(policy)
        return known

    def _document(self, policy: Document) -> str:
        name = template_of(policy)
        layout = self._layouts.get(name)
        if layout is None:
            layout = self._layouts[name] = self._chosen_layout(name)
        text = layout(policy)
        return text if text.endswith("\n") else f"{text}\n"

    def _chosen_layout(self, name: str) -> Layout:
        if self._folder is None:
            return own_layout(self._cache, name)
        from netpolc.targets.users import UsersLayout  # it imports Jinja

        return UsersLayout(self._folder, self._cache, name)


def header(sources: tuple[str, ...]) -> str:
    """Return the comment that begins each file, with its line end."""
    named = ", ".join(sources[:_NAMED_SOURCES])
    more = len(sources) - _NAMED_SOURCES
    origin = f" from {named}" if named else ""
    rest = f" and {more} more" if more > 0 else ""
    return f"{comment_lines(f'Written by netpolc{origin}{rest}.')}\n# Do not edit: change the source and build again.\n"
