import shutil
import subprocess

import pytest

from netpolc.manifests.reading import read_manifests
from netpolc.source import Source

WORKLOAD = """\
---
# Source: shop/templates/web.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web{home}
spec:
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec:
      containers: [{{name: web, image: web, env: [{{name: PASSWORD, value: hunter2}}]}}]
"""
NAMED, UNNAMED = WORKLOAD.format(home="\n  namespace: shop"), WORKLOAD.format(home="")


def policies(text):
    return [(one.namespace, one.name) for one in read_manifests(Source("out", text)).policies]


@pytest.fixture
def post_render(netpolc, here):
    def run(program, given, *options, code=0):
        here.write("p.netpol", program)
        ran = netpolc("post-render", "p.netpol", *options, stdin=given.encode())
        assert ran.code == code, ran.err
        assert "hunter2" not in ran.err
        return ran

    return run


@pytest.mark.parametrize(
    "given", [NAMED, NAMED.rstrip("\n"), NAMED + "---\n", NAMED + "# the end\n", "", "---\n", "# only\n"]
)
def test_the_manifests_stay_to_the_letter_and_policies_follow(post_render, given):
    ran = post_render("namespace shop\nweb -> web:80\n", given)
    assert ran.out.startswith(given)
    assert policies(ran.out) == [("shop", "default-deny"), ("shop", "web")]
    rest = ran.out.removeprefix(given).removeprefix("\n")
    assert rest.startswith("---\n# Written by netpolc from p.netpol.")
    assert read_manifests(Source("out", ran.out)).diagnostics == ()


def test_crlf_and_whatever_else_helm_passes_on(post_render):
    given = NAMED.replace("\n", "\r\n") + "---\r\nkind: Secret\r\napiVersion: v1\r\ndata: {a: \N{SNOWMAN}}\r\n"
    assert post_render("namespace shop\nweb -> web:80\n", given).out.startswith(given)


def test_a_program_without_policies_adds_nothing(post_render):
    program = "namespace shop\nbaseline assume deny ingress\n"
    assert post_render(program, NAMED).out == NAMED


def test_an_error_leaves_nothing_to_apply(post_render):
    ran = post_render("namespace shop\nweb -> web\n", NAMED, code=1)
    assert ran.out == ""
    assert "NP301" in ran.err


@pytest.mark.parametrize(
    ("program", "given", "options", "warned"),
    [
        ("namespace shop\nweb -> web:80\n", NAMED, (), False),
        ("namespace shop\nweb -> db:80\n", NAMED, (), True),
        ("namespace shop\nweb -> [app=web, !legacy]:80\n", NAMED, (), False),
        ("namespace shop\nweb -> *:80\n", NAMED, (), False),
        ("namespace shop\nbaseline deny all on db\nweb -> web:80\n", NAMED, (), True),
        # Nothing is known of a namespace of which no workload is there.
        ("namespace shop\ndata/db -> web:80\n", NAMED, (), False),
        ("namespace other\nweb -> db:80\n", NAMED, (), False),
        # A release's own namespace may be any that the program opens.
        ("namespace shop\nweb -> web:80\n", UNNAMED, (), False),
        ("namespace shop\nweb -> db:80\n", UNNAMED, (), True),
        ("namespace shop\ndata/db -> web:80\n", UNNAMED, (), False),
        ("web -> db:80\n", UNNAMED, (), True),
        ("web -> web:80\n", UNNAMED, (), False),
        ("web -> db:80\n", UNNAMED, ("-n", "shop"), True),
        ("web -> db:80\n", NAMED, ("-n", "other"), False),
        ("web -> db:80\n", "", (), False),
        ("namespace shop\nweb -> db:80 # netpolc: ignore[NP506] the operator deploys it\n", NAMED, (), False),
    ],
)
def test_labels_that_no_workload_has(post_render, program, given, options, warned):
    ran = post_render(program, given, *options)
    assert ("NP506" in ran.err) == warned
    strict = post_render(program, given, *options, "--strict", code=int(bool(ran.err)))
    assert bool(strict.out) == (not ran.err)


def test_each_is_said_once(post_render):
    ran = post_render("namespace shop\nweb -> db:80\ndb -> web:81\ndb -> db:82\n", NAMED)
    assert ran.err.count("NP506") == 1


def test_a_policy_of_the_chart_of_that_name_is_an_error(post_render):
    chart = (
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: web, namespace: shop}\n"
        "spec: {podSelector: {}, policyTypes: [Ingress]}\n"
    )
    ran = post_render("namespace shop\nweb -> web:80\n", chart, code=1)
    assert ran.out == ""
    assert "NP417" in ran.err


def test_what_is_wrong_in_the_chart_is_said_and_stays(post_render):
    chart = (
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: theirs, namespace: shop}\n"
        "spec: {podSelector: {app: web}}\n"
    )
    ran = post_render("namespace shop\nweb -> web:80\n", chart)
    assert ran.out.startswith(chart)
    assert "warning[NP412]: line 4 of `<stdin>`: " in ran.err


def test_a_platform_is_given(post_render):
    program = 'import "std"\nnamespace shop\nbaseline deny egress\nweb -> std.dns\n'
    assert "port: 5353" in post_render(program, NAMED, "--platform", "openshift").out


def test_standard_input_is_taken(netpolc):
    ran = netpolc("post-render", "-", stdin=b"")
    assert ran.code == 2
    assert "standard input is where the manifests come from" in ran.err


def test_the_project_and_its_templates(netpolc, here):
    here.write("netpolc.toml", 'sources = ["*.netpol"]\ntemplates = "t"\nnamespace = "shop"\n')
    here.write("a.netpol", "web -> web:80\n")
    here.write("t/networkpolicy.yaml.j2", "{{ policy.nothing }}\n")
    ran = netpolc("post-render", stdin=UNNAMED.encode())
    assert (ran.code, ran.out) == (2, "")
    assert "NP802" in ran.err


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="needs kubectl")
def test_kubectl_reads_the_result(post_render, here):
    ran = post_render("namespace shop\nweb -> web:80\n", NAMED)
    here.write("all.yaml", ran.out)
    here.write("kustomization.yaml", "resources: [all.yaml]\n")
    done = subprocess.run(["kubectl", "kustomize", "."], check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("kind: NetworkPolicy") == 2
