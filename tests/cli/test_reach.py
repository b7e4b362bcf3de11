import csv
import json
import os
from pathlib import Path

import pytest

from netpolc.cli import entry
from tests.rows import each_row

PROGRAM = """namespace shop
webapp -> database:5000
webapp -> cache:"redis"
guest -> webapp:{80, 81, 8000-8100, 53/udp}
"""


def deployment(name, labels, *, namespace="shop", kind="Deployment", ports=(), host=False):
    item = {
        "apiVersion": "apps/v1",
        "kind": kind,
        "metadata": {"name": name, "namespace": namespace},
        "spec": {
            "selector": {"matchLabels": labels},
            "template": {
                "metadata": {"labels": labels},
                "spec": {
                    "hostNetwork": host,
                    "containers": [
                        {"name": "c", "image": "x", "ports": [{"name": n, "containerPort": p} for n, p in ports]}
                    ],
                },
            },
        },
    }
    if namespace is None:
        del item["metadata"]["namespace"]
    return json.dumps(item)


def policy(name, selector, ingress, namespace="shop"):
    metadata = {"name": name, "namespace": namespace} if namespace else {"name": name}
    return json.dumps(
        {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "NetworkPolicy",
            "metadata": metadata,
            "spec": {"podSelector": {"matchLabels": selector}, "policyTypes": ["Ingress"], "ingress": ingress},
        }
    )


@pytest.fixture
def shop(here):
    """A program, and the workloads that it is about, but for the guest."""
    here.write("shop.netpol", PROGRAM)
    here.write("deploy/web.json", deployment("webapp", {"app": "webapp"}, ports=[("http", 8080)]))
    here.write("deploy/db.yaml", deployment("database", {"app": "database"}, kind="StatefulSet"))
    here.write("deploy/cache.yml", deployment("cache", {"app": "cache"}, ports=[("redis", 6379)]))
    return here


LEFT_OUT = "left out: pods that no manifest shows\n"
ELSEWHERE = ("/0", "outside", "metadata.name!=shop")


def inside(ran):
    """The lines that are not about addresses, or pods of namespaces of which nobody speaks."""
    assert (ran.code, ran.err) == (0, "")
    return [line for line in ran.out.splitlines() if not any(text in line for text in ELSEWHERE)]


@pytest.mark.usefixtures("shop")
def test_a_program_and_workloads_together(netpolc):
    """A line is about workloads where it can be; what containers call their ports is theirs to say."""
    assert netpolc("reach", "shop.netpol", "deploy").out.splitlines() == [
        "shop/webapp -> shop/database : TCP 5000",
        "shop/webapp -> shop/cache : TCP 6379",
        "shop/[app=guest] -> shop/webapp : TCP 80-81, 8000-8100; UDP 53",
        'shop/webapp -> shop/[app=cache] : TCP "redis"',
        "*/*, outside -> [kubernetes.io/metadata.name!=shop]/*, outside : ANY",
    ]
    ran = netpolc("reach", ".", "--no-hypothetical")
    assert (ran.code, ran.err) == (0, LEFT_OUT)
    assert netpolc("reach", ".", "--no-hypothetical", "-q").err == ""
    said = netpolc("reach", ".", "--no-hypothetical", "--error-format", "json").err
    assert json.loads(said)["diagnostics"] == []
    assert ran.out.splitlines() == [
        "shop/webapp -> shop/cache : TCP 6379",
        "shop/webapp -> shop/database : TCP 5000",
        "shop/cache, shop/database, shop/webapp -> outside : ANY",
    ]


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("form", ["text", "csv", "md"])
def test_pairs_are_those_of_the_groups(netpolc, form):
    """Where there is no more than one of each, groups and pairs are the same."""
    asked = "--from", "shop/guest", "--to", "shop/webapp"
    rows = [netpolc("reach", ".", *asked, "--format", form, *more).out.splitlines() for more in ((), ("--pairs",))]
    assert rows[0][-1] == rows[1][-1]
    ran = netpolc("reach", ".", "--no-hypothetical", "--pairs", "--format", form)
    pairs = [f"shop/{name}, {block}" for name in ("cache", "database", "webapp") for block in ("0.0.0.0/0", "::/0")]
    lines = ran.out.replace(" -> ", ", ").replace("`", "").replace(" | ", ", ").replace(",", ", ").replace(",  ", ", ")
    assert [pair for pair in pairs if pair in lines] == pairs


