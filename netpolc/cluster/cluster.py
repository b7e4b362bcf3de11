"""The cluster that inputs add up to: policies of programs and manifests, namespaces and workloads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.checks.registry import CLUSTERS
from netpolc.checks.workloads.checked_cluster import CheckedCluster
from netpolc.cluster.consistency import twice, unplaced
from netpolc.compiler.model import CompileOptions
from netpolc.compiler.pipeline import compile_program
from netpolc.diagnostics.model import Diagnostic, collect
from netpolc.engine.from_policies import rules_of_policies
from netpolc.engine.from_program import regions_of, rules_of_program, with_assumed
from netpolc.engine.model import RuleSet
from netpolc.engine.peers import Peer, peers_of, peers_of_workloads
from netpolc.engine.pod_addresses import held_by, peer_in
from netpolc.engine.regions import PodSet
from netpolc.language.resolve.named import named_pods
from netpolc.manifests.namespace_default import in_namespace
from netpolc.policy.constants import NAME_LABEL
from netpolc.sets.addresses import NO_ADDRESS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from netpolc.compiler.inputs import Inputs
    from netpolc.compiler.model import Compilation
    from netpolc.ir.model import Program
    from netpolc.language.resolve.modules import LoadedFile
    from netpolc.manifests.model import Manifests, Workload
    from netpolc.policy.model import Policy
    from netpolc.sets.addresses import AddressSet
    from netpolc.source import Source, Span


class Cluster(msgspec.Struct, frozen=True, kw_only=True):
    """A cluster as far as inputs show it.

    `manifests` hold what was read, objects without a namespace in the one that was asked for. `halves` are what is
    enforced; `said` is what the `program` says, from which policies among these came, if there is one. `unnamed` is
    what the unnamed namespace is called, where that is given; `namespace` is what names without any are taken to be in,
    None being the unnamed one; `namespaces` are all that there are. `pod_addresses` are those that pods have theirs
    from, if that is known. `comments` are those of the `files`.
    """

    manifests: Manifests
    program: Program | None
    said: RuleSet | None
    ruleset: RuleSet
    files: tuple[LoadedFile, ...]
    comments: Mapping[Source, Iterable[Span]]
    environment: str | None
    unnamed: str | None
    namespace: str | None
    namespaces: frozenset[str | None]
    pod_addresses: AddressSet | None
    diagnostics: tuple[Diagnostic, ...]

    @property
    def addresses_of_pods(self) -> AddressSet:
        """The blocks that a pod whose address is not known has it from: none, as long as nobody says so."""
        return self.pod_addresses or NO_ADDRESS

    @property
    def workloads(self) -> tuple[Workload, ...]:
        """The workloads that the manifests show."""
        return self.manifests.workloads

    def workload_peers(self) -> list[Peer]:
        """List the workloads as peers, without a look at policies."""
        return self._placed(peers_of_workloads(self.workloads, self.ruleset.namespaces))

    def peers(self, *, hypothetical: bool = True) -> list[Peer]:
        """List everybody who can be told apart, by id."""
        ruleset = [self.ruleset] if self.said is None else [self.said, self.ruleset]
        named = self._named() if hypothetical else ()
        peers = peers_of(self.workloads, ruleset, named, self.ruleset, hypothetical=hypothetical)
        return self._placed(sorted(peers, key=lambda peer: peer.id))

    def _named(self) -> Iterator[tuple[PodSet, ...]]:
        """Yield the pods that the sources have names for."""
        for pods in named_pods(self.files, self.environment, self.unnamed):
            yield tuple(region for each in pods for region in regions_of(each) if isinstance(region, PodSet))

    def _placed(self, peers: Iterable[Peer]) -> list[Peer]:
        return [peer_in(peer, self.pod_addresses) for peer in peers] if self.pod_addresses else list(peers)


def cluster_of(inputs: Inputs, options: CompileOptions) -> Cluster:
    """Compile inputs, and put them together; with an error among its diagnostics, a cluster is not to be relied on.

    An assertion that fails is none: what a program allows is known, and most of all asked, where it allows too much.
    """
    checks = msgspec.structs.replace(options.checks, proves_assertions=False)
    options = msgspec.structs.replace(options, checks=checks)
    compiled = None if inputs.loaded is None else compile_program(inputs.loaded, options)
    cluster = cluster_with(inputs, compiled, options)
    said = () if compiled is None else compiled.diagnostics
    found = [*inputs.diagnostics, *said, *cluster.diagnostics, *unplaced(cluster.program, cluster.workloads)]
    return msgspec.structs.replace(cluster, diagnostics=collect(found))


def cluster_with(inputs: Inputs, compiled: Compilation | None, options: CompileOptions) -> Cluster:
    """Put inputs together, their sources compiled before; the diagnostics are about what only both can show."""
    manifests = in_namespace(inputs.manifests, options.namespace)
    program = None if compiled is None else compiled.program
    said = None if program is None else rules_of_program(program)
    owned = frozenset[str | None]() if program is None else frozenset(each.name for each in program.namespaces)
    known = owned | _namespaces_of(manifests)
    namespaces = _labels(manifests, {} if said is None else said.namespaces)
    compiled_policies = () if compiled is None else compiled.policies
    policies = (*compiled_policies, *manifests.policies)
    return Cluster(
        manifests=manifests,
        program=program,
        said=None if said is None else msgspec.structs.replace(said, namespaces=namespaces),
        ruleset=_enforced(policies, program, namespaces),
        files=() if inputs.loaded is None else inputs.loaded.files,
        comments={} if inputs.loaded is None else inputs.loaded.comments,
        environment=options.environment,
        unnamed=options.namespace,
        namespace=options.namespace or next((next(iter(each)) for each in (owned, known) if len(each) == 1), None),
        namespaces=known,
        pod_addresses=None if options.checks.pod_addresses is None else held_by(options.checks.pod_addresses),
        diagnostics=(
            *manifests.diagnostics[len(inputs.manifests.diagnostics) :],
            *twice(compiled_policies, manifests.policies),
            *(found for each in CLUSTERS for found in each.check(CheckedCluster(manifests, program))),
        ),
    )


def _labels(manifests: Manifests, stated: Mapping[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    """Return the labels of namespaces; what a manifest says of them goes before what a program does."""
    read = {
        namespace.name: {key: value for key, value in namespace.labels.items() if key != NAME_LABEL}
        for namespace in manifests.namespaces
    }
    return {**stated, **read}


def _enforced(
    policies: tuple[Policy, ...], program: Program | None, namespaces: Mapping[str, Mapping[str, str]]
) -> RuleSet:
    """Return what policies enforce, and what a program assumes that something else does."""
    read = rules_of_policies(policies, namespaces)
    return read if program is None else with_assumed(read, program)


def _namespaces_of(manifests: Manifests) -> frozenset[str | None]:
    """Return the namespaces that manifests are of, or in."""
    found: set[str | None] = {namespace.name for namespace in manifests.namespaces}
    found |= {policy.namespace for policy in manifests.policies}
    found |= {workload.namespace for workload in manifests.workloads}
    return frozenset(found)
