"""Each build reads its own text back and asks whether it allows exactly what the program does.

Nothing of lowering or rendering is used: what is compared is the definition of programs and the meaning of the YAML
that is about to be written. So a template may be anybody's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.diagnostics.model import Diagnostic
from netpolc.manifests.reading import read_manifests
from netpolc.reach import words
from netpolc.reach.boxes import TooComplexError
from netpolc.reach.comparison import differences
from netpolc.reach.model import Closure, Grant, Half, Halves
from netpolc.reach.of_policies import halves_of_policies
from netpolc.reach.of_program import closures_of, halves_of_program
from netpolc.reach.regions import UNNAMED, Namespaces, names_of
from netpolc.reach.witness import witness
from netpolc.source import Source

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from netpolc.policy.model import Policy
    from netpolc.program.model import Program
    from netpolc.reach.comparison import Difference

BY_TEMPLATE, BY_NETPOLC = "NP808", "NP902"


def verify(
    program: Program, files: Mapping[str, str], namespaces: Collection[str | None] | None = None, *, own: bool
) -> tuple[Diagnostic, ...]:
    """What is wrong with the texts of a build; nothing, where they allow what the program does.

    Given `namespaces`, both are of these only. A fault in texts that netpolc's `own` template made is netpolc's, and
    else that of the user's template.
    """
    code = BY_NETPOLC if own else BY_TEMPLATE
    policies: list[Policy] = []
    for name, text in files.items():
        read = read_manifests(Source(name, text))
        broken = [found for found in read.diagnostics if found.severity == "error"]
        if broken:
            return tuple(_unreadable(code, name, found) for found in broken)
        policies += read.policies
    said, written = _halves(program, policies, namespaces)
    try:
        difference = next(differences(said, written), None)
    except TooComplexError:
        return (_undecided(code),)
    return () if difference is None else (_different(code, difference, Namespaces(said.namespaces)),)


def _halves(
    program: Program, policies: Iterable[Policy], namespaces: Collection[str | None] | None
) -> tuple[Halves, Halves]:
    """What the program says and what the policies do, with the denies that the program leaves to others."""
    said = halves_of_program(program)
    read = halves_of_policies(tuple(policies), said.namespaces)
    assumed = [baseline for baseline in program.baselines if baseline.assumed]
    written = Halves(
        _with(read.ingress, closures_of(assumed, "ingress")),
        _with(read.egress, closures_of(assumed, "egress")),
        said.namespaces,
    )
    if namespaces is None:
        return said, written
    return _within(said, namespaces), _within(written, namespaces)


def _with(half: Half, closures: tuple[Closure, ...]) -> Half:
    return Half((*half.closures, *closures), half.grants)


def _within(halves: Halves, namespaces: Collection[str | None]) -> Halves:
    """What halves say to the pods of some namespaces."""
    names = [name or UNNAMED for name in namespaces]
    return Halves(_about(halves.ingress, names), _about(halves.egress, names), halves.namespaces)


def _about(half: Half, names: list[str]) -> Half:
    closures = tuple(each for each in half.closures if _is_in(each, names))
    return Half(closures, tuple(each for each in half.grants if _is_in(each, names)))


def _is_in(part: Closure | Grant, names: list[str]) -> bool:
    """Whether something is about pods of some namespaces, or of any."""
    found = names_of(part.subject.namespaces)
    return found is None or any(name in names for name in found)


def _different(code: str, difference: Difference, namespaces: Namespaces) -> Diagnostic:
    connection = witness(difference.box, namespaces)
    allowing, denying = ("program", "YAML") if difference.allowed_by == "one" else ("YAML", "program")
    if code == BY_TEMPLATE:
        message, advice = "this template changes what is allowed", "correct the template: it may only lay out"
    else:
        message, advice = "the policies do not allow what the program does", "this is a bug; please report it"
    return Diagnostic(
        code=code,
        severity="error",
        message=f"{message}: the {allowing} lets {words.connection(connection)}, and the {denying} does not",
        help=advice,
    )


def _unreadable(code: str, name: str, found: Diagnostic) -> Diagnostic:
    place = name if found.location is None else f"{name}:{found.location.line}"
    whose = "the template" if code == BY_TEMPLATE else "netpolc"
    return Diagnostic(
        code=code,
        severity="error",
        message=f"{whose} wrote what Kubernetes does not read: {place}: {found.message}",
        help=found.help,
    )


def _undecided(code: str) -> Diagnostic:
    return Diagnostic(
        code=code,
        severity="error",
        message="it takes too long to tell whether the policies allow what the program does",
        help="use netpolc's own template" if code == BY_TEMPLATE else "this is a bug; please report it",
    )
