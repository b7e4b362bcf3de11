"""Random worlds in which halves of connections meet, or miss each other, and the YAML and the netpol that say them."""

import yaml

from tests.models.lone_halves import NAMESPACES, NUMBERS, Peer, Rule, World

BLOCKS = ("10.0.0.0/8", "169.254.169.254/32")
EVERY_POD = ()


class Maker:
    """Makes random worlds: of policies, each of which closes the pods that its rules open, or of a program."""

    def __init__(self, random):
        self.random = random

    def policies(self):
        """A world that YAML can say; a reason is the place of a rule."""
        closed, rules = [], []
        for name in NAMESPACES:
            closed += [(each, Peer(name)) for each in ("ingress", "egress") if self.chance(0.5)]
        for _ in range(self.random.randint(2, 6)):
            subject = Peer(self.random.choice(NAMESPACES), (), self.selector())
            direction = self.random.choice(("ingress", "egress"))
            closed.append((direction, subject))
            for _ in range(self.random.choice((0, 1, 1, 2))):
                peers = tuple(self.peer(subject.namespace) for _ in range(self.random.choice((1, 1, 2))))
                rules.append(Rule(len(rules), direction, subject, peers, self.ports()))
        return World(tuple(closed), tuple(rules), self.teams())

    def program(self):
        """A world that netpol can say; a reason is the place of a flow."""
        closed, rules = [], []
        for name in NAMESPACES:
            for _ in range(self.random.randint(1, 2)):
                subject = Peer(name, (), self.selector() if self.chance(0.4) else EVERY_POD)
                closed += [
                    (each, subject) for each in self.random.choice((["ingress"], ["egress"], ["egress", "ingress"]))
                ]
        for reason in range(self.random.randint(1, 6)):
            source, destination = self.peer("shop", 0), self.peer("data", 0)
            ports = self.ports()
            for direction in self.random.choice((["ingress"], ["egress"], ["egress", "ingress"])):
                own, other = (source, destination) if direction == "egress" else (destination, source)
                rules.append(Rule(reason, direction, own, (other,), ports))
        return World(tuple(closed), tuple(rules), {name: self.random.choice((None, "a")) for name in NAMESPACES})

    def teams(self):
        return {name: self.random.choice((None, "a", "other")) for name in NAMESPACES if self.chance(0.4)}

    def peer(self, home, blocks=0.07):
        if self.chance(blocks):
            return Peer(block=self.random.choice(BLOCKS))
        kind = self.random.choice(("own", "own", "named", "team", "any"))
        if kind == "team":
            return Peer(
                None,
                (("team", *self.random.choice((("In", ("a",)), ("Exists", ()), ("DoesNotExist", ())))),),
                self.selector(),
            )
        where = {"own": home, "any": None, "named": self.random.choice((*NAMESPACES, *NAMESPACES, "elsewhere"))}
        return Peer(where[kind], (), self.selector())

    def selector(self):
        if self.chance(0.25):
            return EVERY_POD
        keys = self.random.sample(("app", "tier"), self.random.choice((1, 1, 1, 2)))
        return tuple((key, *self.asked()) for key in keys)

    def asked(self):
        operator = self.random.choice(("In", "In", "In", "NotIn", "Exists", "DoesNotExist"))
        values = self.random.choice((("a",), ("b",), ("a", "b"))) if operator in {"In", "NotIn"} else ()
        return operator, values

    def ports(self):
        return tuple(self.port() for _ in range(self.random.choice((1, 1, 2))))

    def port(self):
        kind = self.random.choice(("number", "number", "number", "name", "range"))
        protocol = self.random.choice(("TCP", "TCP", "TCP", "UDP"))
        if kind == "name":
            return protocol, self.random.choice(("http", "dns")), None
        first = self.random.choice(NUMBERS)
        last = first if kind == "number" else self.random.choice([each for each in NUMBERS if each >= first])
        return protocol, first, last

    def chance(self, share):
        return self.random.random() < share


def documents(world):
    """The policies of a world: one for each that is closed, with the rules that open it."""
    left = list(world.rules)
    found = []
    for number, (direction, subject) in enumerate(world.closed):
        mine = [each for each in left if each.direction == direction and each.subject is subject]
        found.append(
            {
                "apiVersion": "networking.k8s.io/v1",
                "kind": "NetworkPolicy",
                "metadata": {"name": f"policy-{number}", "namespace": subject.namespace},
                "spec": {
                    "podSelector": _selector(subject.pods),
                    "policyTypes": [direction.capitalize()],
                    direction: [_rule(each) for each in mine],
                },
            }
        )
    return found


def reasons(world):
    """The rules of a world by their policies and paths."""
    found = {}
    for number, (direction, subject) in enumerate(world.closed):
        mine = [each for each in world.rules if each.direction == direction and each.subject is subject]
        for index, each in enumerate(mine):
            found[f"{subject.namespace}/policy-{number}", f"spec.{direction}[{index}]"] = each.reason
    return found


def as_yaml(world):
    """The text of a world's policies."""
    return yaml.safe_dump_all(documents(world), sort_keys=False)


def as_netpol(world):
    """The text of a world's program: flow N is the only one on its line, and lines are in the order of reasons."""
    lines = []
    for name in NAMESPACES:
        team = world.teams[name]
        lines.append(f"namespace {name}" + ("" if team is None else f" [team={team}]"))
        for direction, subject in world.closed:
            if subject.namespace == name:
                on = f" on {_words(subject)}" if subject.pods else ""
                lines.append(f"baseline deny {direction}{on}")
    for reason in dict.fromkeys(each.reason for each in world.rules):
        halves = [each for each in world.rules if each.reason == reason]
        first = halves[0]
        ends = (first.subject, first.peers[0]) if first.direction == "egress" else (first.peers[0], first.subject)
        half = f" {first.direction}" if len(halves) == 1 else ""
        source, destination = map(_end, ends)
        lines.append(f"{source} -> {destination}:{{{', '.join(map(_port, first.ports))}}}{half}")
    return "\n".join(lines) + "\n"


def _rule(rule):
    return {
        "from" if rule.direction == "ingress" else "to": [_peer(each, rule.subject.namespace) for each in rule.peers],
        "ports": [_item(*each) for each in rule.ports],
    }


def _peer(peer, home):
    if peer.block is not None:
        return {"ipBlock": {"cidr": peer.block}}
    pods = {"podSelector": _selector(peer.pods)}
    if peer.namespace == home:
        return pods
    asked = peer.team if peer.namespace is None else (("kubernetes.io/metadata.name", "In", (peer.namespace,)),)
    return {"namespaceSelector": _selector(asked), **pods}


def _selector(selector):
    return {
        "matchExpressions": [
            {"key": key, "operator": operator, **({"values": list(values)} if values else {})}
            for key, operator, values in selector
        ]
    }


def _item(protocol, first, last):
    item = {"protocol": protocol, "port": first}
    return item if last in (None, first) else {**item, "endPort": last}


def _end(peer):
    where = f"[{_asked(peer.team)}]" if peer.team else peer.namespace or "*"
    return f"{where}/{_words(peer)}"


def _words(peer):
    return f"[{_asked(peer.pods)}]" if peer.pods else "*"


def _asked(selector):
    forms = {"In": "{} in ({})", "NotIn": "{} notin ({})", "Exists": "{}", "DoesNotExist": "!{}"}
    return ", ".join(forms[operator].format(key, ", ".join(values)) for key, operator, values in selector)


def _port(port):
    protocol, first, last = port
    number = f'"{first}"' if last is None else str(first) if first == last else f"{first}-{last}"
    return f"{number}/{protocol.lower()}"
