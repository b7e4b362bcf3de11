"""Groups of changes are told with the lines that made them, each pair in one group and with its own lines."""

import random

import pytest

from netpolc.engine.bits import bits_of
from netpolc.engine.peers import Peer
from netpolc.engine.relation import Group
from netpolc.engine.verdicts import Pod
from netpolc.queries import grouping
from netpolc.queries.change_reasons import ChangeLine, ChangeReason
from netpolc.queries.grouping import MOST_PAIRS, MOST_QUESTIONS, ChangedGroup, ReasonedGroup, Reasoning, joined
from netpolc.queries.review import review
from netpolc.sets.ports import PortInterval, PortSet
from tests.models.pairwise import changed, expanded, relation
from tests.unit.queries.clusters import cluster

PEERS = tuple(Peer(id=f"p{number:02}", end=Pod(namespace="shop")) for number in range(100))
PORTS = [PortSet((PortInterval("TCP", port, port),)) for port in (1, 2)]
LINES = [ChangeLine("new", "shop.netpol", number, "") for number in range(5)]


class Reasons:
    """Reasons of pairs, by a rule that anybody can try again."""

    def __init__(self, kinds):
        self.kinds = kinds
        self.asked = 0

    def of(self, change):
        self.asked += 1
        return (ChangeReason("egress", (), (), (self.line(change.source, change.destination),)),)

    def line(self, source, destination):
        return LINES[(PEERS.index(source) * PEERS.index(destination)) % self.kinds]


def groups(source):
    """Groups of a random relation."""
    rows = [(1 << number, {source.choice(PORTS): source.getrandbits(8) or 1}) for number in range(6)]
    return relation(PEERS, rows).groups()


@pytest.mark.search(8)
def test_each_pair_is_told_once_with_the_lines_that_made_it(seed):
    source = random.Random(seed)
    reasons = Reasons(source.randint(1, 4))
    reasoning, widened = Reasoning(reasons), source.random() < 0.5
    found = groups(source)
    told = {}
    for group in found:
        for each in reasoning.of(group, widened=widened):
            assert (each.group.widened, each.group.ports, each.group.partial) == (widened, group.ports, False)
            for one in each.group.sources:
                for other in each.group.destinations:
                    assert (one.id, other.id) not in told
                    told[one.id, other.id] = group.ports
                    assert each.lines == (reasons.line(one, other),)
    assert told == expanded(found)


@pytest.mark.search(8)
def test_joining_changes_no_pair_and_its_order_is_nobodys(seed):
    source = random.Random(seed)
    reasoning = Reasoning(Reasons(source.randint(1, 4)))
    found = [each for group in groups(source) for each in reasoning.of(group, widened=True)]
    told = joined(found)
    assert pairs(told) == pairs(found)
    assert len(told) <= len(found)
    source.shuffle(found)
    assert pairs(joined(found)) == pairs(told)


def pairs(found):
    return {
        (one.id, other.id): (each.group.ports, each.lines)
        for each in found
        for one in each.group.sources
        for other in each.group.destinations
    }


def test_what_differs_at_one_end_is_joined():
    reasons = (ChangeReason("egress", (), (), (LINES[0],)),)

    def group(sources, destinations, ports=PORTS[0], reasons=reasons):
        ends = ([PEERS[number] for number in numbers] for numbers in (sources, destinations))
        return ReasonedGroup(changed_group(*map(tuple, ends), ports), reasons)

    other = (ChangeReason("egress", (), (), (LINES[1],)),)
    (found,) = joined([group([3], [7]), group([1, 2], [7]), group([1, 2, 3], [9])])
    assert found.group == group([1, 2, 3], [7, 9]).group
    assert len(joined([group([1], [7]), group([2], [8])])) == 2
    assert len(joined([group([1], [7]), group([2], [7], PORTS[1])])) == 2
    assert len(joined([group([1], [7]), group([2], [7], reasons=other)])) == 2


def changed_group(sources, destinations, ports):
    return ChangedGroup(widened=True, sources=sources, destinations=destinations, ports=ports)


def wide(sources, destinations):
    members = relation(PEERS, ()).members
    return Group(members(bits_of(range(sources))), members(bits_of(range(50, 50 + destinations))), PORTS[0])


def test_of_a_large_group_each_peer_is_asked_and_not_each_pair():
    reasons = Reasons(1)
    (found,) = Reasoning(reasons).of(wide(40, 40), widened=True)
    assert (len(found.group.sources), len(found.group.destinations)) == (40, 40)
    assert reasons.asked == 40 + 39
    (found,) = Reasoning(Reasons(4)).of(wide(40, 40), widened=True)
    assert len(found.lines) > 1


@pytest.mark.parametrize("pairs", [MOST_PAIRS, MOST_PAIRS + 1])
def test_small_groups_are_asked_pair_by_pair(pairs):
    reasons = Reasons(4)
    small = Group((PEERS[1],), PEERS[:pairs], PORTS[0])
    found = list(Reasoning(reasons).of(small, widened=True))
    assert (len(found) == 1) is (pairs > MOST_PAIRS)
    assert reasons.asked == pairs


def test_a_review_asks_so_many_questions_and_then_one_for_each_group(monkeypatch):
    monkeypatch.setattr(grouping, "MOST_QUESTIONS", 30)
    reasons = Reasons(3)
    reasoning = Reasoning(reasons)
    for _ in range(10):
        assert [each.group.sources for each in reasoning.of(wide(1, 12), widened=True)]
    assert reasons.asked <= 30 + 10
    assert MOST_QUESTIONS > 30


def test_forty_pods_of_one_cause_are_one_group():
    names = ", ".join(f"pod-{number}" for number in range(40))
    head = "namespace shop\nbaseline deny ingress\n"
    found = review(cluster(f"{head}web -> db:1\n"), cluster(f"{head}web -> db:1\n{{{names}}} -> db:1\n"))
    (finding,) = found.findings
    assert len(finding.change.sources) == len(list(changed(found))) == 40
    assert [each.id for each in finding.change.destinations] == ["shop/[app=db]"]
