"""The syntax tree: one class per construct of the language, positions included but never compared.

Later stages have a `Flow`, a `Selector` and a `Namespace` of their own, so nodes are named `tree.Flow` and so on.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from netpolc.sets.ports import Protocol
from netpolc.source import Span

Direction = Literal["ingress", "egress", "all"]
Half = Literal["ingress", "egress"]
Operator = Literal["=", "!=", "in", "notin", "exists", "absent"]
ParamKind = Literal["pods", "net", "port"]
Quantifier = Literal["allow", "deny", "only"]
Tier = Literal["always", "default"]
Action = Literal["allow", "deny"]


class Node(msgspec.Struct, frozen=True, gc=False, tag=True, array_like=True):
    """The base of all nodes: immutable, compared by content, and written to the parse cache as tagged arrays."""


class Word(Node, frozen=True):
    """A name where only a name can stand: a declared name, a namespace, an environment, an alias."""

    text: str
    span: Span


class Text(Node, frozen=True):
    """A quoted string, its escapes resolved."""

    text: str
    span: Span


# --- endpoints


class Requirement(Node, frozen=True):
    """One requirement of a label selector. `exists` and `absent` have no values, `=` and `!=` have one."""

    key: str
    operator: Operator
    values: tuple[str, ...]
    span: Span


class Selector(Node, frozen=True):
    """`[app=web, tier in (a, b), !legacy]`."""

    requirements: tuple[Requirement, ...]
    span: Span


class Star(Node, frozen=True):
    """`*`: every pod as an endpoint, every namespace before a slash."""

    span: Span


class Ref(Node, frozen=True):
    """A bare name, `any` included, or a name of an imported file (`platform.postgres`)."""

    alias: str | None
    name: str
    span: Span


class Scoped(Node, frozen=True):
    """Pods of other namespaces: `data/postgres`, `*/[app=pg]`, `[team=payments]/*`."""

    namespace: Word | Selector | Star
    pods: Ref | Selector | Star
    span: Span


class Block(Node, frozen=True):
    """An address block as written, prefix length included."""

    text: str
    span: Span


class Cidr(Node, frozen=True):
    """`10.0.0.0/8 except {10.1.0.0/16, 10.2.0.0/16}`."""

    block: Block
    excepts: tuple[Block, ...]
    span: Span


class Domain(Node, frozen=True):
    """`"api.example.com"`."""

    name: str
    span: Span


class SetOf(Node, frozen=True):
    """`{a, b:80, data/c}`."""

    members: tuple[Target, ...]
    span: Span


Endpoint = Ref | Selector | Star | Scoped | Cidr | Domain | SetOf


# --- ports


class PortRange(Node, frozen=True):
    """`5432/tcp`, `8000-8100/udp`; a single port is a range of one. No protocol means TCP."""

    first: int
    last: int
    protocol: Protocol | None
    span: Span


class PortName(Node, frozen=True):
    """`"http"/tcp`: a container port's name."""

    name: str
    protocol: Protocol | None
    span: Span


class PortRef(Node, frozen=True):
    """`metrics`, `platform.metrics`: a declared port."""

    alias: str | None
    name: str
    span: Span


class EveryPort(Node, frozen=True):
    """`*`, `*/udp`; no protocol means every protocol."""

    protocol: Protocol | None
    span: Span


PortItem = PortRange | PortName | PortRef | EveryPort


class Ports(Node, frozen=True):
    """The ports after a destination's colon."""

    items: tuple[PortItem, ...]
    span: Span


class Target(Node, frozen=True):
    """An endpoint that may carry ports: a destination, or a member of a set."""

    endpoint: Endpoint
    ports: Ports | None
    span: Span


# --- statements


class Annotation(Node, frozen=True):
    """`@owner("payments")`, `@expires(2026-12-31)`; a date's value is as written."""

    name: str
    value: str
    date: bool
    span: Span

    @property
    def of_policy(self) -> tuple[str, str] | None:
        """The key and the value that `@annotation("key=value")` puts on a policy; None for what people note."""
        key, equal, value = self.value.partition("=")
        return (key, value) if self.name == "annotation" and equal else None


