import errno
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from netpolc.cli.runs.build import REMOVED
from tests.cli.conftest import ROOT

SHOP = "namespace shop\nbaseline deny all\nweb -> database:5432\nnamespace data\nweb -> store:1\n"
OBJECTS = [
    "data/default-deny.yaml",
    "data/store.yaml",
    "shop/database.yaml",
    "shop/default-deny.yaml",
    "shop/web.yaml",
]


@pytest.fixture
def shop(here):
    return here.write("shop.netpol", SHOP)


@pytest.mark.parametrize(
    ("layout", "names"),
    [("object", OBJECTS), ("namespace", ["data.yaml", "shop.yaml"]), ("single", ["networkpolicies.yaml"])],
)
@pytest.mark.usefixtures("shop")
def test_layouts_hold_the_same_documents(netpolc, here, layout, names):
    ran = netpolc("build", "shop.netpol", "-o", "out", "--layout", layout)
    assert (ran.code, ran.out) == (0, "")
    assert ran.err == f"out: {len(names)} written\n"
    assert here.names("out") == names
    stream = netpolc("build", "shop.netpol").out
    documents = [document for name in names for document in (here / "out" / name).read_text().split("---\n")[1:]]
    assert sorted(documents) == sorted(stream.split("---\n")[1:])


@pytest.mark.usefixtures("shop")
def test_one_file(netpolc, here):
    assert netpolc("build", "shop.netpol", "-o", "deploy/all.yaml").code == 0
    assert here.names("deploy") == ["all.yaml"]
    assert (here / "deploy/all.yaml").read_text() == netpolc("build", "shop.netpol").out
    assert netpolc("build", "shop.netpol", "-o", "-").out == netpolc("build", "shop.netpol").out
    assert not (here / "-").exists()


@pytest.mark.usefixtures("shop")
def test_a_second_run_writes_nothing(netpolc, here):
    netpolc("build", "shop.netpol", "-o", "out")
    before = {path: path.stat().st_mtime_ns for path in (here / "out").rglob("*")}
    ran = netpolc("build", "shop.netpol", "-o", "out")
    assert ran == (0, "", "out: 5 unchanged\n")
    assert {path: path.stat().st_mtime_ns for path in (here / "out").rglob("*")} == before


@pytest.mark.usefixtures("shop")
def test_check_tells_stale_missing_and_extra_files_and_writes_nothing(netpolc, here):
    netpolc("build", "shop.netpol", "-o", "out")
    assert netpolc("build", "shop.netpol", "-o", "out", "--check").code == 0
    (here / "out/shop/web.yaml").unlink()
    here.write("shop.netpol", SHOP.replace("5432", "5433").replace("web -> store:1\n", ""))
    before = here.files()
    ran = netpolc("build", "shop.netpol", "-o", "out", "--check", "--error-format", "plain")
    assert (ran.code, ran.out) == (1, "")
    told = [line.partition("`out/")[2].partition(" (")[0] for line in ran.err.splitlines()]
    assert sorted(told) == [
        "data/store.yaml` comes from no source any more",
        "shop/database.yaml` is not what the sources say",
        "shop/web.yaml` is missing",
    ]
    assert here.files() == before


@pytest.mark.usefixtures("shop")
def test_dry_run_says_what_would_be_written(netpolc, here):
    before = here.files()
    ran = netpolc("build", "shop.netpol", "-o", "out", "--dry-run")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines() == [f"create {name}" for name in OBJECTS]
    assert here.files() == before
    netpolc("build", "shop.netpol", "-o", "out")
    before = here.files()
    here.write("shop.netpol", SHOP.replace("5432", "5433"))
    ran = netpolc("build", "shop.netpol", "-o", "out", "--dry-run", "-v")
    assert ran.code == 0
    assert "--- a/shop/database.yaml\n+++ b/shop/database.yaml\n" in ran.out
    assert "\n-          port: 5432\n+          port: 5433\n" in ran.out
    assert {**here.files(), "shop.netpol": None} == {**before, "shop.netpol": None}
    (here / "current").symlink_to("out")
    patched = subprocess.run(["patch", "-p1", "-d", "out"], input=ran.out.encode(), check=False, capture_output=True)
    assert patched.returncode == 0
    assert netpolc("build", "shop.netpol", "-o", "out", "--check").code == 0


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("option", ["--check", "--dry-run"])
def test_only_files_can_be_compared(netpolc, option):
    ran = netpolc("build", "shop.netpol", option)
    assert (ran.code, ran.out) == (2, "")
    assert "give `-o PATH`" in ran.err


