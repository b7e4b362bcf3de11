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
        """Find the workload of each end that is a pod; those of manifests are called by their own names."""
        known: dict[tuple[str | None, str], list[Workload]] = {}
        for workload in workloads:
            known.setdefault((workload.namespace, workload.name), []).append(workload)
        self._found: dict[FlowEnd, Workload | None] = {}
        ends = dict.fromkeys(end for flow in flows for end in (flow.source, flow.destination) if end.namespace)
        left: dict[_Identity, list[FlowEnd]] = {}
        for end in ends:
            named = known.get((end.namespace, end.owner or ""), [])
            one = next((each for each in named if end.kind in (None, each.kind)), None)
            if one is None:
                left.setdefault((end.namespace, _identity(end)), []).append(end)
            self._found[end] = one
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
