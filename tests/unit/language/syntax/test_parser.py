import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lark import Lark

from netpolc.language.syntax import tree as syntax
from netpolc.language.syntax.builder import TreeBuilder
from netpolc.language.syntax.parser import DEEPEST, parse, parse_flawless
from netpolc.language.syntax.printer import print_tree
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
    Node,
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
    Word,
)
from netpolc.source import Source, Span
from tests import grammar
from tests.rows import each_row
from tests.strategies.trees import trees

S = Span(0, 0)  # all spans are equal


def read(text):
    parsed = parse(Source("shop.netpol", text))
    assert parsed.diagnostics == (), text
    return parsed.tree


def codes(text):
    return [diagnostic.code for diagnostic in parse(Source("shop.netpol", text)).diagnostics]


def statement(text):
    (item,) = read(text).items
    return item.statement


def word(text):
    return Word(text, S)


def words(*texts):
    return NamespaceNames(tuple(map(word, texts)), S)


def name(text):
    return Ref(None, text, S)


def ports(*items):
    return Ports(items, S)


def port(first, last=None, protocol=None):
    return PortRange(first, last or first, protocol, S)


def to(endpoint, *items):
    return Target(endpoint, ports(*items) if items else None, S)


def flow(source, destination, half=None, *, both=False):
    return Flow(source, both, destination, half, S)


def guardrail(tier, action, source, destination, *, excepts=(None, None), half=None):
    ends = (Reduced(end, taken, S) for end, taken in zip((source, destination), excepts, strict=True))
    return Guardrail(tier, action, *ends, ports(port(1)), half, S)


def labels(*requirements):
    return Selector(tuple(Requirement(key, operator, values, S) for key, operator, values in requirements), S)


ENDPOINTS = {
    "webapp": name("webapp"),
    "2048-game": name("2048-game"),
    "a--b": name("a--b"),
    "_x": name("_x"),
    "any": name("any"),
    "platform.postgres": Ref("platform", "postgres", S),
    "*": Star(S),
    "data/postgres": Scoped(word("data"), name("postgres"), S),
    "data/*": Scoped(word("data"), Star(S), S),
    "*/*": Scoped(Star(S), Star(S), S),
    "*/postgres": Scoped(Star(S), name("postgres"), S),
    "data/[app=pg]": Scoped(word("data"), labels(("app", "=", ("pg",))), S),
    "[team=x]/*": Scoped(labels(("team", "=", ("x",))), Star(S), S),
    "[team=x]/[app=y]": Scoped(labels(("team", "=", ("x",))), labels(("app", "=", ("y",))), S),
    "[app=web]": labels(("app", "=", ("web",))),
    "[app==web]": labels(("app", "=", ("web",))),
    "[app!=web]": labels(("app", "!=", ("web",))),
    "[ app = web ]": labels(("app", "=", ("web",))),
    "[app=]": labels(("app", "=", ("",))),
    '[app=""]': labels(("app", "=", ("",))),
    "[app=foo.bar_1-x]": labels(("app", "=", ("foo.bar_1-x",))),
    "[app=1e3]": labels(("app", "=", ("1e3",))),
    "[a.b/c-d=e]": labels(("a.b/c-d", "=", ("e",))),
    "[canary, !legacy]": labels(("canary", "exists", ()), ("legacy", "absent", ())),
    "[! legacy]": labels(("legacy", "absent", ())),
    "[tier in (a, b), env notin (dev)]": labels(("tier", "in", ("a", "b")), ("env", "notin", ("dev",))),
    "[tier in(a)]": labels(("tier", "in", ("a",))),
    "[in in (in), notin notin (notin)]": labels(("in", "in", ("in",)), ("notin", "notin", ("notin",))),
    '[tier in ("", a)]': labels(("tier", "in", ("", "a"))),
    "[\n  a=b # why\n  c,\n]": labels(("a", "=", ("b",)), ("c", "exists", ())),
    "10.0.0.0/8": Cidr(Block("10.0.0.0/8", S), (), S),
    "2001:db8::/32": Cidr(Block("2001:db8::/32", S), (), S),
    "::/0": Cidr(Block("::/0", S), (), S),
    "10.0.0.0/8 except 10.1.0.0/16": Cidr(Block("10.0.0.0/8", S), (Block("10.1.0.0/16", S),), S),
    "::/0 except {fc00::/7, fe80::/10}": Cidr(Block("::/0", S), (Block("fc00::/7", S), Block("fe80::/10", S)), S),
    '"api.example.com"': Domain("api.example.com", S),
    "{a, data/b, 10.0.0.0/8}": SetOf(
        (to(name("a")), to(Scoped(word("data"), name("b"), S)), to(Cidr(Block("10.0.0.0/8", S), (), S))), S
    ),
    "{a,}": SetOf((to(name("a")),), S),
    "{\n  a\n  b # c\n\n  # d\n  {c}\n}": SetOf((to(name("a")), to(name("b")), to(SetOf((to(name("c")),), S))), S),
}

