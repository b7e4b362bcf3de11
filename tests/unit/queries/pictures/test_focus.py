"""What is around some peers."""

import json

import pytest

import netpolc
from netpolc.diagnostics.usage import UsageError

PROGRAM = """namespace shop
baseline deny all
web -> api:1
api -> db:2
batch -> db:2
db -> 10.0.0.0/8:3
* -> monitor:4
"""


def given():
    texts = {"shop.netpol": PROGRAM}
    for name in ("web", "api", "db", "batch", "monitor"):
        pod = {"metadata": {"name": name, "namespace": "shop", "labels": {"app": name}}, "kind": "Pod"}
        texts[f"{name}.json"] = json.dumps({"apiVersion": "v1", **pod, "spec": {"containers": []}})
    return texts


def drawn(around, hops=1):
    found = netpolc.graph(given(), tuple(given()), around=around, hops=hops, hypothetical=False).drawing
    names = ["+".join(peer.id.removeprefix("shop/") for peer in node.peers) for node in found.nodes]
    return sorted(f"{names[edge.source]}>{names[edge.destination]}" for edge in found.edges)


@pytest.mark.parametrize(
    ("around", "hops", "expected"),
    [
        ("shop/web", 1, ["web>api", "web>monitor"]),
        ("shop/db", 1, ["api+batch>db", "db>10.0.0.0/8", "db>monitor"]),
        ("10.1.2.3", 1, ["db>10.0.0.0/8"]),
        ("10.1.2.3", 2, ["api+batch>db", "db>10.0.0.0/8", "db>monitor"]),
    ],
)
def test_around_an_endpoint(around, hops, expected):
    assert drawn(around, hops) == expected


def test_nobody_of_that_name():
    with pytest.raises(UsageError) as raised:
        drawn("shop/wbe")
    assert raised.value.about == "--around"
