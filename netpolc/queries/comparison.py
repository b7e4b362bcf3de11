"""Two clusters brought to the same peers, so that they can be compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.engine.changes import View
from netpolc.engine.model import DirectionRules, RuleSet
from netpolc.engine.peers import Peer, nets_of, peers_of_workloads, pod_of
from netpolc.engine.regions import UNNAMED
from netpolc.engine.replicas import replicas_folded
from netpolc.engine.verdicts import Pod

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from netpolc.cluster.cluster import Cluster
    from netpolc.manifests.model import Workload

    Key = tuple[str, str, str]


class Sides(msgspec.Struct, frozen=True):
    """Both clusters as they are compared, and the ids of workloads that only one of them has.

    A workload that only one side has is compared as a pod that carries the same on the other.
    """

    old: View
    new: View
    removed: frozenset[str]
    added: frozenset[str]


def sides_of(old: Cluster, new: Cluster) -> Sides:
    """Bring two clusters to the same peers: workloads as they are on either side, and addresses."""
    rules = _joined(ruleset for cluster in (old, new) for ruleset in (cluster.said, cluster.ruleset) if ruleset)
    before, after = (
        {_key(each): each for each, _ in replicas_folded(one.workloads, rules, other.workloads)}
        for one, other in ((old, new), (new, old))
    )
    # Either side has the other's labels for a namespace of which it says nothing.
    earlier = {**new.ruleset.namespaces, **old.ruleset.namespaces}
    later = {**old.ruleset.namespaces, **new.ruleset.namespaces}
    ruleset = RuleSet(rules.ingress, rules.egress, later)
    workloads = [*{**before, **after}.values()]
    real = [*peers_of_workloads(workloads, ruleset.namespaces, ruleset), *nets_of(ruleset)]
    peers = tuple(sorted(real, key=lambda peer: peer.id))
    keys = {peer.id: _key(peer.workload) for peer in peers if peer.workload is not None}
    return Sides(
        View(tuple(_as_before(peer, before, earlier) for peer in peers), old.ruleset),
        View(peers, new.ruleset),
        frozenset(name for name, key in keys.items() if key not in after),
        frozenset(name for name, key in keys.items() if key not in before),
    )


def _joined(rulesets: Iterable[RuleSet]) -> RuleSet:
    several = tuple(rulesets)
    ingress, egress = (
        DirectionRules(
            tuple(each for ruleset in several for each in ruleset.of(direction).isolations),
            tuple(each for ruleset in several for each in ruleset.of(direction).allow_rules),
            tuple(each for ruleset in several for each in ruleset.of(direction).tiers),
        )
        for direction in ("ingress", "egress")
    )
    return RuleSet(ingress, egress, {})


def _as_before(peer: Peer, workloads: Mapping[Key, Workload], namespaces: Mapping[str, dict[str, str]]) -> Peer:
    """Return a peer as it is on the old side, where its namespace or the workload itself may have other labels."""
    end = peer.end
    if not isinstance(end, Pod) or peer.workload is None:
        return peer
    carried = namespaces.get(end.namespace or UNNAMED, end.namespace_labels)
    workload = workloads.get(_key(peer.workload), peer.workload)
    return msgspec.structs.replace(peer, end=pod_of(workload, carried), workload=workload)


def _key(workload: Workload) -> Key:
    return workload.namespace or UNNAMED, workload.name, workload.kind
