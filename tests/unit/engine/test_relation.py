"""The whole relation against verdicts, pair by pair, and its groups against the pairs."""

import itertools
import random

import msgspec
import pytest

from netpolc.engine.members import Members
from netpolc.engine.model import AllowRule, DirectionRules, Isolation, RuleSet
from netpolc.engine.peers import Peer, peer_of, population_with
from netpolc.engine.regions import ANYTHING, EVERY_POD, Namespaces, PodSet, in_namespace
from netpolc.engine.relation import RelatedPeers, connections, relate, relation_of, without_contained
from netpolc.engine.verdicts import Address, Evaluator, Pod, PodPort
from netpolc.sets import labels
from netpolc.sets.addresses import NO_ADDRESS, block, union
from netpolc.sets.labels import EVERYTHING, LabelRequirement, LabelSelector
from netpolc.sets.ports import EVERY_PORT, PROTOCOLS, NamedPort, PortInterval, ports_of
from tests.models import pairwise
from tests.rows import each_row
from tests.unit.engine.universe import ADDRESSES, KNOWN, NAMES, PORTS, Maker, of_one_world

NOWHERE = 40000
"""A port that no rule speaks of by number."""
NUMBERS = (*PORTS, NOWHERE)
IPV4 = [end.addresses for end in ADDRESSES if end.addresses.ranges[0].family == 4]
IPV6 = [end.addresses for end in ADDRESSES if end.addresses.ranges[0].family == 6]
NONE = (set(), set())
STACKS = [NO_ADDRESS, IPV4[0], IPV6[0], union([IPV4[1], IPV6[1]]), union([IPV4[2], IPV6[4]])]


class Peers(Maker):
    """Peers of every kind."""

    def peers(self, count):
        ends = of_one_world(self.workload() for _ in range(count))
        return [Peer(id=str(number), end=end) for number, end in enumerate(ends)]

    def workload(self):
        end = self.end()
        if isinstance(end, Address):
            return end
        if self.chance(0.2):
            return msgspec.structs.replace(end, hypothetical=True, ports=())
        stack, on_node = self.random.choice(STACKS), self.chance(0.1)
        return msgspec.structs.replace(end, addresses=stack, host_network=on_node)


CALLED = [given for count in range(1, len(NAMES) + 1) for given in itertools.combinations(NAMES, count)]
"""What a pod that could exist may call a port."""


def facts(connection):
    """The numbers of a connection that rules could tell apart, with what a destination would have to call them."""
    return set() if connection is None else pairwise.facts(connection.ports, NUMBERS, CALLED)


def expected(evaluator, source, destination):
    """What verdicts say of the same ports; a destination that could exist may give each number any names."""
    found = set()
    for protocol, port, given in itertools.product(PROTOCOLS, NUMBERS, ((), *CALLED)):
        end = destination
        if isinstance(end, Pod) and end.hypothetical:
            ports = tuple(PodPort(name, protocol, port) for name in given)
            end = msgspec.structs.replace(end, ports=ports)
        if evaluator.allows(source, end, protocol, port):
            found.add((protocol, port, frozenset(given)))
    return found


@pytest.mark.parametrize("addressed", [False, True])
def test_pairs_have_the_ports_that_verdicts_allow(addressed):
    maker, related, apart = Peers(random.Random(int(addressed))), 0, 0
    for _ in range(7):
        ruleset, peers = maker.ruleset(), maker.peers(9)
        if not addressed:
            peers = [
                msgspec.structs.replace(peer, end=msgspec.structs.replace(peer.end, addresses=NO_ADDRESS))
                for peer in peers
                if isinstance(peer.end, Pod)
            ]
        evaluator = Evaluator(ruleset)
        found = list(connections(peers, ruleset))
        by_pair = {(connection.source.id, connection.destination.id): connection for connection in found}
        assert len(found) == len(by_pair)
        for source in peers:
            for destination in peers:
                connection = by_pair.get((source.id, destination.id))
                if isinstance(source.end, Address) and isinstance(destination.end, Address):
                    assert connection is None
                    continue
                allowed = expected(evaluator, source.end, destination.end)
                assert facts(connection) == allowed
                assert (connection is None) is (not allowed)
                related, apart = related + bool(allowed), apart + (not allowed)
    assert min(related, apart) > 50


