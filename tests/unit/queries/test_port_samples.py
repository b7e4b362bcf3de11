"""Few ports stand for many: all are allowed exactly if those few are."""

import random

import pytest

from netpolc.engine.model import AllowRule, DirectionRules, Isolation, RuleSet
from netpolc.engine.regions import EVERY_POD
from netpolc.engine.verdicts import Address, Evaluator, Pod, PodPort
from netpolc.queries.port_samples import port_samples
from netpolc.sets.addresses import EVERY_ADDRESS
from netpolc.sets.ports import EVERY_PORT, NamedPort, PortInterval, PortSet, ports_of

HIGHEST = 12


def some_ports(source):
    """A few ports of small numbers, or every one but few."""
    found = []
    for _ in range(source.randrange(1, 4)):
        first, last = sorted((source.randint(1, HIGHEST), source.randint(1, HIGHEST)))
        found.append(PortInterval(source.choice(("TCP", "UDP")), first, last))
    if source.random() < 0.4:
        found.append(NamedPort("TCP", "http"))
    return ports_of(found)


def evaluator(source):
    allow_rules = [AllowRule(EVERY_POD, EVERY_POD, some_ports(source), None) for _ in range(source.randrange(3))]
    closed = Isolation(EVERY_POD, None)
    return Evaluator(
        RuleSet(DirectionRules((closed,), tuple(allow_rules)), DirectionRules((closed,), tuple(allow_rules[:1])), {})
    )


@pytest.mark.search(500, block=500)
def test_few_ports_decide_for_all(seeds):
    verdicts = set()
    for seed in seeds:
        source = random.Random(seed)
        rules = evaluator(source)
        one = Pod(namespace="shop")
        other = Pod(namespace="shop", ports=(PodPort("http", "TCP", source.randint(1, HIGHEST)),))
        asked = PortSet(some_ports(source).intervals)
        few = [rules.allows(one, end, protocol, port) for protocol, port, end in port_samples(rules, one, other, asked)]
        every = [
            rules.allows(one, other, each.protocol, port)
            for each in asked.intervals
            for port in range(each.first, each.last + 1)
        ]
        assert all(few) is all(every), seed
        assert len(few) <= len(every)
        verdicts.add(all(few))
    assert verdicts == {True, False}


def test_a_name_is_a_number_on_a_pod_that_is_known():
    rules = evaluator(random.Random(1))
    names = PortSet(names=(NamedPort("TCP", "http"),))
    pod = Pod(namespace="shop", ports=(PodPort("http", "TCP", 80), PodPort("http", "UDP", 81), PodPort("x", "TCP", 82)))
    assert list(port_samples(rules, pod, pod, names)) == [("TCP", 80, pod)]
    assert list(port_samples(rules, pod, Address(EVERY_ADDRESS), names)) == []


def test_a_name_that_any_pod_could_give_is_no_number_that_rules_know():
    """It is let through by its name and by every port of its protocol, and by nothing else."""
    names = PortSet(names=(NamedPort("TCP", "http"),))
    one, any_pod = Pod(namespace="shop"), Pod(namespace="shop", hypothetical=True)
    for ports, allowed in (
        (names, True),
        (EVERY_PORT, True),
        (PortSet((PortInterval("TCP", 1, 65534),)), False),
        (PortSet((PortInterval("UDP", 1, 65535),)), False),
        (PortSet(names=(NamedPort("UDP", "http"),)), False),
    ):
        allow_rule = AllowRule(EVERY_POD, EVERY_POD, ports, None)
        rules = Evaluator(
            RuleSet(DirectionRules((Isolation(EVERY_POD, None),), (allow_rule,)), DirectionRules((), ()), {})
        )
        ((protocol, number, end),) = port_samples(rules, one, any_pod, names)
        assert rules.allows(one, end, protocol, number) is allowed


def test_a_name_could_be_any_number_where_rules_have_all_of_them():
    names = PortSet(names=(NamedPort("TCP", "http"),))
    one, any_pod = Pod(namespace="shop"), Pod(namespace="shop", hypothetical=True)
    low, high = (PortSet((PortInterval("TCP", *ends),)) for ends in ((1, 30000), (30001, 65535)))
    for outward, inward, allowed in (
        ((low, high), (low, high), True),
        ((low,), (low, high), False),
        ((low, high), (high,), False),
        ((low,), (high,), False),
    ):
        ruleset = [
            DirectionRules(
                (Isolation(EVERY_POD, None),), tuple(AllowRule(EVERY_POD, EVERY_POD, ports, None) for ports in opened)
            )
            for opened in (inward, outward)
        ]
        rules = Evaluator(RuleSet(*ruleset, {}))
        found = [
            rules.allows(one, end, protocol, number)
            for protocol, number, end in port_samples(rules, one, any_pod, names)
        ]
        assert all(found) is allowed