@pytest.mark.usefixtures("shop")
def test_a_program_alone_speaks_of_pods_that_could_exist(netpolc):
    assert inside(netpolc("reach", "shop.netpol")) == [
        "shop/[app=guest] -> shop/[app=webapp] : TCP 80-81, 8000-8100; UDP 53",
        'shop/[app=webapp] -> shop/[app=cache] : TCP "redis"',
        "shop/[app=webapp] -> shop/[app=database] : TCP 5000",
    ]
    assert inside(netpolc("reach")) == inside(netpolc("reach", "shop.netpol"))


@pytest.mark.usefixtures("shop")
def test_the_json_of_the_contract(netpolc):
    document = json.loads(netpolc("reach", ".", "--format", "json").out)
    assert document["format_version"] == "2"
    peers = {peer["id"]: peer for peer in document["peers"]}
    assert peers["shop/webapp"] == {
        "id": "shop/webapp",
        "type": "workload",
        "namespace": "shop",
        "name": "webapp",
        "kind": "Deployment",
        "labels": {"app": "webapp"},
    }
    guest = {"id": "shop/[app=guest]", "type": "pods", "namespace": "shop", "selector": "app=guest"}
    assert peers["shop/[app=guest]"] == guest
    assert peers["0.0.0.0/0"] == {"id": "0.0.0.0/0", "type": "net", "ranges": ["0.0.0.0-255.255.255.255"]}
    groups = [(each["sources"], each["destinations"]) for each in document["groups"]]
    assert groups == sorted(groups)
    assert all(each == sorted(each) for group in groups for each in group)
    pairs = {
        (source, destination): each["ports"]
        for each in document["groups"]
        for source in each["sources"]
        for destination in each["destinations"]
    }
    assert len(pairs) == sum(len(sources) * len(destinations) for sources, destinations in groups)
    assert pairs["shop/[app=guest]", "shop/webapp"] == [
        {"protocol": "TCP", "first": 80, "last": 81},
        {"protocol": "TCP", "first": 8000, "last": 8100},
        {"protocol": "UDP", "first": 53, "last": 53},
    ]
    assert pairs["shop/webapp", "::/0"] == [{"protocol": "ANY", "first": 1, "last": 65535}]
    listed = json.loads(netpolc("reach", ".", "--pairs", "--format", "json").out)
    assert listed["peers"] == document["peers"]
    found = [(each["source"], each["destination"]) for each in listed["connections"]]
    assert found == sorted(found)
    assert {(each["source"], each["destination"]): each["ports"] for each in listed["connections"]} == pairs


@pytest.mark.usefixtures("shop")
def test_names_of_ports_that_nobody_can_resolve_are_kept_apart(netpolc):
    document = json.loads(netpolc("reach", "shop.netpol", "--format", "json", "--to", "shop/cache").out)
    (found,) = document["groups"]
    assert found["ports"] == []
    assert found["named_ports"] == [{"protocol": "TCP", "name": "redis"}]


@pytest.mark.usefixtures("shop")
def test_tables(netpolc):
    ran = netpolc("reach", ".", "--from", "shop/guest", "--to", "shop/*", "--format", "csv")
    rows = [
        ["sources", "destinations", "ports"],
        ["shop/[app=guest]", "shop/[app=webapp]; shop/webapp", "TCP 80-81, 8000-8100; UDP 53"],
    ]
    assert list(csv.reader(ran.out.splitlines())) == rows
    ran = netpolc("reach", ".", "--from", "shop/guest", "--to", "shop/*", "--format", "md")
    assert ran.out.splitlines()[2:] == ["| `shop/[app=guest]` | `shop/webapp` | TCP 80-81, 8000-8100; UDP 53 |"]


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    ("options", "kept"),
    [
        (
            ("--from", "shop/webapp", "--to", "shop/*"),
            ["shop/database : TCP 5000", "shop/cache : TCP 6379", 'shop/[app=cache] : TCP "redis"'],
        ),
        (("--from", "webapp", "--to", "{cache, shop/database}", "--port", "6000-7000"), ["shop/cache : TCP 6379"]),
        (
            ("--from", "[app=webapp]", "--to", "*", "--port", "redis"),
            ["shop/cache : TCP 6379", 'shop/[app=cache] : TCP "redis"', 'shop/[app=database] : TCP "redis" at 5000'],
        ),
        (("--from", "*/*", "--to", "shop/database", "--port", "5000,5001"), ["shop/database : TCP 5000"]),
        (("--to", "database", "--port", "5000/udp"), []),
        (("--to", "shop/[app in (database, x)]"), ["shop/database : TCP 5000"]),
        (("--from", "10.0.0.0/8"), ["[kubernetes.io/metadata.name!=shop]/* : ANY"]),
        (("--to", "10.1.2.3", "--from", "webapp", "--port", "53/udp"), ["0.0.0.0/0 : UDP 53"]),
        (
            ("--from", "webapp", "--to", "any", "--port", "22"),
            ["[kubernetes.io/metadata.name!=shop]/*, outside : TCP 22", 'shop/[app=cache] : TCP "redis" at 22'],
        ),
    ],
)
def test_filters(netpolc, options, kept):
    ran = netpolc("reach", "shop.netpol", "deploy", *options)
    assert (ran.code, ran.err) == (0, "")
    assert [line.partition(" -> ")[2] for line in ran.out.splitlines()] == kept


