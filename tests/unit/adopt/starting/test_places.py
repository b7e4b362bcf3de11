"""Where a project keeps its files, and which of the manifests its file can name."""

import pytest

from netpolc.adopt.starting.places import nameable, output_folder, sources_folder, unmatched
from netpolc.project.config import Project


def project(root, *sources):
    return Project(root=root, file=root / "netpolc.toml", sources=sources)


@pytest.mark.parametrize(
    ("sources", "folder"),
    [
        (["net/*.netpol"], "net"),
        (["a/b/**/*.netpol"], "a/b"),
        (["one.netpol", "more"], "more"),
        (["*.netpol"], "."),
        (["one.netpol"], "policies"),
        (["net/shop-*.netpol"], "policies"),
    ],
)
def test_sources_go_where_the_project_looks_for_them(tmp_path, sources, folder):
    assert sources_folder(tmp_path, project(tmp_path, *sources)) == folder


@pytest.mark.parametrize(
    ("present", "sources", "output"),
    [
        ([], "policies", "deploy/networkpolicies"),
        (["policies/a.netpol", "deploy/app.yaml"], "policies", "deploy/networkpolicies"),
        (["policies/x/a.yaml"], "netpol", "deploy/networkpolicies"),
        (["policies"], "netpol", "deploy/networkpolicies"),
        (["deploy/networkpolicies/a.yaml"], "policies", "networkpolicies"),
        (["deploy/networkpolicies/.netpolc-inventory"], "policies", "deploy/networkpolicies"),
        (["deploy/networkpolicies/a.yaml", "networkpolicies"], "policies", "built/networkpolicies"),
    ],
)
def test_folders_of_somebody_are_left_to_them(tmp_path, present, sources, output):
    for name in present:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert sources_folder(tmp_path, None) == sources
    assert output_folder(tmp_path) == output


def test_sources_that_no_pattern_has(tmp_path):
    found = project(tmp_path, "net/*.netpol", "one.netpol", "more")
    names = ["net/a.netpol", "net/b/a.netpol", "one.netpol", "more/x/a.netpol", "other/a.netpol"]
    assert unmatched(found, [tmp_path / name for name in names]) == ["net/b/a.netpol", "other/a.netpol"]


@pytest.mark.parametrize(
    ("path", "name"), [("k8s", "k8s"), ("k8s/../app.yaml", "app.yaml"), (".", "."), ("..", None), ("a*b", None)]
)
def test_paths_that_a_project_file_can_have(tmp_path, path, name):
    assert nameable(tmp_path, tmp_path / path) == name
