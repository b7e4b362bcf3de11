"""Lines of Hubble at random: of pods with and without labels, owners and addresses, of nodes and of the world."""

import json

NAMESPACES = ("shop", "data", "kube-system")
OUTSIDE = ("10.1.0.1", "10.1.0.2", "203.0.113.9", "fd00::1", "192.168.0.7", "172.16.0.1")
FIELDS = ("is_reply", "time", "Type", "traffic_direction", "IP", "verdict", "source")


def lines(random, count):
    """As many lines, as bytes."""
    return [json.dumps({"flow": _flow(random), "node_name": "node"}).encode() for _ in range(count)]


def _flow(random):
    (source, source_address), (destination, destination_address) = _end(random), _end(random)
    if source_address == destination_address:
        destination = source
    verdict = random.choice((*("FORWARDED",) * 4, *("DROPPED",) * 2, "AUDIT", "TRACED", "ERROR"))
    moment = f"2026-11-0{random.randrange(1, 4)}T08:{random.choice(('00', '01', '30'))}:0{random.randrange(10)}"
    flow = {
        "time": f"{moment}.{random.randrange(1000):03}Z",
        "verdict": verdict,
        "source": source,
        "destination": destination,
        "IP": {"source": source_address, "destination": destination_address},
        "traffic_direction": random.choice(("EGRESS", "INGRESS")),
        "Type": random.choice(("L3_L4", "L7")),
        "is_reply": random.random() < 0.3,
        "l4": _layer4(random),
    }
    if verdict == "DROPPED" and random.random() < 0.8:
        flow["drop_reason_desc"] = random.choice(("POLICY_DENIED", "POLICY_DENY", "INVALID_SOURCE_IP"))
        flow["drop_reason"] = random.choice((133, 181, 130))
    for field in ("egress_allowed_by", "ingress_allowed_by", "egress_denied_by", "ingress_denied_by"):
        if random.random() < 0.1:
            flow[field] = [{"name": name, "namespace": "shop", "revision": random.randrange(9)} for name in "ab"]
    if random.random() < 0.1:
        flow["destination_service"] = {"name": "web", "namespace": "shop"}
    if random.random() < 0.2:
        flow["destination_names"] = ["example.com", "www.example.com"]
    return {key: value for key, value in flow.items() if key not in FIELDS or random.random() < 0.93}


def _layer4(random):
    protocol = random.choice(("TCP", "TCP", "UDP", "SCTP", "ICMPv4"))
    if protocol == "ICMPv4":
        return {protocol: {"type": 8}}
    ports = {name: random.choice((53, 80, 5432, 40000, 50000)) for name in ("source_port", "destination_port")}
    found = {name: port for name, port in ports.items() if random.random() < 0.95}
    if protocol == "TCP" and random.random() < 0.5:
        found["flags"] = {name: True for name in ("SYN", "ACK") if random.random() < 0.5}
    return {protocol: found}


def _end(random):
    if random.random() < 0.25:
        label = random.choice(("reserved:world", "reserved:host", "reserved:remote-node"))
        return ({"labels": [label]} if random.random() < 0.5 else {}), random.choice(OUTSIDE)
    namespace, name, number = random.choice(NAMESPACES), random.choice(("web", "db", "api")), random.randrange(3)
    end = {"namespace": namespace, "pod_name": f"{name}-{number}"}
    if random.random() < 0.8:
        labels = {"app": name, "io.kubernetes.pod.namespace": namespace, "io.cilium.k8s.namespace.labels.team": "a"}
        labels |= {"pod-template-hash": f"{number}"} if random.random() < 0.3 else {}
        end["labels"] = [f"k8s:{key}={value}" for key, value in labels.items()]
    if random.random() < 0.6:
        end["workloads"] = [{"name": name, "kind": random.choice(("Deployment", "StatefulSet"))}]
    if random.random() < 0.1:
        del end[random.choice(("namespace", "pod_name"))]
    return end, f"10.1.{NAMESPACES.index(namespace)}.{number + 1}"
