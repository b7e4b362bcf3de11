import json

import pytest

from netpolc.live.refusals import ClusterError
from tests.cli.conftest import SHOP


@pytest.fixture
def server(server, netpolc):
    assert netpolc("apply", "--yes").code == 0
    return server


def edited(server, name, **spec):
    policy = json.loads(json.dumps(server.policy(name)))
    policy["spec"] |= spec
    server.put(policy, "kubectl-edit")


@pytest.mark.usefixtures("server")
def test_a_cluster_that_is_as_the_program_says(netpolc):
    ran = netpolc("drift")
    assert (ran.code, ran.out) == (0, "0 connections opened, 0 closed\nshop in `double`: as the program says\n")


def test_what_a_hand_opened_comes_first_and_whose_hand_it_was(netpolc, server):
    edited(server, "shop/default-deny", ingress=[{}])
    ran = netpolc("drift")
    assert ran.code == 1
    assert ran.out.startswith("opened  ")
    assert "  ~ shop/default-deny: changed by `kubectl-edit`\n" in ran.out
    assert ran.out.endswith("shop in `double`: 1 of its policies is not as the program says\n")
    document = json.loads(netpolc("drift", "--format", "json").out)
    assert document["objects"] == [
        {
            "drift": "changed",
            "kind": "NetworkPolicy",
            "namespace": "shop",
            "name": "default-deny",
            "by": ["kubectl-edit"],
        }
    ]
    assert "- shop/default-deny: changed by `kubectl-edit`" in netpolc("drift", "--format", "md").out


def test_a_change_without_a_change_of_meaning_is_said_as_such(netpolc, server):
    edited(server, "shop/default-deny", podSelector={"matchLabels": {}})
    ran = netpolc("drift")
    assert ran.code == 1
    assert "0 connections opened, 0 closed" in ran.out
    assert "  = shop/default-deny: means the same, but was changed by `kubectl-edit`" in ran.out


def test_a_label_that_somebody_rewrote_is_told_with_whose_hand_it_was(netpolc, server):
    policy = json.loads(json.dumps(server.policy("shop/db")))
    policy["metadata"]["labels"]["app.kubernetes.io/managed-by"] = "Helm"
    server.put(policy, "kubectl-label")
    assert "  = shop/db: means the same, but was changed by `kubectl-label`\n" in netpolc("drift").out


def test_what_is_missing_and_what_is_left_is_told(netpolc, here, server):
    here.write("shop.netpol", SHOP.replace("db", "store"))
    ran = netpolc("drift")
    assert "  - shop/store: deleted, or never applied\n" in ran.out
    assert "  + shop/db: not in the program\n" in ran.out
    assert server.names == ["shop/db", "shop/default-deny"]


def test_a_policy_of_others_that_opens_something_is_named(netpolc, server):
    spec = {"podSelector": {}, "policyTypes": ["Ingress"], "ingress": [{}]}
    policy = {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "spec": spec}
    server.put({**policy, "metadata": {"name": "open-for-now", "namespace": "shop"}}, "kubectl-create")
    line = "shop/open-for-now of others, by `kubectl-create`, opens connections that the program denies\n"
    for command, code in (("drift", 1), ("plan", 0)):
        ran = netpolc(command)
        assert ran.code == code
        assert f"\n  {line}shop in `double`: " in ran.out
        assert f"\n- {line}" in netpolc(command, "--format", "md").out
        (one,) = json.loads(netpolc(command, "--format", "json").out)["foreign"]
        assert (one["name"], one["set"], one["by"]) == ("open-for-now", None, ["kubectl-create"])
        assert one["effects"] == ["opens"]
    said = "as the program says, but 1 policy of others changes what passes\n"
    assert netpolc("drift").out.endswith(said)
    for number in range(30):
        server.put({**policy, "metadata": {"name": f"many-{number}", "namespace": "shop"}}, "kubectl-create")
    assert "  11 more policies of others count\n" in netpolc("drift").out