def test_what_is_shown_of_a_peer_is_shown_of_some_of_its_pods(netpolc, here):
    here.write("x.netpol", "namespace shop\nweb -> db:80\n")
    assert inside(netpolc("reach", ".", "--to", "shop/[app=db, tier=x]")) == [
        "shop/[app=web] -> shop/[app=db] : TCP 80"
    ]
    assert netpolc("reach", ".", "--to", "lab/*").out == "*/*, outside -> [kubernetes.io/metadata.name!=shop]/* : ANY\n"
    ran = netpolc("reach", ".", "--to", "lab/*", "--no-hypothetical")
    assert (ran.code, ran.out) == (2, "")
    assert "nothing here speaks of `lab/*`; `netpolc can` answers about any pods" in " ".join(ran.err.split())
    assert netpolc("can", "shop/web", "lab/*:80", ".").code == 0


def test_declared_names_filter(netpolc, shop):
    shop.write("names.netpol", "namespace shop\ngroup stores = {database, cache}\nnet office = 203.0.113.0/24\n")
    found = inside(netpolc("reach", ".", "--from", "webapp", "--to", "stores"))
    assert [line.partition(" : ")[0].partition(" -> ")[2] for line in found] == [
        "shop/database",
        "shop/cache",
        "shop/[app=cache]",
    ]
    assert netpolc("reach", ".", "--from", "shop/office").code == 2
    assert netpolc("reach", ".", "--from", "office", "--no-hypothetical").code == 0


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--from", "shop/webap"), "nothing is known of `shop/webap` = help: did you mean `shop/webapp`?"),
        (("--to", "stoers"), "nothing is known of `shop/stoers`"),
        (("--from", "web -> db:1"), "`web -> db:1`"),
        (("--from", "a\nb -> c:1"), "a"),
        (("--from", "web # x"), "`web # x`"),
        (("--from", "[app=webapp"), "`[app=webapp`"),
        (("--from", "*:80"), "--from"),
        (("--port", "0"), "--port"),
        (("--port", "http2"), "no port is declared as `http2`"),
        (("--port", "htpp"), "did you mean `http`?"),
        (("--port", ""), "it is empty"),
        (("--to", "10.0.0.1/8"), "10.0.0.0/8"),
        (("--to", "x.webapp"), "`x`"),
        (("--to", '"example.com"'), "domain name"),
        (("--to", "[a=1, a=2]"), "no pod can carry these labels"),
    ],
)
def test_questions_that_make_no_sense_are_wrong_usage(netpolc, options, said):
    ran = netpolc("reach", "shop.netpol", "deploy", *options)
    assert (ran.code, ran.out) == (2, "")
    assert said in " ".join(ran.err.split())
    assert "Traceback" not in ran.err


def test_standard_input_is_told_apart_by_what_it_holds(netpolc, shop):
    expected = inside(netpolc("reach", "shop.netpol", "deploy/db.yaml"))
    assert inside(netpolc("reach", "-", "deploy/db.yaml", stdin=PROGRAM.encode())) == expected
    manifest = (shop / "deploy/db.yaml").read_bytes()
    assert inside(netpolc("reach", "shop.netpol", "-", stdin=manifest)) == expected
    yaml = b"# none of kind: webapp -> database:5000\napiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n"
    assert inside(netpolc("reach", "shop.netpol", "deploy/db.yaml", "-", stdin=yaml)) == expected
    shop.write("odd.txt", manifest)
    shop.write("program.txt", PROGRAM)
    assert inside(netpolc("reach", "program.txt", "odd.txt")) == expected


