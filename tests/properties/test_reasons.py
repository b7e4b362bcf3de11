"""What `reach` says of groups, why they may talk and why not, is what `can` says of their pairs."""

import itertools
import random

import pytest

from netpolc.engine.bits import numbers
from netpolc.engine.groups import BitGroup
from netpolc.engine.relation import relation_of
from netpolc.engine.rows import resolved
from netpolc.engine.verdicts import Address
from netpolc.policy.constants import DIRECTIONS
from netpolc.queries.answers import Deciders, answer
from netpolc.queries.endpoints import Endpoints
from netpolc.queries.selection import Selection, select
from netpolc.results import Basis, Relation
from netpolc.sets.ports import EVERY_PORT, NamedPort, PortInterval, PortSet
from tests.properties.building import compiled, made_up
from tests.properties.test_suggestions import cluster, world
from tests.strategies import worlds
from tests.strategies.clusters import read
from tests.strategies.worlds import NUMBERS, PORT_NAMES, PROTOCOLS

ASKED = (None, None, *(PortSet((PortInterval("TCP", *bounds),)) for bounds in ((80, 80), (1, 8000))))
NAMED = tuple(PortSet(names=(NamedPort("TCP", name),)) for name in PORT_NAMES)


def related(about, ports=None, named=(False, False), *, hypothetical=False):
    """The relation of a cluster, as `reach` returns it."""
    population = about.population(hypothetical=hypothetical)
    found = relation_of(population, about.ruleset)
    found = found if ports is None else found.on(ports)
    return Relation(found, basis=Basis(about, Selection(population, about.ruleset, ports, named=named)))


def samples(about):
    """Ports on either side of each that rules tell apart, and those that pods name."""
    sets = [each.ports for direction in DIRECTIONS for each in about.ruleset.of(direction).allow_rules]
    if about.said is not None:
        sets += [each.ports for direction in DIRECTIONS for each in about.said.of(direction).allow_rules]
    numbers = {*NUMBERS, *(port.number for workload in about.workloads for port in workload.ports)}
    numbers |= {bound for ports in sets for each in ports.intervals for bound in (each.first, each.last + 1)}
    return [(protocol, number) for protocol in PROTOCOLS for number in sorted(numbers) if number <= NUMBERS[-1]]


def pairs(group):
    return [
        (source, destination)
        for source in group.sources
        for destination in group.destinations
        if not (isinstance(source.end, Address) and isinstance(destination.end, Address))
    ]


def named_by_can(about, group, tried):
    """The rules by which `can` says that pairs of a group may talk, and whether anything closes them, at each end."""
    deciders = Deciders(about)
    rules, closed = ({direction: set() for direction in DIRECTIONS} for _ in range(2))
    for source, destination in pairs(group):
        for protocol, port in tried:
            if not group.ports.contains(protocol, port):
                continue
            verdicts = deciders.verdicts(source.end, destination.end, protocol, port)
            assert all(each.passes for each in verdicts)
            for each in verdicts:
                rules[each.direction].update(each.rules)
                closed[each.direction].update(each.closed_by)
    return rules, closed


def check_explained(about, where):
    tried = samples(about)
    found = related(about).explained
    for each in found:
        rules, closed = named_by_can(about, each.group, tried)
        for end in (each.egress, each.ingress):
            assert len(set(end.rules)) == len(end.rules)
            assert set(end.rules) == rules[end.direction], f"{where}: {each.group}"
            assert end.closed is bool(closed[end.direction]), where
    return sum(len(each.egress.rules) + len(each.ingress.rules) for each in found)


@pytest.mark.search(5, block=5)
def test_each_rule_of_a_group_is_one_that_can_names_and_the_other_way_round(seeds):
    found = sum(check_explained(read(worlds.made_up(seed)[0]), f"seed {seed}") for seed in seeds)
    assert seeds.meet(found, 0)


@pytest.mark.search(5, block=5)
def test_so_is_each_line_of_a_program(seeds):
    found = 0
    for seed in seeds:
        program, text = made_up(seed)
        if compiled(text, program).ok:
            about = cluster(text, program, world(random.Random(seed))[0])
            if not [each for each in about.diagnostics if each.severity == "error"]:
                found += check_explained(about, f"seed {seed}:\n{text}")
    assert seeds.meet(found, 0)


@pytest.mark.search(5, block=5)
def test_pods_that_could_exist_are_let_through_by_rules_that_hold_for_all_of_them(seeds):
    for seed in seeds:
        about = read(worlds.made_up(seed)[0])
        tried = samples(about)
        for each in related(about, hypothetical=True).explained:
            for end in (each.egress, each.ingress):
                assert bool(end.rules) is end.closed, f"seed {seed}: {each.group}"
            if not each.group.ports.names and len(each.group.sources) * len(each.group.destinations) < 50:
                rules, _ = named_by_can(about, each.group, tried)
                for end in (each.egress, each.ingress):
                    assert set(end.rules) <= rules[end.direction], f"seed {seed}: {each.group}"


@pytest.mark.search(5, block=5)
def test_the_parts_of_a_rule_are_the_pairs_that_it_lets_through(seeds):
    told_apart = 0
    for seed in seeds:
        relation = related(read(worlds.made_up(seed)[0]))
        explanations = relation.explanations()
        for group in relation.related.bit_groups():
            parts = [set(explanations.parts(direction, group)) for direction in ("egress", "ingress")]
            told_apart += any(each.subjects != group.sources for each in parts[0])
            for one, other in itertools.product(numbers(group.sources), numbers(group.destinations)):
                pair = BitGroup(1 << one, 1 << other, group.ports)
                for end, found, (subject, peer) in zip(
                    explanations.of(pair), parts, ((one, other), (other, one)), strict=True
                ):
                    rules = {each.rule for each in found if each.subjects >> subject & each.others >> peer & 1}
                    assert rules == {*end.rules}, f"seed {seed}"
    assert seeds.meet(told_apart, 0)