@pytest.mark.usefixtures("shop")
def test_what_a_person_wrote_or_edited_is_kept(netpolc, here):
    here.write("out/data/store.yaml", "mine\n")
    ran = netpolc("build", "shop.netpol", "-o", "out")
    assert ran.code == 1
    assert "was not written by netpolc" in ran.err
    assert here.names("out") == ["data/store.yaml"]
    assert netpolc("build", "shop.netpol", "-o", "out", "--force").code == 0
    edited = here.write("out/shop/web.yaml", "edited\n")
    here.write("shop.netpol", SHOP.replace("web ->", "www ->"))
    before = here.files()
    ran = netpolc("build", "shop.netpol", "-o", "out")
    assert ran.code == 1
    assert "NP803" in ran.err
    assert "was edited since netpolc wrote it" in ran.err
    assert here.files() == before
    assert netpolc("build", "shop.netpol", "-o", "out", "--force").code == 0
    assert not edited.exists()
    assert "shop/www.yaml" in here.names("out")


@pytest.mark.usefixtures("shop")
def test_only_what_a_build_wrote_is_pruned(netpolc, here):
    netpolc("build", "shop.netpol", "-o", "out")
    here.write("out/shop/mine.yaml", "mine\n")
    here.write("out/README", "mine\n")
    here.write("shop.netpol", "web -> db:1\n")
    ran = netpolc("build", "shop.netpol", "-o", "out")
    assert (ran.code, ran.err) == (0, f"out: 2 written, 5 removed\n{REMOVED}\n")
    assert "removed" not in netpolc("build", "shop.netpol", "-o", "out").err
    assert here.names("out") == ["README", "db.yaml", "default-deny.yaml", "shop/mine.yaml"]
    assert not (here / "out/data").exists()


@pytest.mark.usefixtures("shop")
def test_nothing_is_written_where_there_is_an_error(netpolc, here):
    netpolc("build", "shop.netpol", "-o", "out")
    here.write("other.netpol", "web -> db:70000\n")
    before = here.files()
    for arguments in (["shop.netpol", "other.netpol", "-o", "out"], ["other.netpol", "-o", "new/all.yaml"]):
        assert netpolc("build", *arguments).code == 1
        assert netpolc("build", *arguments, "--force").code == 1
        assert netpolc("build", *arguments, "--dry-run").out == ""
    assert here.files() == before


def test_a_project(netpolc, here, monkeypatch):
    here.write(
        "netpolc.toml",
        'sources = ["policies/*.netpol"]\noutput = "deploy/np"\nnamespace = "shop"\n[labels]\nteam = "pay"\n',
    )
    here.write("policies/a.netpol", 'import "../lib/ports.netpol"\nweb -> db:ports.pg\n')
    here.write("lib/ports.netpol", "port pg = 5432\n")
    ran = netpolc("build")
    assert (ran.code, ran.out) == (0, "")
    assert here.names("deploy") == ["np/shop/db.yaml", "np/shop/default-deny.yaml"]
    text = (here / "deploy/np/shop/db.yaml").read_text()
    assert "    team: pay\n" in text
    assert "from policies/a.netpol." in text
    # The bytes are the same from wherever it is built.
    for folder in ("policies", "deploy/np/shop"):
        monkeypatch.chdir(here / folder)
        assert netpolc("build", "--check").code == 0
        assert netpolc("build") == (0, "", f"{here / 'deploy/np'}: 2 unchanged\n")
    monkeypatch.chdir(here / "policies")
    assert netpolc("build", "a.netpol").out == "".join(
        [
            text.partition("---")[0],
            *(
                "---" + part.partition("---")[2]
                for part in ((here / "deploy/np/shop/default-deny.yaml").read_text(), text)
            ),
        ]
    )


def test_comments_name_files_from_the_root_of_their_project(netpolc, here, monkeypatch):
    (here / ".git").mkdir()
    here.write("policies/shop/a.netpol", "web -> db:1\n")
    built = netpolc("build", "policies/shop/a.netpol").out
    assert "# policies/shop/a.netpol:1: web -> db:1" in built
    for folder, path in (("policies", "shop"), ("policies/shop", "a.netpol"), (".git", "../policies/shop/a.netpol")):
        monkeypatch.chdir(here / folder)
        assert netpolc("build", path).out == built
        assert netpolc("build", here / "policies").out == built


