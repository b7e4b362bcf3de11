"""What netpolc emits, and what it takes and refuses, against a kube-apiserver with the CRDs of both channels.

`python -m tests.real.admission BINARIES [PROGRAMS] [POLICIES]`: see README.md.
"""

import collections
import json
import re
import sys
from pathlib import Path
from random import Random

import msgspec
import yaml

from netpolc.manifests.reading import read_manifests
from netpolc.source import Source
from tests.conformance.test_tier_schemas import BEYOND, BEYOND_IN_WORDS, DATA, spoilt
from tests.real.emitted import UNNAMED, documents, from_documents, from_files, from_programs
from tests.real.servers import started, wait
from tests.strategies.tiers import NEW, TierMaker

CHANNELS = ("standard", "experimental")
EXPERIMENTAL = re.compile('"(nodes|domainNames|destinationNamedPort)":')
STRICT = "dryRun=All&fieldValidation=Strict"
CRD = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
GROUP = "/apis/policy.networking.k8s.io"
TAKEN = 201
QUOTED_FIELD = re.compile(r'unknown field \\?"([^"\\]+)')


class Comparison:
    """A server, what was asked of it, and what came out otherwise than expected."""

    def __init__(self, server):
        self.server = server
        self.namespaces = {UNNAMED}
        self.count = collections.Counter()
        self.differences = []

    def install(self, channel):
        """Put the CRD of a channel there, and wait until the server knows all of it."""
        with (DATA / f"{channel}.yaml").open(encoding="utf-8") as file:
            crd = yaml.safe_load(file)
        name = crd["metadata"]["name"]
        status, there = self.server.ask("GET", f"{CRD}/{name}")
        if status == 200:
            crd["metadata"]["resourceVersion"] = there["metadata"]["resourceVersion"]
            status, answer = self.server.ask("PUT", f"{CRD}/{name}", crd)
        else:
            status, answer = self.server.ask("POST", CRD, crd)
        assert status in {200, TAKEN}, answer
        probe = TierMaker(Random(0)).tier_policy(NEW, "probe", 1)
        peers = {"nodes": {}} if channel == "experimental" else {"networks": ["10.0.0.0/8"]}
        probe["spec"] = {
            "tier": "Admin",
            "priority": 1,
            "subject": {"namespaces": {}},
            "egress": [{"action": "Deny", "to": [peers]}],
        }
        for version in ("v1alpha2", "v1beta1"):
            probe["apiVersion"] = f"policy.networking.k8s.io/{version}"
            wait(lambda: self.send(probe)[0] == TAKEN)

    def send(self, document):
        """Create an object, strictly and only to see what would be stored."""
        version, namespace = document["apiVersion"], document["metadata"].get("namespace")
        if document["kind"] == NEW:
            return self.server.ask("POST", f"/apis/{version}/clusternetworkpolicies?{STRICT}", document)
        if namespace not in self.namespaces:
            self.namespaces.add(namespace)
            self.server.ask("POST", "/api/v1/namespaces", {"metadata": {"name": namespace}})
        return self.server.ask("POST", f"/apis/{version}/namespaces/{namespace}/networkpolicies?{STRICT}", document)

    def emitted(self, name, text):
        """Compare an output with what the server would store of it."""
        for document in documents(text):
            self.count["emitted objects"] += 1
            status, answer = self.send(document)
            if status != TAKEN:
                self.differ(name, document, f"refused: {answer['message'] if isinstance(answer, dict) else answer}")
            elif self.server.warnings:
                self.differ(name, document, f"warned: {self.server.warnings}")
            elif answer["spec"] != document["spec"]:
                self.differ(name, document, f"stored as {json.dumps(answer['spec'])}")
            elif meaning(answer) != meaning(document):
                self.differ(name, document, "read back unequal")

    def judged(self, name, document):
        """Compare what the server says of an object with what netpolc says."""
        status, answer = self.send(document)
        text = json.dumps(document, indent=0)
        found = errors(document, text)
        self.count["refused" if status != TAKEN else "taken"] += 1
        if (status == TAKEN) is bool(found):
            said = [f"{each.code} {each.message}" for each in found]
            self.differ(name, document, f"server {status} {answer.get('message', '')[:400]}, netpolc {said}")
        elif found:
            there = fields(answer)
            here = [path_at(document, text, each.location) for each in found]
            self.count["refusals with a field"] += bool(there)
            if there and not any(near(one, other) for one in here for other in there):
                self.differ(name, document, f"server at {there}, netpolc at {here} {[each.code for each in found]}")
        elif meaning(answer) != meaning(document):
            self.differ(name, document, f"stored as {json.dumps(answer['spec'])}, read unequal")

    def differ(self, name, document, how):
        self.differences.append(name)
        if len(self.differences) <= 20:
            sys.stdout.write(f"{name}: {how}\n{json.dumps(document)}\n")


