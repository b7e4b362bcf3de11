import pytest
import yaml

from tests.stand_in import StandIn, recorded

PODS = "get --raw /api/v1/pods?limit=500"
POLICIES = "get --raw /apis/networking.k8s.io/v1/networkpolicies?limit=500"


@pytest.fixture
def stand_in(tmp_path, monkeypatch):
    made = StandIn(tmp_path / "bin", recorded("pull"))
    monkeypatch.setenv("NETPOLC_KUBECTL", str(made.program))
    return made


def test_a_cluster_is_written_to_standard_output(netpolc, stand_in):
    ran = netpolc("pull")
    assert (ran.code, ran.err) == (0, "prod: 13 objects\n")
    kinds = [document["kind"] for document in yaml.safe_load_all(ran.out)]
    assert kinds.count("NetworkPolicy") == 2
    assert stand_in.calls


def test_files_of_an_earlier_pull_are_replaced_and_no_others(netpolc, here, stand_in):
    here.write("cluster/mine.yaml", "a: 1\n")
    assert netpolc("pull", "-o", "cluster").code == 0
    before = (here.path / "cluster/shop/networkpolicies.yaml").read_text()
    none = [0, '{"kind": "NetworkPolicyList", "metadata": {}, "items": []}', ""]
    stand_in.answer({**recorded("pull"), POLICIES: none})
    assert netpolc("pull", "-o", "cluster").code == 0
    assert not (here.path / "cluster/shop/networkpolicies.yaml").exists()
    assert (here.path / "cluster/mine.yaml").read_text() == "a: 1\n"
    stand_in.answer(recorded("pull"))
    netpolc("pull", "-o", "cluster")
    assert (here.path / "cluster/shop/networkpolicies.yaml").read_text() == before


def test_nothing_is_written_where_something_may_not_be_listed(netpolc, here, stand_in):
    pods = [1, "", 'Error from server (Forbidden): pods is forbidden: User "me" cannot list resource "pods"\n']
    stand_in.answer({**recorded("pull"), PODS: pods})
    ran = netpolc("pull", "-o", "cluster")
    assert (ran.code, ran.out) == (2, "")
    assert "error[NP831]: cannot list pods of `prod`: pods is forbidden" in ran.err
    assert 'ask for the rule `{apiGroups: [""], resources: [pods], verbs: [list]}`' in ran.err
    assert not (here.path / "cluster").exists()


def test_the_rights_are_printed_without_a_cluster(netpolc, monkeypatch):
    monkeypatch.setenv("NETPOLC_KUBECTL", "kubectl-of-nobody")
    ran = netpolc("pull", "--rbac")
    assert (ran.code, ran.err) == (0, "")
    assert yaml.safe_load(ran.out)["kind"] == "ClusterRole"
    assert netpolc("pull").code == 2


@pytest.mark.usefixtures("stand_in")
def test_with_evidence_no_secret_is_written_down(netpolc):
    ran = netpolc("pull", "--evidence")
    assert "postgres://database.data:5432" in ran.out
    assert "hunter" not in ran.out
    assert "s3cr3t" not in ran.out


def test_a_project_begins_with_what_a_cluster_has(netpolc, here, stand_in):
    ran = netpolc("init", "--from", "cluster:prod")
    assert (ran.code, here.names("policies")) == (0, ["data.netpol", "shop.netpol"])
    assert "`netpolc check --workloads cluster:prod` holds the program to what is in the cluster" in ran.err
    assert (
        (here / "netpolc.toml")
        .read_text()
        .endswith('\n[cluster]  # what `netpolc apply` may change\nname = "here"\ncontexts = ["prod"]\n')
    )
    assert "web -> data/database:5432" in (here / "policies/shop.netpol").read_text()
    assert stand_in.calls
