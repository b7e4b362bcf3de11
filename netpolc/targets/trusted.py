"""The environment of netpolc's own template: Jinja as it is, since nobody else wrote what it runs.

The sandbox and its bounds, in which templates of users run, take half of the time that rendering takes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jinja2 import BytecodeCache, Environment, StrictUndefined

if TYPE_CHECKING:
    from collections.abc import Callable

    from jinja2 import BaseLoader
    from jinja2.bccache import Bucket

    from netpolc.cache import Cache

# Compiled templates are kept between runs: what changes the code that is generated changes this number.
CODE_VERSION = 2


LAYOUT: dict[str, Any] = {
    "undefined": StrictUndefined,
    "autoescape": False,
    "trim_blocks": True,
    "lstrip_blocks": True,
    "keep_trailing_newline": True,
}
"""How templates are read, whoever wrote them."""


class CompiledTemplates(BytecodeCache):
    """Compiled templates in the user's cache, by the kind of environment that they are for."""

    def __init__(self, cache: Cache, kind: str) -> None:
        """Keep templates of a kind."""
        self._cache = cache
        self._prefix = f"template-{CODE_VERSION}-{kind}"

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill in what is kept, if it is."""
        content = self._cache.read(f"{self._prefix}-{bucket.key}")
        if content is not None:
            bucket.bytecode_from_string(content)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        self._cache.write(f"{self._prefix}-{bucket.key}", bucket.bytecode_to_string())


class TrustedEnvironment(Environment):
    """Jinja with undefined names as errors, and the given filters and tests."""

    def __init__(
        self,
        loader: BaseLoader,
        filters: dict[str, Callable[..., Any]],
        tests: dict[str, Callable[..., bool]],
        cache: Cache | None,
    ) -> None:
        """Run the templates of a loader, and keep them compiled in a cache."""
        super().__init__(
            loader=loader,
            bytecode_cache=CompiledTemplates(cache, "trusted") if cache else None,
            **LAYOUT,
        )
        self.filters |= filters
        self.tests |= tests

    def start(self) -> None:
        """Begin a document, which takes what it takes."""
