"""Nodes of members, and edges between them."""

import pytest

from netpolc.engine.groups import BitGroup
from netpolc.queries.pictures.joining import Told, joined
from netpolc.sets.ports import PortInterval, ports_of

HTTP, SQL = (ports_of([PortInterval("TCP", port, port)]) for port in (80, 5432))


def drawn(groups, *, kind=lambda _: None, told=Told):
    nodes, edges = joined([BitGroup(*each) for each in groups], told, kind)
    return sorted(nodes), [(each.source, each.destination, "apart" if each.apart else "") for each in edges]


@pytest.mark.parametrize(
    ("groups", "nodes", "edges"),
    [
        ([(0b0011, 0b0100, HTTP)], [0b0011, 0b0100], [(0b0011, 0b0100, "")]),
        # One of two is in another group, too, so that they are no longer alike.
        (
            [(0b0011, 0b0100, HTTP), (0b0001, 0b1000, SQL)],
            [0b0001, 0b0010, 0b0100, 0b1000],
            [(0b0001, 0b0100, ""), (0b0010, 0b0100, ""), (0b0001, 0b1000, "")],
        ),
        # All of a group reach each other.
        ([(0b0011, 0b0011, HTTP)], [0b0011], [(0b0011, 0b0011, "")]),
        # Each reaches itself alone, on the same ports.
        ([(0b0001, 0b0001, HTTP), (0b0010, 0b0010, HTTP)], [0b0011], [(0b0011, 0b0011, "apart")]),
        (
            [(0b0001, 0b0001, HTTP), (0b0010, 0b0010, SQL)],
            [0b0001, 0b0010],
            [(0b0001, 0b0001, ""), (0b0010, 0b0010, "")],
        ),
    ],
)
def test_members_of_the_same_groups_are_one_node(groups, nodes, edges):
    assert drawn(groups) == (nodes, edges)


def test_members_of_two_kinds_are_two_nodes():
    assert drawn([(0b0011, 0b0100, HTTP)], kind=lambda number: number == 0)[0] == [0b0001, 0b0010, 0b0100]


def test_what_is_told_as_a_whole_is_one_node_beside_its_members():
    def told(members):
        return Told(0, (members,)) if members == 0b0011 else Told(members)

    groups = [(0b0011, 0b0100, HTTP), (0b0001, 0b1000, SQL)]
    assert drawn(groups, told=told)[0] == [0b0001, 0b0011, 0b0100, 0b1000]


def test_more_than_any_picture_holds_is_none():
    groups = [BitGroup(0b0011, 0b1100, HTTP), BitGroup(0b0001, 0b0100, SQL)]
    assert joined(groups, Told, lambda number: number, most=0) is None
    assert joined(groups, Told, lambda number: number) is not None
