"""The policy that most cases vary in one respect, and what it lets pass."""

import msgspec

from tests.conformance.grid import expression, labels, policy

INGRESS, EGRESS = "ingress", "egress"


class Gate(msgspec.Struct, frozen=True):
    """Into or out of some pods, only others may pass, and only on some ports; `*` is all of them.

    What no gate is for is open. Ports that nobody serves show nowhere in the grid, so no gate names them.
    """

    direction: str
    pods: str
    others: str
    ports: str

    def stops(self, source, destination, protocol, port):
        """Whether a connection comes to this gate and may not pass."""
        subject, other = (destination, source) if self.direction == INGRESS else (source, destination)
        passes = _lists(self.others, other) and _lists(self.ports, f"{protocol}:{port}")
        return subject in self.pods.split() and not passes


def into(pods, others="", ports="*"):
    return Gate(INGRESS, pods, others, ports)


def out_of(pods, others="", ports="*"):
    return Gate(EGRESS, pods, others, ports)


def _lists(names, name):
    return not {"*", name}.isdisjoint(names.split())


ALL = {}
A = labels(pod="a")
AB = expression("pod", "In", "a", "b")
BC = expression("pod", "In", "b", "c")
NS_X = labels(ns="x")
NS_XY = expression("ns", "In", "x", "y")
NS_YZ = expression("ns", "In", "y", "z")
DNS = {"ports": [{"protocol": "UDP", "port": 53}, {"protocol": "TCP", "port": 53}]}
TCP_80 = [{"port": 80, "protocol": "TCP"}]

PEERS = {
    INGRESS: [{"podSelector": BC, "namespaceSelector": NS_XY}],
    EGRESS: [{"podSelector": AB, "namespaceSelector": NS_YZ}],
}
BASE_INTO, BASE_OUT_OF = "x/b x/c y/b y/c", "y/a y/b z/a z/b"
BASE_GATES = (into("x/a", BASE_INTO, "TCP:80"), out_of("x/a", BASE_OUT_OF, "TCP:80"))


def base(*, where="x", selector=A, rules=None, peers=None, ports=None):
    """Upstream's `BuildPolicy`: the base policy but for rules, peers or ports given by direction."""
    rules, peers, ports = rules or {}, PEERS | (peers or {}), {INGRESS: TCP_80, EGRESS: TCP_80} | (ports or {})
    entering = [{"ports": ports[INGRESS], "from": peers[INGRESS]}]
    leaving = [{"ports": ports[EGRESS], "to": peers[EGRESS]}, DNS]
    return policy(f"{where}/base", selector, ingress=rules.get(INGRESS, entering), egress=rules.get(EGRESS, leaving))


def gates(direction, others=None, ports="TCP:80"):
    """The gates of the base policy, where a direction lets others or other ports pass."""
    if direction == INGRESS:
        return into("x/a", BASE_INTO if others is None else others, ports), BASE_GATES[1]
    return BASE_GATES[0], out_of("x/a", BASE_OUT_OF if others is None else others, ports)
