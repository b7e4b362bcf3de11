"""The inventory of a set: a ConfigMap in the cluster that lists its objects.

Membership goes by the label, and where somebody took that from an object, by the inventory: it would be left over
otherwise, and nobody would see it. A ConfigMap is what every cluster has, takes no CRD, and shows no secrets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.live.refusals import ClusterError
from netpolc.rollout.marks import INVENTORY, SET_LABEL, manager_of
from netpolc.rollout.model import Key

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netpolc.live.kubectl import Kubectl

NAMESPACE = "default"
"""Where inventories are: a set has objects in many namespaces, and this is the one that no cluster lacks."""


class _Data(msgspec.Struct):
    objects: str = ""


class _ConfigMap(msgspec.Struct):
    data: _Data = msgspec.field(default_factory=_Data)


def name_of(set_name: str) -> str:
    """Return the name of the ConfigMap of a set."""
    return f"{INVENTORY}{set_name}".lower().replace("_", "-")


class SetInventory:
    """The inventory of a set in a cluster."""

    def __init__(self, kubectl: Kubectl, set_name: str) -> None:
        """Take whom to ask; nothing is read yet."""
        self._kubectl = kubectl
        self._set = set_name
        self._name = name_of(set_name)
        self._path = f"/api/v1/namespaces/{NAMESPACE}/configmaps/{self._name}"
        self._known: frozenset[Key] | None = None

    def read(self) -> frozenset[Key]:
        """Return the keys that it lists; none where there is no inventory yet.

        Raises:
            ClusterError: it cannot be read.
        """
        if self._known is None:
            try:
                answer = self._kubectl.get(self._path)
            except ClusterError as error:
                if error.cause != "not found":
                    if error.cause == "forbidden":
                        error.advice = "`netpolc plan --rbac` and `netpolc apply --rbac` print the roles that suffice"
                    raise
                self._known = frozenset()
            else:
                lines = msgspec.json.decode(answer, type=_ConfigMap).data.objects.splitlines()
                self._known = frozenset((space, name) for space, _, name in (line.partition("/") for line in lines))
        return self._known

    def is_there(self) -> bool | None:
        """Tell whether there is one in the cluster; None where nobody may see that."""
        try:
            self._kubectl.get(self._path)
        except ClusterError as error:
            return False if error.cause == "not found" else None
        return True

    def write(self, keys: Iterable[Key]) -> None:
        """Have it list some objects; nothing is sent where it does.

        Raises:
            ClusterError: it cannot be written.
        """
        listed = frozenset(keys)
        if listed == self.read():
            return
        whole = {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": self._name, "namespace": NAMESPACE, "labels": {SET_LABEL: self._set}},
            "data": {"objects": "".join(f"{namespace}/{name}\n" for namespace, name in sorted(listed))},
        }
        self._kubectl.apply(msgspec.json.encode(whole), manager=manager_of(self._set))
        self._known = listed
