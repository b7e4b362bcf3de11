from netpolc.source import LONGEST_LINE, Location, Source, Span
from tests.rows import each_row

TEXT = "a -> b:1\n\r\n  é€😀 -> c:2\r\nlast"


@each_row(
    "at, expected",
    [("a", (1, 1)), (":1", (1, 7)), ("\n", (1, 9)), ("\r", (2, 1)), ("é", (3, 3)), ("-> c", (3, 7)), ("last", (4, 1))],
)
def test_lines_and_columns_count_from_one_in_code_points(at, expected):
    assert Source("f", TEXT).position(TEXT.index(at)) == expected


def test_the_end_of_a_text_is_a_place():
    assert Source("f", TEXT).position(len(TEXT)) == (4, 5)
    assert Source("f", "").position(0) == (1, 1)
    assert Source("f", "a\n").position(2) == (2, 1)


def test_lines_come_without_their_ends():
    source = Source("f", TEXT)
    assert [source.line(number) for number in range(1, 5)] == ["a -> b:1", "", "  é€😀 -> c:2", "last"]
    assert Source("f", "").line(1) == ""


@each_row("sign", ["\r", "\v", "\f", "\x1c", "\x85", "\u2028", "\u2029"])
def test_only_a_newline_ends_a_line(sign):
    """Python's splitlines has other ideas, and editors do not share them."""
    source = Source("f", f"a{sign}b\nc")
    assert source.line_starts == [0, 4]
    assert source.position(2) == (1, 3)


def test_every_offset_is_where_its_line_and_column_say():
    source = Source("f", TEXT)
    for offset in range(len(TEXT) + 1):
        line, column = source.position(offset)
        assert source.line_starts[line - 1] + column - 1 == offset
        assert source.line_of(offset) == line == TEXT[:offset].count("\n") + 1


def test_places_never_decide_whether_things_are_equal():
    source, other = Source("f", TEXT), Source("g", "x")
    assert Span(0, 1) == Span(5, 9)
    assert len({Span(0, 1), Span(5, 9)}) == 1
    assert Location(source, Span(0, 1)) == Location(other, Span(0, 0))
    assert len({Location(source, Span(0, 1)), Location(other, Span(0, 0))}) == 1
    assert Span(0, 1) != (0, 1)
    assert Location(source, Span(0, 1)) != "f:1:1"


def test_a_location_knows_its_text_line_and_order():
    source = Source("b", TEXT)
    place = Location(source, Span(TEXT.index("é"), TEXT.index(" -> c")))
    assert (place.text, place.line, repr(place)) == ("é€😀", 3, "b:3:3")
    first, longer = Location(source, Span(0, 1)), Location(source, Span(0, 6))
    elsewhere = Location(Source("a", "x"), Span(0, 1))
    assert sorted([place, longer, first, elsewhere], key=lambda p: p.order) == [elsewhere, first, longer, place]
    assert [p.source.name for p in sorted([place, elsewhere], key=lambda p: p.order)] == ["a", "b"]


@each_row(
    "text, at, expected",
    [
        ("  a: {b: c}  \nx", "{b", "a: {b: c}"),
        ("x\n  last", "last", "last"),
        ("é\r\nx", "é", "é"),
        (f"[{'x' * (LONGEST_LINE - 2)}]", "]", f"[{'x' * (LONGEST_LINE - 2)}]"),
        (f"{'x' * LONGEST_LINE}{{rule}}\nnext", "{", "…{rule}"),
        (f"{{rule}}{'x' * LONGEST_LINE}\nnext", "{", f"{{rule}}{'x' * (LONGEST_LINE - 6)}…"),
        (f"{'[' * 1_000_000}{{rule}}{']' * 1_000_000}", "{", f"…{{rule}}{']' * (LONGEST_LINE - 6)}…"),
    ],
)
def test_of_a_long_line_the_part_is_quoted_that_begins_at_a_place(text, at, expected):
    first = text.index(at)
    assert Location(Source("f", text), Span(first, first + 1)).line_text == expected


def test_a_span_reaches_to_the_end_of_another():
    joined = Span(2, 4).to(Span(6, 9))
    assert (joined.start, joined.end) == (2, 9)


def test_a_source_is_labelled_by_its_name_unless_told_otherwise():
    assert Source("../f", "").label == "../f"
    assert Source("../f", "", "f").label == "f"
    assert repr(Source("../f", "")) == "Source('../f')"
