"""What manifests show of the platform, by the best sign that there is."""

import netpolc
from netpolc.compiler.inputs import read_inputs
from netpolc.manifests.platform_signs import shown_platform
from tests.rows import each_row


def daemons(*names):
    return "".join(
        f"apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {{name: {name}, namespace: kube-system}}\n"
        f"spec: {{selector: {{matchLabels: {{a: {name}}}}}, template: {{metadata: {{labels: {{a: {name}}}}}, "
        "spec: {containers: [{name: a, image: a}]}}}\n---\n"
        for name in names
    )


NODE = "apiVersion: v1\nkind: Node\nmetadata: {name: one, labels: {eks.amazonaws.com/nodegroup: a}}\n---\n"
NAMESPACE = "apiVersion: v1\nkind: Namespace\nmetadata: {name: openshift-dns}\n---\n"
CALICO = (
    "apiVersion: projectcalico.org/v3\nkind: GlobalNetworkPolicy\nmetadata: {name: all}\nspec: {selector: all()}\n---\n"
)


@each_row(
    "text, platform",
    [
        (daemons("cilium"), "cilium"),
        (daemons("aws-node") + NODE, "eks"),
        (daemons("cilium") + NODE, "cilium"),
        (daemons("cilium", "aws-node"), None),
        (CALICO, "calico"),
        (CALICO + NODE, "calico"),
        (NODE, "eks"),
        (NAMESPACE, "openshift"),
        (NAMESPACE + NODE, None),
        (daemons("fluentd"), None),
    ],
)
def test_the_best_sign_tells_unless_there_are_several(text, platform):
    read = read_inputs(["cluster.yaml"], netpolc.workspace({"cluster.yaml": text})).manifests
    sign = shown_platform(read)
    assert (None if sign is None else sign.platform) == platform
