import functools
import re
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netpolc.api import compile_text
from netpolc.diagnostics.fixing import Chosen, harm, texts_with
from netpolc.language.syntax.mistakes.expectations import WORDS, in_words, sentence
from netpolc.language.syntax.mistakes.recovery import MOST_MISTAKES
from netpolc.language.syntax.parser import parse
from netpolc.language.syntax.printer import print_tree
from netpolc.language.syntax.tree import Environment, Flow, Namespace
from netpolc.source import Source
from tests import grammar
from tests.rows import each_row
from tests.strategies.scribbles import Scribbler
from tests.strategies.trees import trees


@functools.cache
def terminals():
    return {terminal.name for terminal in grammar.parser().terminals} | {"$END"}


@functools.cache
def jargon():
    """What only the parser calls so."""
    names = "|".join(re.escape(name) for name in terminals() - {"$END"})
    return re.compile(rf"\b(?:{names})\b|\$END|__ANON|Token\(")


QUOTED = re.compile(r"`[^`]*`|`.*", re.DOTALL)

# Statements that mean nothing, each with the code of its one error.
BROKEN = {
    "a => b:80": "NP102",
    "a -> b:80 and more": "NP101",
    "a b c": "NP101",
    "pods x [app=x]": "NP101",
    "a -> {b, c}}:80": "NP107",
    "namespace { a -> b:80 }": "NP101",
    "namespace {\n  # why\n  baseline deny all\n  a -> b:80\n}": "NP101",
    "namespace {a, b} -> c:80": "NP101",
    "a -> {b; c}:80": "NP101",
    "a -> [app=x, =]:80": "NP101",
    "[app=x -> b:80": "NP107",
    "a -> {b, c:80": "NP107",
    "a -> b:{80, 443": "NP107",
    "[app in (x] -> b:80": "NP107",
    'a -> b:"http': "NP104",
    "env prod a { b -> c:80 }": "NP101",
    "env prod a {\n  b -> c:80\n}": "NP101",
    'namespace "x" {\n  b -> c:80\n}': "NP101",
    "a -> {\n  b c\n  d\n}:80": "NP101",
    "baseline deny\n": "NP101",
    "@owner(x)\na -> b:80": "NP109",
    "@owner a -> b:80": "NP101",
    "a -> 'b':80": "NP104",
    "a ->": "NP101",
    "-> b:80": "NP101",
    "}": "NP107",
    "a -> {b -> c:80}": "NP101",
    "{a,\n b c} -> d:80": "NP101",
    "[app=x -> y] -> b:80": "NP101",
    "a -> b:80 ]": "NP107",
    "(a) -> b:80": "NP101",
    "a -> b:80 \\": "NP101",
    "%": "NP101",
    "env prod,\nstaging {\n  b -> c:80\n}": "NP101",
    "env prod\n{\n  b -> c:80\n}": "NP101",
    "a ->\n  b:80": "NP101",
    "a ->\n  b:{80,\n  443}": "NP101",
    "a ->\n  data/[app in (x,\n  y)]:80": "NP101",
    "a -> b:80; c": "NP101",
    "[x in (a,)] -> b:1": "NP101",
}
# Whether the next line goes on with these can only be guessed, unless it tells by itself.
RUN_ON = {"}", "a -> {b, c:80", "a -> b:{80, 443"}
FRAMES = ("{}\n", "namespace n {{\n{}\n}}\nlast2 -> x:1", "env e {{\n{}\n}}\n", "namespace n\n{}")


def parsed(text):
    return parse(Source("shop.netpol", text))


def codes(text):
    return [diagnostic.code for diagnostic in parsed(text).diagnostics]


def sources(items):
    """The names of the sources of all flows, within blocks, too."""
    found = []
    for item in items:
        match item.statement:
            case Flow():
                found.append(getattr(item.statement.source, "name", "?"))
            case Namespace() | Environment():
                found += sources(item.statement.body or ())
    return found