class Import(Node, frozen=True):
    """`import "../platform/services.netpol" as platform`."""

    path: Text
    alias: Word | None
    span: Span


class NamesBy(Node, frozen=True):
    """`names by app.kubernetes.io/name`."""

    key: str
    span: Span


class StrictNames(Node, frozen=True):
    """`strict names`."""

    span: Span


class Baseline(Node, frozen=True):
    """`baseline assume deny all on {database, cache}`."""

    assume: bool
    direction: Direction
    on: Endpoint | None
    span: Span


class PodsDeclaration(Node, frozen=True):
    """`pods database = [app=database]`."""

    name: Word
    value: Endpoint
    span: Span


class GroupDeclaration(Node, frozen=True):
    """`group backends = {orders, payments}`."""

    name: Word
    value: Endpoint
    span: Span


class NetDeclaration(Node, frozen=True):
    """`net office = 203.0.113.0/24`."""

    name: Word
    value: Endpoint
    span: Span


class PortDeclaration(Node, frozen=True):
    """`port metrics = {9090, 9100-9102}`."""

    name: Word
    value: Ports
    span: Span


class ServiceDeclaration(Node, frozen=True):
    """`service postgres = data/[app=postgres]:5432`."""

    name: Word
    value: Target
    span: Span


class ParamDeclaration(Node, frozen=True):
    """`param net vpn`."""

    kind: ParamKind
    name: Word
    span: Span


class PolicyName(Node, frozen=True):
    """`policy allow-to-orders [team=orders] = orders`."""

    name: Word
    labels: Selector | None
    pods: Endpoint
    span: Span


class Flow(Node, frozen=True):
    """`webapp -> database:5000`; `both` for `<->`; `half` where only one half is opened."""

    source: Endpoint
    both: bool
    destination: Target
    half: Half | None
    span: Span


class Reduced(Node, frozen=True):
    """`*/*`, or `*/* except {vault/*, backup/agent}`: an endpoint, and what is taken away from it."""

    endpoint: Endpoint
    excepts: Endpoint | None
    span: Span


class Guardrail(Node, frozen=True):
    """`always deny */* except vault/* -> vault/*:8200`."""

    tier: Tier
    action: Action
    source: Reduced
    destination: Reduced
    ports: Ports | None
    half: Half | None
    span: Span


class Assertion(Node, frozen=True):
    """`assert deny * -> database:22`."""

    quantifier: Quantifier
    source: Endpoint
    destination: Target
    span: Span


class NamespaceNames(Node, frozen=True):
    """The namespaces that one statement opens: `shop`, or `{shop, data}`."""

    names: tuple[Word, ...]
    span: Span


class Namespace(Node, frozen=True):
    """`namespace {shop, data} [team=web]`; with a body where braces hold one, else open until the next."""

    opened: NamespaceNames
    labels: Selector | None
    body: tuple[Item, ...] | None
    span: Span


class Environment(Node, frozen=True):
    """`env prod, staging { … }`."""

    names: tuple[Word, ...]
    body: tuple[Item, ...]
    span: Span


Declaration = (
    PodsDeclaration | GroupDeclaration | NetDeclaration | PortDeclaration | ServiceDeclaration | ParamDeclaration
)
Statement = (
    Import
    | NamesBy
    | StrictNames
    | Baseline
    | Declaration
    | PolicyName
    | Flow
    | Guardrail
    | Assertion
    | Namespace
    | Environment
)


class Item(Node, frozen=True):
    """A statement and the annotations above it; its span covers both."""

    annotations: tuple[Annotation, ...]
    statement: Statement
    span: Span


class Comment(Node, frozen=True):
    """A comment, from its `#` to before the end of the line."""

    text: str
    span: Span


class Tree(Node, frozen=True):
    """A file: its statements. Its comments are found in its text (`comments.comments_in`)."""

    items: tuple[Item, ...]
