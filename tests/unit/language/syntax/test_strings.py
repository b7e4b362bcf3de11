import json
import random

from netpolc.language.syntax.strings import read_string
from netpolc.source import Location, Source, Span
from tests.rows import each_row


def read(quoted):
    """The text of a string, and what is pointed at where it is wrong."""
    source = Source("f", f"ab {quoted} c")
    text, problem = read_string(quoted, Location(source, Span(3, 3 + len(quoted))))
    return text, None if problem is None else (problem.code, problem.location.text)


@each_row(
    "quoted, text",
    [
        ('""', ""),
        ('"plain é 😀"', "plain é 😀"),
        (r'"\"\\\/\b\f\n\r\t"', '"\\/\b\f\n\r\t'),
        (r'"a\nb"', "a\nb"),
        (r'"\u0041\u00e9\u00E9"', "Aéé"),
        (r'"\u0000"', "\0"),
        (r'"\ud83d\ude00"', "😀"),
        (r'"\uD83D\uDE00x"', "😀x"),
        (r'"\udbff\udfff"', "\U0010ffff"),
        (r'"\\u0041"', r"\u0041"),
        ('"a\tb"', "a\tb"),
        ('"\x7f\x85\u2028"', "\x7f\x85\u2028"),
    ],
)
def test_strings_with_the_escapes_of_json(quoted, text):
    assert read(quoted) == (text, None)


@each_row(
    "quoted, place",
    [
        (r'"\x41"', r"\x"),
        (r'"ab\q"', r"\q"),
        (r'"\u12"', r"\u"),
        (r'"\u"', r"\u"),
        (r'"\u00g0"', r"\u"),
        (r'"\u+041"', r"\u"),
        ('"\\u\uff10\uff10\uff14\uff11"', r"\u"),
        (r'"\ud83d"', r"\ud83d"),
        (r'"\ude00"', r"\ude00"),
        (r'"\ud83dx"', r"\ud83d"),
        (r'"\ud83d\u0041"', r"\ud83d"),
        (r'"\ud83d\ud83d"', r"\ud83d"),
        (r'"\ud83d\n"', r"\ud83d"),
        (r'"ok \n \z \y"', r"\z"),
        ('"\x00"', "\x00"),
        ('"a\x1b[0m"', "\x1b"),
        ('"a\r"', "\r"),
    ],
)
def test_what_no_string_can_hold(quoted, place):
    assert read(quoted) == ("", ("NP104", place))


def test_whatever_json_writes_is_read_back():
    source = random.Random(1)
    signs = [*'"\\/\b\f\n\r\t aé€', "\0", "\x1f", "\x7f", "\u2028", "\ud7ff", "\ue000", "😀", "\U0010ffff"]
    for _ in range(500):
        text = "".join(source.choices(signs, k=source.randint(0, 8)))
        assert read(json.dumps(text)) == (text, None)
        if all(sign >= " " for sign in text):
            assert read(json.dumps(text, ensure_ascii=False)) == (text, None)


def test_what_is_accepted_is_what_json_accepts():
    """But for tabs, which JSON wants escaped, and halves of surrogate pairs, which it lets pass."""
    source = random.Random(2)
    for _ in range(5000):
        inner = "".join(
            source.choices(["\\u", "\\", "00", "41", "d83d", "de00", "n", "x", "é"], k=source.randint(1, 5))
        )
        try:
            expected = json.loads(f'"{inner}"')
            expected.encode()
        except (ValueError, UnicodeEncodeError):
            expected = None
        if (len(inner) - len(inner.rstrip("\\"))) % 2:
            continue  # the string would not end there
        text, problem = read(f'"{inner}"')
        assert (None if problem else text) == expected, inner