PORTS = {
    "5000": port(5000),
    "5432/tcp": port(5432, protocol="TCP"),
    "514/UDP": port(514, protocol="UDP"),
    "3868/sctp": port(3868, protocol="SCTP"),
    "8000-8100": port(8000, 8100),
    "8000-8100/udp": port(8000, 8100, "UDP"),
    "*": EveryPort(None, S),
    "*/udp": EveryPort("UDP", S),
    '"http"': PortName("http", None, S),
    '"dns"/udp': PortName("dns", "UDP", S),
    "metrics": PortRef(None, "metrics", S),
    "platform.metrics": PortRef("platform", "metrics", S),
    "8080-tls": PortRef(None, "8080-tls", S),
}

STATEMENTS = {
    "a -> b:1": flow(name("a"), to(name("b"), port(1))),
    "a->b:1": flow(name("a"), to(name("b"), port(1))),
    "a <-> b : 1": flow(name("a"), to(name("b"), port(1)), both=True),
    "a -> b:1 ingress": flow(name("a"), to(name("b"), port(1)), half="ingress"),
    "a -> b egress": flow(name("a"), to(name("b")), half="egress"),
    "a -> ingress:1 ingress": flow(name("a"), to(name("ingress"), port(1)), half="ingress"),
    "a -> {b:1, c}:{2, 3}": flow(name("a"), to(SetOf((to(name("b"), port(1)), to(name("c"))), S), port(2), port(3))),
    "db -> f00:17": flow(name("db"), to(name("f00"), port(17))),
    'import "../a.netpol"': Import(Text("../a.netpol", S), None, S),
    'import "a.netpol" as b': Import(Text("a.netpol", S), word("b"), S),
    "names by app.kubernetes.io/name": NamesBy("app.kubernetes.io/name", S),
    "strict names": StrictNames(S),
    "baseline deny ingress": Baseline(assume=False, direction="ingress", on=None, span=S),
    "baseline deny all": Baseline(assume=False, direction="all", on=None, span=S),
    "baseline assume deny egress on {a, b}": Baseline(
        assume=True, direction="egress", on=SetOf((to(name("a")), to(name("b"))), S), span=S
    ),
    "pods a = [x=y]": PodsDeclaration(word("a"), labels(("x", "=", ("y",))), S),
    "group a = {b, c/d}": GroupDeclaration(
        word("a"), SetOf((to(name("b")), to(Scoped(word("c"), name("d"), S))), S), S
    ),
    "net a = 10.0.0.0/8": NetDeclaration(word("a"), Cidr(Block("10.0.0.0/8", S), (), S), S),
    "port a = {1, 2-3/udp}": PortDeclaration(word("a"), ports(port(1), port(2, 3, "UDP")), S),
    "service a = b:1": ServiceDeclaration(word("a"), to(name("b"), port(1)), S),
    "policy a = *": PolicyName(word("a"), None, Star(S), S),
    "policy a-b [x=y] = c": PolicyName(word("a-b"), labels(("x", "=", ("y",))), name("c"), S),
    "always deny a/b -> c/*:1": guardrail(
        "always", "deny", Scoped(word("a"), name("b"), S), Scoped(word("c"), Star(S), S)
    ),
    "default  allow {a} except b->c except {d, *}:1 ingress": guardrail(
        "default",
        "allow",
        SetOf((to(name("a")),), S),
        name("c"),
        excepts=(name("b"), SetOf((to(name("d")), to(Star(S))), S)),
        half="ingress",
    ),
    "always allow 10.0.0.0/8 except 10.1.0.0/16 -> a:1": guardrail(
        "always", "allow", Cidr(Block("10.0.0.0/8", S), (Block("10.1.0.0/16", S),), S), name("a")
    ),
    "always -> deny:1": flow(name("always"), to(name("deny"), port(1))),
    "default <-> always:1": flow(name("default"), to(name("always"), port(1)), both=True),
    "param net a": ParamDeclaration("net", word("a"), S),
    "param port a": ParamDeclaration("port", word("a"), S),
    "param pods a": ParamDeclaration("pods", word("a"), S),
    "assert deny * -> a:22": Assertion("deny", Star(S), to(name("a"), port(22)), S),
    "assert only a -> b:*": Assertion("only", name("a"), to(name("b"), EveryPort(None, S)), S),
    "namespace a": Namespace(words("a"), None, None, S),
    "namespace {a}": Namespace(words("a"), None, None, S),
    "namespace {a, b,}": Namespace(words("a", "b"), None, None, S),
    "namespace {\n  a  # one\n  b\n} [x=y] {}": Namespace(words("a", "b"), labels(("x", "=", ("y",))), (), S),
    "namespace a [x=y, !z]": Namespace(words("a"), labels(("x", "=", ("y",)), ("z", "absent", ())), None, S),
    "namespace a [x=y]": Namespace(words("a"), labels(("x", "=", ("y",))), None, S),
    "namespace a {}": Namespace(words("a"), None, (), S),
    "namespace a { a -> b:1 }": Namespace(words("a"), None, (Item((), flow(name("a"), to(name("b"), port(1))), S),), S),
    "env a, b {\n  strict names\n}": Environment((word("a"), word("b")), (Item((), StrictNames(S), S),), S),
}

