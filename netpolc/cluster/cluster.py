"""The cluster that inputs add up to: policies of programs and manifests, namespaces and workloads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.checks.registry import CLUSTERS, TIERS
from netpolc.checks.tiers.checked_tiers import CheckedTiers
from netpolc.checks.workloads.checked_cluster import CheckedCluster
from netpolc.cluster.consistency import twice, unplaced
from netpolc.cluster.enforced import Enforced
from netpolc.cluster.placement import PlacedInputs, placed
from netpolc.compiler.keeping_going import as_warnings
from netpolc.diagnostics.model import Diagnostic, collect
from netpolc.engine.from_program import regions_of, rules_of_program
from netpolc.engine.model import RuleSet
from netpolc.engine.peers import (
    Peer,
    Population,
    nets_of,
    peers_of_workloads,
    population_of_real,
    population_with,
)
from netpolc.engine.pod_addresses import held_by, peer_in
from netpolc.engine.port_names import named_on
from netpolc.engine.regions import PodSet
from netpolc.manifests.namespace_default import in_namespace
from netpolc.policy.constants import NAME_LABEL
from netpolc.sets.addresses import NO_ADDRESS, AddressSet, union

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from netpolc.cluster.ingress_controllers import IngressControllers
    from netpolc.compiler.inputs import Inputs
    from netpolc.compiler.model import CompileOptions
    from netpolc.ecosystem.platforms import Platform
    from netpolc.ir.model import Program
    from netpolc.language.resolve.modules import LoadedFile
    from netpolc.manifests.model import ClusterNode, Manifests, Workload
    from netpolc.policy.tier_model import TierPolicy
    from netpolc.source import Source, Span


class Cluster(msgspec.Struct, frozen=True, kw_only=True):
    """A cluster as far as inputs show it.

    `manifests` hold what was read, objects without a namespace in the one that was asked for, or is assumed.
    `enforced` is what its policies come down to; `said` is what the `program` says, from which policies among these
    came, if there is one. `unnamed` is what the unnamed namespace is called, where that is given or assumed;
    `namespace` is what names without any are taken to be in, None being the unnamed one; `namespaces` are all that
    there are. `pod_addresses` are those that pods have theirs from, if that is known, and the `platform` is what
    enforces the policies. `ingress_controllers` are what serves the routes of the manifests, if these have any.
    `comments` are those of the `files`.
    """

    manifests: Manifests
    program: Program | None
    said: RuleSet | None
    enforced: Enforced
    files: tuple[LoadedFile, ...]
    comments: Mapping[Source, Iterable[Span]]
    environment: str | None
    unnamed: str | None
    namespace: str | None
    namespaces: frozenset[str | None]
    pod_addresses: AddressSet | None
    platform: Platform
    ingress_controllers: IngressControllers | None
    diagnostics: tuple[Diagnostic, ...]

    @property
    def ruleset(self) -> RuleSet:
        """All rules that are enforced."""
        return self.enforced.rules

    @property
    def addresses_of_pods(self) -> AddressSet:
        """The blocks that a pod whose address is not known has it from: none, as long as nobody says so."""
        return self.pod_addresses or NO_ADDRESS

    @property
    def workloads(self) -> tuple[Workload, ...]:
        """The workloads that the manifests show."""
        return self.manifests.workloads

    def workload_peers(self) -> list[Peer]:
        """List the workloads as peers."""
        workloads = [named_on(each, self.platform) for each in self.workloads]
        telling = self.enforced.telling_apart(workloads)
        return self._placed(peers_of_workloads(workloads, self.enforced.namespaces, telling))

    def population(
        self,
        *,
        hypothetical: bool = True,
        ruleset: RuleSet | None = None,
        workloads: Iterable[Peer] | None = None,
    ) -> Population:
        """Find everybody who can be told apart, by id; of all rules, or of those that matter to a question.

        `workloads` are all of these as peers, if they are known.
        """
        rules = self.ruleset if ruleset is None else ruleset
        nets = nets_of(rules, self.said if ruleset is None else None)
        real = [*(self.workload_peers() if workloads is None else workloads), *nets]
        found = population_with(real, rules, self._named()) if hypothetical else population_of_real(real)
        return msgspec.structs.replace(found, peers=tuple(self._placed(found.peers)))

    def peers(self, *, hypothetical: bool = True) -> tuple[Peer, ...]:
        """List everybody who can be told apart, by id."""
        return self.population(hypothetical=hypothetical).peers

    def nets(self) -> dict[str, AddressSet]:
        """Return the addresses that the sources have names for."""
        if not self.files:
            return {}
        from netpolc.language.resolve.named import named_nets  # as below

        return {
            name: union([region for net in nets for region in regions_of(net) if isinstance(region, AddressSet)])
            for name, nets in named_nets(self.files, self.environment)
        }

    def roles(self, peers: Sequence[Peer]) -> dict[str, str]:
        """Return what some of these peers are known as, by their ids."""
        return {} if self.ingress_controllers is None else self.ingress_controllers.roles(peers)

    def among(self, keys: Collection[tuple[str, str]]) -> Cluster:
        """Return the same with only those policies enforced that have some keys: their namespace, and their name.

        Of a program, what it says in their namespaces is left.
        """
        said = None
        if self.said is not None and self.program is not None:
            only = rules_of_program(self.program, {namespace for namespace, _ in keys})
            said = msgspec.structs.replace(only, namespaces=self.said.namespaces)
        enforced = self.enforced.among(lambda policy: (policy.namespace or "", policy.name) in keys)
        return msgspec.structs.replace(self, said=said, enforced=enforced)

    def _named(self) -> Iterator[tuple[PodSet, ...]]:
        """Yield the pods that the sources have names for, and those that serve routes."""
        if self.ingress_controllers is not None:
            yield from ((pods,) for pods in self.ingress_controllers.sets())
        if not self.files:
            return
        from netpolc.language.resolve.named import named_pods  # manifests alone have no names

        for pods in named_pods(self.files, self.environment, self.unnamed):
            yield tuple(region for each in pods for region in regions_of(each) if isinstance(region, PodSet))

    def _placed(self, peers: Iterable[Peer]) -> list[Peer]:
        return [peer_in(peer, self.pod_addresses) for peer in peers] if self.pod_addresses else list(peers)


def cluster_of(inputs: Inputs, options: CompileOptions, *, keep_going: bool = False) -> Cluster:
    """Compile inputs, and put them together; with an error among its diagnostics, a cluster is not to be relied on.

    An assertion that fails is none: what a program allows is known, and most of all asked, where it allows too much.
    To `keep_going`, a policy that is there twice is none either.
    """
    return clusters_of([(inputs, options)], keep_going=keep_going)[0]


def clusters_of(parts: Iterable[tuple[Inputs, CompileOptions]], *, keep_going: bool = False) -> list[Cluster]:
    """Do as `cluster_of` for clusters that are compared, in all of which the same object is in the same namespace."""
    return [
        whole_cluster(each, keep_going=keep_going)
        for each in placed([(inputs, _without_proofs(options)) for inputs, options in parts])
    ]


def _without_proofs(options: CompileOptions) -> CompileOptions:
    checks = msgspec.structs.replace(options.checks, proves_assertions=False)
    return msgspec.structs.replace(options, checks=checks)


def whole_cluster(part: PlacedInputs, *, keep_going: bool = False) -> Cluster:
    """Return the cluster that placed inputs add up to, with all that there is to say of it."""
    cluster = cluster_with(part)
    said = () if part.compiled is None else part.compiled.diagnostics
    together = as_warnings(cluster.diagnostics) if keep_going else cluster.diagnostics
    found = [*part.inputs.diagnostics, *said, *together, *unplaced(cluster.program, cluster.manifests)]
    return msgspec.structs.replace(cluster, diagnostics=collect(found))


def cluster_with(part: PlacedInputs) -> Cluster:
    """Put inputs together, their sources compiled before; the diagnostics are about what only both can show."""
    inputs, compiled, options = part.inputs, part.compiled, part.options
    manifests = _in_blocks(in_namespace(inputs.manifests, options.namespace, inputs.variants), options)
    program = None if compiled is None else compiled.program
    said = None if program is None else rules_of_program(program)
    owned = frozenset[str | None]() if program is None else frozenset(each.name for each in program.namespaces)
    known = owned | _namespaces_of(manifests)
    namespaces = _labels(manifests, {} if said is None else said.namespaces)
    compiled_policies = () if compiled is None else compiled.policies
    policies = (*compiled_policies, *manifests.policies)
    compiled_tiers = () if compiled is None else compiled.tier_policies
    tier_policies = (*compiled_tiers, *manifests.tier_policies)
    enforced = Enforced(policies, tier_policies, program, namespaces, manifests.nodes, options, manifests.workloads)
    return Cluster(
        manifests=manifests,
        program=program,
        said=None if said is None else msgspec.structs.replace(said, namespaces=namespaces),
        enforced=enforced,
        files=() if inputs.loaded is None else inputs.loaded.files,
        comments={} if inputs.loaded is None else inputs.loaded.comments,
        environment=options.environment,
        unnamed=options.namespace,
        namespace=options.namespace or next((next(iter(each)) for each in (owned, known) if len(each) == 1), None),
        namespaces=known,
        pod_addresses=None if options.checks.pod_addresses is None else held_by(options.checks.pod_addresses),
        platform=options.checks.platform,
        ingress_controllers=_controllers(manifests, options.ingress_controllers) if manifests.routes else None,
        diagnostics=(
            *part.diagnostics,
            *manifests.diagnostics[len(inputs.manifests.diagnostics) :],
            *twice(compiled_policies, manifests.policies),
            *twice(compiled_tiers, (each for each in manifests.tier_policies if each.kind == "ClusterNetworkPolicy")),
            *(
                found
                for each in CLUSTERS
                for found in each.check(CheckedCluster(manifests, program, options.checks.platform))
            ),
            *_of_tiers(tier_policies, manifests.nodes, enforced),
        ),
    )


def _in_blocks(manifests: Manifests, options: CompileOptions) -> Manifests:
    """Return manifests whose workloads are in no block of addresses where these hold no pods, whatever is shown."""
    checks = options.checks
    if checks.pod_addresses != ():
        return manifests
    nodes = checks.platform.blocks_hold_nodes is not False
    placed = tuple(
        each if not each.addresses or (each.host_network and nodes) else msgspec.structs.replace(each, in_blocks=False)
        for each in manifests.workloads
    )
    return msgspec.structs.replace(manifests, workloads=placed)


def _of_tiers(
    policies: tuple[TierPolicy, ...], nodes: tuple[ClusterNode, ...], enforced: Enforced
) -> Iterator[Diagnostic]:
    """Yield what every answer from cluster-wide policies rests on."""
    if policies:
        checked = CheckedTiers(policies, nodes, enforced.rules)
        yield from (found for each in TIERS for found in each.check(checked))


def _controllers(manifests: Manifests, stated: Mapping[str, str]) -> IngressControllers:
    from netpolc.cluster.ingress_controllers import IngressControllers  # few manifests show routes

    return IngressControllers(manifests, stated)


def _labels(manifests: Manifests, stated: Mapping[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    """Return the labels of namespaces; what a manifest says of them goes before what a program does."""
    read = {
        namespace.name: {key: value for key, value in namespace.labels.items() if key != NAME_LABEL}
        for namespace in manifests.namespaces
    }
    return {**stated, **read}


def _namespaces_of(manifests: Manifests) -> frozenset[str | None]:
    """Return the namespaces that manifests are of, or in."""
    found: set[str | None] = {namespace.name for namespace in manifests.namespaces}
    found |= {policy.namespace for policy in manifests.policies}
    found |= {workload.namespace for workload in manifests.workloads}
    return frozenset(found)