def test_a_broken_policy_leaves_no_result(netpolc, shop):
    shop.write("deploy/bad.yaml", policy("bad", {"app": "x"}, [{"ports": [{"port": 70000}]}]))
    ran = netpolc("reach", "shop.netpol", "deploy")
    assert (ran.code, ran.out) == (2, "")
    assert "NP407" in ran.err
    shop.write("shop.netpol", "webapp => database:5000\n")
    ran = netpolc("reach", "shop.netpol", "deploy", "--error-format", "json")
    assert (ran.code, ran.out) == (2, "")
    codes = {found["code"] for found in json.loads(ran.err)["diagnostics"]}
    assert {"NP102", "NP407"} <= codes


def test_what_cannot_be_read_is_wrong_usage(netpolc, here):
    assert netpolc("reach", "nowhere.yaml").code == 2
    ran = netpolc("reach", "shop/webapp")
    assert (ran.code, ran.out) == (2, "")
    assert "error[NP823]: INPUT: `shop/webapp` is no file or folder" in ran.err
    assert "write `--from shop/webapp` or `--to shop/webapp`" in ran.err
    ran = netpolc("reach")
    assert (ran.code, ran.out) == (2, "")
    assert "NP807" in ran.err
    here.write("readme.md", "x")
    assert "no `*.netpol` or `*.yaml`" in netpolc("reach", ".").err


def test_facts_add_up_across_programs_and_manifests(netpolc, shop):
    ingress = [{"from": [{"podSelector": {"matchLabels": {"app": "guest"}}}], "ports": [{"port": 5000}]}]
    shop.write("deploy/more.yaml", policy("more", {"app": "database"}, ingress))
    assert inside(netpolc("reach", ".", "--to", "database")) == [
        "shop/webapp, shop/[app=guest] -> shop/database : TCP 5000"
    ]


def test_the_same_policy_cannot_come_from_both(netpolc, shop):
    shop.write("deploy/more.yaml", policy("database", {"app": "database"}, []))
    ran = netpolc("reach", "shop.netpol", "deploy")
    assert (ran.code, ran.out) == (2, "")
    assert "error[NP417]" in ran.err


def test_output_is_not_taken_for_input_beside_its_sources(netpolc, shop):
    shop.write("netpolc.toml", 'sources = ["*.netpol"]\noutput = "deploy/policies"\nmanifests = ["deploy/**/*"]\n')
    expected = inside(netpolc("reach", "shop.netpol", "deploy/web.json", "deploy/db.yaml", "deploy/cache.yml"))
    assert netpolc("build").code == 0
    stale = policy("stale", {"app": "database"}, [{}])
    shop.write("deploy/policies/shop/stale.yaml", stale)
    for arguments in ((), (".",), ("deploy", "shop.netpol")):
        assert inside(netpolc("reach", *arguments)) == expected
        ran = netpolc("reach", "-v", *arguments)
        assert "note[NP809]" in ran.err
    only = netpolc("reach", "deploy", "--to", "database")
    assert only.out == "*/*, outside -> shop/database : ANY\n"
    named = netpolc("reach", "shop.netpol", "deploy/policies/shop/stale.yaml", "--to", "shop/database")
    assert named.out == "*/*, outside -> shop/[app=database] : ANY\n"


def test_the_project_says_what_there_is(netpolc, shop):
    shop.write("netpolc.toml", 'sources = ["*.netpol"]\nmanifests = ["deploy/*.json", "deploy/*.y*ml"]\n')
    assert inside(netpolc("reach")) == inside(netpolc("reach", "shop.netpol", "deploy"))
    shop.write("netpolc.toml", 'sources = ["*.netpol"]\nmanifests = ["kustomize/*.yaml"]\n')
    ran = netpolc("reach")
    assert ran.code == 2
    assert "no file matches `kustomize/*.yaml`" in ran.err


def test_a_form_behind_the_option_of_a_file(netpolc, here):
    here.write("x.netpol", "web -> db:1\n")
    ran = netpolc("reach", "-o", "json")
    assert (ran.code, ran.out) == (0, "")
    assert "`json` is a file now; to print the result so, use `--format json`" in ran.err
    assert "is a file now" not in netpolc("reach", "-o", "x.json").err


def test_environments(netpolc, here):
    here.write("netpolc.toml", '[env.a]\nnamespace = "one"\n[env.b]\n')
    here.write("x.netpol", "web -> db:1\nenv b { web -> db:2 }\n")
    ran = netpolc("reach", "--to", "db")
    assert ran == (0, "in a:\none/[app=web] -> one/[app=db] : TCP 1\n\nin b:\n[app=web] -> [app=db] : TCP 1-2\n", "")
    assert inside(netpolc("reach", "--env", "a")) == ["one/[app=web] -> one/[app=db] : TCP 1"]
    assert inside(netpolc("reach", "--env", "b")) == ["[app=web] -> [app=db] : TCP 1-2"]


