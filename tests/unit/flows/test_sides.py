import pytest

from netpolc.flows.record import FlowEnd, SeenFlow
from netpolc.flows.sides import counted_once

END = FlowEnd(namespace="shop", labels=())


def seen(verdict, side, count):
    return SeenFlow(source=END, destination=END, protocol="TCP", port=80, verdict=verdict, side=side, count=count)


@pytest.mark.parametrize(
    ("flows", "expected"),
    [
        pytest.param([("forwarded", "egress", 3)], {"forwarded": 3}, id="one side"),
        pytest.param(
            [("forwarded", "egress", 3), ("forwarded", "ingress", 5)], {"forwarded": 5}, id="both, the larger"
        ),
        pytest.param([("forwarded", "egress", 3), ("denied", "ingress", 3)], {"denied": 3}, id="let out, not let in"),
        pytest.param(
            [("forwarded", "egress", 5), ("forwarded", "ingress", 2), ("denied", "ingress", 3)],
            {"forwarded": 2, "denied": 3},
            id="let out, some let in",
        ),
        pytest.param([("forwarded", None, 3), ("forwarded", None, 4)], {"forwarded": 7}, id="no side is told"),
        pytest.param(
            [("denied", "egress", 3), ("dropped", "egress", 1)], {"denied": 3, "dropped": 1}, id="lost otherwise"
        ),
    ],
)
def test_connections_of_both_sides_count_once(flows, expected):
    found = counted_once([seen(*each) for each in flows])
    assert {verdict: each.count for verdict, each in found.items()} == expected
