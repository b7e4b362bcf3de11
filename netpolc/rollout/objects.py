"""Policies as they are sent to an API server, and objects as it stores them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from netpolc.live.kinds import NETWORK_POLICIES
from netpolc.live.reduced import reduced
from netpolc.live.texts import in_json
from netpolc.manifests.combining import combine
from netpolc.manifests.reading import read_manifests
from netpolc.policy.model import Policy
from netpolc.policy.objects import as_object
from netpolc.rollout.marks import BRIDGE, SET_LABEL, FieldOwner, deliverer, owners_of
from netpolc.rollout.model import Key, by_key
from netpolc.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

API = "/apis/networking.k8s.io/v1"
LISTS = ("ingress", "egress")


class Stored(msgspec.Struct, frozen=True):
    """A policy as the server has it: its identity and version, what it means, and who wrote it."""

    key: Key
    uid: str
    version: str
    policy: Policy
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
        return {"podSelector", "policyTypes", *LISTS} <= {field.split(".")[2] for field in owned}


def is_own(owner: FieldOwner, manager: str) -> bool:
    """Tell whether fields are owned by a manager that applied them; by an update, it owns them beside itself."""
    return owner.name == manager and owner.operation == "Apply"


def path_of(key: Key) -> str:
    """Return the path of a policy in the API."""
    namespace, name = key
    return f"{API}/namespaces/{namespace}/networkpolicies/{name}"


def body(policy: Policy, set_name: str, *, bridge: bool = False, stored: Stored | None = None) -> bytes:
    """Return what is sent to create or change a policy: one of a set.

    A list that is empty is sent as null: left out, it would not be owned, and nobody would see that another wrote rules
    into it; as `[]`, each apply would be a change. The uid keeps what was deleted from coming back, the version of
    what was looked at keeps what somebody changed since from being overwritten (kube-apiserver v1.37.2).
    """
    marks = {SET_LABEL: set_name, **({BRIDGE: "true"} if bridge else {})}
    whole = as_object(msgspec.structs.replace(policy, labels=tuple(sorted({**dict(policy.labels), **marks}.items()))))
    if stored is not None:
        whole["metadata"] |= {"uid": stored.uid, "resourceVersion": stored.version}
    whole["spec"] = {**dict.fromkeys(LISTS), **whole["spec"]}
    return msgspec.json.encode(whole)


def stored_objects(items: Sequence[Mapping[str, Any]], name: str) -> dict[Key, Stored]:
    """Read the policies of a list; `name` is what places in them are called."""
    plain = [kept for item in items if (kept := reduced(item, NETWORK_POLICIES)) is not None]
    read = combine([read_manifests(Source(name, in_json(plain)))])
    policies = by_key(read.policies)
    found: dict[Key, Stored] = {}
    for item in items:
        metadata = item["metadata"]
        key = str(metadata.get("namespace") or ""), str(metadata["name"])
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


def stored_object(answer: bytes, name: str) -> Stored | None:
    """Read one policy that a server answered with; None where it is none."""
    item = msgspec.json.decode(answer)
    return next(iter(stored_objects([item], name).values()), None)


def carries(stored: Stored, policy: Policy, marks: Iterable[tuple[str, str]]) -> bool:
    """Tell whether an object has all labels and annotations that it is to have."""
    return all(stored.labels.get(key) == value for key, value in (*policy.labels, *marks)) and all(
        stored.annotations.get(key) == value for key, value in policy.annotations
    )
