"""NP654: an undeclared name that is one slip of the hand away from another, which is used as well."""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import combinations
from typing import TYPE_CHECKING

from netpolc.checks.programs.slips import is_no_word, is_slip
from netpolc.checks.programs.uses import are_known, key_of, namespace_of, uses
from netpolc.diagnostics.model import Diagnostic, Edit, Fix, Label

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netpolc.checks.options import CheckOptions
    from netpolc.checks.programs.checked_program import CheckedProgram
    from netpolc.checks.programs.uses import Use
    from netpolc.ir.model import NamespaceSet, Pods

FEW = 3
"""How many times as often the other name has to be used where a name is not used once only."""


def check(checked: CheckedProgram) -> Iterator[Diagnostic]:
    """Compare the names of each namespace; what its workloads show is for other checks to tell."""
    places: defaultdict[NamespaceSet, dict[str, _Name]] = defaultdict(dict)
    for use in uses(checked.program):
        if use.pods.declared or key_of(use.pods) is not None:
            names = places[use.pods.namespaces]
            names.setdefault(use.pods.name, _Name(use.pods)).add(use)
    said: set[object] = set()
    for names in places.values():
        close = [(names[one], names[other]) for one, other in _close(names)]
        told = {name.pods.name for pair in close for name, other in (pair, pair[::-1]) if name.is_told_beside(other)}
        for pair in close:
            slip, meant = sorted(pair, key=lambda name: name.weight)
            place = slip.pods.location.order
            if place in said or not told.isdisjoint(name.pods.name for name in pair):
                continue
            if slip.is_slip_for(meant) and not _is_known(slip.pods, checked.options):
                said.add(place)
                yield _near(slip, meant)


class _Name:
    """A name in a namespace: the statements that use it, and the ports on which these reach it."""

    def __init__(self, pods: Pods) -> None:
        self.pods = pods
        self.statements: set[object] = set()
        self.ports: set[object] = set()

    def add(self, use: Use) -> None:
        self.statements.add(use.statement.order)
        if use.ports is not None:
            self.ports.add(use.ports)

    @property
    def certainty(self) -> tuple[bool, int]:
        """How sure it is that the name is meant."""
        return self.pods.declared, len(self.statements)

    @property
    def weight(self) -> tuple[object, ...]:
        """What sorts names by how sure they are; of two that are used alike, a letter is more likely to be missing."""
        _, line, column, *_ = self.pods.location.order
        return self.certainty, len(self.pods.name), -line, -column

    def is_told_beside(self, other: _Name) -> bool:
        """Tell whether resolution says it (NP204), which knows the declarations of a file."""
        same_file = self.pods.location.source is other.pods.location.source
        return other.pods.declared and not self.pods.declared and same_file

    def is_slip_for(self, meant: _Name) -> bool:
        """Tell whether the use of both leaves little doubt."""
        if self.pods.declared:
            return False
        seldom, often = len(self.statements), len(meant.statements)
        if seldom > 1 and not meant.pods.declared and often < FEW * seldom:
            return False
        if self.ports and meant.ports:
            return not self.ports.isdisjoint(meant.ports)
        return meant.pods.declared or often > 1 or is_no_word(self.pods.name, meant.pods.name)


def _close(names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield pairs of names that differ by a slip; such have a form in common from which a character is missing."""
    forms: defaultdict[str, list[str]] = defaultdict(list)
    for name in sorted(names):
        folded = re.sub(r"[-_]", "", name.casefold())
        for form in {folded, *(folded[:at] + folded[at + 1 :] for at in range(len(folded)))}:
            forms[form].append(name)
    pairs = {pair for alike in forms.values() for pair in combinations(alike, 2)}
    return (pair for pair in sorted(pairs) if is_slip(*pair))


def _is_known(pods: Pods, options: CheckOptions) -> bool:
    """Tell whether a manifest shows such pods, or others that names stand for in their namespace."""
    key, here = key_of(pods), namespace_of(pods)
    return are_known(pods, options) or any(
        here is not None and namespace == here and key in labels for namespace, labels in options.pods
    )


def _near(slip: _Name, meant: _Name) -> Diagnostic:
    pods, other = slip.pods, meant.pods
    label = f"{key_of(pods)}={pods.name}"
    fixes = _replacing(pods, other.name)
    if slip.certainty == meant.certainty:  # either may be the slip
        fixes += _replacing(other, pods.name)
    return Diagnostic(
        code="NP654",
        severity="warning",
        message=f"`{pods.name}` is nearly `{other.name}`, and stands for other pods",
        location=pods.location,
        label=f"means the pods labelled `{label}`",
        labels=(Label(other.location, f"`{other.name}` is used here"),),
        help=f"write one name for the same pods; if both are meant, declare both, as in `pods {pods.name} = [{label}]`",
        fixes=fixes,
    )


def _replacing(pods: Pods, name: str) -> tuple[Fix, ...]:
    """Return the fix that writes another name where one is used first."""
    place = pods.location
    if not place.text.endswith(pods.name):
        return ()
    return (Fix(f"use `{name}`", (Edit(place, place.text.removesuffix(pods.name) + name),)),)
