"""The parser of texts with mistakes: Lark, which is put back before the next statement after each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from lark import Token as LarkToken
from lark.exceptions import UnexpectedInput

from netpolc.language.syntax import lalr
from netpolc.language.syntax.builder import TreeBuilder
from netpolc.language.syntax.mistakes.recovery import Recovery
from netpolc.language.syntax.tokens import Token
from netpolc.source import Span

if TYPE_CHECKING:
    from collections.abc import Callable

    from lark import Lark

    from netpolc.diagnostics.model import Diagnostic
    from netpolc.language.syntax import tree
    from netpolc.source import Source


def read(source: Source) -> tuple[tuple[tree.Item, ...], list[Diagnostic], bool]:
    """Read the statements that can be read, all that is wrong, and whether those are all statements."""
    parser, reductions = _machine()
    builder = reductions.builder = TreeBuilder(source)
    recovery = Recovery(source)
    # The grammar ends statements with newlines, also the last.
    run = parser.parse_interactive(source.text + "\n")
    while True:
        try:
            items = cast("tuple[tree.Item, ...]", run.resume_parse())  # type: ignore[no-untyped-call]  # Lark types only a part
        except UnexpectedInput as error:
            recovery.recover(run, error)
        else:
            return items, [*recovery.diagnostics, *builder.diagnostics], not recovery.diagnostics


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
