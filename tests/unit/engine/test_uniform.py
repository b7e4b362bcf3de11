"""What is shown of a peer holds for each of its pods, by the plainest definitions."""

import functools
import random

import msgspec
import pytest
from netpolc.engine.uniform import MOST_PARTS, Uniform

from netpolc.engine.model import AllowRule, DirectionRules, Isolation, RuleSet
from netpolc.engine.peers import peers_of, referenced_pods, typical
from netpolc.engine.regions import EVERY_POD, Namespaces, PodSet, in_namespace
from netpolc.engine.relation import connections
from netpolc.engine.verdicts import Address, PodPort
from netpolc.sets.labels import LabelRequirement, selector_of
from netpolc.sets.ports import EVERY_PORT, PROTOCOLS, PortInterval, ports_of
from tests.unit.engine.universe import PODS, PORTS, Maker, allows, between, could_be, holds

NOWHERE = 40000
"""A port that no rule speaks of by number."""
SAMPLED, ROWS = 4, 150


@functools.cache
def pods_in(region):
    return [pod for pod in PODS if holds(region, pod)]


def members(peer, source):
    """Some of what a peer stands for."""
    if isinstance(peer.end, Address):
        return [peer.end]
    found = pods_in(peer.pods)
    return source.sample(found, min(SAMPLED, len(found)))


def shown(connection):
    """The ports of a connection that rules could tell apart, each with the name that a destination gives to it."""
    for protocol in PROTOCOLS:
        yield from ((protocol, port, ()) for port in (*PORTS, NOWHERE) if connection.ports.contains(protocol, port))
    for name in connection.ports.names:
        yield name.protocol, NOWHERE, (PodPort(name.name, name.protocol, NOWHERE),)


@pytest.mark.search(12)
def test_what_a_row_says_is_true_of_each_pod_of_its_peers(seed):
    source = random.Random(seed)
    ruleset = Maker(source).ruleset()
    peers = peers_of([], [ruleset], (), ruleset)
    rows = list(connections(peers, ruleset))
    for row in source.sample(rows, min(ROWS, len(rows))):
        if row.source.mixed or row.destination.mixed:
            continue
        ports = list(shown(row))
        for one in members(row.source, source):
            for other in (each for each in members(row.destination, source) if could_be(one, each)):
                rules = between(ruleset, one, other)
                for protocol, port, names in ports:
                    end = msgspec.structs.replace(other, ports=names) if names else other
                    assert allows(rules, (one, end, protocol, port)), f"{row.source.id} -> {row.destination.id} {port}"


@pytest.mark.search(6)
def test_pods_that_are_in_the_same_sets_as_the_one_that_stands_for_them_have_just_what_is_shown(seed):
    source = random.Random(seed)
    ruleset = Maker(source).ruleset()
    named = set(referenced_pods(ruleset)) | {each.subject for each in ruleset.egress.isolations}
    named |= {each.subject for each in ruleset.ingress.isolations}
    peers = [peer for peer in peers_of([], [ruleset], (), ruleset) if peer.pods is not None]
    rows = {(row.source.id, row.destination.id): set(shown(row)) for row in connections(peers, ruleset)}
    alike = {}
    for peer in peers:
        sets = {pods for pods in named if holds(pods, peer.end)}
        same = [pod for pod in members(peer, source) if {pods for pods in named if holds(pods, pod)} == sets]
        alike[peer.id] = same[:2]
    for one in peers:
        for other in peers:
            row = rows.get((one.id, other.id), ())
            for start in alike[one.id]:
                for end in (each for each in alike[other.id] if could_be(start, each)):
                    rules = between(ruleset, start, end)
                    for protocol in PROTOCOLS:
                        for port in (*PORTS, NOWHERE):
                            expected = (protocol, port, ()) in row
                            assert allows(rules, (start, end, protocol, port)) is expected


def pods(*requirements, namespace="shop"):
    return PodSet(in_namespace(namespace), selector_of(LabelRequirement(*each) for each in requirements))


