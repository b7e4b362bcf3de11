from netpolc.language.syntax.parser import parse
from netpolc.source import Source
from tests.rows import each_row


def found(annotation):
    """What is said of an annotation: the place, the message, and the fix."""
    parsed = parse(Source("f", f"{annotation}\na -> b:1\n"))
    assert len(parsed.tree.items) == 1
    assert {d.code for d in parsed.diagnostics} <= {"NP109", "NP104"}
    return [(d.location.text, d.message, d.fixes[0].edits[0].text if d.fixes else None) for d in parsed.diagnostics]


@each_row(
    "annotation",
    [
        '@owner("payments")',
        '@reason("a\\nb")',
        '@ticket("SEC-1412")',
        '@owner("  x")',
        "@expires(2027-01-31)",
        "@expires(0001-01-01)",
        "@expires(9999-12-31)",
        "@expires(2028-02-29)",
        '@ owner ( "x" )',
    ],
)
def test_annotations_that_the_language_knows(annotation):
    assert found(annotation) == []


@each_row(
    "annotation, place, message, fix",
    [
        ('@owners("x")', "owners", "unknown annotation `@owners`", "owner"),
        ('@Owner("x")', "Owner", "unknown annotation `@Owner`", "owner"),
        ("@expire(2027-01-31)", "expire", "unknown annotation `@expire`", "expires"),
        ('@zzz("x")', "zzz", "unknown annotation `@zzz`", None),
        ('@expires("2027-01-31")', '"2027-01-31"', "`@expires` takes a date", "2027-01-31"),
        ("@owner(2027-01-31)", "2027-01-31", "`@owner` takes a quoted string", '"2027-01-31"'),
        ('@expires("soon")', '"soon"', "`@expires` takes a date", None),
        ("@expires(2027-02-29)", "2027-02-29", "there is no day `2027-02-29`", None),
        ("@expires(2027-13-01)", "2027-13-01", "there is no day `2027-13-01`", None),
        ("@expires(2027-00-01)", "2027-00-01", "there is no day `2027-00-01`", None),
        ("@expires(0000-01-01)", "0000-01-01", "there is no day `0000-01-01`", None),
        ('@owner("")', '@owner("")', "`@owner` says nothing", None),
        ('@reason(" \\t\\n")', '@reason(" \\t\\n")', "`@reason` says nothing", None),
    ],
)
def test_annotations_that_it_does_not(annotation, place, message, fix):
    assert found(annotation) == [(place, message, fix)]


def test_a_bad_string_is_one_mistake():
    assert [place for place, *_ in found('@owner("\\q")')] == ["\\q"]


def test_each_annotation_is_judged():
    assert len(found('@owners("x")\n@expires(2027-02-30)\n@ticket("ok")')) == 2
