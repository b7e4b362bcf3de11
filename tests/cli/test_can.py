import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """namespace shop
baseline deny all
pods database = [app=db]
webapp -> database:5000
worker -> database:5000
webapp -> data/pg:5432
office -> webapp:443
metrics -> webapp:{9100-9102, "http"}
net office = 203.0.113.0/24
"""
DATA = """apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: closed
  namespace: data
spec:
  podSelector: {}
  ingress:
    - from:
        - namespaceSelector:
            matchLabels: {kubernetes.io/metadata.name: ops}
    - from:
        - namespaceSelector: {}
          podSelector:
            matchLabels: {app: webapp}
      ports:
        - port: postgres
"""
POD = """---
apiVersion: v1
kind: Pod
metadata: {{name: {name}, namespace: {namespace}, labels: {{app: {app}}}}}
spec: {{containers: [{{name: c, image: x, ports: [{{name: {port}, containerPort: {number}}}]}}]}}
status: {{phase: Running, podIP: {ip}, podIPs: [{{ip: {ip}}}]}}
"""


def pod(name, namespace, app, ip="10.1.2.3", port="http", number=8080):
    return POD.format(name=name, namespace=namespace, app=app, ip=ip, port=port, number=number)


@pytest.fixture
def shop(here):
    here.write("shop.netpol", PROGRAM)
    return here


@pytest.fixture
def ask(netpolc):
    """The answer to a question, as a document."""

    def ask(source, destination, *inputs):
        ran = netpolc("can", source, destination, *(inputs or (".",)), "--format", "json", "-q")
        document = json.loads(ran.out)
        assert ran.code == int(not document["allowed"])
        return document

    return ask


@pytest.mark.usefixtures("shop")
def test_yes_with_what_decides_both_halves(ask):
    assert ask("worker", "database:5000", "shop.netpol") == {
        "format_version": "1",
        "allowed": True,
        "source": "shop/worker",
        "destination": "shop/database",
        "protocol": "TCP",
        "port": 5000,
        "egress": {
            "closed": True,
            "rules": [
                {
                    "policy": "shop/worker",
                    "path": "spec.egress[0]",
                    "source": {"file": "shop.netpol", "line": 5, "text": "worker -> database:5000"},
                }
            ],
            "closed_by": [
                {
                    "policy": "shop/default-deny",
                    "path": "spec.podSelector",
                    "source": {"file": "shop.netpol", "line": 2, "text": "baseline deny all"},
                },
            ],
        },
        "ingress": {
            "closed": True,
            "rules": [
                {
                    "policy": "shop/database",
                    "path": "spec.ingress[0]",
                    "source": {"file": "shop.netpol", "line": 5, "text": "worker -> database:5000"},
                }
            ],
            "closed_by": [
                {
                    "policy": "shop/default-deny",
                    "path": "spec.podSelector",
                    "source": {"file": "shop.netpol", "line": 2, "text": "baseline deny all"},
                },
            ],
        },
        "reason": None,
        "suggestion": None,
        "advice": None,
    }


def test_no_with_the_reason_and_the_line_that_would_change_it(netpolc, shop):
    shop.write("shop.netpol", "namespace shop\nwebapp -> database:5000\nguest -> webapp:80\n")
    ran = netpolc("can", "shop/guest", "shop/database:5000", "shop.netpol")
    assert (ran.code, ran.err) == (1, "")
    assert ran.out.splitlines() == [
        "no: shop/guest may not reach shop/database on TCP 5000",
        "near miss: shop/database spec.ingress[0], from shop.netpol:2: webapp -> database:5000",
        "  it admits pods with `app=webapp`, and shop/guest has `app=guest`",
        "egress of shop/guest is open: no policy closes it",
        "ingress of shop/database is closed and no rule admits shop/guest on TCP 5000; it is closed by",
        "  shop/default-deny spec.podSelector",
        "to allow it, write: shop/guest -> shop/database:5000",
    ]
    shop.write("shop.netpol", "namespace shop\nwebapp -> database:5000\nshop/guest -> shop/database:5000\n")
    assert netpolc("can", "shop/guest", "shop/database:5000", "shop.netpol").code == 0