def test_a_namespace_for_what_has_none(netpolc, here):
    here.write("x.netpol", "web -> db:1\n")
    here.write("w.json", deployment("web", {"app": "web"}, namespace=None))
    here.write("p.yaml", policy("p", {"app": "web"}, [], namespace=None))
    assert inside(netpolc("reach", ".")) == ["web -> [app=db] : TCP 1"]
    assert inside(netpolc("reach", ".", "-n", "shop")) == ["shop/web -> shop/[app=db] : TCP 1"]


def test_workloads_of_one_name_are_told_apart_by_kind(netpolc, here):
    here.write("a.yaml", deployment("web", {"app": "a"}))
    here.write("b.yaml", deployment("web", {"app": "b"}, kind="StatefulSet"))
    here.write("p.yaml", policy("p", {"app": "b"}, []))
    assert inside(netpolc("reach", ".", "--to", "shop/web[StatefulSet]")) == []
    assert inside(netpolc("reach", ".", "--to", "shop/web[Deployment]", "--from", "shop/[app=b]")) == [
        "shop/web[StatefulSet] -> shop/web[Deployment] : ANY"
    ]


def test_pods_that_policies_do_not_see_are_a_warning(netpolc, shop):
    shop.write("deploy/agent.yaml", deployment("agent", {"app": "webapp"}, kind="DaemonSet", host=True))
    ran = netpolc("reach", "shop.netpol", "deploy", "--from", "shop/agent", "--to", "shop/*")
    assert ran.code == 0
    assert "warning[NP608]: policies do not see `shop/agent`" in ran.err
    assert ran.out == "shop/agent -> shop/agent : ANY\n"


def test_labels_of_namespaces_are_those_of_their_manifests(netpolc, here):
    here.write("x.netpol", "namespace shop\n[team=ops]/* -> web:1\n")
    here.write("w.json", deployment("probe", {"app": "probe"}, namespace="ops"))
    ran = netpolc("reach", ".", "--to", "shop/web", "-q", "--no-hypothetical")
    assert ran.out == ""
    here.write("n.yaml", "apiVersion: v1\nkind: Namespace\nmetadata: {name: ops, labels: {team: ops}}\n")
    assert inside(netpolc("reach", ".", "--to", "shop/web", "-q")) == ["[team=ops]/* -> shop/[app=web] : TCP 1"]
    assert "ops/probe -> shop/[app=web] : TCP 1\n" in netpolc("reach", ".", "--pairs", "-q").out


def test_assumed_denials_close(netpolc, here):
    here.write("x.netpol", "baseline assume deny all\nweb -> db:1\n")
    assert inside(netpolc("reach", "x.netpol")) == ["[app=web] -> [app=db] : TCP 1"]


def test_a_result_goes_where_it_is_told_to(netpolc, shop):
    ran = netpolc("reach", ".", "--to", "database", "-o", "out/who.txt")
    assert (ran.code, ran.out, ran.err) == (0, "", "")
    assert (shop / "out/who.txt").read_text() == "shop/webapp -> shop/database : TCP 5000\n"
    assert netpolc("reach", ".", "--to", "database", "-o", "-").out == (shop / "out/who.txt").read_text()
    ran = netpolc("reach", ".", "-o", "out")
    assert ran.code == 2
    assert "NP806" in ran.err
    assert "it is a folder" in ran.err
    assert netpolc("reach", ".", "-o", "shop.netpol/x").code == 2
    assert shop.names("out") == ["who.txt"]


HOSTILE = """apiVersion: v1
kind: Pod
metadata: {name: "a\\u001b[31m\\u202e\\nb, c", namespace: "x|`y", labels: {app: web}}
spec: {containers: [{name: c, image: x}]}
"""


def test_names_that_nobody_would_give_harm_no_terminal_and_break_no_table(netpolc, here):
    here.write("x.yaml", HOSTILE)
    for form in ("text", "csv", "md", "json"):
        ran = netpolc("reach", "x.yaml", "--format", form, "-q")
        if ran.code == 0:
            assert set(ran.out) - {"\n"} == {each for each in ran.out if each.isprintable()}
            assert len(ran.out.splitlines()) == {"text": 1, "csv": 3, "md": 3, "json": 9}[form]
        if form == "md":
            assert all(line.count("|") == 4 for line in ran.out.splitlines())
    ran = netpolc("can", "1.2.3.4", "x|`y/[app=web]:80", "x.yaml", "-q")
    assert "\x1b" not in ran.out + ran.err


