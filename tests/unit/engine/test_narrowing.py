"""Fewer rules decide the same of what is asked about."""

import itertools
import random

import pytest

from netpolc.engine.model import DirectionRules
from netpolc.engine.narrowing import narrowed
from netpolc.engine.verdicts import Evaluator
from netpolc.policy.constants import DIRECTIONS
from netpolc.sets.ports import PROTOCOLS
from tests.unit.engine.universe import PORTS, Maker, could_be, holds


@pytest.mark.search(30)
def test_rules_that_are_left_decide_the_same(seed):
    maker = Maker(random.Random(seed))
    ruleset = maker.ruleset()
    for _ in range(10):
        start, end, asked = maker.end(), maker.end(), maker.port_set()
        if not could_be(start, end):
            continue
        whole = Evaluator(ruleset)
        for sources, destinations, ports in itertools.product((None, (start,)), (None, (end,)), (None, asked)):
            part = Evaluator(narrowed(ruleset, sources, destinations, ports))
            for protocol in PROTOCOLS:
                for port in PORTS:
                    if ports is None or ports.contains(protocol, port):
                        expected = whole.allows(start, end, protocol, port)
                        assert part.allows(start, end, protocol, port) is expected


def matters(ruleset, direction, sources, destinations, ports):
    """What rules of a direction are about some of the ends, and of ports by number some of those that are asked for."""

    def is_about(region, ends):
        return ends is None or any(holds(region, end) for end in ends)

    own, others = (sources, destinations) if direction == "egress" else (destinations, sources)
    rules = ruleset.of(direction)
    return DirectionRules(
        tuple(each for each in rules.isolations if is_about(each.subject, own)),
        tuple(
            each
            for each in rules.allow_rules
            if is_about(each.subject, own)
            and is_about(each.peer, others)
            and (ports is None or ports.names or each.ports.names or meet(ports, each.ports))
        ),
    )


def meet(one, other):
    return any(
        one.contains(protocol, port) and other.contains(protocol, port) for protocol in PROTOCOLS for port in PORTS
    )


@pytest.mark.search(20)
def test_all_is_left_out_that_does_not_matter(seed):
    maker = Maker(random.Random(f"out {seed}"))
    for _ in range(10):
        ruleset = maker.ruleset()
        ends, asked = (maker.end(), maker.end()), maker.port_set()
        for sources, destinations, ports in itertools.product((None, ends[:1]), (None, ends), (None, asked)):
            found = narrowed(ruleset, sources, destinations, ports)
            for direction in DIRECTIONS:
                assert found.of(direction) == matters(ruleset, direction, sources, destinations, ports)


def test_what_does_not_matter_is_left_out():
    maker = Maker(random.Random(1))
    left = whole = 0
    for _ in range(30):
        ruleset = maker.ruleset()
        found = narrowed(ruleset, (maker.end(),), (maker.end(),), maker.port_set())
        left += len(found.ingress.allow_rules) + len(found.egress.isolations)
        whole += len(ruleset.ingress.allow_rules) + len(ruleset.egress.isolations)
        assert set(found.ingress.allow_rules) <= set(ruleset.ingress.allow_rules)
        assert found.namespaces == ruleset.namespaces
    assert left < whole / 2
