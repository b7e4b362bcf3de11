"""The formatter: source in the one layout, proved to say the same before anybody may write it to disk."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

import msgspec

from netpolc.diagnostics.model import Diagnostic, errors_in
from netpolc.language.syntax import tree
from netpolc.language.syntax.comments import comments_in
from netpolc.language.syntax.parser import Parsed, parse
from netpolc.language.syntax.printer import print_tree
from netpolc.policy import addresses
from netpolc.source import Location, Source, Span

if TYPE_CHECKING:
    from collections.abc import Sequence


BYTE_ORDER_MARK = "\ufeff"


class Formatted(msgspec.Struct, frozen=True):
    """The text to be written, which is the given one where there are errors, and whether it differs from that."""

    text: str
    changed: bool
    diagnostics: tuple[Diagnostic, ...]


def format_source(source: Source) -> Formatted:
    """Format a file. A result that cannot be proved is not returned: that is a fault of netpolc (NP901)."""
    read = source
    if source.text.startswith(BYTE_ORDER_MARK):
        read = Source(source.name, source.text.removeprefix(BYTE_ORDER_MARK))
    parsed = parse(read)
    if errors_in(parsed.diagnostics):
        return Formatted(source.text, changed=False, diagnostics=parsed.diagnostics)
    text = print_tree(parsed.tree, read.text)
    fault = None if text == read.text else _fault(parsed, text)
    if fault is not None:
        return Formatted(source.text, changed=False, diagnostics=(*parsed.diagnostics, fault))
    return Formatted(text, changed=text != source.text, diagnostics=parsed.diagnostics)


def _fault(before: Parsed, text: str) -> Diagnostic | None:
    """Return what is wrong with a formatted text: read again, it must say the same, and keep its layout."""
    after = parse(Source(before.source.name, text))
    if errors_in(after.diagnostics):
        return _report(before.source, None, f"formatted, this file has an error: {after.diagnostics[0].message}")
    for item, printed in zip_longest(before.tree.items, after.tree.items):
        if not _same(item, printed):
            return _report(before.source, item, "formatting would change what this says")
    for comment, kept in zip_longest(comments_in(before.source.text), comments_in(text)):
        if comment is None or kept is None or comment.text.rstrip() != kept.text:
            return _report(before.source, comment, "formatting would not keep this comment in its place")
    if print_tree(after.tree, text) != text:
        return _report(before.source, None, "formatting this file twice gives two results")
    return None


def _report(source: Source, at: tree.Item | tree.Comment | None, message: str) -> Diagnostic:
    return Diagnostic(
        code="NP901",
        severity="error",
        message=message,
        location=Location(source, Span(0, 0) if at is None else at.span),
        help="this is a bug in netpolc: report it with this file, which was left as it is",
    )


def _same(one: object, other: object) -> bool:
    """Tell whether two parts of trees are the same, up to the spelling of address blocks."""
    if one == other:
        return True
    if type(one) is not type(other):
        return False
    match one, other:
        case tree.Block(text=text), tree.Block(text=printed):
            return _meaning(text) == _meaning(printed)
        case tuple(), tuple():
            return _all_same(one, other)
        case tree.Node(), tree.Node():
            return _all_same(_fields(one), _fields(other))
        case _:
            return False


def _meaning(block: str) -> object:
    """Return what an address block is to the API server, with its objections; the text itself where it is none."""
    read = addresses.parse(block)
    return block if read is None else (read, addresses.ambiguity(block, read))


def _all_same(ones: Sequence[object], others: Sequence[object]) -> bool:
    return len(ones) == len(others) and all(map(_same, ones, others))


def _fields(node: tree.Node) -> list[object]:
    return [getattr(node, name) for name in node.__struct_fields__]
