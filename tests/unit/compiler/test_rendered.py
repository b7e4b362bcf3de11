import os
import sys

import pytest

from netpolc.compiler.inputs import read_inputs
from netpolc.compiler.workspace import Workspace
from netpolc.diagnostics.usage import UsageError
from netpolc.project.charts import ChartSettings
from netpolc.project.config import Project

CHART = "apiVersion: v2\nname: shop\nversion: 0.1.0\n"
OBJECT = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n"


def said(folder, *paths):
    found = read_inputs(paths or (".",), Workspace(folder))
    return [(each.code, each.severity, each.message) for each in found.diagnostics]


def test_charts_that_were_found_and_cannot_be_rendered_are_one_warning_for_each_cause(tmp_path):
    for name in "ab":
        (tmp_path / name).mkdir()
        (tmp_path / name / "Chart.yaml").write_text(CHART)
    (tmp_path / "c.yaml").write_text(OBJECT)
    why = "is a chart, and no program that renders it is run here"
    assert said(tmp_path) == [("NP811", "warning", f"`a` {why}; 1 more is left out likewise")]
    assert said(tmp_path, ".", "b") == [("NP811", "error", f"`b` {why}"), ("NP811", "warning", f"`a` {why}")]


@pytest.mark.parametrize(
    ("charts", "namespace", "options"),
    [
        (ChartSettings(), None, "[]"),
        (
            ChartSettings("edge", ("/v.yaml",), ("a=b",), "1.30"),
            "shop",
            "['--namespace', 'edge', '--kube-version', '1.30', '--values', '/v.yaml', '--set', 'a=b']",
        ),
        (ChartSettings(), "shop", "['--namespace', 'shop']"),
    ],
)
def test_a_chart_is_rendered_with_the_settings_and_the_namespace_of_the_project(
    tmp_path, monkeypatch, charts, namespace, options
):
    (tmp_path / "bin").mkdir()
    helm = tmp_path / "bin/helm"
    helm.write_text(f"#!{sys.executable}\nimport sys\nprint('#', sys.argv[5:])\n")
    helm.chmod(0o755)
    monkeypatch.setenv("PATH", f"{helm.parent}{os.pathsep}/bin")
    (tmp_path / "chart").mkdir()
    (tmp_path / "chart/Chart.yaml").write_text(CHART)
    project = Project(root=tmp_path, file=tmp_path / "netpolc.toml", namespace=namespace)
    (text,) = read_inputs(["chart"], Workspace(tmp_path, project, programs=True, charts=charts)).texts
    assert text.text == f"# {options}\n"


def test_options_of_charts_want_a_chart(tmp_path):
    (tmp_path / "a.yaml").write_text(OBJECT)
    with pytest.raises(UsageError, match="no chart is among the inputs"):
        read_inputs(["a.yaml"], Workspace(tmp_path, charts=ChartSettings(sets=("a=b",))))
    read_inputs(["a.yaml"], Workspace(tmp_path, charts=ChartSettings("shop")))


def test_what_a_found_chart_makes_is_not_for_its_user_to_mend(tmp_path, monkeypatch):
    (tmp_path / "bin").mkdir()
    helm = tmp_path / "bin/helm"
    helm.write_text(f"#!/bin/sh\ncat <<END\n{OBJECT}kind: Namespace\nEND\n")
    helm.chmod(0o755)
    monkeypatch.setenv("PATH", f"{helm.parent}{os.pathsep}/bin{os.pathsep}/usr/bin")
    (tmp_path / "chart").mkdir()
    (tmp_path / "chart/Chart.yaml").write_text(CHART)
    for path, severity in ((".", "warning"), ("chart", "error")):
        found = read_inputs([path], Workspace(tmp_path, programs=True)).diagnostics
        assert [(each.code, each.severity) for each in found] == [("NP121", severity)]
