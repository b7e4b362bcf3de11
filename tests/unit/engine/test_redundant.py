"""Sets of pods that say nothing which their parts do not say together."""

from netpolc.engine.bits import numbers
from netpolc.engine.changes import View, changes
from netpolc.engine.members import Members
from netpolc.engine.peers import peer_of
from netpolc.engine.redundant import MOST_PARTS, MOST_SETS, are_whole, without_redundant
from netpolc.engine.regions import EVERY_POD, Namespaces, PodSet, in_namespace
from netpolc.sets.labels import LabelRequirement, LabelSelector
from netpolc.sets.ports import EVERY_PORT, PortInterval, PortSet
from tests.unit.queries.clusters import cluster

TCP = PortSet((PortInterval("TCP", 80, 80),))


def pods(*asked):
    return PodSet(in_namespace("shop"), LabelSelector(asked))


WHOLE, WEB, OTHER = (
    pods(),
    pods(LabelRequirement("app", "In", ("web",))),
    pods(LabelRequirement("app", "NotIn", ("web",))),
)


def left(rows, *sets):
    peers = [peer_of(each, Namespaces({})) for each in sets]
    members = Members(list(sets), Namespaces({}))
    return list(without_redundant(peers, rows, (1 << len(sets)) - 1, members))


def test_a_source_goes_whose_parts_reach_as_much():
    rows = [(0b001, {TCP: 0b1000}), (0b110, {EVERY_PORT: 0b1000})]
    assert left(rows, WHOLE, WEB, OTHER, EVERY_POD) == [(0b110, {EVERY_PORT: 0b1000})]


def test_a_source_stays_that_reaches_more_or_is_more_than_its_parts():
    more = [(0b001, {EVERY_PORT: 0b1000}), (0b110, {TCP: 0b1000})]
    assert left(more, WHOLE, WEB, OTHER, EVERY_POD) == more
    alone = [(0b001, {TCP: 0b1000}), (0b010, {TCP: 0b1000})]
    assert left(alone, WHOLE, WEB, OTHER, EVERY_POD) == alone


def test_a_destination_goes_from_the_rows_in_which_its_parts_are_reached():
    rows = [(0b1000, {TCP: 0b001, EVERY_PORT: 0b110}), (0b0010, {TCP: 0b011})]
    assert left(rows, WHOLE, WEB, OTHER, EVERY_POD) == [
        (0b1000, {EVERY_PORT: 0b110}),
        (0b0010, {TCP: 0b011}),
    ]


def test_all_go_whose_parts_say_it_and_each_on_its_own_ports():
    """Two namespaces beside their parts, in rows and as destinations, in the order in which peers may stand."""
    data, api, no_api = (PodSet(in_namespace("data"), each.pods) for each in (WHOLE, WEB, OTHER))
    sets = WEB, OTHER, WHOLE, api, no_api, data, EVERY_POD
    assert left([(0b0111111, {TCP: 0b1000000})], *sets) == [(0b0011011, {TCP: 0b1000000})]
    row = {TCP: 0b0000111, EVERY_PORT: 0b0111000}
    assert left([(0b1000000, row)], *sets) == [(0b1000000, {TCP: 0b0000011, EVERY_PORT: 0b0011000})]
    of_less = {EVERY_PORT: 0b0000001, TCP: 0b0000110}
    assert left([(0b1000000, of_less)], *sets) == [(0b1000000, {EVERY_PORT: 0b0000001, TCP: 0b0000010})]
    of_more = {TCP: 0b0000011, EVERY_PORT: 0b0000100}
    assert left([(0b1000000, of_more)], *sets) == [(0b1000000, of_more)]


def test_only_sets_that_stand_in_rows_are_too_many():
    more = [pods(LabelRequirement(f"k{number}", "Exists")) for number in range(MOST_SETS)]
    rows = [(0b111, {TCP: 0b111})]
    expected = [(0b110, {TCP: 0b110})]
    assert left(rows, WHOLE, WEB, OTHER, *more) == expected
    standing = [(1 << number, {EVERY_PORT: 1 << number}) for number in range(3, MOST_SETS)]
    assert left([*rows, *standing], WHOLE, WEB, OTHER, *more) == [*expected, *standing]


def test_nobody_looks_at_very_many_parts():
    """What has all of some labels, and what lacks one of them, is everything; it leaves a piece for each label."""
    for count, expected in ((MOST_PARTS, True), (MOST_PARTS + 1, False)):
        keys = [f"k{number}" for number in range(count)]
        parts = [pods(*(LabelRequirement(key, "Exists") for key in keys))]
        parts += [pods(LabelRequirement(key, "DoesNotExist")) for key in keys]
        assert are_whole(WHOLE, parts) is expected
    assert not are_whole(WHOLE, [WEB, None])
    assert are_whole(WHOLE, [None, WEB, OTHER, WEB])


def test_so_many_sets_are_left_as_they_are():
    sets = [pods(LabelRequirement(f"k{number}", "Exists")) for number in range(MOST_SETS + 1)]
    rows = [(1 << number, {TCP: 1 << number}) for number in range(len(sets))]
    assert left(rows, *sets) == rows


def test_a_baseline_that_goes_is_told_of_the_parts_of_its_namespace_and_not_of_it_as_well():
    old = cluster("namespace shop\nbaseline deny egress\nweb -> db:1\n").ruleset
    new = cluster("namespace shop\n").ruleset
    found = changes(View((), old), View((), new)).widened
    told = {found.peers[number].pods for sources, _ in found.rows for number in numbers(sources)}
    assert told == {WEB, OTHER}