def parts(whole, *, closed=(), peers=(), subjects=(), others=(), known=None):
    """The parts of a set; `peers` are those of rules for one namespace, unless each comes with one of its own."""
    peers = [each if isinstance(each, tuple) else (each, "x") for each in peers]
    allow_rules = [AllowRule(pods(namespace=name), peer, EVERY_PORT, None) for peer, name in peers]
    allow_rules += [AllowRule(subject, EVERY_POD, EVERY_PORT, None) for subject in subjects]
    direction_rules = DirectionRules(tuple(Isolation(subject, None) for subject in closed), tuple(allow_rules))
    namespaces = Namespaces(known or {})
    found = Uniform(
        RuleSet(direction_rules, DirectionRules((), ()), {}), namespaces, lambda each: typical(each, namespaces)
    )
    return found.parts(whole, others)


WEB, DB = pods(("app", "In", ("web",))), pods(("app", "In", ("db",)))
OPS, NO_OPS = pods(("tier", "In", ("ops",))), pods(("tier", "NotIn", ("ops",)))


def both(one, other):
    return pods(*((each.key, each.operator, each.values) for of in (one, other) for each in of.pods.requirements))


def test_what_closes_a_part_cuts_it_off():
    assert set(parts(WEB, closed=[OPS])) == {both(WEB, OPS), both(WEB, NO_OPS)}
    assert parts(WEB, closed=[OPS, pods()]) == [WEB]
    assert parts(WEB, closed=[DB, WEB, pods(namespace="data")]) == [WEB]
    assert parts(pods(), closed=[OPS], others={OPS}) == [NO_OPS]


def test_what_a_rule_leaves_out_is_cut_off():
    assert set(parts(WEB, peers=[NO_OPS])) == {both(WEB, OPS), both(WEB, NO_OPS)}
    assert set(parts(WEB, closed=[pods()], subjects=[NO_OPS])) == {both(WEB, OPS), both(WEB, NO_OPS)}
    assert parts(WEB, subjects=[NO_OPS]) == [WEB]


def test_one_of_several_values_may_be_left_out():
    either = pods(("app", "In", ("db", "web")))
    assert set(parts(either, peers=[DB])) == {DB, WEB}
    assert parts(either, peers=[either]) == [either]


def test_what_more_some_may_do_cuts_nothing():
    assert parts(WEB, closed=[pods()], subjects=[OPS], peers=[OPS, both(WEB, OPS), pods(), EVERY_POD]) == [WEB]


def test_what_a_rule_for_all_says_too_cuts_nothing():
    assert parts(NO_OPS, peers=[NO_OPS, pods(("app", "NotIn", ("x",)))]) == [NO_OPS]
    assert parts(WEB, closed=[pods()], subjects=[NO_OPS, pods()]) == [WEB]


def test_what_namespaces_carry_is_known():
    team = selector_of([LabelRequirement("team", "NotIn", ("a",))])
    every = PodSet(team, selector_of([]))
    assert parts(WEB, peers=[every], known={"shop": {"team": "b"}}) == [WEB]
    assert parts(WEB, peers=[every], known={"shop": {"team": "a"}}) == [WEB]
    assert len(parts(WEB, peers=[every])) == 2
    assert set(parts(every, closed=[pods()], known={"shop": {"team": "b"}})) == {
        pods(),
        PodSet(selector_of([*team.requirements, LabelRequirement("", "NotIn", ("shop",))]), every.pods),
    }


def test_what_falls_into_too_many_parts_is_left_whole():
    def leaving_out(count):
        return [pods((f"k{number}", "NotIn", ("x",))) for number in range(count)]

    def apart(peers):
        return [(peer, f"x{number}") for number, peer in enumerate(peers)]

    assert len(parts(WEB, peers=leaving_out(5))) == 6
    assert len(parts(WEB, peers=apart(leaving_out(4)))) == MOST_PARTS
    assert parts(WEB, peers=apart(leaving_out(5))) is None
    assert parts(pods(), closed=[pods(("app", "In", (f"a{number}",))) for number in range(100)]) is None
    found = peers_of([], [cut := egress_to(leaving_out(5))], (), cut)
    assert [peer.mixed for peer in found if peer.pods == WEB] == [True]


def egress_to(peers):
    """Each of some peers on a port of its own, from pods that are among all of them."""
    allow_rules = (
        AllowRule(WEB, peer, ports_of([PortInterval("TCP", number, number)]), None)
        for number, peer in enumerate(peers, 1)
    )
    return RuleSet(DirectionRules((), ()), DirectionRules((Isolation(WEB, None),), tuple(allow_rules)), {})
