import pytest

from netpolc.language.syntax.parser import parse
from netpolc.source import Source

SIGNS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize("text", ["a -> b:80 # {}\n", "# {}\na -> b:80\n", '@reason("x{}")\na -> b:80\n'])
def test_a_change_of_direction_in_prose_is_an_error_at_its_place(text, sign):
    text = text.format(sign)
    (found,) = parse(Source("shop.netpol", text)).diagnostics
    assert (found.code, found.location.text) == ("NP110", sign)


def test_elsewhere_it_is_one_syntax_error():
    (found,) = parse(Source("shop.netpol", "a\u202e -> b:80\n")).diagnostics
    assert found.code == "NP110"


def test_prose_in_any_script_is_fine():
    assert not parse(
        Source("shop.netpol", "a -> b:80 # \u05e9\u05dc\u05d5\u05dd, \u0645\u0631\u062d\u0628\u0627\n")
    ).diagnostics
