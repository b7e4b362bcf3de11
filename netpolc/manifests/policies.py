"""NetworkPolicy v1 as the API server takes it: decoded, defaulted, validated.

Fields and types are those of kubernetes/api, networking/v1/types.go; the defaults those of Kubernetes'
pkg/apis/networking/v1/defaults.go.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar

from msgspec.structs import replace

from netpolc.identity import IdentitySet
from netpolc.manifests.fields import MOST, Object
from netpolc.manifests.metadata import FIELDS as METADATA
from netpolc.manifests.metadata import read_metadata
from netpolc.manifests.nodes import Mapping, Node, Sequence
from netpolc.manifests.scalars import is_null
from netpolc.policy.model import IPBlock, MatchExpression, PodPeer, Policy, PolicyPeer, PolicyPort, Rule, Selector
from netpolc.policy.validity import validate
from netpolc.source import Location

P = TypeVar("P", PodPeer, IPBlock, PolicyPort, PolicyPeer)
T = TypeVar("T")

# `status` was there from 1.24 to 1.27; objects from such servers still carry it, and it says nothing.
_POLICY = frozenset(("apiVersion", "kind", "metadata", "spec", "status"))
_SPEC = frozenset(("podSelector", "policyTypes", "ingress", "egress"))
_SELECTOR = frozenset(("matchLabels", "matchExpressions"))
_EXPRESSION = frozenset(("key", "operator", "values"))
_INGRESS = frozenset(("from", "ports"))
_EGRESS = frozenset(("to", "ports"))
_PEER = frozenset(("podSelector", "namespaceSelector", "ipBlock"))
_IP_BLOCK = frozenset(("cidr", "except"))
_PORT = frozenset(("protocol", "port", "endPort"))

_OWNERS = {
    "annotations": "`metadata`",
    "cidr": "`ipBlock`",
    "egress": "`spec`",
    "endPort": "an item of `ports`",
    "except": "`ipBlock`",
    "from": "an item of `ingress`",
    "ingress": "`spec`",
    "ipBlock": "an item of `from` or `to`",
    "labels": "`metadata`",
    "matchExpressions": "a selector",
    "matchLabels": "a selector",
    "name": "`metadata`",
    "namespace": "`metadata`",
    "namespaceSelector": "an item of `from` or `to`",
    "podSelector": "`spec`, or an item of `from` or `to`",
    "policyTypes": "`spec`",
    "port": "an item of `ports`",
    "ports": "an item of `ingress` or `egress`, beside `from` or `to`",
    "protocol": "an item of `ports`",
    "to": "an item of `egress`",
}
_ADVICE = {name: f"`{name}` is a field of {owner}" for name, owner in _OWNERS.items()}
_EVERYTHING = Selector()


def read_policy(item: Object) -> Policy | None:
    """Read a policy and report what is wrong with it; return None where the API server would refuse it."""
    policy = decode_policy(item)
    return policy if is_accepted(policy, item) else None


def decode_policy(item: Object) -> Policy:
    """Read an object as a policy, as far as its values have the types of the API."""
    return _PolicyReader(item).policy()


def is_accepted(policy: Policy, item: Object) -> bool:
    """Tell whether the API server would take a policy, and report why not if all values have their types."""
    sound = None if item.shared_location is None else item.cache.setdefault(("sound", None), IdentitySet())
    for problem in () if item.rejected else validate(policy, sound=sound):
        item.reject(problem.code, f"`{problem.path}`: {problem.message}", item.find(problem.path))
    return not item.rejected


class _PolicyReader:
    """A reader of the parts of one policy."""

    __slots__ = ("item",)

    def __init__(self, item: Object) -> None:
        self.item = item

    def policy(self) -> Policy:
        item = self.item
        item.unknown(item.root, _POLICY, _ADVICE)
        metadata_node = item.root.fields.get("metadata")
        metadata = read_metadata(item, metadata_node)
        item.unknown(metadata_node, METADATA, _ADVICE)
        annotations = item.fields(metadata_node).get("annotations")
        spec = item.root.fields.get("spec")
        fields = item.fields(spec)
        item.unknown(spec, _SPEC, _ADVICE)
        ingress = self.rules(fields.get("ingress"), "from", _INGRESS)
        egress = self.rules(fields.get("egress"), "to", _EGRESS)
        return Policy(
            name=metadata.name,
            namespace=metadata.namespace,
            labels=metadata.labels,
            annotations=() if annotations is None else item.pairs(annotations),
            pod_selector=self.subject(fields.get("podSelector")),
            policy_types=self.policy_types(fields.get("policyTypes"), egress),
            ingress=ingress or None,
            egress=egress or None,
            sources=(item.source.label,),
            location=item.location(item.root),
            subject_location=self.subject_location(spec),
        )

    def subject(self, node: Node | None) -> Selector:
        if node is not None and is_null(node):
            self.empty(node, "`spec.podSelector` is left empty, which selects all pods", "write `{}` to mean all pods")
        return self.selector(node) or _EVERYTHING

    def subject_location(self, spec: Node | None) -> Location | None:
        """Return the location of the pod selector's key; the selector itself may begin on a line below."""
        if not isinstance(spec, Mapping) or "podSelector" not in spec.fields:
            return None
        return self.item.key_location(spec, "podSelector")

    def policy_types(self, node: Node | None, egress: tuple[Rule, ...]) -> tuple[str, ...]:
        types = self.item.texts(node)
        if types:
            return types
        defaults = ("Ingress", "Egress") if egress else ("Ingress",)
        if node is not None:
            names = " and ".join(f"`{name}`" for name in defaults)
            self.empty(node, f"`spec.policyTypes` is left empty, which means {names}", "list the types that are meant")
        return defaults

    def rules(self, node: Node | None, peers: str, known: frozenset[str]) -> tuple[Rule, ...]:
        return () if node is None else tuple([self.rule(rule, peers, known) for rule in self.item.items(node)])

    def rule(self, node: Node, peers: str, known: frozenset[str]) -> Rule:
        item = self.item
        fields = item.fields(node)
        if not fields and is_null(node):
            self.empty(node, "a rule is left empty, which allows everything", "write `{}` to mean everything")
        item.unknown(node, known, _ADVICE)
        peer_node, port_node = fields.get(peers), fields.get("ports")
        found = () if peer_node is None else self.whole("peers", peer_node, self.peers)
        ports = () if port_node is None else self.whole("ports", port_node, self.ports)
        if peer_node is not None and not found:
            self.empty(peer_node, f"`{peers}` is left empty, which means any peer", f"leave out `{peers}` to mean any")
        if port_node is not None and not ports:
            self.empty(port_node, "`ports` is left empty, which means any port", "leave out `ports` to mean any")
        return Rule(found, ports, (), item.location(node))

    def peers(self, node: Node) -> tuple[PolicyPeer, ...]:
        return tuple([self.cached("peer", peer, self.peer) for peer in self.item.items(node)])

    def ports(self, node: Node) -> tuple[PolicyPort, ...]:
        return tuple([self.cached("port", port, self.port) for port in self.item.items(node)])

    def whole(self, kind: str, node: Node, read: Callable[[Node], tuple[P, ...]]) -> tuple[P, ...]:
        """Read a list, but only once where no positions are tracked and the same node occurs in several places."""
        return read(node) if self.item.shared_location is None else self.once(kind, node, node, read)

    def cached(self, kind: str, node: Node, read: Callable[[Node], P]) -> P:
        """Read a peer or a port, or take it from the cache if the same text was read before and had no faults."""
        item = self.item
        if item.shared_location is not None:
            return self.once(kind, node, node, read)
        written = item.written(node)
        if written is None:
            return read(node)
        found = self.once(kind, written, node, read)
        if type(found) is PodPeer:
            # As `replace` does, but faster: no other part is as frequent.
            return PodPeer(found.pod_selector, found.namespace_selector, item.location(node))
        return replace(found, location=item.location(node))

    def once(self, kind: str, key: Hashable, node: Node, read: Callable[[Node], T]) -> T:
        item = self.item
        found: T | None = item.cache.get((kind, key))
        if found is None:
            faults = len(item.diagnostics)
            found = read(node)
            if len(item.diagnostics) == faults < MOST and not item.rejected:
                item.cache[kind, key] = found
        return found

    def peer(self, node: Node) -> PolicyPeer:
        item = self.item
        fields = item.fields(node)
        item.unknown(node, _PEER, _ADVICE)
        block = fields.get("ipBlock")
        pods = self.selector(fields.get("podSelector"))
        namespaces = self.selector(fields.get("namespaceSelector"))
        for name in ("podSelector", "namespaceSelector"):
            if name in fields and is_null(fields[name]):
                self.empty(fields[name], f"`{name}` is left empty, as if it were not there", "write `{}` to mean all")
        if block is None or is_null(block):
            return PodPeer(pods, namespaces, item.location(node))
        if pods is not None or namespaces is not None:
            path = item.path_of(node)
            item.reject("NP408", f"`{path}`: forbidden: may not specify both ipBlock and another peer", node)
        parts = item.fields(block)
        item.unknown(block, _IP_BLOCK, _ADVICE)
        return IPBlock(item.text(parts.get("cidr")), item.texts(parts.get("except")), item.location(node))

    def port(self, node: Node) -> PolicyPort:
        item = self.item
        fields = item.fields(node)
        item.unknown(node, _PORT, _ADVICE)
        protocol, port, end = fields.get("protocol"), fields.get("port"), fields.get("endPort")
        name = "TCP" if protocol is None or is_null(protocol) else item.text(protocol)
        if (port is not None and is_null(port)) or is_null(node):
            empty = node if port is None else port
            self.empty(
                empty, f"a port is left empty, which means every port of {name}", "write the port, or leave it out"
            )
        last = None if end is None else item.integer(end)
        return PolicyPort(name, item.integer_or_text(port), last, item.location(node))

    def selector(self, node: Node | None) -> Selector | None:
        """Read a selector; return None where there is none, which is not the same as an empty one."""
        if node is None or is_null(node):
            return None
        item = self.item
        fields = item.fields(node)
        if not fields:
            return _EVERYTHING
        item.unknown(node, _SELECTOR, _ADVICE, "labels belong under `matchLabels`")
        labels, expressions = fields.get("matchLabels"), fields.get("matchExpressions")
        return Selector(
            () if labels is None else item.pairs(labels),
            () if expressions is None else tuple(self.expression(one) for one in item.items(expressions)),
        )

    def expression(self, node: Node) -> MatchExpression:
        item = self.item
        fields = item.fields(node)
        item.unknown(node, _EXPRESSION, _ADVICE)
        values = item.texts(fields.get("values"))
        return MatchExpression(item.text(fields.get("key")), item.text(fields.get("operator")), values)

    def empty(self, node: Node, message: str, advice: str) -> None:
        """Report a value that is left empty and opens more than it seems to."""
        if not self.item.rejected and (is_null(node) or isinstance(node, Mapping | Sequence)):
            self.item.report("NP416", message, self.item.location(node), severity="warning", advice=advice)
