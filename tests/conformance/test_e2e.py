"""Kubernetes' own suite, for both judges."""

import pytest

from tests.conformance.e2e import SCTP, TCP, UDP
from tests.conformance.grid import wrong
from tests.conformance.judges import JUDGES


def test_all_cases_are_here():
    assert (len(TCP), len(UDP), len(SCTP)) == (42, 3, 3)
    assert all(len({case.name for case in cases}) == len(cases) for cases in (TCP, UDP, SCTP))


@pytest.mark.parametrize("judge", JUDGES)
@pytest.mark.parametrize("case", [*TCP, *UDP, *SCTP], ids=lambda case: case.name)
def test_verdicts_are_those_of_the_e2e_suite(case, judge):
    for cluster, probes in case.clusters():
        for probe in probes:
            assert wrong(judge, cluster, probe.expects, [(probe.protocol, probe.port)]) == []
