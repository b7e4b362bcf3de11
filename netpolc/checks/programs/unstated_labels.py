"""NP603: namespace selectors that would need labels which an owned namespace does not state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.diagnostics.model import Diagnostic, Label
from netpolc.ir.model import ANY_NAME, InNamespaces, OwnedNamespace, Pods

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.checks.programs.checked_program import CheckedProgram
    from netpolc.sets.labels import LabelRequirement, LabelSelector
    from netpolc.source import Location


def check(checked: CheckedProgram) -> Iterator[Diagnostic]:
    """Compare each selector of namespaces, as a place for rules, with the labels that namespaces state."""
    first: dict[LabelSelector, Location] = {}
    for flow in checked.program.flows:
        for peer in flow.peers:
            if isinstance(peer, Pods) and isinstance(peer.namespaces, InNamespaces):
                first.setdefault(peer.namespaces.selector, peer.location)
    for selector, location in first.items():
        for namespace in checked.program.namespaces:
            missing = {each.key for each in selector.requirements if not _is_stated(each, namespace)}
            if missing and _may_match(selector, namespace):
                yield _unstated(selector, location, namespace, sorted(missing))


def _may_match(selector: LabelSelector, namespace: OwnedNamespace) -> bool:
    """Tell whether the labels that are stated leave it open: one requirement that they do not meet decides."""
    stated = (requirement for requirement in selector.requirements if _is_stated(requirement, namespace))
    return all(requirement.matches(namespace.labels) for requirement in stated)


def _is_stated(requirement: LabelRequirement, namespace: OwnedNamespace) -> bool:
    """Tell whether the labels that are known decide; of a name that is not given, only that there is one is known."""
    values = () if namespace.labels.get(requirement.key) == ANY_NAME else requirement.values
    return requirement.key in namespace.labels and values == requirement.values


def _unstated(selector: LabelSelector, location: Location, namespace: OwnedNamespace, missing: list[str]) -> Diagnostic:
    name = "the unnamed namespace" if namespace.name is None else f"namespace `{namespace.name}`"
    keys = f"label{'s' * (len(missing) > 1)} {', '.join(f'`{key}`' for key in missing)}"
    matched = selector.matches(namespace.labels)
    labels = () if namespace.location is None else (Label(namespace.location, "opened here"),)
    sample = f"namespace {namespace.name or 'NAME'} [{missing[0]}=…]"
    return Diagnostic(
        code="NP603",
        severity="warning",
        message=f"{name} does not state the {keys}, and is taken {'to match' if matched else 'not to match'}",
        location=location,
        labels=labels,
        help=f"state it, if the namespace carries it: `{sample}`",
    )
