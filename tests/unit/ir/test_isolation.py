import random

import pytest

from netpolc.ir.isolation import IsolatedPods, is_pair
from netpolc.ir.model import Pods
from netpolc.sets.labels import intersect, is_covered
from tests.rows import each_row
from tests.unit.language.resolve.sources import program, selector


def closed(text, direction="ingress", **circumstances):
    """The closed parts of each end of the last flow, as namespace, labels, and the baseline's part."""
    found = program(text, **circumstances)
    peer = found.flows[-1].destinations[0].peer
    return [
        (s.namespace, selector(s.selector), s.within and selector(s.within.selector))
        for s in IsolatedPods(found).subjects(peer, direction)
    ]


@each_row(
    "baselines, ingress, egress",
    [
        ("", [("shop", "app=x", None)], []),
        ("baseline deny egress", [], [("shop", "app=x", None)]),
        ("baseline deny all", [("shop", "app=x", None)], [("shop", "app=x", None)]),
        ("baseline assume deny all", [("shop", "app=x", None)], [("shop", "app=x", None)]),
        ("baseline deny all on x", [("shop", "app=x", "app=x")], [("shop", "app=x", "app=x")]),
        ("baseline deny all on y", [], []),
        ("baseline deny ingress on [a=b]", [("shop", "a=b,app=x", "a=b")], []),
        ("baseline deny ingress on x\nbaseline deny ingress on x", [("shop", "app=x", "app=x")], []),
        (
            "baseline deny ingress on {x, [a], y}",
            [("shop", "app=x", "app=x")],
            [],
        ),
        (
            "baseline deny ingress on {[a], [b]}",
            [("shop", "a?,app=x", "a?"), ("shop", "app=x,b?", "b?")],
            [],
        ),
        ("baseline deny ingress on {[a], [!a]}", [("shop", "app=x", None)], []),
        ("baseline deny ingress on {[a, app], [app in (x, y)], [b]}", [("shop", "app=x", "app=x|y")], []),
        ("baseline deny ingress on x\nbaseline deny ingress", [("shop", "app=x", None)], []),
        ("baseline deny ingress\nbaseline deny ingress on x", [("shop", "app=x", None)], []),
        ("baseline deny ingress on x\nbaseline assume deny ingress", [("shop", "app=x", None)], []),
        ("baseline deny ingress on x\nbaseline deny egress on y", [("shop", "app=x", "app=x")], []),
        (
            "baseline deny all on [app in (x, y), !old]",
            [("shop", "app=x,old!", "app=x|y,old!")],
            [("shop", "app=x,old!", "app=x|y,old!")],
        ),
        ("baseline deny all on [app notin (x)]", [], []),
        ("baseline deny all on [!app]", [], []),
        ("baseline deny ingress on *", [("shop", "app=x", "")], []),
    ],
)
def test_what_baselines_close_of_a_peer(baselines, ingress, egress):
    text = f"namespace shop\n{baselines}\nq -> x:1"
    assert closed(text, "ingress") == ingress
    assert closed(text, "egress") == egress


@each_row(
    "peer, expected",
    [
        ("x", ["b"]),
        ("a/x", ["a"]),
        ("gone/x", []),
        ("*/x", ["a", "b"]),
        ("any", ["a", "b"]),
        ("[team=t]/x", ["a"]),
        ("[team!=t]/x", ["b"]),
        ("[!team]/x", ["b"]),
        ("[team]/*", ["a"]),
        ("[kubernetes.io/metadata.name in (b, c)]/*", ["b"]),
        ("10.0.0.0/8", []),
    ],
)
def test_the_namespaces_in_which_a_peer_is_closed(peer, expected):
    text = f"namespace a [team=t]\nnamespace b\nq -> {peer}:1"
    assert [namespace for namespace, *_ in closed(text)] == expected


def test_any_as_a_subject_is_every_pod():
    assert closed("namespace a\nq -> any:1") == [("a", "", None)]
    assert closed("namespace a\nbaseline deny ingress on x\nq -> any:1") == [("a", "app=x", "app=x")]


