import os
import shutil
from pathlib import Path

import pytest
import yaml

EXAMPLE = Path(__file__).parents[2] / "integrations/krm"

pytestmark = pytest.mark.skipif(shutil.which("kustomize") is None, reason="needs kustomize; kubectl runs no functions")


@pytest.fixture
def build(project):
    shutil.copytree(EXAMPLE, project.root / "app")

    def run(code=0):
        done = project.run("kustomize", "build", "--enable-alpha-plugins", "--enable-exec", "app", code=code)
        return {(one["kind"], one["metadata"]["name"]): one for one in yaml.safe_load_all(done.stdout)}, done.stderr

    return run


def test_the_example(build):
    found, said = build()
    assert {*found} == {
        ("Deployment", "webapp"),
        ("StatefulSet", "database"),
        ("NetworkPolicy", "database"),
        ("NetworkPolicy", "default-deny"),
    }
    assert {one["metadata"]["namespace"] for one in found.values()} == {"shop"}
    assert all("annotations" not in one["metadata"] for one in found.values())
    assert said == ""


def test_it_passes_other_objects_on(build, project):
    alone = project.write("app/kustomization.yaml", "namespace: shop\nresources: [workloads.yaml]\n")
    before, _ = build()
    alone.write_text((EXAMPLE / "kustomization.yaml").read_text())
    after, _ = build()
    assert {key: one for key, one in after.items() if key[0] != "NetworkPolicy"} == before


def test_as_a_generator(build, project):
    text = (EXAMPLE / "kustomization.yaml").read_text().replace("transformers:", "generators:")
    project.write("app/kustomization.yaml", text)
    found, said = build()
    assert {key for key in found if key[0] == "NetworkPolicy"} == {
        ("NetworkPolicy", "database"),
        ("NetworkPolicy", "default-deny"),
    }
    assert {one["metadata"]["namespace"] for one in found.values()} == {"shop"}
    assert said == ""


def test_warnings_and_errors_are_shown(build, project):
    config = (EXAMPLE / "netpolc.yaml").read_text()
    project.write("app/netpolc.yaml", config.replace("database:5432", "databse:5432"))
    assert "warning[NP506]" in build()[1]
    project.write("app/netpolc.yaml", config.replace("database:5432", "database"))
    assert "error[NP301]" in build(code=1)[1]


def test_paths_are_those_of_the_kustomization(build, project):
    project.write("app/policies/a.netpol", "webapp -> database:22\n")
    config = (EXAMPLE / "netpolc.yaml").read_text()
    project.write("app/netpolc.yaml", config[: config.index("  source:")] + "  paths: [policies]\n")
    policy = build()[0]["NetworkPolicy", "database"]
    assert policy["spec"]["ingress"][0]["ports"] == [{"protocol": "TCP", "port": 22}]
    assert os.listdir(project.root / "app/policies") == ["a.netpol"]  # noqa: PTH208 -- nothing else is written


def test_labels_of_an_overlay_stay_off_the_peers_of_other_namespaces(build, project):
    config = (EXAMPLE / "netpolc.yaml").read_text()
    project.write("app/netpolc.yaml", config + "    monitoring/prometheus -> database:9187\n")
    project.write("base/kustomization.yaml", (project.root / "app/kustomization.yaml").read_text())
    for name in ("netpolc.yaml", "workloads.yaml"):
        project.write(f"base/{name}", (project.root / f"app/{name}").read_text())
    project.write(
        "app/kustomization.yaml",
        "resources: [../base]\nlabels: [{pairs: {env: prod}, includeSelectors: true}]\n",
    )
    rules = build()[0]["NetworkPolicy", "database"]["spec"]["ingress"]
    peers = [peer for rule in rules for peer in rule["from"]]
    assert [
        peer["podSelector"].get("matchLabels") for peer in sorted(peers, key=lambda peer: "namespaceSelector" in peer)
    ] == [{"app": "webapp", "env": "prod"}, None]
