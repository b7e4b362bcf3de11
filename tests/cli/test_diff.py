import json
import random
import shutil
import subprocess
from pathlib import Path

import pytest

SHOP = "namespace shop\nbaseline deny all\nwebapp -> database:5432\n"
MORE = f"{SHOP}guest -> database:5432\n"
LESS = "namespace shop\nbaseline deny all\n"
POD = """---
apiVersion: v1
kind: Pod
metadata: {{name: {0}, namespace: shop, labels: {{app: {0}}}}}
spec: {{containers: [{{name: c, image: x}}]}}
"""


def git(folder, *arguments):
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def sides(here):
    """A project with an old and a new folder that differ in a flow."""
    here.write("netpolc.toml", "")
    here.write("old/shop.netpol", SHOP)
    here.write("new/shop.netpol", MORE)
    return here


@pytest.fixture
def repository(here):
    """A program in its first revision."""
    here.write("netpolc.toml", 'sources = ["policies/*.netpol"]\n')
    here.write("policies/shop.netpol", SHOP)
    git(here.path, "init", "-q", "-b", "main")
    git(here.path, "add", ".")
    git(here.path, "commit", "-qm", "one")
    return here


def document(ran):
    assert ran.code == 0, ran.err
    return json.loads(ran.out)


OPENED = {
    "change": "widened",
    "sources": ["shop/[app=guest]"],
    "destinations": ["shop/[app=database]"],
    "ports": [{"protocol": "TCP", "first": 5432, "last": 5432}],
}


@pytest.mark.usefixtures("sides")
def test_the_json_of_the_contract(netpolc):
    found = document(netpolc("diff", "old", "new", "--format", "json"))
    assert (found["format_version"], found["widened"], found["narrowed"]) == ("2", 1, 0)
    assert (found["complete"], found["opened"], found["closed"]) == (True, True, False)
    guest = {"id": "shop/[app=guest]", "type": "pods", "namespace": "shop", "selector": "app=guest"}
    assert guest in found["peers"]
    assert {name for change in found["changes"] for name in (*change["sources"], *change["destinations"])} <= {
        peer["id"] for peer in found["peers"]
    }
    (change,) = found["changes"]
    assert {key: change[key] for key in OPENED} == OPENED
    (reason,) = change["because"]
    said = {"file": "new/shop.netpol", "line": 4, "text": "guest -> database:5432", "side": "new"}
    assert {key: reason[key] for key in said} == said
    assert change["risks"] == []
    assert "partial" not in change


@pytest.mark.usefixtures("sides")
def test_the_json_of_pairs(netpolc, sides):
    sides.write("new/shop.netpol", f"{SHOP}{{guest, cron}} -> {{database, cache}}:5432\n")
    grouped = document(netpolc("diff", "old", "new", "--format", "json"))
    listed = document(netpolc("diff", "old", "new", "--format", "json", "--pairs"))
    assert (grouped["widened"], len(grouped["changes"])) == (1, 1)
    assert (listed["widened"], len(listed["changes"])) == (4, 4)
    (group,) = grouped["changes"]
    sources, destinations = group.pop("sources"), group.pop("destinations")
    assert listed["changes"] == [
        {**group, "source": source, "destination": destination} for source in sources for destination in destinations
    ]
    assert {key: value for key, value in listed.items() if key not in ("changes", "widened")} == {
        key: value for key, value in grouped.items() if key not in ("changes", "widened")
    }


def test_what_nobody_can_resolve_is_kept_by_name(netpolc, sides):
    sides.write("new/shop.netpol", f'{SHOP}webapp -> cache:"redis"\n')
    (change,) = document(netpolc("diff", "old", "new", "--format", "json"))["changes"]
    assert (change["ports"], change["named_ports"]) == ([], [{"protocol": "TCP", "name": "redis"}])


@pytest.mark.usefixtures("sides")
@pytest.mark.parametrize(
    ("arguments", "wanted", "code"),
    [
        (("old", "new"), None, 0),
        (("old", "new"), "widened", 1),
        (("old", "new"), "narrowed", 0),
        (("old", "new"), "any", 1),
        (("new", "old"), "widened", 0),
        (("new", "old"), "narrowed", 1),
        (("new", "old"), "any", 1),
        (("old", "old"), "any", 0),
    ],
)
def test_some_changes_end_a_run_with_one(netpolc, arguments, wanted, code):
    ran = netpolc("diff", *arguments, *(() if wanted is None else ("--fail-on", wanted)))
    assert (ran.code, ran.err) == (code, "")
    assert ran.out.splitlines()[-1].endswith("closed")


