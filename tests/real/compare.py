"""netpolc's verdicts against those of kube-network-policies' own evaluator, over random clusters of both kinds.

`python -m tests.real.compare EVALUATOR [CLUSTERS] [FIRST SEED]`: see README.md.
"""

import itertools
import json
import subprocess
import sys
from pathlib import Path
from random import Random

import msgspec

from netpolc.engine.verdicts import Evaluator
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


def main(evaluator: Path, clusters: int = 700, first: int = 0) -> int:
    """Compare verdicts until they differ; return 1 if they do."""
    count = 0
    with subprocess.Popen(
        [evaluator], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        for seed in range(first, first + clusters):
            world = RealMaker(Random(seed)).world()
            cluster = read(world, "pod")
            judge, ends, asked = Evaluator(cluster.ruleset), Ends(cluster), list(questions(world))
            process.stdin.write(json.dumps(asked_of_evaluator(world, asked)).encode() + b"\n")
            process.stdin.flush()
            verdicts = json.loads(process.stdout.readline())["verdicts"]
            for (source, destination, protocol, port), verdict in zip(asked, verdicts, strict=True):
                count += 1
                if judge.allows(ends.of(source), ends.of(destination), protocol, port) is not (verdict == "1"):
                    process.stdin.close()
                    sys.stdout.write(f"seed {seed}: {source} -> {destination} {protocol} {port}: there {verdict}\n")
                    return 1
        process.stdin.close()
    sys.stdout.write(f"{count:,} verdicts, no difference\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), *map(int, sys.argv[2:])))
