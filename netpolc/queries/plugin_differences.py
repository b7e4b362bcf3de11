"""NP609 and NP511: answers that depend on the network plugin.

It may take blocks of addresses to hold pods, or rules to count whose type the policy does not list.

Where nobody says where pods have their addresses, blocks are taken to hold none whose address is not known, and what
would be allowed otherwise is reported.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.diagnostics.model import Diagnostic
from netpolc.ecosystem.platforms import KUBERNETES
from netpolc.ecosystem.private_networks import PRIVATE_BLOCKS
from netpolc.engine import words
from netpolc.engine.bits import bits_of, lowest, numbers
from netpolc.engine.from_policies import shown_name
from netpolc.engine.model import Reason
from netpolc.engine.peers import id_of
from netpolc.engine.pod_addresses import held_by, peer_in
from netpolc.engine.relation import relation_of
from netpolc.engine.row_algebra import NOTHING
from netpolc.engine.rows import resolved
from netpolc.engine.verdicts import Evaluator, is_of
from netpolc.policy.constants import DIRECTIONS, POLICY_TYPES
from netpolc.policy.selectors import selected_by
from netpolc.queries.parts import is_pod_of_set
from netpolc.sets.addresses import NO_ADDRESS, AddressSet
from netpolc.sets.ports import difference, intersection, union

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netpolc.cluster.cluster import Cluster
    from netpolc.engine.peers import Peer
    from netpolc.engine.relation import RelatedPeers
    from netpolc.ir.model import Direction
    from netpolc.policy.model import Policy
    from netpolc.queries.endpoints import Endpoints
    from netpolc.queries.selection import Selection
    from netpolc.sets.ports import PortSet
    from netpolc.source import Location


_OTHERWISE = frozenset(("NP671", "NP672", "NP673", "NP674", "NP679", "NP683", "NP685"))
"""What a platform makes of policies otherwise than the API says: no answer has it exactly, or one that it surprises."""


class PluginDifference(msgspec.Struct, frozen=True):
    """The ports that are allowed with some plugins only, and the first of the rules for a block by which they are."""

    source: str
    destination: str
    ports: PortSet
    block: str
    reason: Reason | None


def possible_addresses(cluster: Cluster) -> AddressSet:
    """Return where pods may have their addresses, if nobody says and it makes any difference."""
    usual = held_by(PRIVATE_BLOCKS) if cluster.pod_addresses is None else NO_ADDRESS
    return usual if usual and cluster.enforced.name_any_of(usual) else NO_ADDRESS


def first_difference(cluster: Cluster, selection: Selection) -> PluginDifference | None:
    """Find a connection that there is not for certain, and that there is with plugins whose blocks hold pods.

    One between workloads goes before others.
    """
    blocks = possible_addresses(cluster)
    if not blocks:
        return None
    population = selection.population
    placed = [peer_in(peer, blocks) for peer in population.peers]
    certain, possible = (_related(cluster, selection, peers) for peers in (population.peers, placed))
    real = bits_of(number for number, peer in enumerate(population.peers) if peer.pods is None)
    found = sorted(_lacking(certain, possible, real), key=lambda each: (-_weight(real, *each[:2]), *each[:2]))
    for source, destination, ports in found:
        by_block = plugin_difference(cluster, placed[source], placed[destination], ports)
        if by_block is not None:
            ends = population.peers[source], population.peers[destination]
            return msgspec.structs.replace(by_block, source=ends[0].id, destination=ends[1].id)
    return None


def _related(cluster: Cluster, selection: Selection, peers: Sequence[Peer]) -> RelatedPeers:
    """Relate some peers in the place of those that are selected, sets of pods that add nothing to others, too.

    The rules are those of the cluster: which of them matter to an end depends on where its address may be.
    """
    everybody = (1 << len(peers)) - 1
    population = msgspec.structs.replace(selection.population, peers=tuple(peers), called=everybody)
    found = relation_of(population, cluster.ruleset)
    return found if selection.ports is None else found.on(selection.ports)


def _lacking(certain: RelatedPeers, possible: RelatedPeers, real: int) -> Iterator[tuple[int, int, PortSet]]:
    """Yield for each two rows a source, a destination and the ports that only the second of them has."""
    rows = {source: number for number, (sources, _) in enumerate(certain.rows) for source in numbers(sources)}
    for sources, row in possible.rows:
        parts: dict[int | None, int] = {}
        for source in numbers(sources):
            number = rows.get(source)
            parts[number] = parts.get(number, 0) | 1 << source
        for number, part in parts.items():
            sure = {} if number is None else certain.rows[number][1]
            for ports, bits in row.items():
                left = bits
                for each, held in sure.items():
                    if difference(ports, each) == NOTHING:
                        left &= ~held
                if left:
                    destination = lowest(left & real or left)
                    held_for = (each for each, held in sure.items() if held >> destination & 1)
                    yield lowest(part & real or part), destination, difference(ports, next(held_for, NOTHING))


def _weight(real: int, source: int, destination: int) -> int:
    """Count the ends that there are."""
    return (real >> source & 1) + (real >> destination & 1)


def plugin_difference(cluster: Cluster, source: Peer, destination: Peer, ports: PortSet) -> PluginDifference | None:
    """Find what allows ports between two peers if their addresses are from some blocks, and does not otherwise."""
    evaluator = Evaluator(cluster.ruleset)
    for direction in DIRECTIONS:
        subject, other = (source, destination) if direction == "egress" else (destination, source)
        allow_rules = [each for each in evaluator.allow_rules(direction, subject.end) if is_of(other.end, each.peer)]
        by_pods = [
            resolved(each.ports, destination.end) for each in allow_rules if not isinstance(each.peer, AddressSet)
        ]
        missing = difference(ports, union([*by_pods, NOTHING]))
        for each in allow_rules if evaluator.isolations(direction, subject.end) else ():
            opened = intersection(missing, resolved(each.ports, destination.end))
            if isinstance(each.peer, AddressSet) and opened != NOTHING:
                block = ", ".join(map(words.address_range, each.peer.ranges))
                return PluginDifference(source.id, destination.id, opened, block, each.reason)
    return None


def plugin_warnings(cluster: Cluster, found: PluginDifference | None) -> tuple[Diagnostic, ...]:
    """Return the warning about a difference, unless a comment at its rule silences it."""
    if found is None:
        return ()
    location = None if found.reason is None else found.reason.location
    warning = Diagnostic(
        code="NP609",
        severity="warning",
        message=(
            f"`{found.block}` may hold addresses of pods: with most network plugins, {found.source} "
            f"may reach {found.destination}:{words.ports(found.ports)} by this rule"
        ),
        location=location,
        label="here, blocks are taken to hold no pods",
        help=(
            'say where pods have their addresses, with `pod-addresses = ["10.244.0.0/16"]` in netpolc.toml; '
            "`[]` says that no block holds any"
        ),
    )
    return () if location is not None and _is_silenced(cluster, warning, location) else (warning,)


def undeclared_rules(cluster: Cluster, source: str | None = None, destination: str | None = None) -> list[Diagnostic]:
    """Return the warning about rules whose type their policy does not list, and that plugins may go by all the same.

    On a platform, these are the warnings about all that an answer does not show as that takes it.

    It is about the ends of one question, where these are given by the ids of peers, or about all pods. Only the first
    policy is named.
    """
    if cluster.platform is not KUBERNETES:
        return _inexact_on(cluster)
    ends: dict[Direction, str | None] = {"egress": source, "ingress": destination}
    for policy in cluster.manifests.policies:
        for direction, name in POLICY_TYPES.items():
            rules = policy.ingress if direction == "ingress" else policy.egress
            if rules and name not in policy.policy_types and _may_select(cluster, policy, ends[direction]):
                location = _place(policy, direction) or rules[0].location
                warning = Diagnostic(
                    code="NP511",
                    severity="warning",
                    message=f"rules of `{direction}` say nothing here: `{shown_name(policy)}` is not of type `{name}`",
                    location=location,
                    label="Cilium, Antrea and EKS close and open by them, OVN-Kubernetes opens",
                    help=f"add `{name}` to `policyTypes`, or leave them out, so that every plugin does the same",
                )
                if location is None or not _is_silenced(cluster, warning, location):
                    return [warning]
    return []


def _inexact_on(cluster: Cluster) -> list[Diagnostic]:
    """Return what the platform makes of the policies of manifests that an answer does not show, the first of each."""
    from netpolc.checks.platforms.checked_platform import CheckedPlatform  # few projects name a platform
    from netpolc.checks.registry import PLATFORMS, PLATFORMS_BESIDE  # as above

    manifests = cluster.manifests
    checked = CheckedPlatform(
        cluster.platform,
        manifests.policies,
        tier_policies=manifests.tier_policies,
        workloads=[each for each in manifests.workloads if each.host_network],
    )
    asked = [check for check in (*PLATFORMS, *PLATFORMS_BESIDE) if _OTHERWISE.intersection(check.codes)]
    first: dict[str, Diagnostic] = {}
    for each in (found for check in asked for found in check.check(checked)):
        if each.code not in first and (each.location is None or not _is_silenced(cluster, each, each.location)):
            first[each.code] = each
    return list(first.values())


def is_one_pod(endpoints: Endpoints, source: str, destination: str) -> bool:
    """Tell whether both ends of a question are one pod that stands for no others, however it is called.

    By its own address it reaches itself, whatever policies say; by way of a Service, that is up to the plugin.
    """
    if endpoints.named.services:
        return False
    choices = [*endpoints.sources(source), *endpoints.destinations(destination)]
    asked = [peer for choice in choices for peer in choice.peers]
    if len(choices) != len(asked) or len(asked) != 2 or asked[0] != asked[1]:  # noqa: PLR2004 -- the ends
        return False
    pod, workload = asked[0].end, asked[0].workload
    # What is written may be labels or a block of addresses, which others could have as well.
    regions = [region for choice in choices if choice.meaning is not None for region in choice.meaning.regions]
    if not all(isinstance(region, AddressSet) and not region - pod.addresses for region in regions):
        return False
    if workload is None:
        return False
    return (workload.kind == "Pod" and not asked[0].replicas) or is_pod_of_set(workload, asked[0].id)


def _may_select(cluster: Cluster, policy: Policy, end: str | None) -> bool:
    """Tell whether a policy may be about an end: a workload that it selects, or pods of its namespace or of several."""
    if end is None or "[" in end.partition("/")[0]:
        return True
    selector = selected_by(policy.pod_selector)
    for each in cluster.workloads:
        if end in {id_of(each), f"{id_of(each)}[{each.kind}]"}:
            return each.namespace == policy.namespace and selector is not None and selector.matches(each.labels)
    namespace, slash, _ = end.partition("/")
    return namespace == policy.namespace if slash else policy.namespace is None


def _place(policy: Policy, direction: Direction) -> Location | None:
    from netpolc.checks.workloads.places import place_of_field  # few policies have such rules

    return place_of_field(policy.location, ("spec",), direction)


def _is_silenced(cluster: Cluster, warning: Diagnostic, location: Location) -> bool:
    from netpolc.diagnostics import ignores  # few answers have such a warning
    from netpolc.manifests.ignore_comments import comments_of  # as above

    source = location.source
    comments = cluster.comments[source] if source in cluster.comments else comments_of(source)
    return warning not in ignores.apply((warning,), {source: comments})