def test_a_program_and_what_it_becomes_are_the_same(netpolc, sides):
    assert netpolc("build", "new", "-o", "built").code == 0
    ran = netpolc("diff", "built", "new", "--fail-on", "any")
    assert (ran.code, ran.out) == (0, "0 connections opened, 0 closed\n")
    shutil.copytree(sides / "old", sides / "both")
    sides.write("both/more.yaml", (sides / "built/shop/guest.yaml").read_text().replace("name: guest", "name: more"))
    assert netpolc("diff", "old", "both").out.endswith("0 connections opened, 0 closed\n")


@pytest.mark.usefixtures("sides")
def test_a_side_without_policies_is_said_first(netpolc, sides):
    sides.write("list.yaml", "apiVersion: v1\nkind: List\nitems: []\n")
    sides.write("pod.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: shop}\nspec: {containers: []}\n")
    said = "the new side has no policies: everything is allowed there"
    for nothing in ("list.yaml", "pod.yaml"):
        ran = netpolc("diff", "old", nothing)
        assert (ran.code, ran.err.splitlines()[-1]) == (0, said)
        assert json.loads(netpolc("diff", "old", nothing, "--format", "json").out)["without_policies"] == ["new"]
        lines = netpolc("diff", "old", nothing, "--format", "md").out.splitlines()
        assert lines[2] == f"**{said.capitalize()}.**"
    assert netpolc("diff", "list.yaml", "new").code == 0
    assert netpolc("diff", "list.yaml", "new", "--fail-on", "widened").code == 2
    assert netpolc("diff", "old", "list.yaml", "--fail-on", "any").code == 2
    assert "NP818" in netpolc("diff", "old", "-", stdin=b"").err


@pytest.mark.usefixtures("sides")
def test_files_that_the_project_leaves_out_are_said_where_none_are_left(netpolc, sides):
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: shop}\nspec: {containers: []}\n"
    sides.write("netpolc.toml", 'sources = ["new"]\nexclude = ["k8s/policies"]\n')
    sides.write("k8s/pod.yaml", pod)
    sides.write("k8s/policies/a.yaml", "")
    said = "files in k8s are left out, by `exclude` or `--exclude`: name those that are meant"
    assert netpolc("diff", "k8s", "new").err.splitlines()[-1] == said
    assert "left out" not in netpolc("diff", "k8s/pod.yaml", "new").err


@pytest.mark.usefixtures("sides")
def test_an_error_on_either_side_is_said_and_ends_the_run(netpolc, sides):
    sides.write("new/shop.netpol", "webapp => database:1\n")
    ran = netpolc("diff", "old", "new")
    assert (ran.code, ran.out) == (2, "")
    assert "error[NP102]" in ran.err
    assert "new/shop.netpol:1:8" in ran.err
    assert "the new side has errors, so nothing is compared" in ran.err
    sides.write("old/shop.netpol", "webapp -> database\n")
    ran = netpolc("diff", "old", "new")
    assert (ran.code, ran.out) == (2, "")
    assert "error[NP301]" in ran.err
    assert "error[NP102]" in ran.err
    assert "the old side and the new side have errors" in ran.err
    ran = netpolc("diff", "old", "new", "--error-format", "json")
    assert {found["code"] for found in json.loads(ran.err)["diagnostics"]} == {"NP301", "NP102"}


