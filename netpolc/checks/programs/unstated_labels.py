"""NP603: labels that selectors of namespaces ask for, and of which an owned namespace does not say if it has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.checks.programs.namespaces import SHOWN, listed
from netpolc.diagnostics.model import Diagnostic, Label
from netpolc.ir.model import ANY_NAME, InNamespaces, OwnedNamespace, Pods

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from netpolc.checks.programs.checked_program import CheckedProgram
    from netpolc.sets.labels import LabelRequirement, LabelSelector
    from netpolc.source import Location


def check(checked: CheckedProgram) -> Iterator[Diagnostic]:
    """Compare each selector of namespaces, as a place for rules, with the labels that namespaces state.

    A key is said once, at the first selector that asks for it, with all namespaces that leave it open.
    """
    first: dict[LabelSelector, Location] = {}
    for flow in checked.program.flows:
        for peer in flow.peers:
            if isinstance(peer, Pods) and isinstance(peer.namespaces, InNamespaces):
                first.setdefault(peer.namespaces.selector, peer.location)
    places: dict[str, Location] = {}
    lacking: dict[str, dict[str | None, OwnedNamespace]] = {}
    for selector, location in first.items():
        for namespace in checked.program.namespaces:
            shown = checked.options.namespaces.get(namespace.name or "")
            for key in _left_open(selector, namespace, None if shown is None else shown.keys()):
                places.setdefault(key, location)
                lacking.setdefault(key, {})[namespace.name] = namespace
    together: dict[tuple[object, ...], list[str]] = {}
    for key, namespaces in lacking.items():
        together.setdefault((places[key].order, *namespaces), []).append(key)
    for keys in together.values():
        yield _unstated(sorted(keys), places[keys[0]], list(lacking[keys[0]].values()), checked.options.namespaces)


def _left_open(selector: LabelSelector, namespace: OwnedNamespace, shown: Collection[str] | None) -> list[str]:
    """Return the keys on which it depends whether a selector matches; one requirement that is not met decides.

    Where a manifest shows the keys that the namespace has, it has no others.
    """
    missing: list[str] = []
    for requirement in selector.requirements:
        is_absent = shown is not None and requirement.key not in shown
        if not is_absent and not _is_stated(requirement, namespace):
            missing.append(requirement.key)
        elif not requirement.matches(namespace.labels):
            return []
    return missing


def _is_stated(requirement: LabelRequirement, namespace: OwnedNamespace) -> bool:
    """Tell whether the labels that are known decide; of a name that is not given, only that there is one is known."""
    if requirement.key in namespace.absent:
        return True
    values = () if namespace.labels.get(requirement.key) == ANY_NAME else requirement.values
    return requirement.key in namespace.labels and values == requirement.values


def _unstated(
    keys: list[str],
    location: Location,
    namespaces: list[OwnedNamespace],
    shown: Mapping[str, Mapping[str, str]],
) -> Diagnostic:
    labels = f"label{'s' * (len(keys) > 1)} {', '.join(f'`{key}`' for key in keys)}"
    one = len(namespaces) == 1
    does, is_taken = ("does", "is taken") if one else ("do", "are taken")
    them = "them" if len(keys) > 1 else "it"
    whose = listed(each.name for each in namespaces)
    name = next((each.name for each in namespaces if each.name is not None), "NAME")
    return Diagnostic(
        code="NP603",
        severity="warning",
        message=f"{whose} {does} not state the {labels}, and {is_taken} to lack {them}",
        location=location,
        labels=tuple(Label(each.location, "opened here") for each in namespaces[:SHOWN] if each.location is not None),
        help=_advice(name, keys[0], shown.get(name, {})),
    )


def _advice(name: str, key: str, shown: Mapping[str, str]) -> str:
    if key in shown:
        written = shown[key] or '""'
        return f"state what its manifest shows: `namespace {name} [{key}={written}]`"
    return f"state what is so: `namespace {name} [{key}=…]`, or `namespace {name} [!{key}]`"
