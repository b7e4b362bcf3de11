import re
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netpolc.diagnostics.human import render, summary
from netpolc.diagnostics.model import Diagnostic, Edit, Fix, Label
from netpolc.diagnostics.visible import cells, visible
from netpolc.source import Location, Source, Span
from tests.rows import each_row

SHOP = Source(
    "shop.netpol",
    "# shop\nbaseline deny all\n\npods database = [app=db]\n\n\nwebapp -> databse:5432\n",
)
OTHER = Source("other.netpol", "# other\n\npods webapp = [app=web]\n")


def at(source, word):
    start = source.text.index(word)
    return Location(source, Span(start, start + len(word)))


def diagnostic(location, **fields):
    known = {"code": "NP203", "severity": "error", "message": "unknown name `databse`"}
    return Diagnostic(location=location, **(known | fields))


def shown(*diagnostics, width=80):
    return render(diagnostics, color=False, width=width)


def golden(text):
    return dedent(text).removeprefix("\n")


def test_the_layout():
    found = diagnostic(
        at(SHOP, "databse"),
        label="not declared in this file or its imports",
        labels=(Label(at(SHOP, "database"), "a name like it is declared here"),),
        help="use `database`",
    )
    assert shown(found) == golden("""
        error[NP203]: unknown name `databse`
          --> shop.netpol:7:11
           |
         4 | pods database = [app=db]
           |      -------- a name like it is declared here
         7 | webapp -> databse:5432
           |           ^^^^^^^ not declared in this file or its imports
           = help: use `database`
    """)


def test_several_labels_on_a_line_lines_left_out_and_other_files():
    found = diagnostic(
        at(SHOP, "databse"),
        severity="warning",
        label="here",
        labels=(
            Label(at(SHOP, "5432"), "its port"),
            Label(at(SHOP, "webapp"), "from here"),
            Label(at(SHOP, "# shop"), "far away"),
            Label(at(OTHER, "webapp"), "declared there"),
        ),
    )
    assert shown(found) == golden("""
        warning[NP203]: unknown name `databse`
          --> shop.netpol:7:11
           |
         1 | # shop
           | ------ far away
        ...
         7 | webapp -> databse:5432
           | ------    ^^^^^^^ ---- its port
           | |         |
           | |         here
           | from here
           |
          ::: other.netpol:3:6
           |
         3 | pods webapp = [app=web]
           |      ------ declared there
    """)


def test_labels_within_and_across_each_other():
    text = Source("f", "abcdefghij")
    marked = diagnostic(
        Location(text, Span(0, 10)),
        message="m",
        label="whole",
        labels=(Label(Location(text, Span(2, 4)), "inner"), Label(Location(text, Span(2, 3)), "innermost")),
    )
    assert shown(marked) == golden("""
        error[NP203]: m
          --> f:1:1
           |
         1 | abcdefghij
           | ^^--^^^^^^ whole
           |   |
           |   innermost
           |   inner
    """)


def test_a_primary_that_smaller_labels_cover_is_still_seen():
    text = Source("f", "abcd")
    ruleset = (Label(Location(text, Span(0, 2)), "one"), Label(Location(text, Span(2, 4)), "two"))
    marks = shown(diagnostic(Location(text, Span(0, 4)), labels=ruleset)).splitlines()[4]
    assert "^" in marks
    assert "-" in marks


def test_the_gutter_is_as_wide_as_the_largest_number():
    text = Source("f", "a\n" * 99 + "b\n")
    found = diagnostic(at(text, "b"), message="m", labels=(Label(Location(text, Span(0, 1)), "first"),), help="h")
    assert shown(found) == golden("""
        error[NP203]: m
            --> f:100:1
             |
           1 | a
             | - first
        ...
         100 | b
             | ^
             = help: h
    """)


def test_several_lines_are_marked_to_the_end_of_the_first():
    text = Source("f", "a -> {b,\r\n  c}:80\r\n")
    assert shown(diagnostic(Location(text, Span(5, 15)), message="m", label="set")) == golden("""
        error[NP203]: m
          --> f:1:6
           |
         1 | a -> {b,
           |      ^^^ set
    """)


