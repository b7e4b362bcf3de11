import pytest

from netpolc.manifests.model import ContainerPort, Owner
from netpolc.manifests.reading import read_manifests
from netpolc.source import Source

TEMPLATE = "{metadata: {labels: {app: web}}, spec: {containers: [{ports: [{containerPort: 80, name: http}]}]}}"
POD = TEMPLATE[1:-1].replace("labels:", "name: web, labels:")
HTTP = (ContainerPort(80, "TCP", "http"),)


def read(text):
    return read_manifests(Source("shop.yaml", text))


def workload(text):
    manifests = read(text)
    assert not manifests.diagnostics
    (one,) = manifests.workloads
    return one


def pod(spec="{}", status="{}", metadata="name: web"):
    return f"apiVersion: v1\nkind: Pod\nmetadata: {{{metadata}}}\nspec: {spec}\nstatus: {status}\n"


@pytest.mark.parametrize(
    ("api", "kind"),
    [("apps/v1", "Deployment"), ("apps/v1", "StatefulSet"), ("apps/v1", "DaemonSet"), ("apps/v1", "ReplicaSet"),
     ("v1", "ReplicationController"), ("batch/v1", "Job"), ("extensions/v1beta1", "Deployment")],
)  # fmt: skip
def test_pods_are_those_of_the_template(api, kind):
    one = workload(
        f"apiVersion: {api}\nkind: {kind}\nmetadata: {{name: x, namespace: shop, labels: {{app: other}}}}\n"
        f"spec: {{template: {TEMPLATE}}}\n"
    )
    assert (one.kind, one.namespace, one.name, one.ports) == (kind, "shop", "x", HTTP)
    assert one.labels["app"] == "web"
    assert len(one.labels) == (3 if kind == "Job" else 1)


def test_a_cron_job_has_its_template_deeper():
    one = workload(
        "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: x}\n"
        f"spec: {{jobTemplate: {{spec: {{template: {TEMPLATE}}}}}}}\n"
    )
    assert (one.labels, one.ports) == ({"app": "web"}, HTTP)


def test_a_pod_is_its_own_template():
    one = workload(f"{{apiVersion: v1, kind: Pod, {POD}}}")
    assert (one.kind, one.name, one.namespace, one.labels, one.ports) == ("Pod", "web", None, {"app": "web"}, HTTP)


def test_the_label_of_a_job_is_its_name():
    text = f"apiVersion: batch/v1\nkind: Job\nmetadata: {{name: x}}\nspec: {{template: {TEMPLATE}}}\n"
    assert workload(text).labels == {"app": "web", "job-name": "x", "batch.kubernetes.io/job-name": "x"}
    assert workload(text.replace("name: x", "generateName: x-")).labels == {"app": "web"}


@pytest.mark.parametrize(
    ("spec", "ports"),
    [
        (
            "{containers: [{ports: [{containerPort: 53, protocol: UDP}, {containerPort: 53}]}]}",
            [(53, "UDP"), (53, "TCP")],
        ),
        ("{containers: [{}, {ports: ~}], initContainers: [{ports: [{containerPort: 1}]}]}", []),
        ("{initContainers: [{restartPolicy: Always, ports: [{containerPort: 1}]}]}", [(1, "TCP")]),
        ("{containers: [{ports: [{containerPort: 1}]}, {ports: [{containerPort: 1}]}]}", [(1, "TCP")]),
    ],
)
def test_ports_are_those_of_containers_and_sidecars(spec, ports):
    assert [(port.number, port.protocol) for port in workload(pod(spec)).ports] == ports


@pytest.mark.parametrize(
    ("status", "addresses"),
    [
        ("{podIP: 10.0.0.1}", ("10.0.0.1",)),
        ("{podIP: 10.0.0.1, podIPs: [{ip: 10.0.0.1}, {ip: 'fd00::1'}]}", ("10.0.0.1", "fd00::1")),
        ("{podIP: nonsense}", ()),
        ("{podIP: ''}", ()),
        ("~", ()),
    ],
)
def test_addresses_are_those_of_running_pods(status, addresses):
    assert workload(pod(status=status)).addresses == addresses


@pytest.mark.parametrize(("phase", "there"), [("Running", 1), ("Pending", 1), ("Succeeded", 0), ("Failed", 0)])
def test_pods_that_ended_are_left_out(phase, there):
    manifests = read(pod(status=f"{{phase: {phase}, podIP: 10.0.0.1}}"))
    assert len(manifests.workloads) == there
    assert not manifests.diagnostics


def test_the_network_of_the_host_is_noted():
    assert workload(pod("{hostNetwork: true}")).host_network
    assert workload(pod("{hostNetwork: on}")).host_network
    assert not workload(pod()).host_network


def test_the_owner_is_the_controller():
    owners = "ownerReferences: [{kind: Node, name: n}, {controller: true, kind: ReplicaSet, name: web-1}]"
    assert workload(pod(metadata=f"name: x, {owners}")).owner == Owner("ReplicaSet", "web-1")
    assert workload(pod()).owner is None


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        (pod(metadata=""), "NP401", "{}"),
        (pod("{hostNetwork: 'yes'}"), "NP411", "'yes'"),
        (pod("{containers: {}}"), "NP411", "{}"),
        (pod("{containers: [{ports: [{containerPort: http}]}]}"), "NP411", "http"),
        (pod("{containers: [{ports: [{containerPort: 70000}]}]}"), "NP407", "70000"),
        (pod("{containers: [{ports: [{}]}]}"), "NP407", "{}"),
        (pod("{containers: [{ports: [{containerPort: 1, protocol: tcp}]}]}"), "NP407", "tcp"),
        (
            pod("{containers: [{ports: [{name: a, containerPort: 1}, {name: a, containerPort: 2, protocol: UDP}]}]}"),
            "NP407",
            "{name: a, containerPort: 2, protocol: UDP}",
        ),
        (pod(metadata="name: x, labels: {app: yes}"), "NP411", "yes"),
        (pod(metadata="name: x, labels: {app: a b}"), "NP404", "a b"),
        (pod(metadata="name: x, labels: {a b: c}"), "NP403", "c"),
    ],
)
def test_what_the_api_server_refuses_is_left_out(text, code, place):
    manifests = read(text)
    assert not manifests.workloads
    assert [(one.code, one.location.text) for one in manifests.diagnostics] == [(code, place)]


def test_containers_may_share_the_name_of_a_port():
    containers = (f"{{name: {n}, ports: [{{name: a, containerPort: {n}}}, {{containerPort: 9}}]}}" for n in (1, 2))
    shared = workload(pod(f"{{containers: [{', '.join(containers)}]}}")).ports
    assert shared == (ContainerPort(1, "TCP", "a"), ContainerPort(9, "TCP"), ContainerPort(2, "TCP", "a"))


def test_an_unknown_kind_with_a_pod_template_is_taken_for_a_workload():
    text = f"apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {{name: x}}\nspec: {{template: {TEMPLATE}}}\n"
    manifests = read(text)
    assert [(one.kind, one.ports) for one in manifests.workloads] == [("Rollout", HTTP)]
    assert [(one.code, one.severity, one.location.text) for one in manifests.diagnostics] == [("NP415", "note", "spec")]
    assert not manifests.skipped