@pytest.mark.usefixtures("sides")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "two sides are needed"),
        (("old",), "two sides are needed"),
        (("", "new"), "it is empty"),
        (("-", "-"), "only one side can be standard input"),
        (("old", "nowhere"), "`nowhere` cannot be read"),
        (("old", "git:main"), "in no git repository"),
        (("old", "new", "--against", "main"), "one path at most"),
        (("git:main", "--against", "main"), "a path of the working tree"),
        (("-", "--against", "main"), "a path of the working tree"),
        (("--against", ""), "it is empty"),
        (("--against", "main:old"), "it takes a revision alone"),
        (("old", "new", "--workloads", "old"), "no netpol sources"),
        (("old", "new", "--workloads", "nowhere.yaml"), "cannot be read"),
        (("old", "new", "--fail-on", "all"), "--fail-on"),
        (("empty", "empty"), "neither side has a netpol file or a manifest"),
    ],
)
def test_wrong_usage(netpolc, sides, arguments, said):
    (sides / "empty").mkdir()
    ran = netpolc("diff", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert said in " ".join(ran.err.split())
    assert "Traceback" not in ran.err


def test_a_folder_without_policies_allows_everything(netpolc, sides):
    (sides / "empty").mkdir()
    ran = netpolc("diff", "empty", "old", "--fail-on", "widened")
    assert ran.code == 0
    assert "the old side has no policies: everything is allowed there" in ran.err
    assert "1 namespace gains its egress deny" in ran.out
    assert netpolc("diff", "old", "empty", "--fail-on", "widened").code == 1


def test_one_side_may_be_standard_input(netpolc, sides):
    expected = document(netpolc("diff", "old", "new", "--format", "json"))["changes"][0]
    found = document(netpolc("diff", "old", "-", "--format", "json", stdin=MORE.encode()))["changes"][0]
    assert {key: found[key] for key in OPENED} == {key: expected[key] for key in OPENED}
    assert sides.names("old") == ["shop.netpol"]


def test_each_side_has_a_project_of_its_own(netpolc, sides):
    for side, namespace in (("old", "a"), ("new", "b")):
        sides.write(f"{side}/netpolc.toml", f'sources = ["src/*.netpol"]\nnamespace = "{namespace}"\n')
        sides.write(f"{side}/src/x.netpol", "web -> db:1\n")
        sides.write(f"{side}/broken.netpol", "=>\n")
    found = document(netpolc("diff", "old", "new", "--format", "json"))
    assert [(each["change"], each["namespace"]) for each in found["denials"]] == [("lost", "a"), ("gained", "b")]
    found = document(netpolc("diff", "old", "new", "--format", "json", "--namespace", "c"))
    assert found["changes"] == []


def test_environments(netpolc, sides):
    sides.write("netpolc.toml", "[env.dev]\n[env.prod]\n")
    sides.write("new/shop.netpol", f"{SHOP}env dev {{\n  guest -> database:5432\n}}\n")
    ran = netpolc("diff", "old", "new", "--fail-on", "widened")
    opened, same = ran.out.split("\n\nin prod:\n")
    assert (ran.code, opened[:16], same) == (1, "in dev:\nopened  ", "0 connections opened, 0 closed\n")
    assert netpolc("diff", "old", "new", "--fail-on", "narrowed").code == 0
    found = document(netpolc("diff", "old", "new", "--format", "json"))
    assert (found["opened"], found["closed"]) == (True, False)
    assert [(each["environments"], each["widened"]) for each in found["by_environment"]] == [
        (["dev"], 1),
        (["prod"], 0),
    ]
    sides.write("new/shop.netpol", SHOP)
    assert document(netpolc("diff", "old", "new", "--format", "json"))["environments"] == ["dev", "prod"]
    sides.write("new/shop.netpol", f"{SHOP}env dev {{\n  guest -> database:5432\n}}\n")
    assert netpolc("diff", "old", "new", "--env", "dev", "--fail-on", "any").code == 1
    assert netpolc("diff", "old", "new", "--env", "prod", "--fail-on", "any").code == 0
    assert netpolc("diff", "old", "new", "--env", "test").code == 2


def test_workloads_that_both_sides_have(netpolc, sides):
    sides.write("deploy/pods.yaml", "".join(map(POD.format, ("webapp", "database", "guest"))))
    found = document(netpolc("diff", "old", "new", "--workloads", "deploy", "--format", "json"))
    (change,) = found["changes"]
    assert sorted(change["sources"]) == ["shop/[app=guest]", "shop/guest"]
    assert sorted(change["destinations"]) == ["shop/[app=database]", "shop/database"]
    assert (
        "opened  shop/guest -> shop/database : TCP 5432\n" in netpolc("diff", "old", "new", "--workloads", "deploy").out
    )
    sides.write("deploy/pods.yaml", "".join(map(POD.format, ("webapp", "database"))))
    found = document(netpolc("diff", "old", "new", "--workloads", "deploy", "--format", "json"))
    assert [each["sources"] for each in found["changes"]] == [["shop/[app=guest]"]]
    asked = "diff", "old", "new", "--workloads", "deploy", "--format", "json", "--no-hypothetical"
    ran = netpolc(*asked)
    found = document(ran)
    assert (found["changes"], found["widened"], found["opened"]) == ([], 0, True)
    assert ran.err == LEFT_OUT.replace(";", ", to or from which connections are opened;")
    assert netpolc(*asked, "-q").err == ""
    assert json.loads(netpolc(*asked, "--error-format", "json").err)["diagnostics"] == []
    assert netpolc(*asked, "--fail-on", "widened").code == 1
    assert netpolc(*asked, "--fail-on", "narrowed").code == 0


LEFT_OUT = "left out: pods that no manifest shows; `--fail-on` judges these, too\n"


DENIES = (
    "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, namespace: shop}\n"
    "spec: {podSelector: {}, ingress: []}\n",
    "apiVersion: policy.networking.k8s.io/v1alpha2\nkind: ClusterNetworkPolicy\nmetadata: {name: p}\n"
    "spec: {tier: Admin, priority: 1, subject: {namespaces: {}}, "
    "ingress: [{action: Deny, from: [{namespaces: {}}]}]}\n",
)


@pytest.mark.parametrize("policy", DENIES, ids=["NetworkPolicy", "ClusterNetworkPolicy"])
def test_policies_among_the_manifests_of_workloads_are_of_no_side(netpolc, sides, policy):
    """On both sides, they would hide a change: that of the very policy, or of what it denies."""
    sides.write("deploy/pods.yaml", "".join(map(POD.format, ("webapp", "database"))))
    before = netpolc("diff", "old", "new", "--workloads", "deploy").out
    sides.write("deploy/policy.yaml", policy)
    assert netpolc("diff", "old", "new", "--workloads", "deploy").out == before != ""


def test_workloads_that_one_side_has_are_told_with_what_they_may_do(netpolc, sides):
    sides.write("new/pods.yaml", "".join(map(POD.format, ("webapp", "database"))))
    sides.write("new/shop.netpol", SHOP)
    ran = netpolc("diff", "old", "new", "--fail-on", "any")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == (
        "new     workload shop/database\n        reached by shop/webapp : TCP 5432\n\n"
        "new     workload shop/webapp\n        may reach shop/database : TCP 5432\n\n"
        "0 connections opened, 0 closed, 2 new workloads\n"
    )
    found = document(netpolc("diff", "new", "old", "--format", "json"))
    assert found["workloads"]["added"] == []
    database, webapp = found["workloads"]["removed"]
    assert (database["id"], database["reaches"], webapp["id"], webapp["reached_by"]) == (
        "shop/database",
        [],
        "shop/webapp",
        [],
    )
    assert [(each["sources"], each["ports"]) for each in database["reached_by"]] == [
        (["shop/[app=webapp]", "shop/webapp"], OPENED["ports"])
    ]
    assert netpolc("diff", "new", "old").out.endswith("0 connections opened, 0 closed, 2 workloads gone\n")


def test_a_new_workload_that_nothing_closes_is_widened(netpolc, sides):
    """Nothing changed for the pods that there are, and yet somebody is there who may do everything."""
    sides.write("new/shop.netpol", SHOP)
    sides.write("new/pods.yaml", POD.format("lab").replace("namespace: shop", "namespace: lab"))
    ran = netpolc("diff", "old", "new", "--fail-on", "widened")
    assert ran.code == 1
    assert (
        "new     workload lab/lab\n        nothing closes its egress\n        nothing closes its ingress\n" in ran.out
    )
    beyond = "[kubernetes.io/metadata.name!=shop]/*, outside : ANY"
    assert f"        may reach {beyond}\n        reached by {beyond}\n" in ran.out
    assert netpolc("diff", "new", "old", "--fail-on", "any").code == 0
    found = document(netpolc("diff", "old", "new", "--format", "json"))
    (added,) = found["workloads"]["added"]
    told = {name for group in added["reaches"] for name in group["destinations"]}
    assert told <= {peer["id"] for peer in found["peers"]}
    assert (added["open"], found["opened"]) == (["egress", "ingress"], True)


@pytest.mark.usefixtures("sides")
def test_only_warnings_of_the_new_side_are_said(netpolc, sides):
    doubtful = "namespace shop\nbaseline deny ingress\npods database = [app=db]\nwebapp -> databse:1\n"
    sides.write("old/shop.netpol", doubtful)
    ran = netpolc("diff", "old", "new")
    assert (ran.code, ran.err) == (0, "")
    assert "warning[NP204]" in netpolc("diff", "new", "old").err


@pytest.mark.usefixtures("sides")
def test_colour_is_for_those_who_see_it(netpolc, sides):
    assert "\x1b[" in netpolc("diff", "old", "new", "--color", "always").out
    assert "\x1b[" not in netpolc("diff", "old", "new").out
    assert "\x1b[" not in netpolc("diff", "old", "new", "--color", "always", "--format", "md").out
    ran = netpolc("diff", "old", "new", "--color", "always", "-o", "out.txt")
    assert (ran.code, ran.out) == (0, "")
    assert "\x1b[" not in (sides / "out.txt").read_text()
    assert (sides / "out.txt").read_text() == netpolc("diff", "old", "new").out


def test_names_of_files_cannot_act(netpolc, sides):
    folder = "n|`\x1b[31m\u202e<b>"
    sides.write(f"{folder}/shop.netpol", MORE)
    for form in ("text", "md", "json"):
        ran = netpolc("diff", "old", folder, "--format", form)
        assert ran.code == 0, ran.err
        assert not {"\x1b", "\u202e"} & set(ran.out)
    (row,) = (line for line in netpolc("diff", "old", folder, "--format", "md").out.splitlines() if "guest" in line)
    assert (row.count("|"), row.count("`")) == (6, 8)


POLICY = {
    "apiVersion": "networking.k8s.io/v1",
    "kind": "NetworkPolicy",
    "metadata": {"name": "p", "namespace": "shop"},
    "spec": {"podSelector": {}, "policyTypes": ["Ingress"], "ingress": [{}]},
}


@pytest.mark.usefixtures("sides")
def test_a_difference_that_takes_too_long_is_no_complete_one(netpolc, monkeypatch):
    """And no gate lets it through."""
    assert document(netpolc("diff", "old", "new", "--format", "json"))["complete"] is True
    monkeypatch.setattr("netpolc.engine.comparison.STEPS_OF_ALL", 0)
    ran = netpolc("diff", "old", "new", "--format", "json", "--error-format", "json")
    assert document(ran)["complete"] is False
    assert [found["code"] for found in json.loads(ran.err)["diagnostics"]] == ["NP625"]
    assert netpolc("diff", "old", "new").code == 0
    for gate in ("any", "widened", "narrowed"):
        ran = netpolc("diff", "old", "new", "--format", "md", "--fail-on", gate)
        assert ran.code == 2
        assert "every pod that could exist" not in ran.out or "not about" in ran.out


KEYS = [f"v{number}" for number in range(12)]


def flows_between_labels(count, seed):
    """A program of as many flows, whose selectors overlap in more ways than anybody would read."""
    source = random.Random(seed)
    flows = (source.sample(KEYS, 4) for _ in range(count))
    return LESS + "".join(f"[!{a}, !{b}] -> [{c}, {d}]:1\n" for a, b, c, d in flows)


@pytest.mark.parametrize("count", [8, 20, 52])
def test_one_changed_line_of_a_program_is_one_change(netpolc, here, count):
    """Of the pods that its selectors select, others let some through, so that it is true of some of them only."""
    program = flows_between_labels(count, count)
    here.write("old.netpol", program)
    here.write("new.netpol", program.replace(":1\n", ":2\n", 1))
    found = document(netpolc("diff", "old.netpol", "new.netpol", "--format", "json"))
    assert (found["widened"], found["narrowed"], found["complete"]) == (1, 1, True)
    assert [each.get("partial", False) for each in found["changes"]] == [False, True]
    text = netpolc("diff", "old.netpol", "new.netpol").out
    assert text.count(" (for some of these pods)\n") == 1
    lines = [line.split()[:2] for line in text.splitlines() if "netpol:" in line]
    assert lines == [["new", "new.netpol:3:"], ["old", "old.netpol:3:"]]


def test_a_whole_program_is_as_many_changes_as_it_has_lines(netpolc, here):
    here.write("old.netpol", LESS)
    here.write("new.netpol", flows_between_labels(52, 52))
    found = document(netpolc("diff", "old.netpol", "new.netpol", "--format", "json"))
    assert (found["complete"], found["opened"], found["closed"], found["narrowed"]) == (True, True, False, 0)
    assert 26 < found["widened"] <= 52


def test_the_working_tree_against_a_revision(netpolc, repository):
    assert netpolc("diff", "--against", "main", "--fail-on", "any").code == 0
    repository.write("policies/shop.netpol", MORE)
    for arguments in (
        ("--against", "main"),
        ("--against", "HEAD", "policies"),
        ("--against", "main", "policies/shop.netpol"),
        ("git:main", "."),
        ("git:HEAD:policies", "policies"),
        ("git:main:policies/shop.netpol", "policies/shop.netpol"),
    ):
        (change,) = document(netpolc("diff", *arguments, "--format", "json"))["changes"]
        assert {key: change[key] for key in OPENED} == OPENED, arguments
        assert change["because"][0]["file"] == "policies/shop.netpol"


def test_lines_of_a_revision_are_named_as_git_names_them(netpolc, repository):
    repository.write("policies/shop.netpol", LESS)
    ran = netpolc("diff", "--against", "main")
    assert "old  main:policies/shop.netpol:3: webapp -> database:5432" in ran.out
    (change,) = document(netpolc("diff", "--against", "main", "--format", "json"))["changes"]
    (reason,) = change["because"]
    assert (reason["file"], reason["place"]) == ("policies/shop.netpol", "main:policies/shop.netpol:3")


def test_two_revisions_and_where_a_branch_began(netpolc, repository):
    git(repository.path, "checkout", "-qb", "feature")
    repository.write("policies/shop.netpol", MORE)
    git(repository.path, "commit", "-qam", "two")
    git(repository.path, "checkout", "-q", "main")
    repository.write("policies/shop.netpol", LESS)
    git(repository.path, "commit", "-qam", "three")
    found = document(netpolc("diff", "git:main...feature", "git:feature", "--format", "json"))
    assert (found["widened"], found["narrowed"]) == (1, 0)
    found = document(netpolc("diff", "git:feature", "git:main", "--format", "json"))
    assert (found["widened"], found["narrowed"]) == (0, 2)


def test_from_a_folder_below(netpolc, repository, monkeypatch):
    repository.write("policies/shop.netpol", MORE)
    monkeypatch.chdir(repository / "policies")
    for arguments in ((), ("shop.netpol",)):
        (change,) = document(netpolc("diff", "--against", "main", *arguments, "--format", "json"))["changes"]
        assert change["sources"] == ["shop/[app=guest]"]


def test_errors_of_a_revision_name_its_files(netpolc, repository):
    repository.write("policies/shop.netpol", "webapp => database:1\n")
    git(repository.path, "commit", "-qam", "broken")
    repository.write("policies/shop.netpol", SHOP)
    ran = netpolc("diff", "--against", "main")
    assert (ran.code, ran.out) == (2, "")
    assert "main:policies/shop.netpol:1:8" in ran.err
    assert "the old side has errors" in ran.err
    ran = netpolc("diff", "--against", "nope")
    assert (ran.code, ran.out) == (2, "")
    assert "error[NP810]" in ran.err
    git(repository.path, "commit", "-qam", "mended")
    repository.write("netpolc.toml", "nonsense = 1\n")
    git(repository.path, "commit", "-qam", "bad project")
    repository.write("netpolc.toml", "")
    ran = netpolc("diff", "--against", "main")
    assert (ran.code, ran.out) == (2, "")
    assert "error[NP801]" in ran.err
    assert "main:netpolc.toml" in ran.err


def test_a_revision_without_a_program_is_read_by_its_manifests(netpolc, here):
    here.write("deploy/p.json", json.dumps(POLICY))
    git(here.path, "init", "-q", "-b", "main")
    git(here.path, "add", ".")
    git(here.path, "commit", "-qm", "one")
    here.write("deploy/p.json", json.dumps({**POLICY, "spec": {**POLICY["spec"], "ingress": []}}))
    found = document(netpolc("diff", "--against", "main", "--format", "json"))
    assert found["narrowed"] > 0
    assert [(each["change"], each["namespace"]) for each in found["denials"]] in ([], [("gained", "shop")])
    assert Path(found["changes"][0]["because"][0]["file"]) == Path("deploy/p.json")


def test_a_change_against_an_assertion_is_shown_all_the_same(netpolc, here):
    text = "namespace shop\nweb -> db:5432\nassert only web -> db:*\n"
    here.write("old.netpol", text)
    here.write("new.netpol", f"{text}cron -> db:5432\n")
    assert netpolc("check", "new.netpol").code == 1
    for old, new, said in (("old", "new", "opened"), ("new", "old", "closed")):
        ran = netpolc("diff", f"{old}.netpol", f"{new}.netpol")
        assert ran.code == 0
        assert f"{said}  shop/[app=cron] -> shop/[app=db] : TCP 5432" in ran.out
    assert "shop/[app=cron] -> shop/[app=db] : TCP 5432" in netpolc("reach", "new.netpol", "--pairs").out
    assert netpolc("can", "shop/cron", "shop/db:5432", "new.netpol").code == 0


CLOSED = """---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: NAME, namespace: shop}
spec: {podSelector: {}, policyTypes: [Ingress]}
"""


@pytest.mark.parametrize(("broken", "side"), [("old", "old"), ("new", "new")])
def test_sides_with_errors_are_compared_to_keep_going(here, netpolc, broken, side):
    for name in ("old", "new"):
        here.write(f"{name}/web.yaml", POD.format("web") + CLOSED.replace("NAME", "a_b" if name == broken else "a"))
    ran = netpolc("diff", "old", "new")
    assert (ran.code, ran.out) == (2, "")
    ran = netpolc("diff", "old", "new", "--keep-going")
    assert ran.code == 0
    assert ("closed" if broken == "old" else "opened") in ran.out
    assert f"warning[NP812]: the {side} side: 1 object (1 NetworkPolicy) is left out" in ran.err
    assert ran.err.count("NP812") == 1
    assert ran.err.count("warning[NP401]") == 1


def test_both_sides_and_the_workloads_are_named_for_themselves(here, netpolc):
    for name in ("old", "new"):
        here.write(f"{name}/web.yaml", CLOSED.replace("NAME", "a_b") + CLOSED.replace("NAME", "a"))
    here.write("deploy/web.yaml", POD.format("web") + "---\na: [\n")
    ran = netpolc("diff", "old", "new", "--workloads", "deploy", "--keep-going")
    assert ran.code == 0
    for name in ("the old side", "the new side", "the manifests of workloads"):
        assert f"warning[NP812]: {name}: 1 " in ran.err


def test_what_a_revision_leaves_out_is_called_as_git_does(here, netpolc):
    here.write("k8s/web.yaml", POD.format("web") + CLOSED.replace("NAME", "a_b"))
    git(here.path, "init", "-q", "-b", "main")
    git(here.path, "add", ".")
    git(here.path, "commit", "-qm", "one")
    here.write("k8s/web.yaml", POD.format("web") + CLOSED.replace("NAME", "a"))
    ran = netpolc("diff", "git:main:k8s", "k8s", "--keep-going")
    assert ran.code == 0
    assert "warning[NP812]: the old side" in ran.err
    assert "main:k8s/web.yaml" in ran.err


@pytest.mark.usefixtures("sides")
def test_a_gate_does_not_keep_going(netpolc):
    ran = netpolc("diff", "old", "new", "--keep-going", "--fail-on", "any")
    assert ran.code == 2
    assert "a gate judges everything" in ran.err


DEPLOYMENT = """---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}}}
spec: {{template: {{metadata: {{labels: {{app: {name}}}}}, spec: {{containers: [{{name: c, image: x}}]}}}}}}
"""
CLOSED_SHOP = "namespace shop\nbaseline deny ingress\napi -> web:"


@pytest.fixture
def without_namespaces(here):
    here.write("old.netpol", f"{CLOSED_SHOP}80\n")
    here.write("new.netpol", f"{CLOSED_SHOP}{{80, 81}}\n")
    here.write("several.netpol", f"{CLOSED_SHOP}{{80, 81}}\nnamespace more\na -> b:1\n")
    here.write("unnamed.netpol", "baseline deny ingress\napi -> web:80\n")
    here.write("deploy.yaml", "".join(DEPLOYMENT.format(name=name) for name in ("web", "api")))


@pytest.mark.usefixtures("without_namespaces")
@pytest.mark.parametrize("options", [(), ("-n", "shop")])
def test_workloads_without_a_namespace_are_those_of_the_program(netpolc, options):
    arguments = "old.netpol", "new.netpol", "--workloads", "deploy.yaml", "--no-hypothetical", "--fail-on", "any"
    ran = netpolc("diff", *arguments, *options)
    assert ran.code == 1
    assert "opened  shop/api -> shop/web : TCP 81" in ran.out
    assert ran.err == LEFT_OUT


@pytest.mark.usefixtures("without_namespaces")
@pytest.mark.parametrize(
    ("sides", "options", "said"),
    [
        (("unnamed.netpol", "old.netpol"), (), "the old side names no namespace, and the new one is about `shop`"),
        (("old.netpol", "unnamed.netpol"), (), "the new side names no namespace, and the old one is about `shop`"),
        (
            ("several.netpol", "several.netpol"),
            ("--workloads", "deploy.yaml", "--no-hypothetical"),
            "no workload is in `more` or `shop`",
        ),
    ],
)
@pytest.mark.parametrize("gate", [(), ("--fail-on", "widened")])
def test_what_has_no_namespace_in_common_is_not_compared(netpolc, sides, options, said, gate):
    ran = netpolc("diff", *sides, *options, *gate)
    assert (ran.code, ran.out) == (2, "")
    assert f"error[NP220]: {said}" in ran.err
    assert "-n" in ran.err
    assert "0 connections" in netpolc("diff", *sides, *options, *gate, "-n", "shop").out


@pytest.mark.usefixtures("without_namespaces")
def test_the_built_policies_of_a_named_namespace_are_not_compared_with_others_without_one(netpolc):
    netpolc("build", "unnamed.netpol", "-o", "built")
    ran = netpolc("diff", "built", "old.netpol")
    assert ran.code == 2
    assert ran.err.count("error[") == 1
    assert "the old side names no namespace" in ran.err
    assert netpolc("diff", "built", "old.netpol", "-n", "shop").out == "0 connections opened, 0 closed\n"


def test_a_gate_is_not_passed_by_what_is_of_another_environment(here, netpolc):
    policy = (
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: web, namespace: shop}\n"
        "spec: {podSelector: {}, policyTypes: [Ingress], ingress: [{ports: [{port: 80, protocol: TCP}]}]}\n"
    )
    for environment in ("prod", "staging"):
        here.write(f"p/{environment}/web.yaml", policy)
    git(here.path, "init", "-q", "-b", "main")
    git(here.path, "add", ".")
    git(here.path, "commit", "-qm", "one")
    here.write("p/staging/web.yaml", policy.replace("80", "81"))
    git(here.path, "commit", "-qam", "two")
    for words in (("git:HEAD~1:p", "git:HEAD:p"), ("git:HEAD~1:p", "p")):
        ran = netpolc("diff", *words)
        assert (ran.code, "this is about production" in ran.err) == (0, True)
        assert netpolc("diff", *words, "--fail-on", "any").code == 2
        assert netpolc("diff", *(f"{each}/staging" for each in words), "--fail-on", "widened").code == 1


