"""The manifests of many files as those of one cluster."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property
from typing import Protocol, TypeVar

import msgspec

from netpolc.diagnostics.model import Diagnostic, Label, Severity, collect
from netpolc.manifests.model import (
    BasicObject,
    Binding,
    ClusterNode,
    ConfigMap,
    EndpointSlice,
    Gateway,
    Manifests,
    Monitor,
    Namespace,
    PodMaker,
    Route,
    Service,
    Webhook,
    WideObject,
    Workload,
)
from netpolc.manifests.owners import without_owned
from netpolc.policy.model import Policy
from netpolc.policy.tier_model import TierPolicy
from netpolc.source import Location, Source

AnyPolicy = Policy | TierPolicy
_AnyObject = BasicObject | WideObject
_Object = TypeVar("_Object", bound=_AnyObject)
_Key = tuple[str, str | None, str]
Keyed = Policy | Workload | Service
"""An object that tells whether two texts are variants of each other."""

_NONE: frozenset[_Key] = frozenset()


class Variants(Protocol):
    """The rule that tells objects that are there twice by mistake from those for two environments."""

    def are_apart(self, one: Source, other: Source, *, placed: bool, share_more: bool, is_part: bool) -> bool:
        """Tell whether an object that two texts hold is meant for two environments."""
        ...  # pragma: no cover


def combine(parts: Iterable[Manifests], variants: Variants | None = None) -> Manifests:
    """Return all objects of some manifests, each once, with what another object controls merged into its controller.

    If an object occurs twice, the last counts, as with `kubectl apply`. That is an error for policies, and a note for
    other objects that differ. Policies that differ as `variants` of one are a warning, which is one for all of them.
    """
    parts = tuple(parts)
    diagnostics = [diagnostic for part in parts for diagnostic in part.diagnostics]
    joining = _Joining(parts, diagnostics, variants)
    combined = Manifests(
        policies=joining.once(one for part in parts for one in part.policies),
        tier_policies=joining.once(one for part in parts for one in part.tier_policies),
        workloads=without_owned(joining.once(one for part in parts for one in part.workloads)),
        namespaces=joining.once(one for part in parts for one in part.namespaces),
        services=joining.once(one for part in parts for one in part.services),
        endpoint_slices=tuple(one for part in parts for one in part.endpoint_slices),
        nodes=tuple(one for part in parts for one in part.nodes),
        routes=joining.once(one for part in parts for one in part.routes),
        gateways=joining.once(one for part in parts for one in part.gateways),
        webhooks=joining.once(one for part in parts for one in part.webhooks),
        monitors=joining.once(one for part in parts for one in part.monitors),
        config_maps=joining.once(one for part in parts for one in part.config_maps),
        bindings=joining.once(one for part in parts for one in part.bindings),
        makers=joining.once(one for part in parts for one in part.makers),
        skipped=_counted(part.skipped for part in parts),
        foreign=_first_of_each(part.foreign for part in parts),
        assumed=_first_of_each(part.assumed for part in parts),
        attached=next((part.attached for part in parts if part.attached is not None), None),
        refused=_counted(part.refused for part in parts),
    )
    diagnostics += joining.varying()
    return msgspec.structs.replace(combined, diagnostics=collect(diagnostics))


def _counted(counts: Iterable[dict[str, int]]) -> dict[str, int]:
    total: dict[str, int] = {}
    for each in counts:
        for name, count in each.items():
            total[name] = total.get(name, 0) + count
    return total


def _first_of_each(places: Iterable[dict[str, Location]]) -> dict[str, Location]:
    first: dict[str, Location] = {}
    for each in places:
        first = {**each, **first}
    return first


def _key(one: _AnyObject) -> _Key:
    match one:
        case Policy():
            return "NetworkPolicy", one.namespace, one.name
        case TierPolicy():
            return one.kind, None, one.name
        case Workload() | Route() | Monitor() | Binding() | PodMaker() | EndpointSlice():
            return one.kind, one.namespace, one.name
        case Service():
            return "Service", one.namespace, one.name
        case Gateway():
            return "Gateway", one.namespace, one.name
        case ConfigMap():
            return "ConfigMap", one.namespace, one.name
        case Namespace():
            return "Namespace", None, one.name
        case ClusterNode():
            return "Node", None, one.name
        case Webhook(backend=backend):
            # An object may have several.
            return one.kind, backend.namespace, f"{one.name}: {backend.service}:{backend.port}"


class _Joining:
    """Objects of several texts, put together."""

    def __init__(self, parts: Sequence[Manifests], diagnostics: list[Diagnostic], variants: Variants | None) -> None:
        self.parts = parts
        self.diagnostics = diagnostics
        self.variants = variants
        self.apart: list[tuple[_AnyObject, _AnyObject]] = []
        self.shared: dict[tuple[Source, Source], tuple[frozenset[str], bool]] = {}

    def once(self, objects: Iterable[_Object]) -> tuple[_Object, ...]:
        """Return the last of the objects with the same key, in the position of the first; report the repetitions."""
        kept: dict[_Key, _Object] = {}
        for one in objects:
            key = _key(one)
            earlier = kept.get(key)
            if earlier is not None and (isinstance(one, AnyPolicy) or one != earlier):
                if isinstance(one, AnyPolicy) and self.are_apart(key, earlier, one):
                    self.apart += [] if _is_same(one, earlier) else [(earlier, one)]
                else:
                    self.diagnostics.append(_twice(key, earlier, one))
            kept[key] = one
        return tuple(kept.values())

    def are_apart(self, key: _Key, earlier: _AnyObject, later: _AnyObject) -> bool:
        """Tell whether two objects of one key are for two environments."""
        if self.variants is None or earlier.location is None or later.location is None:
            return False
        one, other = earlier.location.source, later.location.source
        if one is other:
            return False
        if (one, other) not in self.shared:
            first, second = self.keys.get(one, _NONE), self.keys.get(other, _NONE)
            self.shared[one, other] = frozenset(kind for kind, _, _ in first & second), _is_part(first, second)
        kinds, is_part = self.shared[one, other]
        share_more = not kinds <= {key[0]}
        return self.variants.are_apart(one, other, placed=key[1] is not None, share_more=share_more, is_part=is_part)

    @cached_property
    def keys(self) -> dict[Source, set[_Key]]:
        """The keys of the objects in each text."""
        found: dict[Source, set[_Key]] = {}
        for one in (one for part in self.parts for one in objects_of(part)):
            if one.location is not None:
                found.setdefault(one.location.source, set()).add(_key(one))
        return found

    def varying(self) -> Iterator[Diagnostic]:
        """Yield one warning for all policies that are there for several environments, and differ."""
        if not self.apart:
            return
        earlier, later = self.apart[0]
        more = len({_key(later) for _, later in self.apart}) - 1
        which = f"the policy `{_shown(_key(later))}`" + (f" and {more} more are" if more else " is")
        yield Diagnostic(
            code="NP423",
            severity="warning",
            message=f"{which} in several files, for different environments as it seems; the last one counts",
            location=later.location,
            label="this one counts",
            labels=() if earlier.location is None else (Label(earlier.location, "left out"),),
            help="name the files of one environment, or leave the others out with `--exclude`",
        )


def _is_part(one: AbstractSet[_Key], other: AbstractSet[_Key]) -> bool:
    """Tell whether one of two texts holds all that the other does, and objects of other kinds."""
    small, large = (one, other) if len(one) < len(other) else (other, one)
    return small < large and not {kind for kind, _, _ in large} <= {kind for kind, _, _ in small}


def objects_of(manifests: Manifests) -> Iterator[Keyed]:
    """Yield the objects that tell whether two texts are variants of each other."""
    yield from manifests.policies
    yield from manifests.workloads
    yield from manifests.services


def key_of(one: Keyed) -> Hashable:
    """Return what two objects share that cannot both be in a cluster."""
    return _key(one)


def _is_same(one: Policy | TierPolicy, other: _AnyObject) -> bool:
    """Tell whether two policies say the same, whatever files they come from."""
    return isinstance(other, AnyPolicy) and msgspec.structs.replace(one, sources=other.sources) == other


def _twice(key: _Key, earlier: _AnyObject, later: _AnyObject) -> Diagnostic:
    kind, shown = key[0], _shown(key)
    severity: Severity = "error" if isinstance(later, AnyPolicy) else "note"
    labels = () if earlier.location is None else (Label(earlier.location, "first here"),)
    return Diagnostic(
        code="NP417",
        severity=severity,
        message=f"the {kind} `{shown}` is there twice; the last one counts",
        location=later.location,
        label="again here",
        labels=labels,
        help="rename one of them, or leave it out",
    )


def _shown(key: _Key) -> str:
    _, namespace, name = key
    return name if namespace is None else f"{namespace}/{name}"
