import os
from pathlib import Path

import pytest

from netpolc.project.imports import ImportProblem, project_root, resolve_import


@pytest.fixture
def root(tmp_path):
    root = tmp_path / "root"
    for name in ("shop/shop.netpol", "platform/services.netpol", "platform/deep/x.netpol"):
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    (tmp_path / "outside.netpol").touch()
    (root / "shop/out.netpol").symlink_to(tmp_path / "outside.netpol")
    (root / "shop/up").symlink_to(tmp_path)
    (root / ".git").mkdir()
    (root / ".git/config").touch()
    (root / ".env").touch()
    (root / "shop/git.netpol").symlink_to("../.git/config")
    (root / "shop/in.netpol").symlink_to("../platform/services.netpol")
    (root / "shop/loop.netpol").symlink_to("loop.netpol")
    os.mkfifo(root / "shop/pipe.netpol")
    return root


@pytest.mark.parametrize(
    ("written", "target"),
    [
        ("shop.netpol", "shop/shop.netpol"),
        ("./shop.netpol", "shop/shop.netpol"),
        ("../platform/services.netpol", "platform/services.netpol"),
        ("../platform/deep/../services.netpol", "platform/services.netpol"),
        ("in.netpol", "shop/in.netpol"),
    ],
)
def test_files_below_the_root_are_found(root, written, target):
    assert resolve_import(root / "shop/shop.netpol", written, root) == root / target


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("", "NP207"),
        ("a\0b", "NP207"),
        ("..\\platform\\services.netpol", "NP207"),
        ("/etc/passwd", "NP209"),
        ("C:/x.netpol", "NP209"),
        ("../../outside.netpol", "NP209"),
        ("../../root/shop/shop.netpol", "NP209"),
        ("../" * 50 + "etc/passwd", "NP209"),
        ("out.netpol", "NP209"),
        ("git.netpol", "NP209"),
        ("../.git/config", "NP209"),
        ("../.env", "NP209"),
        ("up/outside.netpol", "NP209"),
        ("up/root/../outside.netpol", "NP209"),
        ("loop.netpol", "NP207"),
        ("pipe.netpol", "NP207"),
        ("../platform", "NP207"),
        ("absent.netpol", "NP207"),
        ("shop.netpol/x", "NP207"),
        ("x" * 5000, "NP207"),
    ],
)
def test_everything_else_is_a_problem(root, written, code):
    found = resolve_import(root / "shop/shop.netpol", written, root)
    assert isinstance(found, ImportProblem)
    assert found.code == code


@pytest.mark.parametrize(
    ("written", "advice"),
    [
        ("../platform/service.netpol", "use `../platform/services.netpol`"),
        ("../platform/services", "use `../platform/services.netpol`"),
        ("../platfrom/services.netpol", "use `../platform/services.netpol`"),
        ("../platform/depe/x.netpol", "use `../platform/deep/x.netpol`"),
        ("a/b/../shop.netpol", None),
        ("zzzzzz", None),
        ("SHOP.netpol", None),
        ("IN.netpol", "use `in.netpol`"),
        ("../platform/SERVICES.NETPOL", "use `../platform/services.netpol`"),
        ("shops.netpol", None),
        ("nothere.netpol", None),
    ],
)
def test_the_closest_file_is_named(root, written, advice):
    assert resolve_import(root / "shop/shop.netpol", written, root).help == advice


def test_a_root_reached_through_a_link_is_no_way_out(root, tmp_path):
    (tmp_path / "alias").symlink_to(root)
    file = tmp_path / "alias/platform/services.netpol"
    assert (
        resolve_import(tmp_path / "alias/shop/shop.netpol", "../platform/services.netpol", tmp_path / "alias") == file
    )
    found = resolve_import(tmp_path / "alias/shop/shop.netpol", "../platform/services.netpol", root)
    assert found == root / "platform/services.netpol"
    assert resolve_import(tmp_path / "outside.netpol", "x.netpol", root).code == "NP209"


def test_relative_paths_are_those_of_the_working_folder(root, monkeypatch):
    monkeypatch.chdir(root)
    assert resolve_import(Path("shop/shop.netpol"), "../platform/services.netpol", Path()).samefile(
        root / "platform/services.netpol"
    )


def test_the_root_of_a_file(tmp_path):
    inner = tmp_path / "a/b"
    inner.mkdir(parents=True)
    assert project_root(inner / "x.netpol", tmp_path) == tmp_path
    assert project_root(Path("a/b/x.netpol"), tmp_path) == tmp_path
    assert project_root(inner / "x.netpol", tmp_path / "other") == inner
    (tmp_path / "a/.git").mkdir()
    assert project_root(inner / "x.netpol", tmp_path) == tmp_path / "a"
    (tmp_path / "netpolc.toml").touch()
    assert project_root(inner / "x.netpol", tmp_path / "other") == tmp_path
