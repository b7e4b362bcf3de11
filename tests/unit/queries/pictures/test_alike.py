"""Nodes of many namespaces that are one: those with the same edges to the same, and neither fewer nor others."""

import pytest

from netpolc.queries.pictures.alike import fold_alike
from netpolc.queries.pictures.joining import Joined

CENTRE, *OTHERS = (1 << number for number in range(7))
ALL = sum(OTHERS[:4])


def edges(*several):
    return [Joined(source, destination, ports, apart=False, group=0) for source, destination, ports in several]


def place(node):
    return None if node == CENTRE else node


def test_nodes_with_the_same_edges_are_one():
    found = fold_alike([CENTRE, *OTHERS[:4]], edges(*((other, CENTRE, 80) for other in OTHERS[:4])), place)

    assert found == ([CENTRE, ALL], edges((ALL, CENTRE, 80)))


@pytest.mark.parametrize(
    "several",
    [
        [(other, CENTRE, 80) for other in OTHERS[:3]],
        [(other, CENTRE, 80 + other % 8) for other in OTHERS[:4]],
        [*((other, CENTRE, 80) for other in OTHERS[:3]), (CENTRE, OTHERS[3], 80)],
        [edge for other in OTHERS[:4] for edge in ((other, CENTRE, 80), (other, other, 80))],
    ],
    ids=["few", "of other ports", "of the other direction", "with an edge to themselves"],
)
def test_others_stay_nodes_of_their_own(several):
    nodes = list(dict.fromkeys([CENTRE, *(end for each in several for end in each[:2])]))

    assert fold_alike(nodes, edges(*several), place) == (nodes, edges(*several))


def test_what_has_no_place_stays_by_itself():
    several = edges(*((other, CENTRE, 80) for other in OTHERS[:5]))

    nodes, _ = fold_alike([CENTRE, *OTHERS[:5]], several, lambda node: None if node == OTHERS[4] else place(node))

    assert nodes == [CENTRE, ALL, OTHERS[4]]


def test_many_of_one_place_are_no_many_places():
    several = edges(*((other, CENTRE, 80) for other in OTHERS[:4]))

    assert fold_alike([CENTRE, *OTHERS[:4]], several, lambda node: node and "shop")[0] == [CENTRE, *OTHERS[:4]]
