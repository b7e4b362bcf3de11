"""A text of manifests that was checked is read once: what a question makes of it is what it would read itself."""

import pytest

from netpolc.compiler import parts
from netpolc.compiler.inputs import read_inputs
from netpolc.compiler.memory import Memory
from netpolc.compiler.workspace import Workspace
from netpolc.manifests.reading import read_manifests

POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
spec:
  podSelector: {}
  policyTypes: [Ingress]
  ingress:
    - from:
        - podSelector: {matchLabels: {app: web}}
      ports:
        - port: 80
"""
CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\n"
OPERATED = "apiVersion: kafka.strimzi.io/v1\nkind: Kafka\nmetadata: {name: one}\n"
ROLE = "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: one}\n"
EMPTY = POLICY.replace("        - port: 80\n", "")
REFUSED = POLICY.replace("port: 80", "port: 80, protocol: tcp")


@pytest.fixture
def counted(monkeypatch):
    read = []

    def reading(sources, _unnamed, *, checking, wide, processes):
        assert processes == 1
        read.extend(each.name for each in sources)
        return [read_manifests(each, checking=checking, wide=wide) for each in sources]

    monkeypatch.setattr(parts, "read_apart", reading)
    return read


@pytest.mark.parametrize(
    ("text", "times"),
    [
        pytest.param(POLICY, 1, id="what checks say is left out"),
        pytest.param(f"{POLICY}---\n{CONFIG}---\n{ROLE}", 1, id="what only a check reads is counted as skipped"),
        pytest.param(f"{POLICY}---\n{OPERATED}", 2, id="what is read for the pods it makes may make policies, too"),
        pytest.param(EMPTY, 2, id="the reader has something to say"),
        pytest.param(REFUSED, 2, id="the server would refuse it"),
    ],
)
def test_what_was_checked_is_what_a_question_reads(tmp_path, counted, text, times):
    (tmp_path / "all.yaml").write_text(text)
    fresh = read_inputs(["all.yaml"], Workspace(tmp_path))
    asking = Workspace(tmp_path, memory=Memory())
    counted.clear()
    checked = read_inputs(["all.yaml"], asking, careful=True)
    asked = read_inputs(["all.yaml"], asking)
    assert counted == ["all.yaml"] * times
    assert asked.manifests == fresh.manifests
    assert [each.order for each in asked.diagnostics] == [each.order for each in fresh.diagnostics]
    assert checked.manifests.policies == asked.manifests.policies or text == REFUSED


def test_a_text_is_read_once_the_same_way(tmp_path, counted):
    (tmp_path / "all.yaml").write_text(POLICY)
    asking = Workspace(tmp_path, memory=Memory())
    assert read_inputs(["all.yaml"], asking) == read_inputs(["all.yaml"], asking)
    assert counted == ["all.yaml"]
