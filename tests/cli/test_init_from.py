import pytest

APP = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, env: [{name: DB_HOST, value: database}]}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: database, namespace: shop}
spec:
  template:
    metadata: {labels: {app: database}}
    spec: {containers: [{name: postgres}]}
---
apiVersion: v1
kind: Service
metadata: {name: database, namespace: shop}
spec: {selector: {app: database}, ports: [{port: 80, targetPort: 5432}]}
"""
POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: only-web, namespace: shop}
spec:
  podSelector: {matchLabels: {app: database}}
  ingress: [{from: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: 5432}]}]
"""
SHOP = """\
# Proposed by `netpolc suggest`, each line with what shows it, for you to judge.
# Places are below `k8s/`.

import "std"
strict names

namespace shop

pods database = [app=database]
pods web = [app=web]

baseline deny all
* -> std.dns

# Between workloads.
web -> database:5432  # app.yaml:7 env DB_HOST
"""
BEGUN = ["Makefile", "netpol.mk", "netpolc.toml", "policies/shop.netpol"]


def test_a_project_that_builds(netpolc, here):
    here.write("k8s/app.yaml", APP)
    ran = netpolc("init", "--from", "k8s")
    assert ran.code == 0
    assert here.names() == ["Makefile", "k8s/app.yaml", *BEGUN[1:]]
    assert (here / "policies/shop.netpol").read_text() == SHOP
    assert ran.out.splitlines()[0] == "create  policies/shop.netpol  (suggested)"
    assert ran.err.splitlines() == [
        "found   1 Deployment, 1 StatefulSet and 1 Service in k8s",
        "check   nothing is wrong",
        "next: read policies/shop.netpol, then `netpolc build`",
    ]
    assert 'manifests = ["k8s"]\n' in (here / "netpolc.toml").read_text()
    for command in (["check", "--strict"], ["fmt", "--check"], ["build"], ["build", "--check"]):
        assert netpolc(*command).code == 0
    before = here.files()
    again = netpolc("init", "--from", "k8s")
    assert (again.code, {line.split()[0] for line in again.out.splitlines()}) == (0, {"keep"})
    assert here.files() == before


def test_a_platform_that_is_shown_is_said_with_what_shows_it(netpolc, here):
    agent = "---\napiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: aws-node, namespace: kube-system}\n"
    pods = "spec: {template: {metadata: {labels: {k8s-app: aws-node}}, spec: {hostNetwork: true, containers: []}}}\n"
    here.write("k8s/app.yaml", APP + agent + pods)
    ran = netpolc("init", "--from", "k8s")
    line = 'platform = "eks"  # the DaemonSet `aws-node` is a sign of it\n'
    assert line in (here / "netpolc.toml").read_text()
    assert 'netpolc.toml says `platform = "eks"`: the DaemonSet `aws-node` is a sign of it' in ran.err


def test_of_another_folder(netpolc, here, monkeypatch):
    here.write("shop/k8s/app.yaml", APP)
    assert netpolc("init", "shop", "--from", "shop/k8s").code == 0
    assert (here / "shop/policies/shop.netpol").read_text() == SHOP
    monkeypatch.chdir(here / "shop")
    assert netpolc("check", "--strict").code == 0


@pytest.mark.parametrize(("folder", "path"), [("new", "k8s"), (".", "-"), ("shop", "k8s[1]/app.yaml")])
def test_what_no_project_file_can_name_is_said(netpolc, here, folder, path):
    here.write(f"{path}/app.yaml" if path == "k8s" else path if path != "-" else "other", APP)
    ran = netpolc("init", folder, "--from", path, stdin=APP.encode())
    assert ran.code == 0
    text = (here / folder / "netpolc.toml").read_text()
    assert ("manifests = " in text, "netpolc check --workloads" in text) == (False, True)
    assert "note    " in ran.err


def test_what_was_built_is_nothing_to_begin_with(netpolc, here):
    here.write("app.yaml", APP)
    assert netpolc("init", "--from", ".").code == 0
    assert netpolc("build").code == 0
    before = here.files()
    ran = netpolc("init", "--from", ".")
    assert ("NetworkPolic" in ran.err, "yours" in ran.out, here.files()) == (False, False, before)


