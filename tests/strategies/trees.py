"""Syntax trees that the language accepts, of every class of node, small."""

from __future__ import annotations

import ipaddress
import string

from hypothesis import strategies as st

from netpolc.language.syntax.tree import (
    Annotation,
    Assertion,
    Baseline,
    Block,
    Cidr,
    Domain,
    Environment,
    EveryPort,
    Flow,
    GroupDeclaration,
    Guardrail,
    Import,
    Item,
    NamesBy,
    Namespace,
    NamespaceNames,
    NetDeclaration,
    ParamDeclaration,
    PodsDeclaration,
    PolicyName,
    PortDeclaration,
    PortName,
    PortRange,
    PortRef,
    Ports,
    Reduced,
    Ref,
    Requirement,
    Scoped,
    Selector,
    ServiceDeclaration,
    SetOf,
    Star,
    StrictNames,
    Target,
    Text,
    Tree,
    Word,
)
from netpolc.source import Span

NOWHERE = st.just(Span(0, 0))
ALPHANUMERIC = string.ascii_letters + string.digits
KEYWORDS = (
    *("import", "as", "names", "by", "strict", "namespace", "env", "baseline", "assume", "deny", "on", "all"),
    *("ingress", "egress", "pods", "group", "net", "port", "service", "param", "assert", "allow", "only"),
    *("in", "notin", "except", "tcp", "udp", "std"),
)


def some(element, least=1, most=3):
    """Tuples of a few elements."""
    return st.lists(element, min_size=least, max_size=most).map(tuple)


# --- words

plain_names = st.sampled_from(
    ["webapp", "database", "data", "shop", "2048-game", "a", "X_1", "_private", "80-90", "v1"]
)
odd_names = st.from_regex(
    r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,10}[A-Za-z0-9_])?", fullmatch=True, alphabet=st.characters(codec="ascii")
)
names = st.one_of(plain_names, st.sampled_from(KEYWORDS), odd_names).filter(lambda name: not name.isdigit())
declared_names = names.filter(lambda name: name != "any")
port_names = names.filter(lambda name: not name.replace("-", "").isdigit())
"""Of declared ports: `80-90` would be a range."""

words = st.builds(Word, names, NOWHERE)
declared = st.builds(Word, declared_names, NOWHERE)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
strings = st.one_of(
    st.sampled_from(["", "../data/services.netpol", 'a "quoted" \\ path', "é\u202e\n\t😀\U000e0041"]), texts
)

label_words = st.from_regex(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,8}[A-Za-z0-9])?", fullmatch=True)
key_prefixes = st.sampled_from(["app.kubernetes.io/", "example.com/", "a/"])
keys = st.one_of(
    st.sampled_from(["app", "role", "in", "notin", "1", "1.5-x"]),
    label_words,
    st.tuples(key_prefixes, label_words).map("".join),
)
values = st.one_of(st.sampled_from(["", "web", "in", "10", "1.2.3.4", "a_b-c.d"]), label_words)


# --- endpoints

requirements = st.one_of(
    st.builds(Requirement, keys, st.sampled_from(["=", "!="]), st.tuples(values), NOWHERE),
    st.builds(Requirement, keys, st.sampled_from(["in", "notin"]), some(values), NOWHERE),
    st.builds(Requirement, keys, st.sampled_from(["exists", "absent"]), st.just(()), NOWHERE),
)
selectors = st.builds(Selector, some(requirements), NOWHERE)
stars = st.builds(Star, NOWHERE)
refs = st.builds(Ref, st.none(), names, NOWHERE)
imported = st.builds(Ref, names, names, NOWHERE)
scoped = st.builds(Scoped, st.one_of(words, selectors, stars), st.one_of(refs, selectors, stars), NOWHERE)
domains = st.builds(Domain, st.one_of(st.just("api.example.com"), strings), NOWHERE)


@st.composite
def cidrs(draw):
    """Canonical blocks of both families, with exceptions strictly inside."""
    width, family = draw(st.sampled_from([(32, ipaddress.IPv4Network), (128, ipaddress.IPv6Network)]))
    length = draw(st.integers(0, width))
    # Not below `::/16`, where the IPv4-mapped addresses are, which Pythons spell differently.
    address = draw(st.integers(2 ** (width - 16), 2**width - 1))
    network = family((address, length), strict=False)
    block = Block(str(network), Span(0, 0))
    if length == width:
        return Cidr(block, (), Span(0, 0))
    inside = st.tuples(st.integers(0, 2 ** (width - length) - 1), st.integers(length + 1, width))
    excepts = draw(st.lists(inside, max_size=3))
    first = int(network.network_address)
    inner = (family((first + offset, longer), strict=False) for offset, longer in excepts)
    return Cidr(block, tuple(Block(str(part), Span(0, 0)) for part in inner), Span(0, 0))


pods = st.one_of(refs, imported, selectors, stars, scoped)
"""Endpoints without sets and addresses."""


def bare(endpoints):
    """Endpoints as targets without ports."""
    return st.builds(Target, endpoints, st.none(), NOWHERE)


def sets_of(targets):
    """Sets of targets, nested up to three deep."""
    one = st.builds(SetOf, some(targets), NOWHERE)
    two = st.builds(SetOf, some(st.one_of(targets, bare(one))), NOWHERE)
    three = st.builds(SetOf, some(st.one_of(bare(two), targets), most=2), NOWHERE)
    return st.one_of(one, two, three)


