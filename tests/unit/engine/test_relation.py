"""The whole relation against verdicts, pair by pair, and its groups against the pairs."""

import itertools
import random

import msgspec
import pytest

from netpolc.engine.model import AllowRule, DirectionRules, Isolation, RuleSet
from netpolc.engine.peers import Peer, population_with
from netpolc.engine.regions import ANYTHING, EVERY_POD, PodSet, in_namespace
from netpolc.engine.relation import connections, relate, relation_of
from netpolc.engine.verdicts import Address, Evaluator, Pod, PodPort
from netpolc.sets.addresses import NO_ADDRESS, block, union
from netpolc.sets.labels import EVERYTHING
from netpolc.sets.ports import EVERY_PORT, PROTOCOLS, NamedPort, PortInterval, ports_of
from tests.models import pairwise
from tests.unit.engine.universe import ADDRESSES, NAMES, PORTS, Maker, of_one_world

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


@pytest.mark.search(10)
def test_rows_are_the_pairs_that_the_model_lists(seed):
    for ruleset, population in worlds(seed, 4):
        related = relate(population.peers, ruleset, population.open_pods)
        model = pairwise.connections(population.peers, ruleset, population.open_pods)
        expected = [((source.id, destination.id), ports) for source, destination, ports in model]
        found = [((each.source.id, each.destination.id), each.ports) for each in related.connections()]
        assert [pair for pair, _ in found] == [pair for pair, _ in expected]
        assert meaning(found) == meaning(expected)


@pytest.mark.search(10)
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
