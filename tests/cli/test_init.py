import shutil
import subprocess

import pytest

from netpolc.adopt.starting.example import POLICY
from tests import programs

BEGUN = ["Makefile", "netpol.mk", "netpolc.toml", "policies/shop.netpol"]

WORKLOAD = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web}]}}}
"""


def test_a_project_that_is_right_from_the_start(netpolc, here):
    ran = netpolc("init")
    assert ran.code == 0
    assert here.names() == BEGUN
    assert sorted(ran.out.split()[1::2]) == BEGUN
    assert "next: `netpolc build`" in ran.err
    assert netpolc("check", "--strict").code == 0
    assert netpolc("fmt", "--check").code == 0
    assert netpolc("build").code == 0
    assert netpolc("build", "--check").code == 0
    assert "deploy/networkpolicies/shop/webapp.yaml" in here.names()


def test_a_second_time_changes_nothing(netpolc, here):
    netpolc("init")
    before = {path: path.stat().st_mtime_ns for path in here.path.rglob("*")}
    ran = netpolc("init", "-q")
    assert (ran.code, ran.err) == (0, "")
    assert {line.split()[0] for line in ran.out.splitlines()} == {"keep"}
    assert {path: path.stat().st_mtime_ns for path in here.path.rglob("*")} == before


def test_another_folder(netpolc, here, monkeypatch):
    assert netpolc("init", "services/shop").code == 0
    assert here.names("services/shop") == BEGUN
    monkeypatch.chdir(here / "services/shop")
    assert netpolc("check", "--strict").code == 0


@pytest.mark.parametrize("repository", [".git", "../.git"])
def test_in_a_repository_temporary_files_are_ignored(netpolc, here, repository):
    (here / repository).mkdir()
    here.write(".gitignore", "/build")
    assert netpolc("init").code == 0
    assert (here / ".gitignore").read_text() == "/build\n.netpolc-*.tmp\n.netpolc-stamp\n"
    assert netpolc("init").code == 0
    assert (here / ".gitignore").read_text() == "/build\n.netpolc-*.tmp\n.netpolc-stamp\n"


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("Makefile", "all:\n\techo", "all:\n\techo\ninclude netpol.mk\n"),
        ("Makefile", "", "include netpol.mk\n"),
        ("makefile", "A = b \\\n", "A = b \\\n\ninclude netpol.mk\n"),
        ("GNUmakefile", "A = b \\", "A = b \\\n\ninclude netpol.mk\n"),
        ("Makefile", "# include netpol.mk\n", "# include netpol.mk\ninclude netpol.mk\n"),
        ("Makefile", "-include netpol.mk\n", "-include netpol.mk\n"),
        ("Makefile", b"# caf\xe9\r\n", b"# caf\xe9\r\ninclude netpol.mk\n"),
    ],
)
def test_an_existing_makefile_gains_a_line(netpolc, here, name, before, after):
    file = here.write(name, before)
    assert netpolc("init").code == 0
    assert file.read_bytes() == (after if isinstance(after, bytes) else after.encode())
    assert [found for found in here.names() if found.lower().endswith("makefile")] == [name]


def test_what_is_there_is_kept(netpolc, here):
    here.write("netpolc.toml", 'sources = ["policies/*.netpol"]\n')
    here.write("netpol.mk", "mine\n")
    before = here.files()
    ran = netpolc("init")
    assert ran.code == 0
    assert here.files().items() >= before.items()
    # A project that has begun is not given policies that nobody asked for.
    assert "policies/shop.netpol" not in here.names()


def test_policies_that_are_there_get_no_example(netpolc, here):
    here.write("policies/pay/a.netpol", "web -> db:1\n")
    assert netpolc("init").code == 0
    assert here.names("policies") == ["pay/a.netpol"]
    assert netpolc("build").code == 0


@pytest.mark.parametrize("obstacle", ["policies", "Makefile/x"])
def test_an_obstacle_is_named(netpolc, here, obstacle):
    here.write(obstacle, "mine\n")
    ran = netpolc("init")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("error[NP806]: `")
    assert (here / obstacle).read_text() == "mine\n"


@pytest.mark.parametrize(("link", "target"), [("Makefile", "outside"), ("policies", "."), (".gitignore", "outside")])
def test_a_link_out_of_the_folder_is_not_written_through(netpolc, here, link, target):
    (here / "p/.git").mkdir(parents=True)
    here.write("outside", "theirs\n")
    (here / "p" / link).symlink_to(f"../{target}")
    ran = netpolc("init", "p")
    assert (ran.code, "leads out of the folder" in ran.err) == (2, True)
    assert (here / "outside").read_text() == "theirs\n"
    assert not (here / "shop.netpol").exists()


def test_a_file_where_the_folder_should_be(netpolc, here):
    here.write("there", "mine\n")
    ran = netpolc("init", "there")
    assert (ran.code, ran.out) == (2, "")
    assert "`there` cannot be written: " in ran.err


def test_beside_manifests_there_is_no_example_and_they_are_named(netpolc, here):
    here.write("k8s/app.yaml", WORKLOAD + "---\n" + WORKLOAD)
    ran = netpolc("init")
    assert ran.code == 0
    assert here.names() == ["Makefile", "k8s/app.yaml", "netpol.mk", "netpolc.toml"]
    assert "found   2 workloads in k8s\n" in ran.err
    assert "next: `netpolc init --from k8s` writes a program for what is there\n" in ran.err
    assert 'manifests = ["k8s"]\n' in (here / "netpolc.toml").read_text()


def test_among_several_places_the_user_chooses(netpolc, here):
    here.write("a/one.yaml", WORKLOAD)
    here.write("b/c/two.json", '{"kind": "StatefulSet"}, {"kind": "Pod"}')
    here.write("chart/Chart.yaml", "name: shop\nversion: 0.1.0\n")
    here.write("docs/values.yaml", "kindness: Deployment\n")
    ran = netpolc("init")
    assert ran.err.splitlines() == [
        "found   2 workloads in b/c",
        "found   1 workload in a",
        "found   a chart in chart",
        "next: `netpolc init --from b/c` writes a program for what is there, or from another of these",
    ]
    assert "\nmanifests = " not in (here / "netpolc.toml").read_text()


def test_what_was_begun_without_a_program_goes_on_with_one(netpolc, here):
    here.write("k8s/app.yaml", WORKLOAD)
    assert netpolc("init").code == 0
    ran = netpolc("init", "--from", "k8s", "-n", "shop")
    assert "renew   netpolc.toml\n" in ran.out
    assert 'namespace = "shop"\n' in (here / "netpolc.toml").read_text()
    changed = here.write("netpolc.toml", (here / "netpolc.toml").read_text() + "# mine\n").read_text()
    assert "netpolc.toml" not in netpolc("init", "--from", "k8s", "-n", "shop").out
    assert (here / "netpolc.toml").read_text() == changed


@pytest.mark.parametrize("rest", [(), ("--from", "app.yaml")])
def test_a_name_that_no_folder_can_have(netpolc, here, rest):
    here.write("app.yaml", WORKLOAD)
    ran = netpolc("init", "a" * 300, *rest)
    assert (ran.code, ran.out, here.names()) == (2, "", ["app.yaml"])
    assert "error[NP806]" in ran.err


def test_a_rehearsal_writes_nothing(netpolc, here):
    ran = netpolc("init", "--dry-run")
    assert (ran.code, here.names()) == (0, [])
    assert sorted(ran.out.split()[1::2]) == BEGUN


def test_what_is_about_manifests_needs_some(netpolc, here):
    ran = netpolc("init", "-n", "shop")
    assert (ran.code, here.names()) == (2, [])
    assert "name these with `--from`" in ran.err


@pytest.fixture
def make(netpolc, here):
    """Run make in a project that has just begun; what it ran."""
    if shutil.which("make") is None:
        pytest.skip("needs make")
    netpolc("init", "-q")
    command = f"NETPOLC={programs.tools()}/netpolc"

    def run(target, code=0, *variables):
        done = subprocess.run(
            ["make", target, command, *variables],
            cwd=here.path,
            check=False,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert (done.returncode != 0) == bool(code), done.stdout + done.stderr
        return done

    return run


@pytest.fixture
def builds(make):
    """Whether make builds; a second time it never does."""

    def built(*variables):
        ran = "/netpolc build" in make("netpol", 0, *variables).stdout
        again = make("netpol", 0, *variables).stdout
        assert "/netpolc" not in again
        return ran

    return built


def test_make_takes_no_name_of_a_file_for_a_command(builds, here):
    name = "policies/;>made;$(shell >made)`>made`$$(>made) a:b%#\n\t>made.netpol"
    here.write(name, "namespace more\n\na -> b:1\n")
    assert builds()
    here.write(name, "namespace more\n\na -> b:2\n")
    assert builds()
    assert "made" not in here.names()


def test_make_builds_what_has_changed_and_nothing_else(builds, here):
    assert builds()
    assert not builds()
    source = here / "policies/shop.netpol"
    source.write_text(source.read_text() + "# more\n")
    assert builds()
    here.write("policies/more/a b.netpol", "namespace more\n\na -> b:1\n")
    assert builds()
    here.write("policies/more/a b.netpol", "namespace more\n\na -> b:2\n")
    assert builds()
    (here / "policies/more/a b.netpol").rename(here / "policies/c.netpol")
    assert builds()
    (here / "policies/c.netpol").unlink()
    assert builds()
    assert not (here / "deploy/networkpolicies/more").exists()
    here.write("netpolc.toml", (here / "netpolc.toml").read_text() + '[labels]\nteam = "a"\n')
    assert builds()
    (here / "deploy/networkpolicies/shop/database.yaml").unlink()
    assert builds()
    shutil.rmtree(here / "deploy")
    assert builds()
    assert not builds()


def test_make_follows_other_sources_and_outputs(builds, here):
    here.write("netpolc.toml", 'sources = ["a/*.netpol"]\noutput = "out"\n[env.prod]\n[env.dev]\n')
    here.write("a/a.netpol", 'import "../lib/b.netpol"\n\nweb -> b.db\n')
    here.write("lib/b.netpol", "service db = [app=db]:1\n")
    where = ("NETPOL_SOURCES=a lib/b.netpol", "NETPOL_OUTPUT=out")
    assert builds(*where)
    here.write("lib/b.netpol", "service db = [app=db]:2\n")
    assert builds(*where)
    assert {"out/prod/db.yaml", "out/dev/db.yaml"} <= {*here.names()}
    assert not (here / "out/.netpolc-inventory").exists()


def test_make_ends_where_the_build_does(make, here):
    make("netpol")
    here.write("policies/shop.netpol", "webapp -> database\n")
    for _ in range(2):
        assert "NP301" in make("netpol", code=1).stderr
    here.write("policies/shop.netpol", POLICY)
    make("netpol")
    here.write("deploy/networkpolicies/shop/database.yaml", "mine: true\n")
    for _ in range(2):
        assert "NP803" in make("netpol", code=1).stderr


def test_make_check(make, here):
    make("netpol")
    make("netpol-check")
    here.write("policies/shop.netpol", POLICY + "web -> db:1\n")
    assert "NP804" in make("netpol-check", code=1).stderr
    make("netpol")
    make("netpol-check")