def test_risks_are_not_marked_or_end_the_run_as_the_project_has_it(netpolc, here):
    here.write("old/a.netpol", "namespace shop\nbaseline deny all\nassert deny web -> db:1\n")
    here.write("new/a.netpol", "namespace shop\nbaseline deny ingress\nweb -> data/db:*\n")
    ran = netpolc("diff", "old", "new", "--format", "json")
    marked = {
        risk
        for kind in ("changes", "denials", "assertions")
        for each in json.loads(ran.out)[kind]
        for risk in each["risks"]
    }
    assert ran.code == 0
    assert {"NP621", "NP623", "NP624"} <= marked
    rules = "".join(f'{code} = {{ level = "off", reason = "why" }}\n' for code in sorted(marked))
    here.write("new/netpolc.toml", f"[rules]\n{rules}")
    for form in ("json", "text", "md"):
        ran = netpolc("diff", "old", "new", "--format", form)
        assert (ran.code, "NP62" in ran.out) == (0, False)
        assert "lose" in ran.out
    here.write("new/netpolc.toml", f"[rules]\n{rules.replace('off', 'error')}")
    ran = netpolc("diff", "old", "new")
    assert (ran.code, ran.err.splitlines()[-1]) == (1, f"{', '.join(sorted(marked))}: an error in this project")


