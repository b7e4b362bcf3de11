"""Plans for Python programs: nothing is printed, and nothing is changed."""

import pytest

from netpolc import api
from netpolc.diagnostics.usage import InputError, UsageError
from netpolc.rollout.drift import drifted
from netpolc.rollout.planning import RolloutRequest, prepare
from tests.api_server import ApiServer
from tests.cli.conftest import PROJECT, SHOP


def test_a_program_plans_without_a_command_line():
    server = ApiServer("shop", "default")
    here = api.workspace({"netpolc.toml": PROJECT, "shop.netpol": SHOP}, remembers=False)
    found = prepare(here, server, RolloutRequest())
    assert [step.key[1] for step in found.rollout.steps] == ["db", "default-deny"]
    assert found.difference.review.closed
    assert [each.kind for each in drifted(found.rollout)] == ["missing", "missing"]
    assert server.calls == []


def test_a_namespace_that_has_no_workloads_yet_is_no_finding():
    server = ApiServer("shop", "other")
    metadata = {"name": "web", "namespace": "other", "labels": {"app": "web"}}
    server.put({"apiVersion": "v1", "kind": "Pod", "metadata": metadata}, "me")
    here = api.workspace({"netpolc.toml": PROJECT, "shop.netpol": SHOP}, remembers=False)
    assert prepare(here, server, RolloutRequest()).difference.diagnostics == ()


@pytest.mark.parametrize(
    ("texts", "error"),
    [
        ({"shop.netpol": SHOP}, UsageError),
        ({"netpolc.toml": PROJECT, "shop.netpol": "web - db\n"}, InputError),
        ({"netpolc.toml": PROJECT, "shop.netpol": "baseline deny ingress\n"}, InputError),
    ],
)
def test_what_is_wrong_is_raised(texts, error):
    with pytest.raises(error):
        prepare(api.workspace(texts, remembers=False), ApiServer("shop"), RolloutRequest())