ENVIRONMENTS = 'output = "out"\nnamespace = "base"\n[env.prod]\nnamespace = "live"\n[env.staging]\n'


def test_environments_go_to_folders(netpolc, here):
    here.write("netpolc.toml", ENVIRONMENTS)
    here.write("a.netpol", "web -> db:1\nenv prod { web -> cache:2 }\nenv staging { web -> mq:3 }\n")
    ran = netpolc("build")
    assert (ran.code, ran.err) == (0, "out/prod: 3 written\nout/staging: 3 written\n")
    prod = ["prod/live/cache.yaml", "prod/live/db.yaml", "prod/live/default-deny.yaml"]
    staging = ["staging/base/db.yaml", "staging/base/default-deny.yaml", "staging/base/mq.yaml"]
    assert here.names("out") == prod + staging
    assert netpolc("build", "--env", "staging", "--check").code == 0
    assert netpolc("build", "--env", "prod") == (0, "", "out/prod: 3 unchanged\n")
    assert netpolc("build", "-o", "other").err == "other/prod: 3 written\nother/staging: 3 written\n"
    assert netpolc("build", "-o", "one", "-e", "prod").err == "one: 3 written\n"
    assert here.names("one") == [name.removeprefix("prod/") for name in prod]
    # An error of one environment keeps all from being written.
    here.write("a.netpol", "web -> db:9\nenv prod { web -> cache:0 }\n")
    before = here.files()
    assert netpolc("build").code == 1
    assert here.files() == before


PLAIN = 'output = "out"\nnamespace = "shop"\n'
SHIFTS = {
    "environments come": (PLAIN, ENVIRONMENTS, ["shop/db.yaml", "shop/default-deny.yaml"], "out"),
    "one goes": (
        ENVIRONMENTS,
        ENVIRONMENTS.replace("[env.staging]\n", ""),
        ["staging/base/db.yaml", "staging/base/default-deny.yaml"],
        "out/staging",
    ),
    "one goes elsewhere": (
        ENVIRONMENTS,
        ENVIRONMENTS + 'output = "other"\n',
        ["staging/base/db.yaml", "staging/base/default-deny.yaml"],
        "out/staging",
    ),
    "all go": (
        ENVIRONMENTS.replace("[env.staging]\n", ""),
        PLAIN,
        ["prod/live/db.yaml", "prod/live/default-deny.yaml"],
        "out/prod",
    ),
    "a file goes": (
        PLAIN + '[env.prod]\n[env.staging]\noutput = "out/staging.yaml"\n',
        PLAIN + "[env.prod]\n",
        ["staging.yaml"],
        "out",
    ),
}


@pytest.mark.parametrize("shift", SHIFTS)
def test_what_no_environment_claims_any_more_is_stale_and_removed(netpolc, here, shift):
    before, after, stale, folder = SHIFTS[shift]
    here.write("a.netpol", "web -> db:1\n")
    here.write("netpolc.toml", before)
    assert netpolc("build").code == 0
    here.write("netpolc.toml", after)
    for environment in re.findall(r"env\.([a-z]+)", after):
        # A build of some of the output touches nothing else of it.
        assert netpolc("build", "--env", environment).code == 0
    assert netpolc("build", "-o", "elsewhere").code == 0
    assert netpolc("build", "a.netpol", "-e", "prod", "-o", "elsewhere").code == 0
    assert set(stale) <= set(here.names("out"))
    ran = netpolc("build", "--check", "--error-format", "plain")
    assert ran.code == 1
    told = [line.partition("`out/")[2].partition("`")[0] for line in ran.err.splitlines() if "any more" in line]
    assert told == stale
    assert {f"remove out/{name}" for name in stale} <= set(netpolc("build", "--dry-run").out.splitlines())
    ran = netpolc("build")
    assert (ran.code, f"{folder}: {len(stale)} removed\n" in ran.err) == (0, True)
    assert not set(stale) & set(here.names("out"))
    assert netpolc("build", "--check").code == 0
    assert "removed" not in netpolc("build").err


def test_a_removed_environment_leaves_nothing_behind(netpolc, here):
    here.write("a.netpol", "web -> db:1\n")
    here.write("netpolc.toml", ENVIRONMENTS)
    netpolc("build")
    saved = shutil.copytree(here / "out/staging", here / "saved")
    here.write("netpolc.toml", ENVIRONMENTS.replace("[env.staging]\n", ""))
    assert netpolc("build") == (0, "", f"out/prod: 2 unchanged\nout/staging: 2 removed\n{REMOVED}\n")
    assert not (here / "out/staging").exists()
    # A build that is remembered says nothing of folders that came back since.
    saved.rename(here / "out/staging")
    assert netpolc("build", "--check").code == 1
    assert "out/staging: 2 removed\n" in netpolc("build").err


