"""Records of Hubble, as far as they matter here.

These are made by the million and hold no cycles, so the collector of garbage is not told of them (`gc`).
What repeats from record to record, such as a pod with all of its labels, stays the text that it is: it is looked up by
that, and most of it is read once.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

LEFT_OUT = msgspec.Raw()
"""What a record does not have, told by `is`: that takes a tenth of the time to turn it into bytes."""


class HubbleWorkload(msgspec.Struct):
    """The workload that a pod belongs to."""

    name: str = ""
    kind: str = ""


class HubbleEnd(msgspec.Struct):
    """A pod, or nothing but labels such as `reserved:world`; None where the record has no field for labels."""

    namespace: str = ""
    pod_name: str = ""
    labels: list[str] | None = None
    workloads: list[HubbleWorkload] | None = None


class HubbleObject(msgspec.Struct):
    """A Service or a policy; one of a whole cluster has no namespace."""

    name: str = ""
    namespace: str = ""


class HubbleAddresses(msgspec.Struct, gc=False):
    """The addresses of both ends."""

    source: str = ""
    destination: str = ""


class HubbleFlags(msgspec.Struct, rename="upper"):
    """The flags of TCP by which connections are opened."""

    syn: bool = False
    ack: bool = False


class HubblePorts(msgspec.Struct, gc=False):
    """The ports, and the flags of TCP."""

    source_port: int = 0
    destination_port: int = 0
    flags: msgspec.Raw = LEFT_OUT


class HubbleLayer4(msgspec.Struct, rename="upper", gc=False):
    """One of the protocols that have ports, or none of them."""

    tcp: HubblePorts | None = None
    udp: HubblePorts | None = None
    sctp: HubblePorts | None = None


class HubbleFlow(msgspec.Struct, gc=False):
    """A flow; every field may be left out by a mask."""

    time: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    verdict: str | None = None
    drop_reason: int = 0
    drop_reason_desc: str = ""
    addresses: HubbleAddresses | None = msgspec.field(name="IP", default=None)
    l4: HubbleLayer4 | None = None
    source: msgspec.Raw = LEFT_OUT
    destination: msgspec.Raw = LEFT_OUT
    source_names: msgspec.Raw = LEFT_OUT
    destination_names: msgspec.Raw = LEFT_OUT
    is_reply: bool | None = None
    reply: bool = False
    kind: str = msgspec.field(name="Type", default="")
    traffic_direction: str = ""
    destination_service: HubbleObject | None = None
    egress_allowed_by: msgspec.Raw = LEFT_OUT
    ingress_allowed_by: msgspec.Raw = LEFT_OUT
    egress_denied_by: msgspec.Raw = LEFT_OUT
    ingress_denied_by: msgspec.Raw = LEFT_OUT


class HubbleLine(msgspec.Struct, gc=False):
    """A line of `hubble observe -o json`, which holds one of these."""

    flow: HubbleFlow | None = None
    lost_events: msgspec.Raw = msgspec.Raw()
    node_status: msgspec.Raw = msgspec.Raw()