@pytest.mark.parametrize(
    ("sides", "advice"),
    [
        (["--fail-on", "any"], "name a revision, as in `--against main`"),
        (["main"], "write `--against main`"),
        (["main", "policies"], "write `git:main`"),
        (["policies", "HEAD"], "write `git:HEAD`"),
        (["main..HEAD"], "write `git:main git:HEAD`"),
        (["main...HEAD"], "write `git:main...HEAD git:HEAD`"),
        (["nowhere"], "name a second one, or `--against REV`"),
    ],
)
def test_a_revision_where_a_path_is_meant(netpolc, repository, sides, advice):  # noqa: ARG001 -- it works there
    ran = netpolc("diff", *sides)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("error[NP823]: ")
    assert advice in ran.err


def test_without_sides_it_shows_what_is_not_committed(netpolc, repository):
    ran = netpolc("diff")
    assert ran == (0, "0 connections opened, 0 closed\n", "compared with HEAD: what is not committed yet\n")
    repository.write("policies/shop.netpol", f"{SHOP}webapp -> payments/gateway:8443\n")
    ran = netpolc("diff", "--format", "json")
    assert (json.loads(ran.out)["widened"], ran.code) == (1, 0)
    repository.write("policies/shop.netpol", "webapp -> gateway\n")
    ran = netpolc("diff", "--format", "json")
    assert [each["code"] for each in json.loads(ran.err)["diagnostics"]] == ["NP301"]
    shutil.rmtree(repository.path / ".git")
    ran = netpolc("diff")
    assert (ran.code, ran.out) == (2, "")
    assert "name them, as in `netpolc diff OLD NEW`" in ran.err


