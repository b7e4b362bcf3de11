import pytest

from netpolc.project.abandoned import plans_of_abandoned
from netpolc.project.config import load
from netpolc.project.files import plan, plan_file
from netpolc.project.inventory import FILE_NAME

FILES = {"shop/web.yaml": "web\n", "top.yaml": "top\n"}


@pytest.fixture
def project(tmp_path):
    (tmp_path / "netpolc.toml").write_text('output = "out"\n')
    found, _ = load(tmp_path / "netpolc.toml")
    return found


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


def build(folder, files=FILES):
    made = plan(folder, files)
    assert made.apply() == ()
    return plan(folder, files)


def removed(project, *current):
    """What goes, by folder."""
    plans, _ = plans_of_abandoned(project, current)
    return {(each.folder.relative_to(project.root).as_posix(), each.key): each.removed for each in plans}


def test_folders_at_any_depth_that_are_no_output(project, out):
    kept = build(out / "prod")
    for place in (out, out / "old", out / "eu/old"):
        build(place)
    names = tuple(sorted(FILES))
    assert removed(project, kept) == {("out", "."): names, ("out/old", "."): names, ("out/eu/old", "."): names}
    for each in plans_of_abandoned(project, [kept])[0]:
        assert each.apply() == ()
    assert sorted(path.name for path in out.iterdir()) == ["eu", "prod"]
    assert list((out / "eu").iterdir()) == []
    assert removed(project, kept) == {}


def test_what_others_build_into_an_output_is_theirs(project, out):
    kept = build(out)
    plan_file(out / "mine.yaml", "mine").apply()
    assert removed(project, kept) == {}


def test_a_file_that_is_an_output_stays_and_one_that_is_none_goes(project, out):
    plan_file(out / "prod.yaml", "prod").apply()
    plan_file(out / "staging.yaml", "staging").apply()
    kept = plan_file(out / "prod.yaml", "changed")
    assert removed(project, kept) == {("out", "staging.yaml"): ("staging.yaml",)}
    (old,) = plans_of_abandoned(project, [kept])[0]
    assert (kept.apply(), old.apply()) == ((), ())
    assert plan_file(out / "prod.yaml", "again").conflicts == ()


def test_a_new_file_that_has_the_name_of_an_old_one_stays(project, out):
    build(out, {"prod/db.yaml": "db\n", "prod/web.yaml": "web\n"})
    kept = build(out / "prod", {"db.yaml": "db\n"})
    assert removed(project, kept) == {("out", "."): ("prod/web.yaml",)}
    (old,) = plans_of_abandoned(project, [kept])[0]
    assert old.apply() == ()
    assert sorted(path.name for path in (out / "prod").iterdir()) == [FILE_NAME, "db.yaml"]


def test_an_output_that_is_a_link_claims_where_it_leads(project, out):
    build(out / "real")
    (out / "prod").symlink_to("real")
    assert removed(project, build(out / "prod")) == {}


def test_what_lies_behind_links_or_in_other_projects_or_hidden_is_left_alone(project, out, tmp_path):
    build(tmp_path / "elsewhere")
    for name in ("other/inner", ".git", "node_modules/x"):
        build(out / name)
    (out / "link").symlink_to(tmp_path / "elsewhere")
    (out / "other/netpolc.toml").write_text("")
    assert removed(project) == {}


def test_an_inventory_that_cannot_be_understood_is_told_and_left_alone(project, out):
    build(out / "old")
    (out / "old" / FILE_NAME).write_text("<<<<<<< HEAD")
    plans, warnings = plans_of_abandoned(project, [])
    assert plans == ()
    assert [(warning.code, warning.severity) for warning in warnings] == [("NP803", "warning")]


def test_files_that_are_gone_already_are_forgotten(project, out):
    build(out / "old")
    for name in FILES:
        (out / "old" / name).unlink()
    (old,) = plans_of_abandoned(project, [])[0]
    assert (old.removed, old.apply()) == ((), ())
    assert not (out / "old").exists()


def test_a_project_without_a_folder_for_output(project, out, tmp_path):
    (tmp_path / "netpolc.toml").write_text("")
    bare, _ = load(tmp_path / "netpolc.toml")
    build(out)
    assert removed(bare) == {}
    out.rename(tmp_path / "gone")
    assert removed(project) == {}
