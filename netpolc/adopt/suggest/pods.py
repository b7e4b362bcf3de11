"""The labels that tell the pods of one workload from those of all others, and the names to call them by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.adopt.importer.facts import DEFAULT_KEY, is_bare, is_name
from netpolc.adopt.importer.model import PodsEnd
from netpolc.adopt.importer.names import bare_name, free
from netpolc.adopt.importer.naming import Name
from netpolc.adopt.suggest.selected import selected_pods
from netpolc.diagnostics.closest import Neighbours
from netpolc.ecosystem.added_labels import JOB_NAMES, POD_NAME, without_added
from netpolc.ecosystem.name_labels import INSTANCE, NAME_KEYS, OLD_INSTANCE, RELEASE_KEYS
from netpolc.ir.model import InNamespace
from netpolc.manifests.lasting_labels import lasting_labels
from netpolc.sets.labels import LabelRequirement, LabelSelector

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from netpolc.manifests.model import Service, Workload

KEYS = tuple(key for key in NAME_KEYS if key not in {"role", "tier"})
"""Labels by which a whole program may call its pods."""

ENDING = ("Job", "CronJob")

_NUMBERS = "0123456789"


class Crowd:
    """The workloads of one namespace whose pods a policy can select, by their labels."""

    def __init__(self, workloads: Sequence[Workload]) -> None:
        """Leave out those without a label that lasts, and those on the network of their node."""
        lasting = [(one, lasting_labels(one)) for one in workloads if not one.host_network]
        self.workloads = [one for one, labels in lasting if labels]
        self._lasting = {_identity(one): labels for one, labels in lasting}
        self._carriers: dict[tuple[str, str], set[int]] = {}
        for number, workload in enumerate(self.workloads):
            for label in workload.labels.items():
                self._carriers.setdefault(label, set()).add(number)

    def selected(self, labels: Mapping[str, str]) -> list[Workload]:
        """Return the workloads whose pods carry some labels."""
        sets = sorted((self._carriers.get(label, set()) for label in labels.items()), key=len)
        return [self.workloads[number] for number in sorted(set.intersection(*sets))] if sets else []

    def lasting(self, workload: Workload) -> Mapping[str, str]:
        """Return the labels of a workload that last."""
        return self._lasting[_identity(workload)]

    def alone(self, label: tuple[str, str]) -> bool:
        """Tell whether a single workload carries a label."""
        return len(self._carriers.get(label, ())) == 1

    def selector(self, workload: Workload, key: str) -> LabelSelector:
        """Return the fewest labels, as people would choose them, that no other workload's pods have together.

        What tells releases apart is kept, though manifests of one release do not need it.
        """
        order = {name: place for place, name in enumerate((key, *NAME_KEYS))}
        lasting = self._lasting[_identity(workload)].items()
        labels = sorted(lasting, key=lambda label: (order.get(label[0], len(order)), label))
        labels = [label for label in labels if label[0] not in JOB_NAMES] or labels
        chosen: list[tuple[str, str]] = []
        left: set[int] | None = None
        for label in labels:
            narrower = self._carriers[label] if left is None else left & self._carriers[label]
            if left is None or len(narrower) < len(left):
                chosen.append(label)
                left = narrower
            if len(left) == 1:
                break
        chosen += [label for label in _of_release(self._lasting[_identity(workload)], workload) if label not in chosen]
        found = [LabelRequirement(name, "In", (value,)) for name, value in chosen]
        found += self._lacking(workload, left or set())
        return LabelSelector(tuple(sorted(found, key=lambda one: one.key)))

    def _lacking(self, workload: Workload, left: set[int]) -> Iterator[LabelRequirement]:
        """Yield labels of the others that carry all of a workload's, as long as there are any."""
        others = [self.workloads[number] for number in left if self.workloads[number] is not workload]
        telling = {key for one in others for key in without_added(one.labels)} - RELEASE_KEYS
        for key in sorted(telling - workload.labels.keys() - {each.key for each in workload.varying}):
            kept = [one for one in others if key not in one.labels]
            if len(kept) < len(others):
                others = kept
                yield LabelRequirement(key, "DoesNotExist")


