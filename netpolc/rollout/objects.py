"""Policies as they are sent to an API server, and objects as it stores them."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import msgspec

from netpolc.live.kinds import NETWORK_POLICIES, Kind
from netpolc.live.reduced import reduced
from netpolc.live.texts import in_json
from netpolc.manifests.combining import combine
from netpolc.manifests.reading import read_manifests
from netpolc.policy.model import Policy
from netpolc.policy.objects import as_object
from netpolc.policy.tier_model import TierPolicy
from netpolc.policy.tier_objects import tier_as_object
from netpolc.rollout.marks import BRIDGE, SET_LABEL, FieldOwner, deliverer, owners_of
from netpolc.rollout.model import Document, Key, by_key
from netpolc.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LISTS = ("ingress", "egress")
TIER_KIND = "ClusterNetworkPolicy"
TIER_VERSION = "v1beta1"
"""The version that objects have in files of netpolc's own; a cluster is asked which one it serves."""
_OWNED = {
    "NetworkPolicy": frozenset({"podSelector", "policyTypes", *LISTS}),
    TIER_KIND: frozenset({"tier", "priority", "subject", *LISTS}),
}


class Stored(msgspec.Struct, frozen=True):
    """A policy as the server has it: its identity and version, what it means, and who wrote it."""

    key: Key
    uid: str
    version: str
    policy: Document
    labels: dict[str, str]
    annotations: dict[str, str]
    owners: tuple[FieldOwner, ...]
    deliverer: str | None

    @property
    def set_name(self) -> str | None:
        """The set that it is of, by its label."""
        return self.labels.get(SET_LABEL)

    def others(self, manager: str) -> tuple[FieldOwner, ...]:
        """Return the other managers that own a part of its spec."""
        return tuple(owner for owner in self.owners if owner.spec and not is_own(owner, manager))

    def is_owned_by(self, manager: str) -> bool:
        """Tell whether a manager applied all of its spec, the lists that are empty among it."""
        owned = {field for owner in self.owners if is_own(owner, manager) for field in owner.spec}
        kind = TIER_KIND if isinstance(self.policy, TierPolicy) else "NetworkPolicy"
        return _OWNED[kind] <= {field.split(".")[2] for field in owned}


def is_own(owner: FieldOwner, manager: str) -> bool:
    """Tell whether fields are owned by a manager that applied them; by an update, it owns them beside itself."""
    return owner.name == manager and owner.operation == "Apply"


def kind_of(key: Key, tiers: Kind | None) -> Kind:
    """Return the kind of an object; `tiers` is how the cluster serves ClusterNetworkPolicies."""
    return NETWORK_POLICIES if key[0] or tiers is None else tiers


def path_of(key: Key, tiers: Kind | None = None) -> str:
    """Return the path of a policy in the API."""
    return f"{kind_of(key, tiers).path(key[0] or None)}/{key[1]}"


def in_words_of_api(policy: Document, version: str = TIER_VERSION) -> dict[str, Any]:
    """Return a policy in the shape of the API, a ClusterNetworkPolicy in that of a version."""
    return tier_as_object(policy, version) if isinstance(policy, TierPolicy) else as_object(policy)


def body(
    policy: Document, set_name: str, *, bridge: bool = False, stored: Stored | None = None, tiers: Kind | None = None
) -> bytes:
    """Return what is sent to create or change a policy: one of a set.

    A list that is empty is sent: left out, it would not be owned, and nobody would see that another wrote rules into
    it. It is null in a NetworkPolicy, of which each apply would be a change with `[]`, and `[]` in a
    ClusterNetworkPolicy, whose schema takes no null. The uid keeps what was deleted from coming back, the version of
    what was looked at keeps what somebody changed since from being overwritten (kube-apiserver v1.37.2).
    """
    marks = {SET_LABEL: set_name, **({BRIDGE: "true"} if bridge else {})}
    labels = tuple(sorted({**dict(policy.labels), **marks}.items()))
    version = TIER_VERSION if tiers is None else tiers.api.rpartition("/")[2]
    whole = in_words_of_api(msgspec.structs.replace(policy, labels=labels), version)
    if stored is not None:
        whole["metadata"] |= {"uid": stored.uid, "resourceVersion": stored.version}
    nothing: list[object] | None = [] if isinstance(policy, TierPolicy) else None
    whole["spec"] = {**dict.fromkeys(LISTS, nothing), **whole["spec"]}
    return msgspec.json.encode(whole)


