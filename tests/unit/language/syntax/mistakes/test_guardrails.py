"""Slips of a hand in lines for the whole cluster."""

import pytest

from netpolc import compile_text
from tests.rows import each_row

RIGHT = "always deny a/* -> b/*:80"
CORRECTED = {
    "always denies a/* -> b/*:80": RIGHT,
    "always block a/* -> b/*:80": RIGHT,
    "always Deny a/* -> b/*:80": RIGHT,
    "always deny: a/* -> b/*:80": RIGHT,
    "always-deny a/* -> b/*:80": RIGHT,
    "deny always a/* -> b/*:80": RIGHT,
    "never allow a/* -> b/*:80": RIGHT,
    "never a/* -> b/*:80": RIGHT,
    "admin deny a/* -> b/*:80": RIGHT,
    "first deny a/* -> b/*:80": RIGHT,
    "Cluster-wide block a/* -> b/*:80": RIGHT,
    "last allow a/* -> b/*:80": "default allow a/* -> b/*:80",
    "Default permits a/* -> b/*:80": "default allow a/* -> b/*:80",
    "baseline deny a/* -> b/*:80": "default deny a/* -> b/*:80",
    "always deny a/* => b/*:80": RIGHT,
    "always deny a/* to b/*:80": RIGHT,
    "always deny */* but not a/* -> b/*:80": "always deny */* except a/* -> b/*:80",
    "always deny a/* -> b/* without b/web:80": "always deny a/* -> b/* except b/web:80",
}
SAID = {
    "always a/* -> b/*:80": "`always` is followed by `allow` or `deny`",
    "default pass a/* -> b/*:80": "`default` is followed by `allow` or `deny`",
    "always allow a/* <-> b/*:80": "a line for the whole cluster goes one way",
    "always deny a/* <- b/*:80": "`<-` is not an arrow of netpol",
    "always deny a/* -> b/*:80 except b/web": "an exception stands before the ports",
    "always deny a/* -> b/*:{80, 81} except b/web": "an exception stands before the ports",
    "always deny a/* except -> b/*:80": "unexpected `->`",
    "default deny ingress": "a baseline begins with `baseline deny`",
    "deny a/* -> b/*:80": "a flow takes no connection away",
}


@pytest.mark.parametrize("text", CORRECTED)
def test_a_slip_is_corrected(text):
    (found,) = compile_text(text).diagnostics
    ((edit,),) = (fix.edits for fix in found.fixes)
    span = edit.location.span
    assert text[: span.start] + edit.text + text[span.end :] == CORRECTED[text]
    assert compile_text(CORRECTED[text]).ok


@each_row("text", SAID)
def test_a_slip_is_said(text):
    assert [each.message for each in compile_text(text).diagnostics] == [SAID[text]]


@pytest.mark.parametrize(
    "text",
    ["always -> deny:80", "default -> never:80", "never -> first:80", "last -> global:80", "deny -> allow:80", RIGHT],
)
def test_words_of_guardrails_are_names_elsewhere(text):
    assert compile_text(text).ok
