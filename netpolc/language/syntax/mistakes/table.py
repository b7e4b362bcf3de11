"""Text that only looks like netpol, and the right spelling for it: one visible table, tried in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.language.syntax.mistakes import foreign, label_slips, namespaces, statements, within_statements

if TYPE_CHECKING:
    from collections.abc import Callable

    from netpolc.language.syntax.mistakes.model import ErrorContext, NearMiss

CHECKS: tuple[Callable[[ErrorContext], NearMiss | None], ...] = (
    foreign.pasted_yaml,
    foreign.pasted_json,
    foreign.control_character,
    foreign.bare_return,
    foreign.curly_quotes,
    foreign.foreign_character,
    foreign.comment_sign,
    namespaces.unbraced_names,
    namespaces.no_name,
    within_statements.every_protocol,
    within_statements.signed_port,
    within_statements.trailing_dash,
    within_statements.second_arrow,
    within_statements.broken_flow,
    within_statements.bracketed_address,
    within_statements.confused_sign,
    foreign.wrong_arrow,
    statements.quoted_name,
    within_statements.annotation_value,
    foreign.quotes,
    within_statements.bare_annotation,
    within_statements.empty_brackets,
    label_slips.selector_sign,
    label_slips.missing_parentheses,
    label_slips.unknown_operator,
    label_slips.empty_value,
    within_statements.misplaced_protocol,
    within_statements.source_port,
    within_statements.missing_colon,
    within_statements.dotted_name,
    within_statements.second_slash,
    within_statements.semicolon,
    statements.both_directions,
    within_statements.unbraced_list,
    within_statements.except_of_a_name,
    within_statements.missing_comma,
    statements.verdict,
    statements.negation,
    statements.bare_baseline,
    statements.unfinished_keyword,
    statements.policy_block,
    statements.keyword_alone,
    within_statements.missing_arrow,
    statements.broken_environments,
    statements.bare_block,
    statements.misspelt_keyword,
    statements.bare_declaration,
    within_statements.bare_number,
)


def find(context: ErrorContext) -> NearMiss | None:
    """Find the near-miss at a place, if it is one that is known."""
    return next((near for check in CHECKS if (near := check(context)) is not None), None)
