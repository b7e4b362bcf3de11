"""What changed between two programs, against a naive model of each."""

import itertools
import random

import pytest

from netpolc.engine.changes import View, changes
from netpolc.engine.from_policies import rules_of_policies
from netpolc.engine.from_program import rules_of_program, with_assumed
from netpolc.engine.model import DirectionRules, RuleSet
from netpolc.engine.peers import nets_of, peers_of_workloads
from netpolc.engine.verdicts import Address
from netpolc.manifests.model import ContainerPort, Workload
from netpolc.source import Location, Source, Span
from tests.naive.policies import Pod
from tests.naive.programs import NAME_LABEL, UNNAMED, Baseline, Flow, Meaning, Program, Section
from tests.properties.building import compiled
from tests.properties.test_comparison import ip_text
from tests.strategies.programs import Author
from tests.strategies.universe import PORTS, PROTOCOLS, universe
from tests.strategies.writing import Writer

NOWHERE = Location(Source("pods.yaml", ""), Span(0, 0))


def ruleset(compilation):
    """What a program enforces, as its policies and its assumptions do."""
    namespaces = rules_of_program(compilation.program).namespaces
    return with_assumed(rules_of_policies(compilation.policies, namespaces), compilation.program)


def varied(source, program):
    """A program with a statement of one of its sections more, less, or of another one's."""
    statements = list(program.statements)
    places = [at for at, statement in enumerate(statements) if isinstance(statement, Section)]
    place = source.choice(places)
    section = statements[place]
    loose = [at for at, statement in enumerate(section.body) if isinstance(statement, Flow | Baseline)]
    body = list(section.body)
    if loose and source.random() < 0.6:
        del body[source.choice(loose)]
    else:
        author = Author(source)
        body.append(
            author.flow(None) if source.random() < 0.7 else Baseline(source.choice(("ingress", "egress", "all")))
        )
    statements[place] = Section(section.name, section.labels, tuple(body), section.block)
    return Program(tuple(statements), program.environment, program.namespace, program.library)


def pair(seed):
    """Two programs that differ in a statement, with their compilations, or None where one is wrong."""
    source = random.Random(f"change {seed}")
    program = Author(source).program()
    if not any(isinstance(statement, Section) for statement in program.statements):
        return None
    programs = program, varied(source, program)
    texts = [Writer(random.Random(seed), plain=True).text(each) for each in programs]
    compilations = [compiled(text, each) for text, each in zip(texts, programs, strict=True)]
    if not all(compilation.ok for compilation in compilations):
        return None
    return source, [Meaning(each) for each in programs], compilations, "\n=====\n".join(texts)


def workload(number, pod, program):
    namespace = None if is_unnamed(pod, program) else pod.namespace
    ports = tuple(ContainerPort(number, protocol, name) for name, protocol, number in pod.ports)
    return Workload(
        kind="Pod", name=f"pod-{number}", namespace=namespace, labels=pod.labels, ports=ports, location=NOWHERE
    )


def is_unnamed(pod, program):
    return pod.namespace == UNNAMED and program.namespace is None


def joined(direction, sides):
    """All rules of some sides in a direction."""
    return DirectionRules(
        tuple(each for side in sides for each in side.of(direction).isolations),
        tuple(each for side in sides for each in side.of(direction).allow_rules),
    )


class Compared:
    """Two programs among the pods of the small world, and what is said to have changed."""

    def __init__(self, seed, made):
        self.source, self.meanings, compilations, texts = made
        self.where = f"seed {seed}:\n{texts}"
        program = self.meanings[1].program
        pods, addresses = universe(self.meanings[1])
        known = {
            "" if is_unnamed(pod, program) else pod.namespace: {
                key: value for key, value in pod.namespace_labels.items() if key != NAME_LABEL
            }
            for pod in pods
        }
        read = [ruleset(compilation) for compilation in compilations]
        sides = [RuleSet(side.ingress, side.egress, known) for side in read]
        workloads = [workload(number, pod, program) for number, pod in enumerate(pods)]
        both = RuleSet(*map(joined, ("ingress", "egress"), itertools.repeat(sides)), known)
        real = [*peers_of_workloads(workloads, known, both), *nets_of(both)]
        peers = tuple(sorted(real, key=lambda peer: peer.id))
        self.views = [View(peers, side) for side in sides]
        self.ends = {}
        for peer in peers:
            if peer.workload is not None:
                self.ends[peer.id] = pods[int(peer.workload.name.removeprefix("pod-"))]
            elif isinstance(peer.end, Address):
                held = peer.end.addresses.ranges[0]
                self.ends[peer.id] = type(addresses[0])(ip_text(held.family, held.first))
        self.found = changes(*self.views).connections()

    def samples(self):
        """Connections near what is said to have changed, and anywhere."""
        names = list(self.ends)
        ends = [(each.source.id, each.destination.id) for each in self.found]
        near = [both for both in ends if set(both) <= set(names)]
        pairs = [self.source.choice(near) for _ in range(60) if near]
        pairs += [(self.source.choice(names), self.source.choice(names)) for _ in range(150)]
        for one, other in pairs:
            if isinstance(self.ends[one], Pod) or isinstance(self.ends[other], Pod):
                yield one, other, self.source.choice(PROTOCOLS), self.source.choice(PORTS)

    def said(self):
        return {(each.source.id, each.destination.id, each.widened): each.ports for each in self.found}


@pytest.mark.search(25, block=25)
def test_exactly_what_changed_is_said(seeds):
    told = 0
    for seed in seeds:
        made = pair(seed)
        if made is None or made[1][0].stated != made[1][1].stated:
            continue
        compared = Compared(seed, made)
        told += bool(compared.found)
        said = compared.said()
        for one, other, protocol, port in compared.samples():
            ends = compared.ends[one], compared.ends[other]
            before, after = (meaning.allows(*ends, protocol, port) for meaning in compared.meanings)
            for widened, expected in ((True, after and not before), (False, before and not after)):
                ports = said.get((one, other, widened))
                found = ports is not None and ports.contains(protocol, port)
                assert found is expected, f"{one} -> {other} {protocol} {port}, {widened=}, {compared.where}"
    assert seeds.meet(told, 1 / 10)


@pytest.mark.search(13, block=13)
def test_a_change_has_its_mirror_and_no_change_has_none(seeds):
    for seed in seeds:
        made = pair(seed)
        if made is None or made[1][0].stated != made[1][1].stated:
            continue
        compared = Compared(seed, made)
        mirrored = changes(*reversed(compared.views)).connections()
        assert {
            (each.source.id, each.destination.id, not each.widened): each.ports for each in mirrored
        } == compared.said()
        assert changes(compared.views[0], compared.views[0]).connections() == []
