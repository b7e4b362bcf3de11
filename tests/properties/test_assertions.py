"""Statements about every pod that could exist, against samples of pods that a naive model judges."""

import random

import pytest

from netpolc.checks.programs.assertions import counterexamples
from netpolc.engine.from_program import rules_of_program
from netpolc.engine.proofs import Prover
from netpolc.engine.witness import witness
from tests.naive.policies import Pod
from tests.naive.programs import NAME_LABEL, Labels, Meaning, Place, Pods, Program, Section, holds, is_port
from tests.properties.building import compiled, made_up
from tests.properties.test_comparison import to_naive
from tests.strategies.programs import Author
from tests.strategies.universe import OPENED, connections
from tests.strategies.writing import Writer

SAMPLES = 150


class Statement:
    """An assertion in a section of its own, and what it says of a connection."""

    def __init__(self, source):
        self.quantifier = source.choice(("allow", "deny", "only"))
        self.section = source.choice(OPENED)
        author = Author(source)
        self.flow = author.flow(None)
        self.text = ""

    def added_to(self, program, text):
        """The program and its text with the assertion in them; the section may be new to the program."""
        line = Writer(random.Random(0), plain=True).line(self.flow).split(" ingress")[0].split(" egress")[0]
        line = line.replace("<->", "->")
        self.text = f"assert {self.quantifier} {line}"
        whole = f"{text}\nnamespace {self.section} {{\n{self.text}\n}}\n"
        return Program(
            (*program.statements, Section(self.section, (), ())),
            program.environment,
            program.namespace,
            program.library,
        ), whole

    def understand(self, meaning):
        place = Place(section=self.section)
        self.meaning = meaning
        self.sources = [peer for peer, _ in meaning.endpoint(self.flow.source, place, self.section)]
        self.targets = meaning.target(self.flow.target, place, self.section)

    def speaks_of(self, source, destination, protocol, port):
        """Whether it forbids the connection to be other than it says; pods of others are theirs to judge."""
        among = any(holds(peer, source) for peer in self.sources)
        reached = [
            peer
            for peer, ports in self.targets
            if holds(peer, destination) and any(is_port(item, destination, protocol, port) for item in ports)
        ]
        if not reached or among is (self.quantifier == "only"):
            return False
        return self.quantifier == "allow" or self.judged(source, destination, reached)

    def judged(self, source, destination, reached):
        meaning = self.meaning
        if meaning.closed(source, "egress") or meaning.closed(destination, "ingress"):
            return True
        sources = self.sources if self.quantifier == "deny" else ()
        end = destination if isinstance(destination, Pod) else source
        named = is_of_named(sources, source) or is_of_named(reached, destination)
        return named or (isinstance(end, Pod) and end.namespace in meaning.stated)

    def is_broken_by(self, source, destination, protocol, port):
        if not self.speaks_of(source, destination, protocol, port):
            return False
        return self.meaning.allows(source, destination, protocol, port) is not (self.quantifier == "allow")


def is_of_named(peers, end):
    """Whether an end is a pod of a namespace that one of some peers names."""
    among = (peer for peer in peers if isinstance(peer, Pods) and is_named(peer.where))
    return isinstance(end, Pod) and any(holds(peer, end) for peer in among)


def is_named(where):
    """Whether an endpoint says which namespaces it means, by name."""
    if isinstance(where, Labels):
        return any(key == NAME_LABEL and operator in ("=", "in") for key, operator, _ in where.requirements)
    return isinstance(where, str)


@pytest.mark.search(50, block=50)
def test_proofs_and_counterexamples(seeds):
    proved = refuted = 0
    for seed in seeds:
        source = random.Random(f"assertion {seed}")
        statement = Statement(source)
        program, text = statement.added_to(*made_up(seed))
        compilation = compiled(text, program)
        assertions = compilation.program.assertions
        if (
            any(found.code not in ("NP701",) and found.severity == "error" for found in compilation.diagnostics)
            or not assertions
        ):
            continue
        statement.understand(Meaning(program))
        prover = Prover(rules_of_program(compilation.program))
        where = f"seed {seed}, {statement.text}:\n{text}"
        found = [each for _, each in zip(range(10), counterexamples(assertions[-1], prover), strict=False)]
        assert bool(found) is not compilation.ok, where
        for each in found:
            connection = witness(each.box, prover.namespaces)
            ends = to_naive(connection.source), to_naive(connection.destination)
            told = f"{where}\n{each}\n{connection}"
            assert statement.is_broken_by(*ends, connection.protocol, connection.port), told
        if not found:
            for connection in connections(source, statement.meaning, SAMPLES):
                assert not statement.is_broken_by(*connection), f"{where}\n{connection}"
        proved, refuted = proved + (not found), refuted + bool(found)
    assert seeds.meet(min(proved, refuted), 1 / 20)
