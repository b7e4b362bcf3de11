"""Cyclonus' cases, for both judges, on the whole grid."""

import itertools

import pytest

from tests.conformance.cyclonus import actions, conflicts, peers, ports, target, upstream
from tests.conformance.grid import PORTS, PROTOCOLS, wrong
from tests.conformance.judges import JUDGES
from tests.rows import each_row

FAMILIES = {
    "peers": (peers.CASES, 112),
    "port/protocol": (ports.CASES, 70),
    "conflict": (conflicts.CASES, 16),
    "upstream-e2e": (upstream.CASES, 13),
    "target": (target.TARGET, 6),
    "action": (actions.ACTION, 6),
    "rules": (target.RULES, 4),
    "namespace": (target.NAMESPACE, 2),
    "example": (actions.EXAMPLE, 1),
}
GRID = tuple(itertools.product(PROTOCOLS, PORTS))


def through(gates):
    """What passes: anything that no gate stops, and what a pod says to itself."""

    def expected(source, destination, protocol, port):
        return source == destination or not any(gate.stops(source, destination, protocol, port) for gate in gates)

    return expected


@each_row("family", FAMILIES)
def test_all_cases_are_here(family):
    cases, count = FAMILIES[family]
    assert len(cases) == count


def test_they_are_230():
    assert sum(len(cases) for cases, _ in FAMILIES.values()) == 230


@pytest.mark.parametrize("judge", JUDGES)
@each_row("case", [case for cases, _ in FAMILIES.values() for case in cases])
def test_verdicts_are_those_of_cyclonus(case, judge):
    for cluster, gates in case.clusters():
        assert wrong(judge, cluster, through(gates), GRID) == []
