"""Examples are of what they exemplify."""

import random

from netpolc.engine.boxes import Box, Space
from netpolc.engine.regions import EVERY_POD, Namespaces, PodSet, in_namespace
from netpolc.engine.verdicts import Address, Pod, PodPort
from netpolc.engine.witness import witness
from netpolc.sets.addresses import BITS, EVERY_ADDRESS, block
from netpolc.sets.labels import EVERYTHING, LabelRequirement, selector_of
from netpolc.sets.named_ports import EVERY_PORTS, DestinationPorts
from tests.rows import each_row
from tests.unit.engine.universe import KNOWN, Maker, could_be, in_box

NAMESPACES = Namespaces(KNOWN)


def test_an_example_is_in_its_box_and_could_be():
    maker, space, tried = Maker(random.Random(1)), Space(NAMESPACES), 0
    for _ in range(500):
        box = Box(maker.region(), maker.region(), maker.piece())
        if space.possible(box):
            tried += 1
            found = witness(box, NAMESPACES)
            connection = found.source, found.destination, found.protocol, found.port
            assert in_box(box, connection)
            assert could_be(found.source, found.destination)
            for end in (found.source, found.destination):
                if isinstance(end, Pod):
                    assert KNOWN.get(end.namespace or "", end.namespace_labels) == end.namespace_labels
                    assert not end.addresses
                else:
                    assert [each.first == each.last for each in end.addresses.ranges] == [True]
    assert tried > 250


@each_row(
    "first, last, expected",
    [
        (1, 65535, 80),
        (80, 80, 80),
        (80, 8080, 80),
        (81, 443, 443),
        (444, 9000, 8080),
        (81, 442, 81),
        (8081, 9000, 8081),
        (1, 79, 1),
    ],
)
def test_usual_ports_are_preferred(first, last, expected):
    assert witness(Box(EVERY_POD, EVERY_POD, DestinationPorts("UDP", first, last)), NAMESPACES).port == expected


def test_names_are_given_to_the_port_and_to_no_other_pod():
    named = DestinationPorts("TCP", 5, 6, frozenset({"http", "dns"}), frozenset({"metrics"}))
    found = witness(Box(EVERY_POD, EVERY_POD, named), NAMESPACES)
    assert found.destination.ports == (PodPort("dns", "TCP", 5), PodPort("http", "TCP", 5))
    assert found.source.ports == ()


def test_ends_are_of_one_known_namespace_if_they_may_be():
    here = PodSet(in_namespace("shop"), selector_of([LabelRequirement("app", "In", ("a",))]))
    found = witness(Box(EVERY_POD, here, EVERY_PORTS[0]), NAMESPACES)
    shop = {"namespace": "shop", "namespace_labels": {"team": "a"}}
    assert found.source == Pod(**shop)
    assert found.destination == Pod(**shop, labels={"app": "a"})


def test_the_unnamed_namespace_has_no_name():
    unnamed = PodSet(in_namespace(None), EVERYTHING)
    found = witness(Box(unnamed, EVERY_ADDRESS, EVERY_PORTS[0]), NAMESPACES)
    assert found.source == Pod(namespace=None, namespace_labels={"team": "b"})
    assert found.destination == Address(block(4, 0, BITS[4]))
    assert (found.protocol, found.port) == ("TCP", 80)
