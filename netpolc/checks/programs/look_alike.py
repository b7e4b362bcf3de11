"""NP607: names that differ only in characters that look alike, such as `db1` and `dbl`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.diagnostics.model import Diagnostic, Label
from netpolc.ir.model import InNamespace, Pods

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netpolc.checks.programs.checked_program import CheckedProgram
    from netpolc.ir.model import Flow, Guardrail

ALIKE = str.maketrans({"0": "o", "1": "l", "I": "l"})
PAIRS = (("rn", "m"), ("vv", "w"))


def check(checked: CheckedProgram) -> Iterator[Diagnostic]:
    """Compare each name with the first that looks like it; names are those of pods and of namespaces."""
    first: dict[tuple[str, str], tuple[str, Pods]] = {}
    said: set[str] = set()
    for pods in _pods((*checked.program.flows, *checked.program.guardrails)):
        for kind, name in _names(pods):
            known, place = first.setdefault((kind, _skeleton(name)), (name, pods))
            if known != name and name not in said:
                said.add(name)
                yield Diagnostic(
                    code="NP607",
                    severity="warning",
                    message=f"the {kind} `{name}` looks like `{known}`",
                    location=pods.location,
                    labels=(Label(place.location, f"`{known}` stands here"),),
                    help="if they are the same, write it one way; if not, a clearer name would tell them apart",
                )


def _pods(statements: Iterable[Flow | Guardrail]) -> Iterator[Pods]:
    for statement in statements:
        for peer in statement.peers:
            if isinstance(peer, Pods):
                yield peer


def _names(pods: Pods) -> Iterator[tuple[str, str]]:
    if pods.name:
        yield "name", pods.name
    if isinstance(pods.namespaces, InNamespace) and pods.namespaces.name is not None:
        yield "namespace", pods.namespaces.name


def _skeleton(name: str) -> str:
    """Return what is left of a name for an eye in a hurry."""
    plain = name.translate(ALIKE).lower()
    for pair, one in PAIRS:
        plain = plain.replace(pair, one)
    return plain
