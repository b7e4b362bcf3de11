import pytest

from netpolc.engine.peers import Population
from netpolc.queries.left_out import left_out


@pytest.mark.parametrize("complete", [True, False])
def test_a_relation_that_is_no_cover_is_a_warning(complete):
    found = left_out(Population((), 0, 0, {"ingress": (), "egress": ()}, complete=complete))
    assert [(each.code, each.severity, each.location) for each in found] == [("NP626", "warning", None)] * (
        not complete
    )
    assert all(each.help and "netpolc can" in each.help for each in found)
