import json
import os
import shutil
import subprocess

import pytest

CHART = "apiVersion: v2\nname: shop\nversion: 0.1.0\n"
POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  policyTypes: [Ingress]
  ingress: [{from: [{podSelector: {matchLabels: {app: web}}}], ports: [{protocol: TCP, port: PORT}]}]
"""
VALUES = {"chart/Chart.yaml": CHART, "chart/values.yaml": "port: 1\n"}


@pytest.fixture
def helm(here, monkeypatch):
    """A helm that knows one template and one value, the last in the chart's values."""
    tools = here.path.parent / "tools"
    tools.mkdir()
    (tools / "policy").write_text(POLICY)
    port = "$(sed -n 's/port: //p' values.yaml)"
    (tools / "helm").write_text(f"#!/bin/sh\nsed s/PORT/{port}/ {tools}/policy\n")
    (tools / "helm").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
    for name, text in VALUES.items():
        here.write(name, text)
    return tools / "helm"


@pytest.mark.usefixtures("helm")
@pytest.mark.parametrize("path", ["chart", "."])
def test_a_chart_is_an_input(netpolc, path):
    found = netpolc("can", "shop/[app=web]", "shop/[app=db]:1", path)
    assert (found.code, found.err) == (0, "")
    assert "chart (helm template):7" in found.out
    assert netpolc("can", "shop/[app=web]", "shop/[app=db]:2", path).code == 1


@pytest.mark.usefixtures("helm")
def test_a_chart_is_imported(netpolc):
    found = netpolc("import", "chart")
    assert found.code == 0
    assert "web -> db:1" in found.out


@pytest.mark.usefixtures("helm")
def test_a_change_of_a_value_is_a_difference(netpolc, here):
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.com"]
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "begin"]):
        subprocess.run([*git, *command], cwd=here.path, check=True)
    assert json.loads(netpolc("diff", "git:HEAD:chart", "chart", "--format", "json").out)["changes"] == []
    here.write("chart/values.yaml", "port: 2\n")
    found = json.loads(netpolc("diff", "git:HEAD:chart", "chart", "--format", "json").out)
    places = {reason["place"] for change in found["changes"] for reason in change["because"]}
    assert (found["widened"], found["narrowed"]) == (1, 1)
    assert places == {"HEAD:chart (helm template):7", "chart (helm template):7"}


@pytest.mark.parametrize("command", ["reach", "import"])
def test_a_chart_that_is_not_rendered_ends_the_run(netpolc, helm, command):
    helm.write_text("#!/bin/sh\necho 'Error: values do not fit' >&2\nexit 1\n")
    found = netpolc(command, "chart")
    assert (found.code, found.out) == (2, "")
    assert "error[NP811]: `helm template` cannot render `chart`: values do not fit" in found.err
    assert "--> chart/Chart.yaml:1:1" in found.err


def test_without_helm_the_way_out_is_said(netpolc, helm, monkeypatch):
    monkeypatch.setenv("PATH", str(helm.parent / "none"))
    found = netpolc("reach", "chart")
    assert (found.code, found.out) == (2, "")
    assert "`helm template shop chart --skip-tests | netpolc check -`" in found.err


@pytest.mark.usefixtures("helm")
def test_a_kustomization_below_a_folder_is_noted(netpolc, here):
    here.write("deploy/prod/kustomization.yaml", "resources: [policy.yaml]\n")
    here.write("deploy/prod/policy.yaml", POLICY.replace("PORT", "5"))
    found = netpolc("reach", "deploy", "--verbose")
    assert found.code == 0
    assert "note[NP811]: 1 kustomization is not applied" in found.err
    assert "name its folder: `deploy/prod`" in found.err
    assert netpolc("reach", "deploy").err == ""


@pytest.mark.skipif(shutil.which("helm") is None, reason="needs helm")
def test_a_real_chart_of_a_revision_has_its_helpers(netpolc, here):
    here.write("chart/Chart.yaml", CHART)
    here.write("chart/values.yaml", "port: 1\n")
    here.write("chart/templates/_shop.tpl", '{{ define "shop.port" }}{{ .Values.port }}{{ end }}')
    here.write("chart/templates/db.yaml", POLICY.replace("PORT", '{{ include "shop.port" . }}'))
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.com"]
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "begin"]):
        subprocess.run([*git, *command], cwd=here.path, check=True)
    shutil.rmtree(here / "chart")
    found = netpolc("diff", "git:HEAD:chart", "git:HEAD:chart")
    assert (found.code, found.err) == (0, "")
