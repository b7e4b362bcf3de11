import os
import shutil
import sys
from pathlib import Path

import pytest
import yaml

PLUGIN = Path(__file__).parents[2] / "integrations/helm"
HELM = shutil.which("helm")

HELM_4 = """\
import subprocess, sys
plugin = subprocess.run([sys.argv[1], "none"], stdin=subprocess.DEVNULL, capture_output=True)
print("failed", file=sys.stderr)
sys.exit(plugin.returncode)
"""

CHART = {
    "Chart.yaml": "apiVersion: v2\nname: shop\nversion: 0.1.0\n",
    "templates/web.yaml": """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
spec:
  selector: {matchLabels: {app: {{ .Release.Name }}}}
  template:
    metadata: {labels: {app: {{ .Release.Name }}}}
    spec: {containers: [{name: web, image: web}]}
""",
}


def test_the_plugin_is_what_helm_4_takes(project):
    plugin = yaml.safe_load((PLUGIN / "plugin.yaml").read_text("utf-8"))
    assert {key: plugin[key] for key in ("apiVersion", "type", "runtime")} == {
        "apiVersion": "v1",
        "type": "postrenderer/v1",
        "runtime": "subprocess",
    }
    (command,) = plugin["runtimeConfig"]["platformCommand"]
    script = command["command"].replace("${HELM_PLUGIN_DIR}", str(PLUGIN))
    assert os.access(script, os.X_OK)
    given = "---\n# nothing\n"
    assert project.run(script, "policies", stdin=given).stdout.startswith(given)
    kept = project.root / "log"
    done = project.run(script, "none", stdin=given, code=2, NETPOLC_LOG=str(kept))
    assert done.stderr == ""
    assert "`none` cannot be read" in kept.read_text()


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs /proc, to find what Helm itself says")
@pytest.mark.parametrize("file", [False, True])
def test_the_plugin_speaks_where_helm_4_does(project, file):
    """Helm keeps the standard error of a plugin to itself, and says afterwards that it failed."""
    helm = (sys.executable, "-c", HELM_4, str(PLUGIN / "post-render.sh"))
    command = ("sh", "-c", 'exec "$@" 2> said', "sh", *helm) if file else helm
    said = project.run(*command, code=2).stderr
    said = (project.root / "said").read_text() if file else said
    assert "`none` cannot be read" in said
    assert ("failed" in said.splitlines()[0]) == file


@pytest.mark.skipif(HELM is None, reason="needs helm")
def test_helm_template(project):
    version = project.run("helm", "version", "--template", "{{.Version}}").stdout
    for name, text in CHART.items():
        project.write(f"chart/{name}", text)
    if version.startswith("v3"):
        renderer = ["--post-renderer", "netpolc", "--post-renderer-args", "post-render"]
    else:
        project.run("helm", "plugin", "install", str(PLUGIN))
        renderer = ["--post-renderer", "netpolc"]
    template = ["helm", "template", "webapp", "chart", "--namespace", "shop", *renderer, "--post-renderer-args"]
    found = [*yaml.safe_load_all(project.run(*template, "policies").stdout)]
    kinds = [one["kind"] for one in found if one]
    assert sorted(kinds) == ["Deployment", "NetworkPolicy", "NetworkPolicy"]
    project.write("policies/shop.netpol", "namespace shop\nwebapp -> webapp\n")
    failed = project.run(*template, "policies", code=1)
    assert (failed.stdout, "NP301" in failed.stderr) == ("", True)
