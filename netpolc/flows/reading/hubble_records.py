"""Records of Hubble, as far as they matter here.

What repeats from record to record, such as a pod with all of its labels, stays the text that it is: it is looked up by
that, and most of it is read once.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec


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


class HubbleAddresses(msgspec.Struct):
    """The addresses of both ends."""

    source: str = ""
    destination: str = ""


class HubbleFlags(msgspec.Struct, rename="upper"):
    """The flags of TCP by which connections are opened."""

    syn: bool = False
    ack: bool = False


class HubblePorts(msgspec.Struct):
    """The ports, and the flags of TCP."""

    source_port: int = 0
    destination_port: int = 0
    flags: msgspec.Raw = msgspec.Raw()


class HubbleLayer4(msgspec.Struct, rename="upper"):
    """One of the protocols that have ports, or none of them."""

    tcp: HubblePorts | None = None
    udp: HubblePorts | None = None
    sctp: HubblePorts | None = None


class HubbleFlow(msgspec.Struct):
    """A flow; every field may be left out by a mask."""

    time: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    verdict: str | None = None
    drop_reason: int = 0
    drop_reason_desc: str = ""
    addresses: HubbleAddresses | None = msgspec.field(name="IP", default=None)
    l4: HubbleLayer4 | None = None
    source: msgspec.Raw = msgspec.Raw()
    destination: msgspec.Raw = msgspec.Raw()
    source_names: msgspec.Raw = msgspec.Raw()
    destination_names: msgspec.Raw = msgspec.Raw()
    is_reply: bool | None = None
    reply: bool = False
    kind: str = msgspec.field(name="Type", default="")
    traffic_direction: str = ""
    destination_service: HubbleObject | None = None
    egress_allowed_by: msgspec.Raw = msgspec.Raw()
    ingress_allowed_by: msgspec.Raw = msgspec.Raw()
    egress_denied_by: msgspec.Raw = msgspec.Raw()
    ingress_denied_by: msgspec.Raw = msgspec.Raw()


class HubbleLine(msgspec.Struct):
    """A line of `hubble observe -o json`, which holds one of these."""

    flow: HubbleFlow | None = None
    lost_events: msgspec.Raw = msgspec.Raw()
    node_status: msgspec.Raw = msgspec.Raw()
