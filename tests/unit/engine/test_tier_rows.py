"""Tiers as rows against verdicts, pair by pair, and against those of the pods that a set of pods stands for."""

import itertools
import random

import msgspec
import pytest

from netpolc.engine.model import Decision, Isolation, Tier
from netpolc.engine.peers import Peer, peer_of
from netpolc.engine.regions import EVERY_POD, Namespaces, PodSet, in_namespace
from netpolc.engine.rows import Rows
from netpolc.engine.verdicts import Address, Evaluator
from netpolc.policy.constants import DIRECTIONS
from netpolc.sets.labels import LabelRequirement, LabelSelector
from tests.unit.engine.universe import CONTAINER_PORTS, KNOWN, PODS, PORTS, Maker, holds, is_port, of_one_world

ASKED = [("TCP", port) for port in PORTS] + [("UDP", port) for port in (*PORTS[:3], 40000)]
SETS = [
    PodSet(in_namespace(name), LabelSelector((LabelRequirement("app", "In", (app,)),)))
    for name, app in itertools.product(("shop", "ops"), ("a", "b"))
] + [PodSet(in_namespace("data"), EVERY_POD.pods), EVERY_POD]


class Tiered(Maker):
    """Rules with tiers around them."""

    def direction_rules(self):
        found = super().direction_rules()
        exempt = tuple(Isolation(self.pods(), None) for _ in range(self.random.choice((0, 0, 1))))
        return msgspec.structs.replace(found, before=self.tiers(), behind=self.tiers(), exempt=exempt)

    def tiers(self):
        return tuple(Tier(str(number), self.decisions()) for number in range(self.random.choice((0, 1, 1, 2))))

    def decisions(self):
        return tuple(
            Decision(self.pods(), self.peer(), self.port_set(), self.random.choice(("allow", "deny", "next")), None)
            for _ in range(self.random.choice((1, 2, 4)))
        )


def on(row, destination):
    """The ports of a row under which a destination stands."""
    return [ports for ports, bits in row.items() if bits >> destination & 1]


@pytest.mark.search(12)
def test_what_passes_tiers_is_what_verdicts_allow(seed):
    maker = Tiered(random.Random(f"tiers {seed}"))
    ruleset, ends = maker.ruleset(), list(of_one_world(maker.end() for _ in range(6)))
    rows = Rows([Peer(id=str(number), end=end) for number, end in enumerate(ends)], ruleset)
    evaluator = Evaluator(ruleset)
    for (start, source), (end, destination) in itertools.product(enumerate(ends), repeat=2):
        if isinstance(source, Address) and isinstance(destination, Address):
            continue
        ports = on(rows.of(start), end)
        for protocol, port in ASKED:
            found = any(is_port(each, destination, protocol, port) for each in ports)
            assert found is evaluator.allows(source, destination, protocol, port), (source, destination, protocol, port)


def pods_of(pods, maker):
    """A few of the pods that a set stands for."""
    found = [each for each in PODS if holds(pods, each)]
    some = maker.random.sample(found, min(len(found), 3))
    return [msgspec.structs.replace(each, ports=maker.random.choice(CONTAINER_PORTS)) for each in some]


@pytest.mark.search(6)
def test_a_set_passes_where_all_of_its_pods_do_or_with_what_any_of_them_may(seed):
    maker = Tiered(random.Random(f"tiered sets {seed}"))
    ruleset = maker.ruleset()
    peers = [peer_of(each, Namespaces(KNOWN)) for each in SETS]
    nothing_isolates = {"ingress": (), "egress": ()}
    whole, some = Rows(peers, ruleset, nothing_isolates), Rows(peers, ruleset, of_any=True)
    evaluator = Evaluator(ruleset)
    pods = [pods_of(each, maker) for each in SETS]
    for (start, sources), (end, destinations) in itertools.product(enumerate(pods), repeat=2):
        surely, maybe = on(whole.of(start), end), on(some.of(start), end)
        for pair in itertools.product(sources, destinations):
            source, destination = of_one_world(pair)
            for protocol, port in ASKED[::2]:
                allowed = evaluator.allows(source, destination, protocol, port)
                asked = destination, protocol, port
                assert allowed or not any(is_port(each, *asked) for each in surely), (source, *asked)
                assert not allowed or any(is_port(each, *asked) for each in maybe), (source, *asked)


LIKE = [
    PodSet(
        in_namespace(name),
        LabelSelector((LabelRequirement("app", "In", (app,)), LabelRequirement("tier", "In", (tier,)))),
    )
    for name, app, tier in (("shop", "a", "b"), ("data", "b", "a"), ("shop", "b", "b"))
]
"""Sets whose pods no rule tells apart, but for the names of their ports."""


@pytest.mark.search(12)
def test_a_set_of_pods_that_are_alike_passes_as_each_of_them(seed):
    ruleset = Tiered(random.Random(f"tiered like {seed}")).ruleset()
    evaluator = Evaluator(ruleset)
    pods = [next(each for each in PODS if holds(alike, each)) for alike in LIKE]
    open_pods = {
        direction: [alike for alike, pod in zip(LIKE, pods, strict=True) if not evaluator.isolations(direction, pod)]
        for direction in DIRECTIONS
    }
    rows = Rows([peer_of(each, Namespaces(KNOWN)) for each in LIKE], ruleset, open_pods)
    for (start, source), (end, destination) in itertools.product(enumerate(pods), repeat=2):
        for ports in CONTAINER_PORTS:
            called = msgspec.structs.replace(destination, ports=ports)
            for protocol, port in ASKED:
                found = any(is_port(each, called, protocol, port) for each in on(rows.of(start), end))
                assert found is evaluator.allows(source, called, protocol, port), (source, called, protocol, port)
