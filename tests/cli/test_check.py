import datetime
import json

import pytest

from tests.json_forms import demand_fit

GOOD = "namespace shop\nweb -> db:5432\n"


@pytest.fixture
def today(monkeypatch):
    """Sets the day on which `check` runs."""

    def set_day(day):
        class Clock(datetime.datetime):
            @classmethod
            def now(cls, tz=None):
                return cls.combine(day, datetime.time(12), tz)

        monkeypatch.setattr("datetime.datetime", Clock)

    return set_day


def test_nothing_is_wrong(netpolc, here):
    here.write("a.netpol", GOOD)
    here.write("b.netpol", 'import "c.netpol"\nnamespace other\nweb -> db:c.pg\n')
    here.write("c.netpol", "port pg = 5432\n")
    assert netpolc("check", "a.netpol") == (0, "", "1 file checked: nothing is wrong\n")
    assert netpolc("check", "a.netpol", "b.netpol") == (0, "", "2 files checked: nothing is wrong\n")
    assert netpolc("check", "-q") == (0, "", "")
    assert here.names() == ["a.netpol", "b.netpol", "c.netpol"]


def test_every_error_is_reported_once_in_the_order_of_places(netpolc, here):
    here.write("netpolc.toml", "[env.a]\n[env.b]\n")
    here.write("x.netpol", "web -> db\nweb -> db:70000\n")
    here.write("y.netpol", "web => db:1\nweb -> 10.0.0.1:1\n")
    ran = netpolc("check", "--format", "plain")
    assert (ran.code, ran.err) == (1, "")
    assert [line.partition(": error[")[0] + line.partition("error")[2][:7] for line in ran.out.splitlines()] == [
        "x.netpol:1:8[NP301]",
        "x.netpol:2:11[NP302]",
        "y.netpol:1:5[NP102]",
        "y.netpol:2:8[NP305]",
    ]


def test_the_json_of_the_contract(netpolc, here):
    here.write("shop.netpol", "namespace shop\nstrict names\npods database = [app=db]\n* -> databse:5432\n")
    document = json.loads(netpolc("check", "--format", "json", "shop.netpol").out)
    (found,) = document.pop("diagnostics")
    assert document == {"format_version": "1", "valid": False, "error_count": 1, "warning_count": 0}
    place = {"file": "shop.netpol", "start": {"line": 4, "column": 6}, "end": {"line": 4, "column": 13}}
    assert {key: found[key] for key in ("code", "name", "severity", "range")} == {
        "code": "NP203",
        "name": "unknown-name",
        "severity": "error",
        "range": place,
    }
    assert found["message"] == "unknown name `databse`"
    assert found["help_uri"].endswith("NP203.md")
    declared = {"file": "shop.netpol", "start": {"line": 3, "column": 6}, "end": {"line": 3, "column": 14}}
    assert [label["range"] for label in found["labels"]] == [declared]
    (fix,) = found["fixes"]
    assert fix["applicability"] in ("safe", "unsafe")
    assert fix["edits"] == [{"range": place, "text": "database"}]


@pytest.mark.parametrize("option", ["--format", "--error-format"])
def test_json_where_nothing_is_wrong(netpolc, here, option):
    here.write("a.netpol", GOOD)
    ran = netpolc("check", option, "json", "a.netpol")
    assert (ran.code, ran.err) == (0, "")
    assert json.loads(ran.out) == {
        "format_version": "1",
        "valid": True,
        "error_count": 0,
        "warning_count": 0,
        "diagnostics": [],
    }


def test_columns_count_code_points(netpolc, here):
    here.write("a.netpol", '@reason("日本😀") \nweb -> db:0 # 😀\n@owner("😀") @ticket("é") x -> y:0\n')
    out = netpolc("check", "--format", "json", "a.netpol").out
    assert out.isascii()
    lines = (here / "a.netpol").read_text().split("\n")
    for found in json.loads(out)["diagnostics"]:
        if found["code"] == "NP302":
            start = found["range"]["start"]
            assert lines[start["line"] - 1][start["column"] - 1] == "0"