def worlds(seed, count=12):
    """Peers of every kind, sets of pods among them, and the rules that they are for."""
    maker = Peers(random.Random(f"worlds {seed}"))
    for _ in range(count):
        ruleset, peers = maker.ruleset(), maker.peers(7)
        yield ruleset, population_with(peers, ruleset)


def meaning(connections):
    return {pair: pairwise.facts(ports, NUMBERS, CALLED) for pair, ports in connections}


@pytest.mark.search(5)
def test_rows_are_the_pairs_that_the_model_lists(seed):
    for ruleset, population in worlds(seed, 4):
        related = relate(population.peers, ruleset, population.open_pods)
        model = pairwise.connections(population.peers, ruleset, population.open_pods)
        expected = [((source.id, destination.id), ports) for source, destination, ports in model]
        found = [((each.source.id, each.destination.id), each.ports) for each in related.connections()]
        assert [pair for pair, _ in found] == [pair for pair, _ in expected]
        assert meaning(found) == meaning(expected)


@pytest.mark.search(5)
def test_groups_are_the_connections_and_nothing_else(seed):
    for ruleset, population in worlds(seed):
        for related in (relate(population.peers, ruleset, population.open_pods), relation_of(population, ruleset)):
            pairs = {(each.source.id, each.destination.id): each.ports for each in related.connections()}
            assert pairwise.expanded(related.groups()) == pairs
            assert {name for pair in pairs for name in pair} <= {peer.id for peer in related.shown()}


def peer(identity, **fields):
    return Peer(id=identity, end=Pod(namespace="shop", labels={"app": identity}, **fields))


def ingress(*allow_rules, closed=EVERY_POD):
    return RuleSet(DirectionRules((Isolation(closed, None),), allow_rules), DirectionRules((), ()), {})


def egress(*allow_rules):
    mirrored = ingress(*allow_rules)
    return RuleSet(mirrored.egress, mirrored.ingress, {})


def allow_rule(peers, *ports):
    return AllowRule(EVERY_POD, peers, ports_of(ports) if ports else EVERY_PORT, None)


def related(peers, ruleset):
    return [(each.source.id, each.destination.id, each.ports) for each in connections(peers, ruleset)]


def test_pairs_come_by_source_each_in_order_and_with_oneself():
    peers = [peer(name) for name in "cab"]
    everything = [(source, destination, EVERY_PORT) for source in "cab" for destination in "cab"]
    assert related(peers, RuleSet(DirectionRules((), ()), DirectionRules((), ()), {})) == everything
    assert related(peers, ingress(*(allow_rule(region) for region in ANYTHING))) == everything
    assert related(peers, ingress(allow_rule(EVERY_POD))) == everything
    assert related(peers, egress(allow_rule(EVERY_POD))) == everything
    assert related(peers, ingress()) == related(peers, egress()) == []


@pytest.mark.parametrize("ruleset", [ingress, egress])
def test_a_name_with_two_numbers_is_both_of_them(ruleset):
    http = NamedPort("TCP", "http")
    server = peer("b", ports=(PodPort("http", "TCP", 8080), PodPort("http", "TCP", 8081), PodPort("http", "UDP", 1)))
    other = peer("c", ports=(PodPort("dns", "TCP", 53),))
    expected = ports_of([PortInterval("TCP", 8080, 8080), PortInterval("TCP", 8081, 8081)])
    found = related([peer("a"), server, other], ruleset(allow_rule(EVERY_POD, http)))
    assert found == [(source, "b", expected) for source in "abc"]


def test_nobody_here_can_tell_of_two_addresses():
    ends = [Peer(id=str(number), end=end) for number, end in enumerate(ADDRESSES)]
    assert related(ends, ingress()) == []
    assert (
        len(related([*ends, peer("a")], RuleSet(DirectionRules((), ()), DirectionRules((), ()), {})))
        == 2 * len(ends) + 1
    )


