import sys
import unicodedata

from netpolc.diagnostics.visible import cells, sentence, visible
from tests.rows import each_row


@each_row(
    "text, shown, width",
    [
        ("webapp -> database", "webapp -> database", 18),
        ("Grüße", "Grüße", 5),
        ("日本", "日本", 4),
        ("ｗｅｂ", "ｗｅｂ", 6),  # noqa: RUF001 (full-width letters are the case)
        ("e\u0301", "e\u0301", 1),
        ("\n\r\t\x1b[2J\x7f\x9b", r"\n\r\t\x1b[2J\x7f\x9b", 21),
        ("\u202e\u2066\u200d\ufeff", r"\u202e\u2066\u200d\ufeff", 24),
        ("\xa0\u2028\u3000", r"\xa0\u2028\u3000", 16),
        ("\u3164\ufe0f\U000e0101", r"\u3164\ufe0f\U000e0101", 22),
        ("\udc80\U000e0041", r"\udc80\U000e0041", 16),
    ],
)
def test_visible_and_its_width(text, shown, width):
    assert visible(text) == shown
    assert cells(shown) == width
    assert visible(shown) == shown


def test_only_what_prints_is_left_as_it_is():
    characters = map(chr, [*range(0x20000), *range(0xE0000, 0xE1000), sys.maxunicode])
    left = [character for character in characters if visible(character) == character]
    categories = {unicodedata.category(character)[0] for character in left}
    assert categories == {"L", "M", "N", "P", "S", "Z"}
    assert [character for character in left if unicodedata.category(character)[0] == "Z"] == [" "]


def test_a_sentence_too_long_to_read_is_cut_in_the_middle():
    assert sentence("a" * 1_000) == "a" * 1_000
    assert sentence("a" * 600 + "b" * 600) == "a" * 500 + "…" + "b" * 500
