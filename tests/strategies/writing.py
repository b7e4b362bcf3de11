"""Random programs as text."""

import json

from tests.naive.programs import (
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
    Range,
    Section,
    SetOf,
    StrictNames,
    Target,
)

LIBRARY_FILE = "library.netpol"
"""The imported file of a program that has one, beside it."""

SPELLINGS = {"2001:db8::/32": "2001:0DB8:0:0::/32", "::/0": "0:0:0:0:0:0:0:0/0"}


class Writer:
    """Writes programs down, in any layout that the language allows."""

    def __init__(self, random, *, plain=False, noting=True):
        self.random = random
        self.plain = plain
        self.noting = noting

    def text(self, program):
        """A whole file."""
        head = f'import "{LIBRARY_FILE}" as library\n' if program.library else ""
        settings = [s for s in program.statements if isinstance(s, NamesBy | StrictNames)]
        rest = [s for s in program.statements if not isinstance(s, NamesBy | StrictNames)]
        text = head + "".join(map(self.line, [*settings, *self.arranged(rest)]))
        if self.plain:
            return text
        return self.random.choice(["", "", "# a comment\n\n"]) + text.replace("\n", self.pick("\n", "\r\n"))

    def arranged(self, statements):
        """Statements in any order in which namespaces without braces hold no more than what is theirs."""
        open_ones = [s for s in statements if isinstance(s, Section) and not s.block]
        order = [s for s in statements if not (isinstance(s, Section) and not s.block)]
        if not self.plain:
            self.random.shuffle(order)
        for section in open_ones:
            places = [at for at, after in enumerate(order) if isinstance(after, Section)]
            order.insert(self.random.choice([*places, len(order)]), section)
        return order

    def line(self, statement):
        text = self.statement(statement)
        if self.plain:
            return text + "\n"
        noted = self.noting and isinstance(statement, Flow | Baseline | Declaration) and self.random.random() < 0.1
        note = self.random.choice(['@owner("payments")\n', '@reason("x # y") ', "@expires(2031-05-06)\n"])
        return (note if noted else "") + text + self.random.choice(["", "", "  # why", " \t", "\n"]) + "\n"

    def statement(self, statement):
        match statement:
            case NamesBy(key):
                return f"names by {key}"
            case StrictNames():
                return "strict names"
            case Flow(source, target, both, half):
                arrow = self.pick(" <-> ", "<->") if both else self.pick(" -> ", "->")
                return self.endpoint(source) + arrow + self.target(target) + (f" {half}" if half else "")
            case Baseline(direction, on, assume):
                on_text = "" if on is None else f" on {self.endpoint(on)}"
                return f"baseline {'assume ' if assume else ''}deny {direction}{on_text}"
            case Declaration(kind, name, None):
                return f"param {kind} {name}"
            case Declaration(kind, name, value):
                return f"{kind} {name}{self.pick(' = ', '=')}{self.value(value)}"
            case Section(name, labels, body, block):
                stated = self.listed("[]", [f"{key}={value}" for key, value in labels]) if labels else ""
                head = f"namespace {name} {stated}".rstrip()
                return f"{head} {self.block(body)}" if block else head + "\n" + self.body(body).rstrip("\n")
            case Environment(names, body):
                return f"env {', '.join(names)} {self.block(body)}"

    def block(self, body):
        return "{\n" + self.body(body) + "}"

    def body(self, statements):
        return "".join(map(self.line, self.arranged(statements)))

    def value(self, value):
        if isinstance(value, Target):
            return self.target(value)
        return self.ports(value) if isinstance(value, tuple) else self.endpoint(value)

    def target(self, target):
        if target.ports is None:
            return self.endpoint(target.endpoint)
        return self.endpoint(target.endpoint) + self.pick(":", ": ") + self.ports(target.ports)

    def endpoint(self, endpoint):
        match endpoint:
            case str():
                return endpoint
            case Name(text, imported):
                return f"library.{text}" if imported else text
            case Every():
                return "*"
            case Labels(requirements):
                return self.listed("[]", [self.requirement(*requirement) for requirement in requirements])
            case In(namespace, pods):
                return f"{self.endpoint(namespace)}/{self.endpoint(pods)}"
            case Net(cidr, excepts):
                text = SPELLINGS.get(cidr, cidr) if self.random.random() < 0.2 else cidr
                if not excepts:
                    return text
                braces = len(excepts) > 1 or self.random.random() < 0.3
                return f"{text} except {self.listed('{}', excepts) if braces else excepts[0]}"
            case SetOf(members):
                return self.listed("{}", [self.target(member) for member in members])

    def requirement(self, key, operator, values):
        match operator:
            case "exists":
                return key
            case "absent":
                return f"!{key}"
            case "=" | "!=":
                return f"{key}{self.pick('==', '=') if operator == '=' else operator}{values[0]}"
            case _:
                return f"{key} {operator} {self.listed('()', values)}"

    def ports(self, items):
        texts = [self.port(item) for item in items]
        alone = len(texts) == 1 and self.random.random() < 0.8
        return texts[0] if alone else self.listed("{}", texts)

    def port(self, item):
        if isinstance(item, Name):
            return self.endpoint(item)
        match item:
            case Range(first, last):
                text = str(first) if first == last and self.random.random() < 0.9 else f"{first}-{last}"
            case NamedPort(name):
                text = json.dumps(name)
            case AllPorts():
                text = "*"
        return text + (f"/{item.protocol.lower()}" if item.protocol else "")

    def listed(self, brackets, members):
        if self.plain or self.random.random() < 0.7:
            return brackets[0] + ", ".join(members) + brackets[1]
        separator = self.random.choice([",\n  ", "\n", " ,", ", # why\n"])
        end = self.random.choice(["", "\n"] if brackets == "()" else ["", ",", "\n", ",\n"])
        return brackets[0] + self.random.choice(["", "\n"]) + separator.join(members) + end + brackets[1]

    def pick(self, usual, other):
        return usual if self.plain or self.random.random() < 0.7 else other
