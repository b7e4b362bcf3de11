"""upstreame2ecases.go: what Cyclonus took over from Kubernetes' own suite, with selectors on `ns`."""

from tests.conformance.cyclonus.base import BC, DNS, NS_X, A, into, out_of
from tests.conformance.grid import (
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

ALL = "x/a x/b x/c"
B, NS_Y = labels(pod="b"), labels(ns="y")
DNS_BY_UDP = {"protocol": "UDP", "port": 53}


def y_on(port):
    rule = {"from": [{"namespaceSelector": NS_Y}], "ports": [{"port": port, "protocol": "TCP"}]}
    return policy(f"x/allow-client-a-via-ns-selector-{port}", A, ingress=[rule])


ONLY_Y_ON_81 = (into("x/a", "y/a y/b y/c", "TCP:81"),)
CASES = (
    one("should support a 'default-deny-ingress' policy", policy("x/deny-ingress", {}, ingress=[]), into(ALL)),
    one(
        "should support a 'default-deny-all' policy",
        policy("x/deny-all-allow-dns", {}, egress=[DNS], ingress=[]),
        into(ALL),
        out_of(ALL),
    ),
    one(
        "should enforce policy based on Multiple PodSelectors and NamespaceSelectors",
        policy(
            "x/allow-ns-y-z-pod-b-c",
            A,
            ingress=[{"from": [{"namespaceSelector": expression("ns", "NotIn", "x"), "podSelector": BC}]}],
        ),
        into("x/a", "y/b y/c z/b z/c"),
    ),
    Case(
        "should enforce multiple, stacked policies with overlapping podSelectors [Feature:NetworkPolicy]",
        (
            step(apply(y_on(81)), then=ONLY_Y_ON_81),
            step(then=ONLY_Y_ON_81),
            step(apply(y_on(80)), then=(into("x/a", "y/a y/b y/c", "TCP:80 TCP:81"),)),
        ),
    ),
    Case("should support allow-all policy", (step(apply(policy("x/allow-all", labels(), ingress=[{}]))), step())),
    Case(
        "should allow ingress access on one named port",
        (
            step(
                apply(policy("x/allow-all", labels(), ingress=[{"ports": [{"port": "serve-81-tcp"}]}])),
                then=(into(ALL, "*", "TCP:81"),),
            ),
            step(then=(into(ALL, "*", "TCP:81"),)),
        ),
    ),
    Case(
        "should enforce updated policy",
        (
            step(apply(policy("x/allow-all-mutate-to-deny-all", labels(), ingress=[{}]))),
            step(apply(policy("x/allow-all-mutate-to-deny-all", labels(), ingress=[])), then=(into(ALL),)),
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
                then=(into("x/a"),),
            ),
            step(namespace("y", ns="y", ns2="updated"), then=(into("x/a", "y/a y/b y/c"),)),
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
                then=(into("x/a"),),
            ),
            step(pod("x/b", pod="b", pod2="updated"), then=(into("x/a", "x/b"),)),
        ),
    ),
    Case(
        "should deny ingress access to updated pod",
        (
            step(apply(policy("x/deny-ingress-via-label-selector", labels(target="isolated"), ingress=[]))),
            step(pod("x/a", target="isolated"), then=(into("x/a"),)),
        ),
    ),
    Case(
        "should work with Ingress, Egress specified together",
        (
            step(
                apply(
                    policy(
                        "x/allow-client-a-via-pod-selector",
                        A,
                        ingress=[{"from": [{"podSelector": B}]}],
                        egress=[{"ports": [{"port": 80}, DNS_BY_UDP]}],
                    )
                ),
                then=(into("x/a", "x/b"), out_of("x/a", "*", "TCP:80")),
            ),
            step(then=(into("x/a", "x/b"), out_of("x/a", "*", "TCP:80"))),
        ),
    ),
    one(
        "should support denying of egress traffic on the client side "
        "(even if the server explicitly allows this traffic)",
        policy(
            "x/allow-to-ns-y-pod-a",
            A,
            egress=[{"to": [{"namespaceSelector": NS_Y, "podSelector": A}]}, {"ports": [DNS_BY_UDP]}],
        ),
        *(
            policy(
                f"y/allow-from-xa-on-y{letter}-match-selector",
                labels(pod=letter),
                ingress=[{"from": [{"namespaceSelector": NS_X, "podSelector": A}]}],
            )
            for letter in "ab"
        ),
        out_of("x/a", "y/a"),
        into("y/a", "x/a"),
        into("y/b", "x/a"),
    ),
    Case(
        "should stop enforcing policies after they are deleted",
        (
            step(apply(policy("x/deny-all", {}, ingress=[], egress=[])), then=(into(ALL), out_of(ALL))),
            step(delete("x/deny-all")),
        ),
    ),
)
