"""What is highlighted, held against the tokens of the parser, so that the two cannot drift apart."""

import json
import re
from functools import cache
from pathlib import Path

import pytest
from lark.exceptions import UnexpectedInput
from pygments.token import Error, Whitespace

from netpolc.language.highlighting.lexer import TOKENS, NetpolLexer
from netpolc.language.highlighting.pieces import pieces
from netpolc.language.highlighting.rules import rules, terminals
from netpolc.language.highlighting.textmate import SCOPES, grammar
from netpolc.language.syntax.builder import TreeBuilder
from netpolc.language.syntax.lark_parser import _machine
from netpolc.source import Source

ROOT = Path(__file__).parents[4]
GRAMMAR = ROOT / "editors" / "netpol.tmLanguage.json"
KINDS = {
    "keyword": "_AS ASSUME _DENY DIRECTION HALF _ON KIND QUANTIFIER ACTION IN NOTIN _EXCEPT _EXCEPT_BELOW",
    "operator": "TO BOTH _COLON _EQUALS EQUAL NOT SLASH COLON DOT",
    "punctuation": "LBRACE RBRACE LSQB RSQB RPAR LPAR COMMA",
    "annotation": "AT",
    "address": "ADDRESS",
    "date": "DATE",
    "string": "STRING",
    "number": "NUMBER RANGE",
    "protocol": "PROTOCOL",
    "wildcard": "STAR",
    "key": "KEY",
    "value": "VALUE",
    "name": "NAME",
}
KIND_OF = {terminal: kind for kind, several in KINDS.items() for terminal in several.split()}
NAMES = {"name", "declared", "annotation"}
"""What a name may be, which depends on what is before it."""

EXAMPLES = sorted(
    path for path in (*(ROOT / "examples").rglob("*.netpol"), *(ROOT / "tests" / "golden").rglob("*.netpol"))
)


def tokens_of(text):
    """The tokens of the parser, with their places."""
    parser, reductions = _machine()
    reductions.builder = TreeBuilder(Source("", text))
    return [each for each in parser.parse_interactive(text + "\n").iter_parse() if each.type != "_NL"]


def kind_of(terminal):
    return "keyword" if terminal.startswith("KW_") else KIND_OF[terminal]


@cache
def compiled(pattern):
    return re.compile(pattern)


def by_textmate(text):
    """The kind of each character by the TextMate grammar, as an editor reads it: line by line."""
    document, found = json.loads(grammar()), []
    states = [(document["patterns"], None)]
    for line in text.splitlines(keepends=True):
        of_line, at = [None] * len(line), 0
        while (best := first_match(document, states[-1], line, at)) is not None:
            match, captures, then = best
            for number, scope in captures.items():
                start, stop = match.span(int(number))
                if start >= 0:
                    of_line[start:stop] = [KIND_OF_SCOPE[scope["name"]]] * (stop - start)
            if then == "leave":
                states.pop()
            elif then is not None:
                states.append((then["patterns"], then))
            at = max(at, match.end()) + (match.end() == at and then is None)
        found += of_line
    return found


KIND_OF_SCOPE = {scope: kind for kind, scope in SCOPES.items()}


def first_match(document, state, line, at):
    """The match that begins first, of the end of a state before its patterns, what it captures, and what is next."""
    patterns, end = state
    tried = [] if end is None else [(compiled(end["end"]).search(line, at), end["endCaptures"], "leave")]
    for each in patterns:
        for rule in document["repository"]["selector"]["patterns"] if "include" in each else [each]:
            match = compiled(rule.get("match") or rule["begin"]).search(line, at)
            tried.append((match, rule.get("captures") or rule["beginCaptures"], rule if "begin" in rule else None))
    return min((each for each in tried if each[0]), key=lambda each: each[0].start(), default=None)


def by_pygments(text):
    kinds = {token: kind for kind, token in TOKENS.items()}
    found = [None] * len(text)
    for at, token, value in NetpolLexer(stripnl=False, ensurenl=False).get_tokens_unprocessed(text):
        assert token is not Error, f"{value!r} at {at}"
        found[at : at + len(value)] = [None if token is Whitespace else kinds[token]] * len(value)
    return found


def by_pieces(text):
    found = [*pieces(text)]
    assert "".join(piece for piece, _ in found) == text
    return [kind for piece, kind in found for _ in piece]


def differences(text, kinds):
    for each in tokens_of(text):
        expected = kind_of(each.type)
        at = each.start_pos + len(each) - len(each.lstrip())
        shown = kinds[at] if at < len(kinds) else expected
        if shown != expected and not (expected == "name" and shown in NAMES):
            yield f"{each.type} {str(each)!r} at {at} ({text[max(0, at - 20) : at + 20]!r}): {shown}"


@pytest.mark.parametrize("kinds", [by_textmate, by_pygments, by_pieces])
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_the_tokens_of_examples_are_what_is_highlighted(path, kinds):
    text = path.read_text("utf-8")
    assert [*differences(text, kinds(text))] == []


@pytest.mark.parametrize("kinds", [by_pygments, by_pieces])
def test_the_tokens_of_documents_are_what_is_highlighted(kinds):
    documents = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    blocks = [
        each for path in documents for each in re.findall(r"(?ms)^```netpol[^\n]*\n(.*?)^```", path.read_text("utf-8"))
    ]
    assert len(blocks) > 100
    wrong = []
    for block in blocks:
        try:
            tokens_of(block)
        except UnexpectedInput:  # what a document shows as a mistake
            continue
        wrong += differences(block, kinds(block))
    assert wrong == []


TEXTS = """\
baseline deny ingress
namespace shop
ingress -> egress:80 ingress
namespace -> env:{53/udp, metrics, 8000-8100}
web -> ingress
env prod { net office = 10.0.0.0/8 except {10.1.0.0/16, 10.2.0.0/16} }
pods db = [app=postgres, tier in (a, b), !old, zone notin (c), x != y, z == w]
{[app in (a, b)]/web, */agent} -> "example.com":443
@owner("shop")
@expires(2027-01-31)
web <-> api:*/tcp
a -> 2001:db8::/32:443
import "std" as s
s.dns -> [app.kubernetes.io/name=x]/*:"http"/tcp
param net office
assert only {a, b} -> c:1
always deny */* except {vault/*, backup/agent} -> vault/*:8200
names by app.kubernetes.io/name
strict names
baseline assume deny all on [app=x]
policy x [a=b] = {web}
net multi = {10.0.0.0/8
  except 10.1.0.0/16, 192.0.2.0/24}
in -> except
pods as = on
"""


@pytest.mark.parametrize("kinds", [by_textmate, by_pygments, by_pieces])
@pytest.mark.parametrize("text", [*TEXTS.splitlines(), TEXTS])
def test_words_that_are_keywords_elsewhere_are_names(text, kinds):
    try:
        tokens_of(text)
    except UnexpectedInput:  # a part of a statement
        return
    assert [*differences(text, kinds(text))] == []


def test_each_keyword_of_the_grammar_is_one():
    patterns = "".join(each.pattern for each in rules().outside)
    assert [name for name, pattern in terminals().items() if name.startswith("KW_") and pattern not in patterns] == []


def test_the_grammar_for_editors_is_the_one_of_these_rules(request):
    if request.config.getoption("--update-golden"):
        GRAMMAR.write_text(grammar(), encoding="utf-8")
    assert GRAMMAR.read_text("utf-8") == grammar()
