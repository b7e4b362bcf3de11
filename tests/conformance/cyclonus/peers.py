"""peerscases.go: each kind of peer alone, and each pair of them."""

import itertools

from tests.conformance.cyclonus.base import ALL, NS_X, PEERS, base, gates
from tests.conformance.grid import labels, one

C = labels(pod="c")

PEER = {
    "empty pods + nil ns": ({"podSelector": ALL}, "x/a x/b x/c"),
    "pods by label + nil ns": ({"podSelector": C}, "x/c"),
    "nil pods + empty ns": ({"namespaceSelector": ALL}, "*"),
    "empty pods + empty ns": ({"podSelector": ALL, "namespaceSelector": ALL}, "*"),
    "pods by label + empty ns": ({"podSelector": C, "namespaceSelector": ALL}, "x/c y/c z/c"),
    "nil pods + ns by label": ({"namespaceSelector": NS_X}, "x/a x/b x/c"),
    "empty pods + ns by label": ({"podSelector": ALL, "namespaceSelector": NS_X}, "x/a x/b x/c"),
    "pods by label + ns by label": ({"podSelector": C, "namespaceSelector": NS_X}, "x/c"),
    "simple ipblock": ({"ipBlock": {"cidr": "10.244.3.0/24"}}, "x/c y/c z/c"),
    "ipblock with except": ({"ipBlock": {"cidr": "10.244.3.0/24", "except": ["10.244.3.208/28"]}}, "x/c y/c"),
}
"""Whom each peer lets pass; the blocks are the /24 and the /28 of z/c's address, as upstream makes them."""

CASES = (
    *(one(f"{direction}: empty peers", base(peers={direction: []}), *gates(direction, "*")) for direction in PEERS),
    *(
        one(name, base(peers={direction: [peer]}), *gates(direction, others))
        for direction in PEERS
        for name, (peer, others) in PEER.items()
    ),
    *(
        one(
            f"{direction}, 2-peer: {first}, {second}",
            base(peers={direction: [PEER[first][0], PEER[second][0]]}),
            *gates(direction, f"{PEER[first][1]} {PEER[second][1]}"),
        )
        for direction in PEERS
        for first, second in itertools.combinations(PEER, 2)
    ),
)
