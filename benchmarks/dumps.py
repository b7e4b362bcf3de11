"""The text of a namespace as `kubectl get ns,deploy,rs,pods,netpol -o yaml --show-managed-fields` prints it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from dumped_objects import LIST, NAMESPACE, PEER, POLICY
from dumped_pods import POD
from dumped_workloads import DEPLOYMENT, REPLICA_SET

if TYPE_CHECKING:
    from collections.abc import Iterator

    from worlds import Admitted, Edge

PODS = 4
NODES = 200
LETTERS = str.maketrans("0123456789abcdef", "bcdfghjklmnpqrst")
"""Makes names of digests as Kubernetes spells them: without vowels; none is a number that would have to be quoted."""


def dump_of(namespace: str, admitted: Admitted) -> str:
    """Return a List of a namespace, and of what it holds: kind by kind, as kubectl sorts it."""
    apps = {name: _facts(namespace, name) for name in admitted}
    items = [NAMESPACE.substitute(namespace=namespace, uid=_uid(namespace))]
    items += (DEPLOYMENT.substitute(facts, uid=_uid(namespace, name)) for name, facts in apps.items())
    items += (
        REPLICA_SET.substitute(facts, owner=_uid(namespace, name), uid=_uid(namespace, name, "set"))
        for name, facts in apps.items()
    )
    items += (pod for name, facts in apps.items() for pod in _pods(namespace, name, facts))
    items += (_policy(edges, apps[name]) for name, edges in admitted.items())
    return LIST.substitute(items="".join(items))


def _facts(namespace: str, name: str) -> dict[str, str]:
    return {"app": name, "namespace": namespace, "hash": _letters(_digest(namespace, name))[:10]}


def _pods(namespace: str, name: str, facts: dict[str, str]) -> Iterator[str]:
    owner = _uid(namespace, name, "set")
    for number in range(PODS):
        digest = _digest(namespace, name, str(number))
        address = int(digest[:6], 16)
        yield POD.substitute(
            facts,
            owner=owner,
            uid=_uid(namespace, name, str(number)),
            suffix=_letters(digest)[:5],
            digest=digest,
            node=address % NODES + 1,
            ip=f"10.{address >> 16}.{address >> 8 & 255}.{address & 255}",
        )


def _policy(edges: list[Edge], facts: dict[str, str]) -> str:
    peers = "".join(PEER.substitute(app=edge.source) for edge in edges)
    return POLICY.substitute(
        facts, uid=_uid(facts["namespace"], facts["app"], "policy"), peers=peers, port=edges[0].port
    )


def _uid(*what: str) -> str:
    digest = _digest(*what, "uid")
    return "-".join((digest[:8], digest[8:12], digest[12:16], digest[16:20], digest[20:32]))


def _letters(digest: str) -> str:
    return digest.translate(LETTERS)


def _digest(*what: str) -> str:
    return hashlib.sha256("/".join(what).encode()).hexdigest()
