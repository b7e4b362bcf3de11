"""What answers from manifests take for granted or leave out, said once for each kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.diagnostics.model import Diagnostic
from netpolc.ecosystem.isolating_kinds import POLICY_KINDS, isolating_kind
from netpolc.manifests.model import DOCUMENT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.manifests.model import Manifests
    from netpolc.source import Location


def assumptions(manifests: Manifests) -> Iterator[Diagnostic]:
    """Yield a warning for each kind that decides who reaches whom and was left out, and notes on all other kinds."""
    others = 0
    for name, count in sorted(manifests.skipped.items()):
        if name == DOCUMENT:
            continue
        first = manifests.foreign.get(name)
        if first is None:
            others += count
        else:
            yield _left_out(name, count, first)
    if manifests.attached is not None:
        yield Diagnostic(
            code="NP419",
            severity="warning",
            message="pods are on networks beside the cluster's own, to which no NetworkPolicy applies",
            location=manifests.attached,
            label="here, and maybe elsewhere",
            help="connections over these count in no answer here",
        )
    for name, first in sorted(manifests.assumed.items()):
        yield Diagnostic(
            code="NP415",
            severity="note",
            message=f"`{name}` is unknown here; its pods are taken to be those of its template",
            location=first,
        )
    if others:
        yield Diagnostic(code="NP418", severity="note", message=f"{_objects(others)} of other kinds {_are(others)}")
    count = manifests.skipped.get(DOCUMENT, 0)
    if count:
        what = f"{count} document{'s' * (count != 1)} of other tools {_are(count)}"
        is_all = not manifests.has_objects and manifests.skipped.keys() == {DOCUMENT} and not manifests.refused
        why = "it is no object" if count == 1 else "they are no objects"
        yield Diagnostic(
            code="NP414",
            severity="warning" if is_all else "note",
            message=f"{what}: {why} of Kubernetes{', and there is nothing else' if is_all else ''}",
        )


def _left_out(name: str, count: int, first: Location) -> Diagnostic:
    """Say that a kind of policy, or of network, counts in no answer."""
    api, _, kind = name.rpartition("/")
    network = isolating_kind(api.rpartition("/")[0], kind)
    if network is None and not kind.endswith(POLICY_KINDS):
        return _maker(name, first)
    advice = (
        "what it allows or denies counts in no answer here; netpolc judges NetworkPolicies"
        if network is None
        else f"{network.does}, and counts in no answer here; netpolc judges NetworkPolicies"
    )
    return Diagnostic(
        code="NP418" if network is None else "NP419",
        severity="warning",
        message=f"{_objects(count)} of `{name}` {_are(count)}",
        location=first,
        label="" if count == 1 else "the first of them",
        help=advice,
    )


def _maker(name: str, first: Location) -> Diagnostic:
    """Say that a kind has NetworkPolicies made that nobody sees here."""
    return Diagnostic(
        code="NP418",
        severity="warning",
        message=f"`{name}` has NetworkPolicies made, and these count in no answer here",
        location=first,
        label="here, and maybe elsewhere",
        help="add what it makes: `kubectl get networkpolicies --all-namespaces -o yaml` prints what is there",
    )


def _objects(count: int) -> str:
    return f"{count} object{'s' * (count != 1)}"


def _are(count: int) -> str:
    return "is left out" if count == 1 else "are left out"
