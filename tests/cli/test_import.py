import json

import pytest

POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: database, namespace: shop}
spec:
  podSelector: {matchLabels: {app: database}}
  ingress:
    - from: [{podSelector: {matchLabels: {app: webapp}}}]
      ports: [{port: 5000}]
"""
SOURCE = """\
namespace shop

baseline deny ingress on database

# policy database
webapp -> database:5000
"""
UNNAMED = POLICY.replace(", namespace: shop", "")
DATA = POLICY.replace("shop", "data")


def test_to_standard_output(netpolc, here):
    here.write("database.yaml", POLICY)
    assert netpolc("import", "database.yaml") == (0, SOURCE, "")
    assert here.names() == ["database.yaml"]


def test_from_standard_input_as_json(netpolc):
    document = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "deny", "namespace": "shop"},
        "spec": {"podSelector": {}, "policyTypes": ["Ingress"]},
    }
    ran = netpolc("import", "-", stdin=json.dumps(document).encode())
    assert ran == (0, "namespace shop\n\n# policy deny\nbaseline deny ingress\n", "")


def test_a_folder_is_a_project_that_builds_the_same(netpolc, here):
    here.write("deploy/shop.yaml", POLICY)
    here.write("deploy/more/data.json.yaml", DATA)
    ran = netpolc("import", "deploy", "-o", "policies")
    assert (ran.code, ran.out, ran.err) == (0, "", "policies: 2 files written, and netpolc.toml\n")
    assert here.names("policies") == ["data.netpol", "shop.netpol"]
    assert (here / "policies/shop.netpol").read_text() == SOURCE
    assert netpolc("fmt", "--check", "policies").code == 0


def test_labels_of_all_policies_go_into_the_project(netpolc, here):
    labelled = POLICY.replace("namespace: shop", "namespace: shop, labels: {team: web, example.com/tier: db}")
    other = DATA.replace("namespace: data", "namespace: data, labels: {team: web}")
    here.write("policies.yaml", f"{labelled}---\n{other}")
    said = "left out, unless `netpolc import --keep-names` keeps them: labels `example.com/tier`\n"
    ran = netpolc("import", "policies.yaml", "-o", "policies")
    assert (ran.code, ran.err) == (0, f"{said}policies: 2 files written, and netpolc.toml\n")
    assert (here / "netpolc.toml").read_text().endswith('\n[labels]\n"team" = "web"\n')
    assert netpolc("build").code == 0
    assert "    team: web\n" in (here / "deploy/networkpolicies/shop/database.yaml").read_text()
    advice = "all policies have the labels `team: web`; below `[labels]`, netpolc.toml puts them on each\n"
    assert netpolc("import", "policies.yaml").err == f"{said}{advice}"


def test_the_project_that_is_written_builds(netpolc, here):
    here.write("shop.yaml", POLICY)
    assert netpolc("import", "shop.yaml", "-o", "policies").code == 0
    assert netpolc("check").code == 0
    assert netpolc("build").code == 0
    assert "deploy/networkpolicies/shop/database.yaml" in here.names()


def test_a_folder_elsewhere_is_a_project_of_its_own(netpolc, here, monkeypatch):
    here.write("work/shop.yaml", POLICY)
    monkeypatch.chdir(here / "work")
    assert netpolc("import", "shop.yaml", "-o", "../out").code == 0
    assert here.names("out") == ["netpolc.toml", "shop.netpol"]
    monkeypatch.chdir(here / "out")
    assert netpolc("build").code == 0
    assert "networkpolicies/shop/database.yaml" in here.names("out")


def test_sources_in_a_project_that_looks_elsewhere(netpolc, here):
    here.write("netpolc.toml", 'sources = ["policies/**/*.netpol", "more"]\n')
    here.write("shop.yaml", POLICY)
    for output in ("policies", "policies/shop", "more"):
        assert netpolc("import", "shop.yaml", "-o", output).err == f"{output}: 1 file written\n"
    ran = netpolc("import", "shop.yaml", "-o", "other")
    assert (ran.code, "warning[NP821]" in ran.err, 'add `"other/*.netpol"`' in ran.err) == (0, True, True)
    assert here.names("other") == ["shop.netpol"]


def test_one_file(netpolc, here):
    here.write("database.yaml", POLICY)
    assert netpolc("import", "database.yaml", "-o", "policies/shop.netpol") == (0, "", "")
    assert here.names("policies") == ["shop.netpol"]
    assert (here / "policies/shop.netpol").read_text() == SOURCE


@pytest.mark.parametrize("output", ["policies", "policies/shop.netpol"])
def test_what_a_person_wrote_is_kept(netpolc, here, output):
    here.write("database.yaml", POLICY)
    here.write("policies/shop.netpol", "mine -> other:1\n")
    here.write("policies/netpolc.toml", 'sources = ["*.netpol"]\n')
    before = here.files()
    ran = netpolc("import", "database.yaml", "-o", output)
    assert (ran.code, ran.out) == (1, "")
    assert "error[NP803]: `" in ran.err
    assert here.files() == before
    assert netpolc("import", "database.yaml", "-o", output, "--force").code == 0
    assert (here / "policies/shop.netpol").read_text() == SOURCE
    assert (here / "policies/netpolc.toml").read_bytes() == before["policies/netpolc.toml"]


def test_a_second_time_changes_nothing(netpolc, here):
    here.write("database.yaml", POLICY)
    assert netpolc("import", "database.yaml", "-o", "policies").code == 0
    before = here.files()
    assert netpolc("import", "database.yaml", "-o", "policies").code == 0
    assert here.files() == before


def test_policies_without_a_namespace(netpolc, here):
    here.write("database.yaml", UNNAMED)
    assert netpolc("import", "database.yaml").out == SOURCE.removeprefix("namespace shop\n\n")
    assert netpolc("import", "database.yaml", "-n", "shop").out == SOURCE


def test_policies_with_and_without_a_namespace(netpolc, here):
    here.write("all.yaml", f"{UNNAMED}---\n{DATA}")
    ran = netpolc("import", "all.yaml")
    assert (ran.code, ran.out) == (2, "")
    assert "policies that name no namespace share no file with others" in " ".join(ran.err.split())
    assert netpolc("import", "all.yaml", "-n", "shop").code == 0
    assert netpolc("import", "all.yaml", "-o", "policies").code == 0
    assert here.names("policies") == ["data.netpol", "no_namespace.netpol"]


def test_an_error_writes_nothing(netpolc, here):
    here.write("good.yaml", POLICY)
    here.write("bad.yaml", DATA.replace("5000", "70000"))
    ran = netpolc("import", "good.yaml", "bad.yaml", "-o", "policies")
    assert (ran.code, ran.out) == (1, "")
    assert "bad.yaml:8" in ran.err
    assert here.names() == ["bad.yaml", "good.yaml"]


def test_a_namespace_that_is_a_number_has_no_name_in_the_language(netpolc, here):
    here.write("number.yaml", POLICY.replace("shop", '"2048"'))
    ran = netpolc("import", "number.yaml")
    assert (ran.code, ran.out) == (1, "")
    assert "error[NP402]: netpol cannot open the namespace `2048`, whose name is a number" in ran.err


def test_manifests_without_a_policy(netpolc, here):
    here.write("empty.yaml", "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n")
    ran = netpolc("import", "empty.yaml")
    assert (ran.code, ran.out) == (2, "")
    assert "there is no NetworkPolicy in `empty.yaml`" in ran.err
    namespace = (here / "empty.yaml").read_bytes()
    assert "there is no NetworkPolicy in standard input" in netpolc("import", "-", stdin=namespace).err


def test_policies_that_select_nothing(netpolc, here):
    here.write(
        "nobody.yaml",
        POLICY.replace("database}}", "database}, matchExpressions: [{key: app, operator: DoesNotExist}]}"),
    )
    ran = netpolc("import", "nobody.yaml")
    assert (ran.code, ran.out) == (0, "")
    assert "left out, since they select no pod: the policies `database`" in ran.err


def test_netpol_source_is_misuse(netpolc, here):
    here.write("shop.netpol", SOURCE)
    ran = netpolc("import", "shop.netpol")
    assert (ran.code, ran.out) == (2, "")
    assert "is netpol source already" in " ".join(ran.err.split())


def test_an_unwritable_place_is_named(netpolc, here):
    here.write("database.yaml", POLICY)
    here.write("taken", "a file")
    ran = netpolc("import", "database.yaml", "-o", "taken")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("error[NP806]: `")


def test_quiet_leaves_out_what_is_left_out(netpolc, here):
    here.write("database.yaml", POLICY.replace("namespace: shop", "namespace: shop, labels: {team: a}"))
    assert "the labels `team: a`" in netpolc("import", "database.yaml").err
    assert netpolc("import", "-q", "database.yaml").err == ""
