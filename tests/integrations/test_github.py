import json
import re
import shutil
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
STEPS = {step["name"]: step for step in ACTION["runs"]["steps"]}

GH = """\
#!/usr/bin/env python3
# `gh api` as far as the action uses it: comments are kept in a file, and every call is recorded.
import json, os, subprocess, sys
arguments = sys.argv[1:]
folder = os.environ["GH_FOLDER"]
with open(f"{folder}/calls", "a") as calls:
    print(json.dumps(arguments), file=calls)
if os.environ.get("GH_REFUSES") in arguments or (os.environ.get("GH_REFUSES") == "GET" and "--jq" in arguments):
    sys.exit("HTTP 403: Resource not accessible by integration")
comments = json.load(open(f"{folder}/comments"))
if "--jq" in arguments:
    query = arguments[arguments.index("--jq") + 1]
    sys.exit(subprocess.run(["jq", "-r", query], input=json.dumps(comments), text=True).returncode)
path, body = next(a for a in arguments if a.startswith("repos/")), arguments[arguments.index("--field") + 1]
text = open(body.removeprefix("body=@")).read()
if "POST" in arguments:
    assert path == "repos/o/r/issues/7/comments"
    comments.append({"id": len(comments) + 1, "user": {"type": "Bot"}, "body": text})
else:
    assert "PATCH" in arguments and path.startswith("repos/o/r/issues/comments/")
    next(c for c in comments if str(c["id"]) == path.rpartition("/")[2])["body"] = text
json.dump(comments, open(f"{folder}/comments", "w"))
"""

PYTHON = """\
#!/bin/sh
# `python3 -m venv FOLDER`, with a Python in it that records what it is called with.
mkdir -p "$3/bin"
printf '#!/bin/sh\\necho "$*" >> calls\\n' > "$3/bin/python"
chmod +x "$3/bin/python"
"""

pytestmark = pytest.mark.skipif(shutil.which("jq") is None, reason="needs jq, as runners of GitHub have it")


