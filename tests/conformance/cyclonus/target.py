"""targetcases.go, rulescases.go and namespacecases.go: whom the base policy selects, and whole directions of it."""

import json

from tests.conformance.cyclonus.base import (
    AB,
    ALL,
    BASE_GATES,
    BASE_INTO,
    BASE_OUT_OF,
    EGRESS,
    INGRESS,
    PEERS,
    A,
    base,
    gates,
    into,
    out_of,
)
from tests.conformance.grid import one
from tests.naive.programs import NAME_LABEL

TARGET = (
    one("set namespace to x", base(where="x"), *BASE_GATES),
    one("set namespace to y", base(where="y"), into("y/a", BASE_INTO, "TCP:80"), out_of("y/a", BASE_OUT_OF, "TCP:80")),
    one("set namespace to z", base(where="z"), into("z/a", BASE_INTO, "TCP:80"), out_of("z/a", BASE_OUT_OF, "TCP:80")),
    *(
        one(
            f"set pod selector to {json.dumps(serialized, separators=(',', ':'))}",
            base(selector=selector),
            into(selected, BASE_INTO, "TCP:80"),
            out_of(selected, BASE_OUT_OF, "TCP:80"),
        )
        for serialized, selector, selected in (
            (["MatchLabels", [], "MatchExpression", None], ALL, "x/a x/b x/c"),
            (["MatchLabels", ["pod: a"], "MatchExpression", None], A, "x/a"),
            (["MatchLabels", [], "MatchExpression", AB["matchExpressions"]], AB, "x/a x/b"),
        )
    ),
)

RULES = tuple(
    case
    for direction in (EGRESS, INGRESS)
    for case in (
        one(f"{direction}: deny all", base(rules={direction: []}), *gates(direction, "", "")),
        one(f"{direction}: allow all", base(rules={direction: [{}]}), *gates(direction, "*", "*")),
    )
)

NAMED_Z = [{"namespaceSelector": {"matchLabels": {NAME_LABEL: "z"}}}]
NAMESPACE = tuple(
    one(
        f"{direction}: select namespace by default label",
        base(peers={direction: NAMED_Z}),
        *gates(direction, "z/a z/b z/c"),
    )
    for direction in PEERS
)
