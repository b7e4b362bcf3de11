import pytest

from netpolc.manifests.model import ContainerPort, Owner
from netpolc.manifests.reading import read_manifests
from netpolc.source import Source
from tests.rows import each_row

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


@each_row(
    "api, kind",
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


def test_names_of_init_containers_are_kept_apart():
    ports = "ports: [{containerPort: 1, name: one}, {containerPort: 2}]"
    read_one = workload(pod(f"{{initContainers: [{{{ports}}}, {{restartPolicy: Always, {ports}}}]}}"))
    assert [(each.number, each.name) for each in read_one.init_ports] == [(1, "one")]
    assert [each.sidecar for each in read_one.ports] == [True, True]


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


@each_row(
    "text, code, place",
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
    assert {kind: place.text for kind, place in manifests.assumed.items()} == {"argoproj.io/v1alpha1/Rollout": "spec"}
    assert not manifests.skipped
    assert not manifests.diagnostics


def custom(api, kind, spec, metadata="name: x"):
    return f"apiVersion: {api}\nkind: {kind}\nmetadata: {{{metadata}}}\nspec: {spec}\n"


@each_row(
    "api, kind, spec",
    [
        ("serving.knative.dev/v1", "Service", f"{{template: {TEMPLATE}}}"),
        ("apps.openshift.io/v1", "DeploymentConfig", f"{{template: {TEMPLATE}}}"),
        ("example.com/v1", "Fleet", f"{{template: {{spec: {{template: {TEMPLATE}}}}}}}"),
        ("example.com/v1", "Timer", f"{{jobTemplate: {{spec: {{template: {TEMPLATE}}}}}}}"),
        ("keda.sh/v1alpha1", "ScaledJob", f"{{jobTargetRef: {{template: {TEMPLATE}}}}}"),
        ("example.com/v1", "Deployment", f"{{template: {TEMPLATE}}}"),
    ],
)
def test_the_template_of_an_unknown_kind_may_be_in_several_places(api, kind, spec):
    for wide in (False, True):
        manifests = read_manifests(Source("shop.yaml", custom(api, kind, spec)), wide=wide)
        assert [(one.kind, one.labels, one.ports) for one in manifests.workloads] == [(kind, {"app": "web"}, HTTP)]
        assert list(manifests.assumed) == [f"{api}/{kind}"]
        assert not manifests.diagnostics


@each_row(
    "api, kind, spec",
    [
        ("v1", "PodTemplate", f"{{template: {TEMPLATE}}}"),
        ("monitoring.coreos.com/v1", "Prometheus", "{containers: [{name: sidecar}]}"),
        ("serving.knative.dev/v1", "Revision", "{containers: []}"),
        ("cluster.x-k8s.io/v1beta1", "MachineDeployment", "{template: {spec: {version: v1}}}"),
        ("example.com/v1", "Pod", f"{{template: {TEMPLATE}}}"),
        (
            "jobset.x-k8s.io/v1alpha2",
            "JobSet",
            f"{{replicatedJobs: [{{template: {{spec: {{template: {TEMPLATE}}}}}}}]}}",
        ),
        ("example.com/v1", "X", "{template: [], jobTemplate: 5}"),
        ("example.com/v1", "X", "~"),
    ],
)
def test_what_has_no_template_is_left_out(api, kind, spec):
    manifests = read(custom(api, kind, spec))
    assert not manifests.workloads
    assert not manifests.assumed
    assert manifests.skipped == {f"{api}/{kind}": 1}
    assert not manifests.diagnostics


def test_a_template_that_is_none_is_a_warning():
    ports = "{template: {spec: {containers: [{ports: [{name: h2c}]}]}}}"
    manifests = read(custom("serving.knative.dev/v1", "Service", ports) + "---\n" + pod())
    assert [one.name for one in manifests.workloads] == ["web"]
    assert [(one.code, one.severity) for one in manifests.diagnostics] == [("NP407", "warning")]
    assert manifests.refused == {}


DOMAIN = "domain: {devices: {interfaces: [{name: default, ports: [{name: ssh, port: 22}, {port: 53, protocol: UDP}]}]}}"
MACHINE = f"{{metadata: {{labels: {{app: web}}}}, spec: {{{DOMAIN}}}}}"
LAUNCHER = {"app": "web", "kubevirt.io": "virt-launcher"}


@pytest.mark.parametrize(
    ("api", "kind", "spec", "labels"),
    [
        ("kubevirt.io/v1", "VirtualMachine", f"{{template: {MACHINE}}}", {"vm.kubevirt.io/name": "x"}),
        ("kubevirt.io/v1", "VirtualMachineInstance", f"{{{DOMAIN}}}", {"vm.kubevirt.io/name": "x"}),
        ("kubevirt.io/v1", "VirtualMachineInstanceReplicaSet", f"{{template: {MACHINE}}}", {}),
        (
            "pool.kubevirt.io/v1alpha1",
            "VirtualMachinePool",
            f"{{virtualMachineTemplate: {{spec: {{template: {MACHINE}}}}}}}",
            {},
        ),
        (
            "kubevirt.io/v1",
            "VirtualMachine",
            f"{{template: {MACHINE.replace('spec: {', 'spec: {hostname: h, ')}}}",
            {"vm.kubevirt.io/name": "h"},
        ),
    ],
)
def test_a_virtual_machine_is_a_workload(api, kind, spec, labels):
    manifests = read_manifests(Source("a.yaml", custom(api, kind, spec, "name: x, labels: {app: web}")), wide=True)
    (one,) = manifests.workloads
    assert one.labels == LAUNCHER | labels
    assert one.ports == (ContainerPort(22, "TCP", "ssh"), ContainerPort(53, "UDP"))
    assert (one.host_network, one.service_account) == (False, None)
    assert list(manifests.assumed) == [f"{api}/{kind}"]
    assert not manifests.diagnostics


def test_a_virtual_machine_without_labels_is_a_workload_that_ends_as_a_pod_does():
    text = custom("kubevirt.io/v1", "VirtualMachine", "{template: {spec: {domain: {}}}}")
    assert [one.ports for one in read(text).workloads] == [()]
    text = custom("kubevirt.io/v1", "VirtualMachineInstance", "{domain: {}}")
    assert len(read(text).workloads) == 1
    assert not read(f"{text}status: {{phase: Succeeded}}\n").workloads


@each_row(
    "text, place",
    [
        (pod(metadata="name: x, annotations: {k8s.v1.cni.cncf.io/networks: a}"), "k8s.v1.cni.cncf.io/networks"),
        (
            pod(metadata="name: x, annotations: {v1.multus-cni.io/default-network: a/b}"),
            "v1.multus-cni.io/default-network",
        ),
        (
            custom(
                "apps/v1",
                "Deployment",
                "{template: {metadata: {annotations: {k8s.v1.cni.cncf.io/networks: '[{}]'}}, spec: {}}}",
            ),
            "k8s.v1.cni.cncf.io/networks",
        ),
        (
            custom(
                "kubevirt.io/v1",
                "VirtualMachine",
                "{template: {spec: {domain: {}, networks: [{name: a, pod: {}}, {name: b, multus: {networkName: c}}]}}}",
            ),
            "{name: b, multus: {networkName: c}}",
        ),
        (pod(metadata="name: x, annotations: {k8s.v1.cni.cncf.io/network-status: a}"), None),
        (pod(metadata="name: x, annotations: {k8s.v1.cni.cncf.io/networks: ''}"), None),
        (pod(metadata="name: x, annotations: {k8s.v1.cni.cncf.io/networks: '[]'}"), None),
        (pod(metadata="name: x, annotations: []"), None),
        (custom("apps/v1", "Deployment", "{}", "name: x, annotations: {k8s.v1.cni.cncf.io/networks: a}"), None),
        (custom("kubevirt.io/v1", "VirtualMachine", "{template: {spec: {domain: {}, networks: [~, 5]}}}"), None),
    ],
)
def test_pods_on_other_networks_are_noted(text, place):
    attached = read(text).attached
    assert (None if attached is None else attached.text) == place
