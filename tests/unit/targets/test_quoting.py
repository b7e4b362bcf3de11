import itertools
import re
import unicodedata

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from netpolc.targets.quoting import WIDTH, comment, comment_lines, folded, quote
from tests.rows import each_row


def load_with_libyaml(text):
    return yaml.load(text, yaml.CSafeLoader)


LOADS = (yaml.safe_load, load_with_libyaml)
TEXT = st.text(st.characters(exclude_categories=("Cs",)))

# What some reader of YAML takes for something other than this text: YAML 1.1 and 1.2, PyYAML, go-yaml v2 and v3.
WORDS = (
    "y",
    "n",
    "yes",
    "no",
    "on",
    "off",
    "true",
    "false",
    "null",
    "~",
    ".nan",
    ".inf",
    "+.inf",
    "-.inf",
    "nan",
    "inf",
)
CASED = {case(word) for word in WORDS for case in (str.lower, str.upper, str.title, str.swapcase)} | {".NaN", "NaN"}
NUMBERS = (
    *(
        "0",
        "1",
        "-1",
        "+1",
        "12",
        "1.5",
        "1.",
        ".5",
        "5.",
        "-.5",
        "+.5",
        "1e3",
        "12e03",
        "1E3",
        "1e+3",
        "1.5e-3",
        ".5e1",
    ),
    *("0o10", "0O7", "-0o7", "012", "08", "0", "00", "0x1F", "0X1F", "-0x1", "0b11", "-0b1", "0x1p-2", "1_000", "1__0"),
    *(
        "1_000.5",
        "1:30",
        "190:20:30",
        "190:20:30.15",
        "-1:30",
        "1.10",
        "685.230_15e+03",
        "0.",
        "_1",
        "+",
        "-",
        ".",
        "1e",
    ),
)
DATES = ("2024-01-02", "2024-1-2", "2001-12-14t21:59:43.10-05:00", "2001-12-14 21:59:43.10 -5", "2001-12-15T02:59:43Z")
SYNTAX = (
    *(
        "",
        "=",
        "<<",
        "-",
        "--",
        "---",
        "...",
        "?",
        ":",
        ",",
        "[",
        "]",
        "{",
        "}",
        "#",
        "&",
        "*",
        "!",
        "|",
        ">",
        "'",
        '"',
    ),
    *(
        "%",
        "@",
        "`",
        "\\",
        "- a",
        "? a",
        ": a",
        "a:",
        "a: b",
        "a #b",
        "a ",
        " a",
        "a\n",
        "\ta",
        "a\tb",
        "&a",
        "*a",
        "!a",
    ),
    *("[a]", "{a}", "a, b", "{}", "[]", "'a'", '"a"', "%YAML 1.1", "@a", "`a`", "---a", "a\r\nb", "a\x85b", "a\u2028b"),
    *("\ufeffa", "a\u2029b", "{{ a }}", "{% a %}", "2001:db8::/32", "::/0", "::1", "fd00::/8", "a::b", "a\x00b", "é"),
)


@each_row("value", [*sorted(CASED), *NUMBERS, *DATES, *SYNTAX])
def test_what_a_reader_could_mistake_is_quoted(value):
    quoted = quote(value)
    assert quoted.startswith('"')
    assert quoted.endswith('"')
    assert quoted.isascii()
    assert quoted.isprintable()


@each_row(
    "value",
    [
        *(
            "web",
            "a",
            "TCP",
            "In",
            "netpolc/owner",
            "kubernetes.io/metadata.name",
            "a1",
            "x_y",
            "e3",
            "Ingress",
            "yesterday",
        ),
        *("10.0.0.0/8", "0.0.0.0/0", "default-deny", "nob", "truely", "a.b.c", "o0", "x0x1F", "b11", "T"),
    ],
)
def test_words_and_ipv4_blocks_stay_plain(value):
    assert quote(value) == value


@each_row(
    "value, quoted",
    [
        ('a"b\\c', r'"a\"b\\c"'),
        ("a\nb\tc\rd", r'"a\nb\tc\rd"'),
        ("\x00\x07\x1b\x7f\x85", r'"\u0000\u0007\u001B\u007F\u0085"'),
        ("\u2028\ufeff\u202e", r'"\u2028\uFEFF\u202E"'),
        ("é", r'"\u00E9"'),
        ("\U0001f600", r'"\U0001F600"'),
        ("a\ud800b", r'"a\uFFFDb"'),
    ],
)
def test_escapes(value, quoted):
    assert quote(value) == quoted