def test_policies_are_imported_and_the_rest_is_suggested_below(netpolc, here):
    here.write("k8s/app.yaml", APP)
    here.write("k8s/policies/web.yaml", POLICY)
    ran = netpolc("init", "--from", "k8s")
    text = (here / "policies/shop.netpol").read_text()
    imported, _, suggested = text.partition("# Suggested beside the policies above")
    assert "baseline deny ingress on database\n" in imported
    assert "web -> database:5432\n" in imported
    assert "baseline deny ingress\n" in suggested
    assert "web -> database" not in suggested
    assert "(imported from policies, the rest suggested below them)" in ran.out
    assert "takes the place of the policies in k8s/policies/web.yaml" in ran.err
    assert 'exclude = ["k8s/policies/web.yaml"]\n' in (here / "netpolc.toml").read_text()
    assert netpolc("build").code == 0
    assert netpolc("check").code == 0
    again = netpolc("init", "--from", "k8s")
    assert "keep    policies/shop.netpol  (it is yours; the manifests suggest other lines)\n" in again.out
    assert (here / "policies/shop.netpol").read_text() == text


def test_a_folder_of_policies_alone_is_no_manifest_any_more(netpolc, here):
    here.write("k8s/app.yaml", APP)
    here.write("policies/web.yaml", POLICY)
    assert netpolc("init", "--from", "k8s", "--from", "policies").code == 0
    text = (here / "netpolc.toml").read_text()
    assert ('manifests = ["k8s"]\n' in text, "exclude" in text) == (True, False)
    # The folder has manifests of somebody, so sources go elsewhere.
    assert (here / "netpol/shop.netpol").exists()
    assert "NETPOL_SOURCES ?= netpol\n" in (here / "netpol.mk").read_text()


def test_policies_beside_other_objects_are_not_read_again(netpolc, here):
    here.write("k8s/all.yaml", f"{APP}---\n{POLICY}")
    ran = netpolc("init", "--from", "k8s")
    assert ran.code == 0
    assert "k8s/all.yaml` holds policies beside other objects" in ran.err
    assert (
        '# once they are taken out of it, netpolc.toml can say: manifests = ["k8s"]\n'
        in (here / "netpolc.toml").read_text()
    )
    assert netpolc("build").code == 0
    assert netpolc("check").code == 0


def test_a_project_that_has_begun_keeps_its_file(netpolc, here):
    here.write("netpolc.toml", 'sources = ["net/*.netpol"]\n')
    here.write("net/shop.netpol", "namespace shop\n\nweb -> database:1\n")
    here.write("k8s/app.yaml", APP + APP.replace("shop", "data").join(["---\n", ""]))
    before = here.files()
    ran = netpolc("init", "--from", "k8s", "-n", "shop")
    assert here.files().items() >= before.items()
    assert (here / "net/data.netpol").read_text().startswith("# Proposed")
    assert "keep    net/shop.netpol  (it is yours" in ran.out
    assert 'add `manifests = ["k8s"]`' in ran.err
    assert 'add `namespace = "shop"`' in ran.err


def test_objects_without_a_namespace(netpolc, here):
    here.write("app.yaml", APP.replace(", namespace: shop", ""))
    ran = netpolc("init", "--from", "app.yaml")
    assert (here / "policies/no_namespace.netpol").exists()
    assert "`-n NAME` gives them one" in ran.err
    assert netpolc("check", "--strict").code == 0
    assert netpolc("init", "other", "--from", "app.yaml", "-n", "shop").code == 0
    assert (here / "other/policies/shop.netpol").exists()


def test_what_is_excluded_stays_so(netpolc, here):
    here.write("k8s/app.yaml", APP)
    here.write("k8s/test/app.yaml", APP.replace("shop", "test"))
    assert netpolc("init", "--from", "k8s", "--exclude", "test").code == 0
    assert here.names("policies") == ["shop.netpol"]
    assert 'exclude = ["test"]\n' in (here / "netpolc.toml").read_text()
    assert netpolc("check", "--strict").code == 0


