"""Random programs that speak of a small world."""

from tests.naive.programs import (
    NAME_LABEL,
    UNNAMED,
    AllPorts,
    Baseline,
    Declaration,
    Environment,
    Every,
    Flow,
    In,
    Labels,
    Name,
    NamedPort,
    NamesBy,
    Net,
    Pods,
    Program,
    Range,
    Section,
    SetOf,
    StrictNames,
    Target,
    possible,
)
from tests.strategies.universe import APPS, BLOCKS, LABELS, OPENED, PORTS, RANGES, TIERS

# Declared names by kind. A declaration uses only names before its own, so that none is declared by way of itself.
RANKS = ("primary", "db", "web", "front", "api", "backends", "office", "partner", "edge", "metrics", "admin", "store")
KINDS = {
    **dict.fromkeys(("primary", "db", "web"), "pods"),
    **dict.fromkeys(("front", "api", "backends", "edge"), "group"),
    **dict.fromkeys(("office", "partner"), "net"),
    **dict.fromkeys(("metrics", "admin"), "port"),
    "store": "service",
}

LIBRARY = {"pg": "pods", "mesh": "group", "corp": "net", "rpc": "port", "ledger": "service"}
"""What the imported file declares; nobody else does, so that no shorthand is taken for one of these."""


class Author:
    """Makes up programs."""

    def __init__(self, random):
        self.random = random
        self.declared = {}
        self.relative = set()
        self.movable = set()
        self.library = {}
        self.strict = False

    def program(self):
        """A program of any form."""
        self.strict = self.chance(0.06)
        statements = [NamesBy("tier")] if self.chance(0.1) else []
        statements += [StrictNames()] if self.strict else []
        library = self.imported() if self.chance(0.25) else ()
        form = self.random.choice(["unnamed", "sections", "sections", "sections", "both"])
        statements += self.declarations(None, 3)
        if self.chance(0.4):
            statements.append(self.baseline(None))
        opened = [] if form == "unnamed" else self.random.sample(OPENED, self.random.randint(1, 3))
        declared = {name: self.declarations(name, 2) for name in opened}
        statements += [self.section(name, declared[name]) for name in opened]
        if opened and self.chance(0.15):
            statements.append(self.section(self.random.choice(opened), ()))
        if form != "sections":
            statements += self.flows(None, 4)
        elif self.chance(0.3):
            statements.append(self.foreign_flow())
        environment = self.environments(statements, opened)
        # A policy in a named namespace has no words for pods of the unnamed one.
        namespace = self.random.choice(["shop", "lab", UNNAMED]) if form == "both" and self.chance(0.9) else None
        if form == "unnamed" and self.chance(0.3):
            namespace = self.random.choice(["shop", "lab"])
        return Program(tuple(statements), environment, namespace, library)

    def flat_program(self):
        """A program without sections and environments: one statement a line, in any order."""
        statements = [*self.declarations(None, 4), *self.flows(None, 8)]
        statements += [self.baseline(None) for _ in range(self.random.randint(0, 3))]
        return Program(tuple(statements))

    def chance(self, likelihood):
        return self.random.random() < likelihood

    def imported(self):
        """A file of declarations, in sections and outside, and of flows and baselines, which count for nothing."""
        author = Author(self.random)
        homes = {None: [], "shop": [], "data": []}
        for name, kind in self.random.sample(sorted(LIBRARY.items()), self.random.randint(1, len(LIBRARY))):
            section = self.random.choice(list(homes))
            homes[section].append(author.declaration(name, section, kind, tuple(self.library)))
            self.library[name] = kind
        for section, statements in homes.items():
            statements.extend(author.flows(section, 1))
            if self.chance(0.3):
                statements.append(author.baseline(section))
        sections = [Section(name, (), tuple(homes[name])) for name in ("shop", "data")]
        return (*([NamesBy("tier")] if self.chance(0.3) else []), *homes[None], *sections)

    # Statements.

    def environments(self, statements, opened):
        if not self.chance(0.3):
            return None
        body = [self.foreign_flow(), *([self.baseline(None)] if self.chance(0.3) else [])]
        statements.append(Environment(self.random.choice([("prod",), ("prod", "staging")]), tuple(body)))
        statements.append(Environment(("staging",), (self.foreign_flow(),)))
        if self.chance(0.5):
            statements.append(Declaration("net", "vpn", None))
            statements += [
                Environment((name,), (Declaration("net", "vpn", self.net()),)) for name in ("prod", "staging")
            ]
            statements.append(Flow(Name("vpn"), self.ported(In(self.namespace(), Every()))))
            return self.random.choice(["prod", "staging"])
        if opened and self.chance(0.3):
            section = Section("ops", (("tier", "ops"),), tuple(self.flows("ops", 3)), block=self.chance(0.5))
            statements.append(Environment(("prod",), (section,)))
        return self.random.choice(["prod", "staging", None])

    def section(self, name, declarations):
        body = [*declarations, *self.flows(name, 4)]
        body += [self.baseline(name) for _ in range(self.random.choice([0, 0, 1, 1, 2]))]
        if self.chance(0.1):
            body.append(Environment(("prod",), tuple(self.flows(name, 2))))
        self.random.shuffle(body)
        labels = tuple(item for item in LABELS[name].items() if self.chance(0.5))
        return Section(name, labels, tuple(body), block=self.chance(0.5))

    def baseline(self, section):
        on = self.closable(section) if self.chance(0.4) else None
        return Baseline(self.random.choice(["ingress", "egress", "all", "all"]), on, assume=self.chance(0.2))

    def closable(self, section):
        if self.chance(0.3):
            return SetOf(tuple(Target(self.own(section)) for _ in range(self.random.randint(1, 3))))
        return self.own(section)

    def own(self, section):
        """Pods that are certainly of the namespace that they are used in."""
        names = [name for name in (*APPS, "primary") if self.kind(name, section) is None and not self.strict]
        names += sorted(name for scope, name in self.relative if scope == self.scope(name, section))
        choices = [self.possible_labels, self.possible_labels, Every, lambda: Name(self.random.choice(names))]
        return self.random.choice(choices if names else choices[:3])()

    def declarations(self, section, most):
        names = self.random.sample(RANKS, self.random.randint(0, most))
        ordered = sorted(names, key=RANKS.index)
        made = [self.declaration(name, section, KINDS[name], RANKS[: RANKS.index(name)]) for name in ordered]
        self.random.shuffle(made)
        return made

    def declaration(self, name, section, kind, before):
        match kind:
            case "pods":
                value = self.pods(section, before, kinds=("pods", None))
            case "group":
                value = self.endpoint(section, before)
            case "net":
                value = self.nets(section, before)
            case "port":
                value = self.ports(section, before)
            case "service":
                value = self.ported(self.endpoint(section, before), section, before)
        self.declared.setdefault(section, {})[name] = kind
        if kind in ("pods", "group"):
            places = self.places(value, section)
            self.relative |= {(section, name)} if places == {True} else set()
            self.movable |= {(section, name)} if True in places else set()
        return Declaration(kind, name, value)

    def places(self, endpoint, section):
        """Whether the parts of an endpoint are relative to the namespace of its use: of some, or of all."""
        match endpoint:
            case SetOf(members):
                return set().union(*(self.places(member.endpoint, section) for member in members))
            case Name(text) if text != "any":
                scope = self.scope(text, section)
                known = self.kind(text, section) is not None
                return {True} if not known or (scope, text) in self.relative else {(scope, text) in self.movable, False}
            case _:
                return {isinstance(endpoint, Labels | Every)}

    def flows(self, section, most):
        return [self.flow(section) for _ in range(self.random.randint(0, most))]

    def flow(self, section):
        half = self.random.choice([None, None, None, "ingress", "egress"])
        source = self.endpoint(section, RANKS, service=True)
        return Flow(source, self.destination(section), both=self.chance(0.15), half=half)

    def foreign_flow(self):
        """A flow that names its namespaces, and so may stand outside of sections."""
        source = self.random.choice([lambda: In(self.namespace(), Every()), self.net, lambda: Name("any")])()
        return Flow(source, self.ported(In(self.namespace(), self.labels())))

    # Endpoints.

    def destination(self, section):
        if "ledger" in self.library and self.chance(0.3):
            return Target(Name("ledger", imported=True))
        if self.kind("store", section) == "service" and self.chance(0.3):
            return Target(Name("store"))
        if self.chance(0.2):
            inner = [self.ported(self.simple(section, RANKS), section) for _ in range(self.random.randint(1, 2))]
            members = [*inner, Target(SetOf(tuple(inner[:1]))), self.ported(self.endpoint(section, RANKS), section)]
            return Target(SetOf(tuple(self.random.sample(members, self.random.randint(1, len(members))))))
        return self.ported(self.endpoint(section, RANKS), section)

    def ported(self, endpoint, section=None, names=RANKS):
        return Target(endpoint, self.ports(section, names))

    def endpoint(self, section, names, *, service=False):
        if service and self.kind("store", section) == "service" and self.chance(0.1):
            return Name("store")
        if self.chance(0.2):
            count = self.random.randint(1, 3)
            members = [Target(self.simple(section, names)) for _ in range(count)]
            if self.chance(0.2):
                members.append(Target(SetOf(tuple(members))))
            return SetOf(tuple(members))
        return self.simple(section, names)

    def simple(self, section, names):
        known = [name for name, kind in self.library.items() if kind in ("pods", "group", "net")]
        if known and names is RANKS and self.chance(0.3):
            return Name(self.random.choice(known), imported=True)
        if self.chance(0.06):
            return Name("any")
        if self.chance(0.15):
            return self.nets(section, names)
        return self.pods(section, names)

    def pods(self, section, names, kinds=("pods", "group", None)):
        part = self.random.choice(["name", "name", "name", "labels", "every", "in", "in"])
        if part == "labels":
            return self.labels()
        if part == "every":
            return Every()
        if part == "in":
            namespace = self.namespace()
            where = namespace if isinstance(namespace, str) else None
            named = self.named(where, names, kinds) if self.chance(0.6) else self.starred()
            stays = isinstance(named, Name) and self.places(named, where) == {False}
            return named if stays else In(namespace, named)
        return self.named(section, names, kinds)

    def starred(self):
        return self.labels() if self.chance(0.6) else Every()

    def named(self, section, names, kinds):
        known = [name for name in (*names, *APPS, *TIERS) if self.usable(name, section, names, kinds)]
        return Name(self.random.choice(known)) if known else self.labels()

    def usable(self, name, section, names, kinds):
        kind = self.kind(name, section)
        if kind is None:
            # What is not declared yet may be so later: only names that never are may stand for labels beside `names`.
            free = name in names or name not in KINDS
            return free and not self.strict and None in kinds and KINDS.get(name, "pods") in ("pods", "group")
        return kind in kinds and name in names

    def kind(self, name, section):
        return self.declared.get(self.scope(name, section), {}).get(name)

    def scope(self, name, section):
        return section if name in self.declared.get(section, {}) else None

    def namespace(self):
        if self.chance(0.65):
            return self.random.choice([*OPENED, "lab"])
        if self.chance(0.4):
            return Every()
        key, value = self.random.choice([("team", "web"), ("team", "store"), ("env", "prod"), (NAME_LABEL, "shop")])
        operator = self.random.choice(["=", "in", "!=", "notin", *(["exists", "absent"] if key != NAME_LABEL else [])])
        values = () if operator in ("exists", "absent") else (value,)
        return Labels(((key, operator, values),))

    def labels(self):
        return Labels(tuple(self.requirement() for _ in range(self.random.choice([1, 1, 1, 2, 2, 3]))))

    def possible_labels(self):
        """Labels that some pod can carry: a baseline on others is an error."""
        while not possible(Pods("", labels := self.labels())):
            pass
        return labels

    def requirement(self):
        key, values = self.random.choice([("app", (*APPS, "gone")), ("tier", TIERS)])
        operator = self.random.choice(["=", "=", "in", "!=", "notin", "exists", "absent"])
        if operator in ("exists", "absent"):
            return key, operator, ()
        count = self.random.randint(1, 2) if operator.endswith("in") else 1
        return key, operator, tuple(self.random.choices(values, k=count))

    def nets(self, section, names):
        known = [name for name in names if self.kind(name, section) == "net"]
        if known and self.chance(0.5):
            return Name(self.random.choice(known))
        if self.chance(0.2):
            return SetOf((Target(self.net()), Target(self.net())))
        return self.net()

    def net(self):
        cidr = self.random.choice(list(BLOCKS))
        inner = BLOCKS[cidr]
        return Net(cidr, tuple(self.random.sample(inner, self.random.randint(0, len(inner)))))

    def ports(self, section, names):
        return tuple(self.port(section, names) for _ in range(self.random.choice([1, 1, 1, 2, 3])))

    def port(self, section, names):
        if "rpc" in self.library and names is RANKS and self.chance(0.2):
            return Name("rpc", imported=True)
        known = [name for name in names if self.kind(name, section) == "port"]
        if known and self.chance(0.4):
            return Name(self.random.choice(known))
        protocol = self.random.choice([None, None, None, "TCP", "UDP", "SCTP"])
        part = self.random.choice(["one", "one", "one", "range", "range", "named", "all"])
        if part == "one":
            port = self.random.choice(PORTS)
            return Range(port, port, protocol)
        if part == "range":
            return Range(*self.random.choice(RANGES), protocol)
        if part == "named":
            return NamedPort(self.random.choice(["http", "dns", "store", "gone"]), protocol)
        return AllPorts(protocol)