class Runner:
    """What GitHub does around the steps of a composite action; expressions are given their values by the tests."""

    def __init__(self, project, folder):
        self.project = project
        self.folder = folder
        self.temporary = folder / "temporary"
        self.temporary.mkdir()
        for name in ("output", "summary", "path", "calls"):
            (folder / name).touch()
        (folder / "comments").write_text("[]")
        project.tool("gh", GH)

    def step(self, name, code=0, cwd=".", **values):
        step = STEPS[name]
        assert step["shell"] == "bash"
        assert {*values} <= {*step.get("env", {})} | {"GH_REFUSES"}
        environment = {**dict.fromkeys(step.get("env", {}), ""), **values}
        (self.folder / "output").write_text("")
        done = self.project.run(
            *("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]),
            code=code,
            cwd=cwd,
            GITHUB_ACTION_PATH=str(ROOT),
            GITHUB_OUTPUT=str(self.folder / "output"),
            GITHUB_STEP_SUMMARY=str(self.folder / "summary"),
            GITHUB_PATH=str(self.folder / "path"),
            GITHUB_REPOSITORY="o/r",
            RUNNER_TEMP=str(self.temporary),
            GH_FOLDER=str(self.folder),
            **environment,
        )
        outputs = dict(line.partition("=")[::2] for line in (self.folder / "output").read_text().splitlines())
        return done, outputs

    @property
    def summary(self):
        return (self.folder / "summary").read_text()

    @property
    def comments(self):
        return json.loads((self.folder / "comments").read_text())

    def comment(self, diff, changed="true", project=". ", **values):
        path = self.folder / "diff.md"
        path.write_text(diff)
        return self.step(
            "Comment",
            NETPOLC_DIFF=str(path),
            NETPOLC_CHANGED=changed,
            NETPOLC_PROJECT=project,
            NETPOLC_PULL_REQUEST="7",
            **values,
        )[0]


@pytest.fixture
def runner(repository, tmp_path):
    return Runner(repository, tmp_path)


def test_expressions_stay_out_of_scripts():
    """What a fork can name, a branch or a title, would else be run."""
    for step in STEPS.values():
        assert "${{" not in step.get("run", "")
        uses = step.get("uses")
        assert uses is None or re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", uses)


def test_each_expression_names_what_there_is():
    text = (ROOT / "action.yml").read_text("utf-8")
    assert {*re.findall(r"inputs\.([\w-]+)", text)} == {*ACTION["inputs"]}
    written = "".join(path.read_text() for path in (ROOT / "integrations/github").iterdir())
    for step, output in re.findall(r"steps\.(\w+)\.outputs\.([\w-]+)", text):
        assert step in {one.get("id") for one in STEPS.values()}
        assert f'echo "{output}=' in written
    for step in STEPS.values():
        for script in re.findall(r"integrations/github/\w+\.sh", step.get("run", "")):
            used = {*re.findall(r"NETPOLC_[A-Z_]+", (ROOT / script).read_text())}
            assert used == {name for name in step.get("env", {}) if name.startswith("NETPOLC_")}


def test_check_of_a_project_that_is_right(runner):
    done, outputs = runner.step("Check")
    log = json.loads(Path(outputs["sarif"]).read_text())
    assert log["runs"][0]["results"] == []
    assert done.stdout.strip() == ""


@pytest.mark.parametrize(
    ("folder", "shown"),
    [(".", ""), ("services/my shop", "services/my%20shop/"), ("a&b", "a%26b/"), ("a,b::c%", "a%2Cb%3A%3Ac%25/")],
)
def test_findings_name_files_from_the_repository_on(runner, folder, shown):
    runner.project.write(f"{folder}/netpolc.toml", 'sources = ["policies/*.netpol"]\n')
    runner.project.write(f"{folder}/policies/shop.netpol", "namespace shop\nwebapp -> database\n")
    done, outputs = runner.step("Check", code=1, cwd=folder)
    below = "" if folder == "." else f"{folder}/".replace("%", "%25").replace(":", "%3A").replace(",", "%2C")
    assert f"::error file={below}policies/shop.netpol,line=2," in done.stdout
    (result,) = json.loads(Path(outputs["sarif"]).read_text())["runs"][0]["results"]
    place = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert place["uri"] == f"{shown}policies/shop.netpol"


def test_strict_env_and_stale_output(runner):
    runner.project.write("policies/shop.netpol", "namespace shop\nwebapp -> database:5432\nwebapp -> database:5432\n")
    runner.step("Check")
    assert "NP505" in runner.step("Check", code=1, NETPOLC_STRICT="true")[0].stdout
    runner.step("Check", NETPOLC_STRICT="false", NETPOLC_BUILD_CHECK="false")
    stale = runner.step("Check", code=1, NETPOLC_BUILD_CHECK="true")[0].stderr
    assert "::error file=deploy/shop/database.yaml,title=NP804 stale-output::`deploy/shop/database.yaml` is" in stale
    runner.project.write("policies/shop.netpol", "env prod {\n  namespace shop {\n    a -> b\n  }\n}\n")
    runner.step("Check", code=1, NETPOLC_ENV="prod")


def test_a_project_that_cannot_be_read(runner):
    runner.project.write("netpolc.toml", "sourcs = []\n")
    done, _ = runner.step("Check", code=2)
    assert "::error file=netpolc.toml" in done.stdout + done.stderr


def changed(runner, text):
    """A branch that makes the policies something else; what it is to be compared with."""
    base = runner.project.run("git", "rev-parse", "HEAD").stdout.strip()
    runner.project.run("git", "checkout", "--quiet", "-b", "change")
    runner.project.write("policies/shop.netpol", text)
    runner.project.commit()
    return base


WIDER = "namespace shop\n\nwebapp -> database:5432\nwebapp -> database:22\n"


def test_a_change_is_compared_and_said(runner):
    base = changed(runner, WIDER)
    _, outputs = runner.step("Compare", NETPOLC_BASE=base)
    assert outputs["changed"] == "true"
    assert "refused" not in outputs
    assert "TCP 22" in Path(outputs["diff"]).read_text() == runner.summary


@pytest.mark.parametrize(("judged", "refused"), [("", False), ("narrowed", False), ("widened", True), ("any", True)])
def test_a_change_can_be_refused(runner, judged, refused):
    base = changed(runner, WIDER)
    _, outputs = runner.step("Compare", NETPOLC_BASE=base, NETPOLC_FAIL_ON=judged)
    assert ("refused" in outputs) == refused
    assert "::error" in runner.step("Judge the change", code=1, NETPOLC_FAIL_ON=judged)[0].stdout


def test_a_rule_of_the_project_refuses_a_change(runner):
    with (runner.project.root / "netpolc.toml").open("a") as file:
        file.write('[rules]\nNP622 = { level = "error", reason = "ports are named" }\n')
    base = changed(runner, "namespace shop\n\nwebapp -> database:*\n")
    _, outputs = runner.step("Compare", NETPOLC_BASE=base)
    assert (outputs["changed"], outputs["refused"]) == ("true", "true")
    assert "a rule of the project" in runner.step("Judge the change", code=1, NETPOLC_FAIL_ON="")[0].stdout


def test_a_change_that_means_the_same(runner):
    base = changed(runner, "namespace shop\n\n# the same\nwebapp -> database:5432\n")
    _, outputs = runner.step("Compare", NETPOLC_BASE=base, NETPOLC_FAIL_ON="any")
    assert outputs["changed"] == "false"
    assert "refused" not in outputs


def test_only_what_the_branch_changed_counts(runner):
    base = changed(runner, WIDER)
    runner.project.run("git", "checkout", "--quiet", "main")
    runner.project.write("policies/other.netpol", "namespace other\n\na -> b:1\n")
    tip = runner.project.commit()
    assert tip != base
    runner.project.run("git", "checkout", "--quiet", "change")
    _, outputs = runner.step("Compare", NETPOLC_BASE=tip)
    assert "1 connection opened, 0 closed" in Path(outputs["diff"]).read_text()


def test_a_shallow_clone_fetches_its_base(runner, tmp_path):
    base = changed(runner, WIDER)
    origin, clone = runner.project.root, tmp_path / "clone"
    runner.project.run("git", "config", "uploadpack.allowAnySHA1InWant", "true")
    runner.project.run("git", "clone", "--quiet", "--depth=1", "--branch", "change", f"file://{origin}", str(clone))
    runner.project.root = clone
    _, outputs = runner.step("Compare", NETPOLC_BASE=base)
    assert outputs["changed"] == "true"
    assert "TCP 22" in Path(outputs["diff"]).read_text()


def base_with(runner, before):
    """A base with other policies, or without any, and a branch on it with right ones."""
    if before is None:
        runner.project.run("git", "rm", "--quiet", "-r", "policies", "netpolc.toml", "deploy")
    else:
        runner.project.write("policies/shop.netpol", before)
    runner.project.commit()
    base = runner.project.run("git", "rev-parse", "HEAD").stdout.strip()
    runner.project.write("netpolc.toml", 'sources = ["policies/*.netpol"]\n')
    runner.project.write("policies/shop.netpol", WIDER)
    runner.project.commit()
    return base


WRONG, UNNAMED = "namespace shop\n\nwebapp -> database\n", "webapp -> database:5432\n"


@pytest.mark.parametrize("before", [WRONG, UNNAMED, None])
def test_a_base_without_usable_policies_fails_nothing(runner, before):
    base = base_with(runner, before)
    _, outputs = runner.step("Compare", NETPOLC_BASE=base)
    assert Path(outputs["diff"]).read_text() == runner.summary != ""
    assert ("could not be compared" in runner.summary) == (before is not None)


@pytest.mark.parametrize(("before", "judged"), [(WRONG, "widened"), (UNNAMED, "narrowed"), (WRONG, "any")])
def test_a_base_that_cannot_be_compared_fails_the_gate(runner, before, judged):
    done, outputs = runner.step("Compare", code=1, NETPOLC_BASE=base_with(runner, before), NETPOLC_FAIL_ON=judged)
    assert f"cannot be compared with its base, and fail-on is {judged}" in done.stdout
    assert "could not be compared" in Path(outputs["diff"]).read_text() == runner.summary


def test_a_base_without_policies_is_judged_as_open(runner):
    _, outputs = runner.step("Compare", NETPOLC_BASE=base_with(runner, None), NETPOLC_FAIL_ON="widened")
    assert outputs["changed"] == "true"
    assert "refused" not in outputs


PLACES = 'sources = ["policies/*.netpol"]\n[env.prod]\n[env.staging]\n[env.dev]\n'


@pytest.fixture
def several(runner):
    """A project with three environments in a folder of the repository, and a change that two of them see."""
    runner.project.write("services/shop/netpolc.toml", PLACES)
    program = "namespace shop\n\nwebapp -> database:5432\n"
    runner.project.write("services/shop/policies/shop.netpol", program)
    runner.base = runner.project.commit()
    runner.project.write(
        "services/shop/policies/shop.netpol", program + "env prod, dev {\n  webapp -> database:22\n}\n"
    )
    runner.project.commit()
    return runner


def test_a_job_compares_all_environments(several):
    _, outputs = several.step("Compare", cwd="services/shop", NETPOLC_BASE=several.base, NETPOLC_FAIL_ON="widened")
    assert (outputs["changed"], outputs["refused"]) == ("true", "true")
    said = Path(outputs["diff"]).read_text().splitlines()
    assert [line for line in said if line.startswith(("###", "**"))] == [
        "### prod, dev",
        "**Network policies: 1 connection opened, 0 closed**",
        "### staging",
        "**Network policies: 0 connections opened, 0 closed**",
    ]
    long = several.comment("\n".join([*said, *["| a row |"] * 10_000]))
    assert long.stderr == ""
    (comment,) = several.comments
    assert comment["body"].splitlines()[1:4] == ["### prod, dev", *said[2:3], "### staging"]


def test_an_environment_that_the_base_lacks_cannot_be_judged(several):
    several.project.write("services/shop/netpolc.toml", f"{PLACES}[env.new]\n")
    several.project.commit()
    _, outputs = several.step(
        "Compare", code=1, cwd="services/shop", NETPOLC_BASE=several.base, NETPOLC_FAIL_ON="narrowed"
    )
    assert outputs["changed"] == "true"
    assert "### prod, dev" in several.summary


def test_one_comment_is_kept_up_to_date(runner):
    runner.comment("**first**\n")
    runner.comment("**second**\n")
    runner.comment("nothing any more\n", changed="false")
    (comment,) = runner.comments
    assert comment["body"] == "<!-- netpolc .  -->\nnothing any more\n"


def test_no_comment_where_nothing_changes(runner):
    runner.comment("nothing\n", changed="false")
    assert runner.comments == []


def test_projects_have_a_comment_each_and_people_keep_theirs(runner):
    marker = "<!-- netpolc .  -->"
    others = [
        {"id": 1, "user": {"type": "User"}, "body": f"{marker}\nmine"},
        {"id": 2, "user": {"type": "Bot"}, "body": f"another\n{marker}\n"},
        {"id": 3, "user": {"type": "Bot"}, "body": None},
    ]
    (runner.folder / "comments").write_text(json.dumps(others))
    runner.comment("a\n")
    runner.comment("b\n", project="services/pay prod")
    runner.comment("c\n")
    assert runner.comments[:3] == others
    assert [comment["body"].splitlines()[1] for comment in runner.comments[3:]] == ["c", "b"]


def test_a_project_cannot_break_out_of_its_marker(runner):
    runner.comment("a\n", project='x --> <img> "$(id)` \\')
    runner.comment("b\n", project='x --> <img> "$(id)` \\')
    (comment,) = runner.comments
    assert comment["body"].count("-->") == 1
    assert comment["body"].endswith("\nb\n")


def test_a_long_list_is_left_to_the_summary(runner):
    runner.comment("**Network policies: many**\n" + "| a row |\n" * 10_000)
    (comment,) = runner.comments
    assert comment["body"].startswith("<!-- netpolc .  -->\n**Network policies: many**\n\nThe list is too long")


@pytest.mark.parametrize("refused", ["GET", "POST", "PATCH"])
def test_a_token_that_may_not_comment_fails_nothing(runner, refused):
    if refused == "PATCH":
        runner.comment("a\n")
    done = runner.comment("b\n", GH_REFUSES=refused)
    assert "::notice" in done.stdout


def test_the_installed_netpolc_is_the_actions_own(runner):
    runner.project.tool("python3", PYTHON)
    runner.step("Install netpolc")
    assert (runner.folder / "path").read_text() == f"{runner.temporary}/netpolc/bin\n"
    assert f"-m pip install --quiet --disable-pip-version-check {ROOT}" in (runner.project.root / "calls").read_text()


def test_no_script_has_a_result_renamed_over_a_device():
    for script in (ROOT / "integrations").rglob("*.sh"):
        assert not re.search(r"(?:--output|-o)[ =]/dev/", script.read_text("utf-8")), script
