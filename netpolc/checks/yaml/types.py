"""NP511, NP513 and NP610: policy types that are not listed, listed twice, or left to a default."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.checks.yaml.checked_policy import fixes_of, lacks
from netpolc.diagnostics.model import Edit, Label
from netpolc.manifests.nodes import Node, Sequence
from netpolc.policy.constants import POLICY_TYPES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.checks.yaml.checked_policy import CheckedPolicy
    from netpolc.diagnostics.model import Applicability, Diagnostic


UNDECLARED = "Cilium, Antrea and EKS close and open by them, OVN-Kubernetes opens"
"""What network plugins do with rules of a type that is not listed: see docs/semantics.md, "Where clusters differ"."""


def check(checked: CheckedPolicy) -> Iterator[Diagnostic]:
    """Compare the types of a policy with its rules."""
    listed = checked.spec.fields.get("policyTypes")
    if checked.is_wrong("NP410"):
        return
    if isinstance(listed, Sequence) and listed.items:
        yield from _idle_rules(checked, listed)
        yield from _repeated(checked, listed)
    elif "egress" in checked.spec.fields and all(
        lacks(each, "policyTypes") for each in (checked.spec, checked.item.root)
    ):
        yield _unstated(checked)


def _idle_rules(checked: CheckedPolicy, listed: Sequence) -> Iterator[Diagnostic]:
    for direction, name in POLICY_TYPES.items():
        rules = checked.policy.ingress if direction == "ingress" else checked.policy.egress
        if rules and name not in checked.policy.policy_types:
            yield checked.finding(
                "NP511",
                f"the rules of `{direction}` close nothing by the API's words: the policy is not of type `{name}`",
                checked.key(checked.spec, direction),
                label=UNDECLARED,
                labels=(Label(checked.at(listed), "its types"),),
                fixes=fixes_of(
                    (
                        f"add `{name}` to `policyTypes`, which closes {direction} of its pods but for these rules",
                        _added(checked, listed, name),
                    )
                ),
            )


def _added(checked: CheckedPolicy, listed: Sequence, name: str) -> Edit | None:
    """Add a type; in place of the second, if that repeats the first, because there are but two."""
    if len(listed.items) > 1:
        return checked.layout.replace(listed.items[1], name)
    word = checked.layout.word(checked.spec, name)
    return checked.layout.add_item(listed, 0, (word,), word)


def _repeated(checked: CheckedPolicy, listed: Sequence) -> Iterator[Diagnostic]:
    types = checked.policy.policy_types
    if len(set(types)) == len(types):
        return
    direction, other = ("egress", "Egress") if types[0] == "Ingress" else ("ingress", "Ingress")
    ways: list[tuple[str, Edit | None]] = [("write it once", checked.layout.remove_item(listed, 1))]
    if direction in checked.spec.fields:
        ways.insert(0, (f"write `{other}`", checked.layout.replace(listed.items[1], other)))
    yield checked.finding(
        "NP513",
        f"`{types[0]}` is listed twice",
        checked.at(listed.items[1]),
        labels=(Label(checked.at(listed.items[0]), "first here"),),
        fixes=fixes_of(*ways, applicability="safe" if len(ways) == 1 else "unsafe"),
    )


def _unstated(checked: CheckedPolicy) -> Diagnostic:
    root, fields = checked.item.root, checked.spec.fields
    types = checked.policy.policy_types
    listed = " and ".join(f"`{name}`" for name in types)
    message = f"`policyTypes` is not written, and means {listed}"
    ways = [("write what it means now", _stated(checked, types))]
    if _is_empty_list(fields.get("egress")):
        message += ": an empty `egress` closes nothing"
        ways.insert(0, ("close egress, too", _stated(checked, ("Ingress", "Egress"))))
    applicability: Applicability = "safe" if len(ways) == 1 else "unsafe"
    place = checked.key(root, "spec") if "spec" in root.fields else checked.key(root, "kind")
    return checked.finding("NP610", message, place, fixes=fixes_of(*ways, applicability=applicability))


def _stated(checked: CheckedPolicy, types: tuple[str, ...]) -> Edit | None:
    """Write the types after the selector of pods, or whatever is the first field."""
    spec = checked.spec
    if not spec.places:
        return None
    after = "podSelector" if "podSelector" in spec.fields else min(spec.places, key=spec.places.__getitem__)
    listed = ", ".join(checked.layout.word(spec, name) for name in types)
    return checked.layout.add_field(spec, after, "policyTypes", f"[{listed}]")


def _is_empty_list(node: Node | None) -> bool:
    return isinstance(node, Sequence) and not node.items
