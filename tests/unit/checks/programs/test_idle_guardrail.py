"""Guardrails that change nothing, and their neighbours that do."""

import pytest

from netpolc.checks.programs.idle_guardrail import check
from tests.unit.checks.programs.programs import context

IDLE = {
    "a deny for more": ("always deny */* -> v/*:*\nalways allow b/a -> v/*:1", {2: "NP521"}),
    "denies together": (
        "always deny */* -> v/*:1\nalways deny */* -> v/*:2\nalways allow b/a -> v/*:1-2",
        {3: "NP521"},
    ),
    "a deny at the other end": ("always deny b/a -> v/*:1 egress\nalways allow b/a -> v/*:1 ingress", {2: "NP521"}),
    "a deny of the same tier": ("default deny */* -> */*:*\ndefault allow */* -> v/x:53/udp", {2: "NP521"}),
    "always before default": ("always allow a/b -> v/x:1\ndefault deny a/b -> v/x:1", {2: "NP521"}),
    "addresses": ("always deny */* -> 10.0.0.0/8:*\nalways allow a/b -> 10.1.0.0/16:1", {2: "NP521"}),
    "the same twice": ("always deny a/b -> v/x:1\nalways deny a/b -> v/x:1", {2: "NP522"}),
    "parts of others": (
        "always deny a/b -> v/x:1-5\nalways deny a/b -> v/x:6\nalways deny a/b -> v/x:5-6",
        {3: "NP522"},
    ),
    "nobody": ("always deny q/* except [t=w]/* -> r/*:1\nnamespace q [t=w]\nbaseline deny ingress", {1: "NP523"}),
}
"""Lines, and the codes that are found at which."""

EFFECTIVE = {
    "one connection is left": "always deny */* except b/a -> v/*:*\nalways allow b/[app in (a, c)] -> v/*:1",
    "another port": "always deny */* -> v/*:1\nalways allow b/a -> v/*:1-2",
    "another protocol": "always deny */* -> v/*:1/udp\nalways allow b/a -> v/*:1",
    "the other end, by default": "default deny a/b -> v/x:1 egress\ndefault deny a/b -> v/x:1 ingress",
    "the other end": "always deny a/b -> v/x:1 egress\nalways deny a/b -> v/x:1 ingress",
    "allowed at one end, denied by default at the other": (
        "always allow a/b -> v/x:1 egress\ndefault deny a/b -> v/x:1 ingress"
    ),
    "default does not bind always": "default deny */* -> v/*:*\nalways allow b/a -> v/*:1",
    "isolated today": "default deny */* -> v/*:*\nnamespace v\nbaseline deny ingress",
    "a label for later": "always deny */[quarantine=true] -> {*/*, 0.0.0.0/0, ::/0}:*",
    "pods and their addresses": "always deny */* -> */*:*\nalways allow a/b -> 10.0.0.0/8:1",
}


@pytest.mark.parametrize(("text", "expected"), IDLE.values(), ids=IDLE)
def test_a_line_that_changes_nothing_is_found(text, expected):
    assert _found(text) == expected


@pytest.mark.parametrize("text", EFFECTIVE.values(), ids=EFFECTIVE)
def test_nothing_is_said_of_a_line_that_changes_anything(text):
    assert _found(text) == {}


def test_what_decides_is_shown_once():
    (found,) = check(context("always deny */* -> v/*:*\nalways allow {b/a, b/c} -> {v/x, v/y}:1\n"))
    assert [label.location.line for label in found.labels] == [1]


def _found(text):
    return {found.location.line: found.code for found in check(context(f"{text}\n"))}
