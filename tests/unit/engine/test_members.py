"""Members are found as if all ends were looked at."""

import functools
import random

import msgspec
import pytest

from netpolc.engine.bits import bits_of
from netpolc.engine.members import Members
from netpolc.engine.regions import EVERY_POD, IDENTITY, Namespaces, PodSet, in_namespace, names_of
from netpolc.engine.verdicts import Address, Pod
from netpolc.sets.addresses import EVERY_ADDRESS, AddressRange, AddressSet, union
from netpolc.sets.labels import EVERYTHING, LabelRequirement, selector_of
from tests.unit.engine.universe import ADDRESSES, KNOWN, PODS, Maker, holds, of_one_world


def addressed(pod, number):
    return msgspec.structs.replace(pod, addresses=ADDRESSES[number % len(ADDRESSES)].addresses)


def test_members_are_those_that_a_region_holds():
    source = random.Random(1)
    maker = Maker(source)
    pods = source.sample(PODS, 100)
    on_nodes = [msgspec.structs.replace(pod, host_network=True) for pod in pods[:5]]
    ends = [*pods[:50], *on_nodes, *ADDRESSES, *(addressed(pod, n) for n, pod in enumerate(pods[50:]))]
    ends = list(of_one_world(ends))
    members = Members(ends)
    for region in (EVERY_POD, EVERY_ADDRESS, *(maker.region() for _ in range(300))):
        found = [number for number, end in enumerate(ends) if holds(region, end)]
        assert list(members.of(region)) == found
        assert members.bits(region) == bits_of(found)


@functools.cache
def pods_in(region):
    return [pod for pod in PODS if holds(region, pod)]


@pytest.mark.search(4)
def test_a_set_of_pods_is_in_a_region_if_all_of_its_pods_are(seed):
    """And it is found wherever a set names its namespaces, and nobody or everybody knows these."""
    maker, inside = Maker(random.Random(seed)), 0
    sets = [pods for pods in (maker.pods() for _ in range(40)) if pods_in(pods)]
    members = Members(sets, Namespaces(KNOWN))
    for region in (EVERY_POD, *sets, *(maker.pods() for _ in range(100))):
        found = set(members.of(region))
        for number, pods in enumerate(sets):
            expected = all(holds(region, pod) for pod in pods_in(pods))
            assert expected or number not in found, (pods, region)
            names = names_of(pods.namespaces)
            if names is not None and len({name in KNOWN for name in names}) == 1:
                assert (number in found) is expected, (pods, region)
            inside += number in found
    assert inside > len(sets)
    assert list(members.of(EVERY_ADDRESS)) == []


@pytest.mark.search(4)
def test_where_it_is_about_meeting_a_set_is_in_a_region_that_may_hold_any_of_its_pods(seed):
    maker, inside = Maker(random.Random(f"meeting {seed}")), 0
    sets = [pods for pods in (maker.pods() for _ in range(40)) if pods_in(pods)]
    ends = list(of_one_world([*(addressed(pod, 1) for pod in maker.random.sample(PODS, 10)), *ADDRESSES[:3]]))
    members = Members([*sets, *ends], Namespaces(KNOWN), meeting=True)
    for region in (EVERY_POD, EVERY_ADDRESS, *sets, *(maker.region() for _ in range(40))):
        expected = [any(holds(region, pod) for pod in pods_in(pods)) for pods in sets]
        expected += [holds(region, end) for end in ends]
        assert members.bits(region) == bits_of(number for number, held in enumerate(expected) if held), region
        inside += sum(expected[: len(sets)])
    assert inside > len(sets)


def test_sets_meet_in_namespaces_that_could_be_if_nobody_knows_any():
    shop = PodSet(in_namespace("shop"), EVERYTHING)
    team = PodSet(selector_of([LabelRequirement("team", "In", ("a",))]), EVERYTHING)
    for known, expected in ((None, [0]), (Namespaces({}), [0]), (Namespaces({"shop": {"team": "b"}}), [])):
        assert list(Members([shop], known, meeting=True).of(team)) == expected
    assert list(Members([shop], meeting=True).of(PodSet(in_namespace("data"), EVERYTHING))) == []


def test_addresses_are_found_in_ranges_of_any_number_that_overlap():
    """Pods may have addresses in blocks of any size, so that ranges begin before others and end behind them."""
    source = random.Random(2)
    ranges = []
    for _ in range(60):
        first = source.randrange(100)
        ranges.append(AddressRange(4, first, first + source.choice((0, 0, 1, 5, 40))))
    members = Members([Address(AddressSet((each,))) for each in ranges])
    for first in range(0, 140, 3):
        for last in (first, first + 4):
            found = [number for number, each in enumerate(ranges) if each.first <= last and first <= each.last]
            assert list(members.of(AddressSet((AddressRange(4, first, last),)))) == found
    assert list(members.of(AddressSet((AddressRange(6, 0, 200),)))) == []


def test_of_namespaces_that_nobody_knows_only_what_is_asked_for_is_sure():
    team = PodSet(selector_of([LabelRequirement("team", "In", ("a",))]), EVERYTHING)
    shop = PodSet(in_namespace("shop"), EVERYTHING)
    both = PodSet(selector_of([LabelRequirement(IDENTITY, "In", ("data", "shop"))]), EVERYTHING)
    for known, expected in (
        (None, []),
        (Namespaces({}), []),
        (Namespaces({"shop": {"team": "a"}}), [0]),
        (Namespaces({"shop": {"team": "b"}, "data": {"team": "a"}}), []),
        (Namespaces({"shop": {"team": "a"}, "data": {"team": "a"}}), [0, 1]),
    ):
        assert list(Members([shop, both], known).of(team)) == expected
    assert list(Members([shop, both], Namespaces({})).of(both)) == [0, 1]


