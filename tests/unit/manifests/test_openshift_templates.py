import pytest

from netpolc.checks.yaml.run import CHECKING_READERS
from netpolc.manifests.openshift_templates import LONGEST, _ParameterValues
from netpolc.manifests.reading import read_manifests
from netpolc.source import Source
from tests.rows import each_row

POLICY = """\
- apiVersion: networking.k8s.io/v1
  kind: NetworkPolicy
  metadata: {name: <name>}
  spec:
    podSelector: {matchLabels: {app: <app>}}
    policyTypes: [Ingress]
    ingress:
    - ports:
      - protocol: TCP
        port: <port>
"""
DEPLOYMENT = """\
- apiVersion: apps/v1
  kind: Deployment
  metadata: {name: "${APP}"}
  spec:
    replicas: ${{REPLICAS}}
    template:
      metadata: {labels: {app: "LABEL"}}
      spec: {containers: [{name: a, image: "${IMAGE}", ports: [{containerPort: 80}]}]}
"""


def template(objects, parameters="", api="template.openshift.io/v1"):
    listed = "".join(f"- {{{each}}}\n" for each in parameters.split(";") if each)
    return f"apiVersion: {api}\nkind: Template\nmetadata: {{name: x}}\nobjects:\n{objects}parameters:\n{listed}"


def policy(name="web", app="web", port="80"):
    return POLICY.replace("<name>", name).replace("<app>", app).replace("<port>", port)


def read(text, **options):
    return read_manifests(Source("t.yaml", text), **options)


@pytest.mark.parametrize("api", ["template.openshift.io/v1", "v1"])
def test_objects_of_a_template_are_read_with_default_values(api):
    objects = policy('"${APP}-allow"', '"${APP}-${TIER}"', "${{PORT}}") + DEPLOYMENT.replace("LABEL", "${APP}")
    found = read(template(objects, "name: APP, value: shop;name: TIER, value: web;name: PORT, value: '5432'", api))
    (one,) = found.policies
    assert (one.name, dict(one.pod_selector.match_labels)) == ("shop-allow", {"app": "shop-web"})
    assert one.ingress[0].ports[0].port == 5432
    assert [dict(each.labels) for each in found.workloads] == [{"app": "shop"}]
    assert found.diagnostics == ()


@each_row(
    "objects, parameters, said",
    [
        (policy(app='"${APP}"'), "name: APP", ("warning", "1 policy of this Template is not judged", "`APP` has")),
        (policy(app='"${APP}"'), "name: APP, value: ''", ("warning", "1 policy", "`APP` has")),
        (policy(app='"${APP}"'), "name: APP, generate: expression, from: '[a-z]{3}'", ("warning", "1 policy", "`APP`")),
        (policy(app='"${APP}"') + policy("c", port="${{P}}"), "", ("warning", "2 policies", "`APP` and 1 more have")),
        (policy(app='"${APP}"') + policy("b"), "", ("warning", "1 policy of this Template is", "`APP` has")),
        (DEPLOYMENT.replace("LABEL", "${APP}"), "", ("note", "1 object of this Template is not judged", "`APP` has")),
    ],
)
def test_what_depends_on_a_parameter_without_a_value_is_not_judged(objects, parameters, said):
    found = read(template(objects, parameters))
    severity, *parts = said
    assert [(each.code, each.severity) for each in found.diagnostics] == [("NP424", severity)]
    assert all(part in found.diagnostics[0].message for part in parts)
    assert found.lacks_policies == (severity == "warning")
    assert [each.name for each in found.policies] == ["b"] * objects.count("name: b")


def test_what_is_not_judged_may_have_no_value():
    found = read(template(policy('"allow-${APP_NAME}"', "web") + DEPLOYMENT.replace("LABEL", "web")))
    assert ([each.name for each in found.policies], found.diagnostics) == (["allow-app-name"], ())
    assert [each.name for each in found.workloads] == ["app"]


def test_a_template_is_checked_like_its_objects_without_fixes():
    wrong = policy().replace("    ingress:", "    ports: []\n    ingress:").replace("80", '"80"')
    found = read(template(wrong), checking=CHECKING_READERS).diagnostics
    assert {"NP412", "NP407"} <= {each.code for each in found}
    assert not any(each.fixes for each in found)
    assert "NP614" not in {each.code for each in found}


def test_two_templates_of_one_text_have_values_of_their_own():
    both = [template(policy(app='"${APP}"'), f"name: APP, value: {value}") for value in ("a", "b")]
    found = read("---\n".join(both)).policies
    assert [dict(each.pod_selector.match_labels) for each in found] == [{"app": "a"}, {"app": "b"}]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (template(policy()).replace("template.openshift.io/v1", "example.com/v1"), []),
        ("apiVersion: v1\nkind: Template\nmetadata: {name: x}\n", []),
        ("apiVersion: v1\nkind: Template\nobjects: {}\n", ["NP411"]),
        ("apiVersion: v1\nkind: Template\nobjects: [a, ~]\n", ["NP414", "NP414"]),
        ("apiVersion: v1\nkind: Template\nobjects: []\nparameters: [a, {name: [x]}, ~]\n", []),
    ],
)
def test_what_only_looks_like_a_template_is_no_fault(text, codes):
    found = read(text)
    assert [each.code for each in found.diagnostics] == codes
    assert found.policies == ()


def test_what_a_template_becomes_is_bounded():
    deep = "[" * 480 + '"${A}"' + "]" * 480
    found = read(
        template(f"- apiVersion: v1\n  kind: Secret\n  metadata: {{name: x}}\n  data: {deep}\n", "name: A, value: b")
    )
    assert found.diagnostics == ()
    values = _ParameterValues({"A": "x" * (LONGEST // 4)})
    text = values.text("${A}${A}${A}${A}${A}")
    assert (len(text), text[-4:], values.left) == (LONGEST + 4, "${A}", 0)
