"""Everything that checks find: in programs, in policies that somebody wrote, in both beside workloads."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import chain
from typing import TYPE_CHECKING

import msgspec

from netpolc.checks.connections.checked_connections import CheckedConnections
from netpolc.checks.connections.run import check_connections
from netpolc.checks.dns_advice import usual_on
from netpolc.checks.overlaps import said_once
from netpolc.checks.platforms.checked_platform import CheckedPlatform
from netpolc.checks.platforms.run import check_platform, check_platform_beside
from netpolc.checks.policies.checked_policies import CheckedPolicies
from netpolc.checks.policies.run import check_policies
from netpolc.checks.programs import no_dns
from netpolc.checks.registry import TIER_RULES, UNSTATED, codes_that_need
from netpolc.checks.tiers.checked_tiers import CheckedTiers
from netpolc.checks.workloads.run import check_workloads
from netpolc.cluster.cluster import cluster_with
from netpolc.cluster.placement import PlacedInputs, placed
from netpolc.diagnostics import ignores
from netpolc.diagnostics.model import Diagnostic, errors_in
from netpolc.ecosystem.platforms import KUBERNETES
from netpolc.engine.from_policies import shown_name
from netpolc.engine.from_program import rules_of_program
from netpolc.engine.regions import UNNAMED, names_of
from netpolc.manifests.ignore_comments import comments_of
from netpolc.policy.tier_model import DomainNames, Nodes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netpolc.cluster.cluster import Cluster
    from netpolc.compiler.inputs import Inputs
    from netpolc.compiler.model import CompileOptions
    from netpolc.diagnostics.baseline import KnownFinding
    from netpolc.engine.model import RuleSet
    from netpolc.policy.model import Policy
    from netpolc.policy.tier_model import TierPolicy
    from netpolc.source import Source, Span

BESIDE_WORKLOADS = codes_that_need("workloads", "every policy")
"""What only the workloads can show."""

UNPLACED = codes_that_need("no namespace given")
"""What is right once somebody says which namespace is meant."""

PLUGINS = frozenset({"NP615", "NP659"})
"""What not every plugin honours, which says nothing of one that does."""

ON_NODES = "NP608"
"""What is said of a workload on the network of its node."""

OF_ALL_POLICIES = codes_that_need("both ends", "every policy")
"""What is only true where no policy is missing."""


OF_BOTH_ENDS = codes_that_need("both ends") | {"NP628", "NP629"}
"""What is only true where no policy of any other kind lets connections through."""


BY_NETWORK_POLICIES = codes_that_need("every policy")
"""What is asked of NetworkPolicies alone, and of no cluster-wide policy beside them."""


BY_ADDING_UP = frozenset({"NP635"})
"""What is only true where a rule opens what another one leaves out."""

OPENED_BY_TIERS = frozenset({"NP605"})
"""What is only true where no cluster-wide policy lets connections through, beside that."""

BY_RECORDS = frozenset({"NP524", "NP527"})
"""What only records of flows can show."""

NAMES_OF_SERVICES = frozenset({"NP509", "NP525"})
"""The port or the name of a service in the place of that of its pods, because of which a rule comes to nothing."""

SLIP = "NP506"
"""Pods that nobody makes; where a slip of those that somebody does, a rule comes to nothing because of that."""

PARTIAL = Diagnostic(
    code="NP813",
    severity="note",
    message="policies are not held against the workloads here, since more may be deployed than these files show",
    help="give what is deployed, or name the files with `--workloads` to hold them against these all the same",
)


class Checked(msgspec.Struct, frozen=True):
    """Everything that there is to say, and how many assertions were proved.

    What is said leaves out so many findings that are `known`. Known ones that are `lost` were sought, and not found.
    """

    diagnostics: tuple[Diagnostic, ...]
    proved: int
    known: int = 0
    lost: tuple[KnownFinding, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether there are no errors."""
        return not errors_in(self.diagnostics)


Asked = Callable[["Cluster"], Iterable[Diagnostic]]
"""What else is asked of a cluster whose program compiles, whose findings are heeded as all others are."""


