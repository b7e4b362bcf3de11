import pytest

from netpolc.queries.change_reasons import ChangeLine
from netpolc.queries.lone_workloads import LoneWorkload
from netpolc.queries.review import Denial
from netpolc.report.summary import RISKS, counted, denied, summary
from tests.rows import each_row
from tests.unit.report.findings import finding, review_of

LINE = ChangeLine("old", "shop.netpol", 1, "")


def review(*findings, denials=(), dropped=0, promised=0, added=0, removed=0, unclosed=0):
    ways = [("egress",) if number < unclosed else () for number in range(3)]
    lone = [LoneWorkload(id=f"shop/w{number}", reaches=(), reached=(), open=way) for number, way in enumerate(ways)]
    return review_of(
        *findings,
        denials=denials,
        dropped=(LINE,) * dropped,
        promised=(LINE,) * promised,
        removed=tuple(lone[:removed]),
        added=tuple(lone[:added]),
    )


def denial(namespace, *, lost=True, direction="egress"):
    return Denial(lost, f"{namespace}/*", namespace, direction, ())


@each_row(
    "found, expected",
    [
        (review(), "0 connections opened, 0 closed"),
        (review(finding(1)), "1 connection opened, 0 closed"),
        (review(finding(1), finding(2)), "2 connections opened, 0 closed"),
        (review(*map(finding, range(1234))), "1,234 connections opened, 0 closed"),
        (
            review(finding(1, risks=("NP620", "NP622")), finding(2, risks=("NP620",))),
            "2 connections opened (2 to or from the whole world, 1 of every port), 0 closed",
        ),
        (review(denials=(denial("shop"),)), "0 connections opened, 0 closed, 1 namespace loses its egress deny"),
        (
            review(denials=(denial("a"), denial("b"), denial("c", lost=False, direction="ingress"), denial(None))),
            "0 connections opened, 0 closed, 2 namespaces lose their egress deny, "
            "1 set of pods loses its egress deny, 1 namespace gains its ingress deny",
        ),
        (review(added=1), "0 connections opened, 0 closed, 1 new workload"),
        (review(added=2, removed=1), "0 connections opened, 0 closed, 2 new workloads, 1 workload gone"),
        (review(added=3, unclosed=2), "0 connections opened, 0 closed, 3 new workloads (2 not closed)"),
        (review(removed=3), "0 connections opened, 0 closed, 3 workloads gone"),
        (review(dropped=1, promised=2), "0 connections opened, 0 closed, 1 assertion removed, 2 assertions added"),
    ],
)
def test_a_summary_counts(found, expected):
    assert summary(found) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (denial("shop"), "namespace shop loses its egress deny"),
        (denial("shop", lost=False, direction="ingress"), "namespace shop gains its ingress deny"),
        (denial(""), "the unnamed namespace loses its egress deny"),
        (denial(None), "pods None/* lose their egress deny"),
    ],
)
def test_denials_in_words(given, expected):
    assert denied(given) == expected


def test_numbers_have_their_nouns():
    assert [counted(number, "row") for number in (0, 1, 2, 1000)] == ["0 rows", "1 row", "2 rows", "1,000 rows"]


def test_each_risk_has_its_words():
    assert list(RISKS) == [f"NP62{number}" for number in range(5)]
