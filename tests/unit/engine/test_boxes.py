"""Boxes against connections that they could tell apart."""

import random

import pytest

from netpolc.engine.boxes import Box, Space, TooComplexError, is_part
from netpolc.engine.regions import EVERY_POD, Namespaces, PodSet, in_namespace
from netpolc.sets.addresses import EVERY_ADDRESS
from netpolc.sets.labels import EVERYTHING, LabelRequirement, selector_of
from netpolc.sets.named_ports import EVERY_PORTS, DestinationPorts
from tests.rows import each_row
from tests.unit.engine.universe import KNOWN, Maker, in_box

NAMESPACES = Namespaces(KNOWN)
TCP = EVERY_PORTS[0]


@pytest.fixture(scope="module")
def connections():
    maker = Maker(random.Random(1))
    return [maker.connection() for _ in range(500)]


class Boxes(Maker):
    """Random boxes, which often overlap."""

    def box(self):
        ports = self.piece() if self.chance(0.5) else TCP
        return Box(self.wide(), self.wide(), ports)

    def wide(self):
        return EVERY_POD if self.chance(0.4) else self.region()

    def boxes(self, most):
        return [self.box() for _ in range(self.random.randint(0, most))]


def held(box, connections):
    return {number for number, connection in enumerate(connections) if box is not None and in_box(box, connection)}


def test_what_two_boxes_have_in_common(connections):
    boxes, space = Boxes(random.Random(2)), Space(NAMESPACES)
    for _ in range(40):
        one, other = boxes.box(), boxes.box()
        assert held(space.meet(one, other), connections) == held(one, connections) & held(other, connections)


def test_what_is_left_of_a_box_comes_in_parts_that_have_nothing_in_common(connections):
    boxes, space = Boxes(random.Random(3)), Space(NAMESPACES)
    for _ in range(40):
        one, other = boxes.box(), boxes.box()
        parts = [held(part, connections) for part in space.subtract(one, other)]
        assert set().union(*parts) == held(one, connections) - held(other, connections)
        assert sum(map(len, parts)) == len(set().union(*parts))


def test_what_is_left_without_several(connections):
    boxes, space = Boxes(random.Random(4)), Space(NAMESPACES)
    for _ in range(40):
        one, others = boxes.box(), boxes.boxes(4)
        found = list(space.without(one, others))
        parts = [held(part, connections) for part in found]
        expected = held(one, connections).difference(*(held(other, connections) for other in others))
        assert set().union(*parts) == expected
        assert sum(map(len, parts)) == len(expected)
        assert all(space.possible(part) for part in found)


def test_a_box_is_covered_where_nothing_is_left_of_it():
    boxes, space, covered = Boxes(random.Random(6)), Space(NAMESPACES), 0
    for _ in range(300):
        one, others = boxes.box(), boxes.boxes(6)
        expected = not list(space.without(one, others))
        assert space.is_covered(one, others) is expected
        covered += expected and space.possible(one)
    assert covered > 10


def test_one_box_that_holds_another_covers_it_in_few_steps():
    """However many others would have to be taken from it first."""
    labelled = [selector_of([LabelRequirement(f"k{at}", "Exists")]) for at in range(100)]
    others = [Box(EVERY_POD, PodSet(EVERYTHING, each), TCP) for each in labelled]
    assert Space(Namespaces({}), 500).is_covered(others[-1], others)


def test_all_is_left_of_a_box_without_several_that_are_elsewhere():
    here, *elsewhere = (Box(PodSet(in_namespace(name), EVERYTHING), EVERY_POD, TCP) for name in "abcde")
    assert list(Space(Namespaces({}), 1000).without(here, elsewhere)) == [here]
    assert list(Space(Namespaces({}), 1000).without(here, [*elsewhere, here])) == []


def test_nothing_is_left_of_a_box_without_itself_or_what_holds_it():
    boxes, space = Boxes(random.Random(5)), Space(NAMESPACES)
    everything = [Box(*ends, ports) for ends in ENDS for ports in EVERY_PORTS]
    for _ in range(100):
        box = boxes.box()
        assert list(space.without(box, [box])) == []
        assert list(space.without(box, everything)) == []
        assert list(space.without(box, [])) == ([box] if space.possible(box) else [])


ENDS = [(EVERY_POD, EVERY_POD), (EVERY_POD, EVERY_ADDRESS), (EVERY_ADDRESS, EVERY_POD)]


def in_team(name, value):
    team = selector_of([*in_namespace(name).requirements, LabelRequirement("team", "In", (value,))])
    return PodSet(team, EVERYTHING)


NAMED = DestinationPorts("TCP", 1, 5, frozenset({"http"}))
UNNAMED = DestinationPorts("TCP", 1, 5, frozenset(), frozenset({"http"}))