def test_a_pipe_or_a_device_is_written_to_and_never_replaced(netpolc, here):
    here.write("a.netpol", "a -> b:80\n")
    pipe = here / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    assert netpolc("reach", "a.netpol", "-o", "pipe").code == 0
    assert b"[app=b] : TCP 80" in os.read(reader, 100_000)
    os.close(reader)
    assert pipe.is_fifo()
    assert netpolc("reach", "a.netpol", "-o", os.devnull).code == 0
    assert Path(os.devnull).is_char_device()


TWICE = """apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: p{here}}}
spec: {{podSelector: {{}}, policyTypes: [Ingress], ingress: [{{}}]}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: p, namespace: default}}
spec: {{podSelector: {{}}, policyTypes: [Ingress]}}
"""


@pytest.mark.parametrize("command", ["reach", "check", "import"])
def test_what_is_twice_once_it_is_placed_is_an_error(netpolc, here, command):
    here.write("c.yaml", TWICE.format(here=""))
    ran = netpolc(command, "c.yaml", "-n", "default")
    assert ran.code == (2 if command == "reach" else 1)
    assert "the NetworkPolicy `default/p` is there twice" in ran.out + ran.err
    here.write("c.yaml", TWICE.format(here=", namespace: other"))
    assert "twice" not in "".join(netpolc(command, "c.yaml", "-n", "default")[1:])


def test_a_project_says_where_pods_have_their_addresses(netpolc, here):
    here.write("x.netpol", "namespace shop\n10.0.0.0/8 -> db:1\n")
    here.write("w.json", deployment("web", {"app": "web"}))
    asked = "--from", "shop/web", "--to", "shop/db"
    ran = netpolc("reach", ".", *asked)
    assert (ran.code, ran.out) == (0, "")
    assert "warning[NP609]: `10.0.0.0/8` may hold addresses of pods" in ran.err
    ran = netpolc("can", "shop/web", "shop/db:1", ".", "--format", "json")
    assert (ran.code, json.loads(ran.out)["plugin_dependent"]) == (1, "10.0.0.0/8")
    assert "shop/web may reach shop/db:1 by this rule" in " ".join(ran.err.split())
    here.write("netpolc.toml", 'pod-addresses = ["10.244.0.0/16"]\n')
    assert netpolc("reach", ".", *asked).out == "shop/web -> shop/[app=db] : TCP 1\n"
    ran = netpolc("can", "shop/web", "shop/db:1", ".")
    assert (ran.code, ran.err) == (0, "")
    here.write("netpolc.toml", "pod-addresses = []\n")
    ran = netpolc("reach", ".", *asked)
    assert (ran.out, ran.err) == ("", "")


SHARED = """apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec:
  containers:
    - {name: a, image: x, ports: [{name: http, containerPort: 80}]}
    - {name: b, image: x, ports: [{name: http, containerPort: 81}, {containerPort: 53, protocol: UDP}]}
    - {name: c, image: x, ports: [{name: http, containerPort: 82, protocol: UDP}]}
"""


def test_a_name_that_containers_share_is_all_of_their_ports_in_its_protocol(netpolc, here):
    here.write("x.netpol", 'namespace shop\nguest -> web:"http"\n')
    here.write("w.yaml", SHARED)
    assert inside(netpolc("reach", ".")) == [
        "shop/[app=guest] -> shop/web : TCP 80-81",
        'shop/[app=guest] -> shop/[app=web] : TCP "http"',
    ]
    ran = netpolc("check", "x.netpol", "--workloads", "w.yaml")
    assert "warning[NP515]: `http` stands for several ports of `shop/web`" in ran.out
    here.write("w.yaml", SHARED.replace("{containerPort: 53", "{name: http, containerPort: 53"))
    ran = netpolc("reach", ".")
    assert (ran.code, ran.out) == (2, "")
    assert "duplicate value `http`: must be unique within the container" in ran.err


def test_pods_that_may_do_less_are_shown_apart_from_others(netpolc, here):
    here.write("x.netpol", "namespace shop\n[app!=guest] -> db:1\n[tier=ops] -> db:22\n")
    assert inside(netpolc("reach", ".", "--from", "[tier=ops]", "--to", "db")) == [
        "shop/[app!=guest] -> shop/[app=db] : TCP 1",
        "shop/[tier=ops] -> shop/[app=db] : TCP 22",
    ]
    assert netpolc("can", "shop/[app!=guest, tier=ops]", "shop/db:1", ".").code == 0


