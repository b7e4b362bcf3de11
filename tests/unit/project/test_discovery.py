import os
from pathlib import Path

import pytest

from netpolc.project.config import Project, load
from netpolc.project.discovery import Search, sources_of
from netpolc.project.filesystem import DISK


@pytest.fixture
def tree(tmp_path):
    for name in (
        "b.netpol",
        "a/z.netpol",
        "a/b/c.netpol",
        "a-b.netpol",
        "a/readme.md",
        ".hidden/x.netpol",
        ".venv/x.netpol",
        "a/node_modules/x.netpol",
        "a/.#z.netpol",
        "dir.netpol/in.netpol",
    ):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    (tmp_path / "a/loop").symlink_to(tmp_path)
    (tmp_path / "same.netpol").symlink_to("b.netpol")
    return tmp_path


def names(found):
    assert found.diagnostics == ()
    return [file.name for file in found.files]


def codes(found):
    return [diagnostic.code for diagnostic in found.diagnostics]


def test_a_folder_gives_its_sources_in_order(tree):
    everything = ["a/b/c.netpol", "a/z.netpol", "a-b.netpol", "b.netpol", "dir.netpol/in.netpol"]
    assert names(sources_of([], tree)) == everything
    assert names(sources_of([Path()], tree)) == everything
    assert names(sources_of([Path("a")], tree)) == everything[:2]
    assert names(sources_of([tree / "a/b"], Path("/"))) == [str(tree / "a/b/c.netpol")]


def test_a_file_is_itself_and_counts_once(tree):
    given_paths = [Path("same.netpol"), Path("a/readme.md"), Path("b.netpol"), Path("a/../b.netpol"), Path("a/b")]
    assert names(sources_of(given_paths, tree)) == ["same.netpol", "a/readme.md", "a/b/c.netpol"]


def test_hidden_folders_can_be_named(tree):
    assert names(sources_of([Path(".hidden")], tree)) == [".hidden/x.netpol"]


def test_what_is_missing_is_said(tree):
    found = sources_of([Path("b.netpol"), Path("gone"), Path("gone.netpol")], tree)
    assert [file.name for file in found.files] == ["b.netpol"]
    assert codes(found) == ["NP805", "NP805"]


def test_an_address_is_answered_with_the_command_that_fetches_it(tree):
    found = sources_of([Path("https://example.org/a.yaml"), Path("http:"), Path("gone")], tree)
    assert [each.help for each in found.diagnostics] == [
        "pipe what is there: `curl -fsSL https://example.org/a.yaml | netpolc … -`",
        None,
        None,
    ]


def test_nothing_found_is_an_error_with_a_way_out(tmp_path):
    for found in (sources_of([], tmp_path), sources_of([Path()], tmp_path)):
        assert (found.files, codes(found)) == ((), ["NP807"])
        assert "netpolc init" in found.diagnostics[0].help


def test_an_unreadable_folder_is_said(tree, monkeypatch):
    scan = os.scandir

    def refuse(path):
        if Path(path).name == "b":
            raise PermissionError(13, "Permission denied")
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)
    found = sources_of([Path("a")], tree)
    assert [file.name for file in found.files] == ["a/z.netpol"]
    assert [diagnostic.message for diagnostic in found.diagnostics] == ["`a/b` cannot be read: permission denied"]


@pytest.mark.parametrize(
    ("patterns", "expected"),
    [
        (("**/*.netpol",), ["a/b/c.netpol", "a/z.netpol", "a-b.netpol", "b.netpol", "dir.netpol/in.netpol"]),
        (("*.netpol",), ["a-b.netpol", "b.netpol"]),
        (("*/*.netpol",), ["a/z.netpol", "dir.netpol/in.netpol"]),
        (("a/**/*.netpol", "b.netpol"), ["a/b/c.netpol", "a/z.netpol", "b.netpol"]),
        (("a/**",), ["a/b/c.netpol", "a/z.netpol"]),
        (("a",), ["a/b/c.netpol", "a/z.netpol"]),
        (("**/[cz].netpol",), ["a/b/c.netpol", "a/z.netpol"]),
        (("b.netpol", "**/b.netpol"), ["b.netpol"]),
        (("**/b/**/?.netpol",), ["a/b/c.netpol"]),
        ((".",), ["a/b/c.netpol", "a/z.netpol", "a-b.netpol", "b.netpol", "dir.netpol/in.netpol"]),
    ],
)
def test_patterns_of_the_project(tree, patterns, expected):
    project = Project(root=tree, file=tree / "netpolc.toml", sources=patterns)
    assert names(sources_of([], tree, project)) == expected
    inside = sources_of([], tree / "a", project)
    assert [os.path.normpath(tree / "a" / file.name) for file in inside.files] == [str(tree / one) for one in expected]


def test_a_pattern_that_matches_nothing_is_an_error_at_its_place(tree):
    (tree / "netpolc.toml").write_text('sources = ["b.netpol",\n  "polices/*.netpol"]')
    project, _ = load(tree / "netpolc.toml")
    found = sources_of([], tree, project)
    assert codes(found) == ["NP807"]
    assert found.diagnostics[0].location.text == '"polices/*.netpol"'


def test_paths_come_before_the_project(tree):
    project = Project(root=tree, file=tree / "netpolc.toml", sources=("a",))
    assert names(sources_of([Path("b.netpol")], tree, project)) == ["b.netpol"]


def test_identity_is_of_the_file(tree):
    same, one, other = (DISK.identity(tree / name) for name in ("same.netpol", "b.netpol", "a-b.netpol"))
    assert same == one != other


@pytest.mark.parametrize("target", ["gone.yaml", "gone", "gone/x.json", "y.yaml"])
def test_a_link_to_nothing_hides_no_manifest(tmp_path, target):
    (tmp_path / "x.yaml").touch()
    (tmp_path / "y.yaml").symlink_to(target)
    (tmp_path / "z.netpol").symlink_to(target)
    found = Search(tmp_path, (".yaml", ".netpol"))
    found.named(Path())
    assert [file.name for file in found.files.values()] == ["x.yaml"]
    assert [(each.severity, each.message) for each in found.problems if "`y.yaml`" in each.message] == [
        ("warning", "`y.yaml` cannot be read: it is a link that leads nowhere")
    ]
    assert [each.severity for each in found.problems if "`z.netpol`" in each.message] == ["error"]
