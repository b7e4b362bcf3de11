import pytest

from netpolc.engine.peers import Peer
from netpolc.engine.relation import Group
from netpolc.engine.verdicts import Pod
from netpolc.queries.lone_workloads import LoneWorkload
from netpolc.report.changes import FEW, SOME, Naming, as_text, few
from netpolc.report.comment import MOST_BYTES, UNFOLDED, as_markdown
from netpolc.sets.ports import PortInterval, PortSet
from tests.unit.report.findings import DB, finding, review_of


def comment(*findings):
    return "".join(as_markdown(review_of(*findings), Naming()))


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


def test_rows_keep_their_order_and_link_the_pages_of_their_risks():
    text = comment(finding(3, risks=("NP620", "NP621")), finding(2, risks=("NP622",)), finding(1))
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


def test_names_may_hold_commas():
    pods = "shop/[a=1, b=2, c=3, d=4, e=5]"
    assert few([pods]) == pods


def test_many_lines_are_counted():
    text = "".join(as_text(review_of(finding(0, lines=FEW + 4)), Naming()))
    assert text.count("shop.netpol:") == FEW
    assert "and 4 more lines" in text


@pytest.mark.parametrize("partial", [False, True])
def test_what_is_true_of_a_part_is_said_to_be(partial):
    change = finding(1, partial=partial)
    assert (SOME in comment(change)) is (SOME in "".join(as_text(review_of(change), Naming()))) is partial


def lone(**fields):
    return LoneWorkload(**{"id": "shop/new", "reaches": (), "reached": (), "open": (), **fields})


def test_workloads_of_one_side_have_rows():
    ports = PortSet((PortInterval("TCP", 5000, 5000),))
    web = Peer(id="shop/web", end=Pod(namespace="shop"))
    new = lone(reaches=(Group((web,), (DB,), ports),), reached=(Group((web,), (web,), ports),), open=("egress",))
    text = "".join(as_markdown(review_of(added=(new,), removed=(lone(id="shop/old|"),)), Naming()))
    assert [line for line in text.splitlines() if "workload `" in line] == [
        "| **new**: nothing closes its egress | workload `shop/new` |  |  |  |",
        "| new | workload `shop/new` | `shop/db` | TCP 5000 |  |",
        "| new | `shop/web` | workload `shop/new` | TCP 5000 |  |",
        "| gone | workload `shop/old?` |  |  |  |",
    ]