def test_sets_in_namespaces_by_labels_are_in_those_that_ask_for_no_more():
    a, either, both = (
        PodSet(selector_of([LabelRequirement("team", "In", values), *more]), EVERYTHING)
        for values, more in (
            (("a",), []),
            (("a", "b"), []),
            (("a",), [LabelRequirement("zone", "In", ("x",))]),
        )
    )
    members = Members([a, either, both])
    assert [list(members.of(each)) for each in (a, either, both)] == [[0, 2], [0, 1, 2], [2]]


def test_pods_and_sets_are_told_apart():
    """A pod carries no labels but its own; of a set nothing is known but what it asks for."""
    pod, web = (
        Pod(namespace="shop"),
        PodSet(in_namespace("shop"), selector_of([LabelRequirement("app", "In", ("web",))])),
    )
    members = Members([pod, web, PodSet(in_namespace("shop"), EVERYTHING), ADDRESSES[0]], Namespaces({}))
    assert (members.pods, members.sets, members.addresses) == (0b0001, 0b0110, 0b1000)
    assert Members(ADDRESSES[:3]).addresses == 0b111

    def held(*requirement):
        return list(members.of(PodSet(in_namespace("shop"), selector_of([LabelRequirement(*requirement)]))))

    assert held("app", "DoesNotExist") == [0]
    assert held("app", "NotIn", ("db",)) == [0, 1]
    assert held("app", "Exists") == held("app", "In", ("db", "web")) == [1]
    assert held("tier", "NotIn", ("db",)) == [0]


def test_pods_without_namespaces_are_in_the_unnamed_one():
    members = Members([Pod(namespace=None), Pod(namespace="shop")])
    assert list(members.of(EVERY_POD)) == [0, 1]
    assert list(members.of(EVERY_ADDRESS)) == []


def test_pods_of_unknown_address_are_held_by_the_blocks_that_theirs_may_be_from():
    some, others = ADDRESSES[0].addresses, ADDRESSES[1].addresses
    first = Pod(namespace="shop", may_have=some)
    members = Members([first, Pod(namespace="shop", may_have=others), first, addressed(first, 1)])
    assert sorted(members.of(some)) == [0, 2]
    assert sorted(members.of(others)) == [1, 3]
    assert sorted(members.of(union([some, others]))) == [0, 1, 2, 3]
    assert sorted(members.of(EVERY_POD)) == [0, 1, 2, 3]


def test_sets_that_ask_for_several_values_are_in_those_that_ask_for_no_other():
    several = PodSet(in_namespace("shop"), selector_of([LabelRequirement("app", "In", ("a", "b"))]))
    members = Members([several])
    for values, expected in ((("c",), [0]), (("b", "c"), []), (("a", "b"), [])):
        others = PodSet(in_namespace("shop"), selector_of([LabelRequirement("app", "NotIn", values)]))
        assert list(members.of(others)) == expected


def test_namespaces_are_told_apart_by_their_names_and_labels_at_once():
    """Those of pods and of sets, of which some are known to have the same labels."""
    known = {"a": {"team": "x"}, "b": {"team": "x"}, "c": {"team": "y"}, "d": {}}
    pods = [Pod(namespace=name, namespace_labels=carried) for name, carried in known.items()]
    sets = [PodSet(in_namespace(name), EVERYTHING) for name in (*known, "unknown")]
    members, meeting = (Members([*pods, *sets], Namespaces(known), meeting=each) for each in (False, True))
    team, names = LabelRequirement("team", "In", ("x",)), ("a", "c", "unknown")
    for asked, expected, unknown in (
        ([team], "ab", True),
        ([LabelRequirement("team", "NotIn", ("x",))], "cd", True),
        ([LabelRequirement(IDENTITY, "In", names)], "ac?", True),
        ([LabelRequirement(IDENTITY, "NotIn", names)], "bd", False),
        ([LabelRequirement(IDENTITY, "In", names), team], "a", True),
        ([LabelRequirement(IDENTITY, "NotIn", names), team], "b", False),
        ([LabelRequirement(IDENTITY, "NotIn", ("a",)), team], "b", True),
    ):
        region = PodSet(selector_of(asked), EVERYTHING)
        held = ["abcd".index(name) for name in expected.strip("?")]
        sure = [*held, *(number + 4 for number in held)]
        assert list(members.of(region)) == sure + [8] * ("?" in expected)
        assert list(meeting.of(region)) == sure + [8] * unknown
    for name, expected in (("unknown", [8]), ("nowhere", []), ("d", [3, 7])):
        assert list(members.of(PodSet(in_namespace(name), EVERYTHING))) == expected


def test_sets_of_some_labels_of_namespaces_are_in_those_that_ask_for_as_many():
    one, two = (
        PodSet(selector_of([LabelRequirement("team", "In", names)]), EVERYTHING) for names in (("a",), ("a", "b"))
    )
    assert list(Members([one, two], Namespaces({})).of(two)) == [0, 1]
