import msgspec
import pytest

from netpolc.compiler.inputs import read_inputs
from netpolc.compiler.memory import Memory
from netpolc.compiler.workspace import Workspace
from tests.stand_in import StandIn, recorded


@pytest.fixture
def stand_in(tmp_path, monkeypatch):
    made = StandIn(tmp_path / "bin", recorded("pull"))
    monkeypatch.setenv("NETPOLC_KUBECTL", str(made.program))
    return made


@pytest.fixture
def here(tmp_path):
    return Workspace(tmp_path, programs=True)


@pytest.mark.parametrize("path", ["cluster:", "cluster:prod"])
def test_a_cluster_is_read_like_manifests(here, stand_in, path):
    inputs = read_inputs((path,), here)
    assert not inputs.diagnostics
    assert sorted(policy.name for policy in inputs.manifests.policies) == ["default-deny", "web"]
    assert {workload.name for workload in inputs.manifests.workloads} >= {"web", "database"}
    assert {words[0] for words, _ in stand_in.calls if "get" in words} == {"--context=prod"}


def test_a_cluster_may_be_beside_files(here, stand_in):
    (here.cwd / "a.netpol").write_text("namespace shop\nweb -> data/database:5432\n")
    inputs = read_inputs(("a.netpol",), here, beside=("cluster:prod",))
    assert not inputs.diagnostics
    assert inputs.loaded is not None
    assert inputs.manifests.workloads
    assert stand_in.calls


def test_evidence_is_asked_for_by_who_reads_it(here, stand_in):
    read_inputs(("cluster:prod",), here, careful=True)
    assert not any("configmaps" in words[-1] for words, _ in stand_in.calls)
    read_inputs(("cluster:prod",), here, wide=True)
    assert any("configmaps" in words[-1] for words, _ in stand_in.calls)


def test_a_run_that_asks_again_is_about_one_state(here, stand_in):
    here = msgspec.structs.replace(here, memory=Memory())
    first = read_inputs(("cluster:prod",), here)
    calls = len(stand_in.calls)
    assert read_inputs(("cluster:prod",), here).manifests == first.manifests
    assert len(stand_in.calls) == calls


def test_what_is_forbidden_is_no_empty_answer(here, stand_in):
    pods = [1, "", 'Error from server (Forbidden): pods is forbidden: User "me" cannot list resource "pods"\n']
    stand_in.answer({**recorded("pull"), "get --raw /api/v1/pods?limit=500": pods})
    (found,) = read_inputs(("cluster:prod",), here).diagnostics
    assert found.code == "NP831"
    assert found.message.startswith("cannot list pods of `prod`: pods is forbidden")


def test_no_kubectl_is_run_where_no_programs_may_be(here, stand_in):
    (found,) = read_inputs(("cluster:prod",), msgspec.structs.replace(here, programs=False)).diagnostics
    assert found.code == "NP830"
    assert stand_in.calls == []