def test_a_pod_of_both_families_is_one_peer_and_reaches_others_by_either():
    shared = union([block(4, 1, 32), block(6, 1, 128)])
    both, plain = peer("both", addresses=shared), peer("plain", addresses=block(4, 2, 32))
    one, other = PortInterval("TCP", 1, 1), PortInterval("TCP", 2, 2)
    ruleset = ingress(allow_rule(block(4, 0, 0), one), allow_rule(block(6, 0, 0), other))
    assert sorted(related([both, plain], ruleset)) == [
        ("both", "both", ports_of([one, other])),
        ("both", "plain", ports_of([one])),
        ("plain", "both", ports_of([one])),
        ("plain", "plain", ports_of([one])),
    ]


def test_both_ends_are_of_one_family():
    """Also where only one of them has a choice, and where out and in differ by family."""
    shared = union([block(4, 1, 32), block(6, 1, 128)])
    both, plain = peer("both", addresses=shared), peer("plain", addresses=block(4, 2, 32))
    one, other = PortInterval("TCP", 1, 1), PortInterval("TCP", 2, 2)
    first = (allow_rule(block(4, 0, 0), one), allow_rule(block(6, 0, 0), other))
    crossed = (allow_rule(block(4, 0, 0), other), allow_rule(block(6, 0, 0), one))
    assert ("plain", "both", ports_of([one])) in related([both, plain], egress(*first))
    assert ("both", "plain", ports_of([one])) in related([both, plain], egress(*first))
    assert related([both], RuleSet(ingress(*first).ingress, egress(*crossed).egress, {})) == []
    assert related([both], RuleSet(ingress(*first).ingress, egress(*first).egress, {})) == [
        ("both", "both", ports_of([one, other]))
    ]


def test_pods_on_a_nodes_network_are_open_and_reach_what_everything_reaches():
    node, pod = peer("node", host_network=True), peer("pod")
    closed = ingress(*(allow_rule(region, PortInterval("TCP", 7, 7)) for region in ANYTHING))
    found = {(source, destination): ports for source, destination, ports in related([node, pod], closed)}
    seven = ports_of([PortInterval("TCP", 7, 7)])
    assert found == {
        ("node", "node"): EVERY_PORT,
        ("pod", "node"): EVERY_PORT,
        ("node", "pod"): seven,
        ("pod", "pod"): seven,
    }
    assert ("node", "pod") not in {pair[:2] for pair in related([node, pod], ingress(allow_rule(EVERY_POD)))}


def test_only_what_is_closed_asks_for_rules():
    data = Peer(id="data", end=Pod(namespace="data"))
    ruleset = ingress(closed=PodSet(in_namespace("data"), EVERYTHING))
    assert related([peer("a"), data], ruleset) == [("a", "a", EVERY_PORT), ("data", "a", EVERY_PORT)]


def within(one, other):
    """Whether all that a peer stands for is in another, as regions of universe.py's kind are."""
    namespaces = Namespaces(KNOWN)
    return (
        one.pods is not None
        and other.pods is not None
        and namespaces.are_all(one.pods.namespaces, other.pods.namespaces)
        and labels.intersect(one.pods.pods, other.pods.pods) == one.pods.pods
    )


