"""NP603: namespace selectors that would need labels which an owned namespace does not state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.diagnostics.model import Diagnostic, Label
from netpolc.program.model import InNamespaces, OwnedNamespace, Pods, Program

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.rules.context import Setting


def check(program: Program, setting: Setting) -> Iterator[Diagnostic]:
    """Each selector of namespaces, as a place for rules, against the labels that namespaces state."""
    del setting
    seen: set[tuple[InNamespaces, str | None]] = set()
    for flow in program.flows:
        for peer in (*flow.sources, *(destination.peer for destination in flow.destinations)):
            if isinstance(peer, Pods) and isinstance(peer.namespaces, InNamespaces):
                for namespace in program.namespaces:
                    missing = peer.namespaces.selector.keys - namespace.labels.keys()
                    if missing and (peer.namespaces, namespace.name) not in seen:
                        seen.add((peer.namespaces, namespace.name))
                        yield _unstated(peer, namespace, sorted(missing))


def _unstated(peer: Pods, namespace: OwnedNamespace, missing: list[str]) -> Diagnostic:
    name = "the unnamed namespace" if namespace.name is None else f"namespace `{namespace.name}`"
    keys = ", ".join(f"`{key}`" for key in missing)
    matched = isinstance(peer.namespaces, InNamespaces) and peer.namespaces.selector.matches(namespace.labels)
    labels = () if namespace.location is None else (Label(namespace.location, "opened here"),)
    sample = f"namespace {namespace.name or 'NAME'} [{missing[0]}=…]"
    return Diagnostic(
        code="NP603",
        severity="warning",
        message=f"{name} does not state the label {keys}, and is taken {'to match' if matched else 'not to match'}",
        location=peer.location,
        labels=labels,
        help=f"state it, if the namespace carries it: `{sample}`",
    )
