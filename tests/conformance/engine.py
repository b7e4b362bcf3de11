"""The only place in the conformance and property tests that knows the engine."""

import ipaddress
import json

from netpolc.engine import verdicts
from netpolc.engine.from_policies import rules_of_policies
from netpolc.manifests.reading import read_manifests
from netpolc.sets.addresses import NO_ADDRESS, block
from netpolc.source import Source
from tests.naive.policies import Pod


class Evaluator:
    """What policies allow among some pods and addresses, by the engine.

    Policies are read from text, as users write them. The engine speaks of pods that are alike; that a pod reaches
    itself is for those to know who ask about one.
    """

    def __init__(self, documents, ends, judge=verdicts.Evaluator):
        policies = _read(documents)
        self._ends = {id(end): (end, _end(end)) for end in ends}
        namespaces = {end.namespace: end.namespace_labels for end in ends if isinstance(end, Pod)}
        self._judge = judge(rules_of_policies(policies, namespaces))

    def allows(self, source, destination, protocol, port):
        """The engine's verdict on two of the ends."""
        if source is destination and isinstance(source, Pod):
            return True
        return self._judge.allows(self._ends[id(source)][1], self._ends[id(destination)][1], protocol, port)


def _read(documents):
    text = json.dumps({"apiVersion": "v1", "kind": "List", "items": documents})
    manifests = read_manifests(Source("policies.json", text))
    assert len(manifests.policies) == len(documents), manifests.diagnostics
    return manifests.policies


def _end(end):
    addresses = NO_ADDRESS
    if end.ip is not None:
        address = ipaddress.ip_address(end.ip)
        addresses = block(address.version, int(address), address.max_prefixlen)
    if not isinstance(end, Pod):
        return verdicts.Address(addresses)
    return verdicts.Pod(
        namespace=end.namespace,
        namespace_labels=end.namespace_labels,
        labels=end.labels,
        ports=tuple(verdicts.PodPort(*port) for port in end.ports),
        addresses=addresses,
    )
