"""Rows of bits, of peers as their rules and their addresses have it; `test_relation.py` holds them against pairs."""

import itertools
import random

import pytest

from netpolc.engine.bits import numbers
from netpolc.engine.model import AllowRule, Decision, DirectionRules, Isolation, RuleSet, Tier
from netpolc.engine.peers import Peer, peer_of
from netpolc.engine.regions import EVERY_POD, Namespaces, PodSet, in_namespace
from netpolc.engine.row_algebra import add
from netpolc.engine.rows import Rows, resolved
from netpolc.engine.verdicts import Pod, PodPort
from netpolc.sets.addresses import block
from netpolc.sets.addresses import union as address_union
from netpolc.sets.labels import EVERYTHING, LabelRequirement, selector_of
from netpolc.sets.ports import EVERY_PORT, NamedPort, PortInterval, PortSet, ports_of, union
from tests.rows import each_row
from tests.unit.engine.universe import ADDRESSES, KNOWN, Maker, allows, holds, is_port, of_one_world

OPEN = DirectionRules((), ())
PORTS = [ports_of([PortInterval("TCP", port, port)]) for port in range(1, 5)]


@pytest.mark.search(20)
def test_each_destination_stands_under_one_set_of_ports_which_are_all_that_were_added(seed):
    source = random.Random(seed)
    row, expected = {}, {}
    for _ in range(source.randint(1, 8)):
        ports, bits = source.choice(PORTS), source.getrandbits(6)
        add(row, ports, bits)
        for number in numbers(bits):
            expected[number] = union((ports, expected.get(number, ports)))
    found = [(number, ports) for ports, bits in row.items() for number in numbers(bits)]
    assert len(found) == len(dict(found))
    assert {number: sorted(ports.intervals) for number, ports in found} == {
        number: sorted(ports.intervals) for number, ports in expected.items()
    }
    assert all(row.values())


def test_names_of_pods_that_could_exist_are_kept():
    http, number = NamedPort("TCP", "http"), PortInterval("TCP", 1, 1)
    pod = Pod(namespace="shop", hypothetical=True)
    assert resolved(ports_of([http, number]), pod) == ports_of([http, number])
    assert resolved(ports_of([http, number]), Pod(namespace="shop")) == ports_of([number])
    assert resolved(ports_of([http, number]), ADDRESSES[0]) == ports_of([number])
    named = Pod(namespace="shop", ports=(PodPort("http", "TCP", 80), PodPort("http", "UDP", 81)))
    assert resolved(ports_of([http]), named) == ports_of([PortInterval("TCP", 80, 80)])


CALLED = (PodPort("http", "TCP", 80), PodPort("web", "TCP", 80), PodPort("web", "TCP", 81), PodPort("http", "UDP", 82))


@each_row(
    "name, numbers",
    [
        (NamedPort("TCP", "http"), [(80, 80)]),
        (NamedPort("TCP", "http", 80, 90), [(80, 80)]),
        (NamedPort("TCP", "http", 1, 80), [(80, 80)]),
        (NamedPort("TCP", "http", 1, 79), []),
        (NamedPort("TCP", "web"), [(80, 80), (81, 81)]),
        (NamedPort("TCP", "web", also=("http",)), [(80, 80)]),
        (NamedPort("TCP", "web", but=("http",)), [(81, 81)]),
        (NamedPort("TCP", "", 1, 90, but=("http",)), [(1, 79), (81, 90)]),
        (NamedPort("TCP", "", 1, 90, but=("dns",)), [(1, 90)]),
    ],
)
def test_names_are_the_numbers_that_a_pod_has_by_them_and_by_no_name_that_is_denied(name, numbers):
    found = resolved(PortSet(names=(name,)), Pod(namespace="shop", ports=CALLED))
    assert found == ports_of(PortInterval("TCP", *ends) for ends in numbers)


def rows(peers, *allow_rules, open_pods=None):
    closed = DirectionRules((Isolation(PodSet(in_namespace("shop"), EVERYTHING), None),), allow_rules)
    return Rows(peers, RuleSet(closed, OPEN, {}), open_pods)


def app(name):
    return PodSet(in_namespace("shop"), selector_of([LabelRequirement("app", "In", (name,))]))


def set_of(pods):
    return peer_of(pods, Namespaces({}))


WEB = Peer(id="web", end=Pod(namespace="shop", labels={"app": "web"}))
FAR = Peer(id="far", end=Pod(namespace="far"))