KEYWORDS = [
    "import",
    "as",
    "policy",
    "always",
    "default",
    "names",
    "by",
    "strict",
    "namespace",
    "env",
    "baseline",
    "assume",
    "deny",
    "allow",
    "only",
    "assert",
    "ingress",
    "egress",
    "all",
    "on",
    "in",
    "notin",
    "except",
    "pods",
    "group",
    "net",
    "port",
    "service",
    "param",
    "tcp",
    "udp",
    "sctp",
    "any",
    "to",
]
ROLES = (
    "{} -> a:1",
    "a -> {}:1",
    "{} <-> {}:1 egress",
    "{}/{} -> {}/*:1",
    "{}.{} -> a:{}.{}",
    "a -> b:{}",
    "[{}={}, {} in ({}, {}), !{}, {}] -> a:1",
    "{{{}, {}:1}} -> {{{}}}:1",
    "namespace {}",
    "namespace {} [{}={}] {{ {} -> {}:1 }}",
    "env {}, {} {{ {} -> {}:1 }}",
    "baseline deny all on {}",
    "baseline assume deny ingress on {{{}, {}}}",
    "pods {} = {}",
    "group {} = {{{}, {}}}",
    "net {} = {}",
    "port {} = {}",
    "service {} = {}:{}",
    "param net {}",
    "assert only {} -> {}:{}",
    'import "x.netpol" as {}',
    "names by {}",
)


@each_row("text, endpoint", ENDPOINTS.items())
def test_endpoints(text, endpoint):
    assert statement(f"{text} -> z:1").source == endpoint
    assert statement(f"z -> {text}:1").destination == to(endpoint, port(1))


@each_row("text, item", PORTS.items())
def test_ports(text, item):
    assert statement(f"a -> b:{text}").destination == to(name("b"), item)
    assert statement(f"port x = {text}").value == ports(item)
    assert statement(f"a -> b:{{1, {text},\n{text}}}").destination == to(name("b"), port(1), item, item)


@each_row("text, expected", STATEMENTS.items())
def test_statements(text, expected):
    assert statement(text) == expected
    assert statement(f"\n# first\n\t{text} # why\n") == expected


def test_annotations_belong_to_the_statement_below():
    (item,) = read('@owner("a \\"b\\" \\u00e9") # who\n@expires(2027-01-31)\n\na -> b:1').items
    assert item.annotations == (
        Annotation("owner", 'a "b" é', date=False, span=S),
        Annotation("expires", "2027-01-31", date=True, span=S),
    )
    assert isinstance(item.statement, Flow)


BROKEN_LINES = {
    "{a, data/postgres} -> b:1": "{a, data/↵postgres} -> b:1",
    "a -> {b:80, c:{81, 82}}": "a -> {b:↵80, c:↵{81, 82}}",
    "net n = {10.0.0.0/8 except 10.1.0.0/16}": "net n = {10.0.0.0/8↵except 10.1.0.0/16}",
    "net n = {10.0.0.0/8 except {10.1.0.0/16}}": "net n = {10.0.0.0/8 except↵{10.1.0.0/16}}",
    "net n = {::/0 except fc00::/7}": "net n = {::/0↵except fc00::/7}",
    "[k=v] -> b:1": "[k↵=v] -> b:1",
    "[k!=v] -> b:1": "[k↵!= v] -> b:1",
    "[!k] -> b:1": "[!↵k] -> b:1",
    "[k in (a, b)] -> b:1": "[k↵in↵(↵a↵,↵b↵)↵] -> b:1",
    "[k notin (a), in] -> b:1": "[k↵notin↵(a)↵in↵] -> b:1",
    '@reason("x")\na -> b:1': '@reason(↵"x"↵)\na -> b:1',
}