def kept_objects(items: Iterable[Mapping[str, Any]], kind: Kind = NETWORK_POLICIES) -> dict[Key, dict[str, Any]]:
    """Return the policies of a list of one kind, by their keys, without what nobody reads."""
    return {_key(item): found for item in items if (found := reduced(item, kind)) is not None}


def stored_objects(
    items: Iterable[Mapping[str, Any]],
    kept: Mapping[Key, dict[str, Any]],
    name: str,
    wanted: Mapping[Key, Document] = MappingProxyType({}),
) -> dict[Key, Stored]:
    """Read the policies of a list, with what is kept of each; `name` is what places in them are called.

    Of an object that says word for word what one that is `wanted` does, only the labels and annotations are read.
    """
    policies: dict[Key, Document] = {
        key: policy for key, item in kept.items() if (policy := _as_wanted(item, wanted.get(key))) is not None
    }
    rest = [item for key, item in kept.items() if key not in policies]
    if rest:
        read = combine([read_manifests(Source(name, in_json(rest)))])
        policies |= {**by_key(read.policies), **by_key(read.tier_policies)}
    found: dict[Key, Stored] = {}
    for item in items:
        metadata = item["metadata"]
        key = _key(item)
        if key in policies:
            found[key] = Stored(
                key=key,
                uid=str(metadata.get("uid", "")),
                version=str(metadata.get("resourceVersion", "")),
                policy=policies[key],
                labels=dict(metadata.get("labels") or {}),
                annotations=dict(metadata.get("annotations") or {}),
                owners=owners_of(metadata),
                deliverer=deliverer(metadata),
            )
    return found


def _key(item: Mapping[str, Any]) -> Key:
    metadata = item["metadata"]
    return str(metadata.get("namespace") or ""), str(metadata["name"])


def _as_wanted(item: Mapping[str, Any], wanted: Document | None) -> Policy | None:
    """Return what is wanted with the labels and annotations of an object; None unless the object says just that."""
    if not isinstance(wanted, Policy) or item.get("spec") != as_object(wanted)["spec"]:
        return None
    marks = {key: tuple((item["metadata"].get(key) or {}).items()) for key in ("labels", "annotations")}
    return msgspec.structs.replace(wanted, **marks)


def stored_object(answer: bytes, name: str, kind: Kind = NETWORK_POLICIES) -> Stored | None:
    """Read one policy that a server answered with; None where it is none."""
    item = msgspec.json.decode(answer)
    return next(iter(stored_objects([item], kept_objects([item], kind), name).values()), None)


def carries(stored: Stored, policy: Document, marks: Iterable[tuple[str, str]]) -> bool:
    """Tell whether an object has all labels and annotations that it is to have."""
    return all(stored.labels.get(key) == value for key, value in (*policy.labels, *marks)) and all(
        stored.annotations.get(key) == value for key, value in policy.annotations
    )


def in_conflict(stored: Stored, policy: Document, manager: str) -> tuple[FieldOwner, ...]:
    """Return the other managers of an object that stand in the way of a policy, each with the fields of which it does.

    A part of the spec is nobody else's, whatever it says; a label or an annotation may be, where both say the same.
    """
    marks = {
        f".metadata.{kind}.{key}"
        for kind, wanted, held in (
            ("labels", policy.labels, stored.labels),
            ("annotations", policy.annotations, stored.annotations),
        )
        for key, value in wanted
        if held.get(key) != value
    }
    found = (
        msgspec.structs.replace(owner, fields=marks.intersection(owner.fields).union(owner.spec))
        for owner in stored.owners
        if not is_own(owner, manager)
    )
    return tuple(owner for owner in found if owner.fields)
