"""Changes against the difference of both relations, pair by pair."""

import random

import msgspec
import pytest

from netpolc.engine.changes import View, changes
from netpolc.engine.model import AllowRule, DirectionRules, Isolation, Reason, RuleSet
from netpolc.engine.peers import Peer
from netpolc.engine.regions import EVERY_POD, PodSet, in_namespace
from netpolc.engine.relation import connections
from netpolc.engine.verdicts import Evaluator, Pod, PodPort
from netpolc.sets.labels import EVERYTHING
from netpolc.sets.ports import EVERY_PORT, PROTOCOLS, NamedPort, PortInterval, ports_of
from tests.unit.engine.universe import ADDRESSES, KNOWN, PORTS, Maker, of_one_world

NOWHERE = 40000
NUMBERS = (*PORTS, NOWHERE)


class Views(Maker):
    """Two sides that have most in common."""

    def views(self, peers):
        old = self.ruleset()
        new = RuleSet(*(self.changed(direction_rules) for direction_rules in (old.ingress, old.egress)), KNOWN)
        sides = [View(peers, old), View(peers, new)]
        self.random.shuffle(sides)
        return sides

    def changed(self, direction_rules):
        allow_rules = [allow_rule for allow_rule in direction_rules.allow_rules if self.chance(0.7)]
        if direction_rules.isolations and self.chance(0.5):
            allow_rules += self.allow_rules(self.random.choice(direction_rules.isolations).subject)
        return DirectionRules(
            tuple(each for each in direction_rules.isolations if self.chance(0.8)), tuple(allow_rules)
        )

    def peers(self, *, addressed):
        ends = [*of_one_world(self.pod(addressed=addressed) for _ in range(8)), *ADDRESSES[::4]]
        return tuple(Peer(id=str(number), end=end) for number, end in enumerate(ends))

    def pod(self, *, addressed):
        end = self.end()
        while not isinstance(end, Pod):
            end = self.end()
        if addressed and self.chance(0.5):
            return msgspec.structs.replace(end, addresses=self.random.choice(ADDRESSES).addresses)
        return msgspec.structs.replace(end, host_network=addressed and self.chance(0.1))


def related(view):
    found = {}
    for each in connections(view.peers, view.ruleset):
        for protocol in PROTOCOLS:
            for port in NUMBERS:
                if each.ports.contains(protocol, port):
                    found[each.source.id, each.destination.id, protocol, port] = True
    return set(found)


@pytest.mark.parametrize("addressed", [False, True])
def test_changes_are_what_only_one_relation_has(addressed):
    maker, widened, narrowed = Views(random.Random(int(addressed))), 0, 0
    for _ in range(30):
        old, new = maker.views(maker.peers(addressed=addressed))
        known = {peer.id for peer in new.peers}
        found = changes(old, new).connections()
        assert len({(each.source.id, each.destination.id, each.widened) for each in found}) == len(found)
        told = {True: set(), False: set()}
        for each in found:
            if each.source.id in known and each.destination.id in known:
                told[each.widened] |= {
                    (each.source.id, each.destination.id, protocol, port)
                    for protocol in PROTOCOLS
                    for port in NUMBERS
                    if each.ports.contains(protocol, port)
                }
        before, after = related(old), related(new)
        assert told == {True: after - before, False: before - after}
        widened, narrowed = widened + bool(after - before), narrowed + bool(before - after)
    assert min(widened, narrowed) > 8


def test_changes_of_pods_that_could_exist_are_true():
    """A name stands for whatever numbers pods give it, so numbers are what can be tried."""
    maker, seen = Views(random.Random(3)), 0
    for _ in range(40):
        old, new = maker.views(())
        evaluators = Evaluator(old.ruleset), Evaluator(new.ruleset)
        for each in changes(old, new).connections():
            assert each.source.pods is not None or each.destination.pods is not None
            for interval in each.ports.intervals:
                seen += 1
                ends = each.source.end, each.destination.end, interval.protocol, interval.last
                assert [evaluator.allows(*ends) for evaluator in evaluators] == [not each.widened, each.widened]
    assert seen > 100


SHOP, DATA = (PodSet(in_namespace(name), EVERYTHING) for name in ("shop", "data"))
WEB = Peer(id="shop/web", end=Pod(namespace="shop", ports=(PodPort("http", "TCP", 80), PodPort("dns", "UDP", 53))))
API = Peer(id="data/api", end=Pod(namespace="data"))
NET = Peer(id="net", end=ADDRESSES[0])
CLOSED, LET, ALSO = (Reason(None, "", None, text) for text in ("closed", "let", "also"))
OPEN = DirectionRules((), ())
HTTP, OTHER = NamedPort("TCP", "http"), NamedPort("TCP", "other")
TCP = PortInterval("TCP", 1, 65535)


def direction_rules(*allow_rules):
    return DirectionRules((Isolation(SHOP, CLOSED),), allow_rules)


def let(peer, *ports, reason=LET):
    return AllowRule(SHOP, peer, ports_of(ports) if ports else EVERY_PORT, reason)


def changed(direction, old, new, *peers):
    ruleset = ((side, OPEN) if direction == "ingress" else (OPEN, side) for side in (old, new))
    return changes(*(View(peers, RuleSet(*each, {})) for each in ruleset)).connections()


def of_real(found):
    """What changed between peers that there are."""
    return [each for each in found if each.source.pods is None and each.destination.pods is None]