@each_row(
    "text, span, line, marks",
    [
        ("", (0, 0), " 1 |", "   | ^ x"),
        ("ab\n", (2, 3), " 1 | ab", "   |   ^ x"),
        ("ab\n", (3, 3), " 2 |", "   | ^ x"),
        ("ab\r\n", (2, 4), " 1 | ab", "   |   ^ x"),
        ("\ta\tb", (3, 4), " 1 |     a    b", "   |          ^ x"),
        ("日本 b", (3, 4), " 1 | 日本 b", "   |      ^ x"),
        ("日本 b", (1, 2), " 1 | 日本 b", "   |   ^^ x"),
        ("e\u0301 b", (3, 4), " 1 | e\u0301 b", "   |   ^ x"),
        ("e\u0301 b", (1, 2), " 1 | e\u0301 b", "   |  ^ x"),
        ("a\x1bb", (2, 3), r" 1 | a\x1bb", "   |      ^ x"),
        ("a\u202eb", (1, 2), r" 1 | a\u202eb", "   |  ^^^^^^ x"),
        ("a\u200bb\ud800", (2, 3), r" 1 | a\u200bb\ud800", "   |        ^ x"),
        ("a\xa0\u3164b", (3, 4), r" 1 | a\xa0\u3164b", "   |            ^ x"),
    ],
)
def test_marks_stand_under_what_they_mark(text, span, line, marks):
    page = shown(diagnostic(Location(Source("f", text), Span(*span)), label="x")).splitlines()
    assert page[3:5] == [line, marks]


def test_long_lines_are_cut_around_the_span():
    text = Source("f", "a" * 1_000_000 + " -> databse:5432 " + "b" * 1_000_000)
    found = diagnostic(
        at(text, "databse"),
        message="m",
        label="here",
        labels=(Label(Location(text, Span(0, 3)), "far left"), Label(Location(text, Span(1_999_999, 2_000_000)), "")),
    )
    assert shown(found, width=44) == golden("""
        error[NP203]: m
          --> f:1:1000005
           |
         1 | …aaaaaaaa -> databse:5432 bbbbbbbbbbbb…
           | -            ^^^^^^^                  -
           | |            |
           | |            here
           | far left
    """)


@pytest.mark.parametrize("width", [-5, 0, 24, 30, 79, 200])
@pytest.mark.parametrize("character", ["a", "\t", "日", "\x00", "\u0301", "\U000e0001"])
def test_no_source_line_is_wider_than_the_terminal(width, character):
    text = Source("f", character * 5_000)
    for start in (0, 7, 2_500, 4_999, 5_000):
        line = shown(diagnostic(Location(text, Span(start, 5_000))), width=width).splitlines()[3]
        assert len(line) <= max(width, 25)
        assert cells(line) <= max(width, 25)


def test_a_diagnostic_without_a_place_is_its_message_and_help():
    found = diagnostic(None, message="no sources\nat all", help="name a file, or\n`-` for stdin")
    assert shown(found) == golden(r"""
        error[NP203]: no sources\nat all
           = help: name a file, or
                   `-` for stdin
    """)


def test_a_fix_shows_the_changed_line_and_replaces_help_that_says_the_same():
    fix = Fix("use `database`", (Edit(at(SHOP, "databse"), "database"),))
    assert shown(diagnostic(at(SHOP, "databse"), help="use `database`", fixes=(fix,))) == golden("""
        error[NP203]: unknown name `databse`
          --> shop.netpol:7:11
           |
         7 | webapp -> databse:5432
           |           ^^^^^^^
           = fix: use `database`
         7 ~ webapp -> database:5432
    """)


def test_a_fix_of_several_places():
    edits = (
        Edit(Location(SHOP, Span(0, 0)), 'import "other.netpol"\n'),
        Edit(at(SHOP, "baseline deny all\n"), ""),
        Edit(at(OTHER, "app=web"), "app=w\x1b"),
        Edit(Location(OTHER, Span(len(OTHER.text), len(OTHER.text))), "a -> b:1\n"),
    )
    found = diagnostic(at(SHOP, "databse"), help="import it", fixes=(Fix("move it", edits),))
    assert shown(found) == golden(r"""
        error[NP203]: unknown name `databse`
          --> shop.netpol:7:11
           |
         7 | webapp -> databse:5432
           |           ^^^^^^^
           = help: import it
           = fix: move it
          ::: other.netpol:3:1
         3 ~ pods webapp = [app=w\x1b]
         4 + a -> b:1
          ::: shop.netpol:1:1
         1 + import "other.netpol"
         2 - baseline deny all
    """)