@pytest.mark.parametrize(("text", "broken"), BROKEN_LINES.items())
@pytest.mark.parametrize("end", ["\n", "\r\n", " # a = ( b\n\n  # !=\n\t"])
def test_within_brackets_a_line_may_be_broken_where_it_cannot_end(text, broken, end):
    assert statement(broken.replace("↵", end)) == statement(text)


def test_names_on_lines_of_their_own_within_brackets_are_members():
    members = statement("{10.0.0.0/8\nexcept\n10.1.0.0/16\nin} -> b:1").source.members
    assert [type(member.endpoint) for member in members] == [Cidr, Ref, Cidr, Ref]
    assert statement("[k\nin\nnotin in (a)] -> b:1").source == labels(
        ("k", "exists", ()), ("in", "exists", ()), ("notin", "in", ("a",))
    )


@pytest.mark.parametrize("text", ["net n = 10.0.0.0/8\nexcept 10.1.0.0/16", "a -> data/\nb:1", "a -> b:\n80"])
def test_outside_of_brackets_a_newline_ends_a_statement(text):
    assert codes(text)[0] == "NP101"


@pytest.mark.parametrize("text", ["[k=\nv] -> b:1", "[k!= # why\n\n  v, x] -> b:1"])
def test_a_value_below_its_sign_is_neither_that_nor_a_key(text):
    (found,) = parse(Source("shop.netpol", text)).diagnostics
    assert (found.message, found.location.text) == ("the value of `k` is on another line", "k")
    assert codes("[k=\n] -> b:1") == codes("[k=,\nv] -> b:1") == codes('[k=""\nv] -> b:1') == []


@pytest.mark.parametrize("text", ["a -> b:80\rc -> d:90\r", "# why\ra -> b:80", "\ra -> b:80"])
def test_a_file_without_newlines_is_refused_once(text):
    source = Source("shop.netpol", text)
    (found,) = parse(source).diagnostics
    assert (found.code, found.location.text, found.help) == ("NP105", "\r", "save it with LF or CRLF line ends")
    assert not parse(source).complete
    assert parse_flawless(source) is None
    assert codes("a -> b:80\r") == []


@given(trees())
def test_carriage_returns_and_a_last_newline_mean_nothing(tree):
    text = print_tree(tree)
    assert read(text.replace("\n", "\r\n")).items == tree.items
    assert read(text.rstrip("\n")).items == tree.items


def nodes(value):
    if isinstance(value, Node):
        yield value
        for field in value.__struct_fields__:
            yield from nodes(getattr(value, field))
    elif isinstance(value, tuple):
        for element in value:
            yield from nodes(element)


@given(trees())
def test_spans_hold_exactly_the_text_of_their_nodes(tree):
    text = print_tree(tree)
    for node in nodes(read(text).items):
        span = node.span
        assert 0 <= span.start < span.end <= len(text)
        shown = text[span.start : span.end]
        assert shown == shown.strip()
        match node:
            case Word() | Block():
                assert shown == node.text
            case Ref():
                assert shown == (node.name if node.alias is None else f"{node.alias}.{node.name}")
            case Star():
                assert shown == "*"
            case Selector():
                assert (shown[0], shown[-1]) == ("[", "]")
            case SetOf():
                assert (shown[0], shown[-1]) == ("{", "}")


@each_row("keyword", KEYWORDS)
def test_nothing_is_reserved(keyword):
    for role in ROLES:
        text = role.replace("{}", keyword).replace("{{", "{").replace("}}", "}")
        tree = read(text)
        assert len(tree.items) == 1, text
        assert read(print_tree(tree)) == tree


def test_every_keyword_of_the_grammar_is_tried():
    # A class of characters is no word; what is left are the words that keyword terminals match.
    patterns = re.findall(r"^\w+\.5: (.*)$", grammar.GRAMMAR, re.MULTILINE)
    words = {word for pattern in patterns for word in re.findall(r"[a-z]{2,}", re.sub(r"\[[^]]*\]", " ", pattern))}
    assert words <= set(KEYWORDS)