@pytest.mark.parametrize("direction", ["ingress", "egress"])
@pytest.mark.parametrize("widened", [True, False])
@pytest.mark.parametrize(
    ("less", "more"),
    [
        (direction_rules(), direction_rules(let(DATA))),
        (direction_rules(), direction_rules(let(DATA), let(EVERY_POD, reason=ALSO))),
        (direction_rules(), OPEN),
    ],
)
def test_changes_say_in_which_way_they_go(direction, widened, less, more):
    found = changed(direction, *((less, more) if widened else (more, less)), WEB, API)
    pair = (API, WEB) if direction == "ingress" else (WEB, API)
    (entry,) = (each for each in found if (each.source, each.destination) == pair)
    assert entry.widened is widened
    assert entry.ports == EVERY_PORT


def test_changes_come_in_order_by_source_and_destination():
    found = of_real(changed("ingress", direction_rules(), OPEN, WEB, API, NET))
    assert [(each.source.id, each.destination.id) for each in found] == [
        ("data/api", "shop/web"),
        ("net", "shop/web"),
        ("shop/web", "shop/web"),
    ]


@pytest.mark.parametrize(
    ("less", "more", "expected"),
    [
        ((), (HTTP,), [PortInterval("TCP", 80, 80)]),
        ((), (OTHER,), []),
        ((HTTP,), (TCP,), [PortInterval("TCP", 1, 79), PortInterval("TCP", 81, 65535)]),
        ((OTHER,), (TCP,), [TCP]),
        ((OTHER,), (OTHER, HTTP), [PortInterval("TCP", 80, 80)]),
        ((HTTP,), (OTHER, HTTP), []),
        ((PortInterval("TCP", 80, 80),), (HTTP,), []),
        ((PortInterval("TCP", 1, 79),), (HTTP, PortInterval("TCP", 1, 79)), [PortInterval("TCP", 80, 80)]),
        ((HTTP,), (PortInterval("TCP", 80, 90),), [PortInterval("TCP", 81, 90)]),
        ((), (NamedPort("UDP", "dns"),), [PortInterval("UDP", 53, 53)]),
    ],
)
def test_names_of_ports_are_the_numbers_of_a_workload(less, more, expected):
    old, new = (direction_rules(let(DATA, *ports)) if ports else direction_rules() for ports in (less, more))
    assert [each.ports for each in of_real(changed("ingress", old, new, WEB, API))] == [ports_of(expected)] * bool(
        expected
    )


def test_pods_of_which_there_are_none_become_peers():
    (found,) = changed("ingress", direction_rules(), direction_rules(let(DATA, HTTP)))
    assert (found.source.id, found.destination.id) == ("data/*", "shop/*")
    assert found.source.pods == DATA
    assert found.ports == ports_of([HTTP])


def test_what_pods_call_their_ports_is_a_part_of_a_change():
    """Nobody knows which numbers have the name, so what changed is told as a part of all."""
    old, new = (View((), RuleSet(direction_rules(let(DATA, ports)), OPEN, {})) for ports in (HTTP, TCP))
    found = changes(old, new)
    assert (found.connections(), found.complete) == ([], True)
    (partial,) = found.partial
    assert (partial.allowed_by, partial.whole.source, partial.whole.destination) == ("other", DATA, SHOP)
    assert (partial.whole.ports.protocol, partial.whole.ports.first, partial.whole.ports.last) == ("TCP", 1, 65535)


def test_pods_that_differ_are_compared_as_they_are_on_each_side():
    moved = msgspec.structs.replace(WEB, end=Pod(namespace="shop", ports=(PodPort("http", "TCP", 8080),)))
    egress = DirectionRules((Isolation(DATA, CLOSED),), (AllowRule(DATA, SHOP, EVERY_PORT, ALSO),))
    ruleset = RuleSet(direction_rules(let(DATA, HTTP)), egress, {})
    found = changes(View((WEB, API), ruleset), View((moved, API), ruleset)).connections()
    expected = [(False, (PortInterval("TCP", 80, 80),)), (True, (PortInterval("TCP", 8080, 8080),))]
    assert {each.destination.id for each in found} == {moved.id}
    # What changed for the pods that are there did for all of their namespace.
    for source in (API.id, "data/*"):
        assert [(each.widened, each.ports.intervals) for each in found if each.source.id == source] == expected


def test_pods_that_all_differ_are_compared_as_they_are_on_each_side():
    moved = msgspec.structs.replace(WEB, end=Pod(namespace="shop", ports=(PodPort("http", "TCP", 8080),)))
    ruleset = RuleSet(direction_rules(let(SHOP, HTTP)), OPEN, {})
    found = changes(View((WEB,), ruleset), View((moved,), ruleset)).connections()
    for source in (WEB.id, "shop/*"):
        told = [(each.widened, each.ports.intervals[0].first) for each in found if each.source.id == source]
        assert told == [(False, 80), (True, 8080)]


def test_pods_with_addresses_may_be_let_through_by_either():
    """A block that is new changes nothing for pods that rules let through before."""
    addressed = msgspec.structs.replace(WEB, end=Pod(namespace="shop", addresses=ADDRESSES[0].addresses))
    before, after = direction_rules(let(SHOP)), direction_rules(let(SHOP), let(ADDRESSES[0].addresses))
    found = changed("ingress", before, after, addressed)
    assert [each for each in found if (each.source, each.destination) == (addressed, addressed)] == []