def test_a_fix_of_a_long_line_is_cut_around_the_change():
    text = Source("f", "a" * 1_000 + " -> databse:5432 " + "b" * 1_000)
    fix = Fix("use `database`", (Edit(at(text, "databse"), "database"),))
    line = shown(diagnostic(at(text, "databse"), fixes=(fix,)), width=44).splitlines()[-1]
    assert line == " 1 ~ …aaaaaaaa -> database:5432 bbbbbbbbbbb…"


def test_a_fix_of_many_lines_is_cut():
    text = Source("f", "a\n" * 50)
    fix = Fix("x", (Edit(Location(text, Span(0, 98)), ""),))
    page = shown(diagnostic(Location(text, Span(0, 1)), fixes=(fix,)))
    assert page.splitlines()[-7:] == [*(f" {line} - a" for line in range(1, 7)), "..."]


def test_colours():
    found = diagnostic(at(SHOP, "databse"), label="here", help="use `database`")
    assert render([found], color=True, width=80) == (
        "\x1b[1;31merror[NP203]\x1b[0m\x1b[1m: unknown name `databse`\x1b[0m\n"
        "\x1b[34m  -->\x1b[0m shop.netpol:7:11\n"
        "\x1b[34m   |\x1b[0m\n"
        "\x1b[34m 7 |\x1b[0m webapp -> databse:5432\n"
        "\x1b[34m   |\x1b[0m           \x1b[1;31m^^^^^^^\x1b[0m \x1b[1;31mhere\x1b[0m\n"
        "   \x1b[34m=\x1b[0m \x1b[36mhelp:\x1b[0m use `database`\n"
    )


def test_diagnostics_are_sorted_said_once_and_set_apart():
    one, two = diagnostic(at(SHOP, "databse")), diagnostic(at(SHOP, "# shop"))
    page = shown(one, two, one)
    assert page == shown(two) + "\n" + shown(one)
    assert shown() == ""


def test_sources_of_one_name_are_not_mixed_up():
    long, short = Source("-", "a\n" * 9 + "b"), Source("-", "c")
    page = shown(diagnostic(at(short, "c"), labels=(Label(at(long, "b"), "there"),)))
    assert "  ::: -:10:1" in page.replace("   :::", "  :::")


@pytest.mark.parametrize(
    ("severities", "text"),
    [
        ("", ""),
        ("e", "1 error"),
        ("eew", "2 errors, 1 warning"),
        ("wwn", "2 warnings, 1 note"),
        ("nn", "2 notes"),
    ],
)
def test_summary(severities, text):
    names = {"e": "error", "w": "warning", "n": "note"}
    found = [diagnostic(None, severity=names[s], message=str(i)) for i, s in enumerate(severities)]
    assert summary(found) == text


TEXTS = st.text(st.sampled_from("ab \t\n\r\x00\x1b\x9b\u0301\u200b\u202e\u2028日\ud800\U000e0001") | st.characters())
SEQUENCE = re.compile(r"\x1b\[[0-9;]+m")


@st.composite
def locations(draw):
    source = Source(draw(TEXTS), draw(TEXTS))
    start = draw(st.integers(0, len(source.text)))
    return Location(source, Span(start, draw(st.integers(start, len(source.text)))))


@st.composite
def diagnostics(draw):
    pool = draw(st.lists(locations(), min_size=1, max_size=2))

    def place():
        source = draw(st.sampled_from(pool)).source
        start = draw(st.integers(0, len(source.text)))
        return Location(source, Span(start, draw(st.integers(start, len(source.text)))))

    return Diagnostic(
        code="NP203",
        severity=draw(st.sampled_from(["error", "warning", "note"])),
        message=draw(TEXTS),
        location=draw(st.none() | st.sampled_from(pool)),
        label=draw(TEXTS),
        labels=tuple(Label(place(), draw(TEXTS)) for _ in range(draw(st.integers(0, 3)))),
        help=draw(st.none() | TEXTS),
        fixes=(Fix(draw(TEXTS), tuple(Edit(place(), draw(TEXTS)) for _ in range(draw(st.integers(0, 3))))),),
    )


@given(diagnostics(), st.integers(-1, 120))
def test_no_text_ever_drives_the_terminal(found, width):
    colored = render([found], color=True, width=width)
    black = render([found], color=False, width=width)
    lines = black.split("\n")
    assert [line.rstrip(" ") for line in SEQUENCE.sub("", colored).split("\n")] == [line.rstrip(" ") for line in lines]
    for line in lines:
        assert visible(line) == line