nets = st.one_of(refs, imported, cidrs(), sets_of(bare(cidrs())))
sources = st.one_of(pods, cidrs(), sets_of(bare(st.one_of(pods, cidrs()))))
groups = st.one_of(pods, cidrs(), domains, sets_of(bare(st.one_of(pods, cidrs(), domains))))


# --- ports

protocols = st.sampled_from([None, "TCP", "UDP", "SCTP"])
numbers = st.one_of(st.sampled_from([1, 53, 80, 443, 65535]), st.integers(1, 65535))
port_ranges = st.builds(
    lambda ends, protocol: PortRange(min(ends), max(ends), protocol, Span(0, 0)), st.tuples(numbers, numbers), protocols
)
single_ports = st.builds(lambda port, protocol: PortRange(port, port, protocol, Span(0, 0)), numbers, protocols)
port_items = st.one_of(
    single_ports,
    port_ranges,
    st.builds(PortName, st.sampled_from(["http", "dns", "metrics-2"]), protocols, NOWHERE),
    st.builds(PortRef, st.none(), port_names, NOWHERE),
    st.builds(PortRef, port_names, names, NOWHERE),
    st.builds(EveryPort, protocols, NOWHERE),
)
ports = st.builds(Ports, some(port_items), NOWHERE)


# --- statements

with_ports = st.builds(Target, groups, ports, NOWHERE)
destinations = st.one_of(
    with_ports,
    bare(st.one_of(refs, imported)),
    bare(sets_of(st.one_of(st.builds(Target, pods, ports, NOWHERE), bare(imported)))),
)
imports = st.builds(Import, st.builds(Text, strings, NOWHERE), st.none() | words, NOWHERE)
names_by = st.builds(NamesBy, keys, NOWHERE)
strict_names = st.builds(StrictNames, NOWHERE)
baselines = st.builds(
    Baseline,
    st.booleans(),
    st.sampled_from(["ingress", "egress", "all"]),
    st.none() | pods | sets_of(bare(pods)),
    NOWHERE,
)
flows = st.one_of(
    st.builds(Flow, sources, st.just(value=False), destinations, st.sampled_from([None, "ingress", "egress"]), NOWHERE),
    st.builds(Flow, sources, st.just(value=True), with_ports, st.none(), NOWHERE),
)
assertions = st.builds(Assertion, st.sampled_from(["allow", "deny", "only"]), sources, destinations, NOWHERE)
declarations = st.one_of(
    st.builds(PodsDeclaration, declared, pods, NOWHERE),
    st.builds(GroupDeclaration, declared, groups, NOWHERE),
    st.builds(NetDeclaration, declared, nets, NOWHERE),
    st.builds(PortDeclaration, declared, ports, NOWHERE),
    st.builds(ServiceDeclaration, declared, st.builds(Target, groups, ports, NOWHERE), NOWHERE),
    st.builds(ParamDeclaration, st.sampled_from(["net", "port", "pods"]), declared, NOWHERE),
)
annotations = st.one_of(
    st.builds(
        Annotation,
        st.sampled_from(["owner", "reason", "ticket"]),
        strings.filter(str.strip),
        st.just(value=False),
        NOWHERE,
    ),
    st.builds(
        Annotation,
        st.just("annotation"),
        strings.map(lambda value: f"example.com/a={value}"),
        st.just(value=False),
        NOWHERE,
    ),
    st.builds(Annotation, st.just("expires"), st.dates().map(str), st.just(value=True), NOWHERE),
)


def items_of(statements):
    """Statements with a few annotations above them."""
    return st.builds(Item, st.just(()) | some(annotations, most=2), statements, NOWHERE)


policy_names = st.builds(PolicyName, declared, st.none() | selectors, pods, NOWHERE)
reduced = st.builds(Reduced, sources, st.none(), NOWHERE) | st.builds(Reduced, pods, pods, NOWHERE)
guardrails = st.builds(
    Guardrail,
    st.sampled_from(["always", "default"]),
    st.sampled_from(["allow", "deny"]),
    reduced,
    reduced,
    st.none() | ports,
    st.none() | st.sampled_from(["ingress", "egress"]),
    NOWHERE,
)
lines = st.one_of(flows, declarations, baselines, assertions, policy_names, guardrails)


def environments_of(statements):
    """Environments with such statements."""
    return st.builds(Environment, some(words, most=2), some(items_of(statements), least=0, most=2), NOWHERE)


namespaces = st.builds(NamespaceNames, some(words), NOWHERE)
open_namespaces = st.builds(Namespace, namespaces, st.none() | selectors, st.none(), NOWHERE)
namespace_blocks = st.builds(
    Namespace,
    namespaces,
    st.none() | selectors,
    some(items_of(st.one_of(lines, environments_of(lines))), least=0),
    NOWHERE,
)
top_level = st.one_of(lines, environments_of(lines), namespace_blocks, open_namespaces)
preambles = some(items_of(st.one_of(imports, names_by, strict_names)), least=0, most=2)


def trees():
    """Whole files without comments."""
    items = st.builds(lambda head, rest: head + rest, preambles, some(items_of(top_level), least=0))
    return st.builds(Tree, items)
