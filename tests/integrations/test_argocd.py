from pathlib import Path

import pytest
import yaml

FOLDER = Path(__file__).parents[2] / "integrations/argocd"
PLUGIN = yaml.safe_load((FOLDER / "plugin.yaml").read_text("utf-8"))
SIDECAR = yaml.safe_load((FOLDER / "sidecar.yaml").read_text("utf-8"))


@pytest.fixture
def generate(project):
    """Run the command in the folder of an application, as argocd-cmp-server does."""

    def run(code=0, **environment):
        spec = PLUGIN["spec"]["generate"]
        done = project.run(*spec["command"], *spec["args"], code=code, **environment)
        return [one for one in yaml.safe_load_all(done.stdout) if one], done.stderr

    return run


def test_discovery_finds_projects(project):
    assert [*project.root.glob(PLUGIN["spec"]["discover"]["fileName"])] == [project.root / "netpolc.toml"]


def test_all_policies_go_to_standard_output(generate, project):
    found, _ = generate()
    assert [one["metadata"]["name"] for one in found] == ["default-deny", "database"]
    assert not (project.root / "deploy").exists()


def test_the_application_names_namespace_and_environment(generate, project):
    project.write("netpolc.toml", 'sources = ["policies/*.netpol"]\noutput = "deploy"\n[env.prod]\n[env.dev]\n')
    project.write("policies/shop.netpol", "env prod {\n  webapp -> database:5432\n}\nwebapp -> cache:1\n")
    assert len(generate(ARGOCD_ENV_NETPOLC_ENV="dev", ARGOCD_APP_NAMESPACE="shop")[0]) == 2
    found, _ = generate(ARGOCD_ENV_NETPOLC_ENV="prod", ARGOCD_APP_NAMESPACE="shop")
    assert len(found) == 3
    assert {one["metadata"]["namespace"] for one in found} == {"shop"}
    assert "choose one" in generate(code=2)[1]


def test_a_name_is_never_run(generate):
    _, said = generate(code=2, ARGOCD_ENV_NETPOLC_ENV="$(touch x); `id`", ARGOCD_APP_NAMESPACE="-h; id")
    assert "uid=" not in said


def test_an_error_fails_the_generation(generate, project):
    project.write("policies/shop.netpol", "webapp -> database\n")
    found, said = generate(code=1)
    assert found == []
    assert "policies/shop.netpol:1:11: error[NP301]" in said


def test_the_sidecar_mounts_the_plugin_where_argo_cd_looks_for_it():
    spec = SIDECAR["spec"]["template"]["spec"]
    (container,) = spec["containers"]
    assert container["command"] == ["/var/run/argocd/argocd-cmp-server"]
    assert container["securityContext"]["runAsUser"] == 999
    mounts = {mount["mountPath"]: mount["name"] for mount in container["volumeMounts"]}
    volumes = {volume["name"] for volume in spec["volumes"]} | {"var-files", "plugins"}
    assert mounts["/home/argocd/cmp-server/config/plugin.yaml"] == "netpolc-plugin"
    assert {*mounts.values()} <= volumes
    assert PLUGIN["metadata"]["name"] == container["name"]
