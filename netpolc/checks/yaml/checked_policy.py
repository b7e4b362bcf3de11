"""The arguments that checks of YAML and what adds fixes take: a policy, as it is read and as it is written."""

from __future__ import annotations

from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

import msgspec

from netpolc.checks.yaml.tree import PolicyTree
from netpolc.diagnostics.closest import closest
from netpolc.diagnostics.codes import BY_CODE
from netpolc.diagnostics.model import Applicability, Diagnostic, Edit, Fix, Label, Severity
from netpolc.manifests.nodes import Mapping, Sequence
from netpolc.policy.model import IPBlock, PodPeer

if TYPE_CHECKING:
    from netpolc.checks.yaml.layout import ObjectLayout
    from netpolc.checks.yaml.tree import Value
    from netpolc.manifests.fields import Object
    from netpolc.manifests.nodes import Node
    from netpolc.policy.model import Policy, Rule, Selector
    from netpolc.source import Location


MOST_FIELDS = 50
"""The fields of one mapping that are looked at for slips; no object of the API has as many."""


class Written(msgspec.Struct, frozen=True, eq=False):
    """A rule, how it is written, and the direction that it is of."""

    rule: Rule
    node: Mapping
    direction: str

    @property
    def peers(self) -> str:
        """The field that holds its peers."""
        return "from" if self.direction == "ingress" else "to"

    def items(self, field: str) -> list[Node]:
        """Return the peers or ports as they are written."""
        held = self.node.fields.get(field)
        return held.items if isinstance(held, Sequence) else []


class WrittenPolicy:
    """A policy as it is written, whether or not it can be read."""

    def __init__(self, item: Object, layout: ObjectLayout) -> None:
        """Take the object of a policy, and its layout."""
        self.item = item
        self.layout = layout

    @cached_property
    def tree(self) -> PolicyTree:
        """What is around each of its values; of most policies nobody asks."""
        return PolicyTree(self.item.root)

    def value_of(self, found: Diagnostic) -> Value | None:
        """Return the value that a finding is about, if it is about just one."""
        return None if found.location is None else self.tree.value_at(found.location.span)


class CheckedPolicy:
    """A policy as it is read, with the types of the API though the API server may refuse it, and as it is written."""

    def __init__(self, written: WrittenPolicy, policy: Policy) -> None:
        """Put both side by side."""
        self._written = written
        self.item = item = written.item
        self.policy = policy
        self.layout = written.layout
        spec = item.root.fields.get("spec")
        self.spec = spec if isinstance(spec, Mapping) else Mapping({}, {}, item.root.start, item.root.start)

    @property
    def tree(self) -> PolicyTree:
        """What is around each of its values."""
        return self._written.tree

    @cached_property
    def rules(self) -> tuple[Written, ...]:
        """All rules that are mappings, in both directions."""
        found: list[Written] = []
        for direction, rules in (("ingress", self.policy.ingress), ("egress", self.policy.egress)):
            held = self.spec.fields.get(direction)
            nodes = held.items if isinstance(held, Sequence) else []
            for rule, node in zip(rules or (), nodes, strict=True):
                if isinstance(node, Mapping):
                    found.append(Written(rule, node, direction))
        return tuple(found)

    @cached_property
    def selectors(self) -> tuple[tuple[Mapping, str, Selector], ...]:
        """The selectors, each with the mapping and the field that it stands in."""
        found: list[tuple[Mapping, str, Selector]] = [(self.spec, "podSelector", self.policy.pod_selector)]
        for rule in self.rules:
            for peer, node in zip(rule.rule.peers, rule.items(rule.peers), strict=True):
                if isinstance(peer, PodPeer) and isinstance(node, Mapping):
                    if peer.pod_selector is not None:
                        found.append((node, "podSelector", peer.pod_selector))
                    if peer.namespace_selector is not None:
                        found.append((node, "namespaceSelector", peer.namespace_selector))
        return tuple(found)

    @cached_property
    def has_blocks(self) -> bool:
        """Whether any peer is a block of addresses."""
        return any(isinstance(peer, IPBlock) for rule in self.rules for peer in rule.rule.peers)

    def is_wrong(self, code: str) -> bool:
        """Tell whether there is a finding of a code that the API server would refuse, so that no more is to be said."""
        return any(found.code == code for found in self.item.diagnostics)

    def key(self, mapping: Mapping, name: str) -> Location:
        """Return where a field begins."""
        return self.item.key_location(mapping, name)

    def at(self, node: Node) -> Location:
        """Return where a value stands."""
        return self.item.location(node)

    def finding(
        self,
        code: str,
        message: str,
        location: Location,
        *,
        severity: Severity | None = None,
        label: str = "",
        labels: tuple[Label, ...] = (),
        advice: str | None = None,
        fixes: tuple[Fix, ...] = (),
    ) -> Diagnostic:
        """Return a finding; advice is what its only fix does, where there is no other."""
        if advice is None and len(fixes) == 1:
            advice = fixes[0].message
        return Diagnostic(
            code=code,
            severity=severity or BY_CODE[code].severity,
            message=message,
            location=location,
            label=label,
            labels=labels,
            help=advice,
            fixes=fixes,
        )


def fixes_of(*ways: tuple[str, Edit | None], applicability: Applicability = "unsafe") -> tuple[Fix, ...]:
    """Return fixes of one edit each, as far as there are such edits."""
    return tuple(Fix(message, (edit,), applicability) for message, edit in ways if edit is not None)


def lacks(mapping: Mapping, name: str) -> bool:
    """Tell whether a mapping has no field of a name, and none that may be a slip of it."""
    others = islice(mapping.fields, MOST_FIELDS)
    return name not in mapping.fields and all(closest(other, (name,)) is None for other in others)