def test_a_policy_of_others_that_is_known_or_adds_nothing_is_no_drift(netpolc, here, server):
    spec = {"podSelector": {}, "policyTypes": ["Ingress"], "ingress": [{}]}
    policy = {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "spec": spec}
    server.put({**policy, "metadata": {"name": "open-for-now", "namespace": "shop"}}, "kubectl-create")
    project = (here / "netpolc.toml").read_text("utf-8")
    here.write("netpolc.toml", f'{project}known-policies = ["shop/open-for-now"]\n')
    ran = netpolc("drift")
    assert ran.code == 0
    assert "shop/open-for-now of others, by `kubectl-create`, opens connections" in ran.out
    assert ran.out.endswith("shop in `double`: as the program says\n")
    here.write("netpolc.toml", f'{project}known-policies = "shop/open-for-now"\n')
    assert "`cluster.known-policies` is a string, not a list of texts" in netpolc("drift").err
    here.write("netpolc.toml", project)
    same = {"podSelector": {"matchLabels": {"app": "db"}}, "policyTypes": ["Ingress"]}
    rule = {"from": [{"podSelector": {"matchLabels": {"app": "web"}}}], "ports": [{"port": 5432}]}
    server.put(
        {**policy, "spec": {**same, "ingress": [rule]}, "metadata": {"name": "open-for-now", "namespace": "shop"}},
        "kubectl-create",
    )
    ran = netpolc("drift")
    assert ran.code == 0
    assert "shop/open-for-now of others, by `kubectl-create`, lets connections through at the same pods" in ran.out


class Watched:
    """A watch that tells of what a test says; then, the run is interrupted, as by Ctrl-C."""

    def __init__(self, *changes):
        self.changes = list(changes)

    def __call__(self, _):
        return self

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def changed(self):
        if not self.changes:
            raise KeyboardInterrupt
        return self.changes.pop(0)()


@pytest.fixture
def watched(monkeypatch, server):
    def watch(*changes):
        monkeypatch.setattr("netpolc.cli.runs.drift.ClusterWatch", Watched(*changes))

    monkeypatch.setattr("netpolc.cli.runs.drift.find", lambda _: server)
    monkeypatch.setattr("netpolc.cli.runs.drift.is_possible", lambda: True)
    monkeypatch.setattr("netpolc.cli.runs.drift.PAUSES", (0.0,))
    monkeypatch.setattr("netpolc.cli.runs.drift.signal.signal", lambda *_: None)
    return watch


def test_a_watch_tells_each_change_that_opens_something(netpolc, server, watched):
    def opened():
        edited(server, "shop/default-deny", ingress=[{}])
        return ["NetworkPolicy shop/default-deny"]

    watched(opened, lambda: ["Namespace shop"])
    ran = netpolc("drift", "--watch")
    assert ran.code == 130
    first, _, rest = ran.out.partition("shop in `double`: as the program says\n")
    assert first == "0 connections opened, 0 closed\n"
    assert rest.startswith("\nopened  ")
    assert rest.count("not as the program says") == 1
    assert "changed: NetworkPolicy shop/default-deny\n" in ran.err
    watched(list)
    lines = netpolc("drift", "--watch", "--format", "json").out.splitlines()
    assert [json.loads(line)["set"] for line in lines] == ["shop"]


def test_a_watch_goes_on_where_it_was_cut(netpolc, watched):
    def cut():
        raise ClusterError("cut off", "gone", asked="cannot watch policies", context="double")

    watched(cut, lambda: ["Namespace shop"])
    ran = netpolc("drift", "--watch")
    assert ran.code == 130
    assert "error[NP832]: cannot watch policies of `double`: gone" in ran.err
    assert ran.out.count("as the program says") == 1


def test_a_watch_that_never_began_ends(netpolc, here, watched, monkeypatch):
    watched()
    here.write("shop.netpol", "web - db\n")
    assert netpolc("drift", "--watch").code == 2
    assert "no file for them" in netpolc("drift", "--watch", "-o", "x").err
    monkeypatch.setattr("netpolc.cli.runs.drift.is_possible", lambda: False)
    ran = netpolc("drift", "--watch")
    assert ran.code == 2
    assert "--watch: to watch a cluster takes lightkube, which is not installed" in ran.err
    assert "`pip install 'netpolc[cluster]'`, or with pipx `pipx inject netpolc lightkube`" in ran.err
