"""Cluster-wide policies of tiers, as the API server takes them and as engines can read them.

Fields, limits and rules are those of the CRDs of kubernetes-sigs/network-policy-api: v0.3.0 for ClusterNetworkPolicy
(both channels), v0.1.7 for AdminNetworkPolicy and BaselineAdminNetworkPolicy. They judge the shape of a selector, not
what it says, so the server stores some that no engine can read (NP433).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.manifests.fields import Object
from netpolc.manifests.metadata import FIELDS as METADATA
from netpolc.manifests.metadata import read_metadata
from netpolc.manifests.nodes import Mapping, Node
from netpolc.manifests.scalars import is_null
from netpolc.manifests.tier_peers import PeerReader
from netpolc.manifests.tier_ports import older_ports, ports_of_protocols
from netpolc.policy import names
from netpolc.policy.tier_model import ACTIONS, BEHIND_ALL, GROUP, HIGHEST_PRIORITY, TIERS, TierPolicy, TierRule

if TYPE_CHECKING:
    from collections.abc import Callable

    from netpolc.policy.model import PodPeer
    from netpolc.policy.tier_model import RuleAction, TierName, TierPeer, TierPort
    from netpolc.source import Location

UNSERVED, INVALID, PEER = "NP430", "NP431", "NP432"
MOST_NAME = 100

_OBJECT = frozenset(("apiVersion", "kind", "metadata", "spec", "status"))
_OWNERS = {
    "namespaceSelector": "`namespaceSelector` is a field of `pods`; `namespaces` takes labels of namespaces itself",
    "podSelector": "`podSelector` is a field of `pods`",
    "ports": "the API server drops it unless it is asked to be strict, and the rule is for every port then; "
    "write `protocols`",
    "protocols": "`protocols` is a field of a rule of ClusterNetworkPolicy; write `ports`",
    "from": "`from` is a field of a rule of `ingress`",
    "to": "`to` is a field of a rule of `egress`",
    "tier": "`tier` is a field of `spec` of ClusterNetworkPolicy",
    "priority": "`priority` is a field of `spec`, in ClusterNetworkPolicy and AdminNetworkPolicy",
    "policyTypes": "leave it out: nothing is closed by being selected, and rules hold in their own direction",
    "ipBlock": "write `networks`, with a list of blocks",
    **dict.fromkeys(("networks", "nodes", "domainNames"), "only peers of `egress` have it; sources are pods"),
    **dict.fromkeys(
        ("sameLabels", "notSameLabels"),
        "only early versions of AdminNetworkPolicy had it; write a policy for each value of the label",
    ),
}


class Shape(msgspec.Struct, frozen=True):
    """The differences between kinds: fields, limits, and the words for actions."""

    kind: str
    versions: tuple[str, ...]
    spec: frozenset[str]
    ports: str
    read_ports: Callable[[Object, Node], tuple[TierPort, ...]]
    most: int
    actions: dict[str, RuleAction]
    tier: TierName | None = None


_NEW: dict[str, RuleAction] = {each: each for each in ACTIONS}
_RULES = frozenset(("subject", "ingress", "egress"))

SHAPES = (
    Shape(
        "ClusterNetworkPolicy",
        ("v1beta1", "v1alpha2"),
        _RULES | {"tier", "priority"},
        "protocols",
        ports_of_protocols,
        25,
        _NEW,
    ),
    Shape(
        "AdminNetworkPolicy",
        ("v1alpha1",),
        _RULES | {"priority"},
        "ports",
        older_ports,
        100,
        {"Allow": "Accept", "Deny": "Deny", "Pass": "Pass"},
        "Admin",
    ),
    Shape(
        "BaselineAdminNetworkPolicy",
        ("v1alpha1",),
        _RULES,
        "ports",
        older_ports,
        100,
        {"Allow": "Accept", "Deny": "Deny"},
        "Baseline",
    ),
)
_OF_KIND = {shape.kind: shape for shape in SHAPES}


def read_tier_policy(item: Object, api: str, kind: str) -> TierPolicy | None:
    """Read a policy and report what is wrong with it; return None where nobody could enforce it as it is."""
    shape = _OF_KIND[kind]
    version = api.rpartition("/")[2]
    if version not in shape.versions:
        served = " and ".join(f"`{GROUP}/{each}`" for each in shape.versions)
        has = "has it" if len(shape.versions) == 1 else "have it"
        node = item.root.fields.get("apiVersion", item.root)
        item.reject(UNSERVED, f"`{api}` has no kind `{kind}`; {served} {has}", node)
        return None
    policy = _TierPolicyReader(item, shape).policy()
    return None if item.rejected else policy


class _TierPolicyReader:
    """A reader of the parts of one policy."""

    __slots__ = ("item", "peers", "shape")

    def __init__(self, item: Object, shape: Shape) -> None:
        self.item = item
        self.shape = shape
        self.peers = PeerReader(item, _OWNERS)

    def policy(self) -> TierPolicy:
        item, shape = self.item, self.shape
        item.unknown(item.root, _OBJECT, _OWNERS)
        metadata_node = item.root.fields.get("metadata")
        metadata = read_metadata(item, metadata_node)
        item.unknown(metadata_node, METADATA, _OWNERS)
        self.name(metadata.name)
        spec = item.root.fields.get("spec")
        fields = item.fields(spec)
        item.unknown(spec, shape.spec, _OWNERS)
        subject = self.subject(spec, fields.get("subject"))
        annotations = item.fields(metadata_node).get("annotations")
        return TierPolicy(
            kind=shape.kind,
            name=metadata.name,
            tier=shape.tier or self.tier(spec, fields.get("tier")),
            priority=self.priority(spec, fields.get("priority")) if "priority" in shape.spec else BEHIND_ALL,
            subject=subject,
            ingress=self.rules(fields.get("ingress"), "from"),
            egress=self.rules(fields.get("egress"), "to"),
            labels=metadata.labels,
            annotations=() if annotations is None else item.pairs(annotations),
            sources=(item.source.label,),
            location=item.location(item.root),
            subject_location=self.place(spec, "subject"),
            priority_location=self.place(spec, "priority"),
        )

    def place(self, spec: Node | None, key: str) -> Location | None:
        return self.item.key_location(spec, key) if isinstance(spec, Mapping) and key in spec.fields else None

    def name(self, name: str) -> None:
        item = self.item
        node = item.find("metadata.name")
        if not name:
            item.reject("NP401", "`metadata.name`: required value: name or generateName is required", node)
            return
        for fault in names.dns_subdomain(name):
            item.reject("NP401", f"`metadata.name`: invalid value `{name}`: {fault}", node)
        if self.shape.kind == "BaselineAdminNetworkPolicy" and name != "default":
            item.reject(INVALID, "`metadata.name`: the only baseline policy of a cluster is called `default`", node)

    def tier(self, spec: Node | None, node: Node | None) -> TierName:
        found = next((each for each in TIERS if each == self.required(spec, node, "spec.tier")), None)
        if found is None and node is not None and not is_null(node):
            self.unsupported(node, "spec.tier", TIERS)
        return found or "Admin"

    def priority(self, spec: Node | None, node: Node | None) -> int:
        item = self.item
        if node is None or is_null(node):
            self.missing(spec, "spec.priority")
            return 0
        found = item.integer(node)
        if found is not None and not 0 <= found <= HIGHEST_PRIORITY:
            why = f"must be between 0 and {HIGHEST_PRIORITY}, inclusive"
            item.reject(INVALID, f"`spec.priority`: invalid value `{found}`: {why}", node)
        return found or 0

    def subject(self, spec: Node | None, node: Node | None) -> PodPeer:
        if node is None or is_null(node):
            self.missing(spec, "spec.subject")
        return self.peers.subject(node)

    def rules(self, node: Node | None, peers: str) -> tuple[TierRule, ...]:
        item = self.item
        rules = item.items(node)
        if node is not None and len(rules) > self.shape.most:
            item.reject(INVALID, f"`{item.path_of(node)}`: {len(rules)} rules, of at most {self.shape.most}", node)
        return tuple([self.rule(rule, peers) for rule in rules])

    def rule(self, node: Node, peers: str) -> TierRule:
        item, shape = self.item, self.shape
        fields = item.fields(node)
        item.unknown(node, frozenset(("name", "action", peers, shape.ports)), _OWNERS)
        path = item.path_of(node)
        name = item.text(fields.get("name"))
        if len(name) > MOST_NAME:
            item.reject(INVALID, f"`{path}.name`: may not be more than {MOST_NAME} bytes", fields["name"])
        written = self.required(node, fields.get("action"), f"{path}.action")
        action = shape.actions.get(written)
        if action is None and "action" in fields and not is_null(fields["action"]):
            self.unsupported(fields["action"], f"{path}.action", tuple(shape.actions))
        ports = fields.get(shape.ports)
        found = () if ports is None or is_null(ports) else self.ports(ports)
        named = any(each.name for each in found)
        return TierRule(
            action=action or "Pass",
            peers=self.listed(node, fields.get(peers), f"{path}.{peers}", action, named=named),
            ports=found,
            name=name,
            location=item.location(node),
        )

    def listed(
        self, rule: Node, node: Node | None, path: str, action: RuleAction | None, *, named: bool
    ) -> tuple[TierPeer, ...]:
        item = self.item
        peers = item.items(node)
        if node is None or is_null(node):
            self.missing(rule, path)
        elif not peers:
            item.reject(PEER, f"`{path}`: a rule has at least one peer; there is none for everybody", node)
        elif len(peers) > self.shape.most:
            item.reject(INVALID, f"`{path}`: {len(peers)} peers, of at most {self.shape.most}", node)
        return tuple([self.peers.peer(each, egress=path.endswith(".to"), action=action, named=named) for each in peers])

    def ports(self, node: Node) -> tuple[TierPort, ...]:
        item, shape = self.item, self.shape
        listed = item.items(node)
        if len(listed) > shape.most or (not listed and shape.kind == "ClusterNetworkPolicy"):
            item.reject(INVALID, f"`{item.path_of(node)}`: {len(listed)} items, of 1 to {shape.most}", node)
        return tuple([port for each in listed for port in shape.read_ports(item, each)])

    def required(self, around: Node | None, node: Node | None, path: str) -> str:
        if node is None or is_null(node):
            self.missing(around, path)
        return self.item.text(node)

    def missing(self, around: Node | None, path: str) -> None:
        self.item.reject(INVALID, f"`{path}`: required value", self.item.root if around is None else around)

    def unsupported(self, node: Node, path: str, supported: tuple[str, ...]) -> None:
        written = self.item.text(node)
        listed = ", ".join(f"`{each}`" for each in supported)
        self.item.reject(INVALID, f"`{path}`: unsupported value `{written}`: supported values: {listed}", node)
