import pytest
from hypothesis import given
from hypothesis import strategies as st

from netpolc.diagnostics.codes import CODES
from netpolc.diagnostics.ignores import SPELLING, apply
from netpolc.diagnostics.model import Diagnostic
from netpolc.source import Location, Source, Span
from tests.rows import each_row


def comments_of(source):
    spans = []
    for number in range(1, len(source.line_starts) + 1):
        start = source.line_starts[number - 1]
        line = source.line(number)
        if "#" in line:
            spans.append(Span(start + line.index("#"), start + len(line)))
    return spans


def findings(source, *found):
    """A diagnostic for each (code, line)."""
    return [
        Diagnostic(
            code=code,
            severity="warning",
            message="found",
            location=Location(source, Span(source.line_starts[line - 1], source.line_starts[line - 1] + 1)),
        )
        for code, line in found
    ]


def after(text, *found):
    """What is left, as code and text or line."""
    source = Source("f", text)
    left = apply(findings(source, *found), {source: comments_of(source)})
    return [
        (d.code, d.location.line) if d.message == "found" else (d.code, d.message, d.location.text, d.help)
        for d in left
    ]


@each_row(
    "text, found",
    [
        ("a -> b:1 # netpolc: ignore[NP602] known\n", [("NP602", 1)]),
        ("# netpolc: ignore[NP602] known\na -> b:1\n", [("NP602", 2)]),
        ("\n   \t# netpolc: ignore[NP602] known\r\na -> b:1\r\n", [("NP602", 3)]),
        ("a -> b:1 #netpolc:ignore[ NP501 ,NP602 ]known", [("NP602", 1), ("NP501", 1)]),
        ("a # netpolc: ignore[NP602] known\n", [("NP602", 1), ("NP602", 1)]),
        ("a # netpolc: ignore[NP602, NP504] only near its date\n", []),
        ("# netpolc: ignore[NP504, NP602] only near its date\na\n", []),
        ("# netpolc: ignore[NP504] old\na # netpolc: ignore[NP602] known\n", []),
        ("a # netpolc: ignore[NP602] siehe Ticket\n", [("NP602", 1)]),
    ],
)
def test_silenced(text, found):
    assert after(text, *found) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a # netpolc: ignore[NP602] known\nb\n", ("NP602", 2)),
        ("# netpolc: ignore[NP602] known\n\nb\n", ("NP602", 3)),
        ("a\n# netpolc: ignore[NP602] known\n", ("NP602", 1)),
        ("a # netpolc: ignore[NP602] known\n", ("NP603", 1)),
    ],
)
def test_elsewhere_and_other_codes_are_kept_and_the_ignore_is_unused(text, found):
    unused = ("NP504", "the ignore of `NP602` silences nothing", "NP602", "remove it")
    assert sorted(after(text, found), key=str) == sorted([found, unused], key=str)


def test_each_unused_code_is_reported_once():
    text = "# netpolc: ignore[NP501] known\na # netpolc: ignore[NP501, NP602, NP602] known\n"
    reported = after(text, ("NP501", 2), ("NP602", 2))
    assert [(code, place) for code, _, place, _ in reported] == [("NP504", "NP501"), ("NP504", "NP602")]


@each_row(
    "comment",
    [
        "# netpolc",
        "# netpolc rocks",
        "# netpolc: see the manual",
        "# netpolc ignores this one",
        "# netpolc reports NP602 here",
        "# the netpolc: ignore[NP602] comment",
        "# kubectl: ignore[NP602] x",
        "#",
        "# noqa",
    ],
)
def test_prose_is_no_ignore(comment):
    assert after(f"a {comment}\n", ("NP602", 1)) == [("NP602", 1)]


