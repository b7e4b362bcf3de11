import pytest

from netpolc import api
from netpolc.compiler.inputs import read_inputs
from netpolc.compiler.workspace import Workspace

POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: NAME, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
  policyTypes: [Ingress]
  ingress: [{from: [{podSelector: {matchLabels: {app: api}}}], ports: [{protocol: TCP, port: PORT}]}]
"""
DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: a, image: IMAGE}]}}
"""


def policy(port, name="web"):
    return POLICY.replace("PORT", str(port)).replace("NAME", name)


def write(folder, **files):
    for name, text in files.items():
        file = folder / f"{name.replace('__', '/')}.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


def read(folder, *paths, careful=False):
    found = read_inputs(paths or (".",), Workspace(folder), careful=careful)
    return found, [(each.code, each.severity) for each in found.diagnostics if each.code in {"NP417", "NP423"}]


def ports(manifests):
    return sorted(port.port for each in manifests.policies for rule in each.ingress for port in rule.ports)


def test_an_answer_is_about_one_environment_and_says_so(tmp_path):
    write(
        tmp_path, prod__web=policy(80), staging__web=policy(81), staging__more=policy(82, "more"), all=policy(83, "all")
    )
    found, said = read(tmp_path)
    assert (ports(found.manifests), said) == ([80, 83], [("NP423", "warning")])
    (warning,) = found.diagnostics
    assert warning.message == (
        "there are files for production and staging: this is about production, and 2 files for staging are left out"
    )
    assert warning.location.source.name == "prod/web.yaml"
    assert warning.labels[0].location.source.name == "staging/web.yaml"
    assert not read(tmp_path, "staging")[1]


def test_a_check_judges_each_environment_by_itself(tmp_path):
    write(tmp_path, prod__web=policy(80), staging__web=policy(81), staging__more=policy(82, "more"))
    found, said = read(tmp_path, careful=True)
    assert [ports(each) for each in (found.manifests, *found.others)] == [[80], [81, 82]]
    assert said == [("NP423", "note")]
    write(tmp_path, staging__web=policy(81).replace("name: web", "name: w_b"), staging__other=policy(80))
    checked = api.check(Workspace(tmp_path), ["."])
    assert [each.location.source.name for each in checked.diagnostics if each.severity == "error"] == [
        "staging/web.yaml"
    ]


def test_environments_that_say_the_same_are_no_matter(tmp_path):
    write(tmp_path, east__web=policy(80), west__web=policy(80))
    found, said = read(tmp_path)
    assert (ports(found.manifests), said) == ([80], [])


@pytest.mark.parametrize("careful", [False, True])
def test_where_no_name_says_so_the_last_of_several_counts(tmp_path, careful):
    write(tmp_path, east__web=policy(80), west__web=policy(81), east__b=policy(82, "b"), west__b=policy(83, "b"))
    found, said = read(tmp_path, careful=careful)
    assert (ports(found.manifests), said) == ([81, 83], [("NP423", "note" if careful else "warning")])
    message = "the policy `shop/b` and 1 more are in several files, for different environments as it seems"
    assert [each.message for each in found.diagnostics] == [f"{message}; the last one counts"]


@pytest.mark.parametrize(
    "files",
    [
        {"a": f"{policy(80)}---\n{policy(81)}"},
        {"a": policy(80), "b": policy(81)},
        {"db__allow_db": policy(80), "web__allow_web": policy(81)},
        {"staging": f"{policy(80)}---\n{policy(80)}"},
    ],
)
def test_a_mistake_is_an_error(tmp_path, files):
    write(tmp_path, **files)
    assert read(tmp_path)[1] == [("NP417", "error")]


def test_files_that_are_named_belong_together(tmp_path):
    write(tmp_path, prod=policy(80), staging=policy(81))
    assert read(tmp_path, "prod.yaml", "staging.yaml")[1] == [("NP417", "error")]
    assert read(tmp_path, ".", "staging.yaml")[1] == [("NP417", "error")]
    assert read(tmp_path)[1] == [("NP423", "warning")]


def test_whole_installations_beside_each_other_are_variants(tmp_path):
    write(tmp_path, install=f"{policy(80)}---\n{DEPLOYMENT}", core_install=f"{policy(81)}---\n{DEPLOYMENT}")
    assert read(tmp_path)[1] == [("NP423", "warning")]


def test_objects_without_a_namespace_are_variants_there_too(tmp_path):
    bare = {key: policy(port).replace(", namespace: shop", "") for key, port in (("east__web", 80), ("west__web", 81))}
    write(tmp_path, **bare)
    found = api.check(Workspace(tmp_path), ["."], namespace="shop")
    assert not [each for each in found.diagnostics if each.severity == "error"]
