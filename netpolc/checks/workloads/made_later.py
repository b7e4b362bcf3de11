"""Pods that no manifest shows and that are there all the same: what a project names, and what is made at run time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.engine.from_program import regions_of
from netpolc.engine.peers import id_of
from netpolc.engine.regions import UNNAMED, PodSet, meet, names_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netpolc.checks.workloads.workloads import Workloads
    from netpolc.manifests.model import Binding, Manifests
    from netpolc.source import Location

ROLES = frozenset(("Role", "ClusterRole"))


class Maker(msgspec.Struct, frozen=True):
    """A maker of pods in a namespace, in words, and what shows it."""

    shown: str
    location: Location


class MadeLater:
    """The pods that may be made after the manifests are applied: who makes them is known, not which labels they have.

    A role that counts everywhere is mostly that of an operator, which makes most pods beside its own. In other
    namespaces, only custom resources say that one does. Of a namespace of which a project names `known` pods, it knows
    all that come.
    """

    def __init__(
        self, known: Iterable[str] = (), manifests: Manifests | None = None, workloads: Workloads | None = None
    ) -> None:
        """Take the endpoints that a project names, and what manifests say of roles and custom resources."""
        self._known = tuple(region for text in known for region in _pods_of(text))
        self._makers: dict[str, Maker] = {}
        if manifests is not None and workloads is not None:
            for name, maker in (*_custom(manifests), *_permitted(manifests, workloads)):
                self._makers.setdefault(name, maker)

    def holds(self, pods: PodSet) -> bool:
        """Tell whether a project names pods that a set may hold, by a label that both speak of."""
        return any(
            meet(each, pods) is not None and (not each.pods.requirements or each.pods.keys & pods.pods.keys)
            for each in self._known
        )

    def maker(self, pods: PodSet) -> Maker | None:
        """Return who may make pods of a set, if somebody does in its namespace, and the project does not name them."""
        names = names_of(pods.namespaces)
        if names is None or any(meet(PodSet(pods.namespaces, each.pods), each) for each in self._known):
            return None
        return next((self._makers[name] for name in names if name in self._makers), None)


def _pods_of(text: str) -> Iterator[PodSet]:
    from netpolc.language.resolve.standalone import standalone_peers  # few projects name any

    for peer in standalone_peers(text):
        yield from (region for region in regions_of(peer) if isinstance(region, PodSet))


def _custom(manifests: Manifests) -> Iterator[tuple[str, Maker]]:
    """Yield the namespaces of custom resources of which operators make pods."""
    for each in manifests.makers:
        if each.kind not in ROLES:
            yield each.namespace or UNNAMED, Maker(f"the operator of {each.kind} `{each.name}`", each.location)


def _permitted(manifests: Manifests, workloads: Workloads) -> Iterator[tuple[str, Maker]]:
    """Yield the namespaces in which workloads may make pods: that of their account's role, else the account's own.

    An account that no workload has is that of a person or a pipeline, who deploy what manifests show.
    """
    roles = {
        (each.kind, each.name, each.namespace if each.kind == "Role" else None): each
        for each in manifests.makers
        if each.kind in ROLES
    }
    users = {
        (each.namespace, each.service_account): id_of(each)
        for each in reversed(workloads.all)
        if each.service_account is not None
    }
    for binding in manifests.bindings:
        kind, name = binding.role
        if (kind, name, binding.namespace if kind == "Role" else None) in roles:
            for account in filter(users.__contains__, binding.accounts):
                yield _where(binding, account[0]), Maker(f"`{users[account]}`", binding.location)


def _where(binding: Binding, namespace: str | None) -> str:
    return (binding.namespace if binding.kind == "RoleBinding" else namespace) or UNNAMED
