"""Records of each format, made up after what its program writes."""

import json


def hubble(**also):
    """A connection from shop/webapp to shop/db, as Cilium 1.19 writes it."""

    def end(app, kind, pod):
        return {
            "ID": 1072,
            "identity": 15292,
            "cluster_name": "default",
            "namespace": "shop",
            "labels": [
                f"k8s:app={app}",
                "k8s:pod-template-hash=6d4b9c6f5",
                "k8s:io.cilium.k8s.namespace.labels.team=payments",
                "k8s:io.cilium.k8s.policy.serviceaccount=default",
                "k8s:io.kubernetes.pod.namespace=shop",
            ],
            "pod_name": pod,
            "workloads": [{"name": app, "kind": kind}],
        }

    flow = {
        "time": "2026-11-01T10:00:00.250000001Z",
        "uuid": "a41d5c51-8b3d-4d8e-8fd7-1c5a3a0b9e55",
        "verdict": "FORWARDED",
        "ethernet": {"source": "d2:21:68:fb:9e:68", "destination": "de:88:7b:80:52:29"},
        "IP": {"source": "10.0.0.1", "destination": "10.0.0.2", "ipVersion": "IPv4"},
        "l4": {"TCP": {"source_port": 55644, "destination_port": 5432, "flags": {"SYN": True}}},
        "source": end("webapp", "Deployment", "webapp-6d4b9c6f5-x2x9z"),
        "destination": end("db", "StatefulSet", "db-0"),
        "Type": "L3_L4",
        "node_name": "kind/worker",
        "event_type": {"type": 4, "sub_type": 3},
        "traffic_direction": "EGRESS",
        "trace_observation_point": "TO_STACK",
        "is_reply": False,
        "Summary": "TCP Flags: SYN",
    }
    return {key: value for key, value in (flow | also).items() if value is not ...}


def gke(**also):
    """A connection from shop/webapp to shop/db, as nodes of GKE Dataplane V2 write it."""

    def end(app):
        return {
            "pod_name": f"{app}-7b78d7c957-zkn54",
            "workload_kind": "ReplicaSet",
            "workload_name": f"{app}-7b78d7c957",
            "pod_namespace": "shop",
            "namespace": "shop",
        }

    record = {
        "connection": {
            "src_ip": "10.84.1.7",
            "dest_ip": "10.84.0.11",
            "src_port": 55644,
            "dest_port": 5432,
            "protocol": "tcp",
            "direction": "ingress",
        },
        "disposition": "allow",
        "policies": [{"kind": "NetworkPolicy", "name": "db", "namespace": "shop"}],
        "src": end("webapp"),
        "dest": end("db"),
        "count": 3,
        "timestamp": "2026-11-01T10:00:00.250000001Z",
    }
    return {key: value for key, value in (record | also).items() if value is not ...}


def line(record):
    """Records as the lines of a file."""
    return (record if isinstance(record, str) else json.dumps(record, separators=(",", ":"))).encode() + b"\n"


SAMPLES = {
    "hubble": line({"flow": hubble(), "node_name": "kind/worker", "time": "2026-11-01T10:00:00.250000001Z"}),
    "gke": line(gke()),
}
"""A line of each format by its name."""