@pytest.mark.search(5, block=5)
def test_each_pair_that_is_denied_is_a_no_of_can_and_each_other_one_a_yes(seeds):
    for seed in seeds:
        source = random.Random(seed)
        about = read(worlds.made_up(seed)[0])
        ports, named = source.choice((*ASKED, *NAMED)), tuple(source.random() < 0.5 for _ in range(2))
        relation, tried = related(about, ports, named), samples(about)
        denied = {pair: each for each in relation.denied for pair in ids(each.group)}
        assert len(denied) == sum(len(ids(each.group)) for each in relation.denied)
        deciders, asked_about = Deciders(about), 0
        for one, other in pairs_of(relation, named):
            found = denied.pop((one.id, other.id), None)
            asked = EVERY_PORT if ports is None else resolved(ports, other.end)
            verdicts = {each: deciders.verdicts(one.end, other.end, *each) for each in tried if asked.contains(*each)}
            allowed = {each for each, (outward, inward) in verdicts.items() if outward.passes and inward.passes}
            asked_about += len(verdicts)
            where = f"seed {seed}: {one.id} -> {other.id}"
            if ports is None:
                assert (found is None) is bool(allowed), where
            else:
                no = {each for each in verdicts if found is not None and found.group.ports.contains(*each)}
                assert no == verdicts.keys() - allowed, where
                assert (found is None) is not bool(no), where
            if found is not None:
                check_ends(found, verdicts, where)
        assert not denied, f"seed {seed}"


@pytest.mark.search(5, block=5)
def test_where_few_are_asked_about_the_reasons_are_those_of_the_whole(seeds):
    for seed in seeds:
        source = random.Random(seed)
        about = read(worlds.made_up(seed)[0])
        ids_of = [peer.id for peer in about.workload_peers()]
        ends = [source.choice((None, *ids_of)) for _ in range(2)]
        number = source.choice((None, *NUMBERS))
        ports = None if number is None else PortSet((PortInterval("TCP", number, number),))
        written = None if number is None else str(number)
        asked = select(about, source=ends[0], destination=ends[1], ports=written, hypothetical=False)
        found = relation_of(asked.population, asked.ruleset)
        few = Relation(found if ports is None else found.on(ports), basis=Basis(about, asked))
        whole = related(about, ports)
        for explain in (explained_pairs, denied_pairs):
            expected = {
                pair: reasons
                for pair, reasons in explain(whole, ids_of).items()
                if all(end in (None, each) for end, each in zip(ends, pair, strict=True))
            }
            assert explain(few, ids_of) == expected, f"seed {seed}: {ends} {written}"


def explained_pairs(relation, known):
    """The reasons of each pair of workloads that may talk."""
    explanations, peers = relation.explanations(), relation.peers
    found = {}
    for each in relation.related.connections():
        pair = each.source.id, each.destination.id
        if {*pair} <= {*known}:
            one, other = (1 << peers.index(end) for end in (each.source, each.destination))
            group = BitGroup(one, other, each.ports)
            found[pair] = [(bool(end.closed), end.rules) for end in explanations.of(group)]
    return found


def denied_pairs(relation, known):
    """The same of those that may not."""
    return {
        pair: (each.group.ports, each.egress.passes, each.ingress.passes)
        for each in relation.denied
        for pair in ids(each.group)
        if {*pair} <= {*known}
    }


def check_ends(found, verdicts, where):
    """What each end lets through, and what closes it, is what `can` says."""
    for at, end in enumerate((found.egress, found.ingress)):
        for port, both in verdicts.items():
            if found.group.ports.contains(*port):
                assert end.passes.contains(*port) is both[at].passes, f"{where} {port}"
                assert {*both[at].closed_by} <= {*end.closed_by}, where


def ids(group):
    return [(source.id, destination.id) for source, destination in pairs(group)]


def pairs_of(relation, named):
    """Every pair of workloads, and of addresses at the ends that are asked for."""
    ends = [
        [peer for peer in relation.peers if peer.workload is not None or (each and isinstance(peer.end, Address))]
        for each in named
    ]
    for one in ends[0]:
        for other in ends[1]:
            if not (isinstance(one.end, Address) and isinstance(other.end, Address)):
                yield one, other


def test_the_naive_question_is_what_can_answers():
    """A group that is denied, and one that is not, asked about as a user would."""
    about = read(worlds.made_up(3)[0])
    relation, ends = related(about, PortSet((PortInterval("TCP", 80, 80),))), Endpoints(about)
    (denied, *_) = (each for each in relation.denied if each.group.sources and each.group.destinations)
    for source, destination in pairs(denied.group):
        found = answer(about, ends, source.id, f"{destination.id}:80")
        assert found.allowed is (source == destination)  # each is a pod of its own, which reaches itself
    (allowed, *_) = relation.explained
    for source, destination in pairs(allowed.group):
        if source.workload and destination.workload:
            found = answer(about, ends, source.id, f"{destination.id}:80")
            assert found.allowed
            assert {*found.egress.rules} <= {*allowed.egress.rules}