@each_row(
    "comment, advice",
    [
        ("# netpolc: ignore", f"write `{SPELLING}`"),
        ("# netpolc: ignore[] known", f"write `{SPELLING}`"),
        ("# netpolc: ignore[,] known", f"write `{SPELLING}`"),
        ("# netpolc: ignore NP605", "write `# netpolc: ignore[NP605] the reason`"),
        ("# netpolc: ignore NP602 known", "use `# netpolc: ignore[NP602] known`"),
        ("# netpolc: ignore[NP602 known", "use `# netpolc: ignore[NP602] known`"),
        ("# netpolc: ignore[NP501 NP602] known", "use `# netpolc: ignore[NP501, NP602] known`"),
        ("# netpolc: ignore[NP501,,NP602] known", "use `# netpolc: ignore[NP501, NP602] known`"),
        ("# netpolc: ignore [NP602] known", "use `# netpolc: ignore[NP602] known`"),
        ("# netpolc: ignore(NP602): known", "use `# netpolc: ignore[NP602] known`"),
        ("# netpolc: Ignore[NP602] known", "use `# netpolc: ignore[NP602] known`"),
        ("# NETPOLC: ignore[np602] known", "use `# netpolc: ignore[NP602] known`"),
        ("# netpolc : ignore[NP602] known", "use `# netpolc: ignore[NP602] known`"),
        ("# netpolc ignore[NP602] known", "use `# netpolc: ignore[NP602] known`"),
        ("# netpolc ignore NP602 known", "use `# netpolc: ignore[NP602] known`"),
        ("# netpolc: ignroe[NP602] known", "use `# netpolc: ignore[NP602] known`"),
        ("# netpolc: disable [NP602] known", "use `# netpolc: ignore[NP602] known`"),
        ("## netpolc: ignore[NP602] known", "use `# netpolc: ignore[NP602] known`"),
    ],
)
def test_misspelt_ignores_are_shown_the_spelling_and_silence_nothing(comment, advice):
    message = "an ignore comment that is not written as one"
    assert after(f"a {comment}\n", ("NP602", 1)) == [("NP602", 1), ("NP112", message, comment, advice)]


@pytest.mark.parametrize("reason", ["", " ", " -", "  ...", " :"])
def test_a_reason_is_required(reason):
    comment = f"# netpolc: ignore[NP602]{reason}"
    kept, (code, message, place, advice) = after(f"a {comment}\n", ("NP602", 1))
    assert kept == ("NP602", 1)
    assert (code, message, place) == ("NP112", "an ignore comment without a reason", comment)
    assert SPELLING in advice


@pytest.mark.parametrize(
    ("code", "message", "advice"),
    [
        ("NP999", "unknown code `NP999`", "`netpolc rules` lists the codes"),
        ("np602", "unknown code `np602`", "write `NP602`"),
        ("expires-soon", "unknown code `expires-soon`", "write `NP602`"),
        ("NP203", "`NP203` cannot be silenced", "resolve it: only NP5xx and NP6xx can be silenced, but for NP62x"),
    ],
)
def test_wrong_codes_are_reported_and_the_right_ones_beside_them_count(code, message, advice):
    text = f"a # netpolc: ignore[NP602, {code}] known\n"
    assert after(text, ("NP602", 1)) == [("NP112", message, code, advice)]


@each_row("code", [code.code for code in CODES])
def test_what_cannot_be_silenced_never_is(code):
    left = after(f"a # netpolc: ignore[{code}] known\n", (code, 1))
    assert ((code, 1) not in left) == (code.startswith(("NP5", "NP6")) and not code.startswith("NP62"))


def test_sources_are_kept_apart_and_diagnostics_without_a_place_are_kept():
    one, two = (Source(name, "a # netpolc: ignore[NP602] known") for name in "ab")
    whole = Diagnostic(code="NP602", severity="warning", message="whole")
    left = apply([*findings(one, ("NP602", 1)), whole], {one: comments_of(one), two: comments_of(two)})
    assert [(d.code, d.location and d.location.source) for d in left] == [("NP602", None), ("NP504", two)]


def test_hostile_comments_cost_little():
    blanks = " " * 200_000
    many = ",".join(["np0"] * 20_000)
    comments = (
        f"# netpolc{blanks}x",
        f"# netpolc: ignore[{blanks}",
        f"# netpolc: ignore[{many}] x",
        f"# netpolc: ignore[a{blanks}a] x",
        f"# netpolc: ignore[NP602]{blanks}x",
        f"# netpolc: {'a' * 200_000}",
        "#" * 200_000,
    )
    after("\n".join(comments))


PIECES = ["# netpolc: ignore[", "netpolc", ":", "ignore", "[", "]", "NP602", "NP203", ",", " ", "#", "why", "\r"]


@given(st.lists(st.sampled_from(PIECES)))
def test_no_comment_is_too_strange(pieces):
    left = after(f"a #{''.join(pieces)}", ("NP602", 1), ("NP203", 1))
    assert ("NP203", 1) in left
    assert {code for code, *_ in left} <= {"NP602", "NP203", "NP112", "NP504"}