def test_strict_lets_warnings_fail(netpolc, here):
    here.write("a.netpol", "web -> 10.0.0.0/8:1\n")
    assert netpolc("check", "a.netpol").code == 0
    ran = netpolc("check", "--strict", "a.netpol")
    assert ran.code == 1
    assert ran.out.endswith("\n1 warning\n")
    assert netpolc("check", "--strict", "-q", "a.netpol").code == 1
    here.write("a.netpol", "# netpolc: ignore[NP501] nobody closes egress yet\nweb -> 10.0.0.0/8:1\n")
    assert netpolc("check", "--strict", "a.netpol").code == 0


@pytest.mark.parametrize(
    ("left", "code", "said"),
    [
        (400, 0, None),
        (15, 0, None),
        (14, 0, "warning[NP602]: this expires in 14 days, on 2031-05-20"),
        (1, 0, "warning[NP602]: this expires in 1 day, on 2031-05-20"),
        (0, 0, "warning[NP602]: this expires today"),
        (-1, 1, "error[NP601]: this expired on 2031-05-20"),
        (-4000, 1, "error[NP601]: this expired on 2031-05-20"),
    ],
)
def test_dates(netpolc, here, today, left, code, said):
    here.write("a.netpol", "@expires(2031-05-20)\nweb -> db:1\n")
    today(datetime.date(2031, 5, 20) - datetime.timedelta(days=left))
    ran = netpolc("check", "a.netpol")
    assert ran.code == code
    assert ran.out.splitlines()[:1] == ([] if said is None else [said])


def test_a_build_never_reads_the_clock(netpolc, here, today):
    here.write("a.netpol", "@expires(2001-01-01)\nweb -> db:1\n")
    early, late = datetime.date(1999, 1, 1), datetime.date(2101, 1, 1)
    today(early)
    before = netpolc("build", "a.netpol")
    today(late)
    assert netpolc("build", "a.netpol") == before
    assert (before.code, before.err) == (0, "")


def test_environments_are_checked_together_and_one_by_one(netpolc, here):
    here.write("netpolc.toml", "[env.prod]\n[env.staging]\n")
    here.write("a.netpol", "param port pg\nenv prod { port pg = 5432 }\nenv staging { a -> b:1 }\nweb -> db:pg\n")
    assert netpolc("check", "--env", "prod").code == 0
    assert netpolc("check", "--env", "staging").code == 1
    assert "NP212" in netpolc("check").out


def test_ignore_comments(netpolc, here):
    flow = "web -> 10.0.0.0/8:1"
    here.write("a.netpol", f"{flow}  # netpolc: ignore[NP501] egress is open on purpose\n")
    assert netpolc("check", "--strict", "a.netpol").code == 0
    here.write("a.netpol", f"{flow}  # netpolc: ignore[NP501]\n")
    ran = netpolc("check", "a.netpol")
    assert ran.code == 1
    assert "NP112" in ran.out
    here.write("a.netpol", "web -> db:1  # netpolc: ignore[NP501] nothing\n")
    assert "NP504" in netpolc("check", "a.netpol").out
    assert netpolc("build", "a.netpol").err == ""
    here.write("a.netpol", "web -> db:0  # netpolc: ignore[NP302] no\n")
    ran = netpolc("check", "a.netpol")
    assert ran.code == 1
    assert "NP302" in ran.out


def test_assertions_are_not_passed_over_in_silence(netpolc, here):
    here.write("a.netpol", "web -> db:1\nassert deny web -> db:1\n")
    ran = netpolc("check", "a.netpol")
    assert "NP70" in ran.out


def test_a_project_that_cannot_be_used_is_a_finding(netpolc, here):
    here.write("netpolc.toml", "outputs = 1\n")
    ran = netpolc("check", "--format", "json")
    assert (ran.code, ran.err) == (2, "")
    assert [found["code"] for found in json.loads(ran.out)["diagnostics"]] == ["NP801"]


NOTHING = "apiVersion: v1\nkind: List\nitems: []\n"
POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: database
  namespace: shop
spec:
  podSelector:
    matchLabels:
      app: database
  policyTypes:
    - Ingress
  ingress:
    - from:
        - podSelector:
            matchLabels:
              app: webapp
      ports:
        - protocol: TCP
          port: 5000
