"""NP511, NP513 and NP610: policy types that are not listed, listed twice, or left to a default."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.checks.yaml.subject import fixes_of, lacks
from netpolc.diagnostics.model import Edit, Label
from netpolc.manifests.nodes import Node, Sequence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.checks.yaml.subject import Subject
    from netpolc.diagnostics.model import Applicability, Diagnostic

TYPES = {"ingress": "Ingress", "egress": "Egress"}


def judge(subject: Subject) -> Iterator[Diagnostic]:
    """The types of a policy against its rules."""
    listed = subject.spec.fields.get("policyTypes")
    if subject.is_wrong("NP410"):
        return
    if isinstance(listed, Sequence) and listed.items:
        yield from _idle_rules(subject, listed)
        yield from _repeated(subject, listed)
    elif lacks(subject.spec, "policyTypes") and lacks(subject.item.root, "policyTypes"):
        yield _unstated(subject)


def _idle_rules(subject: Subject, listed: Sequence) -> Iterator[Diagnostic]:
    for direction, name in TYPES.items():
        rules = subject.policy.ingress if direction == "ingress" else subject.policy.egress
        if rules and name not in subject.policy.policy_types:
            yield subject.remark(
                "NP511",
                f"the rules of `{direction}` count for nothing: the policy is not of type `{name}`",
                subject.key(subject.spec, direction),
                labels=(Label(subject.at(listed), "its types"),),
                fixes=fixes_of((f"add `{name}` to `policyTypes`", _added(subject, listed, name))),
            )


def _added(subject: Subject, listed: Sequence, name: str) -> Edit | None:
    """Another type; in place of the second, if that repeats the first, for there are but two."""
    if len(listed.items) > 1:
        return subject.layout.replace(listed.items[1], name)
    word = subject.layout.word(subject.spec, name)
    return subject.layout.add_item(listed, 0, (word,), word)


def _repeated(subject: Subject, listed: Sequence) -> Iterator[Diagnostic]:
    types = subject.policy.policy_types
    if len(set(types)) == len(types):
        return
    direction, other = ("egress", "Egress") if types[0] == "Ingress" else ("ingress", "Ingress")
    ways: list[tuple[str, Edit | None]] = [("write it once", subject.layout.remove_item(listed, 1))]
    if direction in subject.spec.fields:
        ways.insert(0, (f"write `{other}`", subject.layout.replace(listed.items[1], other)))
    yield subject.remark(
        "NP513",
        f"`{types[0]}` is listed twice",
        subject.at(listed.items[1]),
        labels=(Label(subject.at(listed.items[0]), "first here"),),
        fixes=fixes_of(*ways, applicability="safe" if len(ways) == 1 else "unsafe"),
    )


def _unstated(subject: Subject) -> Diagnostic:
    root, fields = subject.item.root, subject.spec.fields
    types = subject.policy.policy_types
    listed = " and ".join(f"`{name}`" for name in types)
    message = f"`policyTypes` is not written, and means {listed}"
    ways = [("write what it means now", _stated(subject, types))]
    if _is_empty_list(fields.get("egress")):
        message += ": an empty `egress` closes nothing"
        ways.insert(0, ("close egress, too", _stated(subject, ("Ingress", "Egress"))))
    applicability: Applicability = "safe" if len(ways) == 1 else "unsafe"
    place = subject.key(root, "spec") if "spec" in root.fields else subject.key(root, "kind")
    return subject.remark("NP610", message, place, fixes=fixes_of(*ways, applicability=applicability))


def _stated(subject: Subject, types: tuple[str, ...]) -> Edit | None:
    """The types, written after the selector of pods, or whatever is the first field."""
    spec = subject.spec
    if not spec.places:
        return None
    after = "podSelector" if "podSelector" in spec.fields else min(spec.places, key=spec.places.__getitem__)
    listed = ", ".join(subject.layout.word(spec, name) for name in types)
    return subject.layout.add_field(spec, after, "policyTypes", f"[{listed}]")


def _is_empty_list(node: Node | None) -> bool:
    return isinstance(node, Sequence) and not node.items
