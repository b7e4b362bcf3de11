"""What a cluster has that a plan goes by: its policies with their owners, and everything else as manifests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from netpolc.live.kinds import NETWORK_POLICIES
from netpolc.live.lists import pages
from netpolc.live.pulling import pull
from netpolc.live.reduced import reduced
from netpolc.live.texts import in_json, object_in_json
from netpolc.policy.constants import NAME_LABEL
from netpolc.rollout.objects import stored_objects
from netpolc.rollout.plan import Situation

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netpolc.live.kubectl import Kubectl
    from netpolc.rollout.model import Key

STORED = "cluster"
"""How the paths of policies begin that a cluster has."""


class Seen(msgspec.Struct, frozen=True):
    """A cluster as it was seen: what a plan asks of it, its policies as JSON by key, and the manifests of the rest."""

    situation: Situation
    policies: dict[Key, dict[str, Any]]
    around: str

    def texts_without(self, keys: Iterable[Key]) -> dict[str, str]:
        """Return the policies but for some, each as a text of its own, by a path that says where it is."""
        left = set(keys)
        return {
            f"{STORED}/{key[0]}/{key[1]}.json": object_in_json(each)
            for key, each in self.policies.items()
            if key not in left
        }


def look(kubectl: Kubectl) -> Seen:
    """Ask a cluster for all that it has.

    Raises:
        ClusterError: something cannot be asked for: nothing is known then.
    """
    items: list[dict[str, Any]] = []
    for page in pages(kubectl, NETWORK_POLICIES):
        if page is None:
            items.clear()
        else:
            items += page
    others = list(pull(kubectl, folded=True, known=(NETWORK_POLICIES,)).items)
    namespaces = {
        item["metadata"]["name"]: {
            key: value for key, value in (item["metadata"].get("labels") or {}).items() if key != NAME_LABEL
        }
        for item in others
        if item["kind"] == "Namespace"
    }
    stored = stored_objects(items, f"cluster:{kubectl.context}")
    plain = {
        (item["metadata"].get("namespace", ""), item["metadata"]["name"]): kept
        for item in items
        if (kept := reduced(item, NETWORK_POLICIES)) is not None
    }
    situation = Situation(context=kubectl.context, stored=stored, namespaces=namespaces)
    return Seen(situation, plain, in_json(others))