def meaning(document):
    """The policy that netpolc reads in an object."""
    found = read_manifests(Source("object.json", json.dumps(document)))
    policies = tuple(msgspec.structs.replace(each, subject_location=None) for each in found.policies)
    return policies, found.tier_policies


def errors(document, text):
    """What netpolc refuses in an object, but for what it demands of a ClusterNetworkPolicy beyond the server."""
    found = [each for each in read_manifests(Source("object.json", text)).diagnostics if each.severity == "error"]
    if document["kind"] != NEW:
        return found
    return [each for each in found if each.code not in BEYOND and not BEYOND_IN_WORDS.search(each.message)]


def fields(answer):
    """The fields that a refusal names, as far as it names any with numbers."""
    causes = answer.get("details", {}).get("causes", ())
    named = [each["field"] for each in causes if each.get("field") not in {None, "", "<nil>"}]
    return named + QUOTED_FIELD.findall(answer["message"])


def path_at(document, text, location):
    """The path of what stands at a location of an object's JSON, which has a line for each value."""
    line = text.count("\n", 0, location.span.start)
    return tuple(paths(document))[line]


def paths(value, path=""):
    """Yield the path of each line of an object's JSON."""
    yield path
    nested = isinstance(value, dict | list) and value
    if nested:
        each = value.items() if isinstance(value, dict) else enumerate(value)
        for key, below in each:
            yield from paths(below, f"{path}[{key}]" if isinstance(value, list) else f"{path}.{key}".lstrip("."))
        yield path


def near(one, other):
    """Tell whether a path is another one, or above it."""
    parts, others = (re.findall(r"[^.\[\]]+", path) for path in (one, other))
    return all(part == there for part, there in zip(parts, others, strict=False))


def policies(first, count, channel):
    """Yield random policies of both kinds, with mistakes perhaps, which the CRD of a channel knows."""
    for seed in range(first, first + count):
        random = Random(seed)
        maker = TierMaker(random)
        plain = maker.policy(f"policy-{seed}")
        tier = maker.tier_policy(NEW, f"policy-{seed}", random.randrange(1001))
        for document in (plain, spoilt(random, plain), tier, spoilt(random, tier)):
            if channel == "experimental" or not EXPERIMENTAL.search(json.dumps(document)):
                yield f"seed {seed} {channel}", document


def main(binaries: Path, programs: int = 1000, several: int = 1500) -> int:
    """Compare all; return 1 if anything differs."""
    with started(binaries) as server:
        comparison = Comparison(server)
        for turn, channel in enumerate(CHANNELS):
            comparison.install(channel)
            for name, text in (*from_files(), *from_documents()):
                if channel == "experimental" or not EXPERIMENTAL.search(json.dumps([*documents(text)])):
                    comparison.emitted(f"{name} {channel}", text)
            for name, text in from_programs(turn * programs, programs):
                if channel == "experimental" or not EXPERIMENTAL.search(json.dumps([*documents(text)])):
                    comparison.emitted(f"{name} {channel}", text)
            for name, document in policies(turn * several, several, channel):
                comparison.judged(name, document)
    counted = ", ".join(f"{number:,} {what}" for what, number in comparison.count.items())
    sys.stdout.write(f"{counted}; {len(comparison.differences) or 'no'} differences\n")
    return 1 if comparison.differences else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), *map(int, sys.argv[2:])))