def test_rules_of_manifests_are_found_at_their_lines(ask, shop):
    shop.write("data.yaml", DATA + pod("pg-0", "data", "pg", port="postgres", number=5432))
    found = ask("webapp", "data/pg-0:postgres")
    assert found["port"] == 5432
    (rule,) = found["ingress"]["rules"]
    assert rule["policy"] == "data/closed"
    assert rule["path"] == "spec.ingress[1]"
    assert rule["source"] == {"file": "data.yaml", "line": 12, "text": "- from:"}
    (rule,) = found["egress"]["rules"]
    assert rule["source"]["text"] == "webapp -> data/pg:5432"


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    ("source", "destination", "allowed"),
    [
        ("webapp", "database:5000", True),
        ("webapp", "shop/database:5000/tcp", True),
        ("shop/[app=webapp]", "[app=db]:5000", True),
        ("webapp", "database:5000/udp", False),
        ("webapp", "database:{5000, 5001}", False),
        ("webapp", "database:*", False),
        ("{webapp, worker}", "database:5000", True),
        ("{webapp, metrics}", "database:5000", False),
        ("*", "database:5000", False),
        ("any", "database:5000", False),
        ("203.0.113.7", "webapp:443", True),
        ("203.0.113.0/25", "webapp:443", True),
        ("office", "webapp:443", True),
        ("203.0.112.0/23", "webapp:443", False),
        ("2001:db8::1", "webapp:443", False),
        ("webapp", "10.0.0.7:443", False),
        ("webapp", "[2001:db8::1]:443", False),
        ("webapp", "2001:db8::/32:443", False),
        ("metrics", "webapp:9100-9102", True),
        ("metrics", "webapp:9100-9103", False),
        ("metrics", 'webapp:"http"', True),
        ("metrics", 'webapp:"http"/udp', False),
        ("metrics", 'webapp:"https"', False),
        ("metrics", "webapp:8080", False),
    ],
)
def test_questions_of_every_kind(netpolc, source, destination, allowed):
    ran = netpolc("can", source, destination, "shop.netpol")
    assert ran.code == int(not allowed), ran
    assert ran.out.startswith("yes: " if allowed else "no: ")


def test_ports_by_the_name_that_the_destination_gives_them(netpolc, ask, shop):
    shop.write("web.yaml", pod("webapp", "shop", "webapp"))
    found = ask("metrics", "webapp:http")
    assert (found["allowed"], found["port"]) == (True, 8080)
    assert ask("metrics", "webapp:8080")["allowed"]
    assert not ask("metrics", "webapp:8081")["allowed"]
    ran = netpolc("can", "metrics", "webapp:htp", ".")
    assert ran.code == 2
    assert "did you mean `http`?" in ran.err
    ran = netpolc("can", "metrics", 'webapp:"dns"', ".")
    assert ran.code == 2
    assert "no pod among the destinations has such a port" in ran.err


def test_declared_ports_and_services(ask, shop):
    shop.write("shop.netpol", f"{PROGRAM}port pg = 5000\nservice store = database:pg\n")
    assert ask("webapp", "database:pg")["allowed"]
    found = ask("metrics", "shop/store")
    assert found["suggestion"] == "shop/metrics -> shop/store"
    assert ask("webapp", "shop/store")["allowed"]


def test_real_pods_go_before_those_that_could_exist(ask, shop):
    shop.write("web.yaml", pod("front", "shop", "webapp"))
    assert ask("webapp", "database:5000")["source"] == "shop/front"
    assert ask("front", "database:5000")["allowed"]
    assert ask("metrics", "front:80")["suggestion"] == "shop/metrics -> shop/webapp:80"