def test_pods_that_are_told_apart_in_too_many_ways_are_not_all_told_and_it_is_said(netpolc, here):
    """What is shown is true even then, and workloads are told in full."""
    closed = [f"[{one}=1, {other}=1]" for one, other in ("ab", "cd", "ef", "gh", "ij", "kl", "mn", "op")]
    for count in (7, 8):
        baseline = f"baseline deny ingress on {{{', '.join(closed[:count])}}}"
        here.write("x.netpol", f"namespace shop\n{baseline}\nweb -> [a=1, b=1]:1\n")
        ran = netpolc("reach", ".", "--to", "[a=1, b=1]")
        assert (ran.code, ran.out) == (0, "shop/[app=web] -> shop/[a=1, b=1] : TCP 1\n")
        said = "warning[NP626]: policies tell pods apart in too many ways to list"
        assert (said in " ".join(ran.err.split())) is (count > 7)
    assert netpolc("reach", ".", "--no-hypothetical").err == LEFT_OUT
    alike = ", ".join(f"[app=a{number}]" for number in range(99))
    here.write("x.netpol", f"namespace shop\nbaseline deny ingress on {{{alike}}}\n")
    assert netpolc("reach", ".").err == ""


def test_what_overlaps_with_what_is_asked_for_is_shown(netpolc, here):
    """Guests may be in each of these sets; what is shown of a set is true of those of its pods that are guests."""
    flows = "".join(f"[{key}!=a] -> db:{number}\n" for number, key in enumerate("vwxyz", 1))
    here.write("x.netpol", f"namespace shop\nguest -> web:80\n{flows}")
    ran = netpolc("reach", ".", "--from", "guest", "--to", "db")
    expected = [f"shop/[{key}!=a] -> shop/[app=db] : TCP {number}" for number, key in enumerate("vwxyz", 1)]
    assert (ran.err, ran.out.splitlines()) == ("", expected)


def test_a_program_without_a_namespace_beside_workloads_that_have_one(netpolc, here):
    here.write("u.netpol", "web -> db:5432\n")
    here.write("deploy/web.yaml", deployment("web", {"app": "web"}))
    here.write("deploy/db.yaml", deployment("db", {"app": "db"}))
    for command in (("reach",), ("can", "web", "db:5432")):
        ran = netpolc(*command, "u.netpol", "deploy/")
        assert ran.code == 0
        assert "warning[NP220]" in ran.err
        assert "name it: `-n shop`" in ran.err
        assert netpolc(*command, "u.netpol", "deploy/", "-n", "shop").err == ""


BROKEN = policy("d_b", {"app": "db"}, [])


def test_errors_end_the_run_unless_it_is_to_keep_going(here, netpolc):
    here.write("k8s/db.yaml", deployment("db", {"app": "db"}))
    here.write("k8s/policy.yaml", BROKEN)
    ran = netpolc("reach", "k8s", "--to", "shop/db")
    assert (ran.code, ran.out) == (2, "")
    assert "error[NP401]" in ran.err
    ran = netpolc("reach", "k8s", "--to", "shop/db", "--keep-going")
    assert ran.code == 0
    assert "shop/db : ANY" in ran.out
    assert "warning[NP401]" in ran.err
    assert "warning[NP812]: 1 object (1 NetworkPolicy) is left out" in ran.err
    assert "too much or too little" in ran.err
    assert "error" not in ran.err


def test_a_program_is_one_whole(here, netpolc):
    here.write("k8s/db.yaml", deployment("db", {"app": "db"}))
    here.write("shop.netpol", "namespace shop\nweb -> database\n")
    ran = netpolc("reach", "k8s", "shop.netpol", "--keep-going")
    assert (ran.code, ran.out) == (2, "")
    assert "error[NP301]" in ran.err


def test_a_document_of_another_tool_ends_no_run(here, netpolc):
    here.write("k8s/db.yaml", deployment("db", {"app": "db"}))
    here.write("k8s/play.yaml", "- hosts: all\n")
    here.write("k8s/data.json", "[1, 2]")
    ran = netpolc("reach", "k8s", "--to", "shop/db")
    assert ran.code == 0
    assert "shop/db : ANY" in ran.out
    assert ran.err == ""
    ran = netpolc("reach", "k8s", "--to", "shop/db", "-v")
    assert "note[NP414]: 2 documents of other tools are left out: they are no objects of Kubernetes" in ran.err


CLOSED = "namespace shop\nbaseline deny ingress\nwebapp -> database:5000\n"