def test_policies_of_another_environment_are_left_to_it(netpolc, here):
    here.write("k8s/app.yaml", APP)
    here.write("k8s/prod/policy.yaml", POLICY)
    here.write("k8s/staging/policy.yaml", POLICY.replace("5432", "5433"))
    ran = netpolc("init", "--from", "k8s")
    assert "note    the policies in `k8s/staging/policy.yaml` are of another environment, and are not" in ran.err
    assert "database:5433" not in (here / "policies/shop.netpol").read_text()
    assert netpolc("build").code == 0
    assert netpolc("check").code == 0


def test_output_is_not_where_somebody_keeps_files(netpolc, here):
    here.write("app.yaml", APP)
    here.write("deploy/networkpolicies/mine.yaml", POLICY)
    assert netpolc("init", "--from", "app.yaml").code == 0
    assert 'output = "networkpolicies"\n' in (here / "netpolc.toml").read_text()


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        (None, 2, "error[NP820]: there are no manifests in `k8s`"),
        ("# nothing\n", 2, "error[NP820]: there are no manifests in `k8s`"),
        (APP.rpartition("---\n")[2], 2, "there is no workload or NetworkPolicy in `k8s`, only 1 Service\n"),
        (APP.replace("namespace: shop", "namespace: kube-system"), 2, "namespaces of Kubernetes itself"),
        (APP.replace("name: web,", "name: web, {"), 1, "nothing was written"),
        (APP.replace("labels: {app: web}", "labels: [app]"), 1, "nothing was written"),
    ],
)
def test_what_there_is_nothing_to_make_of(netpolc, here, text, code, said):
    (here / "k8s").mkdir()
    if text is not None:
        here.write("k8s/app.yaml", text)
    before = here.files()
    ran = netpolc("init", "--from", "k8s")
    assert (ran.code, ran.out, here.files()) == (code, "", before)
    assert said in ran.err
    assert ("netpolc init --from cluster:" in ran.err) == (code == 2)


def test_what_cannot_be_written_leaves_nothing_behind(netpolc, here):
    here.write("app.yaml", APP)
    here.write("policies", "mine\n")
    here.write("netpol", "mine\n")
    before = here.files()
    ran = netpolc("init", "--from", "app.yaml")
    assert (ran.code, ran.out, here.files()) == (2, "", before)
    assert ran.err.splitlines()[-3].startswith("error[NP806]: `netpol")


def test_a_rehearsal_shows_the_program(netpolc, here):
    here.write("k8s/app.yaml", APP)
    ran = netpolc("init", "--from", "k8s", "--dry-run", "-v")
    assert (ran.code, here.names()) == (0, ["k8s/app.yaml"])
    assert SHOP in ran.out
    assert "next:" not in ran.err


def test_records_are_the_other_kind_of_evidence(netpolc, here):
    here.write("k8s/app.yaml", APP)
    pods = '"source":{{"namespace":"shop","pod_name":"{}","labels":["k8s:app={}"]}}'
    flow = '{{"flow":{{"time":"2026-11-01T00:00:0{}Z","verdict":"FORWARDED","l4":{{"TCP":{{"destination_port":9000}}}},'
    end = '"is_reply":false,"Type":"L3_L4",{},{}}}}}\n'
    source, other = pods.format("database-0", "database"), pods.format("web-1", "web").replace("source", "destination")
    here.write("hubble.json", "".join(flow.format(second) + end.format(source, other) for second in range(3)))
    ran = netpolc("init", "project", "--from", "k8s", "--flows", "hubble.json")
    assert ran.code == 0
    assert "found   3 connections in hubble.json" in ran.err.splitlines()
    program = (here / "project/policies/shop.netpol").read_text()
    assert "web -> database:5432  # " in program
    assert "database -> web:9000  # seen 3 times until 2026-11-01" in program
    assert "records are joined with the workloads of manifests" in netpolc("init", "--flows", "hubble.json").err
    assert netpolc("init", "other", "--from", "k8s", "--flows", "none.json").code == 2
    assert not (here / "other").exists()