def test_what_a_person_edited_in_a_folder_without_an_environment_is_kept(netpolc, here):
    here.write("a.netpol", "web -> db:1\n")
    here.write("netpolc.toml", ENVIRONMENTS)
    netpolc("build")
    here.write("out/staging/base/db.yaml", "edited\n")
    here.write("out/staging/base/mine.yaml", "mine\n")
    here.write("netpolc.toml", ENVIRONMENTS.replace("[env.staging]\n", ""))
    before = here.files()
    ran = netpolc("build")
    assert (ran.code, "was edited since netpolc wrote it" in ran.err) == (1, True)
    assert here.files() == before
    assert netpolc("build", "--force").err == f"out/prod: 2 unchanged\nout/staging: 2 removed\n{REMOVED}\n"
    assert [name for name in here.files() if name.startswith("out/staging")] == ["out/staging/base/mine.yaml"]


@pytest.mark.parametrize("arguments", [["-o", "-"], ["a.netpol"], ["-o", "all.yaml"]])
def test_environments_do_not_mix(netpolc, here, arguments):
    here.write("netpolc.toml", ENVIRONMENTS)
    here.write("a.netpol", "web -> db:1\n")
    ran = netpolc("build", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert "--env" in ran.err
    assert sorted(here.files()) == ["a.netpol", "netpolc.toml"]
    assert netpolc("build", *arguments, "--env", "prod").code == 0


@pytest.mark.parametrize(
    ("project", "said"),
    [
        ('[env.prod]\noutput = "same"\n[env.staging]\noutput = "./same/"\n', "netpolc.toml:4:10"),
        ('[env.prod]\noutput = "same"\n[env.staging]\noutput = "Same"\n', "netpolc.toml:4:10"),
        ('output = "out"\n[env.prod]\n[env.Prod]\n', "netpolc.toml:3:6"),
        ('output = "out"\n[env.prod]\n[env.staging]\noutput = "out/prod"\n', "netpolc.toml:4:10"),
        ('output = "all.yaml"\n[env.prod]\n[env.staging]\n', "netpolc.toml:1:10"),
        ('namespace = "a.b"\n', "netpolc.toml:1:13"),
        ('[env.prod]\nnamespace = "A"\n', "netpolc.toml:2:13"),
        ('[labels]\n"a b" = "c"\n', "netpolc.toml:2:1"),
        ('[labels]\nteam = "c d"\n', "netpolc.toml:2:8"),
        ("outptu = 1\n", "use `output`"),
    ],
)
def test_a_project_that_cannot_mean_that(netpolc, here, project, said):
    here.write("netpolc.toml", project)
    here.write("a.netpol", "web -> db:1\n")
    before = here.files()
    ran = netpolc("build")
    assert (ran.code, ran.out) == (2, "")
    assert "NP801" in ran.err
    assert said in ran.err
    assert here.files() == before


@pytest.mark.parametrize("nature", ["folder", "fifo", "dangling"])
def test_a_project_file_that_is_no_file(netpolc, here, nature):
    place = here / "netpolc.toml"
    {"folder": place.mkdir, "fifo": lambda: os.mkfifo(place), "dangling": lambda: place.symlink_to("x")}[nature]()
    here.write("a.netpol", "web -> db:1\n")
    for arguments in (["build"], ["build", "a.netpol"], ["check"]):
        ran = netpolc(*arguments)
        assert ran.code == 2
        assert "error[NP805]: `netpolc.toml` cannot be read: " in ran.out + ran.err
        assert "kind:" not in ran.out


def test_an_environment_without_an_output_is_not_printed_among_others(netpolc, here):
    here.write("netpolc.toml", '[env.prod]\noutput = "out"\n[env.staging]\n')
    here.write("a.netpol", "web -> db:1\n")
    ran = netpolc("build")
    assert (ran.code, ran.out) == (2, "")
    assert "prod, staging" in ran.err
    assert netpolc("build", "--env", "staging").out.startswith("# Written")


@pytest.mark.parametrize(
    ("chosen", "said"),
    [("prd", "did you mean `prod`?"), ("x", "it has prod, staging"), ("Prod", "did you mean `prod`?")],
)
@pytest.mark.parametrize("command", ["build", "check"])
def test_an_unknown_environment(netpolc, here, command, chosen, said):
    here.write("netpolc.toml", ENVIRONMENTS)
    here.write("a.netpol", "web -> db:1\n")
    ran = netpolc(command, "--env", chosen)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


def test_an_environment_that_no_file_knows(netpolc, here):
    here.write("a.netpol", "env prod { web -> db:1 }\n")
    assert netpolc("build", "a.netpol", "-e", "prod").code == 0
    ran = netpolc("build", "a.netpol", "-e", "prd")
    assert (ran.code, ran.out) == (1, "")
    assert "NP213" in ran.err
    assert "`prod`" in ran.err


def test_a_namespace_from_outside(netpolc, here):
    here.write("a.netpol", "web -> db:1\nnamespace mine\nweb -> db:2\n")
    out = netpolc("build", "a.netpol", "--namespace", "given").out
    assert out.count("  namespace: given\n") == 2
    assert out.count("  namespace: mine\n") == 2
    for wrong in ("Upper", "a.b", "../x", "a" * 64, "-a", "a\nb"):
        ran = netpolc("build", "a.netpol", f"--namespace={wrong}", "-o", "out")
        assert (ran.code, ran.out) == (2, "")
        assert "--namespace" in ran.err
    assert sorted(here.files()) == ["a.netpol"]


TEMPLATE = "networkpolicy.yaml.j2"


def templates(here, text):
    here.write(f"t/{TEMPLATE}", text)
    here.write("a.netpol", "web -> db:1\n")


BUNDLED = (ROOT / "templates" / TEMPLATE).read_text("utf-8")


def test_a_template_of_ones_own(netpolc, here):
    templates(here, "{% include 'part.j2' %}\n\n" + BUNDLED)
    here.write("t/part.j2", "# ours: {{ policy.name }}")
    ran = netpolc("build", "a.netpol", "--templates", "t", "-o", "out")
    assert ran.code == 0
    assert (here / "out/db.yaml").read_text().partition("---\n")[2].startswith("# ours: db\n")
    here.write("netpolc.toml", 'templates = "t"\n')
    assert "# ours: db\n" in netpolc("build", "a.netpol").out


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('{{ rules("ingress", "from", policy.ingress) -}}', "", "the program lets"),
        ("policy.ingress) -}}", "policy.ingress[1:]) -}}", "the program lets"),
        ("port: {{ number }}", "port: {{ number + 1 }}", "lets"),
        ("          port: {{ number }}\n", "", "the YAML lets"),
        ("        - protocol: {{ port.protocol | quote }}", "        - protocol: ANY", "does not read"),
        ('    {{ " " if rule.peers else "-" }} ports:', "    - ports:", "the YAML lets"),
        ("spec:", "spec: {}\nother:", "does not read"),
        ("kind: NetworkPolicy", "kind: ConfigMap", "the YAML lets"),
        ("kind: NetworkPolicy", "kind: Network: Policy", "does not read"),
        ("kind: NetworkPolicy", "kind: [NetworkPolicy", "does not read"),
        ("kind: NetworkPolicy", "kind: NetworkPolicy\n---\na: 1", "does not read"),
        ("namespace: {{ policy.namespace | quote }}", "namespace: other", "the YAML lets"),
    ],
)
def test_a_template_that_changes_what_is_allowed(netpolc, here, before, after, said):
    assert before in BUNDLED
    templates(here, BUNDLED.replace(before, after))
    here.write("a.netpol", "namespace shop\nweb -> db:1\n")
    files = here.files()
    for output in ("out", "all.yaml", "-"):
        ran = netpolc("build", "a.netpol", "--templates", "t", "-o", output)
        assert (ran.code, ran.out) == (2, "")
        assert ran.err.startswith("error[NP808]: ")
        assert said in ran.err
    assert here.files() == files


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{% for %}", f"{TEMPLATE}:1"),
        ("\n\n{{ policy.nam }}", f"{TEMPLATE}:3"),
        ("{{ nothing }}", "`nothing`"),
        ("{{ nothing }}", "undefined"),
        ("{% include '../a.netpol' %}", "there is no template"),
        ("{% include '/etc/passwd' %}", "there is no template"),
        ("{% import '../../x' as x %}", "there is no template"),
        ("{{ ''.__class__.__mro__ }}", TEMPLATE),
        ("{{ policy.__class__ }}", TEMPLATE),
        ("{{ policy.__init__.__globals__ }}", TEMPLATE),
        ("{{ cycler() }}", "cycler is undefined"),
        ("{{ 'a' * 1000000000 }}", TEMPLATE),
        ("{% for i in range(100000000) %}x{% endfor %}", "steps"),
        ("{% include 'networkpolicy.yaml.j2' %}", "nested too deeply"),
        ("{{ policy }}", "only text and numbers"),
        ("{{ policy.name.format(x=1) }}", "cannot be called"),
    ],
)
def test_a_template_that_cannot_be_used(netpolc, here, text, said):
    templates(here, text)
    before = here.files()
    for output in ("out", "all.yaml", "-"):
        ran = netpolc("build", "a.netpol", "--templates", "t", "-o", output)
        assert (ran.code, ran.out) == (2, "")
        assert ran.err.startswith("error[NP802]: ")
        assert said.replace("`", "") in ran.err.replace("`", "").replace("'", "")
    assert here.files() == before


