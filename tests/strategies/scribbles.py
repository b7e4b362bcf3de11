"""Trees as a careless person types them: any layout that the language accepts, with numbered comments anywhere."""

from __future__ import annotations

import json

from netpolc.language.syntax.tree import (
    Assertion,
    Baseline,
    Cidr,
    Domain,
    Environment,
    EveryPort,
    Flow,
    GroupDeclaration,
    Guardrail,
    Import,
    NamesBy,
    Namespace,
    NetDeclaration,
    ParamDeclaration,
    PodsDeclaration,
    PolicyName,
    PortDeclaration,
    PortName,
    PortRange,
    PortRef,
    Ref,
    Scoped,
    Selector,
    ServiceDeclaration,
    SetOf,
    Star,
    StrictNames,
    Word,
)

KEYWORD_OF = {
    PodsDeclaration: "pods",
    GroupDeclaration: "group",
    NetDeclaration: "net",
    PortDeclaration: "port",
    ServiceDeclaration: "service",
}


class Scribbler:
    """Writes a tree with layout drawn from a source of randomness; a second printer, as naive as can be."""

    def __init__(self, random, *, commenting=True):
        self.random = random
        self.commenting = commenting
        self.count = 0

    def file(self, tree):
        text = self.gap() + self.body(tree.items) + self.gap()
        return text.replace("\n", self.random.choice(["\n", "\n", "\r\n"]))

    # --- blanks

    def blank(self):
        return self.random.choice(["", "", " ", "\t  "])

    def space(self):
        return self.random.choice([" ", " ", "  \t"])

    def comment(self):
        if not self.commenting or self.random.random() < 0.6:
            return ""
        self.count += 1
        return f"# {self.count}." + self.random.choice(["", " ", '"{[', " \t"])

    def line_end(self):
        ends = [self.blank() + self.comment() + "\n" for _ in range(self.random.choice([1, 1, 2, 4]))]
        return "".join(ends) + self.blank()

    def gap(self):
        return self.random.choice([self.blank, self.line_end])()

    def fold(self):
        """Blanks where a line may be broken within what is laid out on one: comments there would have to move."""
        return self.blank() if self.random.random() < 0.7 else f"{self.blank()}\n{self.blank()}"

    def apart(self):
        return self.random.choice([" ", "\t  ", f"{self.blank()}\n{self.blank()}"])

    # --- brackets

    def listed(self, brackets, members):
        opener, closer = brackets
        text = opener + self.gap() + members[0]()
        for member in members[1:]:
            text += self.random.choice([self.comma, self.line_end])() + member()
        return text + self.random.choice([self.gap if brackets == "()" else self.comma, self.gap])() + closer

    def comma(self):
        return self.gap() + "," + self.gap()

    def perhaps_listed(self, members):
        alone = len(members) == 1 and self.random.random() < 0.5
        return members[0]() if alone else self.listed("{}", members)

    def later(self, write, nodes):
        """Members are written when they are reached, so that comments are counted in order."""
        return [lambda node=node: write(node) for node in nodes]

    # --- statements

    def body(self, items):
        text = ""
        for at, item in enumerate(items):
            text += (self.line_end() if at else "") + self.item(item)
        return text

    def item(self, item):
        text = ""
        for annotation in item.annotations:
            value = annotation.value if annotation.date else self.string(annotation.value)
            text += f"@{annotation.name}{self.blank()}({self.fold()}{value}{self.fold()}){self.gap()}"
        return text + self.statement(item.statement)

    def statement(self, node):
        match node:
            case Flow():
                arrow = self.blank() + ("<->" if node.both else "->") + self.blank()
                half = self.space() + node.half if node.half else ""
                return self.endpoint(node.source) + arrow + self.target(node.destination) + half
            case Guardrail():
                head = f"{node.tier}{self.space()}{node.action}{self.space()}"
                ports = "" if node.ports is None else f"{self.blank()}:{self.blank()}" + self.ports(node.ports)
                half = self.space() + node.half if node.half else ""
                ends = self.reduced(node.source) + f"{self.blank()}->{self.blank()}" + self.reduced(node.destination)
                return head + ends + ports + half
            case Assertion():
                head = f"assert{self.space()}{node.quantifier}{self.space()}"
                return (
                    head
                    + self.endpoint(node.source)
                    + f"{self.blank()}->{self.blank()}"
                    + self.target(node.destination)
                )
            case Baseline():
                assume = "assume" + self.space() if node.assume else ""
                head = f"baseline{self.space()}{assume}deny{self.space()}{node.direction}"
                return head if node.on is None else f"{head}{self.space()}on{self.space()}{self.endpoint(node.on)}"
            case PolicyName():
                head = f"policy{self.space()}{node.name.text}"
                if node.labels is not None:
                    head += self.blank() + self.endpoint(node.labels)
                return f"{head}{self.blank()}={self.blank()}" + self.endpoint(node.pods)
            case Import() | NamesBy() | StrictNames():
                return self.of_file(node)
            case ParamDeclaration():
                return f"param{self.space()}{node.kind}{self.space()}{node.name.text}"
            case Namespace() | Environment():
                return self.block(node)
            case _:
                head = f"{KEYWORD_OF[type(node)]}{self.space()}{node.name.text}{self.blank()}={self.blank()}"
                return head + self.value(node)

    def block(self, node):
        if isinstance(node, Environment):
            head = "env" + self.space() + f"{self.blank()},{self.blank()}".join(name.text for name in node.names)
        else:
            head = "namespace" + self.space() + self.perhaps_listed(self.later(self.endpoint, node.opened.names))
            if node.labels is not None:
                head += self.blank() + self.endpoint(node.labels)
            if node.body is None:
                return head
        return head + self.blank() + "{" + self.gap() + self.body(node.body) + self.gap() + "}"

    def of_file(self, node):
        match node:
            case Import():
                alias = f"{self.space()}as{self.space()}{node.alias.text}" if node.alias else ""
                return f"import{self.space()}{self.string(node.path.text)}{alias}"
            case NamesBy():
                return f"names{self.space()}by{self.space()}{node.key}"
            case _:
                return f"strict{self.space()}names"

    def value(self, node):
        match node:
            case PortDeclaration():
                return self.ports(node.value)
            case ServiceDeclaration():
                return self.target(node.value)
            case _:
                return self.endpoint(node.value)

    # --- endpoints

    def target(self, target):
        text = self.endpoint(target.endpoint)
        return text if target.ports is None else text + f"{self.blank()}:{self.blank()}" + self.ports(target.ports)

    def reduced(self, node):
        text = self.endpoint(node.endpoint)
        return (
            text if node.excepts is None else f"{text}{self.space()}except{self.space()}{self.endpoint(node.excepts)}"
        )

    def endpoint(self, node):
        match node:
            case Ref():
                return f"{node.alias}.{node.name}" if node.alias else node.name
            case Word():
                return node.text
            case Star():
                return "*"
            case Domain():
                return self.string(node.name)
            case Scoped():
                return self.scoped(node, str)
            case Selector():
                *others, last = node.requirements
                members = [*self.later(self.requirement, others), lambda: self.requirement(last, last=True)]
                return self.listed("[]", members)
            case SetOf():
                return self.listed("{}", self.later(self.member, node.members))
            case Cidr():
                return self.cidr(node, self.space, self.space)

    def member(self, target):
        """A target within a set, which may go on below where it cannot end."""
        match target.endpoint:
            case Scoped():
                text = self.scoped(target.endpoint, self.fold)
            case Cidr():
                # An `except` that stands alone on its line is a name.
                gaps = self.random.choice([(self.space, self.apart), (self.apart, self.space)])
                text = self.cidr(target.endpoint, *gaps)
            case _:
                text = self.endpoint(target.endpoint)
        return text if target.ports is None else text + f"{self.blank()}:{self.fold()}" + self.ports(target.ports)

    def scoped(self, node, gap):
        return self.endpoint(node.namespace) + "/" + gap() + self.endpoint(node.pods)

    def cidr(self, node, before, after):
        excepts = self.later(lambda block: block.text, node.excepts)
        text = node.block.text
        return f"{text}{before()}except{after()}{self.perhaps_listed(excepts)}" if excepts else text

    def requirement(self, node, *, last=False):
        match node.operator:
            case "exists":
                return node.key
            case "absent":
                return "!" + self.fold() + node.key
            case "=" | "!=":
                sign = f"{self.fold()}{node.operator}{self.blank()}"
                # Below a bare sign, a key would look like its value.
                return node.key + sign + (node.values[0] or self.random.choice(["" if last else '""', '""']))
            case _:
                values = self.later(lambda value: value or '""', node.values)
                return f"{node.key}{self.apart()}{node.operator}{self.fold()}{self.listed('()', values)}"

    # --- ports and strings

    def ports(self, ports):
        return self.perhaps_listed(self.later(self.port, ports.items))

    def port(self, item):
        protocol = "" if getattr(item, "protocol", None) is None else "/" + item.protocol.lower()
        match item:
            case PortRange(first=first, last=last):
                return (str(first) if first == last else f"{first}-{last}") + protocol
            case PortName(name=name):
                return self.string(name) + protocol
            case PortRef():
                return self.endpoint(Ref(item.alias, item.name, item.span))
            case EveryPort():
                return "*" + protocol

    def string(self, text):
        return json.dumps(text).replace("\x7f", "\\u007f")
