import csv
import json

from netpolc.engine.peers import Peer
from netpolc.engine.regions import EVERY_POD, PodSet, in_namespace
from netpolc.engine.relation import PeerConnection
from netpolc.engine.verdicts import Address, Pod
from netpolc.report.relation import FORMS
from netpolc.sets.addresses import block, union
from netpolc.sets.labels import LabelRequirement, LabelSelector
from netpolc.sets.ports import EVERY_PORT, NamedPort, PortInterval, PortSet

SELECTED = LabelSelector((LabelRequirement("app", "In", ("a", "b")),))
PEERS = (
    Peer(id="shop/[app in (a, b)]", end=Pod(namespace="shop"), pods=PodSet(in_namespace("shop"), SELECTED)),
    Peer(id="[app in (a, b)]", end=Pod(namespace=None), pods=PodSet(in_namespace(None), SELECTED)),
    Peer(id="*/*", end=Pod(namespace="elsewhere"), pods=EVERY_POD),
    Peer(
        id="10.0.0.0/8, ::1/128",
        end=Address(union([block(4, 10 << 24, 8), block(6, 1, 128)])),
    ),
)
CONNECTIONS = (
    PeerConnection(PEERS[0], PEERS[1], EVERY_PORT),
    PeerConnection(PEERS[3], PEERS[2], PortSet((PortInterval("TCP", 1, 2),), (NamedPort("TCP", "http"),))),
)


def written(form, peers=PEERS, connections=CONNECTIONS):
    return "".join(FORMS[form](peers, iter(connections)))


def test_json():
    document = json.loads(written("json"))
    assert document["peers"] == [
        {"id": "shop/[app in (a, b)]", "type": "pods", "namespace": "shop", "selector": "app in (a, b)"},
        {"id": "[app in (a, b)]", "type": "pods", "namespace": None, "selector": "app in (a, b)"},
        {"id": "*/*", "type": "pods", "namespace": None, "selector": "", "namespace_selector": ""},
        {"id": "10.0.0.0/8, ::1/128", "type": "net", "ranges": ["10.0.0.0-10.255.255.255", "::1-::1"]},
    ]
    assert document["connections"][1]["named_ports"] == [{"protocol": "TCP", "name": "http"}]
    assert json.loads(written("json", (), ())) == {"format_version": "1", "peers": [], "connections": []}


def test_csv_is_read_back_by_those_who_read_it():
    rows = list(csv.reader(written("csv").splitlines(keepends=True), strict=True))
    assert rows == [
        ["source", "destination", "ports"],
        ["shop/[app in (a, b)]", "[app in (a, b)]", "ANY"],
        ["10.0.0.0/8, ::1/128", "*/*", 'TCP 1-2, "http"'],
    ]


def test_lines_and_tables():
    assert written("text") == (
        'shop/[app in (a, b)] -> [app in (a, b)] : ANY\n10.0.0.0/8, ::1/128 -> */* : TCP 1-2, "http"\n'
    )
    assert written("md").splitlines()[2] == "| `shop/[app in (a, b)]` | `[app in (a, b)]` | ANY |"
    assert written("text", (), ()) == ""


def test_nothing_is_written_before_it_is_known():
    """A relation is written as it is found."""
    parts = FORMS["text"](PEERS, iter(CONNECTIONS))
    assert next(parts).endswith("ANY\n")
