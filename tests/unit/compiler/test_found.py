import pytest

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


def test_templates_that_were_found_are_one_warning(tmp_path, write):
    write(a_yaml=TEMPLATE, b_yaml=f"{TEMPLATE}---\n{TEMPLATE}", c_yaml=POLICY, d_yaml="x: {{ .y }}\n")
    found, manifests = said(tmp_path)
    assert found == [
        ("NP122", "warning", "2 files are templates, not YAML, and what becomes of them is not judged"),
        ("NP414", "note", "1 document of other tools is left out: it is no object of Kubernetes"),
    ]
    assert (len(manifests.policies), manifests.lacks_policies) == (1, True)
    assert [(code, severity) for code, severity, _ in said(tmp_path, "b.yaml")[0]] == [("NP122", "error")] * 2


def test_one_template_is_shown_with_its_cause(tmp_path, write):
    write(a_yaml=TEMPLATE.replace("NetworkPolicy", "Deployment"))
    (found,) = read_inputs((".",), Workspace(tmp_path)).diagnostics
    assert (found.severity, found.message) == (
        "warning",
        "this file is a template, not YAML, and what becomes of it is not judged",
    )
    assert len(found.labels) == 1
    assert not said(tmp_path)[1].lacks_policies


def test_what_is_excluded_is_not_found_but_may_be_named(tmp_path, write):
    write(a__x_yaml=POLICY, b__x_yaml="a: [\nkind: apiVersion", b__Chart_yaml="apiVersion: v2\n")
    exclusion = Exclusion([(tmp_path, "b")])
    assert said(tmp_path, exclusion=exclusion)[0] == []
    assert [code for code, _, _ in said(tmp_path, "b", exclusion=exclusion)[0]] == ["NP811"]
    assert [code for code, _, _ in said(tmp_path, exclusion=Exclusion([(tmp_path, "*.yaml")]))[0]] == ["NP807"]