"""
MISPLACED = POLICY.replace("      ports:\n        - protocol: TCP\n          port: 5000\n", "") + (
    "  ports:\n    - protocol: TCP\n      port: 5000\n"
)
DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {name}
  namespace: shop
spec:
  selector:
    matchLabels:
      app: {name}
  template:
    metadata:
      labels:
        app: {name}
    spec:
      containers:
        - name: {name}
          image: {name}
          ports:
            - containerPort: 5000
"""


def codes(ran):
    return [line.partition("[")[2][:5] for line in ran.out.splitlines()]


def test_policies_that_were_written_by_hand(netpolc, here):
    here.write("k8s/good.yaml", POLICY)
    assert netpolc("check", "k8s") == (0, "", "1 file checked: nothing is wrong\n")
    here.write("k8s/bad.yaml", MISPLACED.replace("name: database\n", "name: misplaced\n"))
    ran = netpolc("check", "k8s", "--format", "plain")
    assert (ran.code, codes(ran)) == (1, ["NP412"])
    assert netpolc("check", "-", "--format", "plain", stdin=MISPLACED.encode()).code == 1


def test_the_namespace_may_be_named_by_the_run(netpolc, here):
    here.write("a.yaml", POLICY.replace("  namespace: shop\n", ""))
    assert codes(netpolc("check", "a.yaml", "--format", "plain")) == ["NP614"]
    assert codes(netpolc("check", "a.yaml", "-n", "shop", "--format", "plain")) == []


LISTED = "apiVersion: v1, kind: Namespace, metadata: {name: shop}"


def test_both_are_judged_together(netpolc, here):
    here.write("a.netpol", "namespace shop\nbaseline deny all\nweb -> db:1\n")
    here.write("k8s/dns.yaml", POLICY.replace("name: database", "name: default-deny"))
    ran = netpolc("check", "a.netpol", "k8s", "--format", "plain")
    assert (ran.code, "NP417" in codes(ran)) == (1, True)


def test_the_library_is_never_blamed(netpolc, here):
    """Hardly any manifests show cluster DNS, though they may show others of its namespace."""
    here.write("a.netpol", 'import "std"\nnamespace shop\nbaseline deny all\n* -> std.dns\n')
    agent = DEPLOYMENT.format(name="agent").replace("namespace: shop", "namespace: kube-system")
    here.write("deploy/all.yaml", f"{agent}---\n{DEPLOYMENT.format(name='webapp')}")
    assert "kube-system" in agent
    assert codes(netpolc("check", "a.netpol", "--workloads", "deploy", "--format", "plain")) == []


def test_pods_that_a_project_knows_are_there(netpolc, here):
    here.write("deploy/all.yaml", DEPLOYMENT.format(name="webapp"))
    here.write("shop.netpol", "namespace shop\nbaseline deny ingress\nwebapp -> {database:5432, cache:6379}\n")
    project = 'manifests = ["deploy/*.yaml"]\n'
    here.write("netpolc.toml", project)
    assert codes(netpolc("check", "--format", "plain")) == ["NP506", "NP506"]
    here.write("netpolc.toml", f'{project}known-pods = ["shop/[app=database]"]\n')
    assert codes(netpolc("check", "--format", "plain")) == ["NP506"]


def test_beside_workloads(netpolc, here):
    here.write("policies/database.yaml", POLICY.replace("app: webapp", "app: webap"))
    here.write("deploy/all.yaml", "---\n".join(DEPLOYMENT.format(name=name) for name in ("webapp", "database")))
    assert netpolc("check", "policies", "--format", "plain").out == ""
    ran = netpolc("check", "policies", "--workloads", "deploy", "--format", "plain")
    assert (ran.code, codes(ran)) == (0, ["NP617", "NP506"])
    here.write("netpolc.toml", 'sources = ["*.netpol"]\nmanifests = ["deploy/*.yaml"]\n')
    here.write("shop.netpol", "namespace shop\nbaseline deny ingress\nwebap -> database:5000\n")
    assert codes(netpolc("check", "--format", "plain")) == ["NP506"]
    assert codes(netpolc("check", "shop.netpol", "--format", "plain")) == []
    beside = ("check", "shop.netpol", "--workloads", "-", "--format", "plain")
    assert codes(netpolc(*beside, stdin=b"")) == ["NP818"]
    assert codes(netpolc(*beside, stdin=b"apiVersion: v1\nkind: List\nitems: []\n")) == ["NP817"]
    assert codes(netpolc(*beside, stdin=b"apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n")) == []


