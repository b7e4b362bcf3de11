"""The parser of texts with mistakes: Lark, which is put back before the next statement after each."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, cast

from lark import Token as LarkToken
from lark.exceptions import UnexpectedInput

from netpolc.language.syntax import lalr
from netpolc.language.syntax.builder import TreeBuilder
from netpolc.language.syntax.mistakes.recovery import Recovery, offset_of
from netpolc.language.syntax.tokens import Token
from netpolc.source import Source, Span

if TYPE_CHECKING:
    from collections.abc import Callable

    from lark import Lark

    from netpolc.diagnostics.model import Diagnostic
    from netpolc.language.syntax import tree


def read(source: Source) -> tuple[tuple[tree.Item, ...], list[Diagnostic], bool]:
    """Read the statements that can be read, all that is wrong, and whether those are all statements."""
    parser, reductions = _machine()
    builder = reductions.builder = TreeBuilder(source)
    recovery = Recovery(source, partial(_reads_to, parser, reductions))
    # The grammar ends statements with newlines, also the last.
    run = parser.parse_interactive(source.text + "\n")
    while True:
        try:
            items = cast("tuple[tree.Item, ...]", run.resume_parse())  # type: ignore[no-untyped-call]  # Lark types only a part
        except UnexpectedInput as error:
            recovery.recover(run, error)
        else:
            return items, [*recovery.diagnostics, *builder.diagnostics], not recovery.diagnostics


def _reads_to(parser: Lark, reductions: Reductions, text: str) -> int:
    """Return how far a text can be read, as an offset; one past its end, if all of it can."""
    builder, reductions.builder = reductions.builder, TreeBuilder(Source("", text))
    try:
        parser.parse_interactive(text + "\n").resume_parse()  # type: ignore[no-untyped-call]  # as above
    except UnexpectedInput as error:
        return offset_of(error, len(text))
    finally:
        reductions.builder = builder
    return len(text) + 1


class Reductions:
    """A transformer for Lark that calls a builder with the tokens that it knows."""

    builder: TreeBuilder

    def __getattr__(self, rule: str) -> Callable[[list[Any]], Any]:
        if rule.startswith("_") or not hasattr(TreeBuilder, rule):
            raise AttributeError(rule)
        return lambda children: getattr(self.builder, rule)(*map(_converted, children))


def _converted(child: Any) -> Any:
    if not isinstance(child, LarkToken):
        return child
    # The lexer fills in positions on every token; Lark's types leave them optional.
    return Token(child.type, str(child), Span(cast("int", child.start_pos), cast("int", child.end_pos)))


_built: tuple[Lark, Reductions] | None = None


def _machine() -> tuple[Lark, Reductions]:
    """Return the parser, built once in a process."""
    global _built  # noqa: PLW0603 -- building takes longer than most parsing, and the result holds no state
    if _built is None:
        reductions = Reductions()
        _built = lalr.load(reductions), reductions
    return _built