@each_row("broken, code", BROKEN.items())
@pytest.mark.parametrize(
    "frame", ["{}\n", "namespace n {{\n{}\n}}\nlast2 -> x:1", "env e {{\n{}\n}}\n", "namespace n\n{}"]
)
def test_the_statements_around_an_error_are_read_and_it_is_said_once(broken, code, frame):
    if "}}" in frame and broken in {"}", "a -> {b, c}}:80"}:
        return  # it closes the frame
    inner = f"first -> x:1\n{broken}\nlast -> x:1"
    result = parsed(frame.format(inner))
    assert [diagnostic.code for diagnostic in result.diagnostics] == [code]
    found = sources(result.tree.items)
    assert found[0] == "first"
    assert "last" in found
    assert ("last2" in found) == ("last2" in frame)


@each_row("broken", BROKEN)
def test_no_fix_brings_another_error(broken):
    said = compile_text(f"{broken}\n").diagnostics
    for finding in said:
        for fix in finding.fixes:
            chosen = [Chosen(finding, fix)]
            (text,) = texts_with(chosen).values()
            assert harm(chosen, said, compile_text(text).diagnostics) == []


@each_row(
    "below",
    [
        "0.0.0.0/0 except {\n  0.0.0.0/1, # half {\n  128.0.0.0/2\n} -> last:1",
        "[app in (\n  last # (\n)] <-> x:1",
        "last -> {\n  x:1\n}",
    ],
)
def test_a_statement_over_lines_is_not_what_the_one_above_lacks(below):
    result = parsed(f"first -> x:1\na ->\n{below}\nb -> x:1\n")
    (found,) = result.diagnostics
    assert (found.code, found.location.line) == ("NP101", 2)
    assert len(sources(result.tree.items)) == 3


def test_every_error_of_a_file_is_reported_in_order():
    broken = [text for text in BROKEN if text != "}"]
    assert codes("\nok -> x:1\n".join(broken) + "\nok -> x:1\n") == [BROKEN[text] for text in broken]


@given(trees(), st.integers(0, 2**32), st.sampled_from(sorted(BROKEN.keys() - RUN_ON)))
@settings(max_examples=30)
def test_an_error_between_any_statements_hides_none_of_them(tree, seed, broken):
    random = Random(seed)
    at = random.randint(0, len(tree.items))
    before, after = (
        "".join(Scribbler(random).body((item,)) + "\n" for item in items)
        for items in (tree.items[:at], tree.items[at:])
    )
    result = parsed(f"{before}\n{broken}\n{after}")
    assert [diagnostic.code for diagnostic in result.diagnostics] == [BROKEN[broken]]
    assert result.tree.items[:at] == tree.items[:at]
    assert result.tree.items[len(result.tree.items) - len(tree.items) + at :] == tree.items[at:]


UNCLOSED = {
    "namespace shop {⟦⟧\na -> b:80": ["namespace shop {"],
    "env prod {\n  namespace shop {\n    a -> b:80\n": ["env prod {", "  namespace shop {"],
    "namespace shop {\n  a ->": ["namespace shop {"],
    "namespace shop {\n  a -> {b,\n  c\n": ["namespace shop {", "  a -> {"],
    "a -> {b, c:80": ["a -> {"],
    "[app in (x": ["[app in ("],
    "namespace shop {\n  a -> b:{80\n}\n": ["namespace shop {"],
}


@each_row("text, openers", UNCLOSED.items())
def test_brackets_that_are_never_closed_are_pointed_at(text, openers):
    text = text.replace("⟦⟧", "")
    found = [diagnostic for diagnostic in parsed(text).diagnostics if diagnostic.code == "NP107"]
    shown = [text[: d.location.span.end].rsplit("\n", 1)[-1] for d in found]
    assert sorted(shown) == sorted(openers)


def test_a_line_that_must_be_a_statement_ends_the_one_above():
    (found,) = parsed("a -> {b, c:80\nd -> e:80\nf -> g:80\n").diagnostics
    assert (found.code, found.location.line) == ("NP107", 1)
    assert [label.location.text for label in found.labels] == ["d -> e:80"]


@pytest.mark.parametrize("text", ["a -> b:80 # {[(", 'import "{[("', '@reason("} ->")\na -> b:80'])
def test_brackets_in_comments_and_strings_are_none(text):
    assert codes(f"x => y:80\n{text}\nx => y:80") == ["NP102", "NP102"]


def test_what_follows_a_block_on_its_line_leaves_the_block_closed():
    result = parsed("namespace shop { a -> b:80 } c -> d:80\ne => f:80\n")
    assert [diagnostic.code for diagnostic in result.diagnostics] == ["NP101", "NP102"]
    assert sources(result.tree.items) == ["a"]


