"""Fewer rules decide the same of what is asked about."""

import itertools
import random

import msgspec
import pytest

from netpolc.engine.model import AllowRule, DirectionRules, Isolation, RuleSet, Tier
from netpolc.engine.narrowing import let_through, narrowed, without_unmet
from netpolc.engine.regions import EVERY_POD, PodSet, in_namespace
from netpolc.engine.verdicts import Evaluator, Pod
from netpolc.policy.constants import DIRECTIONS
from netpolc.sets.addresses import block
from netpolc.sets.labels import LabelRequirement, selector_of
from netpolc.sets.ports import PROTOCOLS, PortInterval, PortSet
from tests.unit.engine.universe import PORTS, Maker, Tiered, could_be, holds


@pytest.mark.search(15)
def test_rules_that_are_left_decide_the_same(seed):
    maker = (Maker, Tiered)[seed % 2](random.Random(seed))
    ruleset = maker.ruleset()
    for _ in range(10):
        start, end, asked = maker.end(), maker.end(), maker.port_set()
        if not could_be(start, end):
            continue
        whole = Evaluator(ruleset)
        for sources, destinations, ports in itertools.product((None, (start,)), (None, (end,)), (None, asked)):
            left = narrowed(ruleset, sources, destinations, ports)
            parts = Evaluator(left), Evaluator(without_unmet(left, sources, destinations))
            for protocol in PROTOCOLS:
                for port in PORTS:
                    if ports is None or ports.contains(protocol, port):
                        expected = whole.allows(start, end, protocol, port)
                        assert [part.allows(start, end, protocol, port) for part in parts] == [expected, expected]


def matters(ruleset, direction, sources, destinations, ports):
    """What rules of a direction are about some of the ends, and of ports by number some of those that are asked for."""

    def is_about(region, ends):
        return ends is None or any(holds(region, end) for end in ends)

    own, others = (sources, destinations) if direction == "egress" else (destinations, sources)
    rules = ruleset.of(direction)

    def left(several):
        return tuple(
            each
            for each in several
            if is_about(each.subject, own)
            and is_about(each.peer, others)
            and (ports is None or ports.names or each.ports.names or meet(ports, each.ports))
        )

    return DirectionRules(
        tuple(each for each in rules.isolations if is_about(each.subject, own)),
        left(rules.allow_rules),
        tuple(Tier(each.name, left(each.decisions)) for each in rules.before),
        tuple(Tier(each.name, left(each.decisions)) for each in rules.behind),
        tuple(each for each in rules.exempt if is_about(each.subject, own)),
    )


def meet(one, other):
    return any(
        one.contains(protocol, port) and other.contains(protocol, port) for protocol in PROTOCOLS for port in PORTS
    )


@pytest.mark.search(20)
def test_all_is_left_out_that_does_not_matter(seed):
    maker = (Maker, Tiered)[seed % 2](random.Random(f"out {seed}"))
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


def rules(direction, *allowed):
    """The rules of a direction that close each subject, and let a peer through on ports."""
    found = DirectionRules(
        tuple(Isolation(subject, None) for subject, _, _ in allowed),
        tuple(AllowRule(*each, None) for each in allowed),
    )
    return {direction: found}


def pods(app):
    return PodSet(in_namespace("shop"), selector_of([LabelRequirement("app", "In", (app,))]))


def pod(app):
    return Pod(namespace="shop", namespace_labels={}, labels={"app": app})


WEB, POSTGRES = (PortSet((PortInterval("TCP", number, number),)) for number in (80, 5432))
DB, CART, MAIL = map(pods, ("db", "cart", "mail"))


@pytest.mark.parametrize(
    ("admitted", "left", "isolated"),
    [
        (CART, [(CART, DB)], {CART}),
        (EVERY_POD, [(CART, DB), (MAIL, EVERY_POD)], {CART, MAIL}),
        (block(4, 10 << 24, 8), [(CART, DB), (MAIL, EVERY_POD)], {CART, MAIL}),
    ],
)
def test_who_is_not_let_through_by_a_closed_end_does_not_matter(admitted, left, isolated):
    egress = rules("egress", (CART, DB, POSTGRES), (CART, EVERY_POD, WEB), (MAIL, EVERY_POD, POSTGRES))
    ruleset = RuleSet(**egress, **rules("ingress", (DB, admitted, POSTGRES)), namespaces={})
    found = without_unmet(ruleset, None, (pod("db"),))
    assert [(each.subject, each.peer) for each in found.egress.allow_rules] == left
    assert {each.subject for each in found.egress.isolations} == isolated
    assert found.ingress == ruleset.ingress
    assert without_unmet(ruleset, None, (pod("other"),)) == ruleset
    assert without_unmet(ruleset, None, (pod("db"), pod("other"))) == ruleset
    assert without_unmet(ruleset, None, None) == ruleset


def test_whom_a_closed_source_does_not_reach_does_not_matter():
    ingress = rules("ingress", (DB, EVERY_POD, POSTGRES), (MAIL, EVERY_POD, POSTGRES))
    ruleset = RuleSet(**ingress, **rules("egress", (CART, DB, POSTGRES)), namespaces={})
    found = without_unmet(ruleset, (pod("cart"),), None)
    assert [each.subject for each in found.ingress.allow_rules] == [DB]
    tier = Tier("first", ())
    tiered = msgspec.structs.replace(ruleset, egress=msgspec.structs.replace(ruleset.egress, before=(tier,)))
    assert without_unmet(tiered, (pod("cart"),), None) == tiered


@pytest.mark.parametrize(
    ("peers", "names"),
    [([DB, CART], {"shop"}), ([], set()), ([DB, EVERY_POD], None), ([DB, block(4, 10 << 24, 8)], None)],
)
def test_who_is_let_through_is_of_namespaces_by_name_where_all_are_named(peers, names):
    own = rules("ingress", (DB, DB, WEB), *((DB, peer, WEB) for peer in peers))["ingress"]
    own = msgspec.structs.replace(own, allow_rules=own.allow_rules[1:])
    assert let_through(own, (pod("db"),)).names == names
    assert let_through(own, (pod("web"),)) is None