def test_the_unnamed_namespace_has_no_labels_to_match():
    assert closed("q -> */x:1\nq -> x:1") == [(None, "app=x", None)]
    assert closed("q -> x:1\nq -> [kubernetes.io/metadata.name=a]/x:1") == []
    assert closed("q -> x:1\nq -> [kubernetes.io/metadata.name=a]/x:1", namespace="a") == [("a", "app=x", None)]


def test_against_asking_every_part():
    random_ = random.Random(1)
    requirements = ["app=a", "app in (a, b)", "app!=a", "app", "!app", "t=a", "t in (b, c)", "!t", "u"]
    for _ in range(200):
        parts = [f"[{', '.join(random_.sample(requirements, random_.randint(1, 3)))}]" for _ in range(6)]
        peer = f"[{', '.join(random_.sample(requirements, random_.randint(1, 2)))}]"
        found = program(
            f"namespace s\nbaseline deny ingress on {{{', '.join(parts)}}}\n{{q, {peer}}} -> {{{peer}:1, q:2}}"
        )
        isolations = IsolatedPods(found)
        on = {baseline.on.selector: baseline.on for baseline in found.baselines if baseline.on}
        for end in found.flows[0].destinations:
            assert isinstance(end.peer, Pods)
            both = [each for each in (intersect(end.peer.selector, part) for part in on) if each is not None]
            is_one = end.peer.selector in both or (is_covered(end.peer.selector, both) and not set(both) <= set(on))
            subjects = isolations.subjects(end.peer, "ingress")
            assert [subject.selector for subject in subjects] == ([end.peer.selector] if is_one else both)


def test_what_parts_hold_only_together_is_asked_of_them_only_where_they_would_need_pairs():
    text = "namespace shop\nbaseline deny ingress on {x, y}\nq -> [app in (x, y)]:1"
    assert closed(text) == [("shop", "app=x", "app=x"), ("shop", "app=y", "app=y")]


@pytest.mark.parametrize(
    ("end", "expected"),
    [("x", [False]), ("[app=x, t]", [False]), ("*", [False, False]), ("[t]", [True, True]), ("any", [False, False])],
)
def test_pairs_are_what_no_statement_speaks_of(end, expected):
    found = program(f"namespace shop\nbaseline deny ingress on {{x, [u]}}\nq -> {end}:1")
    peer = found.flows[0].destinations[0].peer
    assert [is_pair(peer, each) for each in IsolatedPods(found).subjects(peer, "ingress")] == expected


def test_many_parts_cost_no_square():
    lines = ["namespace s", f"baseline deny all on {{{', '.join(f'a{at}' for at in range(4000))}}}"]
    found = program("\n".join(lines + [f"q -> a{at}:1" for at in range(4000)]))
    isolations = IsolatedPods(found)
    assert all(len(isolations.subjects(flow.destinations[0].peer, "ingress")) == 1 for flow in found.flows)


def test_many_keys_cost_no_square():
    """What one part holds is found without a look at the others."""
    lines = ["namespace s", f"baseline deny all on {{{', '.join(f'[k{at}=a]' for at in range(4000))}}}"]
    found = program("\n".join(lines + [f"q -> [k{at}=a, t]:1" for at in range(4000)]))
    isolations = IsolatedPods(found)
    assert all(len(isolations.subjects(flow.destinations[0].peer, "ingress")) == 1 for flow in found.flows)


@each_row(
    "flow, reach",
    [
        ("a/x -> b/y:1", {"b"}),
        ("b/x -> a/y:1", {"a", "b"}),
        ("b/x -> a/y:1 ingress", {"a"}),
        ("b/x -> a/y:1 egress", {"b"}),
        ("a/x -> c/y:1", {"c"}),
        ("a/x -> c/[app=z]:1", set()),
        ("a/x -> {b/y, elsewhere/z}:1", {"b"}),
        ("10.0.0.0/8 -> */y:1", {"a", "b", "c"}),
        ("any -> 10.0.0.0/8:1", {"b"}),
        ("b/x -> 10.0.0.0/8:1 ingress", set()),
    ],
)
def test_the_namespaces_that_a_flow_reaches(flow, reach):
    owned = "namespace a { }\nnamespace b { baseline deny all }\nnamespace c { baseline deny ingress on y }\n"
    found = program(f"{flow}\n{owned}")
    assert IsolatedPods(found).reach(found.flows[0]) == reach
