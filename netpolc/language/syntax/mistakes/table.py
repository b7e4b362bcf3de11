"""Text that only looks like netpol, and the right spelling for it: one visible table, tried in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.language.syntax.mistakes import (
    annotation_slips,
    blocks,
    endings,
    foreign,
    joined,
    label_slips,
    namespaces,
    patterns,
    spoken,
    statements,
    within_statements,
)

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
    patterns.template,
    blocks.address_before_length,
    blocks.bracketed_address,
    endings.url,
    endings.range_sign,
    blocks.address_range,
    blocks.negated_block,
    endings.ports_in_brackets,
    endings.in_parentheses,
    endings.bare_labels,
    patterns.name_pattern,
    patterns.value_pattern,
    patterns.except_of_pods,
    joined.alternative_labels,
    joined.joining_word,
    endings.labels_in_braces,
    within_statements.every_protocol,
    within_statements.signed_port,
    within_statements.trailing_dash,
    within_statements.second_arrow,
    within_statements.broken_flow,
    within_statements.confused_sign,
    spoken.reversed_flow,
    foreign.wrong_arrow,
    statements.policy_block,
    statements.quoted_name,
    annotation_slips.annotation_value,
    foreign.quoted_statement,
    foreign.quotes,
    annotation_slips.bare_annotation,
    annotation_slips.missing_parentheses_of_annotation,
    endings.namespace_behind,
    annotation_slips.annotation_behind,
    within_statements.empty_brackets,
    label_slips.selector_sign,
    label_slips.missing_parentheses,
    label_slips.unknown_operator,
    label_slips.empty_value,
    within_statements.misplaced_protocol,
    within_statements.source_port,
    within_statements.missing_colon,
    endings.dotted_name,
    within_statements.second_slash,
    within_statements.semicolon,
    statements.both_directions,
    statements.missing_quantifier,
    within_statements.both_halves,
    within_statements.full_stop,
    joined.unbraced_list,
    within_statements.except_of_a_name,
    within_statements.missing_comma,
    statements.verdict,
    statements.negation,
    statements.bare_baseline,
    statements.unfinished_keyword,
    statements.unquoted_path,
    statements.sign_behind_keyword,
    statements.missing_equals,
    statements.keyword_alone,
    within_statements.missing_arrow,
    statements.broken_environments,
    statements.bare_block,
    spoken.spoken_flow,
    statements.misspelt_keyword,
    statements.bare_declaration,
    within_statements.bare_number,
)


def find(context: ErrorContext) -> NearMiss | None:
    """Find the near-miss at a place, if it is one that is known."""
    return next((near for check in CHECKS if (near := check(context)) is not None), None)
