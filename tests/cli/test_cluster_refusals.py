"""What `pull`, `plan`, `apply` and `drift` say where a cluster does not do what they ask: each with its way out."""

import json

import pytest

from netpolc.live.refusals import refusal
from tests.api_server import ApiServer
from tests.cli.conftest import PROJECT, SHOP

COMMANDS = ("pull", "plan", "apply", "drift")
LISTED = "/apis/networking.k8s.io/v1/networkpolicies"
COMPLAINTS = [
    # What kubectl 1.37 complains of, then the code, the message, and the way out.
    ("error: You must be logged in to the server (Unauthorized)", "NP830", "must be logged in", "log in again"),
    ('error: context "prd" does not exist', "NP830", "does not exist", "`kubectl config get-contexts` lists"),
    (
        "The connection to the server 10.0.0.1:6443 was refused - did you specify the right host or port?",
        "NP830",
        "was refused",
        "see whether `kubectl version` reaches it",
    ),
    ("error: unexpected EOF", "NP832", "unexpected EOF", "run it again: of a part of a list"),
    (
        'Error from server (Forbidden): networkpolicies.networking.k8s.io is forbidden: User "me" cannot list resource',
        "NP831",
        "is forbidden",
        "`netpolc pull --rbac` prints a ClusterRole",
    ),
]


class Refusing(ApiServer):
    """A server that complains of some paths."""

    def __init__(self, *namespaces):
        super().__init__(*namespaces)
        self.complaints = {}

    def get(self, path, **options):
        complaint = self.complaints.get(path.partition("?")[0])
        if complaint is not None:
            raise refusal(complaint, "it ended with 1", asked=f"cannot get `{path}`", context=self.context)
        return super().get(path, **options)


@pytest.fixture
def server(here, monkeypatch):
    made = Refusing("shop", "default")
    for room in ("rollout", "pull"):
        monkeypatch.setattr(f"netpolc.cli.runs.{room}.find", lambda _: made)
    here.write("netpolc.toml", PROJECT)
    here.write("shop.netpol", SHOP)
    return made


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(("complaint", "code", "message", "advice"), COMPLAINTS, ids=[each[1] for each in COMPLAINTS])
def test_a_list_that_does_not_come_ends_the_run(netpolc, server, command, complaint, code, message, advice):
    server.complaints = {LISTED: complaint}
    ran = netpolc(command)
    assert (ran.code, ran.out) == (2, "")
    assert f"error[{code}]: cannot list networkpolicies of `double`: " in ran.err
    assert message in ran.err
    assert advice in ran.err
    assert server.names == []


@pytest.mark.parametrize("command", COMMANDS)
def test_a_program_gets_the_refusal_as_a_document(netpolc, server, command):
    server.complaints = {"/apis": COMPLAINTS[0][0]}
    ran = netpolc(command, "--error-format", "json")
    assert ran.code == 2
    (found,) = json.loads(ran.err)["diagnostics"]
    assert (found["code"], found["help"]) == ("NP830", "log in again, as you do for `kubectl get pods`")
    if command in ("plan", "drift"):
        assert json.loads(netpolc(command, "--format", "json").err)["diagnostics"] == [found]


@pytest.mark.parametrize("command", COMMANDS)
def test_without_kubectl_it_is_said_what_to_install(netpolc, here, monkeypatch, command):
    here.write("netpolc.toml", PROJECT)
    here.write("shop.netpol", SHOP)
    monkeypatch.setenv("NETPOLC_KUBECTL", "no-such-kubectl")
    ran = netpolc(command)
    assert ran.code == 2
    assert "error[NP830]: a cluster cannot be asked: `no-such-kubectl` is not installed" in ran.err
    assert "install kubectl, or name it in the variable NETPOLC_KUBECTL" in ran.err


def test_what_a_server_takes_only_when_it_is_tried(netpolc, server):
    """Of an object over its limits, etcd hears last: dry runs pass, and the next step is refused."""
    really = server.apply

    def apply(body, *, dry_run=False, **options):
        if b'"name":"db"' in body and not dry_run:
            said = "Error from server: etcdserver: request is too large"
            raise refusal(said, "it ended with 1", asked="cannot apply an object", context="double")
        return really(body, dry_run=dry_run, **options)

    server.apply = apply
    ran = netpolc("apply", "--yes")
    assert ran.code == 1
    assert "error[NP846]: `shop/db`: it cannot be created in `double`: etcdserver: request is too large" in ran.err
    assert "error[NP848]: 0 of 2 steps are done, and not `shop/db`, `shop/default-deny`" in ran.err


def test_an_inventory_that_may_not_be_read_is_no_empty_one(netpolc, server):
    server.complaints = {
        "/api/v1/namespaces/default/configmaps/netpolc-inventory-shop": "Error from server (Forbidden): configmaps is"
        ' forbidden: User "me" cannot get resource "configmaps"'
    }
    for command in ("plan", "drift"):
        ran = netpolc(command)
        assert ran.code == 2
        assert "error[NP831]" in ran.err
        assert "`netpolc plan --rbac` and `netpolc apply --rbac` print the roles that suffice" in ran.err


@pytest.mark.usefixtures("server")
def test_colour_is_for_those_who_see_it(netpolc, monkeypatch):
    assert "\x1b[" not in netpolc("plan").out
    monkeypatch.setenv("FORCE_COLOR", "1")
    for command in ("plan", "drift"):
        assert "\x1b[" in netpolc(command).out
        assert "\x1b[" not in netpolc(command, "--format", "json").out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in netpolc("plan").out
