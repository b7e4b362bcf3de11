"""One flow, as every reader gives it: who was seen to connect to whom, when, how often, and what became of it."""

from __future__ import annotations

from typing import Literal

import msgspec

VerdictOfLog = Literal["forwarded", "denied", "dropped"]
"""What became of a flow by its log: let through, refused by a policy, or lost for another reason."""

Side = Literal["egress", "ingress"]
"""The end at which a flow was seen: that of its source, or that of its destination."""


class FlowEnd(msgspec.Struct, frozen=True, kw_only=True, cache_hash=True):
    """One end of a flow, as far as its log tells.

    A pod has a `namespace`; whoever has none is known by the `address` alone. The `owner` is what the log calls the
    workload, with its `kind`, as `Deployment`, if it says so: of a ReplicaSet, the name with its hash, as logged.
    `labels` are those of the pod, sorted, without those that change with each pod or roll-out; None where the log has
    none, which is not the same as a pod without labels; `namespace_labels` are those of its namespace. `names` are DNS
    names that the log has for the address. It `is_node` where it is the node on which the pod at the other end runs.
    """

    namespace: str | None = None
    pod: str | None = None
    owner: str | None = None
    kind: str | None = None
    labels: tuple[tuple[str, str], ...] | None = None
    namespace_labels: tuple[tuple[str, str], ...] | None = None
    address: str | None = None
    names: tuple[str, ...] = ()
    is_node: bool = False


class SeenFlow(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Connections that were seen between two ends, in the direction in which they were opened: replies are none.

    `port` is that of the destination's pod, or of the `service` (namespace, name) through which it was asked for,
    where the log knows no other: then that is given. `first` and `last` are seconds since 1970 in UTC, None where the
    log has no time. `count` is the number of connections, or of records where a log does not count connections.
    The `policies` that decided are `namespace/name`. `side` is where the flow was seen, if the log says so: logs of
    both ends have the same connection twice.
    """

    source: FlowEnd
    destination: FlowEnd
    protocol: Literal["TCP", "UDP", "SCTP"]
    port: int
    verdict: VerdictOfLog
    first: float | None = None
    last: float | None = None
    count: int = 1
    policies: tuple[str, ...] = ()
    side: Side | None = None
    service: tuple[str | None, str] | None = None


Place = tuple[str, int]
"""A file and the number of a line in it, at which a record begins."""


class PassedOver(msgspec.Struct, frozen=True):
    """Records that are no flows of policies: why, how many, and where the first of them stands."""

    reason: str
    count: int
    file: str
    line: int
