"""conflictcases.go: policies that deny beside policies that allow."""

from tests.conformance.cyclonus.base import ALL, DNS, EGRESS, INGRESS, into, out_of
from tests.conformance.grid import labels, one, policy

EXPLICIT_ALLOW_ALL, DENY_ALL = [{}], []
BY_POD, BY_IP = {"namespaceSelector": ALL}, {"ipBlock": {"cidr": "0.0.0.0/0"}}
NO_POD = {"namespaceSelector": labels(**{"this-will-never-happen": "qrs123"})}
NO_IP = {"ipBlock": {"cidr": "0.0.0.0/31"}}
ALLOW_DNS = policy("x/allow-dns", labels(pod="b"), egress=[DNS])


def leaving(name, rules):
    return policy(f"x/{name}", labels(pod="b"), egress=rules)


def entering(name, rules, target=("x", "b")):
    return policy(f"{target[0]}/{name}", labels(pod=target[1]), ingress=rules)


def conflict(build, direction, end):
    """The cases that upstream has of both directions: a policy that denies beside one that allows."""
    peers = "to" if direction == EGRESS else "from"
    dns = [ALLOW_DNS] if direction == EGRESS else []
    explicit = build(f"deny-all-{direction}", DENY_ALL)
    by_ip = build(f"allow-all-{direction}-by-ip", [{peers: [BY_IP]}])
    by_pod = build(f"allow-all-{direction}-by-pod", [{peers: [BY_POD]}])
    no_ip = build(f"deny-all-{direction}-by-ip", [{peers: [NO_IP]}])
    no_pod = build(f"deny-all-{direction}-by-pod", [{peers: [NO_POD]}])
    return (
        one(f"deny all + allow all by pod {end}", explicit, by_pod, *dns),
        one(f"deny all + allow all by IP {end}", explicit, by_ip, *dns),
        one(f"deny all by IP + allow all by pod {end}", no_ip, by_pod, *dns),
        one(f"deny all by pod + allow all by IP {end}", no_pod, by_ip, *dns),
    )


def denial(build, direction, gate):
    """The cases where a rule for nobody is all that there is; upstream gives both policies one name."""
    peers = "to" if direction == EGRESS else "from"
    dns = [ALLOW_DNS] if direction == EGRESS else []
    return (
        one(f"{direction}: deny all by IP", build(f"deny-all-{direction}-by-ip", [{peers: [NO_IP]}]), *dns, gate),
        one(f"{direction}: deny all by pod", build(f"deny-all-{direction}-by-ip", [{peers: [NO_POD]}]), *dns, gate),
    )


CASES = (
    one(
        "deny all from source, allow all to dest",
        leaving("deny-all-egress", DENY_ALL),
        entering("allow-all-ingress", EXPLICIT_ALLOW_ALL, ("y", "c")),
        ALLOW_DNS,
        out_of("x/b"),
    ),
    one(
        "allow all from source, deny all to dest",
        leaving("allow-all-egress", EXPLICIT_ALLOW_ALL),
        entering("deny-all-ingress", DENY_ALL, ("y", "c")),
        ALLOW_DNS,
        into("y/c"),
    ),
    one(
        "deny all + allow all from same source",
        leaving("deny-all-egress", DENY_ALL),
        leaving("allow-all-egress", EXPLICIT_ALLOW_ALL),
        ALLOW_DNS,
    ),
    one(
        "deny all + allow all to same dest",
        entering("deny-all-ingress", DENY_ALL, ("y", "c")),
        entering("allow-all-ingress", EXPLICIT_ALLOW_ALL, ("y", "c")),
    ),
    *conflict(leaving, EGRESS, "from same source"),
    *conflict(entering, INGRESS, "to same source"),
    *denial(leaving, EGRESS, out_of("x/b")),
    *denial(entering, INGRESS, into("x/b")),
)