def test_the_address_of_a_pod_is_that_pod(ask, shop):
    shop.write("web.yaml", pod("front", "shop", "webapp"))
    found = ask("10.1.2.3", "database:5000")
    assert (found["allowed"], found["source"]) == (True, "shop/front")
    assert ask("10.1.2.4", "database:5000")["source"] == "10.1.2.4/32"


def test_all_connections_have_to_be_allowed(netpolc, shop):
    shop.write("web.yaml", pod("front", "shop", "webapp") + pod("worker", "shop", "worker", "10.1.2.4"))
    ran = netpolc("can", "{webapp, worker}", "database:5000", ".")
    assert ran.code == 0
    assert "and so with all 2 connections" in ran.out
    assert netpolc("can", "shop/*", "database:5000", ".").code == 0
    shop.write("other.yaml", pod("other", "shop", "other", "10.1.2.5"))
    ran = netpolc("can", "shop/*", "database:5000", ".")
    assert ran.code == 1
    assert ran.out.startswith("no: shop/other may not reach shop/database")


def test_denials_that_are_only_assumed(netpolc, here):
    here.write("x.netpol", "baseline assume deny all\nweb -> db:1\ncache -> db:2\n")
    assert netpolc("can", "web", "db:1", "x.netpol").code == 0
    ran = netpolc("can", "web", "db:2", "x.netpol")
    assert ran.code == 1
    assert "a denial that the program assumes, from x.netpol:1: baseline assume deny all" in ran.out


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    ("source", "destination", "said"),
    [
        ("webap", "database:5000", "SRC: nothing is known of `shop/webap` = help: did you mean `shop/webapp`?"),
        (
            "webapp",
            "databse:5000",
            "DST:PORT: nothing is known of `shop/databse` = help: did you mean `shop/database`?",
        ),
        ("elsewhere/webapp", "database:5000", "nothing is known of `elsewhere/webapp`"),
        ("webapp", "database", "no port is given for `shop/database`"),
        ("webapp", "database:", "database"),
        ("webapp", "database:http", "no port is declared as `http`"),
        ("webapp", "database:70000", "70000"),
        ("webapp", "10.0.0.0/33:1", "10.0.0.0/33"),
        ("webapp", "database:80:90", "database:80:90"),
        ("webapp", "1.2.3.4.5:1", "1.2.3.4.5"),
        ("10.0.0.1", "10.0.0.2:1", "both ends are outside of the cluster"),
        ("webapp", "{database:1, webapp}:2", "leave one of the two out"),
        ("", "database:1", "it is empty"),
        (" ", "database:1", "it is empty"),
        ("{" * 100, "database:1", "{"),
        ("web" * 50_000, "database:1", "it is too long"),
        ("\0", "database:1", "SRC"),
        ("web\nx", "database:1", "SRC"),
        ("web\\", "database:1", "SRC"),
    ],
)
def test_questions_that_make_no_sense_are_wrong_usage(netpolc, source, destination, said):
    ran = netpolc("can", source, destination, "shop.netpol")
    assert (ran.code, ran.out) == (2, "")
    assert said in " ".join(ran.err.split())
    assert "Traceback" not in ran.err


def test_names_that_files_give_to_different_pods(netpolc, shop):
    shop.write("other.netpol", "namespace other\npods database = [app=other]\nweb -> database:1\n")
    ran = netpolc("can", "shop/webapp", "database:5000", ".")
    assert ran.code == 2
    assert "means different things in namespace `other` and namespace `shop`" in " ".join(ran.err.split())
    assert netpolc("can", "shop/webapp", "shop/database:5000", ".").code == 0


