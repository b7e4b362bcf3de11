"""The rows of Cilium's column that a warning rests on, asked of Cilium's own policy engine.

`python -m tests.real.cilium_rows EVALUATOR`: see README.md. Each row is a policy, and the verdicts of a few connections
to and from the same pods; it ends with 1 where Cilium does otherwise than what docs/platforms.md says.
"""

import json
import subprocess
import sys
from pathlib import Path

WEB, DB, OUTSIDE = "10.1.2.3", "10.1.2.4", "192.0.2.1"
SHOP = {"kubernetes.io/metadata.name": "shop", "example.com/zone": "a"}


def pod(name, ip, labels, **spec):
    """A pod in the namespace `shop`."""
    return {
        "metadata": {"name": name, "namespace": "shop", "labels": {"app": name, **labels}},
        "spec": {"containers": [{"name": "c", "image": "x", "ports": spec.pop("ports", [])}], **spec},
        "status": {"phase": "Running", "podIP": ip, "podIPs": [{"ip": ip}]},
    }


def port(name, number, protocol="TCP"):
    return {"name": name, "containerPort": number, "protocol": protocol}


HIDDEN = (
    "kubernetes.io/part",
    "topology.kubernetes.io/zone",
    "pod-template-hash",
    "controller-revision-hash",
    "statefulset.kubernetes.io/pod-name",
    "apps.kubernetes.io/pod-index",
    "batch.kubernetes.io/job-completion-index",
)
SEEN = ("app.kubernetes.io/name", "k8s-app", "job-name", "batch.kubernetes.io/job-name", "helm.sh/chart")
PODS = [
    pod("web", WEB, dict.fromkeys((*HIDDEN, *SEEN), "a")),
    pod(
        "db",
        DB,
        {},
        ports=[port("twice", 8080), port("twice", 9090, "UDP"), port("http", 80)],
        initContainers=[{"name": "i", "image": "x", "restartPolicy": "Always", "ports": [port("side", 7070)]}],
    ),
]
CLOSED = {"podSelector": {"matchLabels": {"app": "db"}}, "policyTypes": ["Ingress"]}


def ingress(*rules, types=("Ingress",)):
    """A policy for `db`, with rules of ingress."""
    return {**CLOSED, "ingress": [*rules], "policyTypes": [*types]}


def block(cidr):
    return {"from": [{"ipBlock": {"cidr": cidr}}]}


def peer(key, operator="Exists"):
    return {"from": [{"podSelector": {"matchExpressions": [{"key": key, "operator": operator}]}}]}


def to_port(number, protocol="TCP"):
    return {"ports": [{"protocol": protocol, "port": number}]}


def subject(key):
    """A policy that closes the pods with a label."""
    return {"podSelector": {"matchLabels": {key: "a"}}, "policyTypes": ["Egress"]}


ASK = (WEB, DB, "TCP", 80)
ROWS = (
    ("a block holds no pod", ingress(block("10.0.0.0/8")), {ASK: False, (OUTSIDE, DB, "TCP", 80): False}),
    ("a block holds what is outside", ingress(block("192.0.2.0/24")), {(OUTSIDE, DB, "TCP", 80): True, ASK: False}),
    ("nor does the block of everything", ingress(block("0.0.0.0/0")), {ASK: False, (OUTSIDE, DB, "TCP", 80): True}),
    ("rules that policyTypes leaves out open", ingress({}, types=("Egress",)), {ASK: True}),
    (
        "rules that policyTypes leaves out close",
        ingress(to_port(81), types=("Egress",)),
        {ASK: False, (WEB, DB, "TCP", 81): True},
    ),
    (
        "a range of ports",
        ingress({"ports": [{"protocol": "TCP", "port": 80, "endPort": 82}]}),
        {ASK: True, (WEB, DB, "TCP", 83): False},
    ),
    ("SCTP", ingress(to_port(80, "SCTP")), {(WEB, DB, "SCTP", 80): True, ASK: False}),
    ("a name is the number of the pod", ingress(to_port("http")), {ASK: True, (WEB, DB, "TCP", 81): False}),
    ("of a name given twice the last counts", ingress(to_port("twice")), {(WEB, DB, "TCP", 8080): False}),
    ("whatever its protocol", ingress(to_port("twice", "UDP")), {(WEB, DB, "UDP", 9090): True}),
    ("a port of an init container has no name", ingress(to_port("side")), {(WEB, DB, "TCP", 7070): False}),
    (
        "labels of namespaces are seen",
        ingress({"from": [{"namespaceSelector": {"matchLabels": SHOP}}]}),
        {ASK: True},
    ),
    *((f"{key} selects nothing", subject(key), {ASK: True}) for key in HIDDEN),
    *((f"{key} admits nobody", ingress(peer(key)), {ASK: False}) for key in HIDDEN),
    *((f"{key} is absent everywhere", ingress(peer(key, "DoesNotExist")), {ASK: True}) for key in HIDDEN),
    *((f"{key} is seen", subject(key), {ASK: False}) for key in SEEN),
    *((f"{key} admits", ingress(peer(key)), {ASK: True}) for key in SEEN),
)


def main(evaluator: Path) -> int:
    """Ask about each row; return 1 if any is not so."""
    asked = [
        {
            "Namespaces": {"shop": SHOP},
            "Pods": PODS,
            "Policies": [{"metadata": {"name": "policy", "namespace": "shop"}, "spec": spec}],
            "Queries": [*expected],
        }
        for _, spec, expected in ROWS
    ]
    sent = "".join(json.dumps(each) + "\n" for each in asked)
    done = subprocess.run([evaluator], input=sent, capture_output=True, text=True, check=True)
    wrong = 0
    for (name, _, expected), line in zip(ROWS, done.stdout.splitlines(), strict=True):
        found = json.loads(line)
        verdicts = [verdict == "1" for verdict in found["verdicts"]]
        if found["errors"] or verdicts != [*expected.values()]:
            wrong += 1
            sys.stdout.write(f"{name}: {[*expected]}: there {found}\n")
    sys.stdout.write(f"{len(ROWS)} rows, {wrong or 'no'} differences\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
