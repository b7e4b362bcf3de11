"""The 48 connectivity cases of Kubernetes' own end-to-end suite, with its names, policies and truth tables.

Source: kubernetes/kubernetes v1.33.0, test/e2e/network/netpol/network_policy.go. Tables are stated as there: everything
is allowed, but for edits in order; a later edit overrides an earlier one. Loopback is not probed (`ignoreLoopback`).
"""

from tests.conformance.grid import (
    ADDRESSES,
    Case,
    apply,
    delete,
    expression,
    labels,
    namespace,
    one,
    pod,
    policy,
    step,
)
from tests.conformance.probes import no, sctp, tcp, udp, yes
from tests.naive.programs import NAME_LABEL

ALL = {}
A, B = labels(pod="a"), labels(pod="b")
X, Y = ({"matchLabels": {NAME_LABEL: name}} for name in "xy")
NOT_X, NOT_Y = (expression(NAME_LABEL, "NotIn", name) for name in "xy")
XB, YB = (ADDRESSES[name] for name in ("x/b", "y/b"))
LARGE = "0.0.0.0/4"
"""What `makeLargeCIDRForIP` gives for any of the pods: the /4 that it is in."""

FROM_YA = {"from": [{"namespaceSelector": Y, "podSelector": A}]}
FROM_XA = {"from": [{"namespaceSelector": X, "podSelector": A}]}
TO_YA = {"to": [{"namespaceSelector": Y, "podSelector": A}]}
ONLY_FROM_Y = (no("x/*", "x/a"), no("z/*", "x/a"))
Y_ON_80 = policy(
    "x/allow-client-a-via-ns-selector-80",
    A,
    ingress=[{"from": [{"namespaceSelector": Y}], "ports": [{"port": 80, "protocol": "TCP"}]}],
)


def y_on_81(name, protocol="TCP"):
    return policy(
        f"x/{name}",
        A,
        ingress=[{"from": [{"namespaceSelector": Y}], "ports": [{"port": 81, "protocol": protocol}]}],
    )


def to_block(cidr, **rest):
    """The policy of the cases about blocks: what x/a may reach."""
    return policy("x/allow-client-a-via-cidr-egress-rule", A, egress=[{"to": [{"ipBlock": {"cidr": cidr, **rest}}]}])


EXCEPT_XB = to_block(LARGE, **{"except": [f"{XB}/32"]})


def from_ya(port):
    """The policy and the tables of a case that all three protocols have."""
    return (
        policy("x/allow-ns-y-pod-a-via-namespace-pod-selector", A, ingress=[FROM_YA]),
        port(80, no("*", "x/a"), yes("y/a", "x/a")),
    )