@pytest.fixture
def closed(here):
    """A program that closes what it does not open, and its workloads."""
    here.write("shop.netpol", CLOSED)
    for name in ("webapp", "database"):
        here.write(f"deploy/{name}.json", deployment(name, {"app": name}))
    return here


@pytest.mark.usefixtures("closed")
def test_groups_are_explained_by_their_rules_and_lines(netpolc):
    ran = netpolc("reach", ".", "--to", "shop/database", "--from", "shop/webapp", "--explain")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == (
        "shop/webapp -> shop/database : TCP 5000\n"
        "  egress is open: no policy closes it\n"
        "  ingress is closed, and admits it by\n"
        "    shop/database spec.ingress[0], from shop.netpol:3: webapp -> database:5000\n"
    )
    pairs = netpolc("reach", ".", "--explain", "--pairs", "--no-hypothetical").out
    assert "shop/webapp -> shop/database : TCP 5000\n  egress is open" in pairs


@pytest.mark.usefixtures("closed")
def test_workloads_that_may_not_talk_are_listed_with_what_closes_them(netpolc):
    ran = netpolc("reach", ".", "--denied", "--to", "shop/database")
    assert (ran.code, ran.err) == (0, "left out: pods that no manifest shows\n")
    assert ran.out == (
        "shop/database may not reach shop/database on any port\n"
        "  egress is open: no policy closes it\n"
        "  ingress is closed, and lets others in, but not these; it is closed by\n"
        "    shop/default-deny spec.podSelector, from shop.netpol:2: baseline deny ingress\n"
    )
    ran = netpolc(
        "reach", ".", "--denied", "--from", "webapp", "--to", "database", "--port", "80,5000", "--format", "json"
    )
    (found,) = json.loads(ran.out)["denied"]
    assert (found["sources"], found["ports"]) == (["shop/webapp"], [{"protocol": "TCP", "first": 80, "last": 80}])


@pytest.mark.usefixtures("closed")
def test_without_workloads_nothing_is_denied_that_is_known_and_that_is_said(netpolc):
    ran = netpolc("reach", "shop.netpol", "--denied")
    assert (ran.code, ran.out) == (0, "")
    assert ran.err.startswith("no manifest shows a workload, and of other pods nothing is said\n")
    ran = netpolc("reach", "shop.netpol", "--denied", "--quiet")
    assert (ran.code, ran.out, ran.err) == (0, "", "")


@pytest.mark.usefixtures("closed")
@pytest.mark.parametrize(
    ("options", "wrong"),
    [
        (("--explain", "--denied"), "--explain: `--denied` says who closes them without it"),
        (("--explain", "--by", "namespace"), "--by: reasons are those of workloads\n   = help: leave it out"),
        (("--denied", "--by", "namespace"), "--by: reasons are those of workloads\n   = help: leave it out"),
        (("--denied", "--from", "guest"), "--from: "),
    ],
)
def test_options_that_ask_for_different_things(netpolc, options, wrong):
    ran = netpolc("reach", ".", *options)
    assert (ran.code, ran.out) == (2, "")
    assert wrong in ran.err


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    "arguments",
    [
        (".",),
        ("deploy", "--no-hypothetical", "--format", "json"),
        ("shop.netpol", "deploy", "--pairs", "--format", "csv", "--from", "guest"),
        ("--to", "shop/database", "."),
        (".", "--to", "nobody"),
    ],
)
def test_what_scripts_ask_without_typer_is_what_it_would_say(netpolc, arguments):
    """The entry reads the commonest options itself, which is quicker, and the command reads all."""
    assert entry._asked(arguments, entry.OPTIONS["reach"]) is not None
    assert netpolc("reach", *arguments) == netpolc("reach", *arguments, "--color", "never")


@each_row(
    "arguments",
    [
        ("--to",),
        ("--to", "--pairs"),
        ("--to", "a", "--to", "b"),
        ("--format", "xml"),
        ("--port", "80"),
        ("", "."),
        ("--pairs", "--pairs"),
    ],
)
def test_typer_reads_what_is_less_common_or_wrong(arguments):
    assert entry._asked(arguments, entry.OPTIONS["reach"]) is None


def test_what_no_environment_changes_is_told_once(netpolc, here):
    here.write("netpolc.toml", "[env.dev]\n[env.prod]\n")
    ran = netpolc("reach", "-", "--format", "csv", stdin=policy("p", {"app": "web"}, []).encode())
    head, *rows = ran.out.splitlines()
    assert head == "environments,sources,destinations,ports"
    assert {row.split(",")[0] for row in rows} == {"dev; prod"}
