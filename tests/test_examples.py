import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from kubernetes_validate.utils import all_versions
from yamllint import linter
from yamllint.config import YamlLintConfig

from tests import programs, schemas

EXAMPLES = Path(__file__).parents[1] / "examples"
STORIES = sorted(path.parent.name for path in EXAMPLES.glob("*/netpolc.toml"))
ADOPTION = EXAMPLES / "adoption"
OUTPUT = Path("deploy", "networkpolicies")
STRICT = YamlLintConfig(file=str(Path(__file__).parent / "yamllint.yaml"))
KNOWN = all_versions()
VERSIONS = (KNOWN[0], KNOWN[len(KNOWN) // 3], KNOWN[2 * len(KNOWN) // 3], KNOWN[-1])


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    environment = {**os.environ, "NETPOLC_CACHE": str(tmp_path_factory.mktemp("cache"))}

    def run_netpolc(folder, *arguments):
        return programs.run(shlex.join(["netpolc", *arguments]), folder, environment)

    return run_netpolc


def written(folder):
    files = (path for path in (folder / OUTPUT).rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def manifests(story):
    return sorted((EXAMPLES / story / OUTPUT).rglob("*.yaml"))


def documents(story):
    for path in manifests(story):
        yield from yaml.load_all(path.read_text("utf-8"), yaml.CSafeLoader)


def test_there_is_a_folder_for_each_story():
    assert STORIES == ["flows", "partners", "platform", "seed", "shop"]
    assert sorted(path.name for path in EXAMPLES.iterdir() if path.is_dir()) == sorted(
        ["adoption", "fleet", "python", *STORIES]
    )


TRAPS = {
    ("handwritten/carts.yaml", "app: cart", "NP506"),
    ("handwritten/carts.yaml", "app : carts-db", "NP412"),
    ("handwritten/database.yaml", "ports:", "NP412"),
    ("handwritten/orders.yaml", "port: 80", "NP509"),
    ("handwritten/orders.yaml", "- podSelector:", "NP612"),
    ("handwritten/orders.yaml", "app: prometheus", "NP506"),
    ("handwritten/orders.yaml", "matchLabels:", "NP416"),
    ("handwritten/orders.yaml", "- port: 27017", "NP611"),
    ("handwritten/payment.yaml", "port: web", "NP510"),
    ("handwritten/payment.yaml", "cidr: 198.51.100.7/24", "NP409"),
    ("handwritten/payment.yaml", "- to:", "NP605"),
    ("handwritten/payment.yaml", "tier: backend", "NP507"),
    ("handwritten/payment.yaml", "egress:", "NP511"),
}


def test_every_trap_of_the_adoption_is_found(run):
    """Of what stands in the policies, that is all there is; what nobody may reach any more stands with its service."""
    ran = run(ADOPTION, "check", "handwritten", "--workloads", "deploy", "--format", "json")
    found = json.loads(ran.out)["diagnostics"]
    places = {(each["range"]["file"], each["range"]["start"]["line"], each["code"]) for each in found}
    lines = {
        (name, (ADOPTION / name).read_text("utf-8").splitlines()[line - 1].strip(), code) for name, line, code in places
    }
    assert {each for each in lines if each[0].startswith("handwritten/")} == TRAPS
    assert {code for name, _, code in lines if name.startswith("deploy/")} == {"NP616", "NP618", "NP619", "NP628"}


FLOWS = EXAMPLES / "flows"
LOGS = ("calico", "gke", "hubble")


def test_the_records_are_what_their_script_writes(tmp_path):
    shutil.copy(FLOWS / "make_flows.py", tmp_path)
    subprocess.run([sys.executable, "make_flows.py"], cwd=tmp_path, check=True)
    assert {path.stem for path in (tmp_path / "flows").iterdir()} == set(LOGS)
    for log in LOGS:
        name = Path("flows", f"{log}.json")
        assert (tmp_path / name).read_bytes() == (FLOWS / name).read_bytes()


@pytest.mark.parametrize("log", LOGS)
def test_a_pull_request_is_told_which_production_traffic_it_would_cut(run, log):
    """Line, workload, count and last use; what nothing used is closed without that."""
    arguments = ("--workloads", "workloads", "--flows", f"flows/{log}.json", "--fail-on", "used")
    ran = run(FLOWS, "diff", "policies", "change", *arguments)
    assert ran.code == 1
    said = ran.out.splitlines()
    assert said[0] == "closes 1 connection that was used 5 times until 2026-10-29"
    at = said.index("closed  shop/report -> data/db : TCP 5432")
    assert said[at + 1].strip() == "old  policies/shop.netpol:13: {api, worker, report} -> data/db:5432"
    assert said[at + 2].strip() == "used 5 times until 2026-10-29: shop/report -> data/db : TCP 5432"
    assert sum("used" in line for line in said) == 2


@pytest.mark.parametrize("log", LOGS)
def test_lines_are_told_that_nothing_used_and_those_that_are_wide(run, log, tmp_path):
    shutil.copytree(FLOWS, tmp_path / "flows")
    ran = run(tmp_path / "flows", "check", "--flows", f"flows/{log}.json", "--format", "json")
    found = json.loads(ran.out)["diagnostics"]
    said = {(each["code"], each["range"]["start"]["line"], each["help"]) for each in found if each["code"] != "NP502"}
    assert said == {
        ("NP524", 14, "remove it, unless it is for what happens less often"),
        ("NP527", 12, "this would do: `api -> data/cache:6379`"),
    }


@pytest.mark.parametrize("story", STORIES)
def test_an_example_says_what_it_is(story):
    assert (EXAMPLES / story / "README.md").read_text("utf-8").startswith("# ")


@pytest.mark.parametrize("story", STORIES)
def test_an_example_is_formatted_and_sound(run, story):
    formatted = run(EXAMPLES / story, "fmt", "--check")
    assert (formatted.code, formatted.out, formatted.err) == (0, "", "")
    checked = run(EXAMPLES / story, "check")
    assert checked.code == 0, checked.out


@pytest.mark.parametrize("story", STORIES)
def test_what_is_committed_is_what_the_sources_say(run, story):
    checked = run(EXAMPLES / story, "build", "--check")
    assert checked.code == 0, checked.err


@pytest.mark.parametrize("story", STORIES)
def test_a_first_build_writes_what_is_committed_and_nothing_else(run, story, tmp_path):
    shutil.copytree(EXAMPLES / story, tmp_path / story, ignore=shutil.ignore_patterns("deploy"))
    built = run(tmp_path / story, "build")
    assert built.code == 0, built.err
    assert written(tmp_path / story) == written(EXAMPLES / story)
    assert written(tmp_path / story)


@pytest.mark.parametrize("story", STORIES)
def test_a_changed_source_makes_the_output_stale(run, story, tmp_path):
    shutil.copytree(EXAMPLES / story, tmp_path / story)
    source = max((tmp_path / story).rglob("*.netpol"))
    source.write_text(source.read_text("utf-8") + "\n{newcomer, other} -> [app=somewhere]:81 ingress\n", "utf-8")
    checked = run(tmp_path / story, "build", "--check")
    assert checked.code == 1


@pytest.mark.parametrize("story", STORIES)
@pytest.mark.parametrize("version", VERSIONS)
def test_the_objects_fit_the_schema_of_kubernetes(story, version):
    for document in documents(story):
        schemas.check(document, version)


@pytest.mark.parametrize("story", STORIES)
def test_the_output_is_strict_yaml(story):
    assert manifests(story)
    for path in manifests(story):
        assert list(linter.run(path.read_text("utf-8"), STRICT)) == [], path


def test_the_seed_is_exactly_two_policies():
    labels = {"app.kubernetes.io/managed-by": "netpolc"}
    assert list(documents("seed")) == [
        {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "NetworkPolicy",
            "metadata": {"name": "database", "labels": labels},
            "spec": {
                "podSelector": {"matchLabels": {"app": "database"}},
                "policyTypes": ["Ingress"],
                "ingress": [
                    {
                        "from": [{"podSelector": {"matchLabels": {"app": "webapp"}}}],
                        "ports": [{"protocol": "TCP", "port": 5000}],
                    }
                ],
            },
        },
        {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "NetworkPolicy",
            "metadata": {"name": "default-deny", "labels": labels},
            "spec": {"podSelector": {}, "policyTypes": ["Ingress"]},
        },
    ]


def test_environments_differ_only_where_the_source_says_so():
    prod, staging = (
        {p.name: p.read_bytes() for p in (EXAMPLES / "shop" / OUTPUT / e / "shop").iterdir()}
        for e in ("prod", "staging")
    )
    assert prod.keys() == staging.keys()
    assert {name for name in prod if prod[name] != staging[name]} == {"storefront.yaml", "search.yaml"}


@pytest.mark.parametrize(
    ("arguments", "code", "shows"),
    [
        (["check", "prod"], 0, "note[NP502]"),
        (["can", "shop/storefront", "shop/database:5432", "prod"], 1, "shop/storefront -> shop/database:5432"),
        (["build", "prod"], 0, "note[NP502]"),
    ],
)
def test_the_python_api_does_what_the_commands_do(arguments, code, shows, tmp_path):
    folder = shutil.copytree(EXAMPLES / "shop", tmp_path / "shop")
    command = [sys.executable, str(EXAMPLES / "python" / "tool.py"), str(folder), *arguments]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (code, "")
    assert shows in ran.stdout
    if arguments[0] == "build":
        one, other = (
            {file.relative_to(root): file.read_text("utf-8") for file in root.rglob("*.yaml")}
            for root in (folder / "build" / "prod", folder / OUTPUT / "prod")
        )
        assert one == other