def test_environments_of_one_side_or_with_errors_are_said(netpolc, here):
    here.write("old/netpolc.toml", "[env.dev]\n[env.prod]\n")
    here.write("new/netpolc.toml", "[env.prod]\n[env.test]\n")
    for side in ("old", "new"):
        here.write(f"{side}/shop.netpol", SHOP)
    same = "in prod:\n0 connections opened, 0 closed\n"
    only = "\nin dev:\nno answer: the new side has no such environment\n"
    only += "\nin test:\nno answer: the old side has no such environment\n"
    assert netpolc("diff", "old", "new") == (0, same + only, "")
    assert netpolc("diff", "old", "new", "--fail-on", "widened").code == 2
    for side, missing in (("new", "dev"), ("old", "test")):
        ran = netpolc("diff", "old", "new", "--env", missing)
        assert (ran.code, f"the {side} side has no environment `{missing}`" in ran.err) == (2, True)
    found = document(netpolc("diff", "old", "new", "--format", "json"))
    assert (found["environments"], sorted(found["without_answer"])) == (["prod"], ["dev", "test"])
    here.write("new/netpolc.toml", "[env.dev]\n[env.prod]\n")
    here.write("new/shop.netpol", f"{SHOP}env dev {{ a -> b }}\n")
    ran = netpolc("diff", "old", "new")
    assert (ran.code, ran.out) == (2, f"{same}\nin dev:\nno answer: the new side has errors\n")
    assert "[NP301]" in ran.err
    here.write("new/netpolc.toml", "[env.test]\n")
    ran = netpolc("diff", "old", "new")
    assert (ran.code, "no environment in common" in " ".join(ran.err.split())) == (2, True)


def test_standard_input_is_read_once_for_all_environments(netpolc, sides):
    sides.write("netpolc.toml", "[env.dev]\n[env.prod]\n")
    ran = netpolc("diff", "old", "-", stdin=MORE.encode())
    assert ran.out.startswith("in dev, prod:\nopened ")


def test_a_picture(here, netpolc):
    here.write("old.netpol", "namespace shop\nbaseline deny all\nweb -> db:1\n")
    here.write("new.netpol", "namespace shop\nbaseline deny all\nweb -> db:1\nweb -> api:2\n")
    run = netpolc("diff", "old.netpol", "new.netpol", "--format", "mermaid")
    assert (run.code, run.err) == (0, "")
    assert '==>|"opened: TCP 2<br>new.netpol:4"|' in run.out
    assert netpolc("diff", "old.netpol", "new.netpol", "-o", "change.dot", "--fail-on", "widened").code == 1
    assert (here / "change.dot").read_text().startswith("digraph")
