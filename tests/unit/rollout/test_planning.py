"""Plans for Python programs: nothing is printed, and nothing is changed."""

import json

import pytest

from netpolc import api
from netpolc.diagnostics.usage import InputError, UsageError
from netpolc.live.refusals import ClusterError
from netpolc.rollout.drift import drifted
from netpolc.rollout.plan import Permissions
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


class WithCilium(ApiServer):
    """A server that has a CiliumNetworkPolicy in each of some namespaces."""

    closed = ()

    def get(self, path, **how):
        answers = {
            "/apis": {"groups": [{"name": "cilium.io", "versions": [{"groupVersion": "cilium.io/v2"}]}]},
            "/apis/cilium.io/v2": {"resources": [{"name": "ciliumnetworkpolicies"}]},
            "/apis/cilium.io/v2/ciliumnetworkpolicies": {
                "kind": "CiliumNetworkPolicyList",
                "metadata": {},
                "items": [{"metadata": {"name": "own", "namespace": each}} for each in ("shop", "other")],
            },
        }
        base = path.partition("?")[0]
        if path.partition("?")[0] in self.closed:
            raise ClusterError("forbidden", "no", asked="cannot get", context=self.context)
        return json.dumps(answers[base]).encode() if base in answers else super().get(path, **how)


def test_kinds_that_count_in_no_answer_are_said_where_the_program_is():
    here = api.workspace({"netpolc.toml": PROJECT, "shop.netpol": SHOP}, remembers=False)
    (one,) = prepare(here, WithCilium("shop", "other"), RolloutRequest()).rollout.noted
    assert one.code == "NP418"
    assert one.message == "1 object of `cilium.io/v2/CiliumNetworkPolicy` is left out"
    elsewhere = api.workspace({"netpolc.toml": PROJECT, "shop.netpol": SHOP.replace("shop", "third")}, remembers=False)
    assert prepare(elsewhere, WithCilium("third"), RolloutRequest()).rollout.noted == ()


def test_who_may_not_read_the_inventory_of_the_name_before_goes_by_labels():
    here = api.workspace({"netpolc.toml": PROJECT, "shop.netpol": SHOP}, remembers=False)
    server = WithCilium("shop")
    server.closed = ("/api/v1/namespaces/default/configmaps/netpolc-inventory-old",)
    asked = RolloutRequest(permissions=Permissions(renamed_from="old"))
    assert len(prepare(here, server, asked).rollout.steps) == 2
