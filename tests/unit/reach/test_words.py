import pytest

from netpolc.queries.reading import read_ports
from netpolc.queries.views import Views
from netpolc.reach import words
from netpolc.reach.peers import endpoint
from netpolc.reach.regions import IDENTITY, PodSet, in_namespace, in_namespaces
from netpolc.sets.addresses import AddressRange
from netpolc.sets.labels import EVERYTHING, LabelRequirement, LabelSelector
from netpolc.sets.ports import EVERY_PORT, ports_of
from tests.unit.queries.clusters import cluster

APP = LabelSelector((LabelRequirement("app", "In", ("a",)),))
NAME = "kubernetes.io/metadata.name"


@pytest.mark.parametrize(
    "text",
    ["80", "53/udp", "{80, 443}", "8000-8100/sctp", '"http"', '"dns"/udp', "*", "*/tcp", '{1-2, 53/udp, "http"}'],
)
def test_ports_are_written_as_the_language_reads_them(text):
    views = Views(cluster("web -> db:1\n"), ())
    ports, source = read_ports(text)
    held = ports_of(
        each
        for item in ports.items
        for found in [views.port(item, source)]
        for each in (*found.intervals, *found.names)
    )
    assert words.ports(held) == text
    assert (held == EVERY_PORT) == (text == "*")


@pytest.mark.parametrize(
    ("namespaces", "text"),
    [
        (in_namespace("shop"), "shop/[app=a]"),
        (in_namespace(None), "[app=a]"),
        (EVERYTHING, "*/[app=a]"),
        (
            in_namespaces(LabelSelector((LabelRequirement(NAME, "NotIn", ("a", "b")),))),
            f"[{NAME} notin (a, b)]/[app=a]",
        ),
        (in_namespaces(LabelSelector((LabelRequirement(NAME, "In", ("a", "b")),))), f"[{NAME} in (a, b)]/[app=a]"),
        (in_namespaces(LabelSelector((LabelRequirement(NAME, "Exists"),))), f"[{NAME}]/[app=a]"),
        (LabelSelector((LabelRequirement("team", "Exists"),)), "[team]/[app=a]"),
    ],
)
def test_pods_are_written_with_the_label_that_stands_for_a_namespaces_name(namespaces, text):
    assert endpoint(PodSet(namespaces, APP)) == text
    assert IDENTITY == ""


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [(0, 2**32 - 1, "0.0.0.0/0"), (1, 1, "0.0.0.1/32"), (0, 2, "0.0.0.0-0.0.0.2"), (1, 2, "0.0.0.1-0.0.0.2")],
)
def test_ranges_of_addresses(first, last, text):
    assert words.address_range(AddressRange(4, first, last)) == text
