import pytest

from netpolc import api
from netpolc.compiler.inputs import read_inputs
from netpolc.compiler.workspace import Workspace
from netpolc.project.patterns import Exclusion

POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec: {podSelector: {}}
"""
TEMPLATE = POLICY.replace("name: db", "name: {{ .Release.Name }}")


@pytest.fixture
def write(tmp_path):
    def write(**files):
        for name, text in files.items():
            file = tmp_path / name.replace("__", "/").replace("_", ".")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)

    return write


def said(folder, *paths, **options):
    found = read_inputs(paths or (".",), Workspace(folder, **options))
    return [(each.code, each.severity, each.message) for each in found.diagnostics], found.manifests


def test_patches_and_values_of_a_kustomization_are_no_manifests(tmp_path, write):
    write(
        k__kustomization_yaml="resources: [base.yaml]\n"
        "patches: [{path: json.yaml}]\npatchesStrategicMerge: [merge.yaml]\n"
        "helmCharts: [{name: x, valuesFile: values.yaml}]\n",
        k__base_yaml=POLICY,
        k__merge_yaml=POLICY,
        k__json_yaml="- {op: add, path: /spec/egress, value: []}\n",
        k__values_yaml="kind: NetworkPolicy\n",
    )
    found, manifests = said(tmp_path)
    assert [(code, severity) for code, severity, _ in found] == [("NP811", "note"), ("NP811", "note")]
    assert found[1][2].startswith("3 files that kustomizations name as patches, values and the like are not read")
    assert [each.name for each in manifests.policies] == ["db"]
    assert [code for code, severity, _ in said(tmp_path, ".", "k/merge.yaml")[0] if severity == "error"] == ["NP417"]


def test_a_source_stays_one_whatever_a_kustomization_makes_of_it(tmp_path, write):
    write(k__kustomization_yaml="configMapGenerator: [{name: x, files: [shop.netpol]}]\n", k__shop_netpol="a -> b:1\n")
    assert read_inputs([".", "k"], Workspace(tmp_path)).loaded is not None
    assert read_inputs(["."], Workspace(tmp_path)).loaded is not None


def test_templates_that_were_found_are_one_warning(tmp_path, write):
    write(a_yaml=TEMPLATE, b_yaml=f"{TEMPLATE}---\n{TEMPLATE}", c_yaml=POLICY, d_yaml="x: {{ .y }}\n")
    found, manifests = said(tmp_path)
    assert found == [
        ("NP122", "warning", "2 files are templates, and what becomes of them is not judged"),
        ("NP414", "note", "1 document of other tools is left out: it is no object of Kubernetes"),
    ]
    assert (len(manifests.policies), manifests.lacks_policies) == (1, True)
    assert [(code, severity) for code, severity, _ in said(tmp_path, "b.yaml")[0]] == [("NP122", "error")] * 2


def test_one_template_is_shown_with_its_cause(tmp_path, write):
    write(a_yaml=TEMPLATE.replace("NetworkPolicy", "Deployment"))
    (found,) = read_inputs((".",), Workspace(tmp_path)).diagnostics
    assert (found.severity, found.message) == (
        "warning",
        "this file is a template, and what becomes of it is not judged",
    )
    assert len(found.labels) == 1
    assert not said(tmp_path)[1].lacks_policies


def test_what_is_excluded_is_not_found_but_may_be_named(tmp_path, write):
    write(a__x_yaml=POLICY, b__x_yaml="a: [\nkind: apiVersion", b__Chart_yaml="apiVersion: v2\n")
    exclusion = Exclusion([(tmp_path, "b")])
    assert said(tmp_path, exclusion=exclusion)[0] == []
    assert [code for code, _, _ in said(tmp_path, "b", exclusion=exclusion)[0]] == ["NP811"]
    assert [code for code, _, _ in said(tmp_path, exclusion=Exclusion([(tmp_path, "*.yaml")]))[0]] == ["NP807"]


def test_kustomizations_alone_are_no_empty_input(tmp_path, write):
    write(
        ov__a__kustomization_yaml="resources: [../../base]\npatches: [{path: p.yaml}]\n", ov__a__p_yaml="- {op: add}\n"
    )
    errors = [each for each in said(tmp_path, "ov")[0] if each[1] == "error"]
    assert errors == [("NP811", "error", "only kustomizations are in `ov`, and below a folder none is applied")]
    write(
        ov__b__kustomization_yaml="resources: []\n", ov__a__p_yaml=POLICY, ov__a__kustomization_yaml="resources: []\n"
    )
    assert [each for each in said(tmp_path, "ov")[0] if each[1] == "error"] == []
    assert [code for code, severity, _ in said(tmp_path, "ov/b/../b")[0] if severity == "error"] == ["NP811"]


def test_a_file_that_is_no_text_was_not_meant(tmp_path, write):
    write(a_yaml=POLICY)
    (tmp_path / "b.json").write_bytes(b"\xff\xfe\x00\x01")
    assert [(code, severity) for code, severity, _ in said(tmp_path)[0]] == [("NP105", "warning")]
    assert [(code, severity) for code, severity, _ in said(tmp_path, "b.json")[0]] == [("NP105", "error")]


def test_other_tools_alone_are_no_silence(tmp_path, write):
    write(
        a__values_yaml="a: 1\n",
        b__values_yaml="a: 1\n",
        b__c_yaml="kind: Secret\napiVersion: v1\nmetadata: {name: x}\n",
    )
    assert [(code, severity) for code, severity, _ in said(tmp_path, "a")[0]] == [("NP414", "warning")]
    assert [(code, severity) for code, severity, _ in said(tmp_path, "b")[0]] == [("NP418", "note"), ("NP414", "note")]


@pytest.mark.parametrize(
    "text", [POLICY.replace("shop", '"${NAMESPACE}"'), POLICY.replace("{}", "{matchLabels: {app: '${A}'}}")]
)
def test_variables_of_flux_are_a_template(tmp_path, write, text):
    write(flux_yaml=text)
    assert [(code, severity) for code, severity, _ in said(tmp_path)[0]] == [("NP122", "warning")]
    ((code, severity, message),) = said(tmp_path, "flux.yaml")[0]
    assert (code, severity) == ("NP122", "error")
    assert message.startswith("a variable stands where its value belongs: `")


BARE = POLICY.replace(", namespace: shop", "")


def test_objects_are_in_the_namespace_that_their_kustomization_gives(tmp_path, write):
    write(
        a__kustomization_yaml="namespace: a\nresources: [deny.yaml, named.yaml]\n",
        a__deny_yaml=BARE,
        a__named_yaml=POLICY,
        b__kustomization_yaml="namespace: b\nresources: [deny.yaml]\n",
        b__deny_yaml=BARE,
        b__other_yaml=BARE.replace("db", "other"),
    )
    found, manifests = said(tmp_path)
    assert {(each.namespace, each.name) for each in manifests.policies} == {
        *(("a", "db"), ("b", "db"), ("shop", "db"), (None, "other"))
    }
    assert [code for code, severity, _ in found if severity != "note"] == []
    checked = api.check(Workspace(tmp_path), ["."])
    assert [each.location.source.name for each in checked.diagnostics if each.code == "NP614"] == ["b/other.yaml"]
    write(c__kustomization_yaml="namespace: c\nresources: [../a]\n")
    assert None in {each.namespace for each in said(tmp_path)[1].policies if each.name == "db"}


DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec: {template: {metadata: {labels: {app: web}}}}
"""


