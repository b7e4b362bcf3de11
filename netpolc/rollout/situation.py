"""What a cluster has that a plan goes by: its policies with their owners, and everything else as manifests."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import msgspec

from netpolc.live.kinds import FOREIGN, NETWORK_POLICIES, POLICIES
from netpolc.live.kinds import kinds as kinds_of_answers
from netpolc.live.lists import pages
from netpolc.live.pulling import pull
from netpolc.live.refusals import ClusterError
from netpolc.live.served import served
from netpolc.live.texts import in_json, json_in_lines
from netpolc.manifests.assumptions import assumptions
from netpolc.manifests.combining import combine
from netpolc.manifests.reading import read_manifests
from netpolc.policy.constants import NAME_LABEL
from netpolc.rollout.around import Around
from netpolc.rollout.inventory import SetInventory
from netpolc.rollout.model import shown
from netpolc.rollout.objects import TIER_KIND, kept_objects, stored_objects
from netpolc.rollout.plan import Situation
from netpolc.source import Source

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Mapping, Sequence

    from netpolc.diagnostics.model import Diagnostic
    from netpolc.live.kubectl import Kubectl
    from netpolc.rollout.model import Document, Key
    from netpolc.rollout.objects import Stored

STORED = "cluster"
"""How the paths of policies begin that a cluster has."""
OLDER = f"{STORED}/older.json"
"""The path of cluster-wide policies of older kinds, of which netpolc writes none."""


class Seen(msgspec.Struct, frozen=True):
    """A cluster as it was seen: what a plan asks of it, its policies as JSON by key, and the manifests of the rest.

    Cluster-wide policies of `older` kinds are apart: no rollout changes them. JSON takes a tenth of the memory that
    the same takes as objects of Python.
    """

    situation: Situation
    policies: dict[Key, bytes]
    older: tuple[dict[str, Any], ...]
    around: str

    def texts_of(self, keys: Container[Key]) -> dict[str, str]:
        """Return the policies of some keys, each as a text of its own, by a path that says where it is.

        Those of older kinds are among them.
        """
        found = {
            f"{STORED}/{shown(key)}.json": json_in_lines(each) for key, each in self.policies.items() if key in keys
        }
        return found | ({OLDER: in_json(self.older)} if self.older else {})


def look(
    kubectl: Kubectl,
    set_name: str,
    wanted: Mapping[Key, Document] = MappingProxyType({}),
    *,
    renamed_from: str | None = None,
    final_for_pod: bool = True,
) -> Seen:
    """Ask a cluster for all that it has, and what it lists of a set, which may be `renamed_from` another.

    Rules are `final_for_pod` as in `Around`.

    Policies that say what is `wanted` are not read anew.

    Raises:
        ClusterError: something cannot be asked for: nothing is known then.
    """
    asked = served(kubectl, kinds_of_answers(evidence=False))
    tiers = next((kind for kind in asked if kind.name == TIER_KIND), None)
    stored: dict[Key, Stored] = {}
    policies: dict[Key, bytes] = {}
    for kind in (NETWORK_POLICIES, *(() if tiers is None else (tiers,))):
        found: dict[Key, Stored] = {}
        texts: dict[Key, bytes] = {}
        for page in pages(kubectl, kind):
            if page is None:
                found.clear()
                texts.clear()
                continue
            kept = kept_objects(page, kind)
            found |= stored_objects(page, kept, f"cluster:{kubectl.context}", wanted)
            texts |= {key: msgspec.json.encode(each) for key, each in kept.items()}
        stored |= found
        policies |= texts
    listed = SetInventory(kubectl, set_name).read()
    rest = [kind for kind in asked if kind not in (NETWORK_POLICIES, tiers)]
    others = [*pull(kubectl, folded=True, asked=rest).items]
    older_kinds = {(kind.api, kind.name) for kind in rest if kind in POLICIES}
    older = tuple(each for each in others if (each["apiVersion"], each["kind"]) in older_kinds)
    rest_of_it = [each for each in others if (each["apiVersion"], each["kind"]) not in older_kinds]
    around = _around(others, older, final_for_pod=final_for_pod)
    situation = Situation(
        context=kubectl.context,
        stored=stored,
        around=around,
        tiers=tiers,
        listed=listed,
        listed_before=frozenset() if renamed_from is None else _listed_before(kubectl, renamed_from),
        left_out=_left_out(others, {namespace for namespace, _ in wanted}),
    )
    return Seen(situation, policies, older, in_json(rest_of_it))


def _around(others: Sequence[dict[str, Any]], older: Sequence[dict[str, Any]], *, final_for_pod: bool) -> Around:
    namespaces = {
        item["metadata"]["name"]: {
            key: value for key, value in (item["metadata"].get("labels") or {}).items() if key != NAME_LABEL
        }
        for item in others
        if item["kind"] == "Namespace"
    }
    nodes = [item for item in others if item["kind"] == "Node"]
    read = combine([read_manifests(Source(OLDER, in_json([*older, *nodes])))])
    return Around(namespaces, read.tier_policies, read.nodes, final_for_pod)


def _listed_before(kubectl: Kubectl, name: str) -> frozenset[Key]:
    """Return what the inventory of a former name has; who may not read that goes by the labels alone."""
    try:
        return SetInventory(kubectl, name).read()
    except ClusterError as error:
        if error.cause != "forbidden":
            raise
        return frozenset()


def _left_out(others: Sequence[dict[str, Any]], namespaces: Collection[str]) -> tuple[Diagnostic, ...]:
    """Say which kinds decide who reaches whom, in some namespaces or everywhere, and count in no answer."""
    kinds = {(kind.api, kind.name) for kind in FOREIGN}
    where = {*namespaces, ""}
    near = [
        each
        for each in others
        if (each["apiVersion"], each["kind"]) in kinds and each["metadata"].get("namespace", "") in where
    ]
    if not near:
        return ()
    read = combine([read_manifests(Source(OLDER, in_json(near)))])
    # What is printed is no file, so there is no place to show.
    return tuple(msgspec.structs.replace(each, location=None, label="") for each in assumptions(read))
