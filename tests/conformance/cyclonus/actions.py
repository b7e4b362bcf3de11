"""actioncases.go and examplecases.go: what changes between steps."""

from tests.conformance.cyclonus.base import (
    BASE_GATES,
    BASE_INTO,
    BASE_OUT_OF,
    INGRESS,
    NS_YZ,
    base,
    gates,
    into,
    out_of,
)
from tests.conformance.grid import (
    Case,
    apply,
    delete,
    delete_namespace,
    delete_pod,
    labels,
    namespace,
    pod,
    policy,
    step,
)

NAMED_81 = policy("x/allow-all", labels(), ingress=[{"ports": [{"port": "serve-81-tcp"}]}])
ONLY_81 = (into("x/a x/b x/c", "*", "TCP:81"),)
EXAMPLE = (
    Case(
        "should allow ingress access on one named port",
        (
            step(apply(NAMED_81), then=ONLY_81),
            step(namespace("w", ns="w"), pod("w/a", pod="a"), then=ONLY_81),
            step(delete_pod("w/a"), then=ONLY_81),
            step(delete_namespace("w"), then=ONLY_81),
            *(step(then=ONLY_81) for _ in range(3)),
        ),
    ),
)

LABELLED = base(peers={INGRESS: [{"namespaceSelector": labels(**{"new-ns": "qrs"})}]})
LABELLED_PODS = base(peers={INGRESS: [{"podSelector": labels(**{"new-label": "abc"}), "namespaceSelector": NS_YZ}]})
ACTION = (
    Case("Create/delete policy", (step(apply(base()), then=BASE_GATES), step(delete("x/base")))),
    Case(
        "Create/update policy",
        (
            step(apply(base()), then=BASE_GATES),
            step(
                apply(base(ports={INGRESS: [{"protocol": "UDP", "port": "serve-81-udp"}]})),
                then=gates(INGRESS, ports="UDP:81"),
            ),
        ),
    ),
    Case(
        "Create/delete namespace",
        (
            step(apply(base()), then=BASE_GATES),
            step(
                *(namespace("y-2", ns="y"), pod("y-2/a", pod="a"), pod("y-2/b", pod="b")),
                then=(
                    into("x/a", f"{BASE_INTO} y-2/b", "TCP:80"),
                    out_of("x/a", f"{BASE_OUT_OF} y-2/a y-2/b", "TCP:80"),
                ),
            ),
            step(delete_namespace("y-2"), then=BASE_GATES),
        ),
    ),
    Case(
        "Update namespace so that policy applies, then again so it no longer applies",
        (
            step(apply(LABELLED), then=gates(INGRESS, "")),
            step(namespace("y", **{"ns": "y", "new-ns": "qrs"}), then=gates(INGRESS, "y/a y/b y/c")),
            step(namespace("y", ns="y"), then=gates(INGRESS, "")),
        ),
    ),
    Case(
        "Create/delete pod",
        (
            step(apply(base()), then=BASE_GATES),
            step(pod("x/d", pod="d"), then=BASE_GATES),
            step(delete_pod("x/d"), then=BASE_GATES),
        ),
    ),
    Case(
        "Update pod so that policy applies, then again so it no longer applies",
        (
            step(apply(LABELLED_PODS), then=gates(INGRESS, "")),
            step(pod("y/b", **{"pod": "b", "new-label": "abc"}), then=gates(INGRESS, "y/b")),
            step(pod("y/b", pod="b"), then=gates(INGRESS, "")),
        ),
    ),
)
