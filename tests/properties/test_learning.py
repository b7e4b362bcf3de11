"""A program that is learnt from records allows what was forwarded, and nothing else between those who are there.

Programs are made up, and what they allow is recorded, all of it or a part. With all of it, what is suggested allows
between workloads what the program does. Three things are stated to be more: pods that no label tells apart, ranges of
many ports, and blocks of many addresses; the last two are met by counting.
"""

import random

import pytest

from netpolc.adopt.importer.proof import in_one_folder
from netpolc.adopt.suggest.suggesting import suggest
from netpolc.compiler.model import CompileOptions
from netpolc.compiler.pipeline import compile_program
from netpolc.engine.from_policies import rules_of_policies
from netpolc.engine.verdicts import Address, Evaluator, Pod
from netpolc.flows.record import FlowEnd, SeenFlow
from netpolc.manifests.combining import combine
from netpolc.policy.constants import NAME_LABEL
from netpolc.sets.addresses import block
from tests.unit.adopt.suggest.seen.records import settled_in
from tests.unit.adopt.suggest.world import manifests, workload

SPACES = ("shop", "data")
PORTS = (("TCP", 80), ("TCP", 5432), ("UDP", 53), ("UDP", 5000))
ADDRESSES = ("10.0.0.7", "93.184.216.34", "93.184.216.35")


class Made:
    """Workloads, a program for them, and what it allows."""

    def __init__(self, seed):
        source = self.source = random.Random(seed)
        self.labels = {}
        for number in range(source.randrange(3, 7)):
            keys = source.sample(("app", "tier", "part"), source.randrange(1, 4))
            labels = {key: source.choice("abc") for key in keys}
            self.labels[source.choice(SPACES), f"w{number}"] = labels
        self.ends = [*self.labels, *ADDRESSES]
        lines = [line for _ in range(source.randrange(1, 8)) for line in self.line()]
        self.text = "".join(f"namespace {space}\nbaseline deny all\n" for space in SPACES) + "\n".join(lines)

    def line(self):
        one, other = self.source.sample(self.ends, 2)
        if isinstance(one, str) and isinstance(other, str):
            return
        ports = self.source.sample(PORTS, self.source.randrange(1, 4))
        items = ", ".join(f"{port}/{protocol.lower()}" for protocol, port in ports)
        yield f"{self.written(one)} -> {self.written(other)}:{{{items}}}"

    def written(self, end):
        if isinstance(end, str):
            return f"{end}/32"
        selector = ", ".join(f"{key}={value}" for key, value in self.labels[end].items())
        return f"{end[0]}/[{selector}]"

    def pod(self, end):
        if isinstance(end, str):
            first = int.from_bytes(bytes(map(int, end.split("."))))
            return Address(block(4, first, 32))
        return Pod(namespace=end[0], namespace_labels={NAME_LABEL: end[0]}, labels=self.labels[end])

    def allowed(self, policies):
        """All connections that some policies allow between these ends."""
        evaluator = Evaluator(rules_of_policies(policies, {}))
        pods = {end: self.pod(end) for end in self.ends}
        return {
            (one, other, protocol, port)
            for one in self.ends
            for other in self.ends
            for protocol, port in PORTS
            if one != other
            and not (isinstance(one, str) and isinstance(other, str))
            and evaluator.allows(pods[one], pods[other], protocol, port)
        }

    def end(self, end, *, labels):
        """An end as a log has it: with labels or without, under the name of its owner or of a pod."""
        if isinstance(end, str):
            return FlowEnd(address=end)
        space, name = end
        shown = tuple(sorted(self.labels[end].items())) if labels else None
        if labels and self.source.random() < 0.2:
            return FlowEnd(namespace=space, labels=shown)
        if self.source.random() < 0.5:
            return FlowEnd(namespace=space, owner=f"{name}-6d4b9c6f55", kind="ReplicaSet", labels=shown)
        return FlowEnd(namespace=space, pod=f"{name}-6d4b9c6f55-x2x9z", labels=shown)

    def seen(self, connection, *, labels, verdict="forwarded"):
        one, other, protocol, port = connection
        return SeenFlow(
            source=self.end(one, labels=labels),
            destination=self.end(other, labels=labels),
            protocol=protocol,
            port=port,
            verdict=verdict,
            count=self.source.randrange(1, 4),
        )

    def alike(self, connections):
        """Connections, and those of whoever has the same labels."""

        def kin(end):
            if isinstance(end, str):
                return [end]
            return [each for each in self.labels if each[0] == end[0] and self.labels[each] == self.labels[end]]

        pairs = ((a, b, *door) for one, other, *door in connections for a in kin(one) for b in kin(other))
        return {each for each in pairs if each[0] != each[1]}


def compiled(texts):
    compilation = compile_program(in_one_folder(texts), CompileOptions())
    assert compilation.ok, compilation.diagnostics
    return compilation.policies


@pytest.mark.search(12, block=6)
def test_what_was_forwarded_is_allowed_and_nothing_else(seeds):
    met = 0
    for seed in seeds:
        made = Made(seed)
        whole = made.allowed(compiled({"made.netpol": made.text}))
        recorded = {each for each in sorted(whole, key=str) if made.source.random() < made.source.choice((0.6, 1))}
        denied = [each for each in sorted(made.allowed(()) - whole, key=str) if made.source.random() < 0.05]
        shown = made.source.random() < 0.5
        labels = not shown or made.source.random() < 0.5
        flows = [made.seen(each, labels=labels) for each in sorted(recorded, key=str)]
        flows += [made.seen(each, labels=labels, verdict="denied") for each in denied]
        documents = [workload(name, namespace=space, labels=held) for (space, name), held in made.labels.items()]
        given = manifests(*documents) if shown else combine([])
        found = suggest(given, apart=made.source.random() < 0.5, flows=settled_in(given, flows))
        assert not found.diagnostics, (seed, found.diagnostics)
        known = {end for each in (*recorded, *denied) for end in each[:2]}
        expected, allowed = made.alike(recorded), made.allowed(compiled(found.files))
        if not shown:
            # Of workloads that no record shows, nobody knows the labels, and without any, a namespace stays open.
            expected, allowed = ({each for each in held if known.issuperset(each[:2])} for held in (expected, allowed))
        met += bool(recorded)
        assert allowed == expected, (seed, found.files)
    assert seeds.meet(met, 0.5)
