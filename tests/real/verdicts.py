"""netpolc's verdicts beside those of kube-network-policies, on random mixes of all kinds that it reads.

Run by `make real`, outside of CI: it takes Go, and the engine's modules from the network. Of each random world, every
pair of ends is asked about on every port that policies speak of; the engine judges addresses, so each pod has one of
its own, and no address outside is a pod's. To it, NetworkPolicies are final for a pod in both directions.
"""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
import time

import msgspec

from netpolc.engine.verdicts import Evaluator
from tests.naive.policies import Address
from tests.properties.test_tiers import Ends, read
from tests.strategies.clusters import manifests
from tests.strategies.tiers import NEW, made_up
from tests.strategies.worlds import NUMBERS, PROTOCOLS

ASKED = 1_000_000
NATIVE = (NEW, "NetworkPolicy")


def world_of(seed):
    """A random world of kinds that the engine reads, in which each address is one end's."""
    world, _ = made_up(seed)
    taken = set()
    pods = []
    for number, pod in enumerate(world.pods):
        ip = pod.ip if pod.ip is not None and pod.ip not in taken else f"192.168.77.{number + 1}"
        taken.add(ip)
        pods.append(msgspec.structs.replace(pod, ip=ip))
    documents = [each for each in world.documents if each["kind"] in NATIVE]
    addresses = tuple(each for each in world.addresses if each.ip not in taken)
    return msgspec.structs.replace(world, documents=documents, pods=tuple(pods), addresses=addresses)


def questions(world):
    """Each connection between different ends of one family, unless both are outside."""
    for source, destination in itertools.permutations(world.ends, 2):
        outside = isinstance(source, Address) and isinstance(destination, Address)
        if not outside and (":" in source.ip) == (":" in destination.ip):
            yield from ((source, destination, *port) for port in itertools.product(PROTOCOLS, NUMBERS))


def asked_of_engine(world, asked):
    """A cluster and its questions, as the engine's main takes them."""
    objects = list(manifests(world))
    of = {kind: [each for each in objects if each["kind"] == kind] for kind in ("Namespace", "Pod", *NATIVE)}
    return {
        "namespaces": {each["metadata"]["name"]: each["metadata"]["labels"] for each in of["Namespace"]},
        "pods": of["Pod"],
        "policies": of["NetworkPolicy"],
        "cnps": of[NEW],
        "queries": [(source.ip, destination.ip, protocol, port) for source, destination, protocol, port in asked],
    }


def main(engine, wanted, seed):
    """Ask both until they were asked often enough; end at the first difference."""
    began, count, tiered = time.monotonic(), 0, 0
    with subprocess.Popen([engine], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        while count < wanted:
            world = world_of(seed)
            asked = list(questions(world))
            process.stdin.write(json.dumps(asked_of_engine(world, asked)) + "\n")
            process.stdin.flush()
            cluster = read(world, "pod")
            judge, ends = Evaluator(cluster.ruleset), Ends(cluster)
            theirs = json.loads(process.stdout.readline())["verdicts"]
            for (source, destination, protocol, port), verdict in zip(asked, theirs, strict=True):
                ours = judge.allows(ends.of(source), ends.of(destination), protocol, port)
                if ours is not (verdict == "1"):
                    sys.exit(f"seed {seed}: {source} -> {destination} {protocol} {port}: netpolc says {ours}")
            count += len(asked)
            tiered += len(asked) if judge.is_tiered else 0
            seed += 1
        process.stdin.close()
    sys.stdout.write(f"{count:,} verdicts, {tiered:,} with tiers, no difference, {time.monotonic() - began:.0f} s\n")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else ASKED, int(sys.argv[3]) if len(sys.argv) > 3 else 0)
