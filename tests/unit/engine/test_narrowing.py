"""Fewer rules decide the same of what is asked about."""

import itertools
import random

import pytest

from netpolc.engine.narrowing import narrowed
from netpolc.engine.verdicts import Evaluator
from netpolc.sets.ports import PROTOCOLS
from tests.unit.engine.universe import PORTS, Maker, could_be


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
