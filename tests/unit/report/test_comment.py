import pytest

from netpolc.queries.review import Review
from netpolc.report.changes import FEW, Naming, as_text, few
from netpolc.report.comment import MOST_BYTES, UNFOLDED, as_markdown
from tests.unit.report.findings import finding


def review(*findings):
    return Review(findings=findings, denials=(), dropped=(), promised=(), removed=(), added=(), complete=True)


def comment(*findings):
    return "".join(as_markdown(review(*findings), Naming()))


def rows(text):
    return [line for line in text.splitlines() if line.startswith(("| opened", "| **opened"))]


@pytest.mark.parametrize("count", [1, UNFOLDED, UNFOLDED + 1, 60])
def test_long_tables_are_folded_and_hold_every_row(count):
    text = comment(*map(finding, range(count)))
    assert len(rows(text)) == count
    assert ("<details>" in text) == (count > UNFOLDED)
    before, _, folded = text.partition("<details>")
    assert (len(rows(before)), len(rows(folded))) == (min(count, UNFOLDED), max(0, count - UNFOLDED))


@pytest.mark.parametrize("name", ["pod", "p" * 180, "\N{CJK UNIFIED IDEOGRAPH-4E00}" * 180])
def test_a_comment_is_never_longer_than_is_taken(name):
    count = 2_000
    text = comment(*(finding(number, name=name, lines=5) for number in range(count)))
    assert len(text.encode()) <= MOST_BYTES
    shown = len(rows(text))
    assert 0 < shown < count
    assert f"\n{count - shown:,} rows more would not fit" in text
    assert text.count("<details>") == text.count("</details>") == 1


def test_the_riskiest_rows_lead():
    text = comment(finding(1), finding(2, risks=("NP622",)), finding(3, risks=("NP620", "NP621")))
    assert ["TCP 4" in rows(text)[0], "TCP 3" in rows(text)[1], "TCP 2" in rows(text)[2]] == [True] * 3
    for code in ("NP620", "NP621", "NP622"):
        assert f"][{code}]" in text
        assert text.count(f"\n[{code}]: https://") == 1
    assert "[NP623]" not in text


def test_nothing_is_said_in_a_sentence():
    text = comment()
    assert "|" not in text
    assert "Every connection is allowed, or denied, as it was before." in text


def test_no_text_of_users_ends_a_cell():
    change = finding(1, name="x|`<b>\x1b[31m\n| y")
    (row,) = rows(comment(change))
    assert "\x1b" not in row
    assert row.count("|") == 6
    assert row.count("`") % 2 == 0


def test_a_few_names_are_all_named_and_of_many_some():
    names = [f"n{number}" for number in range(10)]
    for count in range(1, FEW + 2):
        assert few(names[:count]) == ", ".join(names[:count])
    assert few(names) == f"{', '.join(names[:FEW])} and {10 - FEW} more"


def test_a_name_that_lists_blocks_is_shortened_and_one_of_labels_is_not():
    blocks = ", ".join(f"10.{number}.0.0/16" for number in range(0, 20, 2))
    assert few([blocks]) == "10.0.0.0/16, 10.2.0.0/16, 10.4.0.0/16 and 7 more blocks"
    pods = "shop/[a=1, b=2, c=3, d=4, e=5]"
    assert few([pods]) == pods


def test_many_lines_are_counted():
    text = "".join(as_text(review(finding(0, lines=FEW + 4)), Naming()))
    assert text.count("shop.netpol:") == FEW
    assert "and 4 more lines" in text