def test_the_way_out_of_workloads_that_are_none(netpolc, here):
    here.write("shop.netpol", "namespace shop\nbaseline deny ingress\n")
    here.write("list.yaml", NOTHING)
    (here.path / "empty").mkdir()
    beside = ("check", "shop.netpol", "--format", "plain", "--workloads")
    assert "can-i list pods -A" in netpolc(*beside, "list.yaml").out
    assert "can-i list pods -A" in netpolc(*beside, "-", stdin=NOTHING.encode()).out
    assert "name another file or folder" in netpolc(*beside, "empty").out
    assert "can-i list networkpolicies -A" in netpolc("check", "list.yaml", "--format", "plain").out


@pytest.mark.parametrize(
    ("arguments", "stdin", "found"),
    [
        (("-",), "", ["NP818"]),
        (("-",), "NAME   POD-SELECTOR   AGE\n", ["NP818"]),
        (("-",), "error: You must be logged in to the server\n", ["NP818"]),
        (("-",), "Name:         web\nNamespace:    shop\n", ["NP818"]),
        (("-",), "apiVersion: v1\nkind: List\nitems: []\n", ["NP817"]),
        (("-", "a.netpol"), "apiVersion: v1\nkind: List\nitems: []\n", ["NP817"]),
        (("-",), f"kind: List\napiVersion: v1\nmetadata: {{continue: x}}\nitems: [{{{LISTED}}}]\n", ["NP819"]),
        (("blank.netpol",), "", ["NP817"]),
        (("blank.yaml", "comments.netpol"), "", ["NP817"]),
        (("blank.netpol", "a.netpol"), "", []),
        (("table.yaml",), "", ["NP818"]),
        (("folder",), "", ["NP807"]),
        (("folder", "a.netpol"), "", ["NP807"]),
        ((), "", []),
    ],
)
def test_what_holds_nothing_is_not_called_right(netpolc, here, arguments, stdin, found):
    here.write("a.netpol", "namespace shop\nbaseline deny ingress\n")
    here.write("blank.netpol", "")
    here.write("blank.yaml", "\n")
    here.write("comments.netpol", "# nothing yet\n")
    here.write("table.yaml", "NAME   READY   AGE\nweb   1/1   5d\n")
    (here / "folder").mkdir()
    ran = netpolc("check", *arguments, "--format", "plain", stdin=stdin.encode())
    assert codes(ran) == found
    assert ran.code == (2 if found and "error" in ran.out else 0)


def test_workloads_that_are_none(netpolc, here):
    here.write("a.netpol", GOOD)
    ran = netpolc("check", "--workloads", "a.netpol")
    assert (ran.code, "netpol source" in ran.err) == (2, True)
    assert netpolc("check", "a.netpol", "--workloads", "nowhere").code == 2


def test_what_may_miss_a_policy_says_nothing_of_what_is_missing(netpolc, here):
    here.write("k8s/all.yaml", DEPLOYMENT.format(name="database"))
    here.write("k8s/deny.yaml", POLICY.replace("name: database\n", "name: other\n", 1).replace("port: 5000", "port: 0"))
    ran = netpolc("check", "k8s", "--workloads", "k8s", "--format", "plain")
    assert (ran.code, codes(ran)) == (1, ["NP407"])