@pytest.mark.parametrize("load", LOADS)
@given(TEXT)
def test_a_quoted_text_reads_as_itself(load, value):
    assert load(quote(value)) == value


@pytest.mark.parametrize("load", LOADS)
@given(st.text(alphabet="yesnotrufalYNEO0123456789.eE+-_xob:~=</T", max_size=6))
def test_what_looks_like_something_else_reads_as_itself(load, value):
    assert load(quote(value)) == value
    assert load(f"{quote(value)}: {quote(value)}") == {value: value}


NUMBER_TO_GO = re.compile(r"[-+]?(\.?[0-9]|0[xXoObB])[0-9a-fA-F_]*.*")


def test_every_short_plain_text_is_a_word():
    for letters in itertools.chain.from_iterable(itertools.product("nNyYo0.1eE_-/x~", repeat=n) for n in range(1, 4)):
        value = "".join(letters)
        if quote(value) == value:
            assert value[0].isalpha()
            assert value[-1].isalnum()
            assert value.lower() not in WORDS
            assert not NUMBER_TO_GO.fullmatch(value)


LONG = st.lists(
    st.sampled_from(["word", " ", "  ", "#", "- ", ": ", "\n", "é", "'", '"', "\\", "x" * 120, "---"]), max_size=60
)


@pytest.mark.parametrize("load", LOADS)
@given(LONG.map("".join))
@example(" " * 200)
@example("a " * 100)
@example(" a" * 100)
def test_a_folded_text_reads_as_itself_and_is_narrow(load, value):
    text = folded(value, 6, 9)
    assert load(f"a:\n    key: {text}\n") == {"a": {"key": value}}
    for line in text.split("\n")[1:]:
        assert len(line) <= WIDTH or " " not in line.strip()
        assert line == line.rstrip()
        assert line.startswith("      ")


@pytest.mark.parametrize("end", ["y", "\n", " "])
def test_the_closing_quote_has_room_on_the_last_line_however_long_that_is(end):
    for words in range(1, 100):
        lines = folded(f"{'x' * 80} {'x ' * words}{end}", 6, 9).split("\n")
        assert lines[-1].endswith('"')
        assert [line for line in lines if len(line) > WIDTH and " " in line.strip()] == []


def test_a_comment_is_wrapped_however_long_its_last_line_is():
    for words in range(1, 100):
        lines = comment_lines("x " * words, 6).split("\n")
        assert all(len(line) <= WIDTH for line in lines[1:])
        assert " ".join(line.strip().removeprefix("# ") for line in lines) == ("x " * words).strip()


def test_short_texts_are_not_folded():
    assert folded("a b", 6, 20) == '"a b"'
    assert folded("a" * 200, 6, 20) == "a" * 200
    assert folded("a b", 6, 96) == '"\\\n      a b"'


@each_row(
    "text, safe",
    [
        ("shop.netpol:7: webapp -> database:5000", "shop.netpol:7: webapp -> database:5000"),
        ("café 日本 😀", "café 日本 😀"),
        ("a\nb", r"a\u000Ab"),
        ("a\r\x1b[2J", r"a\u000D\u001B[2J"),
        ("\x85\u2028\u2029\ufeff", r"\u0085\u2028\u2029\uFEFF"),
        ("\u202e\u2066\u200b\u200d\u00ad\u00a0", r"\u202E\u2066\u200B\u200D\u00AD\u00A0"),
        ("\u3164\ufe0f\u115f\U000e0100", r"\u3164\uFE0F\u115F\U000E0100"),
        ("\ud800", r"\uD800"),
        ("\U000e0001", r"\U000E0001"),
        ("", ""),
    ],
)
def test_comments_hide_nothing(text, safe):
    assert comment(text) == safe


@given(st.text(st.characters()))
def test_a_comment_is_one_line_of_visible_text(text):
    safe = comment(text)
    assert comment(safe) == safe
    assert not {unicodedata.category(character) for character in safe} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert yaml.safe_load(f"# {safe}\na: b") == {"a": "b"}


@given(st.text(st.characters(), max_size=400), st.integers(0, 12))
def test_lines_of_comment_are_comments(text, indent):
    lines = (" " * indent + comment_lines(text, indent)).split("\n")
    for line in lines:
        assert line.startswith(" " * indent + "#")
        assert len(line) <= WIDTH or " " not in line[indent + 2 :]
        assert line == line.rstrip()


def test_long_comments_wrap_at_spaces():
    assert comment_lines("ab " * 48, 4).split("\n    # ") == [
        "# " + " ".join(["ab"] * 25),
        " ".join(["ab"] * 23),
    ]
    assert comment_lines("") == "#"