def test_a_name_is_in_the_only_namespace_of_the_program_or_of_all(netpolc, here):
    here.write("data.yaml", DATA + pod("web", "data", "web"))
    assert netpolc("can", "web", "web:1", ".", "-q").out.startswith("yes: data/web may reach data/web on TCP 1")
    here.write("shop.netpol", "namespace shop\nweb -> db:1\n")
    assert netpolc("can", "web", "db:1", ".", "-q").out.startswith("yes: shop/web may reach shop/db")
    here.write("more.netpol", "namespace more\nweb -> db:2\n")
    for endpoint in ("web", "*", "[app=web]"):
        ran = netpolc("can", endpoint, "more/db:1", ".")
        assert ran.code == 2
        assert f"`{endpoint}` could be in several namespaces: `data/{endpoint}`, `more/" in ran.err
        assert f"name one, as in `data/{endpoint}`" in ran.err
    assert netpolc("can", "web", "db:1", ".", "-n", "shop").code == 0


def test_files_may_name_pods_by_another_label(ask, here):
    here.write("a.netpol", "names by app.kubernetes.io/name\nnamespace shop\nweb -> db:1\nguest -> web:2\n")
    assert ask("web", "db:1")["allowed"]
    assert ask("guest", "db:1")["suggestion"] == "shop/guest -> shop/db:1"
    here.write("b.netpol", "namespace data\nloader -> pg:1\n")
    assert ask("shop/web", "shop/db:1")["allowed"]
    assert ask("data/loader", "data/pg:1")["allowed"]
    assert not ask("data/loader", "shop/db:1")["allowed"]


def test_what_a_question_may_be_about_is_bounded(netpolc, here):
    here.write("pods.yaml", "".join(pod(f"p{i}", "x", "a", f"10.2.{i // 200}.{i % 200}") for i in range(400)))
    ran = netpolc("can", "x/*", "x/*:1", ".")
    assert ran.code == 2
    assert "160,000 pairs" in ran.err


def test_an_error_in_the_input_leaves_no_answer(netpolc, shop):
    shop.write("bad.yaml", DATA.replace("postgres", "70000"))
    ran = netpolc("can", "webapp", "database:5000", ".")
    assert (ran.code, ran.out) == (2, "")
    assert "error[" in ran.err


def test_the_answer_goes_where_it_is_told_to(netpolc, shop):
    ran = netpolc("can", "webapp", "database:5000", ".", "-o", "answer.json", "--format", "json")
    assert (ran.code, ran.out) == (0, "")
    assert json.loads((shop / "answer.json").read_text())["allowed"] is True


def test_names_of_imported_files(netpolc, here):
    here.write("lib.netpol", "port pg = 5432\nservice store = data/[app=pg]:pg\nnet office = 203.0.113.0/24\n")
    here.write("shop.netpol", 'import "lib.netpol" as lib\nnamespace shop\nbaseline deny all\nweb -> lib.store\n')
    for destination in ("lib.store", "data/pg:lib.pg", "data/[app=pg]:5432"):
        assert netpolc("can", "web", destination, "shop.netpol").code == 0
    assert "lib.office -> shop/web:80" in netpolc("can", "lib.office", "web:80", "shop.netpol").out
    for source, destination, said in (
        ("lib.stroe", "web:1", "lib.store"),
        ("libs.store", "web:1", "libs"),
        ("web", "data/pg:libs.pg", "no file is imported as `libs`"),
        ("web", "data/pg:lib.gp", "gp"),
    ):
        ran = netpolc("can", source, destination, "shop.netpol")
        assert ran.code == 2
        assert said in " ".join(ran.err.split())


def test_a_name_that_is_declared_for_every_namespace(netpolc, here):
    here.write("shop.netpol", "pods front = [tier=front]\nnamespace shop\nfront -> db:1\nother -> db:2\n")
    assert netpolc("can", "shop/front", "db:1", "shop.netpol").code == 0
    assert netpolc("can", "shop/[tier=front]", "db:1", "shop.netpol").code == 0
    assert netpolc("can", "*/front", "db:1", "shop.netpol").code == 1
    assert netpolc("can", "*/other", "db:2", "shop.netpol").code == 1