class People:
    """The workloads that a policy can select, and the pods that each of them is."""

    def __init__(self, workloads: Sequence[Workload]) -> None:
        """Find the selector of each workload within its namespace."""
        spaces: dict[str | None, list[Workload]] = {}
        for workload in workloads:
            spaces.setdefault(workload.namespace, []).append(workload)
        self.crowds = {name: Crowd(held) for name, held in spaces.items()}
        self.key = _name_key(self.crowds.values())
        self._pods = {
            _identity(workload): PodsEnd(InNamespace(name), crowd.selector(workload, self.key))
            for name, crowd in self.crowds.items()
            for workload in crowd.workloads
        }

    def pods(self, workload: Workload) -> PodsEnd | None:
        """Return the pods of a workload, or None where no policy can select them."""
        return self._pods.get(_identity(workload))

    def staying(self) -> Iterator[tuple[dict[str, str], PodsEnd]]:
        """Yield the labels of workloads and the pods that each of them is, but for those that end."""
        for crowd in self.crowds.values():
            for workload in crowd.workloads:
                if workload.kind not in ENDING:
                    yield workload.labels, self._pods[_identity(workload)]

    def all_in(self, namespace: str | None) -> Sequence[Workload]:
        """Return the workloads of a namespace that a policy can select."""
        crowd = self.crowds.get(namespace)
        return () if crowd is None else crowd.workloads

    def named(self, namespace: str | None, name: str) -> Workload | None:
        """Return the workload that is called so, or that has a pod of that name, if a policy can select it."""
        staying = [each for each in self.all_in(namespace) if each.kind not in ENDING]
        return next((each for each in staying if each.name == name or has_pod(each, name)), None)

    def behind(self, namespace: str | None, labels: Mapping[str, str]) -> list[Workload]:
        """Return the workloads that a selector of labels finds in a namespace."""
        crowd = self.crowds.get(namespace)
        return [] if crowd is None else crowd.selected(labels)


def has_pod(workload: Workload, name: str) -> bool:
    """Tell whether a StatefulSet makes a pod of a name."""
    prefixes = [each.prefix for each in workload.varying if each.key == POD_NAME and each.prefix is not None]
    return any(name.startswith(each) and name.removeprefix(each).isdecimal() for each in prefixes)


def names_of(people: People, services: Iterable[Service], used: Iterable[PodsEnd]) -> dict[PodsEnd, Name]:
    """Return names for those of some pods that their label does not name by itself.

    Pods that no workload shows are called after the service that selects them.
    """
    by_space: dict[str | None, set[PodsEnd]] = {}
    for pods in used:
        if isinstance(pods.namespaces, InNamespace):
            by_space.setdefault(pods.namespaces.name, set()).add(pods)
    known: dict[str | None, dict[PodsEnd, str]] = {space: {} for space in by_space}
    for space in by_space:
        crowd = people.crowds.get(space)
        for workload in sorted(crowd.workloads if crowd else (), key=lambda one: (one.name, one.kind)):
            own = people.pods(workload)
            if own is not None:
                known[space].setdefault(own, _as_name(_lasting_name(workload)))
    for service in sorted(services, key=lambda one: one.name):
        selected = selected_pods(service)
        if service.namespace in known and selected is not None:
            known[service.namespace].setdefault(selected, _as_name(service.name))
    return {
        pods: name
        for space in sorted(by_space, key=str)
        for pods, name in _names_in(people.key, space, by_space[space], known[space]).items()
    }


def _names_in(key: str, space: str | None, used: set[PodsEnd], known: Mapping[PodsEnd, str]) -> dict[PodsEnd, Name]:
    bare = {pods: name for pods in used if (name := bare_name(pods.selector, key)) is not None}
    taken = set(bare.values())
    names: dict[PodsEnd, Name] = {}
    for pods, name in known.items():
        if pods in used and pods not in bare and is_name(name):
            text = free((name, f"pods-{name}"), taken)
            taken.add(text)
            names[pods] = Name(space, text)
    # A name that is one slip away from a declared one would be taken for a slip.
    declared = {name.text for name in names.values()}
    while near := {pods: name for pods, name in bare.items() if Neighbours(declared).of(name) and name not in declared}:
        names |= {pods: Name(space, name) for pods, name in near.items()}
        declared |= set(near.values())
    return names


def _name_key(crowds: Iterable[Crowd]) -> str:
    """Return the label by which most workloads can be called."""
    counts = dict.fromkeys(KEYS, 0)
    for crowd in crowds:
        for workload in crowd.workloads:
            for key in KEYS:
                value = crowd.lasting(workload).get(key, "")
                counts[key] += is_bare(value) and crowd.alone((key, value))
    best = max(counts, key=lambda key: (counts[key], -KEYS.index(key)))
    return best if counts[best] > counts[DEFAULT_KEY] else DEFAULT_KEY


def _identity(workload: Workload) -> tuple[str, str | None, str]:
    return workload.kind, workload.namespace, workload.name


def _of_release(labels: Mapping[str, str], workload: Workload) -> Iterator[tuple[str, str]]:
    """Yield the label that tells pods from those of another release of the same chart, if there is one."""
    if INSTANCE in labels:
        yield INSTANCE, labels[INSTANCE]
    elif OLD_INSTANCE in labels and not workload.labels.keys().isdisjoint(("chart", "heritage")):
        yield OLD_INSTANCE, labels[OLD_INSTANCE]


def _lasting_name(workload: Workload) -> str:
    """Return the name of a workload or, of a pod that another object made, of that object."""
    if workload.kind != "Pod" or workload.owner is None:
        return workload.name
    return workload.owner.name


def _as_name(name: str) -> str:
    """Return the name of an object in the letters of the language."""
    return name.replace(".", "-") if name.strip(_NUMBERS) else f"n{name}"