@pytest.mark.parametrize(
    ("folder", "said"), [("none", "is no folder"), ("a.netpol", "is no folder"), ("empty", "has neither")]
)
def test_templates_that_are_not_there(netpolc, here, folder, said):
    here.write("a.netpol", "web -> db:1\n")
    (here / "empty").mkdir()
    ran = netpolc("build", "a.netpol", "--templates", folder)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


def test_a_folder_may_have_the_template_of_one_kind_alone(netpolc, here):
    here.write("a.netpol", "always deny */* -> db/*:1\nweb -> db:1\n")
    own = (ROOT / "templates" / "clusternetworkpolicy.yaml.j2").read_text("utf-8")
    for mark in ("# first\n", "# second\n"):
        here.write("t/clusternetworkpolicy.yaml.j2", mark + own)
        ran = netpolc("build", "a.netpol", "--templates", "t")
        assert (ran.code, ran.out.count(mark), ran.out.count("kind: NetworkPolicy")) == (0, 1, 2)


def test_how_selectors_are_written_is_netpolc_s_way_or_that_of_the_folder(netpolc, here):
    here.write("a.netpol", "always deny [a=b]/* -> db/*:1\nweb -> db:1\n")
    usual = netpolc("build", "a.netpol").out
    for name in (TEMPLATE, "clusternetworkpolicy.yaml.j2"):
        here.write(f"t/{name}", (ROOT / "templates" / name).read_text("utf-8"))
    assert netpolc("build", "a.netpol", "--templates", "t").out == usual
    own = (ROOT / "templates" / "selector.yaml.j2").read_text("utf-8")
    here.write("t/selector.yaml.j2", own.replace("{{ field }}:", "{{ field }}: # mine"))
    assert netpolc("build", "a.netpol", "--templates", "t").out.replace(": # mine", ":") == usual