def test_a_set_of_pods_does_what_all_of_its_pods_may_do():
    peers = [WEB, set_of(app("web")), set_of(PodSet(in_namespace("shop"), EVERYTHING)), FAR]
    found = rows(
        peers, AllowRule(app("web"), app("web"), EVERY_PORT, None), open_pods={"ingress": (), "egress": (EVERY_POD,)}
    )
    assert [found.of(number) for number in range(4)] == [
        {EVERY_PORT: 0b1011},
        {EVERY_PORT: 0b1011},
        {EVERY_PORT: 0b1000},
        {EVERY_PORT: 0b1000},
    ]


def test_sets_are_open_where_it_is_said():
    """What nothing isolates is found by the cover, and not by a look at the pod that stands for a set."""
    peers = [WEB, set_of(PodSet(in_namespace("far"), EVERYTHING))]
    for free, row in (((), {}), ((EVERY_POD,), {EVERY_PORT: 0b10})):
        found = rows(peers, open_pods={"ingress": free, "egress": free})
        assert found.of(1) == row
    assert rows(peers).of(0) == {}


HTTP, SQL = NamedPort("TCP", "http"), PortInterval("TCP", 5432, 5432)
TCP = PortInterval("TCP", 1, 65535)


def test_rows_of_any_hold_what_some_pods_of_a_set_may_do():
    """Sets in part closed are open, rules for some of their pods count, and names stay, as each pod may give them."""
    whole = PodSet(in_namespace("shop"), EVERYTHING)
    named = Peer(id="named", end=Pod(namespace="shop", labels={"app": "db"}, ports=(PodPort("http", "TCP", 80),)))
    peers = [WEB, named, set_of(whole), set_of(app("web"))]
    closed = DirectionRules((Isolation(app("web"), None), Isolation(app("db"), None)), ())
    let = AllowRule(app("web"), app("db"), ports_of([HTTP]), None), AllowRule(app("web"), app("db"), PORTS[0], None)
    egress = DirectionRules(closed.isolations, let)
    inward = DirectionRules(closed.isolations, (AllowRule(app("db"), app("web"), ports_of([TCP]), None),))
    found = Rows(peers, RuleSet(inward, egress, {}), of_any=True)
    eighty = ports_of([PortInterval("TCP", 1, 1), PortInterval("TCP", 80, 80)])
    by_name = ports_of([PortInterval("TCP", 1, 1), HTTP])
    assert [found.of(number) for number in range(4)] == [
        {eighty: 0b0010, by_name: 0b0100},
        {},
        {EVERY_PORT: 0b0100, ports_of([TCP]): 0b0010},
        {eighty: 0b0010, by_name: 0b0100},
    ]


@pytest.mark.parametrize(("team", "expected"), [("a", {EVERY_PORT: 0b10}), ("b", {})])
def test_rows_of_any_hold_nothing_of_labels_that_a_namespace_has_not(team, expected):
    teams = PodSet(selector_of([LabelRequirement("team", "In", ("a",))]), EVERYTHING)
    closed = DirectionRules((Isolation(EVERY_POD, None),), (AllowRule(EVERY_POD, teams, EVERY_PORT, None),))
    peers = [FAR, set_of(PodSet(in_namespace("shop"), EVERYTHING))]
    assert Rows(peers, RuleSet(OPEN, closed, {"shop": {"team": team}}), of_any=True).of(0) == expected


@pytest.mark.search(8)
def test_rows_of_any_miss_nothing_that_a_pod_of_a_set_may_do(seed):
    maker = Maker(random.Random(f"any {seed}"))
    ruleset = maker.ruleset()
    ends = list(of_one_world([end for end in (maker.end() for _ in range(12)) if isinstance(end, Pod)]))
    sets = [pods for pods in (maker.pods() for _ in range(8)) if Namespaces(KNOWN).possible(pods.namespaces)]
    real = [Peer(id=str(number), end=end) for number, end in enumerate(ends[:4])]
    peers = [*real, *(peer_of(pods, Namespaces(KNOWN)) for pods in sets)]
    found = Rows(peers, ruleset, of_any=True)
    at = {
        number: [peer.end] if peer.pods is None else [each for each in ends[4:] if holds(peer.pods, each)]
        for number, peer in enumerate(peers)
    }
    for source, destination in itertools.product(at, at):
        row = [ports for ports, bits in found.of(source).items() if bits >> destination & 1]
        for one, other in itertools.product(at[source], at[destination]):
            for protocol, port in (("TCP", 1), ("TCP", 2), ("UDP", 3)):
                if allows(ruleset, (one, other, protocol, port)):
                    assert any(is_port(ports, other, protocol, port) for ports in row)


