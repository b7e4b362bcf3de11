import csv
import json

from netpolc.engine.peers import Peer
from netpolc.engine.regions import EVERY_POD, PodSet, in_namespace
from netpolc.engine.verdicts import Address, Pod
from netpolc.manifests.model import Workload
from netpolc.report.relation import FORMS
from netpolc.results import Relation as Shown
from netpolc.sets.addresses import block, union
from netpolc.sets.labels import LabelRequirement, LabelSelector
from netpolc.sets.ports import EVERY_PORT, NamedPort, PortInterval, PortSet
from netpolc.source import Location, Source, Span
from tests.models.pairwise import relation

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
SOME = PortSet((PortInterval("TCP", 1, 2),), (NamedPort("TCP", "http"),))
RELATED = relation(PEERS, ((0b0001, {EVERY_PORT: 0b0010}), (0b1000, {SOME: 0b0110})))


def written(form, related=RELATED, *, pairs=False, nets=None):
    return "".join(FORMS[form](Shown(related, nets or {}), pairs=pairs))


NONE = relation((), ())


def test_json():
    document = json.loads(written("json"))
    assert document["peers"] == [
        {"id": "shop/[app in (a, b)]", "type": "pods", "namespace": "shop", "selector": "app in (a, b)"},
        {"id": "[app in (a, b)]", "type": "pods", "namespace": None, "selector": "app in (a, b)"},
        {"id": "*/*", "type": "pods", "namespace": None, "selector": "", "namespace_selector": ""},
        {"id": "10.0.0.0/8, ::1/128", "type": "net", "ranges": ["10.0.0.0-10.255.255.255", "::1-::1"]},
    ]
    assert document["groups"] == [
        {
            "sources": ["shop/[app in (a, b)]"],
            "destinations": ["[app in (a, b)]"],
            "ports": [{"protocol": "ANY", "first": 1, "last": 65535}],
        },
        {
            "sources": ["10.0.0.0/8, ::1/128"],
            "destinations": ["[app in (a, b)]", "*/*"],
            "ports": [{"protocol": "TCP", "first": 1, "last": 2}],
            "named_ports": [{"protocol": "TCP", "name": "http"}],
        },
    ]
    assert json.loads(written("json", NONE)) == {"format_version": "2", "peers": [], "groups": []}


def test_json_of_pairs():
    found, document = json.loads(written("json", pairs=True)), json.loads(written("json"))
    assert (found["peers"], "groups" in found) == (document["peers"], False)
    pairs = [
        {**group, "source": source, "destination": destination}
        for group in document["groups"]
        for source in group.pop("sources")
        for destination in group.pop("destinations")
    ]
    assert found["connections"] == pairs
    assert json.loads(written("json", NONE, pairs=True)) == {"format_version": "2", "peers": [], "connections": []}


def test_names_of_ports_are_told_by_what_they_have_to_be():
    ports = PortSet((), (NamedPort("TCP", "http", 80, 90), NamedPort("TCP", "web", also=("www",))))
    document = json.loads(written("json", relation(PEERS, ((1, {ports: 2}),))))
    assert document["groups"][0]["named_ports"] == [
        {"protocol": "TCP", "name": "http", "first": 80, "last": 90},
        {"protocol": "TCP", "name": "web", "also": ["www"]},
    ]


def test_names_that_ports_must_not_have_stand_beside_numbers_and_names():
    ports = PortSet((), (NamedPort("TCP", "", but=("web", "www")), NamedPort("UDP", "dns", but=("web",))))
    (group,) = json.loads(written("json", relation(PEERS, ((1, {ports: 2}),))))["groups"]
    assert group["ports"] == [{"protocol": "TCP", "first": 1, "last": 65535, "but": ["web", "www"]}]
    assert group["named_ports"] == [{"protocol": "UDP", "name": "dns", "but": ["web"]}]


def test_only_peers_that_there_are_or_that_are_related_are_listed():
    web = Peer(id="shop/web", end=Pod(namespace="shop"), workload=workload("web"))
    document = json.loads(written("json", relation((web, *PEERS), ((0b00010, {SOME: 0b00100}),))))
    assert [each["id"] for each in document["peers"]] == ["shop/web", *(PEERS[number].id for number in (0, 1, 3))]
    assert document["peers"][0] == {
        "id": "shop/web",
        "type": "workload",
        "namespace": "shop",
        "name": "web",
        "kind": "Deployment",
        "labels": {},
    }


def test_csv_is_read_back_by_those_who_read_it():
    def rows(**options):
        return list(csv.reader(written("csv", **options).splitlines(keepends=True), strict=True))

    assert rows() == [
        ["sources", "destinations", "ports"],
        ["shop/[app in (a, b)]", "[app in (a, b)]", "ANY"],
        ["10.0.0.0/8, ::1/128", "[app in (a, b)]; */*", 'TCP 1-2, "http"'],
    ]
    assert rows(pairs=True) == [
        ["source", "destination", "ports"],
        ["shop/[app in (a, b)]", "[app in (a, b)]", "ANY"],
        ["10.0.0.0/8, ::1/128", "[app in (a, b)]", 'TCP 1-2, "http"'],
        ["10.0.0.0/8, ::1/128", "*/*", 'TCP 1-2, "http"'],
    ]


def test_lines_and_tables():
    assert written("text", pairs=True) == (
        "shop/[app in (a, b)] -> [app in (a, b)] : ANY\n"
        '10.0.0.0/8, ::1/128 -> [app in (a, b)] : TCP 1-2, "http"\n'
        '10.0.0.0/8, ::1/128 -> */* : TCP 1-2, "http"\n'
    )
    assert written("text") == (
        'shop/[app in (a, b)] -> [app in (a, b)] : ANY\n10.0.0.0/8, ::1/128 -> */* : TCP 1-2, "http"\n'
    )
    for pairs in (False, True):
        assert written("md", pairs=pairs).splitlines()[2] == "| `shop/[app in (a, b)]` | `[app in (a, b)]` | ANY |"
        assert written("text", NONE, pairs=pairs) == ""


def test_addresses_have_the_names_that_sources_give_them():
    held = PEERS[3].end.addresses
    assert "partners -> */*" in written("text", nets={"partners": held, "less": block(4, 10 << 24, 8)})


def test_lines_of_workloads_come_first():
    web = Peer(id="shop/web", end=Pod(namespace="shop"), workload=workload("web"))
    peers = (*PEERS, web)
    rows = ((0b00100, {EVERY_PORT: 0b00001}), (0b00001, {SOME: 0b10000}), (0b10000, {EVERY_PORT: 0b10000}))
    lines = written("text", relation(peers, rows)).splitlines()
    assert [line.partition(" : ")[0] for line in lines] == [
        "shop/web -> shop/web",
        "shop/[app in (a, b)] -> shop/web",
        "*/* -> shop/[app in (a, b)]",
    ]


def test_nothing_is_said_twice_of_a_world_that_pods_may_reach_and_be_reached_from():
    """No policy decides between two addresses, so these may stand on both sides of a line."""
    rows = ((0b0100, {EVERY_PORT: 0b1100}), (0b1000, {EVERY_PORT: 0b0100}))
    (line,) = written("text", relation(PEERS, rows)).splitlines()
    assert line == "*/*, 10.0.0.0/8, ::1/128 -> */*, 10.0.0.0/8, ::1/128 : ANY"


def workload(name):
    return Workload(
        kind="Deployment", name=name, namespace="shop", labels={}, location=Location(Source("", ""), Span(0, 0))
    )
