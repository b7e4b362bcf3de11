"""Adversarial manifests: every number, and all that is expected of each."""

import re

from netpolc.cluster.cluster import cluster_of
from netpolc.compiler.inputs import Inputs
from netpolc.compiler.model import CompileOptions
from netpolc.diagnostics.model import Diagnostic
from netpolc.engine.verdicts import Evaluator
from netpolc.manifests.combining import combine
from netpolc.manifests.model import Manifests
from netpolc.manifests.reading import read_manifests
from netpolc.project.reading import decode
from tests.conformance.adversarial import scalars, semantics, structure
from tests.rows import each_row

CASES = [*scalars.CASES, *structure.CASES, *semantics.CASES]
NUMBERS = {*range(1, 41), *range(53, 79)}


def read(text, name):
    """One file as it is read."""
    source = decode(text if isinstance(text, bytes) else text.encode(), name)
    return Manifests(diagnostics=(source,)) if isinstance(source, Diagnostic) else read_manifests(source)


def verdict(asked, judge, peers):
    source, destination, protocol, port = re.fullmatch(r"(\S+) -> (\S+) : (\S+) (\d+)", asked).groups()
    return judge.allows(peers[source], peers[destination], protocol, int(port))


def found_of(wanted, manifests):
    """What was found in the terms of a case, as far as it asks."""
    first = manifests.policies[0] if manifests.policies else None
    rule = first.ingress[0] if first is not None and first.ingress else None
    port = rule.ports[0] if rule is not None and rule.ports else None
    found = {
        "labels": None if first is None else dict(first.pod_selector.match_labels),
        "port": None if port is None else port.port,
        "last": None if port is None else port.end_port,
        "peers": None if rule is None else len(rule.peers),
        "policies": tuple(policy.name for policy in manifests.policies),
        "workloads": tuple(f"{one.namespace}/{one.name}" for one in manifests.workloads),
        "services": {one.name: (one.selector, [port.target for port in one.ports]) for one in manifests.services},
        "skipped": manifests.skipped,
    }
    return {name: value for name, value in found.items() if getattr(wanted, name) is not None}


def test_every_number_is_here():
    assert {case.number for case in CASES} == NUMBERS
    assert len({(case.number, case.title) for case in CASES}) == len(CASES)


@each_row("case", CASES)
def test_a_case_is_what_it_is_to_kubernetes(case):
    manifests = combine(read(text, f"{number}.yaml") for number, text in enumerate(case.texts))
    cluster = cluster_of(Inputs(None, manifests, manifests.diagnostics), CompileOptions())
    assert {each.code for each in cluster.diagnostics} == case.codes, cluster.diagnostics
    found = found_of(case, manifests)
    assert found == {name: getattr(case, name) for name in found}
    judge = Evaluator(cluster.ruleset)
    peers = {peer.id: peer.end for peer in cluster.peers()}
    assert {asked: verdict(asked, judge, peers) for asked in case.verdicts} == case.verdicts