def test_templates_that_lead_out_of_their_folder(netpolc, here):
    here.write("secret.j2", "secret")
    here.write("a.netpol", "web -> db:1\n")
    (here / "t").mkdir()
    (here / "t" / TEMPLATE).symlink_to(here / "secret.j2")
    ran = netpolc("build", "a.netpol", "--templates", "t")
    assert (ran.code, ran.out) == (2, "")
    assert "NP802" in ran.err
    (here / "t" / TEMPLATE).unlink()
    os.mkfifo(here / "t" / TEMPLATE)
    assert "NP802" in netpolc("build", "a.netpol", "--templates", "t").err


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("output", ["file", "file/deeper", "file/all.yaml", "shop.netpol"])
def test_output_where_a_file_is_in_the_way(netpolc, here, output):
    here.write("file", "mine\n")
    before = here.files()
    ran = netpolc("build", "shop.netpol", "-o", output)
    assert (ran.code, ran.out) == (2, "")
    place = here / output.partition("/")[0]
    assert ran.err.startswith(f"error[NP806]: `{place}` is a file, not a folder\n")
    assert ran.err.endswith("\n\n1 error\n")
    for option in ("--check", "--dry-run", "--force"):
        assert netpolc("build", "shop.netpol", "-o", output, option) == ran
    assert here.files() == before