@pytest.mark.search(5)
def test_sets_that_are_left_out_of_a_relation_are_part_of_others_with_the_same_ports(seed):
    maker = Peers(random.Random(f"left out {seed}"))
    for _ in range(4):
        ruleset = maker.ruleset()
        population = population_with(maker.peers(7), ruleset, [[maker.pods(), maker.pods()]])
        ends = [
            {peer.id for number, peer in enumerate(population.peers) if bits >> number & 1}
            for bits in (population.sources, population.destinations, population.called)
        ]
        whole = {
            (each.source.id, each.destination.id): each.ports
            for each in connections(population.peers, ruleset, population.open_pods)
            if each.source.id in ends[0] and each.destination.id in ends[1]
        }
        related = relation_of(population, ruleset)
        found = {(each.source.id, each.destination.id): each.ports for each in related.connections()}
        assert found.items() <= whole.items()
        inside = {
            one.id: {
                other.id
                for other in population.peers
                if one == other or (one.id not in ends[2] and other.id not in ends[2] and within(one, other))
            }
            for one in population.peers
        }
        for (source, destination), ports in whole.items() - found.items():
            around = itertools.product(inside[source], inside[destination])
            assert any(found.get(pair) == ports for pair in around), (source, destination)
        reached = {name: {pair[1]: ports for pair, ports in found.items() if pair[0] == name} for name, _ in found}
        for name, other in itertools.permutations(reached, 2):
            assert reached[name] != reached[other] or other not in inside[name] or name in inside[other]
        standing = {name for pair in found for name in pair}
        shown = [peer.id for peer in population.peers if peer.pods is None or peer.id in standing]
        assert [peer.id for peer in related.shown()] == shown


def labels_of(**asked):
    return LabelSelector(tuple(LabelRequirement(key, "In", (value,)) for key, value in asked.items()))


TCP = ports_of([PortInterval("TCP", 80, 80)])
IN_SHOP = in_namespace("shop")
SETS = [
    PodSet(IN_SHOP, EVERYTHING),
    PodSet(IN_SHOP, labels_of(app="web")),
    PodSet(in_namespace("data"), EVERYTHING),
    PodSet(in_namespace("ops"), EVERYTHING),
    PodSet(LabelSelector((*IN_SHOP.requirements, LabelRequirement("team", "In", ("a",)))), EVERYTHING),
    PodSet(IN_SHOP, labels_of(app="web", tier="x")),
]
"""Of the shop: all pods, some, all in other words, and some of some; and the pods of two namespaces."""
SHOP, WEB, DATA, OPS, SHOP_AGAIN, FEW = (1 << number for number in range(len(SETS)))
EVERY = (1 << len(SETS)) - 1


def left(*rows, may_go=EVERY):
    """The rows that are left of some without the sets that are part of others."""
    namespaces = Namespaces({"shop": {"team": "a"}})
    peers = tuple(peer_of(each, namespaces) for each in SETS)
    members = Members(SETS, namespaces)
    found = without_contained(RelatedPeers(peers, rows, members), may_go)
    assert (found.peers, found.index) == (peers, members)
    return list(found.rows)


@each_row(
    "rows, expected",
    [
        ([(SHOP | WEB, {TCP: DATA})], [(SHOP, {TCP: DATA})]),
        ([(SHOP, {TCP: DATA}), (WEB, {EVERY_PORT: DATA})], [(SHOP, {TCP: DATA}), (WEB, {EVERY_PORT: DATA})]),
        ([(WEB | DATA, {TCP: OPS})], [(WEB | DATA, {TCP: OPS})]),
        ([(DATA, {TCP: SHOP | WEB})], [(DATA, {TCP: SHOP})]),
        ([(DATA, {TCP: SHOP | WEB, EVERY_PORT: OPS})], [(DATA, {TCP: SHOP, EVERY_PORT: OPS})]),
        ([(DATA, {TCP: WEB})], [(DATA, {TCP: WEB})]),
        ([(DATA, {TCP: WEB | OPS})], [(DATA, {TCP: WEB | OPS})]),
        ([(DATA, {TCP: SHOP, EVERY_PORT: WEB})], [(DATA, {TCP: SHOP, EVERY_PORT: WEB})]),
        (
            [(DATA, {TCP: SHOP | WEB}), (OPS, {TCP: SHOP})],
            [(DATA, {TCP: SHOP | WEB}), (OPS, {TCP: SHOP})],
        ),
        (
            [(DATA, {TCP: SHOP | WEB}), (OPS, {EVERY_PORT: SHOP | WEB})],
            [(DATA, {TCP: SHOP}), (OPS, {EVERY_PORT: SHOP})],
        ),
        # Of two that are the same, the first stays, with nothing of the part of both.
        ([(SHOP | WEB | SHOP_AGAIN, {TCP: DATA})], [(SHOP, {TCP: DATA})]),
        ([(WEB | SHOP_AGAIN, {TCP: DATA})], [(SHOP_AGAIN, {TCP: DATA})]),
        ([(DATA, {TCP: SHOP | WEB | SHOP_AGAIN})], [(DATA, {TCP: SHOP})]),
        ([(DATA, {TCP: WEB | SHOP_AGAIN})], [(DATA, {TCP: SHOP_AGAIN})]),
        ([(DATA, {TCP: WEB | FEW, EVERY_PORT: SHOP})], [(DATA, {TCP: WEB, EVERY_PORT: SHOP})]),
    ],
)
def test_a_set_goes_that_is_part_of_another_one_with_the_same_connections(rows, expected):
    assert left(*rows) == expected