def test_a_plain_question_does_without_typer(here):
    (here / "shop.netpol").write_text("web -> db:80\n", "utf-8")
    told = "import sys; from netpolc.cli.entry import run; run(); sys.exit('typer' in sys.modules)"
    asked = ["web", "db:80", "shop.netpol"]
    for arguments, with_typer in ((asked, 0), ([*asked, "-q"], 1), (["web", "db"], 0), (["web"], 1)):
        command = [sys.executable, "-P", "-c", told, "can", *arguments]
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
        assert subprocess.run(command, env=environment, check=False, capture_output=True).returncode == with_typer


def test_a_plain_question_that_is_misused_is_told_so_once(here, netpolc):
    (here / "shop.netpol").write_text("pods database = [app=db]\nwebapp -> databse:1\nx -> y:1\n", "utf-8")
    ran = netpolc("can", "nobody", "x:1", "shop.netpol")
    assert ran.code == 2
    assert "Usage: netpolc can" not in ran.err
    assert ran.err.count("nothing is known of `nobody`") == 1


def test_a_name_that_two_kinds_share_is_close_all_the_same(here, netpolc):
    workload = "apiVersion: apps/v1\nkind: {}\nmetadata: {{name: web, namespace: shop}}\nspec:\n  template:\n"
    pod = "    metadata: {labels: {app: web}}\n    spec: {containers: [{name: c, image: x}]}\n"
    here.write("w.yaml", "---\n".join(workload.format(kind) + pod for kind in ("Deployment", "StatefulSet")))
    assert "did you mean `shop/web`?" in netpolc("can", "shop/webb", "shop/web[Deployment]:1", "w.yaml").err


NAMES = """namespace shop
pods webapp = [app=frontend]
webapp -> database:5000
legacy -> database:5001
"""


@pytest.mark.parametrize("name", ["webapp", "shop/webapp", "{webapp}"])
def test_a_declared_name_goes_before_a_workload_of_that_name(netpolc, here, name):
    here.write("shop.netpol", NAMES)
    here.write("pods.yaml", pod("front", "shop", "frontend") + pod("webapp", "shop", "legacy", "10.1.2.4"))
    ran = netpolc("can", name, "database:5000", ".")
    assert ran.out.startswith("yes: shop/front may reach shop/database on TCP 5000")
    assert "warning[NP219]" in ran.err
    assert "does not mean just the workload `shop/webapp`" in " ".join(ran.err.split())
    assert "to ask for the workload, write `shop/webapp[Pod]`" in ran.err
    ran = netpolc("reach", ".", "--from", name, "--to", "database")
    assert ran.out == "shop/front -> shop/[app=database] : TCP 5000\n"
    assert "warning[NP219]" in ran.err


@pytest.mark.parametrize("name", ["shop/webapp[Pod]", "webapp[Pod]", "[app=legacy]"])
def test_the_workload_can_be_asked_for_all_the_same(netpolc, here, name):
    here.write("shop.netpol", NAMES)
    here.write("pods.yaml", pod("front", "shop", "frontend") + pod("webapp", "shop", "legacy", "10.1.2.4"))
    ran = netpolc("can", name, "database:5001", ".")
    assert ran.out.startswith("yes: shop/webapp may reach shop/database on TCP 5001")
    assert ran.err == ""
    assert netpolc("reach", ".", "--from", name, "--to", "database").out.endswith(" : TCP 5001\n")
    assert netpolc("can", "front", f"{name}:8080", ".").out.startswith("no: shop/front may not reach shop/webapp on")


def test_nothing_is_said_where_a_declared_name_and_a_workload_are_the_same(netpolc, here):
    here.write("shop.netpol", NAMES)
    here.write("pods.yaml", pod("webapp", "shop", "frontend"))
    ran = netpolc("can", "webapp", "database:5000", ".")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("yes: shop/webapp may reach")


