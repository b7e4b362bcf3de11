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


def calico(**also):
    """A connection from shop/webapp to shop/db, as Calico Enterprise logs it on a node."""
    record = {
        "start_time": 1793527200,
        "end_time": 1793527500,
        "source_ip": None,
        "source_name": "-",
        "source_name_aggr": "webapp-6d4b9c6f5-*",
        "source_namespace": "shop",
        "source_port": None,
        "source_type": "wep",
        "source_labels": {"labels": ["app=webapp", "pod-template-hash=6d4b9c6f5"]},
        "dest_ip": "10.0.0.2",
        "dest_name": "db-0",
        "dest_name_aggr": "db-0",
        "dest_namespace": "shop",
        "dest_port": 5432,
        "dest_type": "wep",
        "dest_labels": {"labels": ["app=db", "statefulset.kubernetes.io/pod-name=db-0"]},
        "dest_service_namespace": "shop",
        "dest_service_name": "db",
        "dest_service_port": "sql",
        "dest_service_port_num": 5432,
        "proto": "tcp",
        "action": "allow",
        "reporter": "dst",
        "policies": {"all_policies": ["0|default|shop/knp.default.db|allow|0"]},
        "num_flows": 4,
        "num_flows_started": 3,
        "num_flows_completed": 2,
    }
    return {key: value for key, value in (record | also).items() if value is not ...}


def whisker(**also):
    """A connection from shop/webapp to shop/db, as Whisker answers with it."""
    hit = {"kind": "NetworkPolicy", "name": "db", "namespace": "shop", "tier": "default", "action": "Allow"}
    record = {
        "start_time": "2026-11-01T10:00:00Z",
        "end_time": "2026-11-01T10:05:00Z",
        "action": "Allow",
        "source_name": "webapp-6d4b9c6f5-*",
        "source_namespace": "shop",
        "source_labels": "app=webapp | pod-template-hash=6d4b9c6f5",
        "dest_name": "db-*",
        "dest_namespace": "shop",
        "dest_labels": "app=db",
        "protocol": "tcp",
        "dest_port": 5432,
        "reporter": "Dst",
        "policies": {"enforced": [hit | {"policy_index": 0, "rule_index": 0, "trigger": None}], "pending": []},
        "packets_in": 9,
    }
    return {key: value for key, value in (record | also).items() if value is not ...}


def goldmane(**also):
    """A connection from shop/webapp to shop/db, as grpcurl prints it of Goldmane."""
    key = {
        "sourceName": "webapp-6d4b9c6f5-*",
        "sourceNamespace": "shop",
        "sourceType": "WorkloadEndpoint",
        "destName": "db-*",
        "destNamespace": "shop",
        "destType": "WorkloadEndpoint",
        "destPort": "5432",
        "proto": "tcp",
        "reporter": "Src",
        "action": "Allow",
        "policies": {
            "enforcedPolicies": [{"kind": "NetworkPolicy", "namespace": "shop", "name": "db", "action": "Allow"}]
        },
    }
    flow = {
        "Key": key | also,
        "startTime": "1793527200",
        "endTime": "1793527500",
        "sourceLabels": ["app=webapp"],
        "destLabels": ["app=db"],
        "numConnectionsStarted": "7",
    }
    return {"id": "12", "flow": flow}


def netobserv(**also):
    """A connection from shop/webapp to shop/db, as flowlogs-pipeline writes it."""
    record = {
        "AgentIP": "192.168.0.7",
        "Bytes": 456,
        "DstAddr": "10.0.0.2",
        "DstK8S_HostIP": "192.168.0.7",
        "DstK8S_HostName": "worker",
        "DstK8S_Name": "db-0",
        "DstK8S_Namespace": "shop",
        "DstK8S_OwnerName": "db",
        "DstK8S_OwnerType": "StatefulSet",
        "DstK8S_Type": "Pod",
        "DstPort": 5432,
        "Etype": 2048,
        "Flags": 0x12,
        "FlowDirection": 0,
        "Packets": 4,
        "Proto": 6,
        "SrcAddr": "10.0.0.1",
        "SrcK8S_Name": "webapp-6d4b9c6f5-x2x9z",
        "SrcK8S_Namespace": "shop",
        "SrcK8S_OwnerName": "webapp",
        "SrcK8S_OwnerType": "Deployment",
        "SrcK8S_Type": "Pod",
        "SrcPort": 55644,
        "TimeFlowEndMs": 1793527201000,
        "TimeFlowStartMs": 1793527200250,
        "TimeReceived": 1793527202,
        "_RecordType": "flowLog",
    }
    return {key: value for key, value in (record | also).items() if value is not ...}


