import json

import pytest
import yaml

from netpolc.compiler.inputs import LARGEST_MANIFEST

PROGRAM = "namespace shop\n\nwebapp -> database:5432\n"
MANAGED = {"app.kubernetes.io/managed-by": "netpolc"}


def workload(name, namespace="shop", **metadata):
    pods = {"metadata": {"labels": {"app": name}}, "spec": {"containers": [{"name": "c", "image": "i"}]}}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, **({"namespace": namespace} if namespace else {}), **metadata},
        "spec": {"selector": {"matchLabels": {"app": name}}, "template": pods},
    }


def policy(name, namespace="shop", labels=MANAGED, **annotations):
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": name, "namespace": namespace, "labels": labels, "annotations": annotations},
        "spec": {"podSelector": {}, "policyTypes": ["Ingress"]},
    }


WORKLOADS = [workload("webapp"), workload("database")]
SECRET = {
    "apiVersion": "v1",
    "kind": "Secret",
    "metadata": {"name": "s"},
    "stringData": {"a": "hunter2\nx\n", "y": "1e3"},
}


def resource_list(items=WORKLOADS, config=None, **spec):
    given = {"apiVersion": "config.kubernetes.io/v1", "kind": "ResourceList", "items": [*items]}
    if config is None:
        config = {"apiVersion": "netpolc/v1", "kind": "Program", "metadata": {"name": "shop"}, "spec": spec}
    return {**given, "functionConfig": config}


@pytest.fixture
def krm(netpolc):
    def run(given, code=0):
        ran = netpolc("krm", stdin=(given if isinstance(given, str) else json.dumps(given)).encode())
        assert ran.code == code, ran.err
        return (yaml.safe_load(ran.out) if ran.out else None), ran.err

    return run


def names(answer):
    return [item["metadata"]["name"] for item in answer["items"]]


def test_a_generator(krm):
    given = resource_list([], source=PROGRAM)
    answer, said = krm(given)
    assert names(answer) == ["default-deny", "database"]
    assert {key: answer[key] for key in ("apiVersion", "kind", "functionConfig")} == {
        key: given[key] for key in ("apiVersion", "kind", "functionConfig")
    }
    assert "results" not in answer
    assert said == ""


def written(answer):
    return [item for item in answer["items"] if item["kind"] == "NetworkPolicy"]


@pytest.mark.parametrize(
    ("places", "namespaces", "ambiguous"),
    [
        (["prod", "prod"], {"prod"}, False),
        ([None, None], {None}, False),
        (["prod", "dev"], {None}, True),
        (["prod", None], {None}, False),
    ],
)
def test_the_only_namespace_of_what_is_seen_is_that_of_the_policies(krm, places, namespaces, ambiguous):
    items = [workload(name, place) for name, place in zip(("web", "db"), places, strict=True)]
    answer, err = krm(resource_list(items, source="web -> db:80\n"))
    assert {each["metadata"].get("namespace") for each in written(answer)} == namespaces
    assert ("NP220" in err, "`namespace` in its `spec`" in err) == (ambiguous, ambiguous)


@pytest.mark.parametrize(
    ("kustomization", "code"),
    [
        ("namespace: prod\ngenerators: [netpolc.yaml]\n", 1),
        ("namespace: shop\ngenerators: [netpolc.yaml]\n", 0),
        ("generators: [netpolc.yaml]\n", 0),
        ("namespace: prod\ntransformers: [netpolc.yaml]\n", 0),
        ("- no kustomization\n", 0),
    ],
)
def test_what_kustomize_would_move_is_an_error(krm, here, kustomization, code):
    here.write("kustomization.yaml", kustomization)
    answer, said = krm(resource_list([], source=f"{PROGRAM}web -> database:1\n"), code=code)
    assert said.count("NP427") == code
    assert bool(written(answer)) == (not code)


def test_kustomize_hands_generators_their_own_configuration_as_an_item(krm, here):
    here.write("kustomization.yaml", "namespace: prod\ngenerators: [netpolc.yaml]\n")
    given = resource_list([], source=f"{PROGRAM}web -> database:1\n")
    given["items"] = [{**given["functionConfig"], "metadata": {**given["functionConfig"]["metadata"], "labels": {}}}]
    assert krm(given, code=1)[1].count("NP427") == 1


def test_a_generator_is_in_the_namespace_that_kustomize_gives(krm, here):
    here.write("kustomization.yaml", "namespace: prod\ngenerators: [netpolc.yaml]\n")
    answer, _ = krm(resource_list([], source="web -> prod/db:1\n"))
    assert {each["metadata"]["namespace"] for each in written(answer)} == {"prod"}
    assert "namespaceSelector" not in json.dumps(answer)


