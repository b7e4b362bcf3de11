"""What is told of members, where it stands, and how far it is from there."""

import pytest

from netpolc.engine.standing import Standing
from netpolc.queries.pictures.ends import box_of, kind, namespace_of, told, way_of
from tests.unit.engine.test_standing import EVERY, OTHER, WEB, A, B, C, D
from tests.unit.report.test_folding import net, pods

OFFICE, WORLD = net("10.0.0.0/8"), net("0.0.0.0/0")


@pytest.mark.parametrize(
    ("peers", "members", "alone", "whole"),
    [
        ([WEB, OTHER], 0b11, 0b11, ()),
        ([A, B, C, D, OTHER], 0b01111, 0, (0b01111,)),
        ([A, B, C, D, OTHER], 0b11111, 0, (0b11111,)),
        ([WEB, EVERY, OTHER], 0b111, 0b100, (0b010,)),
        ([WEB, OFFICE, WORLD], 0b111, 0b001, (0b110,)),
    ],
)
def test_what_is_told(peers, members, alone, whole):
    assert told(Standing(peers), members) == (alone, whole)


@pytest.mark.parametrize(
    ("sources", "destinations", "way"),
    [
        ([WEB], [A], "inside"),
        ([WEB], [A, OTHER], "across"),
        ([WEB], [pods("shop", app="db")], "inside"),
        ([WEB], [OFFICE], "outside"),
        ([WORLD], [WEB], "world"),
    ],
)
def test_how_far_it_is(sources, destinations, way):
    assert way_of(sources, destinations) == way


def test_where_peers_stand():
    assert (box_of([WEB, A]), box_of([WEB, OTHER]), box_of([OFFICE])) == ("shop", None, None)
    assert (namespace_of(WEB), namespace_of(OFFICE)) == ("shop", None)
    assert kind([WEB, A], 0) == kind([WEB, A], 1)
    assert kind([WEB, EVERY], 0) != kind([WEB, EVERY], 1)
