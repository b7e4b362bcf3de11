import json

import msgspec
import pytest

from netpolc.engine.verdicts import EndVerdict
from netpolc.queries.answers import Answer
from netpolc.queries.deciding_rules import DecidingRule, SourceLine
from netpolc.queries.suggestions.model import Suggestion
from netpolc.report.answer import FORMS

RULE = DecidingRule("shop/web", "spec.ingress[0]", SourceLine("a.yaml", 3, "- from:"))
ASSUMED = DecidingRule(None, "", SourceLine("a.netpol", 1, "baseline assume deny all"))


def answer(egress, ingress, count=1, lines=(), advice=None):
    verdicts = EndVerdict("egress", *egress), EndVerdict("ingress", *ingress)
    return Answer("shop/web", "shop/db", "TCP", 80, *verdicts, count, Suggestion(lines, advice))


@pytest.mark.parametrize("closed", [(), (RULE,), (ASSUMED, RULE)])
@pytest.mark.parametrize("rules", [(), (RULE,)])
def test_a_side_passes_where_it_is_open_or_a_rule_lets_it(closed, rules):
    for found in (answer((closed, rules), ((), ())), answer(((), ()), (closed, rules))):
        assert found.allowed is (not closed or bool(rules))
        document = json.loads(FORMS["json"](found))
        assert document["allowed"] is found.allowed
        assert document["egress"]["closed"] is bool(found.egress.closed_by)
        assert (document["reason"] is None) is found.allowed
        assert FORMS["text"](found).startswith("yes: " if found.allowed else "no: ")


def test_a_no_at_both_ends_says_so():
    text = FORMS["text"](answer(((ASSUMED,), ()), ((RULE,), ()), lines=("shop/web -> shop/db:80",)))
    assert text.splitlines() == [
        "no: shop/web may not reach shop/db on TCP 80",
        "egress of shop/web is closed and no rule lets it out to shop/db on TCP 80; it is closed by",
        "  a denial that the program assumes, from a.netpol:1: baseline assume deny all",
        "ingress of shop/db is closed and no rule admits shop/web on TCP 80; it is closed by",
        "  shop/web spec.ingress[0], from a.yaml:3: - from:",
        "to allow it, write: shop/web -> shop/db:80",
    ]


def test_a_pod_that_reaches_itself_is_not_said_to_be_open():
    found = msgspec.structs.replace(answer(((RULE,), ()), ((RULE,), ())), itself=True)
    text = FORMS["text"](found).splitlines()[1:]
    assert text == ["     a pod reaches itself by its own address, whatever policies say"]
    document = json.loads(FORMS["json"](found))
    assert (document["allowed"], document["itself"], document["egress"]["closed"]) == (True, True, True)


def test_of_many_it_is_said_that_all_are_allowed():
    assert "all 12 connections" in FORMS["text"](answer(((), ()), ((), ()), count=12))
    assert "connections" not in FORMS["text"](answer(((), ()), ((), ())))


@pytest.mark.parametrize(
    ("lines", "advice", "text", "suggestion", "said"),
    [
        ((), None, [], None, None),
        ((), "it is closed", ["no line of netpol alone would allow it: it is closed"], None, "it is closed"),
        (
            ("a -> b:1",),
            "in x.netpol",
            ["to allow it, write in x.netpol: a -> b:1"],
            "a -> b:1",
            "write it in x.netpol",
        ),
        (
            ("a -> b:1", "c -> d:2"),
            None,
            ["to allow it, write:", "  a -> b:1", "  c -> d:2"],
            "a -> b:1\nc -> d:2",
            None,
        ),
    ],
)
def test_what_would_allow_it_comes_last(lines, advice, text, suggestion, said):
    found = answer(((), ()), ((RULE,), ()), lines=lines, advice=advice)
    assert FORMS["text"](found).splitlines()[4:] == ["  shop/web spec.ingress[0], from a.yaml:3: - from:", *text][1:]
    document = json.loads(FORMS["json"](found))
    assert (document["suggestion"], document["advice"]) == (suggestion, said)