def test_kustomize_finds_no_match_labels_in_peers_of_other_namespaces(krm):
    """To those it adds labels, and pods of other namespaces do not carry them."""
    source = (
        "namespace shop\nbaseline deny all\nweb -> db:1\nmonitoring/[app=prom, tier in (a, b)] -> web:1\nweb -> */x:1\n"
    )
    answer, _ = krm(resource_list([], source=source))
    peers = [
        peer
        for each in written(answer)
        for rules, key in (("ingress", "from"), ("egress", "to"))
        for rule in each["spec"].get(rules, ())
        for peer in rule[key]
    ]
    foreign = [peer["podSelector"] for peer in peers if "namespaceSelector" in peer]
    assert {"matchExpressions": [{"key": "app", "operator": "In", "values": ["x"]}]} in foreign
    assert all("matchLabels" not in selector for selector in foreign)
    assert {"podSelector": {"matchLabels": {"app": "db"}}} in peers


def test_a_transformer_leaves_all_else_as_it_was(krm):
    items = [SECRET, *WORKLOADS, policy("theirs", labels={"by": "hand"})]
    answer, _ = krm(resource_list(items, source=PROGRAM))
    assert answer["items"][:4] == items
    assert names(answer)[4:] == ["default-deny", "database"]


def test_what_it_wrote_before_is_replaced_in_its_place(krm):
    path = {"config.kubernetes.io/path": "a/b.yaml", "internal.config.kubernetes.io/index": "3", "mine": "gone"}
    items = [policy("database", **path), *WORKLOADS, policy("gone"), policy("database", "elsewhere")]
    answer, _ = krm(resource_list(items, source=PROGRAM))
    assert names(answer) == ["database", "webapp", "database", "database", "default-deny"]
    assert answer["items"][3] == items[4]
    assert answer["items"][0]["spec"]["ingress"]
    del path["mine"]
    assert answer["items"][0]["metadata"]["annotations"] == path


def test_a_second_run_changes_nothing(krm):
    once, _ = krm(resource_list(source=PROGRAM))
    again, _ = krm(once)
    assert again == once


def test_a_policy_of_somebody_else_of_that_name_is_an_error(krm):
    given = resource_list([policy("database", labels={})], source=PROGRAM)
    answer, said = krm(given, code=1)
    assert answer["items"] == given["items"]
    assert answer["results"][0]["tags"]["code"] == "NP417"
    assert "NP417" in said


def test_paths_and_env_and_namespace(krm, here):
    here.write("policies/a.netpol", "env prod {\n  webapp -> database:5432\n}\nwebapp -> webapp:1\n")
    spec = {"paths": ["policies"], "env": "prod", "namespace": "shop"}
    answer, _ = krm(resource_list([workload("webapp", None), workload("database", None)], **spec))
    assert names(answer)[2:] == ["default-deny", "database", "webapp"]
    assert {item["metadata"].get("namespace") for item in answer["items"][2:]} == {"shop"}


def test_a_platform(krm):
    spec = {"source": 'import "std"\nnamespace shop\nbaseline deny egress\n* -> std.dns\n', "platform": "openshift"}
    answer, _ = krm(resource_list([], **spec))
    (rule,) = answer["items"][-1]["spec"]["egress"]
    assert {each["port"] for each in rule["ports"]} == {5353}


def test_a_configmap_as_kpt_makes_it(krm, here):
    here.write("a.netpol", PROGRAM)
    config = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x"}, "data": {"paths": "a.netpol"}}
    assert names(krm(resource_list([], config))[0]) == ["default-deny", "database"]


def test_without_any_configuration_the_project_is_compiled(krm, here):
    here.write("netpolc.toml", 'sources = ["p/*.netpol"]\n[labels]\nteam = "a"\n')
    here.write("p/a.netpol", PROGRAM)
    given = {"apiVersion": "config.kubernetes.io/v1", "kind": "ResourceList"}
    answer, _ = krm(given)
    assert names(answer) == ["default-deny", "database"]
    assert answer["items"][0]["metadata"]["labels"]["team"] == "a"


def test_an_error_is_a_result_with_its_place_and_the_items_stay(krm):
    given = resource_list([*WORKLOADS, policy("database")], source="namespace shop\nwebapp -> database\n")
    answer, said = krm(given, code=1)
    assert answer["items"] == given["items"]
    assert answer["results"] == [
        {
            "message": "spec.source:2:11: no port is given for `database` "
            "(help: write the port, as in `:443`, or `:*` for every port)",
            "severity": "error",
            "file": {"path": "spec.source"},
            "tags": {"code": "NP301", "line": "2", "column": "11"},
        }
    ]
    assert "error[NP301]" in said