def test_a_namespace_may_be_missing_where_the_workloads_name_none_either(tmp_path, write):
    unplaced = DEPLOYMENT.replace(", namespace: shop", "")
    write(db_yaml=BARE, web_yaml=unplaced)
    assert severities(tmp_path, ".") == ["note"]
    write(web_yaml=DEPLOYMENT)
    assert severities(tmp_path, ".") == ["warning"]
    write(db_yaml=f"{BARE}---\n{unplaced}")
    assert severities(tmp_path, "db.yaml", "web.yaml") == ["note"]


def severities(folder, *names):
    checked = api.check(Workspace(folder), names)
    return [each.severity for each in checked.diagnostics if each.code == "NP614"]


def test_all_in_one_file_beside_its_parts_is_one_of_two_ways_to_deploy(tmp_path, write):
    write(
        deploy__all_yaml=f"{POLICY}---\n{DEPLOYMENT}",
        examples__db_yaml=POLICY.replace("{}", "{}, policyTypes: [Egress]"),
    )
    checked = api.check(Workspace(tmp_path), ["."])
    assert [each.severity for each in checked.diagnostics if each.code in {"NP417", "NP423"}] == ["note"]
    write(deploy__all_yaml=POLICY)
    checked = api.check(Workspace(tmp_path), ["."])
    assert [each.code for each in checked.diagnostics if each.code in {"NP417", "NP423"}] == ["NP417"]


@pytest.mark.parametrize(
    ("files", "whole"),
    [
        ({}, True),
        ({"k__kustomization_yaml": "namespace: shop\nresources: [../a.yaml]\nimages: []\n"}, True),
        ({"k__kustomization_yaml": "commonLabels: {team: x}\nresources: [../a.yaml]\n"}, False),
        ({"k__kustomization_yaml": "resources: [../a.yaml, github.com/a/b//c]\n"}, False),
        ({"k__kustomization_yaml": "patches: [{patch: x}]\nresources: [../a.yaml]\n"}, False),
        ({"chart__Chart_yaml": "apiVersion: v2\nname: x\n"}, False),
        ({"t_yaml": TEMPLATE}, False),
        ({"x_yaml": "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: x}\n"}, False),
        ({"x_yaml": "apiVersion: v1\nkind: Secret\nmetadata: {name: x}\n", "values_yaml": "a: 1\n"}, True),
    ],
)
def test_policies_are_held_only_against_all_the_workloads(tmp_path, write, files, whole):
    write(a_yaml=POLICY.replace("{}", "{matchLabels: {app: db}}"), b_yaml=DEPLOYMENT, **files)
    found = {each.code for each in api.check(Workspace(tmp_path), ["."]).diagnostics}
    assert ("NP813" in found, "NP506" in found) == (not whole, whole)
    assert "NP813" not in {each.code for each in api.check(Workspace(tmp_path), ["a.yaml", "b.yaml"]).diagnostics}
    # What cannot be read may hold the workload.
    named = {each.code for each in api.check(Workspace(tmp_path), ["."], workloads=["."]).diagnostics}
    assert ("NP506" in named) == ("NP122" not in named)


def test_a_kustomization_without_a_namespace_leaves_it_to_who_applies_it(tmp_path, write):
    write(
        k__db_yaml=BARE,
        k__kustomization_yaml="kind: Component\nresources: [db.yaml]\n",
        web_yaml=DEPLOYMENT,
    )
    assert severities(tmp_path, ".") == ["note"]
    write(k__kustomization_yaml="kind: Component\nresources: [other.yaml]\n")
    assert severities(tmp_path, ".") == ["warning"]
