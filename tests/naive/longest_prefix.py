"""What NetworkPolicies allow where the longest prefix decides, as plainly as Amazon's agent does it (v1.4.3).

For each pod and direction there is one table: entries of blocks with what opens them, and of exceptions with nothing.
Documents are what PyYAML loads; nothing of netpolc is used. Pods have their addresses, and ports have no names.
"""

import ipaddress

from tests.naive import policies
from tests.naive.policies import Address


def passing(documents, pods, source, destination, asked):
    """On which of the ports `asked` (protocol, number) connections pass, among pods that are all known."""
    for direction in ("Egress", "Ingress"):
        subject, other = (source, destination) if direction == "Egress" else (destination, source)
        if not isinstance(subject, Address) and policies.isolates(documents, direction, subject):
            found = table(list(rules(documents, direction, subject, pods)))
            asked = {each for each in asked if any(_is_port(port, *each) for port in looked_up(found, other.ip))}
    return asked


def rules(documents, direction, subject, pods):
    """The rules about a pod as the controller writes them: a block, its exceptions, and ports; none are all."""
    for document in documents:
        if not policies.isolates([document], direction, subject):
            continue
        for rule in document["spec"].get(direction.lower()) or ():
            ports = rule.get("ports") or [{"protocol": each} for each in ("TCP", "UDP", "SCTP")]
            peers = rule.get("from" if direction == "Ingress" else "to")
            for peer in peers or [{"ipBlock": {"cidr": "0.0.0.0/0"}}, {"ipBlock": {"cidr": "::/0"}}]:
                if "ipBlock" in peer:
                    yield peer["ipBlock"]["cidr"], peer["ipBlock"].get("except") or [], ports
                    continue
                for pod in pods:
                    if policies._is_peer(peer, document["metadata"]["namespace"], pod):
                        yield f"{pod.ip}/{ipaddress.ip_address(pod.ip).max_prefixlen}", [], ports


def table(found):
    """The ports of each entry."""
    entries, exceptions = {}, {}
    for cidr, excepts, ports in sorted(found, key=lambda each: ipaddress.ip_network(each[0]).prefixlen):
        block = ipaddress.ip_network(cidr)
        if block not in entries:
            entries[block] = [
                port
                for wider, theirs in entries.items()
                if _within(block, wider) and not any(block[0] in each for each in exceptions[wider])
                for port in theirs
            ]
            exceptions[block] = []
        entries[block] = entries[block] + ports
        exceptions[block] = exceptions[block] + [ipaddress.ip_network(each) for each in excepts]
    return {**{each: [] for several in exceptions.values() for each in several}, **entries}


def looked_up(entries, ip):
    """The ports of the longest entry that holds an address."""
    holding = [each for each in entries if _within(ipaddress.ip_network(ip), each)]
    return entries[max(holding, key=lambda each: each.prefixlen)] if holding else []


def _within(inner, outer):
    return inner.version == outer.version and inner.subnet_of(outer)


def _is_port(item, protocol, port):
    return policies._is_port(item, None, protocol, port)