def test_imported_and_built_in_names_go_before_workloads(netpolc, here):
    here.write("lib.netpol", "pods store = data/[app=pg]\n")
    here.write("shop.netpol", 'import "lib.netpol" as lib\nnamespace shop\nbaseline deny all\nweb -> lib.store:1\n')
    here.write("pods.yaml", pod("lib.store", "shop", "x") + pod("lib.other", "shop", "w") + pod("any", "shop", "z"))
    assert netpolc("can", "web", "lib.store:1", "shop.netpol", "pods.yaml", "-q").code == 0
    assert "no: shop/web may not reach shop/lib.other" in netpolc("can", "web", "lib.other:1", ".", "-q").out
    ran = netpolc("can", "any", "shop/lib.store:1", ".")
    assert "`any` is taken for the built-in name" in " ".join(ran.err.split())


def test_what_is_declared_for_another_namespace_does_not_hide_a_workload(netpolc, here):
    here.write(
        "x.netpol", "net office = 203.0.113.0/24\nnamespace shop\nport web = 80\nnamespace data\npods pg = [a=b]\n"
    )
    here.write("pods.yaml", "".join(pod(name, "shop", name) for name in ("office", "web", "pg")))
    for name in ("shop/office", "shop/pg", "pg"):
        ran = netpolc("can", name, "shop/web:81", ".", "-n", "shop")
        assert (ran.code, ran.err) == (1, "")
        assert ran.out.startswith(f"no: shop/{name.removeprefix('shop/')} may not reach shop/web")


def test_a_line_is_said_to_belong_to_a_file_where_it_does_not_mean_the_same_in_all(netpolc, ask, here):
    here.write("lib.netpol", "net office = 203.0.113.0/24\ngroup staff = {office, ops/[app=bastion]}\n")
    here.write("a.netpol", 'import "lib.netpol" as lib\nnamespace shop\nbaseline deny all\nlib.office -> web:443\n')
    here.write("b.netpol", "strict names\nnamespace data\npods pg = [app=pg]\n*/[app=web] -> pg:5432\n")
    inputs = ("a.netpol", "b.netpol")
    found = ask("lib.office", "shop/web:22", *inputs)
    assert (found["suggestion"], found["advice"]) == ("lib.office -> shop/web:22", "write it in a.netpol")
    here.write("c.netpol", "baseline deny all\nweb -> db:1\nnamespace more\n")
    ran = netpolc("can", "web", "db:2", "c.netpol", "b.netpol")
    assert ran.out.endswith("to allow it, write in c.netpol, outside of any namespace: web -> db:2\n")
    found = ask("web", "db:2", "c.netpol", "b.netpol")
    assert (found["suggestion"], found["advice"]) == ("web -> db:2", "write it in c.netpol, outside of any namespace")


def test_a_denial_of_others_is_not_for_the_program_to_lift(netpolc, ask, shop):
    shop.write("data.yaml", DATA + pod("pg-0", "data", "pg"))
    found = ask("worker", "data/pg-0:5432")
    assert found["suggestion"] is None
    assert found["advice"].startswith("ingress of data/pg-0 is closed by data.yaml:")
    assert found["advice"].endswith(
        ", which the program does not write; allow it there, and write: shop/worker -> data/pg:5432"
    )
    ran = netpolc("can", "worker", "data/pg-0:5432", ".")
    assert ran.out.splitlines()[-1] == f"no line of netpol alone would allow it: {found['advice']}"


def test_each_member_of_a_set_gets_what_it_lacks(netpolc, shop):
    ran = netpolc("can", "{worker, office, metrics}", "{database:5000, webapp:443}", "shop.netpol")
    assert ran.out.splitlines()[-3:] == [
        "to allow it, write in shop.netpol, in namespace shop:",
        "  {shop/worker, shop/metrics} -> shop/webapp:443",
        "  {office, shop/metrics} -> shop/database:5000",
    ]
    lines = "\n".join(ran.out.splitlines()[-2:])
    shop.write("shop.netpol", f"{PROGRAM}{lines}\n")
    assert netpolc("can", "{worker, office, metrics}", "{database:5000, webapp:443}", "shop.netpol").code == 0


