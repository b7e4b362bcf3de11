"""netpolc's verdicts for the platform `cilium` against those of Cilium's own policy engine, over random clusters.

`python -m tests.real.cilium_verdicts EVALUATOR [CLUSTERS] [FIRST SEED]`: see README.md.
"""

import json
import subprocess
import sys
from pathlib import Path
from random import Random

import msgspec

from netpolc.checks.options import CheckOptions
from netpolc.cluster.cluster import cluster_of
from netpolc.compiler.inputs import Inputs
from netpolc.compiler.model import CompileOptions
from netpolc.ecosystem.platforms import PLATFORMS
from netpolc.manifests.combining import combine
from netpolc.manifests.reading import read_manifests
from netpolc.source import Source
from tests.naive.policies import Address
from tests.real.compare import ADDRESSES, Answers, questions
from tests.strategies.clusters import as_pod, text_of
from tests.strategies.worlds import Maker, World

CILIUM = CheckOptions(platform=PLATFORMS["cilium"], finality="direction", pod_addresses=())


class CiliumMaker(Maker):
    """Makes worlds that the engine and netpolc both claim to know.

    Rules of directions that `policyTypes` leaves out count there (NP511 says so), so there are none; of two ports of
    one name in a pod the last counts there, so each name is given once.
    """

    def world(self):
        made = super().world()
        free = self.random.sample(self.random.choice(ADDRESSES).split(), 10)
        pods = tuple(msgspec.structs.replace(pod, ip=free.pop()) for pod in made.pods[:8])
        return World(made.documents, pods, tuple(Address(free.pop()) for _ in range(2)))

    def named_ports(self):
        return tuple({name: (name, protocol, number) for name, protocol, number in super().named_ports()}.values())

    def policy(self, name):
        document = super().policy(name)
        spec = document["spec"]
        types = spec.get("policyTypes") or (["Ingress", "Egress"] if spec.get("egress") else ["Ingress"])
        for direction in ("Ingress", "Egress"):
            if direction not in types:
                spec.pop(direction.lower(), None)
        return stored(document)


def stored(document):
    """A policy as the API server stores it: no nulls, no empty lists, and each port with a protocol."""
    spec = without_empty(document["spec"])
    spec.setdefault("podSelector", {})
    spec["policyTypes"] = spec.get("policyTypes") or (["Ingress", "Egress"] if spec.get("egress") else ["Ingress"])
    for direction in ("ingress", "egress"):
        for rule in spec.get(direction, ()):
            for port in rule.get("ports", ()):
                port.setdefault("protocol", "TCP")
    return {**document, "spec": spec}


def without_empty(value):
    if isinstance(value, dict):
        return {key: without_empty(each) for key, each in value.items() if each is not None and each != []}
    return [without_empty({} if each is None else each) for each in value] if isinstance(value, list) else value


def read(world):
    """The cluster of a world, as it is on Cilium."""
    found = combine([read_manifests(Source("world.json", text_of(world)))])
    cluster = cluster_of(Inputs(None, found, found.diagnostics), CompileOptions(checks=CILIUM))
    assert not [each for each in cluster.diagnostics if each.severity == "error"], cluster.diagnostics
    return cluster


def asked_of_engine(world, asked):
    """A cluster and questions, as the engine reads them."""
    return {
        "Namespaces": {pod.namespace: pod.namespace_labels for pod in world.pods},
        "Pods": [as_pod(pod) for pod in world.pods],
        "Policies": world.documents,
        "Queries": [[source.ip, destination.ip, protocol, port] for source, destination, protocol, port in asked],
    }


def main(evaluator: Path, clusters: int = 500, first: int = 0) -> int:
    """Compare verdicts until they differ; return 1 if they do."""
    count = 0
    with subprocess.Popen(
        [evaluator], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        for seed in range(first, first + clusters):
            world = CiliumMaker(Random(seed)).world()
            answers, asked = Answers(read(world)), list(questions(world))
            process.stdin.write(json.dumps(asked_of_engine(world, asked)).encode() + b"\n")
            process.stdin.flush()
            answer = json.loads(process.stdout.readline())
            assert not answer["errors"], answer["errors"]
            for connection, verdict in zip(asked, answer["verdicts"], strict=True):
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