def test_ignore_comments_that_only_workloads_can_use(netpolc, here):
    here.write("a.netpol", "namespace shop\nother -> database:5000 # netpolc: ignore[NP506] deployed elsewhere\n")
    here.write("deploy/all.yaml", DEPLOYMENT.format(name="database"))
    assert codes(netpolc("check", "a.netpol", "--format", "plain")) == []
    assert codes(netpolc("check", "a.netpol", "--workloads", "deploy", "--format", "plain")) == []
    here.write("a.netpol", "namespace shop\ndatabase -> database:5000 # netpolc: ignore[NP506] deployed elsewhere\n")
    assert codes(netpolc("check", "a.netpol", "--format", "plain")) == []
    assert codes(netpolc("check", "a.netpol", "--workloads", "deploy", "--format", "plain")) == ["NP504"]


def test_an_ignore_that_one_environment_needs_is_used(netpolc, here):
    here.write("netpolc.toml", "[env.prod]\n[env.dev]\n")
    ignored = "web -> 10.0.0.0/8:1 # netpolc: ignore[NP501] only in production\n"
    here.write("a.netpol", f"namespace shop\nenv prod {{\n{ignored}}}\n")
    assert netpolc("check", "--strict", "--format", "plain").out == ""


def test_safe_fixes(netpolc, here):
    here.write("k8s/a.yaml", POLICY.replace("        - protocol: TCP\n          port:", "        - port:"))
    here.write("k8s/b.yaml", MISPLACED.replace("name: database\n", "name: misplaced\n"))
    before = here.files()
    ran = netpolc("check", "k8s", "--fix", "--format", "plain")
    assert (ran.code, codes(ran), ran.err) == (1, ["NP412"], "1 finding fixed in 1 file\n")
    assert here.files() == {**before, "k8s/a.yaml": (here / "k8s/a.yaml").read_bytes()}
    assert netpolc("check", "k8s/a.yaml").code == 0


@pytest.mark.parametrize("head", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_unsafe_fixes(netpolc, here, head, end):
    here.write("a.yaml", f"{head}{MISPLACED}".replace("\n", end).encode())
    ran = netpolc("check", "a.yaml", "--unsafe-fixes")
    assert (ran.code, ran.out) == (0, "")
    assert ran.err == "1 finding fixed in 1 file\n1 file checked: nothing is wrong\n"
    fixed = (here / "a.yaml").read_bytes().decode()
    assert fixed.startswith(f"{head}apiVersion")
    assert fixed.removeprefix("\ufeff").replace("\r\n", "\n") == POLICY
    assert netpolc("check", "a.yaml", "--unsafe-fixes").err == "1 file checked: nothing is wrong\n"


def test_a_fix_whose_line_would_still_be_wrong_is_left_out(netpolc, here):
    text = "a => b:80;\nc => d:80\ne => f:80 and more\n"
    here.write("a.netpol", text)
    ran = netpolc("check", "a.netpol", "--unsafe-fixes", "--format", "plain")
    assert (ran.code, codes(ran)) == (1, ["NP102", "NP102"])
    assert ran.err == (
        "a.netpol:1: the fix (use `->`) is left out, because its line would still be wrong: "
        "a statement ends with its line\n"
        "a.netpol:3: the fix (use `->`) is left out, because its line would still be wrong: "
        "several ports stand in braces\n"
        "1 finding fixed in 1 file\n"
    )
    assert (here / "a.netpol").read_text() == text.replace("c => d", "c -> d")


def test_no_fix_feeds_another(netpolc, here):
    """The right name of the section brings up a name in it, which somebody has to read first."""
    here.write("a.netpol", "strict names\nnamespac shop\npods database = [app=db]\n* -> databse:5432\n")
    ran = netpolc("check", "a.netpol", "--unsafe-fixes", "--format", "plain")
    assert (ran.code, codes(ran)) == (1, ["NP203"])
    assert (here / "a.netpol").read_text().startswith("strict names\nnamespace shop\n")
    assert "* -> databse:5432" in (here / "a.netpol").read_text()


def test_what_is_piped_cannot_be_fixed(netpolc):
    ran = netpolc("check", "-", "--unsafe-fixes", stdin=MISPLACED.encode())
    assert (ran.code, ran.out) == (2, "")
    assert "`-` is none" in ran.err


def test_a_fix_that_cannot_be_written(netpolc, here, monkeypatch):
    here.write("a.yaml", MISPLACED)

    def full(*_):
        raise OSError(28, "no space left on device")

    monkeypatch.setattr("netpolc.project.writing.Staging.write", full)
    ran = netpolc("check", "a.yaml", "--unsafe-fixes")
    assert (ran.code, "NP806" in ran.out + ran.err) == (2, True)
    assert (here / "a.yaml").read_text() == MISPLACED


def test_misspelt_names_are_fixed_in_netpol_too(netpolc, here):
    here.write("a.netpol", "namespace shop\nstrict names\npods database = [app=db]\n* -> databse:5432\n")
    ran = netpolc("check", "--unsafe-fixes", "a.netpol")
    assert (ran.code, ran.err.splitlines()[0]) == (0, "1 finding fixed in 1 file")
    assert (here / "a.netpol").read_text().endswith("* -> database:5432\n")


def test_what_is_excluded_is_left_out_of_every_run_unless_it_is_named(netpolc, here):
    policy = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a, namespace: shop}\nspec: %s\n"
    here.write("netpolc.toml", 'exclude = ["vendor"]\n')
    here.write("deploy/a.yaml", policy % "{podSelector: {}, policyTypes: [Ingress]}")
    here.write("deploy/vendor/b.yaml", policy % "3")
    here.write("deploy/testdata/c.yaml", policy % "4")
    assert netpolc("check", "deploy", "--exclude", "testdata").code == 0
    assert netpolc("import", "deploy", "--exclude", "deploy/test*").code == 0
    assert netpolc("check", "deploy").code == 1
    assert netpolc("check", "deploy/vendor").code == 1
    assert netpolc("check", "deploy", "--exclude", "../deploy").code == 2
    here.write("p/a.netpol", "a ->\n")
    here.write("p/b.netpol", "a -> b:1\n")
    assert [netpolc(*words, "--exclude", "a.netpol").code for words in (["check", "p"], ["fmt", "--check", "p"])] == [
        0,
        0,
    ]
    assert netpolc("build", "p", "-o", "-", "--exclude", "p/a.netpol").code == 0