@each_row(
    "box, expected",
    [
        (Box(EVERY_POD, EVERY_POD, NAMED), True),
        (Box(EVERY_ADDRESS, EVERY_POD, NAMED), True),
        (Box(EVERY_POD, EVERY_ADDRESS, NAMED), False),
        (Box(EVERY_POD, EVERY_ADDRESS, UNNAMED), True),
        (Box(EVERY_ADDRESS, EVERY_ADDRESS, TCP), False),
        (Box(in_team("ops", "a"), in_team("ops", "b"), TCP), False),
        (Box(in_team("ops", "a"), in_team("far", "b"), TCP), True),
        (Box(in_team("shop", "b"), EVERY_POD, TCP), False),
        (Box(EVERY_POD, in_team("shop", "b"), TCP), False),
        (Box(in_team("shop", "b"), EVERY_ADDRESS, TCP), False),
        (Box(in_team("shop", "a"), EVERY_ADDRESS, TCP), True),
        (Box(EVERY_ADDRESS, in_team("shop", "b"), TCP), False),
        (Box(EVERY_ADDRESS, in_team("shop", "a"), TCP), True),
    ],
)
def test_connections_that_could_be(box, expected):
    space = Space(NAMESPACES)
    assert space.possible(box) is expected
    assert (space.meet(box, box) is not None) is expected
    assert bool(list(space.without(box, []))) is expected


def test_a_question_that_takes_too_many_steps_is_given_up():
    """Twelve pairs of labels that nobody may have both of: what is left without them are thousands of parts."""
    pods = [selector_of(LabelRequirement(f"{key}{n}", "Exists") for key in "ab") for n in range(12)]
    one, others = Box(EVERY_POD, EVERY_POD, TCP), [Box(PodSet(EVERYTHING, each), EVERY_POD, TCP) for each in pods]
    assert len(list(Space(NAMESPACES).without(one, others[:5]))) == 2**5
    with pytest.raises(TooComplexError):
        list(Space(NAMESPACES, 1000).without(one, others))


def test_a_step_is_a_box_and_each_of_its_requirements():
    app = selector_of(LabelRequirement(key, "Exists") for key in ("app", "tier", "zone"))
    pods, anyone = PodSet(in_namespace("ops"), app), EVERY_POD
    for ends, steps in (
        ((anyone, anyone), 1),
        ((pods, EVERY_ADDRESS), 5),
        ((EVERY_ADDRESS, pods), 5),
        ((pods, pods), 9),
    ):
        box = Box(*ends, TCP)
        space = Space(NAMESPACES, 2 * steps)
        assert space.meet(box, box) == space.meet(box, box) == box
        with pytest.raises(TooComplexError):
            space.meet(box, box)


def test_the_widest_are_taken_away_first():
    """So a box that another holds leaves no parts behind."""
    narrow = [Box(in_team(name, "a"), EVERY_POD, TCP) for name in ("ops", "far", "farther")]
    whole = Box(EVERY_POD, EVERY_POD, TCP)
    space = Space(NAMESPACES, 8)
    assert list(space.without(whole, [*narrow, whole])) == []


def test_a_part_of_a_box_is_in_it(connections):
    boxes, parts = Boxes(random.Random(7)), 0
    for _ in range(300):
        one, other = boxes.box(), boxes.box()
        if is_part(one, other):
            parts += 1
            assert held(one, connections) <= held(other, connections)
    assert parts > 10
    whole = Box(EVERY_POD, EVERY_POD, TCP)
    shop = Box(PodSet(in_namespace("shop"), EVERYTHING), EVERY_POD, TCP)
    assert (is_part(whole, whole), is_part(shop, whole), is_part(whole, shop)) == (True, True, False)
    assert not is_part(Box(EVERY_ADDRESS, EVERY_POD, TCP), whole)
    assert is_part(Box(EVERY_POD, EVERY_POD, DestinationPorts("TCP", 1, 2, frozenset({"a"}))), whole)


def steps_of(space, box):
    """How many times a space takes a box from itself before it gives up."""
    taken = 0
    while True:
        try:
            list(space.subtract(box, box))
        except TooComplexError:
            return taken
        taken += 1


def test_all_questions_together_have_a_budget_too():
    box = Box(EVERY_POD, EVERY_POD, TCP)
    alone = steps_of(Space(Namespaces({}), 20), box)
    space = Space(Namespaces({}), 20, 50)
    taken = []
    for _ in range(5):
        space.begin()
        taken.append(steps_of(space, box))
    assert taken[0] == alone > 0
    assert taken == sorted(taken, reverse=True)
    assert taken[-1] == 0
    unbounded = Space(Namespaces({}), 20)
    for _ in range(5):
        unbounded.begin()
        assert steps_of(unbounded, box) == alone