BAD_TOKENS = {
    "a -> b:0": ("NP302", "0"),
    "a -> b:65536": ("NP302", "65536"),
    "a -> b:99999999999999999999": ("NP302", "99999999999999999999"),
    "a -> b:1-65536": ("NP302", "1-65536"),
    "a -> b:90-80": ("NP303", "90-80"),
    "a -> b:80/tls": ("NP101", "tls"),
    'a -> b:"x\\q"': ("NP104", "\\q"),
    'a -> b:"\\u12"': ("NP104", "\\u"),
    'a -> b:"\\ud800"': ("NP104", "\\ud800"),
    'a -> b:"\x01"': ("NP104", "\x01"),
    '@team("x")\na -> b:1': ("NP109", "team"),
    '@annotation("a")\npolicy x = a': ("NP109", '"a"'),
    '@annotation("a: b")\npolicy x = a': ("NP109", '"a: b"'),
    "@annotation(2027-01-31)\npolicy x = a": ("NP109", "2027-01-31"),
    "@owner(2027-01-31)\na -> b:1": ("NP109", "2027-01-31"),
    '@expires("soon")\na -> b:1': ("NP109", '"soon"'),
    "@expires(2027-02-30)\na -> b:1": ("NP109", "2027-02-30"),
    '@owner(" ")\na -> b:1': ("NP109", '@owner(" ")'),
}


@each_row("text, code, place", [(text, *found) for text, found in BAD_TOKENS.items()])
def test_tokens_that_mean_nothing_are_reported_at_their_place_and_the_statement_is_kept(text, code, place):
    parsed = parse(Source("shop.netpol", text))
    (found,) = parsed.diagnostics
    assert (found.code, found.location.text) == (code, place)
    assert found.help
    assert len(parsed.tree.items) == 1


def test_a_reversed_range_is_swapped_by_its_fix():
    (found,) = parse(Source("shop.netpol", "a -> b:90-80")).diagnostics
    assert [edit.text for fix in found.fixes for edit in fix.edits] == ["80-90"]


@pytest.mark.parametrize("pair", ["{}", "[]", "()"])
def test_brackets_nest_to_a_limit_and_no_deeper(pair):
    assert "NP106" not in codes(pair[0] * DEEPEST)
    assert codes(f"a -> b:1\n{pair[0] * 100_000}") == ["NP106"]


def test_deep_but_allowed_brackets_are_read():
    text = "{" * DEEPEST + "a" + "}" * DEEPEST
    assert codes(f"{text} -> b:1") == []


def test_brackets_in_strings_and_comments_do_not_nest():
    assert codes(f'# {"{" * 100}\na -> b:1\n@reason("{"[" * 100}")\na -> b:1') == []


@given(st.text(alphabet="ab0-*/.,:;=!<>@#\"'\\{}[]() \n\té\u200b", max_size=60))
def test_any_text_is_read_or_refused_with_errors_inside_of_it(text):
    parsed = parse(Source("shop.netpol", text))
    assert len({d.order for d in parsed.diagnostics}) == len(parsed.diagnostics)
    for diagnostic in parsed.diagnostics:
        assert 0 <= diagnostic.location.span.start <= diagnostic.location.span.end <= len(text)


def test_the_grammar_has_no_collisions():
    Lark(grammar.GRAMMAR, parser="lalr", lexer="contextual", strict=True)


def test_every_rule_of_the_grammar_is_built():
    rules = grammar.parser().rules
    seen = {rule.alias or rule.origin.name.value for rule in rules if not rule.origin.name.startswith("_")}
    inlined = {rule.origin.name.value for rule in rules if rule.options.expand1}
    assert seen - inlined == {method for method in vars(TreeBuilder) if not method.startswith("_")}


def test_every_node_of_the_tree_is_read_somewhere():
    kinds = {type(node) for text in (*STATEMENTS, '@owner("x")\na -> b:1') for node in nodes(read(text).items)}
    kinds |= {type(node) for text in ENDPOINTS for node in nodes(read(f"{text} -> b:1").items)}
    kinds |= {type(node) for text in PORTS for node in nodes(read(f"a -> b:{text}").items)}
    declared = {value for value in vars(syntax).values() if isinstance(value, type) and issubclass(value, Node)}
    assert declared - kinds == {Node, syntax.Comment, syntax.Tree}
