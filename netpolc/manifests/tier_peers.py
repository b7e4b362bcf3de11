"""Subjects and peers of cluster-wide policies of tiers: of each, exactly one kind is set."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from netpolc.manifests.meant_blocks import candidates, canonical
from netpolc.manifests.scalars import is_null
from netpolc.policy import addresses
from netpolc.policy.model import MatchExpression, PodPeer, Selector
from netpolc.policy.names import SUBDOMAIN_LENGTH
from netpolc.policy.tier_model import MOST, DomainNames, Networks, Nodes
from netpolc.policy.validity import selector_faults

if TYPE_CHECKING:
    from netpolc.manifests.fields import Object
    from netpolc.manifests.nodes import Node
    from netpolc.policy.tier_model import RuleAction, TierPeer

INVALID, PEER, SELECTOR, NETWORK, DOMAIN = "NP431", "NP432", "NP433", "NP435", "NP436"
MOST_CIDR = 43

_IN_ORDER = ("namespaces", "pods", "networks", "nodes", "domainNames")
_PODS = frozenset(("namespaces", "pods"))
_EGRESS = _PODS | {"networks", "nodes", "domainNames"}
_OF_PODS = frozenset(("namespaceSelector", "podSelector"))
_SELECTOR = frozenset(("matchLabels", "matchExpressions"))
_EXPRESSION = frozenset(("key", "operator", "values"))
_EVERYTHING = Selector()
_domain = re.compile(
    r"(\*\.)?([a-zA-Z0-9]([-a-zA-Z0-9_]*[a-zA-Z0-9])?\.)+[a-zA-Z0-9]([-a-zA-Z0-9_]*[a-zA-Z0-9])?\.?"
).fullmatch
_address = re.compile(r"[0-9.]+").fullmatch


class PeerReader:
    """A reader of the peers of one policy."""

    __slots__ = ("advice", "item")

    def __init__(self, item: Object, advice: dict[str, str]) -> None:
        """Take the object, and what to say of fields that belong elsewhere."""
        self.item = item
        self.advice = advice

    def subject(self, node: Node | None) -> PodPeer:
        """Read the subject, which is of pods."""
        fields = {} if node is None or is_null(node) else self.only(node, _PODS)
        return self.pods(fields)

    def peer(self, node: Node, *, egress: bool, action: RuleAction | None, named: bool) -> TierPeer:
        """Read a peer of a rule, which may have `named` ports: only pods give names."""
        fields = self.only(node, _EGRESS if egress else _PODS)
        item = self.item
        for key in fields:
            if named and key not in _PODS:
                item.reject(PEER, f"`{item.path_of(node)}`: `{key}` cannot be a peer of a rule with named ports", node)
        if "networks" in fields:
            return Networks(self.networks(fields["networks"]), item.location(node))
        if "nodes" in fields:
            return Nodes(self.selector(fields["nodes"]), item.location(node))
        if "domainNames" in fields:
            return DomainNames(self.names(fields["domainNames"], action), item.location(node))
        return self.pods(fields, node)

    def pods(self, fields: dict[str, Node], node: Node | None = None) -> PodPeer:
        """Read a peer of pods: by their namespaces alone, or by their own labels, too."""
        item = self.item
        location = None if node is None else item.location(node)
        if "namespaces" in fields:
            return PodPeer(None, self.selector(fields["namespaces"]), location)
        around = fields.get("pods")
        parts = item.fields(around)
        item.unknown(around, _OF_PODS, self.advice)
        if around is not None and "podSelector" not in parts:
            path = item.path_of(around)
            item.reject(PEER, f"`{path}.podSelector`: required value; `{{}}` is for all pods", around)
        found = (self.selector(parts.get(name)) for name in ("namespaceSelector", "podSelector"))
        namespaces, pods = found
        return PodPeer(pods, namespaces, location)

    def only(self, node: Node, known: frozenset[str]) -> dict[str, Node]:
        """Return the fields of a mapping of which exactly one has to be set."""
        item = self.item
        fields = item.fields(node)
        item.unknown(node, known, self.advice)
        kept = {key: value for key, value in fields.items() if key in known and not is_null(value)}
        if len(kept) != 1:
            listed = ", ".join(f"`{each}`" for each in _IN_ORDER if each in known)
            count = f"{len(kept)} are" if kept else "none is"
            item.reject(PEER, f"`{item.path_of(node)}`: exactly one of {listed} has to be set, and {count}", node)
        return kept

    def networks(self, node: Node) -> tuple[str, ...]:
        """Read blocks of addresses, each in canonical form."""
        item = self.item
        cidrs = self.listed(node, NETWORK)
        for text, each in zip(cidrs, item.items(node), strict=True):
            block = addresses.parse(text)
            why = None
            if block is None or len(text) > MOST_CIDR:
                why = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"
            else:
                why = addresses.ambiguity(text, block)
            if why is not None:
                message = f"`{item.path_of(each)}`: invalid value `{text}`: {why}"
                item.reject(NETWORK, message, each, _instead(text))
        return cidrs

    def names(self, node: Node, action: RuleAction | None) -> tuple[str, ...]:
        """Read the domain names of a rule."""
        item = self.item
        found = self.listed(node, DOMAIN)
        if action not in ("Accept", None):
            message = f"`{item.path_of(node)}`: domain names are for rules with `action: Accept` only"
            item.reject(DOMAIN, message, node)
        for text, each in zip(found, item.items(node), strict=True):
            if _domain(text) is None or _address(text) or len(text) > SUBDOMAIN_LENGTH:
                item.reject(DOMAIN, f"`{item.path_of(each)}`: no name in DNS is `{text}`", each)
        return found

    def listed(self, node: Node, code: str) -> tuple[str, ...]:
        """Return a list of texts that is a set."""
        item = self.item
        found = item.texts(node)
        path = item.path_of(node)
        if not 1 <= len(found) <= MOST:
            item.reject(code, f"`{path}`: {len(found)} items, of 1 to {MOST}", node)
        for text, each in zip(found, item.items(node), strict=True):
            if found.count(text) > 1 and item.items(node).index(each) != found.index(text):
                item.reject(code, f"`{item.path_of(each)}`: duplicate value `{text}`", each)
        return found

    def selector(self, node: Node | None) -> Selector:
        """Read a selector, of which the API server judges nothing but the shape."""
        item = self.item
        if node is None or is_null(node):
            return _EVERYTHING
        selector, is_sound = item.part(lambda: self.written_selector(node))
        path = item.path_of(node)
        for _, below, message in selector_faults(selector) if is_sound else ():
            why = "the API server takes it, and engines match nothing by it"
            item.reject(SELECTOR, f"`{path}{below}`: {message}; {why}", item.find(f"{path}{below}"))
        return selector

    def written_selector(self, node: Node) -> Selector:
        """Read the parts of a selector."""
        item = self.item
        fields = item.fields(node)
        item.unknown(node, _SELECTOR, self.advice, "labels belong under `matchLabels`")
        return Selector(
            item.pairs(fields.get("matchLabels")),
            tuple(self.expression(each) for each in item.items(fields.get("matchExpressions"))),
        )

    def expression(self, node: Node) -> MatchExpression:
        """Read one of the expressions of a selector."""
        item = self.item
        fields = item.fields(node)
        item.unknown(node, _EXPRESSION, self.advice)
        for key in ("key", "operator"):
            if key not in fields or is_null(fields[key]):
                item.reject(INVALID, f"`{item.path_of(node)}.{key}`: required value", node)
        values = item.texts(fields.get("values"))
        return MatchExpression(item.text(fields.get("key")), item.text(fields.get("operator")), values)


def _instead(text: str) -> str | None:
    """Return what to write in the place of a block that is written wrongly, as far as that tells."""
    meant = " or ".join(f"`{canonical(each)}`" for each in candidates(text))
    return f"write {meant}" if meant else None