def check_inputs(inputs: Inputs, runs: Sequence[CompileOptions], *, fits: bool, asked: Asked | None = None) -> Checked:
    """Check what was read, once with each of some options.

    It is held against the workloads where it has to fit, and where what was read holds both, and all there is of them.
    """
    without = UNPLACED if all(options.namespace for options in runs) else frozenset[str]()
    without |= PLUGINS if runs[0].checks.platform.knows_all else frozenset[str]()
    found = list(inputs.diagnostics)
    if not fits and _holds_both(inputs):
        fits = inputs.are_whole
        found += () if fits else (PARTIAL,)
    proved, sound = 0, True
    unsought = frozenset[str]() if fits else BESIDE_WORKLOADS
    unsought |= frozenset() if asked else BY_RECORDS
    standards = runs[0].checks.standards
    environments = _EnvironmentsOf(runs)
    for options in runs:
        shared = len(found)
        (part,) = placed([(inputs, options)])
        if _is_tiered(part):
            unsought |= _unsure(part)
        compiled = part.compiled
        if compiled is not None:
            # They are asked once more, together with these tiers.
            opened = OPENED_BY_TIERS if inputs.manifests.tier_policies else ()
            found += (each for each in compiled.found if each.code not in opened)
            sound = sound and compiled.ok
            proved = max(proved, len(compiled.program.assertions))
        if compiled is None or compiled.ok:
            for each in _environments(part):
                found += _check_together(each, fits=fits) if inputs.texts else _check_program(each)
                found += asked(cluster_with(each)) if asked else ()
        environments.note(found[shared:], options.environment)
    found = [each for each in found if each.code not in without]
    # What was not asked since something else is wrong may be what a comment is for.
    judged = standards.judged(said_once(ignores.apply(found, _comments(inputs), unsought, tells_unused=sound)))
    sought_all = sound and not errors_in(inputs.diagnostics)
    lost = tuple(each for each in judged.lost if sought_all and each.code not in unsought)
    return Checked(tuple(map(environments.named, judged.diagnostics)), proved, judged.known, lost)


class _EnvironmentsOf:
    """The environments in which findings hold, of all that are checked."""

    def __init__(self, runs: Sequence[CompileOptions]) -> None:
        self._all = len(runs)
        self._names: dict[object, dict[str, None]] = {}

    def note(self, found: Iterable[Diagnostic], environment: str | None) -> None:
        """Note what holds in an environment."""
        for each in found if self._all > 1 else ():
            self._names.setdefault(each.order, {})[str(environment)] = None

    def named(self, found: Diagnostic) -> Diagnostic:
        """Return a finding that says where it holds, unless that is everywhere."""
        names = tuple(self._names.get(found.order, ()))
        if not 0 < len(names) < self._all:
            return found
        message = f"{found.message} (only in {', '.join(names)})"
        return msgspec.structs.replace(found, message=message, environments=names)


def _holds_both(inputs: Inputs) -> bool:
    """Tell whether workloads were read, and policies or sources that can be held against them."""
    manifests = inputs.manifests
    return bool(manifests.workloads and (manifests.policies or inputs.loaded is not None))


def _environments(part: PlacedInputs) -> Iterator[PlacedInputs]:
    """Yield inputs with the manifests of each environment that they are of."""
    yield part
    for manifests in part.inputs.others:
        yield msgspec.structs.replace(part, inputs=msgspec.structs.replace(part.inputs, manifests=manifests, others=()))


def _check_together(part: PlacedInputs, *, fits: bool) -> Iterator[Diagnostic]:
    """Yield what only shows where all policies are looked at together."""
    cluster = cluster_with(part)
    apart = _apart(cluster)
    yield from (
        each
        for each in cluster.diagnostics
        if (fits or each.code not in BESIDE_WORKLOADS)
        and not (each.code == ON_NODES and each.location is not None and each.location.order in apart)
    )
    policies, addresses = cluster.manifests.policies, part.options.checks.pod_addresses
    unsure = _unsure(part)
    found = check_policies(
        CheckedPolicies(
            policies,
            cluster.ruleset,
            pod_addresses=addresses,
            service_blocks=cluster.manifests.service_blocks,
            faulty=_faulty(policies, part.inputs.diagnostics),
            workloads=cluster.workloads,
            tier_policies=cluster.manifests.tier_policies,
            dns=usual_on(part.options.checks.platform, cluster.manifests),
        )
    )
    if cluster.said is not None and cluster.manifests.tier_policies and part.options.checks.thorough:
        found = chain(found, no_dns.by(_in_tiers(cluster.said, cluster.ruleset)))
    undue = unsure | BY_ADDING_UP if part.options.checks.platform.denies_exceptions else unsure
    yield from (each for each in found if each.code not in undue)
    yield from (each for each in _check_platform(part, cluster) if fits or each.code not in BESIDE_WORKLOADS)
    if fits and part.options.checks.platform is KUBERNETES:
        yield from (found for each in UNSTATED for found in each.check(cluster.manifests))
    yield from _check_tiers(part, cluster)
    beside = list(_check_workloads(cluster, part.options)) if fits else []
    mistaken = [each.location for each in beside if each.location is not None and _is_mistake(each)]
    connections = CheckedConnections(
        policies,
        cluster.said,
        cluster.ruleset,
        addresses,
        cluster.workloads,
        mistaken=mistaken,
        program=cluster.program,
    )
    yield from (each for each in chain(check_connections(connections), beside) if each.code not in unsure)


def _in_tiers(said: RuleSet, enforced: RuleSet) -> RuleSet:
    """Return the rules of a program within all tiers of what is enforced."""
    egress = msgspec.structs.replace(said.egress, before=enforced.egress.before, behind=enforced.egress.behind)
    return msgspec.structs.replace(said, egress=egress)