def test_addresses_do_not_reach_each_other():
    peers = [Peer(id="one", end=ADDRESSES[0]), Peer(id="other", end=ADDRESSES[1]), FAR]
    assert [rows(peers).of(number) for number in range(3)] == [
        {EVERY_PORT: 0b100},
        {EVERY_PORT: 0b100},
        {EVERY_PORT: 0b111},
    ]


def test_pods_with_addresses_of_both_families_are_reached_by_that_of_the_other_end():
    """Several of them, and one with more than one address of a family."""
    four, six = ([end.addresses for end in ADDRESSES if end.addresses.ranges[0].family == family] for family in (4, 6))
    stacks = [(four[0], four[4], six[0]), (four[1], six[1]), (four[2],), (six[2],)]
    peers = [
        Peer(id=str(number), end=Pod(namespace="shop", addresses=address_union(each)))
        for number, each in enumerate(stacks)
    ]
    let = (AllowRule(EVERY_POD, block(family, 0, 0), PORTS[at], None) for at, family in enumerate((4, 6)))
    egress = DirectionRules((Isolation(EVERY_POD, None),), tuple(let))
    found = Rows(peers, RuleSet(OPEN, egress, {}))
    either = union((PORTS[0], PORTS[1]))
    assert [found.of(number) for number in range(4)] == [
        {either: 0b0011, PORTS[0]: 0b0100, PORTS[1]: 0b1000},
        {either: 0b0011, PORTS[0]: 0b0100, PORTS[1]: 0b1000},
        {PORTS[0]: 0b0111, PORTS[1]: 0b1000},
        {PORTS[0]: 0b0100, PORTS[1]: 0b1011},
    ]


def test_each_end_meets_all_that_have_an_address_of_its_family_or_none_that_is_known():
    four, six = ([end.addresses for end in ADDRESSES if end.addresses.ranges[0].family == family] for family in (4, 6))
    held = [(), (four[0],), (six[0],), (four[1],), (four[2], six[1]), (six[2],), (four[3], six[3])]
    pods = [Pod(namespace="shop", addresses=address_union(each)) for each in held]
    peers = [*(Peer(id=str(number), end=pod) for number, pod in enumerate(pods)), FAR]
    found = Rows(peers, RuleSet(OPEN, OPEN, {}))
    every = (1 << len(peers)) - 1
    assert [found.of(number) for number in range(len(peers))] == [{EVERY_PORT: every}] * len(peers)


def test_many_destinations_on_ports_of_their_own_are_one_row():
    """And one that several rules are about stands under all ports of these, even where they differ by the source."""
    shop = in_namespace("shop")
    ports = [ports_of([PortInterval("TCP", port, port)]) for port in range(1, 60)]
    subjects = [PodSet(shop, selector_of([LabelRequirement("n", "In", (str(n),))])) for n in range(50)]
    both = PodSet(shop, selector_of([LabelRequirement("n", "In", ("1", "2"))]))
    rules = [AllowRule(subject, EVERY_POD, ports[n], None) for n, subject in enumerate(subjects)]
    rules += [AllowRule(both, EVERY_POD, ports[55], None)]
    rules += [AllowRule(subjects[3], EVERY_POD, each, None) for each in ports[50:]]
    ingress = DirectionRules((Isolation(PodSet(shop, EVERYTHING), None),), tuple(rules))
    peers = [Peer(id=str(n), end=Pod(namespace="shop", labels={"n": str(n)})) for n in range(50)]
    expected = {ports[n]: 1 << n for n in range(50) if n not in (1, 2, 3)}
    expected |= {union((ports[n], ports[55])): 1 << n for n in (1, 2)}
    assert Rows(peers, RuleSet(ingress, OPEN, {})).of(0) == expected | {union((ports[3], *ports[50:])): 1 << 3}


def test_what_several_regions_of_a_source_let_through_is_one_row():
    shop = in_namespace("shop")
    a, b, c, one = (
        PodSet(shop, selector_of([LabelRequirement("n", "In", (value,))])) for value in ("a", "b", "c", "1")
    )
    let = ((EVERY_POD, a, 0), (PodSet(shop, EVERYTHING), b, 0), (PodSet(shop, EVERYTHING), c, 1), (one, c, 2))
    rules = tuple(AllowRule(subject, peer, PORTS[port], None) for peer, subject, port in let)
    ingress = DirectionRules((Isolation(PodSet(shop, EVERYTHING), None),), rules)
    peers = [Peer(id=value, end=Pod(namespace="shop", labels={"n": value})) for value in "1abc"]
    found = Rows([*peers, FAR], RuleSet(ingress, OPEN, {}))
    assert found.of(1) == {PORTS[0]: 0b00110, PORTS[1]: 0b01000, EVERY_PORT: 0b10000}
    assert found.of(0) == {PORTS[0]: 0b00110, union(PORTS[1:3]): 0b01000, EVERY_PORT: 0b10000}
    assert found.of(4) == {PORTS[0]: 0b00010, EVERY_PORT: 0b10000}


