from pathlib import Path

import pytest

from netpolc.project.bounds import out_of_bounds
from netpolc.project.discovery import Search, sources_of
from netpolc.project.filesystem import DISK

LEADS_OUT = "it is a link that leads out of the project"


@pytest.fixture
def root(tmp_path):
    for name in (
        "outside/x.netpol",
        "outside/k/a.yaml",
        "p/.git/config",
        "p/.git/x.netpol",
        "p/.env",
        "p/..data/m.netpol",
        "p/lib/l.netpol",
        "p/policies/a.netpol",
        "p/policies/chart/Chart.yaml",
        "p/policies/chart/templates/a.yaml",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    return tmp_path / "p"


TARGETS = [
    ("../../outside/x.netpol", LEADS_OUT),
    ("../.git/x.netpol", "it belongs to Git"),
    ("../.git/config", "it belongs to Git"),
    ("../.env", "it is a link to another kind of file"),
    ("/dev/null", LEADS_OUT),
    ("../lib/l.netpol", None),
    ("../..data/m.netpol", None),
    ("gone.netpol", None),
    ("x.netpol", None),
]


@pytest.mark.parametrize(("target", "why"), TARGETS)
def test_where_a_link_may_lead(root, target, why):
    link = root / "policies/x.netpol"
    link.symlink_to(target)
    assert out_of_bounds(link, root, DISK, (".netpol",)) == why


@pytest.mark.parametrize(("target", "why"), TARGETS[:7])
def test_what_is_found_stays_in_bounds_and_what_is_named_may_leave_them(root, target, why):
    (root / "policies/x.netpol").symlink_to(target)
    for found in (sources_of([], root), sources_of([Path("policies")], root)):
        assert [each.message for each in found.diagnostics] == (
            [f"`policies/x.netpol` cannot be read: {why}"] if why else []
        )
        target_is_read = (root / "policies/x.netpol").resolve() in {file.path.resolve() for file in found.files}
        assert target_is_read == (why is None)
    assert sources_of([Path("policies/x.netpol")], root).diagnostics == ()


def test_a_hidden_file_is_read_only_where_it_is_called_like_one_to_read(root):
    assert out_of_bounds(root / ".env", root, DISK, (".netpol",)) == "it is hidden"
    assert out_of_bounds(root / "..data/m.netpol", root, DISK, (".netpol",)) is None
    assert out_of_bounds(root / "notes", root, DISK, (".netpol",)) is None


@pytest.mark.parametrize(
    ("link", "target"),
    [
        ("templates/b.yaml", "../../../.git/config"),
        ("charts", "../../../outside/k"),
        ("a.txt", "../../../outside/k/a.yaml"),
    ],
)
def test_a_chart_with_a_link_that_leads_out_is_not_rendered(root, link, target):
    (root / "policies/chart" / link).symlink_to(target)
    search = Search(root, (".netpol", ".yaml"))
    search.named(Path("policies"))
    assert search.rendered == {}
    assert [found.code for found in search.problems] == ["NP805"]


def test_a_chart_with_links_of_its_own_is_rendered(root):
    (root / "policies/chart/templates/b.yaml").symlink_to("a.yaml")
    search = Search(root, (".netpol", ".yaml"))
    search.named(Path("policies"))
    assert (len(search.rendered), search.problems) == (1, [])