def _apart(cluster: Cluster) -> frozenset[object]:
    """Return the places of workloads on nodes' networks that nobody could take to be closed, by no policy near them."""
    halves = (cluster.ruleset.ingress, cluster.ruleset.egress)
    named = [names_of(each.subject.namespaces) for half in halves for each in half.isolations]
    if None in named:
        return frozenset()
    homes = {name for names in named for name in names or ()}
    on_nodes = (each for each in cluster.manifests.workloads if each.host_network)
    return frozenset(each.location.order for each in on_nodes if (each.namespace or UNNAMED) not in homes)


def _check_platform(part: PlacedInputs, cluster: Cluster) -> Iterator[Diagnostic]:
    """Yield what the platform makes of the policies of manifests, and of all policies beside workloads."""
    manifests = cluster.manifests
    checked = CheckedPlatform(
        part.options.checks.platform,
        manifests.policies,
        tier_policies=manifests.tier_policies,
        workloads=manifests.workloads,
        services=manifests.services,
        nodes=manifests.nodes,
    )
    yield from check_platform(checked)
    compiled = () if part.compiled is None else part.compiled.policies
    yield from check_platform_beside(
        msgspec.structs.replace(checked, policies=(*compiled, *manifests.policies), program=cluster.program)
    )


def _check_tiers(part: PlacedInputs, cluster: Cluster) -> Iterator[Diagnostic]:
    """Yield what is doubtful about cluster-wide policies."""
    manifests = cluster.manifests
    checked = CheckedTiers(manifests.tier_policies, manifests.nodes, cluster.ruleset)
    for each in TIER_RULES if _is_tiered(part) else ():
        yield from each.check(checked)


def _is_tiered(part: PlacedInputs) -> bool:
    """Tell whether there are cluster-wide policies, of manifests or of the program."""
    return bool(part.inputs.manifests.tier_policies or (part.compiled is not None and part.compiled.tier_policies))


def _is_mistake(found: Diagnostic) -> bool:
    """Tell whether a finding is the cause of what a rule lacks at its other end."""
    return found.code in NAMES_OF_SERVICES or (found.code == SLIP and bool(found.fixes))


def _check_workloads(cluster: Cluster, options: CompileOptions) -> Iterator[Diagnostic]:
    """Yield what does not fit the workloads."""
    return check_workloads(
        cluster.program,
        cluster.ruleset,
        cluster.manifests,
        stated=options.ingress_controllers,
        known_pods=options.checks.known_pods,
        finds_pods_on_nodes=options.checks.platform.finds_pods_on_nodes,
    )


def _unsure(part: PlacedInputs) -> frozenset[str]:
    """Return the codes that are about what nothing opens, where something that nobody could read may do so."""
    inputs = part.inputs
    manifests = inputs.manifests
    opened = OPENED_BY_TIERS if any(map(_lets_out_unseen, manifests.tier_policies)) else frozenset()
    if manifests.lacks_policies or not inputs.are_whole:
        return OF_ALL_POLICIES | opened
    if any(name.endswith("NetworkPolicy") for name in manifests.foreign):
        opened |= OF_BOTH_ENDS
    return opened | (BY_NETWORK_POLICIES if _is_tiered(part) else frozenset())


def _lets_out_unseen(policy: TierPolicy) -> bool:
    """Tell whether a policy lets pods out to what no manifest needs to show: nodes, where a cache may answer, names."""
    accepting = (each for each in policy.egress if each.action == "Accept")
    return any(isinstance(peer, Nodes | DomainNames) for each in accepting for peer in each.peers)


def _check_program(part: PlacedInputs) -> Iterator[Diagnostic]:
    """Yield what only shows where all flows of a program are looked at together, which is all that there is."""
    if part.compiled is not None:
        program, addresses = part.compiled.program, part.options.checks.pod_addresses
        said, unsure = rules_of_program(program), _unsure(part)
        found = check_connections(CheckedConnections((), said, said, addresses, program=program))
        yield from (each for each in found if each.code not in unsure)
        if _is_tiered(part):
            yield from _check_tiers(part, cluster_with(part))


def _faulty(policies: Iterable[Policy], diagnostics: Iterable[Diagnostic]) -> frozenset[str]:
    """Return the policies within which there are errors, by what reasons call them."""
    places: dict[Source, list[int]] = {}
    for found in diagnostics:
        if found.severity == "error" and found.location is not None:
            places.setdefault(found.location.source, []).append(found.location.span.start)
    faulty = set()
    for policy in policies if places else ():
        at = policy.location
        if at is not None and any(at.span.start <= start <= at.span.end for start in places.get(at.source, ())):
            faulty.add(shown_name(policy))
    return frozenset(faulty)


def _comments(inputs: Inputs) -> dict[Source, Iterable[Span]]:
    """Return the comments of all that was read, by source."""
    of_sources = {} if inputs.loaded is None else inputs.loaded.comments
    return {**of_sources, **{text: comments_of(text) for text in inputs.texts}}
