"""Text that only looks like netpol, and the right spelling for it: one visible table, tried in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.language.syntax.mistakes import foreign, keywords, label_slips, slips

if TYPE_CHECKING:
    from collections.abc import Callable

    from netpolc.language.syntax.mistakes.near_miss import Context, NearMiss

CHECKS: tuple[Callable[[Context], NearMiss | None], ...] = (
    foreign.pasted_yaml,
    foreign.pasted_json,
    foreign.control_character,
    foreign.bare_return,
    foreign.curly_quotes,
    foreign.foreign_character,
    foreign.comment_sign,
    slips.every_protocol,
    slips.signed_port,
    slips.trailing_dash,
    slips.second_arrow,
    slips.broken_flow,
    slips.confused_sign,
    foreign.wrong_arrow,
    keywords.quoted_name,
    slips.annotation_value,
    foreign.quotes,
    slips.bare_annotation,
    slips.empty_brackets,
    label_slips.selector_sign,
    label_slips.missing_parentheses,
    label_slips.unknown_operator,
    label_slips.empty_value,
    slips.misplaced_protocol,
    slips.source_port,
    slips.missing_colon,
    slips.dotted_name,
    slips.second_slash,
    slips.semicolon,
    keywords.both_directions,
    slips.unbraced_list,
    slips.except_of_a_name,
    slips.missing_comma,
    keywords.verdict,
    keywords.negation,
    keywords.bare_baseline,
    keywords.unfinished_keyword,
    keywords.keyword_alone,
    slips.missing_arrow,
    keywords.broken_environments,
    keywords.bare_block,
    keywords.misspelt_keyword,
    keywords.bare_declaration,
    slips.bare_number,
)


def find(context: Context) -> NearMiss | None:
    """The near-miss at a place, if it is one that is known."""
    return next((near for check in CHECKS if (near := check(context)) is not None), None)
