"""Random worlds with tiers: cluster-wide policies of each kind around random NetworkPolicies."""

from random import Random

from tests.naive.programs import NAME_LABEL
from tests.strategies.worlds import BLOCKS, NUMBERS, PORT_NAMES, PROTOCOLS, SAMPLES, Maker, World

NEW, ADMIN, BASELINE = "ClusterNetworkPolicy", "AdminNetworkPolicy", "BaselineAdminNetworkPolicy"


class TierMaker(Maker):
    """Makes random worlds of all kinds; the API server would accept all of their policies."""

    def world(self):
        plain = super().world()
        documents = self.random.sample(plain.documents, self.random.randint(0, min(4, len(plain.documents))))
        priorities = self.random.sample(range(1001), 8)
        kinds = self.random.choice(((NEW, NEW, NEW, NEW, NEW), (NEW, ADMIN, ADMIN, BASELINE)))
        several = self.random.sample(kinds, self.random.randint(1, len(kinds)))
        tiers = [self.tier_policy(kind, f"tier-{i}", priorities.pop()) for i, kind in enumerate(several)]
        return World([*documents, *tiers], plain.pods, plain.addresses)

    def tier_policy(self, kind, name, priority):
        spec = {"subject": self.pods()}
        if kind == NEW:
            spec |= {"tier": self.random.choice(("Admin", "Baseline"))}
        if kind != BASELINE:
            spec |= {"priority": priority}
        for direction, peers in (("ingress", "from"), ("egress", "to")):
            rules = [self.tier_rule(kind, peers) for _ in range(self.random.choice((0, 1, 2, 3)))]
            if rules:
                spec[direction] = rules
        metadata = {"name": "default" if kind == BASELINE else name}
        version = self.random.choice(("v1beta1", "v1alpha2")) if kind == NEW else "v1alpha1"
        return {
            "apiVersion": f"policy.networking.k8s.io/{version}",
            "kind": kind,
            "metadata": metadata,
            "spec": spec,
        }

    def tier_rule(self, kind, peers):
        allow = "Accept" if kind == NEW else "Allow"
        action = self.random.choice((allow, allow, "Deny", "Deny", *(("Pass",) if kind != BASELINE else ())))
        named = self.chance(0.25)
        networks = peers == "to" and not named
        kinds = [
            self.network if networks and self.chance(0.4) else self.pods for _ in range(self.random.choice((1, 1, 2)))
        ]
        rule = {"action": action, peers: [make() for make in kinds]}
        if self.chance(0.2):
            rule["name"] = "a rule"
        if named or self.chance(0.4):
            ports = [self.tier_port(kind) for _ in range(self.random.choice((1, 1, 2)))]
            if named:
                ports.append({"destinationNamedPort" if kind == NEW else "namedPort": self.random.choice(PORT_NAMES)})
            rule["protocols" if kind == NEW else "ports"] = ports
        return rule

    def pods(self):
        if self.chance(0.5):
            return {"namespaces": self.plain_selector(NAME_LABEL)}
        pods = {"podSelector": self.plain_selector()}
        if self.chance(0.8):
            pods["namespaceSelector"] = self.plain_selector(NAME_LABEL)
        return {"pods": pods}

    def network(self):
        return {"networks": self.random.sample(tuple(BLOCKS), self.random.choice((1, 1, 2)))}

    def plain_selector(self, *more):
        selector = self.selector(*more)
        return {key: value for key, value in selector.items() if value}

    def tier_port(self, kind):
        protocol = self.random.choice(PROTOCOLS)
        first, last = sorted(self.random.sample(NUMBERS, 2))
        if kind == NEW:
            port = {"number": first} if self.chance(0.5) else {"range": {"start": first, "end": last}}
            return {protocol.lower(): {"destinationPort": port}}
        if self.chance(0.5):
            return {"portNumber": {"protocol": protocol, "port": first}}
        return {"portRange": {"protocol": protocol, "start": first, "end": last}}


def made_up(seed):
    """A random world with tiers, and connections in it."""
    maker = TierMaker(Random(seed))
    world = maker.world()
    return world, list(maker.connections(world, SAMPLES))