TCP = (
    one(
        "should support a 'default-deny-ingress' policy",
        policy("x/deny-ingress", ALL, ingress=[]),
        tcp(80, no("*", "x/*")),
    ),
    one(
        "should support a 'default-deny-all' policy",
        policy("x/deny-all", ALL, ingress=[], egress=[]),
        tcp(80, no("*", "x/*"), no("x/*", "*")),
    ),
    one(
        "should enforce policy to allow traffic from pods within server namespace based on PodSelector",
        policy("x/x-a-allows-x-b", A, ingress=[{"from": [{"podSelector": B}]}]),
        tcp(80, no("*", "x/a"), yes("x/b", "x/a")),
    ),
    one(
        "should enforce policy to allow ingress traffic for a target",
        policy("x/deny-all", ALL, ingress=[]),
        policy("x/allow-all-to-a", A, ingress=[{"from": [{"podSelector": ALL, "namespaceSelector": ALL}]}]),
        tcp(80, yes("*", "x/a"), no("*", "x/b"), no("*", "x/c")),
    ),
    one(
        "should enforce policy to allow ingress traffic from pods in all namespaces",
        policy("x/allow-from-another-ns", A, ingress=[{"from": [{"namespaceSelector": labels()}]}]),
        tcp(80),
    ),
    one(
        "should enforce policy to allow traffic only from a different namespace, based on NamespaceSelector",
        policy("x/allow-client-a-via-ns-selector", A, ingress=[{"from": [{"namespaceSelector": Y}]}]),
        tcp(80, *ONLY_FROM_Y),
    ),
    one(
        "should enforce policy based on PodSelector with MatchExpressions",
        policy("x/x-a-allows-x-b", A, ingress=[{"from": [{"podSelector": expression("pod", "In", "b")}]}]),
        tcp(80, no("*", "x/a"), yes("x/b", "x/a")),
    ),
    one(
        "should enforce policy based on NamespaceSelector with MatchExpressions",
        policy(
            "x/allow-ns-y-match-selector",
            A,
            ingress=[{"from": [{"namespaceSelector": expression(NAME_LABEL, "In", "y")}]}],
        ),
        tcp(80, *ONLY_FROM_Y),
    ),
    one(
        "should enforce policy based on PodSelector or NamespaceSelector",
        policy(
            "x/allow-ns-y-match-selector", A, ingress=[{"from": [{"namespaceSelector": NOT_X}, {"podSelector": B}]}]
        ),
        tcp(80, no("x/a", "x/a"), no("x/c", "x/a")),
    ),
    one(
        "should enforce policy based on PodSelector and NamespaceSelector",
        policy(
            "x/allow-ns-y-podselector-and-nsselector",
            A,
            ingress=[{"from": [{"namespaceSelector": NOT_X, "podSelector": B}]}],
        ),
        tcp(80, no("*", "x/a"), yes("y/b", "x/a"), yes("z/b", "x/a")),
    ),
    one(
        "should enforce policy based on Multiple PodSelectors and NamespaceSelectors",
        policy(
            "x/allow-ns-y-z-pod-b-c",
            A,
            ingress=[{"from": [{"namespaceSelector": NOT_X, "podSelector": expression("pod", "In", "b", "c")}]}],
        ),
        tcp(80, no("x/*", "x/a"), no("y/a", "x/a"), no("z/a", "x/a")),
    ),
    one(
        "should enforce policy based on any PodSelectors",
        policy("x/allow-ns-x-pod-b-c", A, ingress=[{"from": [{"podSelector": B}, {"podSelector": labels(pod="c")}]}]),
        tcp(80, no("*", "x/a"), yes("x/b", "x/a"), yes("x/c", "x/a")),
    ),
    one(
        "should enforce policy to allow traffic only from a pod in a different namespace "
        "based on PodSelector and NamespaceSelector",
        *from_ya(tcp),
    ),
    one(
        "should enforce policy based on Ports",
        y_on_81("allow-client-a-via-ns-selector"),
        tcp(81, no("x/*", "x/a"), yes("y/*", "x/a"), no("z/*", "x/a")),
    ),
    Case(
        "should enforce multiple, stacked policies with overlapping podSelectors",
        (
            step(
                apply(y_on_81("allow-client-a-via-ns-selector")),
                then=[tcp(81, no("x/*", "x/a"), yes("y/*", "x/a"), no("z/*", "x/a")), tcp(80, no("*", "x/a"))],
            ),
            step(apply(Y_ON_80), then=[tcp(80, no("x/*", "x/a"), yes("y/*", "x/a"), no("z/*", "x/a"))]),
        ),
    ),
    one("should support allow-all policy", policy("x/allow-all", labels(), ingress=[{}]), tcp(80), tcp(81)),
    one(
        "should allow ingress access on one named port",
        policy("x/allow-all", labels(), ingress=[{"ports": [{"port": "serve-81-tcp"}]}]),
        tcp(81),
        tcp(80, no("*", "x/*")),
    ),
    one(
        "should allow ingress access from namespace on one named port",
        policy(
            "x/allow-client-a-via-ns-selector-80",
            A,
            ingress=[{"from": [{"namespaceSelector": Y}], "ports": [{"port": "serve-80-tcp", "protocol": "TCP"}]}],
        ),
        tcp(80, *ONLY_FROM_Y),
        tcp(81, no("*", "x/a")),
    ),
    one(
        "should allow egress access on one named port",
        policy("x/allow-egress", labels(), egress=[{"ports": [{"port": "serve-80-tcp"}]}]),
        tcp(80),
        tcp(81, no("x/*", "*")),
    ),
    Case(
        "should enforce updated policy",
        (
            step(apply(policy("x/allow-all-mutate-to-deny-all", labels(), ingress=[{}])), then=[tcp(81)]),
            step(
                apply(policy("x/allow-all-mutate-to-deny-all", labels(), ingress=[])),
                then=[tcp(81, no("*", "x/*"))],
            ),
        ),
    ),
    Case(
        "should allow ingress access from updated namespace",
        (
            step(
                apply(
                    policy(
                        "x/allow-client-a-via-ns-selector",
                        A,
                        ingress=[{"from": [{"namespaceSelector": labels(ns2="updated")}]}],
                    )
                ),
                then=[tcp(80, no("*", "x/a"))],
            ),
            step(namespace("y", ns="y", ns2="updated"), then=[tcp(80, no("*", "x/a"), yes("y/*", "*"))]),
        ),
    ),
    Case(
        "should allow ingress access from updated pod",
        (
            step(
                apply(
                    policy(
                        "x/allow-client-a-via-pod-selector",
                        A,
                        ingress=[{"from": [{"podSelector": labels(pod="b", pod2="updated")}]}],
                    )
                ),
                then=[tcp(80, no("*", "x/a"))],
            ),
            step(pod("x/b", pod="b", pod2="updated"), then=[tcp(80, no("*", "x/a"), yes("x/b", "x/a"))]),
        ),
    ),
    one(
        "should deny ingress from pods on other namespaces",
        policy("x/deny-empty-policy", ALL, ingress=[{"from": [{"podSelector": labels()}]}]),
        tcp(80, no("y/*", "x/*"), no("z/*", "x/*")),
    ),
    Case(
        "should deny ingress access to updated pod",
        (
            step(
                apply(policy("x/deny-ingress-via-label-selector", labels(target="isolated"), ingress=[])),
                then=[tcp(80)],
            ),
            step(pod("x/a", pod="a", target="isolated"), then=[tcp(80, no("*", "x/a"))]),
        ),
    ),
    one(
        "should deny egress from pods based on PodSelector",
        policy("x/deny-egress-pod-a", A, egress=[]),
        tcp(80, no("x/a", "*")),
    ),
    one(
        "should deny egress from all pods in a namespace",
        policy("x/deny-egress-ns-x", ALL, egress=[]),
        tcp(80, no("x/*", "*")),
    ),
    one(
        "should work with Ingress, Egress specified together",
        policy(
            "x/allow-client-a-via-pod-selector",
            A,
            egress=[{"ports": [{"port": 80}]}],
            ingress=[{"from": [{"podSelector": B}]}],
        ),
        tcp(80, no("*", "x/a"), yes("x/b", "x/a")),
        tcp(81, no("*", "x/a"), no("x/a", "*"), yes("x/b", "x/a")),
    ),
    one(
        "should support denying of egress traffic on the client side "
        "(even if the server explicitly allows this traffic)",
        policy("x/allow-to-ns-y-pod-a", A, egress=[TO_YA]),
        policy("y/allow-from-xa-on-ya-match-selector", A, ingress=[FROM_XA]),
        policy("y/allow-from-xa-on-yb-match-selector", B, ingress=[FROM_XA]),
        tcp(80, no("x/a", "*"), no("*", "y/a"), yes("x/a", "y/a"), no("*", "y/b")),
    ),
    one(
        "should enforce egress policy allowing traffic to a server in a different namespace "
        "based on PodSelector and NamespaceSelector",
        policy("x/allow-to-ns-y-pod-a", A, egress=[TO_YA]),
        tcp(80, no("x/a", "*"), yes("x/a", "y/a")),
    ),
    one(
        "should enforce ingress policy allowing any port traffic to a server on a specific protocol",
        policy("x/allow-ingress-by-proto", A, ingress=[{"ports": [{"protocol": "TCP"}]}]),
        tcp(80),
        udp(80, no("*", "x/a")),
    ),
    Case(
        "should enforce multiple ingress policies with ingress allow-all policy taking precedence",
        (
            step(
                apply(policy("x/allow-ingress-port-80", labels(), ingress=[{"ports": [{"port": 80}]}])),
                then=[tcp(81, no("*", "x/*"))],
            ),
            step(apply(policy("x/allow-ingress", labels(), ingress=[{}])), then=[tcp(81)]),
        ),
    ),
    Case(
        "should enforce multiple egress policies with egress allow-all policy taking precedence",
        (
            step(
                apply(policy("x/allow-egress-port-80", labels(), egress=[{"ports": [{"port": 80}]}])),
                then=[tcp(81, no("x/*", "*"))],
            ),
            step(apply(policy("x/allow-egress", labels(), egress=[{}])), then=[tcp(81)]),
        ),
    ),
    Case(
        "should stop enforcing policies after they are deleted",
        (
            step(
                apply(policy("x/deny-all", ALL, ingress=[], egress=[])),
                then=[tcp(80, no("x/*", "*"), no("*", "x/*"))],
            ),
            step(delete("x/deny-all"), then=[tcp(80)]),
        ),
    ),
    one(
        "should allow egress access to server in CIDR block",
        to_block(f"{YB}/32"),
        tcp(80, no("x/a", "*"), yes("x/a", "y/b")),
    ),
    one(
        "should enforce except clause while egress access to server in CIDR block",
        EXCEPT_XB,
        tcp(80, no("x/a", "x/b")),
    ),
    Case(
        "should ensure an IP overlapping both IPBlock.CIDR and IPBlock.Except is allowed",
        (
            step(apply(EXCEPT_XB), then=[tcp(80, no("x/a", "x/b"))]),
            # As upstream does, in spite of the name: the second policy replaces the first.
            step(apply(to_block(f"{XB}/32")), then=[tcp(80, no("x/a", "*"), yes("x/a", "x/b"))]),
        ),
    ),
    Case(
        "should enforce policies to check ingress and egress policies can be controlled independently "
        "based on PodSelector",
        (
            step(apply(policy("x/allow-egress-for-target", A, egress=[{}])), then=[tcp(80)]),
            step(apply(policy("x/deny-ingress-via-label-selector", A, ingress=[])), then=[tcp(80, no("*", "x/a"))]),
        ),
    ),
    one(
        "should not mistakenly treat 'protocol: SCTP' as 'protocol: TCP', even if the plugin doesn't support SCTP",
        policy("x/deny-ingress", ALL, ingress=[]),
        policy("x/allow-only-sctp-ingress-on-port-81", A, ingress=[{"ports": [{"port": 81, "protocol": "SCTP"}]}]),
        tcp(81, no("*", "x/*")),
    ),
    one(
        "should properly isolate pods that are selected by a policy allowing SCTP, "
        "even if the plugin doesn't support SCTP",
        policy("x/allow-only-sctp-ingress-on-port-80", A, ingress=[{"ports": [{"port": 80, "protocol": "SCTP"}]}]),
        tcp(81, no("*", "x/a")),
    ),
    one(
        "should not allow access by TCP when a policy specifies only UDP",
        policy("x/allow-only-udp-ingress-on-port-81", A, ingress=[{"ports": [{"port": 81, "protocol": "UDP"}]}]),
        tcp(81, no("*", "x/a")),
    ),
    one(
        "should enforce policy to allow traffic based on NamespaceSelector with MatchLabels using default ns label",
        policy(
            "x/allow-client-a-via-ns-selector-for-immutable-ns-label", A, ingress=[{"from": [{"namespaceSelector": Y}]}]
        ),
        tcp(80, *ONLY_FROM_Y),
    ),
    one(
        "should enforce policy based on NamespaceSelector with MatchExpressions using default ns label",
        policy(
            "x/allow-ns-y-match-selector-for-immutable-ns-label", A, egress=[{"to": [{"namespaceSelector": NOT_Y}]}]
        ),
        tcp(80, no("x/a", "y/*")),
    ),
)


def others(port, protocol):
    """The three cases that UDP and SCTP have each."""
    return (
        one(
            "should support a 'default-deny-ingress' policy",
            policy("x/deny-all", ALL, ingress=[]),
            port(80, no("*", "x/*")),
        ),
        one(
            "should enforce policy based on Ports",
            y_on_81("allow-ingress-on-port-81-ns-x", protocol),
            port(81, *ONLY_FROM_Y),
        ),
        one(
            "should enforce policy to allow traffic only from a pod in a different namespace "
            "based on PodSelector and NamespaceSelector",
            *from_ya(port),
        ),
    )


UDP = others(udp, "UDP")
SCTP = others(sctp, "SCTP")