POLICY_OF_EVERYBODY = """
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny, namespace: shop}
spec: {podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 0.0.0.0/0}}]}]}
"""
RISKY = "namespace shop\nbaseline deny egress\nweb -> any:443\n"
OFF = '[rules]\nno-dns = { level = "off", reason = "the mesh resolves names" }\n'


def severities(ran):
    return [f"{each['code']} {each['severity']}" for each in json.loads(ran.out)["diagnostics"]]


def test_rules_are_off_or_at_another_level(netpolc, here):
    here.write("shop.netpol", RISKY)
    assert severities(netpolc("check", "--format", "json")) == ["NP605 warning", "NP606 warning"]
    here.write("netpolc.toml", OFF + 'NP606 = { level = "note", reason = "gateways" }\n')
    assert severities(netpolc("check", "--format", "json")) == ["NP606 note"]
    assert netpolc("check", "--strict") == (0, "", "1 file checked: nothing is wrong\n")
    here.write("netpolc.toml", OFF + 'NP606 = { level = "error", reason = "we name everybody" }\n')
    ran = netpolc("check", "--format", "plain")
    assert (ran.code, ran.out[:36]) == (1, "shop.netpol:3:1: error[NP606]: this ")


def test_a_comment_for_a_rule_that_is_off_is_not_said_to_be_unused(netpolc, here):
    here.write("shop.netpol", RISKY.replace("443", "443 # netpolc: ignore[NP605, NP606] gateways"))
    here.write("netpolc.toml", OFF)
    assert netpolc("check", "--strict").code == 0


def test_a_file_behind_the_option_that_writes_is_no_input(netpolc, here):
    here.write("shop.netpol", RISKY)
    ran = netpolc("check", "--write-baseline", "known.json")
    assert (ran.code, sorted(here.files())) == (2, ["shop.netpol"])
    assert "with `--baseline known.json --write-baseline`" in ran.err