def test_after_very_many_errors_the_rest_is_left_unread():
    assert len(codes("a => b:80\n" * 20_000)) == MOST_MISTAKES


@pytest.mark.parametrize(
    "text", ["{" * 60 + "\n" * 80_000, "a -> {" + "b\n" * 20_000, "[" + "a," * 20_000, "x:\n" * 20_000]
)
def test_large_broken_texts_take_little_time(text):
    assert codes(text)


# What could stand there, in users' words.


def test_every_terminal_has_words():
    unsaid = {name for name in terminals() - set(grammar.parser().ignore_tokens) if not name.startswith("KW_")} - set(
        WORDS
    )
    assert unsaid == set()
    assert set(WORDS) <= terminals()


def test_every_state_of_the_parser_has_something_to_expect():
    table = grammar.parser().parser.parser._parse_table
    for actions in table.states.values():
        accepted = {name for name in actions if name in terminals()}
        words = in_words(accepted)
        assert words or accepted <= {"$END"} or not accepted
        assert len(set(words)) == len(words)
        assert jargon().search(sentence(words)) is None


def prose(diagnostic):
    """What a diagnostic says by itself, the user's text and netpol's taken out."""
    said = [
        diagnostic.message,
        diagnostic.label,
        diagnostic.help or "",
        *(label.message for label in diagnostic.labels),
    ]
    return " ".join(QUOTED.sub("`", text) for text in said)


@given(trees(), st.data())
@settings(max_examples=40)
def test_no_truncation_of_a_valid_text_is_answered_in_the_parsers_terms(tree, data):
    text = print_tree(tree)
    cut = data.draw(st.integers(0, len(text)))
    for diagnostic in parsed(text[:cut]).diagnostics:
        assert jargon().search(prose(diagnostic)) is None
        assert diagnostic.message == diagnostic.message.strip().rstrip(".")
        assert diagnostic.message[0] == "`" or diagnostic.message[0].islower() or diagnostic.message.startswith("YAML")


@given(trees(), st.data())
@settings(max_examples=40)
def test_no_deletion_from_a_valid_text_is_answered_in_the_parsers_terms(tree, data):
    text = print_tree(tree)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 8)))
    result = parsed(text[:start] + text[end:])
    for diagnostic in result.diagnostics:
        assert jargon().search(prose(diagnostic)) is None
    places = [diagnostic.order for diagnostic in result.diagnostics]
    assert len(set(places)) == len(places)


EXPECTED = {
    "a -> b:80 x": "`ingress`, `egress` or the end of the line",
    "a": "`->` or `<->`",
    "a -> b:": "ports (`80`, `8000-8100/udp`, `{…}` or `*`)",
    "a ->": "an endpoint (a name, `[labels]`, `*`, `{…}` or an address block)",
    "data/": "pods (a name, `[labels]` or `*`)",
    "baseline deny none": "`ingress`, `egress` or `all`",
    "@owner": "`(`",
    "->": "a statement",
    "[app ? x]": "`=`, `!=`, `in (…)`, `notin (…)`, `,` or `]`",
    "assert maybe a -> b:80": "`allow`, `deny` or `only`",
    "env prod": "`{` or `,`",
    "a -> b:80/": "`tcp`, `udp` or `sctp`",
}


@each_row("text, words", EXPECTED.items())
def test_what_is_expected_is_said_in_the_words_of_users(text, words):
    (found,) = parsed(text).diagnostics
    assert found.label == f"expected {words}"


SPELLED = {
    "a -> b:80 ingres": "a -> b:80 ingress",
    "a -> 10.0.0.0/8 excpt 10.1.0.0/16:80": "a -> 10.0.0.0/8 except 10.1.0.0/16:80",
    "baseline deny ingresss": "baseline deny ingress",
    "param nets x": "param net x",
}


@pytest.mark.parametrize(("text", "mended"), SPELLED.items())
def test_a_misspelt_word_is_mended(text, mended):
    (found,) = parsed(text).diagnostics
    ((edit,),) = (fix.edits for fix in found.fixes)
    span = edit.location.span
    assert text[: span.start] + edit.text + text[span.end :] == mended
    assert codes(mended) == []
