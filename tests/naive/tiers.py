"""What cluster-wide policies of tiers allow around NetworkPolicies, as plainly as the API's own description says it.

Sources: kubernetes-sigs/network-policy-api, apis/v1beta1/clusternetworkpolicy_types.go, and apis/v1alpha1 of v0.1.7 for
the older kinds. Documents are what PyYAML loads; nothing of netpolc is used. Of a pod's own address and itself, nothing
is judged. `nodes` are (labels, addresses); domain names hold nothing here.
"""

import functools
import ipaddress

from tests.naive import policies
from tests.naive.policies import Address, Pod, isolates

DIRECTIONS = {"egress": "Egress", "ingress": "Ingress"}
ACTIONS = {"Allow": "Accept"}


def allows(documents, source, destination, protocol, port, *, final_for_pod=True, nodes=()):
    """Whether a connection passes: out of its source, and into its destination."""
    asked = {(protocol, port)}
    return bool(passing(documents, source, destination, asked, final_for_pod=final_for_pod, nodes=nodes))


def passing(documents, source, destination, asked, *, final_for_pod=True, nodes=()):
    """On which of the ports `asked` (protocol, number) connections pass, out of the source and into the destination."""
    if isinstance(source, Pod) and source.name is not None and source == destination:
        return asked
    for direction in DIRECTIONS:
        asked = passing_end(documents, direction, (source, destination), asked, final_for_pod, nodes)
    return asked


def passing_end(documents, direction, ends, asked, final_for_pod, nodes):
    """On which of the ports connections pass at one end."""
    subject, other = ends if direction == "egress" else ends[::-1]
    if isinstance(subject, Address):
        return asked
    plain = [each for each in documents if each["kind"] == "NetworkPolicy"]
    accepted, left = decide(documents, "Admin", direction, subject, (other, ends[1]), asked, nodes)
    if isolates(plain, DIRECTIONS[direction], subject):
        return accepted | policies.admitted(plain, DIRECTIONS[direction], subject, other, ends[1], left)
    if final_for_pod and any(isolates(plain, each, subject) for each in DIRECTIONS.values()):
        return accepted | left
    return accepted.union(*decide(documents, "Baseline", direction, subject, (other, ends[1]), left, nodes))


def decide(documents, tier, direction, subject, ends, asked, nodes):
    """Which of the ports a tier accepts, and which it leaves to what comes behind: those passed on, or in no rule."""
    other, destination = ends
    accepted, passed, undecided = set(), set(), asked
    of_tier = [each for each in documents if tier_of(each) == tier]
    for document in sorted(of_tier, key=priority):
        spec = document["spec"]
        if not is_peer(spec["subject"], subject, nodes):
            continue
        for rule in spec.get(direction) or ():
            if not any(is_peer(peer, other, nodes) for peer in rule["from" if direction == "ingress" else "to"]):
                continue
            ports = rule.get("protocols") or rule.get("ports")
            held = {each for each in undecided if not ports or any(is_port(item, destination, *each) for item in ports)}
            undecided = undecided - held
            match ACTIONS.get(rule["action"], rule["action"]):
                case "Accept":
                    accepted |= held
                case "Pass":
                    passed |= held
    return accepted, passed | undecided


def tier_of(document):
    of_kind = {"AdminNetworkPolicy": "Admin", "BaselineAdminNetworkPolicy": "Baseline"}
    return of_kind.get(document["kind"]) or document["spec"].get("tier")


def priority(document):
    return document["spec"].get("priority", 9999), document["metadata"]["name"]


def is_peer(peer, end, nodes):
    """Whether an end is the subject or a peer."""
    ((kind, value),) = peer.items()
    if kind == "networks" and end.ip is None:
        return {"0.0.0.0/0", "::/0"} <= {*value}  # whatever address it has
    if kind == "networks":
        return end.ip is not None and any(within(end.ip, cidr) for cidr in value)
    if kind == "nodes":
        return any(end.ip in addresses for labels, addresses in nodes if selects(value, labels))
    if kind == "domainNames" or isinstance(end, Address):
        return False
    if kind == "namespaces":
        return selects(value, end.namespace_labels)
    return selects(value.get("namespaceSelector"), end.namespace_labels) and selects(value["podSelector"], end.labels)


@functools.cache
def within(ip, cidr):
    address, network = ipaddress.ip_address(ip), ipaddress.ip_network(cidr)
    return address.version == network.version and address in network


def is_port(item, destination, protocol, port):
    ((kind, value),) = item.items()
    if kind in {"destinationNamedPort", "namedPort"}:
        return isinstance(destination, Pod) and (value, protocol, port) in destination.ports
    if kind == "portNumber":
        return (value.get("protocol") or "TCP", value["port"]) == (protocol, port)
    if kind == "portRange":
        return (value.get("protocol") or "TCP") == protocol and value["start"] <= port <= value["end"]
    if kind.upper() != protocol:
        return False
    ((how, where),) = value["destinationPort"].items()
    return where == port if how == "number" else where["start"] <= port <= where["end"]


def selects(selector, labels):
    return policies._selects(selector, labels)
