"""portprotocolcases.go: each item of ports alone, and some pairs; beside each, what it opens of the ports served."""

from tests.conformance.cyclonus.base import EGRESS, INGRESS, base, gates
from tests.conformance.grid import one

NUMBERED = tuple(
    ({"protocol": protocol, "port": port} if protocol else {"port": port}, f"{protocol or 'TCP'}:{port}")
    for protocol in (None, "TCP", "UDP", "SCTP")
    for port in (80, 81)
)
WHOLE = (
    ({}, "TCP:80 TCP:81"),
    ({"protocol": "TCP"}, "TCP:80 TCP:81"),
    ({"protocol": "UDP"}, "UDP:80 UDP:81"),
    ({"protocol": "SCTP"}, "SCTP:80 SCTP:81"),
)
SINGLE = (
    *(item for i in range(4) for item in (WHOLE[i], *NUMBERED[2 * i : 2 * i + 2])),
    *(
        ({"protocol": protocol, "port": f"serve-{port}-{protocol.lower()}"}, f"{protocol}:{port}")
        for protocol in ("TCP", "UDP", "SCTP")
        for port in (80, 81)
    ),
    *(
        ({"protocol": protocol, "port": 53, "endPort": end}, opened.format(protocol))
        for protocol in ("TCP", "UDP", "SCTP")
        for end, opened in ((80, "{0}:80"), (84, "{0}:80 {0}:81"))
    ),
)
PATHOLOGICAL = (
    ("open a named port that doesn't match its protocol", {"protocol": "TCP", "port": "serve-81-udp"}),
    ("open a named port that isn't served", {"protocol": "TCP", "port": "serve-7981-udp"}),
    ("open a numbered port that isn't served", {"protocol": "TCP", "port": 7981}),
)
PAIRS = (
    ([{}, {"port": 80}], "TCP:80 TCP:81"),
    ([{}, {"port": "serve-80-tcp"}], "TCP:80 TCP:81"),
    ([{}, {"protocol": "UDP"}], "TCP:80 TCP:81 UDP:80 UDP:81"),
    ([{"port": 80}, {"port": 81}], "TCP:80 TCP:81"),
    ([{"port": 80}, {"port": "serve-81-tcp"}], "TCP:80 TCP:81"),
    ([{"port": 80}, {"protocol": "UDP", "port": "serve-81-udp"}], "TCP:80 UDP:81"),
    ([{"protocol": "UDP", "port": 80}, {"protocol": "UDP", "port": "serve-81-udp"}], "UDP:80 UDP:81"),
)


def tags(direction, items, *more):
    """The name of a case that upstream leaves without one: its tags, and the groups of tags that these are of."""
    kinds = {type(None): "any-port", int: "numbered-port", str: "named-port"}
    found = {"direction", direction, "port", *more, *(kinds[type(item.get("port"))] for item in items)}
    for item in items:
        found |= {"protocol", item["protocol"].lower()} if "protocol" in item else set()
        found |= {"end-port"} if "endPort" in item else set()
    return ",".join(sorted(found))


def opening(direction, items, opened, name):
    """A case where a direction of the base policy is for the ports of some items."""
    return one(name, base(ports={direction: items}), *gates(direction, ports=opened))


CASES = (
    *(opening(direction, [], "*", f"{direction}: empty port/protocol") for direction in (EGRESS, INGRESS)),
    *(
        case
        for direction in (EGRESS, INGRESS)
        for case in (
            *(opening(direction, [item], opened, tags(direction, [item])) for item, opened in SINGLE),
            *(opening(direction, [item], "", name) for name, item in PATHOLOGICAL),
        )
    ),
    *(
        opening(direction, items, opened, tags(direction, items, "rule", "multi-port/protocol"))
        for direction in (EGRESS, INGRESS)
        for items, opened in PAIRS
    ),
)
