import pickle

import pytest
from lark.exceptions import GrammarError

from netpolc.language.syntax import lalr, tables
from netpolc.language.syntax.builder import TreeBuilder
from netpolc.language.syntax.fast_parser import Driver
from netpolc.language.syntax.tables import GrammarRule
from netpolc.source import Source
from tests.grammar import GRAMMAR, parser

BROKEN = {
    "nothing": b"",
    "garbage": b"garbage",
    "cut short": pickle.dumps(("data", "memo"), protocol=5)[:-3],
    "no pair": pickle.dumps("abc"),
    "three": pickle.dumps((1, 2, 3)),
    "an unknown class": b"cnetpolc.gone\nGone\n.",
    "an unknown module": b"cgone.module\nGone\n.",
    "an empty stack": b".",
    "a bad opcode": b"\xff",
}


def tables_of(grammar):
    return tables.decode(lalr.encoded_tables(grammar))


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_what_is_no_parser_is_not_read(content):
    assert lalr._unpickled(content) is None


def test_a_parser_belongs_to_a_grammar_and_a_lark(monkeypatch):
    stamp = lalr.stamp(GRAMMAR)
    assert stamp != lalr.stamp(GRAMMAR + "\n")
    monkeypatch.setattr(lalr.lark, "__version__", "0")
    assert stamp != lalr.stamp(GRAMMAR)


def test_the_wheel_carries_what_is_looked_for():
    shipped = lalr.shipped(GRAMMAR)
    assert shipped.keys() == {tables.NAME, lalr.NAME}
    assert shipped[lalr.NAME].startswith(lalr.stamp(GRAMMAR))
    content = shipped[tables.NAME].removeprefix(tables.stamp(GRAMMAR))
    text = "namespace shop\n{a, [b=c]} -> d:{80, 53/udp} ingress # why\n"
    items = Driver(tables.decode(content)).parse(text, TreeBuilder(Source("f", text)))
    assert len(items) == 2


def test_rules_say_what_becomes_of_their_symbols():
    found = tables_of(
        'start: _X? [a] _list "c" b?\n_list: A ("," A)*\n?a: b\nb: B\nA: "a"\nB: "b"\n_X: "x"\n',
    ).rules
    assert GrammarRule("start", 5, 3, "c*c", "start", spliced=False) in found
    assert GrammarRule("start", 2, 1, "-*", "start", spliced=False) in found
    assert GrammarRule("_list", 1, 1, "", "", spliced=True) in found
    assert GrammarRule("a", 1, 1, "", "", spliced=False) in found
    assert GrammarRule("b", 1, 1, "", "b", spliced=False) in found


def test_what_is_absent_at_the_end_is_left_out():
    found = tables_of('start: a [b] [c]\na: "a"\nb: "b"\nc: "c"\n').rules
    assert GrammarRule("start", 1, 1, "", "start", spliced=False) in found
    assert GrammarRule("start", 2, 2, "", "start", spliced=False) in found
    assert GrammarRule("start", 2, 2, "c-c", "start", spliced=False) in found


@pytest.mark.parametrize(
    ("grammar", "message"),
    [
        ("start: a\n?a: _b\n_b: A+\nA: /a/\n", "one child or several"),
        ('start: a b\na: "," B\nb: COMMA B\nCOMMA: ","\nB: "b"\n', "COMMA"),
    ],
)
def test_what_the_tables_cannot_say_is_refused(grammar, message):
    with pytest.raises(GrammarError, match=message):
        lalr.encoded_tables(grammar)


def test_states_that_only_rename_are_passed_by():
    found = tables_of(GRAMMAR)
    renaming = {
        number for number, rule in enumerate(found.rules) if rule.size == 1 and not (rule.builds or rule.spliced)
    }
    entered = {row[symbol] for row in found.rows for symbol in row if symbol.islower()}
    for state in entered - {found.end}:
        actions = set(found.rows[state].values())
        assert len(actions) > 1 or ~min(actions) not in renaming


def test_fixed_texts_can_be_told_apart_whatever_else_is_tried():
    """What lets states share a pattern that differ in fixed texts alone, and what lets them be tried last."""
    fixed = [terminal.pattern.value for terminal in parser().terminals if lalr._is_fixed(terminal)]
    assert not [(one, two) for one in fixed for two in fixed if one != two and two.startswith(one)]
    for lexer in parser().parser.lexer.lexers.values():
        assert lexer.scanner
        assert lexer.callback == {}
        kinds = [lalr._is_fixed(terminal) for terminal in lexer.terminals]
        assert kinds == sorted(kinds)