def test_what_closes_an_end_is_named_by_the_line_that_selects_it(ask, shop):
    shop.write("data.yaml", DATA + pod("pg-0", "data", "pg"))
    (reason,) = ask("worker", "data/pg-0:5432")["ingress"]["closed_by"]
    assert reason == {
        "policy": "data/closed",
        "path": "spec.podSelector",
        "source": {"file": "data.yaml", "line": 7, "text": "podSelector: {}"},
    }
    shop.write("x.netpol", "namespace shop\nbaseline deny egress on [app=x]\nx -> shop/y:1\n")
    found = ask("shop/x", "shop/y:2", "x.netpol")["egress"]["closed_by"]
    assert [each["source"]["text"] for each in found] == ["baseline deny egress on [app=x]"]


def test_an_answer_in_spite_of_errors_says_what_it_is_given_without(here, netpolc):
    here.write("k8s/pods.yaml", pod("webapp", "data", "webapp") + pod("pg", "data", "pg", "10.1.2.4"))
    here.write("k8s/closed.yaml", DATA.replace("closed", "clo_sed"))
    question = ("can", "data/webapp", "data/pg:5432", "k8s")
    assert (netpolc(*question).code, netpolc(*question).out) == (2, "")
    ran = netpolc(*question, "--keep-going")
    assert ran.code == 0
    assert ran.out.startswith("yes: ")
    assert "warning[NP812]: 1 object (1 NetworkPolicy) is left out" in ran.err
    here.write("k8s/other.yaml", DATA)
    assert netpolc(*question[:2], "data/pg:1", "k8s", "--keep-going").code == 1


HOST = POD.replace("spec: {{", "spec: {{hostNetwork: true, ")


def test_of_pods_on_their_nodes_only_those_of_the_question_are_warned_about(netpolc, here):
    here.write("pods.yaml", "".join(HOST.format(name=f"agent-{n}", namespace="ops", app="agent", ip=f"10.0.0.{n}",
                                                port="http", number=80) for n in range(3)))  # fmt: skip
    here.write("more.yaml", pod("web", "shop", "web") + pod("db", "shop", "db", "10.1.2.4"))
    assert netpolc("can", "web", "db:1", ".").err == ""
    asked = netpolc("can", "agent-1", "db:1", ".").err
    assert asked.count("NP608") == 1
    assert "`ops/agent-1`" in asked
    assert netpolc("reach", ".", "--to", "shop/web").err == ""
    assert netpolc("reach", ".").err.count("NP608") == 3


@pytest.mark.usefixtures("shop")
def test_a_wrong_end_is_said_in_the_form_that_is_asked_for(netpolc):
    ran = netpolc("can", "webap", "database:5000", "shop.netpol", "--error-format", "json")
    (found,) = json.loads(ran.err)["diagnostics"]
    assert (ran.code, ran.out, found["code"]) == (2, "", "NP314")
    ran = netpolc("reach", "shop.netpol", "--to", "webap", "--error-format", "json")
    (found,) = json.loads(ran.err)["diagnostics"]
    assert (ran.code, found["code"]) == (2, "NP314")


SERVICE = """---
apiVersion: v1
kind: Service
metadata: {name: front, namespace: data}
spec: {selector: {app: pg}, ports: [{port: 80, targetPort: postgres}]}
"""