def test_sets_are_reached_on_ports_by_the_names_that_rules_give():
    http = ports_of([NamedPort("TCP", "http")])
    shop = PodSet(in_namespace("shop"), EVERYTHING)
    ingress = DirectionRules((Isolation(shop, None),), (AllowRule(shop, EVERY_POD, http, None),))
    pod = Pod(namespace="shop", ports=(PodPort("http", "TCP", 8080),))
    found = Rows([peer_of(shop, Namespaces({})), Peer(id="pod", end=pod), FAR], RuleSet(ingress, OPEN, {}))
    assert found.of(2) == {http: 0b001, ports_of([PortInterval("TCP", 8080, 8080)]): 0b010, EVERY_PORT: 0b100}


def test_a_pod_whose_address_nobody_knows_changes_nothing_for_others():
    four, six = ([end.addresses for end in ADDRESSES if end.addresses.ranges[0].family == family] for family in (4, 6))
    held = [(four[0],), (six[0],), (four[1], six[1])]
    peers = [Peer(id=str(n), end=Pod(namespace="shop", addresses=address_union(each))) for n, each in enumerate(held)]
    let = (AllowRule(EVERY_POD, block(family, 0, 0), PORTS[at], None) for at, family in enumerate((4, 6)))
    ruleset = RuleSet(OPEN, DirectionRules((Isolation(EVERY_POD, None),), tuple(let)), {})
    alone = Rows(peers, ruleset)
    beside = Rows([Peer(id="any", end=Pod(namespace="shop")), *peers], ruleset)
    for number in range(len(peers)):
        assert beside.of(number + 1) == {ports: bits << 1 for ports, bits in alone.of(number).items()}


def test_who_is_open_and_who_lets_the_same_ports_in_stand_together():
    closed = PodSet(in_namespace("shop"), EVERYTHING)
    ingress = DirectionRules((Isolation(closed, None),), (AllowRule(closed, EVERY_POD, PORTS[0], None),))
    egress = DirectionRules((Isolation(EVERY_POD, None),), (AllowRule(EVERY_POD, EVERY_POD, PORTS[0], None),))
    found = Rows([Peer(id="shop", end=Pod(namespace="shop")), FAR], RuleSet(ingress, egress, {}))
    assert found.of(1) == {PORTS[0]: 0b11}


def tiers(decision, place="before", isolations=()):
    return RuleSet(OPEN, DirectionRules(isolations, (), **{place: (Tier("", (decision,)),)}), {})


def test_sources_that_a_tier_tells_apart_have_rows_of_their_own():
    deny = Decision(app("web"), EVERY_POD, EVERY_PORT, "deny", None)
    for place in ("before", "behind"):
        assert Rows([WEB, FAR], tiers(deny, place)).shared((0, 1)) == [(0b01, {}), (0b10, {EVERY_PORT: 0b11})]


@each_row(
    "action, of_any, expected",
    [
        ("allow", True, {PORTS[0]: 0b11}),
        ("allow", False, {}),
        ("deny", True, {EVERY_PORT: 0b11}),
        ("deny", False, {}),
    ],
)
def test_tiers_give_to_a_set_and_take_from_it_by_all_of_its_pods_or_by_any(action, of_any, expected):
    closed = (Isolation(EVERY_POD, None),) if action == "allow" else ()
    ports = PORTS[0] if action == "allow" else EVERY_PORT
    ruleset = tiers(Decision(app("web"), EVERY_POD, ports, action, None), isolations=closed)
    open_pods = {"ingress": (EVERY_POD,), "egress": () if closed else (EVERY_POD,)}
    peers = [WEB, set_of(PodSet(in_namespace("shop"), EVERYTHING))]
    assert Rows(peers, ruleset, open_pods, of_any=of_any).of(1) == expected


def test_tiers_are_for_the_numbers_that_pods_call_by_a_name():
    named = Peer(id="named", end=Pod(namespace="shop", ports=(PodPort("http", "TCP", 80),)))
    let = Decision(EVERY_POD, EVERY_POD, ports_of([HTTP]), "allow", None)
    ruleset = tiers(let, isolations=(Isolation(EVERY_POD, None),))
    assert Rows([named, FAR], ruleset).of(1) == {ports_of([PortInterval("TCP", 80, 80)]): 0b01}
