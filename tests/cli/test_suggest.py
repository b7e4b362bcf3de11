import json

import pytest

APP = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web
          env:
            - name: DB_HOST
              value: database
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: database, namespace: shop}
spec:
  template:
    metadata: {labels: {app: database}}
---
apiVersion: v1
kind: Service
metadata: {name: database, namespace: shop}
spec:
  selector: {app: database}
  ports: [{port: 80, targetPort: 5432}]
"""
SOURCE = """\
# Proposed by `netpolc suggest`, each line with what shows it, for you to judge.
# Places are below `deploy/`.

import "std"

namespace shop

baseline deny all
* -> std.dns

# Between workloads.
web -> database:5432  # app.yaml:11 env DB_HOST
"""
POLICY = """\
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny, namespace: shop}
spec: {podSelector: {}}
"""


def test_to_standard_output(netpolc, here):
    here.write("deploy/app.yaml", APP)
    assert netpolc("suggest", "deploy") == (0, SOURCE, "")
    assert here.names() == ["deploy/app.yaml"]


def test_from_standard_input_as_json(netpolc):
    template = {"metadata": {"labels": {"app": "web"}}}
    metadata = {"name": "web", "namespace": "shop"}
    document = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": {"template": template}}
    ran = netpolc("suggest", "-", stdin=json.dumps(document).encode())
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == SOURCE.partition("\n# Between")[0].replace("# Places are below `deploy/`.\n", "")


def test_the_project_that_is_written_builds(netpolc, here):
    here.write("deploy/app.yaml", APP + APP.replace("namespace: shop", "namespace: data").join(["---\n", ""]))
    ran = netpolc("suggest", "deploy", "-o", "policies")
    assert (ran.code, ran.out, ran.err) == (0, "", "policies: 2 files written, and netpolc.toml\n")
    assert here.names("policies") == ["data.netpol", "shop.netpol"]
    assert 'manifests = ["deploy"]\n' in (here / "netpolc.toml").read_text()
    assert netpolc("fmt", "--check").code == 0
    assert netpolc("check").code == 0
    assert netpolc("build").code == 0
    assert "deploy/networkpolicies/shop/database.yaml" in here.names()


@pytest.mark.parametrize("output", ["policies", "policies/shop.netpol"])
def test_what_a_person_wrote_is_kept(netpolc, here, output):
    here.write("deploy/app.yaml", APP)
    here.write("policies/shop.netpol", "mine -> other:1\n")
    before = here.files()
    ran = netpolc("suggest", "deploy", "-o", output)
    assert (ran.code, ran.out) == (1, "")
    assert "error[NP803]: `" in ran.err
    assert here.files() == before
    assert netpolc("suggest", "deploy", "-o", output, "--force").code == 0
    assert (here / "policies/shop.netpol").read_text() == SOURCE


def test_policies_are_passed_over_aloud(netpolc, here):
    here.write("deploy/app.yaml", APP + POLICY)
    ran = netpolc("suggest", "deploy")
    assert (ran.code, ran.out) == (0, SOURCE)
    assert ran.err == "1 NetworkPolicy passed over: `netpolc import` makes source of them\n"
    assert netpolc("suggest", "deploy", "-q") == (0, SOURCE, "")


def test_workloads_without_a_namespace(netpolc, here):
    here.write("deploy/app.yaml", APP.replace(", namespace: shop", ""))
    assert netpolc("suggest", "deploy", "-n", "shop").out == SOURCE
    assert netpolc("suggest", "deploy").out == SOURCE.replace("namespace shop\n\n", "")
    here.write("deploy/more.yaml", APP)
    ran = netpolc("suggest", "deploy")
    assert (ran.code, ran.out) == (2, "")
    assert "workloads that name no namespace share no file with others" in ran.err
    assert netpolc("suggest", "deploy", "-o", "policies").code == 0
    assert "no_namespace.netpol" in here.names("policies")


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        (POLICY, 2, "error[NP820]: there is no workload in `deploy/app.yaml`, only 1 NetworkPolicy"),
        (APP.replace("labels: {app: web}", "labels: [app]"), 1, "error[NP411]"),
        (APP.replace("value: database", "value: {{ .Values.db }}"), 1, "error[NP122]"),
    ],
)
def test_what_cannot_be_read_ends_the_run(netpolc, here, text, code, said):
    here.write("deploy/app.yaml", text)
    ran = netpolc("suggest", "deploy/app.yaml", "-o", "policies")
    assert (ran.code, ran.out) == (code, "")
    assert said in ran.err
    assert here.names() == ["deploy/app.yaml"]


@pytest.mark.parametrize("arguments", [(), ("",), ("web.netpol",), ("deploy", "-o", ""), ("gone",)])
def test_wrong_usage(netpolc, here, arguments):
    here.write("deploy/app.yaml", APP)
    ran = netpolc("suggest", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert "Traceback" not in ran.err


def test_a_chart_is_no_reason_to_show_what_it_says(netpolc, here):
    """Whatever is wrong with a variable, its value is not what is said."""
    here.write("deploy/app.yaml", APP.replace("value: database", "value: [hunter2]"))
    ran = netpolc("suggest", "deploy")
    assert ran.code == 0
    assert "hunter2" not in ran.out + ran.err


def record(source, destination, port):
    """A line of Hubble."""

    def end(name):
        workload = {"name": name, "kind": "Deployment"}
        return {"namespace": "shop", "labels": [f"k8s:app={name}"], "workloads": [workload]}

    ports = {"source_port": 40000, "destination_port": port, "flags": {"SYN": True}}
    flow = {"time": "2026-10-03T10:00:00Z", "verdict": "FORWARDED", "is_reply": False, "l4": {"TCP": ports}}
    return json.dumps({"flow": {**flow, "source": end(source), "destination": end(destination)}}) + "\n"


SEEN = "# Seen is what records show from 2026-10-03 to 2026-10-03. "


def test_records_show_connections_beside_manifests_and_alone(netpolc, here):
    here.write("deploy/app.yaml", APP)
    here.write("hubble.json", record("web", "database", 5432) * 2 + record("web", "cache", 6379))
    _, beside, _ = netpolc("suggest", "deploy", "--flows", "hubble.json")
    assert "web -> database:5432  # seen 2 times until 2026-10-03; app.yaml:11 env DB_HOST\n" in beside
    assert SEEN in beside
    code, alone, _ = netpolc("suggest", "--flows", "hubble.json")
    assert code == 0
    assert "web -> database:5432  # seen 2 times until 2026-10-03\n" in alone
    assert "web -> cache:6379  # seen once, on 2026-10-03\n" in alone


def test_there_has_to_be_something_that_shows_workloads(netpolc, here):
    code, _, said = netpolc("suggest")
    assert code == 2
    assert "name manifests or, by `--flows`, records of flows" in said
    here.write("hubble.json", record("web", "database", 5432).replace("k8s:app", "reserved:x"))
    code, _, said = netpolc("suggest", "--flows", "hubble.json")
    assert code == 2
    assert "no record shows a pod with its labels" in said
