"""Who the ends of flows are: workloads of manifests, workloads that only records show, or addresses."""

from __future__ import annotations

from itertools import chain, count
from typing import TYPE_CHECKING

import msgspec

from netpolc.adopt.suggest.seen.owners import workload_named
from netpolc.ecosystem.name_labels import NAME_KEYS, RELEASE_KEYS
from netpolc.manifests.lasting_labels import lasting_labels
from netpolc.manifests.model import VaryingLabel, Workload
from netpolc.policy.names import label_key, label_value
from netpolc.source import NOWHERE, Location, Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from netpolc.flows.record import FlowEnd, SeenFlow

    _Identity = tuple[str | None, object]

RECORDS = Location(Source("records", ""), NOWHERE)
"""Where workloads are that only records show."""


class Parties:
    """The workloads of some manifests, and those that only flows show, by the ends of these flows."""

    def __init__(self, workloads: Sequence[Workload], flows: Iterable[SeenFlow]) -> None:
        """Find the workload of each end that is a pod."""
        self._known = _KnownWorkloads(workloads)
        self._found: dict[FlowEnd, Workload | None] = {}
        ends = dict.fromkeys(end for flow in flows for end in (flow.source, flow.destination) if end.namespace)
        left: dict[_Identity, list[FlowEnd]] = {}
        for end in ends:
            known = self._known.of(end)
            if known is None:
                left.setdefault((end.namespace, _identity(end)), []).append(end)
            self._found[end] = known
        self._taken = {(each.kind, each.namespace, each.name) for each in workloads}
        self.only_seen = tuple(self._made(left))

    def of(self, end: FlowEnd) -> Workload | None:
        """Return the workload whose pod an end is, or None for addresses."""
        return self._found.get(end)

    def _made(self, groups: Mapping[_Identity, list[FlowEnd]]) -> Iterator[Workload]:
        """Yield a workload for each group of ends, and one for those that carry the same labels."""
        by_labels: dict[object, Workload] = {}
        for (namespace, _), ends in groups.items():
            made = self._free(_workload_of(namespace, ends))
            lasting = tuple(sorted(lasting_labels(made).items())) if made.labels else made.name
            workload = by_labels.setdefault((namespace, lasting), made)
            self._found.update(dict.fromkeys(ends, workload))
            if workload is made:
                self._taken.add((made.kind, made.namespace, made.name))
                yield workload

    def _free(self, workload: Workload) -> Workload:
        """Return a workload under a name that no other one of its kind and namespace has."""
        names = chain((workload.name,), (f"{workload.name}-{number}" for number in count(2)))
        name = next(each for each in names if (workload.kind, workload.namespace, each) not in self._taken)
        return workload if name == workload.name else msgspec.structs.replace(workload, name=name)


class _KnownWorkloads:
    """The workloads of manifests, by what records may say of their pods."""

    def __init__(self, workloads: Sequence[Workload]) -> None:
        self._named: dict[tuple[str | None, str], list[Workload]] = {}
        self._in: dict[str | None, list[Workload]] = {}
        self._at: dict[str, Workload] = {}
        for workload in workloads:
            self._in.setdefault(workload.namespace, []).append(workload)
            self._at.update(dict.fromkeys(workload.addresses, workload))
            for name in {workload.name, *(each.name for each in workload.controls)}:
                self._named.setdefault((workload.namespace, name), []).append(workload)

    def of(self, end: FlowEnd) -> Workload | None:
        """Return the workload that the name of an owner or a pod, the labels, or the address of an end is of."""
        for name in (end.owner, end.pod):
            found = self._named.get((end.namespace, name), []) if name else []
            if len(found) == 1:
                return found[0]
        named = workload_named(end)
        found = [] if named is None else self._named.get((end.namespace, named[1]), [])
        found = [each for each in found if named and named[0] in (None, each.kind)] or found
        if len(found) == 1:
            return found[0]
        labels = dict(end.labels or ())
        near = found or self._in.get(end.namespace, [])
        carried = [each for each in near if _carries(labels, each.labels)]
        most = max((len(each.labels) for each in carried), default=0)
        best = [each for each in carried if len(each.labels) == most]
        if len(best) == 1:
            return best[0]
        return None if end.address is None else self._at.get(end.address)


def _carries(labels: Mapping[str, str], asked: Mapping[str, str]) -> bool:
    """Tell whether a pod with some labels could be of a template with others."""
    return bool(asked) and asked.items() <= labels.items()


def _identity(end: FlowEnd) -> object:
    """Return what tells the workload of an end from the others of its namespace."""
    named = workload_named(end)
    if named is not None and (end.owner or named[0] or not end.labels):
        return named[1]
    lasting = tuple(label for label in end.labels or () if label[0] not in RELEASE_KEYS)
    return lasting or end.labels or (named and named[1])


def _workload_of(namespace: str | None, ends: Sequence[FlowEnd]) -> Workload:
    """Return the workload that some ends are the pods of: it has the labels that all of them carry, if they are any."""
    carried = [set(end.labels) for end in ends if end.labels is not None]
    shared = set.intersection(*carried) if carried else set()
    labels = {key: value for key, value in sorted(shared) if not (label_key(key) or label_value(value))}
    kind, name = next(filter(None, map(workload_named, ends)), (None, None))
    called = name or next((labels[key] for key in NAME_KEYS if key in labels), "pods")
    varying = tuple(VaryingLabel(key) for key in sorted({key for each in carried for key, _ in each} - labels.keys()))
    return Workload(
        kind=kind or "Pod", name=called, namespace=namespace, labels=labels, varying=varying, location=RECORDS
    )


def with_seen(workloads: Sequence[Workload], parties: Parties) -> tuple[Workload, ...]:
    """Return the workloads of manifests, and those of the flows that some label can select."""
    return (*workloads, *(each for each in parties.only_seen if each.labels))