def test_a_set_stays_that_may_not_go():
    for rows in [(SHOP | WEB, {TCP: DATA})], [(DATA, {TCP: SHOP | WEB})]:
        assert left(*rows, may_go=EVERY & ~WEB) == left(*rows, may_go=EVERY & ~SHOP) == rows


def test_destinations_stay_where_there_are_too_many_to_compare(monkeypatch):
    rows = [(DATA, {TCP: SHOP | WEB | OPS}), (OPS, {TCP: SHOP | WEB})]
    for most, stay in ((4, False), (3, True)):
        monkeypatch.setattr("netpolc.engine.relation.MOST_COMPARED", most)
        assert (left(*rows) == rows) is stay


def test_a_part_of_a_relation_is_between_some_peers():
    peers = tuple(peer(name) for name in "abcd")
    index = Members([each.end for each in peers])
    whole = RelatedPeers(peers, ((0b0011, {TCP: 0b1100, EVERY_PORT: 0b0001}), (0b0100, {TCP: 0b0001})), index)
    assert whole.between(0b0110, 0b0101) == RelatedPeers(
        peers, ((0b0010, {TCP: 0b0100, EVERY_PORT: 0b0001}), (0b0100, {TCP: 0b0001})), index
    )
    assert whole.between(0b0110, 0b1000).rows == ((0b0010, {TCP: 0b1000}),)
    assert whole.between(0b1000, 0b1111).rows == ()


def test_a_part_of_a_relation_is_on_some_ports():
    """Rows that are the same on these ports become one; a name is what each destination calls by it."""
    one, two = (ports_of([PortInterval("TCP", port, port)]) for port in (1, 2))
    both, http = ports_of([PortInterval("TCP", 1, 2)]), ports_of([NamedPort("TCP", "http")])
    ports = [(), (PodPort("http", "TCP", 1),), (PodPort("http", "TCP", 2),), (PodPort("http", "TCP", 1),)]
    peers = tuple(peer(name, ports=each) for name, each in zip("abcd", ports, strict=True))
    index = Members([each.end for each in peers])
    whole = RelatedPeers(peers, ((0b001, {both: 0b1110, one: 0b001}), (0b110, {one: 0b1011, two: 0b100})), index)
    assert whole.on(one) == RelatedPeers(peers, ((0b001, {one: 0b1111}), (0b110, {one: 0b1011})), index)
    assert whole.on(two).rows == ((0b001, {two: 0b1110}), (0b110, {two: 0b100}))
    assert whole.on(http).rows == ((0b111, {one: 0b1010, two: 0b100}),)
    assert whole.on(ports_of([PortInterval("UDP", 1, 2)])).rows == ()


def test_pods_that_could_exist_are_open_where_nothing_isolates_them():
    sets = [peer_of(each, Namespaces({})) for each in SETS[:1]]
    both = {"ingress": (SETS[0],), "egress": (SETS[0],)}
    assert [each.ports for each in connections(sets, ingress(closed=SETS[2]), both)] == [EVERY_PORT]
    assert list(connections(sets, ingress(closed=SETS[2]))) == []
