"""Each build reads its own text back and asks whether it allows exactly what the program does.

Nothing of lowering or rendering is used: what is compared is the definition of programs and the meaning of the YAML
that is about to be written. So a template may be anybody's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.diagnostics.model import Diagnostic, errors_in
from netpolc.engine.agreement import agree
from netpolc.engine.from_policies import PolicyCache, rules_of_policies
from netpolc.engine.from_program import rules_of_program, with_assumed
from netpolc.manifests.reading import UntrackedReader, read_manifests
from netpolc.policy.validity import duplicates
from netpolc.source import Source

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from netpolc.engine.model import RuleSet
    from netpolc.ir.model import Program
    from netpolc.policy.model import Policy
    from netpolc.policy.tier_model import TierPolicy
    from netpolc.policy.validity import Problem

BY_TEMPLATE, BY_NETPOLC = "NP808", "NP902"


MOST_DOCUMENTS = 5_000
"""The documents beyond which a caller that stays begins a new cache."""


class VerificationCache:
    """A cache of what was read so far: share it between the parts of one program, and if it `stays`, with builds."""

    def __init__(self, *, stays: bool = False) -> None:
        """Begin without any; one that stays knows whole documents again."""
        self.texts = UntrackedReader(keeps_documents=stays)
        self.meanings = PolicyCache()

    @property
    def is_full(self) -> bool:
        """Whether it holds too much for the next build."""
        return self.texts.documents > MOST_DOCUMENTS


class Verifier:
    """The meaning of one program, to hold texts against: of all that it owns, or of `only` some namespaces."""

    def __init__(
        self, program: Program, only: Collection[str | None] | None = None, cache: VerificationCache | None = None
    ) -> None:
        """Take down what the program says; parts of the texts may be in a `cache` from others."""
        baselines = tuple(each for each in program.baselines if only is None or each.namespace in only)
        self._program = msgspec.structs.replace(program, baselines=baselines)
        self._only = only
        self._said = rules_of_program(self._program, only)
        self._cache = cache or VerificationCache()

    def faults(self, files: Mapping[str, str], *, own: bool) -> tuple[Diagnostic, ...]:
        """Find what is wrong with texts; nothing, where they allow what the program does.

        A fault in what netpolc's `own` template wrote is netpolc's, and else that of the user's template.
        """
        code = BY_NETPOLC if own else BY_TEMPLATE
        sources = [Source(name, text) for name, text in files.items()]
        read = [self._cache.texts.read(source) for source in sources]
        if any(errors_in(manifests.diagnostics) for manifests in read):
            found = (found for source in sources for found in read_manifests(source).diagnostics)
            return tuple(_unreadable(code, one) for one in found if one.severity == "error")
        policies = [policy for manifests in read for policy in manifests.policies]
        foreign = [policy for policy in policies if self._only is not None and policy.namespace not in self._only]
        if foreign:
            return tuple(_elsewhere(code, policy) for policy in foreign)
        twice = duplicates(policies)
        if twice:
            return tuple(_twice(code, problem) for problem in twice)
        ruleset = rules_of_policies(policies, self._said.namespaces, self._cache.meanings)
        written = with_assumed(ruleset, self._program)
        tier_policies = [policy for manifests in read for policy in manifests.tier_policies]
        if tier_policies:
            from netpolc.engine.from_tier_policies import with_tiers  # few programs have guardrails

            alike = _alike(tier_policies)
            if alike is not None:
                return (_of_one_place(code, *alike),)
            written = with_tiers(written, tier_policies, (), final_for_pod=True)
        return () if agree(self._said, written) else _differences(code, self._said, written)


def _differences(code: str, said: RuleSet, written: RuleSet) -> tuple[Diagnostic, ...]:
    """Find a connection that only one of both allows, if there is one."""
    from netpolc.engine import words  # most texts say what they should in the same form
    from netpolc.engine.boxes import TooComplexError
    from netpolc.engine.comparison import differences
    from netpolc.engine.regions import Namespaces
    from netpolc.engine.witness import witness

    try:
        difference = next(differences(said, written), None)
    except TooComplexError:
        return (_undecided(code),)
    if difference is None:
        return ()
    example = words.connection(witness(difference.box, Namespaces(said.namespaces)))
    allowing, denying = ("program", "YAML") if difference.allowed_by == "one" else ("YAML", "program")
    if code == BY_TEMPLATE:
        message, advice = "this template changes what is allowed", "correct the template: it may only format"
    else:
        message, advice = "the policies do not allow what the program does", "this is a bug; please report it"
    return (
        Diagnostic(
            code=code,
            severity="error",
            message=f"{message}: the {allowing} lets {example}, and the {denying} does not",
            help=advice,
        ),
    )


def _unreadable(code: str, found: Diagnostic) -> Diagnostic:
    place = "" if found.location is None else f"{found.location.source.name}:{found.location.line}: "
    whose = "the template" if code == BY_TEMPLATE else "netpolc"
    return Diagnostic(
        code=code,
        severity="error",
        message=f"{whose} wrote what Kubernetes does not read: {place}{found.message}",
        help=found.help,
    )


def _elsewhere(code: str, policy: Policy) -> Diagnostic:
    whose = "the template" if code == BY_TEMPLATE else "netpolc"
    where = "no namespace" if policy.namespace is None else f"namespace `{policy.namespace}`"
    return Diagnostic(
        code=code,
        severity="error",
        message=f"{whose} wrote the policy `{policy.name}` into {where}, where it does not belong",
        help="write `namespace: {{ policy.namespace | quote }}`" if code == BY_TEMPLATE else "this is a bug; report it",
    )


def _twice(code: str, problem: Problem) -> Diagnostic:
    whose = "the template" if code == BY_TEMPLATE else "netpolc"
    return Diagnostic(
        code=code,
        severity="error",
        message=f"{whose} wrote policies of which only the last one applied would stay: {problem.message}",
        help="write `name: {{ policy.name | quote }}`" if code == BY_TEMPLATE else "this is a bug; please report it",
    )


def _alike(policies: Sequence[TierPolicy]) -> tuple[TierPolicy, TierPolicy] | None:
    """Return two objects of one name, or of one priority in a tier: then it is not known what they mean."""
    known: dict[object, TierPolicy] = {}
    for policy in policies:
        for key in (policy.name, (policy.tier, policy.priority)):
            if known.setdefault(key, policy) is not policy:
                return known[key], policy
    return None


def _of_one_place(code: str, one: TierPolicy, other: TierPolicy) -> Diagnostic:
    whose = "the template" if code == BY_TEMPLATE else "netpolc"
    shared = f"the name `{one.name}`" if one.name == other.name else f"the priority {one.priority}"
    return Diagnostic(
        code=code,
        severity="error",
        message=f"{whose} wrote two cluster-wide policies with {shared}",
        help="write the `name` and the `priority` of `policy`" if code == BY_TEMPLATE else "this is a bug; report it",
    )


def _undecided(code: str) -> Diagnostic:
    return Diagnostic(
        code=code,
        severity="error",
        message="it takes too long to tell whether the policies allow what the program does",
        help="use netpolc's own template" if code == BY_TEMPLATE else "this is a bug; please report it",
    )