def test_a_file_in_the_way_is_told_once_and_before_anything_else(netpolc, here):
    here.write("netpolc.toml", ENVIRONMENTS)
    here.write("a.netpol", "web ->\n")
    here.write("out", "mine\n")
    ran = netpolc("build", "--error-format", "plain")
    assert (ran.code, ran.out) == (2, "")
    (told,) = ran.err.splitlines()
    assert told.startswith(f"error[NP806]: `{here / 'out'}` is a file, not a folder")


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("nature", ["folder", "fifo", "link"])
def test_output_where_something_else_is_in_the_way(netpolc, here, nature):
    place = here / "out/shop/web.yaml"
    place.parent.mkdir(parents=True)
    target = here.write("precious", "mine\n")
    if nature == "folder":
        place.mkdir()
    elif nature == "fifo":
        os.mkfifo(place)
    else:
        place.symlink_to(target)
    before = here.files()
    ran = netpolc("build", "shop.netpol", "-o", "out")
    assert ran.code in (1, 2)
    assert "shop/web.yaml` " in ran.err
    assert here.files() == before


@pytest.mark.usefixtures("shop")
def test_a_link_of_a_stranger_among_the_output_is_not_followed(netpolc, here):
    (here / "elsewhere").mkdir()
    (here / "out").mkdir()
    (here / "out/shop").symlink_to(here / "elsewhere")
    assert netpolc("build", "shop.netpol", "-o", "out", "--force").code == 2
    assert here.names("elsewhere") == []


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("call", ["write", "open", "mkdir", "replace"])
@pytest.mark.parametrize("after", [0, 1, 4])
def test_a_disk_that_fails_leaves_every_file_old_or_new(netpolc, here, monkeypatch, call, after):
    netpolc("build", "shop.netpol", "-o", "out")
    old = here.files()
    here.write("shop.netpol", SHOP.replace(":5432", ":9").replace(":1", ":8") + "namespace more\nx -> y:1\nx -> z:1\n")
    netpolc("build", "shop.netpol", "-o", "new")
    new = {f"out/{name}": here.files()[f"new/{name}"] for name in here.names("new")}
    left = [after]

    def failing(do):
        def fail(*arguments, **options):
            reads = call == "open" and not arguments[1] & os.O_CREAT
            left[0] -= not reads
            if left[0] < 0 and not reads:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return do(*arguments, **options)

        return fail

    place, name = {
        "write": ("netpolc.project.writing.os.write", os.write),
        "open": ("netpolc.project.writing.os.open", os.open),
        "mkdir": ("pathlib.Path.mkdir", type(here.path).mkdir),
        "replace": ("pathlib.Path.replace", type(here.path).replace),
    }[call]
    with monkeypatch.context() as patch:
        patch.setenv("NETPOLC_CACHE", "off")
        patch.setattr(place, failing(name))
        ran = netpolc("build", "shop.netpol", "-o", "out")
    if left[0] >= 0:
        assert ran.code == 0  # there was nothing left to fail
        return
    assert (ran.code, ran.out) == (2, "")
    assert "error[NP806]: " in ran.err
    assert "no space left on device" in ran.err
    for file, text in here.files().items():
        if file.startswith("out/") and not file.endswith(".netpolc-inventory"):
            assert text in (old.get(file), new.get(file))
    if call != "replace":
        assert {file: text for file, text in here.files().items() if file.startswith("out/")} == {
            file: text for file, text in old.items() if file.startswith("out/")
        }
    # The next build makes everything right.
    assert netpolc("build", "shop.netpol", "-o", "out").code == 0
    assert {file: text for file, text in here.files().items() if file.startswith("out/")}.items() >= new.items()


@pytest.mark.usefixtures("shop")
def test_a_full_disk(netpolc, here):
    """The real thing: a file system of 64 KiB, where one may be mounted."""
    small = here / "small"
    small.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(small)], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("nothing can be mounted here")
    try:
        here.write("big.netpol", "".join(f"namespace n{i}\nweb -> db:1\n" for i in range(60)))
        assert netpolc("build", "shop.netpol", "-o", "small/out").code == 0
        before = here.files()
        ran = netpolc("build", "shop.netpol", "big.netpol", "-o", "small/out")
        assert ran.code == 2
        assert "cannot be written: no space left on device" in ran.err
        assert here.files() == before
    finally:
        subprocess.run(["umount", str(small)], check=True)


def test_standard_input_stands_alone(netpolc, here):
    here.write("a.netpol", "web -> db:1\n")
    for arguments in (["-", "a.netpol"], ["a.netpol", "-"], ["-", "-"]):
        for command in ("build", "fmt"):
            ran = netpolc(command, *arguments, stdin=b"x -> y:1\n")
            assert (ran.code, ran.out) == (2, "")
            assert "stands alone" in ran.err


