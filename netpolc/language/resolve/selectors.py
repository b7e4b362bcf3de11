"""The resolution of label selectors and of namespaces, with reports of what Kubernetes would not take."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from netpolc.diagnostics.model import Diagnostic, Edit, Fix
from netpolc.policy.names import dns_label, label_key, label_value
from netpolc.sets.labels import LabelRequirement, LabelSelector, SetOperator, selector_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.language.resolve.modules import Module
    from netpolc.language.resolve.names import NameLookup
    from netpolc.language.syntax import tree

OPERATORS: dict[str, SetOperator] = {
    "=": "In",
    "!=": "NotIn",
    "in": "In",
    "notin": "NotIn",
    "exists": "Exists",
    "absent": "DoesNotExist",
}

BLOCK = r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?:/[0-9]{1,2})?"
"""An IPv4 address or block, which is a label key by its letters, and nobody's."""


class SelectorResolver:
    """The resolver of selectors; every problem goes to the names' report."""

    def __init__(self, names: NameLookup) -> None:
        """Report where the scopes of a program do."""
        self._names = names
        self._known: dict[tree.Selector, LabelSelector] = {}

    def resolve(self, selector: tree.Selector, module: Module) -> LabelSelector | None:
        """Return a selector in normal form; None after a report."""
        known = self._known.get(selector)
        if known is not None:
            return known
        if self._holds_blocks(selector, module):
            return None
        sound = [self._requirement_is_valid(requirement, module) for requirement in selector.requirements]
        if not all(sound):
            return None
        found = selector_of(LabelRequirement(r.key, OPERATORS[r.operator], r.values) for r in selector.requirements)
        if found is None:
            self._names.diagnostics.append(
                Diagnostic(
                    code="NP503",
                    severity="warning",
                    message="no pod can carry these labels",
                    location=module.at(selector.span),
                    label="its requirements contradict each other",
                    help=_way_out(selector),
                )
            )
        else:
            self._known[selector] = found
        return found

    def _holds_blocks(self, selector: tree.Selector, module: Module) -> bool:
        """Report address blocks in brackets, which would be keys of labels."""
        keys = [requirement.key for requirement in selector.requirements if requirement.operator == "exists"]
        if len(keys) < len(selector.requirements) or not all(re.fullmatch(BLOCK, key) for key in keys):
            return False
        blocks = ", ".join(key if "/" in key else f"{key}/32" for key in keys)
        right = blocks if len(keys) == 1 else f"{{{blocks}}}"
        place = module.at(selector.span)
        fix = Fix(f"use `{right}`", (Edit(place, right),))
        message = "brackets hold labels, not addresses"
        self._names.diagnostics.append(
            Diagnostic(code="NP101", severity="error", message=message, location=place, help=fix.message, fixes=(fix,))
        )
        return True

    def stated_labels(
        self, selector: tree.Selector, module: Module, owner: str = "a namespace"
    ) -> Iterator[tuple[str, str | None]]:
        """Yield the labels that a namespace is said to carry, as they are written, and those to lack, with None."""
        for requirement in selector.requirements:
            if requirement.operator not in {"=", "absent"}:
                self._names.error(
                    "NP406",
                    f"{owner} states the labels that it carries as `key=value`, and those that it lacks as `!key`",
                    module.at(requirement.span),
                    "selectors with operators belong into endpoints",
                )
            elif self._requirement_is_valid(requirement, module):
                yield requirement.key, next(iter(requirement.values), None)

    def namespace_is_valid(self, word: tree.Word, module: Module) -> bool:
        """Tell whether Kubernetes takes a namespace's name; report where not."""
        for fault in dns_label(word.text):
            self._names.error("NP402", f"`{word.text}` is no namespace: {fault}", module.at(word.span))
            return False
        return True

    def _requirement_is_valid(self, requirement: tree.Requirement, module: Module) -> bool:
        place = module.at(requirement.span)
        # The API server counts the faults of each; one is enough to look at it.
        faults = [
            ("NP403", f"`{requirement.key}` is no label key: {fault}") for fault in label_key(requirement.key)[:1]
        ]
        faults += [
            ("NP404", f"`{value}` is no label value: {fault}")
            for value in requirement.values
            for fault in label_value(value)[:1]
        ]
        for code, message in faults:
            self._names.error(code, message, place)
        return not faults


def _way_out(selector: tree.Selector) -> str:
    """Return what may have been meant by requirements that contradict each other."""
    one_of: dict[str, list[tuple[str, ...]]] = {}
    for each in selector.requirements:
        if each.operator in {"=", "in"}:
            one_of.setdefault(each.key, []).append(each.values)
    for key, lists in one_of.items():
        if not set(lists[0]).intersection(*lists[1:]):
            either = ", ".join(dict.fromkeys(value for values in lists for value in values))
            return f"a label has one value; pods with either are `[{key} in ({either})]`"
    return "take one of them out"
