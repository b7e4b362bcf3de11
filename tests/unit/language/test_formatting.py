from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netpolc.language import formatting
from netpolc.language.formatting import Formatted, format_source
from netpolc.language.syntax.printer import print_tree
from netpolc.source import Source
from tests.strategies.scribbles import Scribbler
from tests.strategies.trees import trees


def test_a_file_is_laid_out():
    assert format_source(Source("x", "a->b:80")) == Formatted("a -> b:80\n", changed=True, diagnostics=())


@pytest.mark.parametrize("text", ["", "a -> b:80\n", "# x\n"])
def test_a_file_in_the_layout_is_unchanged(text):
    assert format_source(Source("x", text)) == Formatted(text, changed=False, diagnostics=())


@pytest.mark.parametrize("text", ["\ufeffa -> b:80\n", "a -> b:80\r\n", "a -> b:80", "\n", "a -> b:80 \n"])
def test_marks_of_editors_go(text):
    formatted = format_source(Source("x", text))
    assert formatted.text == ("a -> b:80\n" if "a" in text else "")
    assert formatted.changed


def test_a_file_with_errors_is_left_alone():
    text = "a->b:80\na=>b\n"
    formatted = format_source(Source("x", text))
    assert (formatted.text, formatted.changed) == (text, False)
    assert formatted.diagnostics


def test_the_spelling_of_an_address_is_no_change_of_meaning():
    formatted = format_source(Source("x", "net n = {2001:DB8::/32 except 2001:DB8:0::/48}"))
    assert formatted == Formatted("net n = {2001:db8::/32 except 2001:db8::/48}\n", changed=True, diagnostics=())


@pytest.mark.parametrize("block", ["0.0.0.0/0.0.0.0", "10.1.0.0/255.255.0.0", "10.0.0.0/08", "10.1.2.3/8", "1.2.3.4"])
def test_what_is_no_address_block_stays_none(monkeypatch, block):
    """A mask or a zero too many is an error of a build, and must not be laid out to something that is none."""
    text = f"net n = {block}\n"
    assert format_source(Source("x", text)) == Formatted(text, changed=False, diagnostics=())
    real = formatting.print_tree
    monkeypatch.setattr(formatting, "print_tree", lambda *given: real(*given).replace(block, "0.0.0.0/0"))
    (fault,) = format_source(Source("x", text)).diagnostics
    assert fault.code == "NP901"


@given(trees(), st.integers(0, 2**32))
def test_every_proof_holds(tree, seed):
    text = Scribbler(Random(seed)).file(tree)
    formatted = format_source(Source("x", text))
    assert formatted.diagnostics == ()
    assert formatted.changed == (formatted.text != text)
    assert format_source(Source("x", formatted.text)) == Formatted(formatted.text, changed=False, diagnostics=())


FAULTS = {
    "no netpol": (lambda text: text.replace("->", "=>"), "formatted, this file has an error", 1),
    "other port": (lambda text: text.replace("80", "81"), "formatting would change what this says", 2),
    "other address": (lambda text: text.replace("10.", "11."), "formatting would change what this says", 4),
    "lost statement": (lambda text: text.replace("a -> b:80", ""), "formatting would change what this says", 2),
    "added statement": (lambda text: text + "x -> y:80\n", "formatting would change what this says", 1),
    "lost comment": (lambda text: text.replace("# one", ""), "formatting would not keep this comment", 1),
    "added comment": (lambda text: text + "# three\n", "formatting would not keep this comment", 1),
    "swapped comments": (
        lambda text: text.replace("one", "x").replace("two", "one").replace("x", "two"),
        "formatting would not keep this comment",
        1,
    ),
    "no fixed point": (lambda text: text + "\n", "formatting this file twice gives two results", 1),
}


@pytest.mark.parametrize(("damage", "message", "line"), FAULTS.values(), ids=FAULTS)
def test_a_printer_with_a_fault_is_found_out(monkeypatch, damage, message, line):
    printed = []

    def faulty(tree, text):
        result = print_tree(tree, text)
        printed.append(result)
        return damage(result) if len(printed) == 1 else result

    monkeypatch.setattr(formatting, "print_tree", faulty)
    text = "# one\na->b:80 # two\n\nnet n = {10.0.0.0/8}\n"
    formatted = format_source(Source("x", text))
    assert (formatted.text, formatted.changed) == (text, False)
    (diagnostic,) = formatted.diagnostics
    assert diagnostic.code == "NP901"
    assert diagnostic.message.startswith(message)
    assert diagnostic.location.line == line