def test_known_findings_are_left_out_and_new_ones_are_not(netpolc, here):
    here.write("netpolc.toml", 'baseline = "known.json"\n')
    here.write("a/shop.netpol", RISKY)
    assert netpolc("check").code == 2
    ran = netpolc("check", "--write-baseline", "--strict")
    assert (ran.code, ran.out, ran.err.splitlines()[0]) == (0, "", "known.json: 2 findings written")
    written = here.files()["known.json"]
    demand_fit("baseline", json.loads(written))
    assert netpolc("check", "--strict") == (
        0,
        "",
        "1 file checked: nothing new is wrong, 2 known findings left out\n",
    )
    here.write("a/shop.netpol", f"# moved\n{RISKY}api -> any:443\n")
    assert severities(netpolc("check", "--format", "json")) == ["NP606 warning"]
    assert netpolc("check", "--strict").code == 1
    netpolc("check", "--write-baseline")
    here.write("a/shop.netpol", RISKY)
    ran = netpolc("check", "--strict")
    assert (ran.code, ran.err.splitlines()[0]) == (
        0,
        "1 known finding of the baseline no longer occurs: `--write-baseline` removes it",
    )
    netpolc("check", "--write-baseline")
    assert here.files()["known.json"] == written


def test_a_baseline_without_a_project(netpolc, here, monkeypatch):
    here.write("a/shop.netpol", RISKY)
    here.write("a/web.netpol", "namespace edge\nbaseline deny egress\nx -> any:80\n")
    ran = netpolc("check", "a", "--baseline", "b/known.json", "--write-baseline")
    assert (ran.code, ran.err.splitlines()[0]) == (0, "b/known.json: 4 findings written")
    assert netpolc("check", "a", "--strict").code == 1
    monkeypatch.chdir(here / "a")
    assert netpolc("check", ".", "--strict", "--baseline", "../b/known.json").code == 0
    # What is known of files that were not checked stays, and is not said to be gone.
    here.write("a/shop.netpol", "namespace shop\nweb -> db:5432\n")
    ran = netpolc("check", "web.netpol", "--strict", "--baseline", "../b/known.json")
    assert ran == (0, "", "1 file checked: nothing new is wrong, 2 known findings left out\n")
    netpolc("check", "web.netpol", "--baseline", "../b/known.json", "--write-baseline")
    assert len(json.loads(here.files()["b/known.json"])["findings"]) == 4
    netpolc("check", "shop.netpol", "--baseline", "../b/known.json", "--write-baseline")
    assert len(json.loads(here.files()["b/known.json"])["findings"]) == 2


def test_with_errors_no_baseline_is_written(netpolc, here):
    here.write("shop.netpol", RISKY + "web -> db\n")
    ran = netpolc("check", "--write-baseline")
    assert (ran.code, ran.err) == (1, "no baseline is written until the errors are fixed\n")
    assert here.names() == ["shop.netpol"]
    assert netpolc("check", "--baseline", "-").code == 2


def test_a_finding_of_some_environments_names_them(netpolc, here):
    here.write("netpolc.toml", "[env.dev]\n[env.test]\n[env.prod]\n" + OFF)
    here.write("shop.netpol", "namespace shop\nbaseline deny egress\nenv dev, test { web -> any:443 }\na -> any:80\n")
    document = json.loads(netpolc("check", "--format", "json").out)
    assert [(each["message"], each.get("environments")) for each in document["diagnostics"]] == [
        ("this flow leads anywhere (only in dev, test)", ["dev", "test"]),
        ("this flow leads anywhere", None),
    ]
    assert "only in" not in netpolc("check", "--env", "dev").out


def test_the_file_of_known_findings_is_no_input(netpolc, here):
    here.write("p.yaml", POLICY_OF_EVERYBODY)
    assert netpolc("check", ".", "--write-baseline", "--baseline", "known/known.json").code == 0
    written = here.files()["known/known.json"]
    for _ in range(2):
        netpolc("check", ".", "--write-baseline", "--baseline", "known/known.json")
        assert here.files()["known/known.json"] == written
    ran = netpolc("check", ".", "--strict", "-v", "--baseline", "known/known.json")
    assert (ran.code, ran.out, ran.err[:42]) == (0, "", "1 file checked: nothing new is wrong, 2 kn")
    here.write("netpolc.toml", 'baseline = "known/known.json"\n')
    assert "NP414" not in netpolc("check", ".", "-v").out
