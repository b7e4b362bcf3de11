"""What netpolc answers against kube-network-policies' own evaluator, over random clusters of both kinds.

Each verdict is asked of `can`'s engine, and looked up in the relation that `reach` shows.

`python -m tests.real.compare EVALUATOR [CLUSTERS] [FIRST SEED]`: see README.md.
"""

import itertools
import json
import subprocess
import sys
from pathlib import Path
from random import Random

import msgspec

from netpolc.engine.relation import relation_of
from netpolc.engine.verdicts import Evaluator, Pod
from netpolc.sets.ports import PortSet
from tests.naive.policies import Address
from tests.properties.test_tiers import Ends, read
from tests.strategies.clusters import as_pod
from tests.strategies.tiers import NEW, TierMaker
from tests.strategies.worlds import NUMBERS, PROTOCOLS, World

ADDRESSES = (
    "10.1.2.3 10.1.2.4 10.1.2.5 10.1.2.200 10.1.0.0 10.1.9.9 10.2.0.1 10.255.255.255 172.16.0.1 192.0.2.1",
    "2001:db8:1::5 2001:db8:1::6 2001:db8:1::7 2001:db8:1::8 2001:db8:1:8000::1 2001:db8::1 2001:db8::2 "
    "2001:db8:8000::1 2001:db9::1 fd00::1",
)
PORTS = (*NUMBERS, 82)


class RealMaker(TierMaker):
    """Makes worlds that the evaluator knows: of one family, and without the older kinds."""

    def world(self):
        made = super().world()
        while any(document["kind"] not in {NEW, "NetworkPolicy"} for document in made.documents):
            made = super().world()
        free = self.random.sample(self.random.choice(ADDRESSES).split(), 10)
        pods = tuple(msgspec.structs.replace(pod, ip=free.pop()) for pod in made.pods[:8])
        return World(made.documents, pods, tuple(Address(free.pop()) for _ in range(2)))


def questions(world):
    """Every connection between two ends, on ports that policies tell apart."""
    for source, destination in itertools.permutations(world.ends, 2):
        if not (isinstance(source, Address) and isinstance(destination, Address)):
            yield from ((source, destination, protocol, port) for protocol in PROTOCOLS for port in PORTS)


def asked_of_evaluator(world, asked):
    """A cluster and questions, as the evaluator reads them."""
    tiers = [
        {**each, "apiVersion": "policy.networking.k8s.io/v1alpha2"} for each in world.documents if each["kind"] == NEW
    ]
    return {
        "namespaces": {pod.namespace: pod.namespace_labels for pod in world.pods},
        "pods": [as_pod(pod) for pod in world.pods],
        "policies": [each for each in world.documents if each["kind"] == "NetworkPolicy"],
        "cnps": tiers,
        "queries": [[source.ip, destination.ip, protocol, port] for source, destination, protocol, port in asked],
    }


class Answers:
    """What netpolc says of one connection in a cluster: by its verdicts, and by its relation."""

    def __init__(self, cluster):
        self._judge, self._ends = Evaluator(cluster.ruleset), Ends(cluster)
        related = relation_of(cluster.population(), cluster.ruleset)
        self._ports = {(each.source.id, each.destination.id): each.ports for each in related.connections()}
        self._nets = [peer for peer in related.peers if not isinstance(peer.end, Pod)]

    def of(self, source, destination, protocol, port):
        """By either, which ought to be the same."""
        ports = self._ports.get((self._id(source), self._id(destination)), PortSet())
        allowed = self._judge.allows(self._ends.of(source), self._ends.of(destination), protocol, port)
        return {allowed, ports.contains(protocol, port)}

    def _id(self, end):
        if not isinstance(end, Address):
            return f"{end.namespace}/{end.name}"
        held = self._ends.of(end).addresses
        return next(net.id for net in self._nets if net.end.addresses & held)


def main(evaluator: Path, clusters: int = 700, first: int = 0) -> int:
    """Compare verdicts until they differ; return 1 if they do."""
    count = 0
    with subprocess.Popen(
        [evaluator], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        for seed in range(first, first + clusters):
            world = RealMaker(Random(seed)).world()
            answers, asked = Answers(read(world, "pod")), list(questions(world))
            process.stdin.write(json.dumps(asked_of_evaluator(world, asked)).encode() + b"\n")
            process.stdin.flush()
            verdicts = json.loads(process.stdout.readline())["verdicts"]
            for connection, verdict in zip(asked, verdicts, strict=True):
                count += 1
                if answers.of(*connection) != {verdict == "1"}:
                    process.stdin.close()
                    sys.stdout.write(f"seed {seed}: {connection}: there {verdict}\n")
                    return 1
        process.stdin.close()
    sys.stdout.write(f"{count:,} verdicts, no difference\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), *map(int, sys.argv[2:])))