def test_standard_input_that_is_closed(netpolc):
    for command in ("build", "fmt"):
        ran = netpolc(command, "-", stdin=None)
        assert (ran.code, ran.out) == (2, "")
        assert ran.err.startswith("error[NP805]: `<stdin>` cannot be read: it is closed\n")


def test_imports_of_standard_input_are_relative_to_the_working_folder(netpolc, here):
    here.write("lib/ports.netpol", "port pg = 5432\n")
    ran = netpolc("build", "-", stdin=b'import "lib/ports.netpol"\nweb -> db:ports.pg\n')
    assert (ran.code, ran.err) == (0, "")
    assert "port: 5432" in ran.out
    assert netpolc("build", "-", stdin=b'import "../x.netpol"\n').code == 1


def test_a_folder_and_a_file_in_it_are_each_file_once(netpolc, here):
    here.write("p/a.netpol", "web -> db:1\n")
    here.write("p/q/b.netpol", "web -> mq:1\n")
    here.write("p/.hidden/c.netpol", "web -> xx:1\n")
    here.write("p/node_modules/c.netpol", "web -> xx:1\n")
    (here / "p/link.netpol").symlink_to("a.netpol")
    (here / "p/loop").symlink_to(here / "p")
    one = netpolc("build", "p/a.netpol", "p", "p/../p/a.netpol", "p/link.netpol")
    assert one.code == 0
    assert one.out.count("name: db") == 1
    assert one.out.count("name: mq") == 1
    assert "xx" not in one.out


def test_nothing_to_build(netpolc, here):
    ran = netpolc("build")
    assert (ran.code, ran.out) == (2, "")
    assert "NP807" in ran.err
    (here / "empty").mkdir()
    assert "NP807" in netpolc("build", "empty").err
    here.write("netpolc.toml", 'sources = ["none/*.netpol"]\n')
    assert "no file matches `none/*.netpol`" in netpolc("build").err
    here.write("empty.netpol", "")
    assert netpolc("build", "empty.netpol", "-o", "out").code == 0


def test_a_plain_build_does_without_typer(here):
    (here / "shop.netpol").write_text("web -> db:80\n", "utf-8")
    told = "import sys; from netpolc.cli.entry import run; run(); sys.exit('typer' in sys.modules)"
    for arguments, with_typer in ((["shop.netpol"], 0), (["shop.netpol", "-o", "-"], 1), (["shop.netpol", ""], 1)):
        command = [sys.executable, "-P", "-c", told, "build", *arguments]
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
        assert subprocess.run(command, env=environment, check=False, capture_output=True).returncode == with_typer


def test_a_plain_build_that_is_misused_is_told_so(here, netpolc):
    (here / "netpolc.toml").write_text('sources = ["*.netpol"]\n[env]\nprod = {}\nstaging = {}\n', "utf-8")
    (here / "shop.netpol").write_text("web -> db:80\n", "utf-8")
    ran = netpolc("build")
    assert ran.code == 2
    assert ran.err.startswith("error[NP823]: --env: ")
    assert "--env" in ran.err


def test_a_fault_in_a_plain_build_is_reported(netpolc, monkeypatch):
    def fail(*_):
        raise ZeroDivisionError

    monkeypatch.setattr("netpolc.cli.session.sources_of", fail)
    ran = netpolc("build")
    assert ran.code == 3
    assert "NP901" in ran.err


def test_rules_of_the_project_hold_for_builds(netpolc, here):
    """What is an error in a project is not built; what is known is, and neither is remembered otherwise."""
    here.write("netpolc.toml", 'output = "out"\n')
    here.write("shop.netpol", "namespace shop\nbaseline deny ingress\nweb -> 10.0.0.0/8:5432\n")
    assert "[NP501]" in netpolc("build").err
    rule = '[rules]\nNP501 = { level = "%s", reason = "why" }\n'
    here.write("netpolc.toml", 'output = "out"\n' + rule % "off")
    assert netpolc("build").err == "out: 1 unchanged\n"
    here.write("netpolc.toml", 'output = "out"\n' + rule % "error")
    ran = netpolc("build")
    assert (ran.code, "error[NP501]" in ran.err) == (1, True)
    here.write("netpolc.toml", 'output = "out"\nbaseline = "known.json"\n' + rule % "error")
    assert netpolc("check", "--write-baseline").code == 0
    assert netpolc("build") == (0, "", "out: 1 unchanged\n")
    here.write("shop.netpol", "namespace shop\nbaseline deny ingress\nweb -> 10.0.0.0/8:5432\nweb -> 10.0.0.0/8:5433\n")
    assert netpolc("build").code == 1