def antrea(form="logged", **also):
    """A connection from shop/webapp to shop/db, as the flow aggregator logs or uploads it."""
    fields = {
        "flowStartSeconds": 1793527200,
        "flowEndSeconds": 1793527260,
        "sourceIP": "10.0.0.1",
        "destinationIP": "10.0.0.2",
        "sourceTransportPort": 55644,
        "destinationTransportPort": 5432,
        "protocolIdentifier": 6,
        "sourcePodName": "webapp-6d4b9c6f5-x2x9z",
        "sourcePodNamespace": "shop",
        "sourceNodeName": "worker",
        "destinationPodName": "db-0",
        "destinationPodNamespace": "shop",
        "destinationNodeName": "worker",
        "destinationClusterIP": "10.96.0.9",
        "destinationServiceIP": "10.96.0.9",
        "destinationServicePort": 5432,
        "destinationServicePortName": "shop/db:sql",
        "ingressNetworkPolicyName": "db",
        "ingressNetworkPolicyNamespace": "shop",
        "ingressNetworkPolicyRuleName": "",
        "ingressNetworkPolicyRuleAction": 1,
        "ingressNetworkPolicyType": 1,
        "egressNetworkPolicyName": "",
        "egressNetworkPolicyNamespace": "",
        "egressNetworkPolicyRuleName": "",
        "egressNetworkPolicyRuleAction": 0,
        "egressNetworkPolicyType": 0,
    } | also
    fields = {name: value for name, value in fields.items() if value is not ...}
    if form == "json":
        return fields
    cells = [str(each) for each in fields.values()]
    if form == "logged":
        return ",".join((*cells, "", "", ""))
    labels = ("""'{"app":"webapp","pod-template-hash":"6d4b9c6f5"}'""", "'{}'")
    counters = (*cells[:2], "1793527260", "1793527260", "3", *cells[2:7], *["0"] * 8, *cells[7:], "TIME_WAIT", "2")
    return ",".join((*counters, *labels, *["0"] * 6, "uuid", "1793527261", "", "", ""))


HEADING = (
    "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status"
)


def vpc(ports="55644 5432", protocol=6, action="ACCEPT", status="OK"):
    """A connection between two addresses, as VPC flow logs have it by default."""
    ends = "2 123456789010 eni-1235b8ca123456789 10.0.0.1 10.0.0.2"
    return f"{ends} {ports} {protocol} 20 4249 1793527200 1793527260 {action} {status}"


def agent(verdict="ACCEPT", protocol="TCP"):
    """The message of the agent of Amazon for a connection between two addresses."""
    ends = "Src IP: 10.0.0.1 Src Port: 55644 Dest IP: 10.0.0.2 Dest Port: 5432"
    return f"Flow Info: {ends} Proto {protocol} Verdict {verdict} Direction egress, Tier NETWORK_POLICY"


def zap(message):
    """A line of the log of the agent of Amazon."""
    caller = "events/events.go:238"
    return {"level": "info", "ts": "2026-11-01T10:00:00.250Z", "caller": caller, "msg": message}


def line(record):
    """Records as the lines of a file."""
    return (record if isinstance(record, str) else json.dumps(record, separators=(",", ":"))).encode() + b"\n"


SAMPLES = {
    "hubble": line({"flow": hubble(), "node_name": "kind/worker", "time": "2026-11-01T10:00:00.250000001Z"}),
    "calico": line(calico()),
    "gke": line(gke()),
    "netobserv": line(netobserv()),
    "antrea": line(antrea()),
    "aws": line(zap(agent())),
    "vpc": line(vpc()),
}
"""A line of each format by its name."""