def test_a_service_as_an_end_in_all_forms(netpolc, ask, here):
    here.write("data.yaml", DATA + pod("pg-0", "data", "pg", port="postgres", number=5432) + SERVICE)
    here.write("ops.yaml", pod("probe", "shop", "probe", "10.1.2.9"))
    found = ask("probe", "svc/front:80")
    assert (found["destination"], found["port"]) == ("data/pg-0", 5432)
    assert found["notes"] == ["80 is the port of Service front; its pods, those of data/pg-0, listen on 5432"]
    (miss,) = found["ingress"]["near_misses"]
    assert (miss["policy"], miss["path"], miss["but_for"]) == ("data/closed", "spec.ingress[0]", ["namespace"])
    ran = netpolc("reach", ".", "--to", "svc/front:80", "--from", "ops/*")
    assert ran.code == 0
    assert "its pods, those of data/pg-0, listen on 5432" in ran.err


def test_a_port_that_stands_apart(netpolc, here):
    here.write("a.netpol", "namespace shop\nweb -> db:1\n")
    for port in ("8080", "53/udp", "1-5"):
        ran = netpolc("can", "web", "db", port, "a.netpol")
        assert (ran.code, ran.out) == (2, "")
        assert f"write `db:{port}`" in ran.err
    assert "leave it out, or write it instead of the other: `db:22`" in netpolc("can", "web", "db:80", "22").err
    assert "write `[2001:db8::1]:80`" in netpolc("can", "web", "2001:db8::1", "80").err
    here.write("8080", "namespace shop\nweb -> db:1\n")
    assert "looks like a port" not in netpolc("can", "web", "db", "8080").err


def test_each_environment_has_its_answer(netpolc, here):
    here.write("netpolc.toml", "[env.dev]\n[env.test]\n[env.prod]\n")
    here.write("shop.netpol", "namespace shop\nbaseline deny all\nweb -> db:1\nenv dev, test { web -> db:2 }\n")
    ran = netpolc("can", "web", "db:1")
    assert (ran.code, ran.out[:27]) == (0, "in dev, test, prod:\nyes: shop/"[:27])
    ran = netpolc("can", "web", "db:2")
    assert ran.code == 1
    assert [line for line in ran.out.splitlines() if line.startswith(("in dev", "in prod", "yes", "no"))] == [
        "in dev, test:",
        "yes: shop/web may reach shop/db on TCP 2",
        "in prod:",
        "no: shop/web may not reach shop/db on TCP 2",
    ]
    document = json.loads(netpolc("can", "web", "db:1", "--format", "json").out)
    assert (document["allowed"], document["environments"]) == (True, ["dev", "test", "prod"])
    document = json.loads(netpolc("can", "web", "db:2", "--format", "json").out)
    answers = [(each["environments"], each["allowed"]) for each in document["by_environment"]]
    assert (document["allowed"], answers) == (False, [(["dev", "test"], True), (["prod"], False)])
    assert netpolc("can", "web", "db:2", "--env", "dev").code == 0


def test_an_end_that_only_some_environments_have_is_no_answer_in_the_others(netpolc, here):
    here.write("netpolc.toml", "[env.dev]\n[env.prod]\n")
    here.write("shop.netpol", "namespace shop\nbaseline deny all\nweb -> db:1\nenv dev { debug -> db:1 }\n")
    ran = netpolc("can", "debug", "db:1")
    assert (ran.code, ran.out[:11]) == (2, "in dev:\nyes")
    assert ran.out.endswith("\n\nin prod:\nno answer: SRC: nothing is known of `shop/debug`\n")
    assert "[NP314]" in ran.err
    document = json.loads(netpolc("can", "debug", "db:1", "--format", "json").out)
    assert (document["environments"], document["without_answer"]) == (["dev"], ["prod"])
    ran = netpolc("reach", "--from", "debug", "--format", "csv")
    assert (ran.code, ran.err.splitlines()[-1]) == (2, "no answer in prod: --from: nothing is known of `shop/debug`")
    ran = netpolc("can", "nobody", "db:1")
    assert (ran.code, ran.out, ran.err.count("[NP314]")) == (2, "", 1)