def test_a_warning_is_a_result_too(krm):
    answer, said = krm(resource_list([workload("webapp")], source=PROGRAM))
    (result,) = answer["results"]
    assert (result["severity"], result["tags"]["code"]) == ("warning", "NP506")
    assert "no workload in namespace `shop` has pods `[app=database]`" in said


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ({"path": "x"}, "`spec.path` is unknown"),
        ({"platform": "cilum"}, "`spec.platform` is no platform: `cilum`"),
        ({"source": 5}, "`spec.source` is no text"),
        ({"paths": [True]}, "`spec.paths` is no text"),
        ({"paths": {"a": 1}}, "`spec.paths` is no text"),
        ({"paths": ""}, "`spec.paths` is empty"),
        ({"env": ""}, "`spec.env` is empty"),
        ({"namespace": "Shop"}, "`spec.namespace`: "),
        ({"source": "", "paths": ["a"]}, "both `spec.source` and `spec.paths` are given"),
        ({"paths": ["/etc"]}, "`/etc` cannot be read: it is outside of the project"),
        ({"paths": ["../x"]}, "`../x` cannot be read: it is outside of the project"),
        ({"paths": ["a\0b"]}, "it is outside of the project"),
        ({"paths": ["none"]}, "`none` cannot be read"),
    ],
)
def test_a_wrong_configuration_is_a_result(krm, spec, said):
    given = resource_list(**spec)
    answer, err = krm(given, code=2)
    assert answer["items"] == given["items"]
    assert any(said in result["message"] for result in answer["results"])
    assert "Traceback" not in err


def test_a_link_does_not_lead_out_either(krm, here, tmp_path):
    (tmp_path / "secret.netpol").write_text("hunter2\n")
    (here / "in.netpol").symlink_to(tmp_path / "secret.netpol")
    answer, said = krm(resource_list(paths=["in.netpol"]), code=2)
    assert "hunter2" not in said + str(answer)


def test_several_environments_want_a_choice(krm, here):
    here.write("netpolc.toml", 'sources = ["*.netpol"]\n[env.prod]\n[env.dev]\n')
    here.write("a.netpol", PROGRAM)
    answer, _ = krm(resource_list(), code=2)
    assert "there are several environments (prod, dev): choose one" in answer["results"][0]["message"]
    assert names(krm(resource_list(env="dev"))[0])[2:] == ["default-deny", "database"]


@pytest.mark.parametrize(
    "given",
    [
        "",
        "a: b",
        "- a",
        "kind: ResourceList",
        "apiVersion: v1\nkind: List\nitems: []",
        "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems: {}",
        "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nfunctionConfig: []",
        "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\n---\na: b",
    ],
)
def test_what_is_no_resource_list_is_refused(krm, given):
    answer, said = krm(given, code=1)
    assert answer is None
    assert "NP414" in said


@pytest.mark.parametrize(
    "text", ["kind: Secret\na: [hunter2", "a: !!int hunter2", "{{ hunter2 }}: x: y", "a: *hunter2"]
)
def test_what_cannot_be_read_is_not_quoted(netpolc, text):
    for command in (["krm"], ["post-render", "p.netpol"]):
        ran = netpolc(*command, stdin=text.encode())
        assert ran.code in {1, 2}
        assert ran.out == ""
        assert "hunter2" not in ran.err


def test_bytes_that_are_no_text_are_not_quoted(netpolc, here):
    here.write("p.netpol", PROGRAM)
    for command in (["krm"], ["post-render", "p.netpol"]):
        ran = netpolc(*command, stdin=b"a: hunter2\xff\n")
        assert (ran.code, ran.out) == (1, "")
        assert "no UTF-8 text" in ran.err
        assert "hunter2" not in ran.err


def test_an_input_without_end_is_refused(netpolc, monkeypatch):
    monkeypatch.setattr("netpolc.cli.delivering.LARGEST_MANIFEST", 1000)
    ran = netpolc("krm", stdin=b"a" * 1001)
    assert (ran.code, ran.out) == (2, "")
    assert "it is larger than" in ran.err
    assert LARGEST_MANIFEST > 1000


def test_no_input_at_all(netpolc):
    ran = netpolc("krm", stdin=None)
    assert (ran.code, ran.out) == (2, "")


def test_yaml_as_kustomize_writes_it(krm):
    given = """\
apiVersion: config.kubernetes.io/v1
kind: ResourceList
items:
- apiVersion: v1
  data:
    "n": "1e3"
    script: |
      #!/bin/sh
      echo "y"
  kind: ConfigMap
  metadata: {name: c, annotations: {config.kubernetes.io/index: '0'}}
functionConfig:
  spec:
    source: |
      namespace shop
      webapp -> database:5432
"""
    answer, _ = krm(given)
    assert answer["items"][0] == yaml.safe_load(given)["items"][0]
    assert names(answer) == ["c", "default-deny", "database"]
