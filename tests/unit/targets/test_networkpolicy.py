"""Lowering, by what objects say; tests/properties holds what they allow against the program."""

import random
import re

import pytest

from netpolc.ir.isolation import IsolatedPods
from netpolc.policy.model import IPBlock, PodPeer
from netpolc.sets.ports import PortSet
from netpolc.targets.networkpolicy import lower
from netpolc.targets.policy_parts import policy_ports
from tests.rows import each_row
from tests.unit.language.resolve.sources import program, resolved

MANAGED = ("app.kubernetes.io/managed-by", "netpolc")


def lowered(text, others=None, labels=None, **circumstances):
    found = program(text, others, **circumstances)
    return lower(found, IsolatedPods(found), labels or {})


def policies(text, others=None, **circumstances):
    """Each policy by namespace and name, as its types, and its rules on either side."""
    return {
        (policy.namespace or "") + "/" + policy.name: (
            "".join(kind[0] for kind in policy.policy_types),
            rules(policy.ingress),
            rules(policy.egress),
        )
        for policy in lowered(text, others, **circumstances).policies
    }


def rules(known):
    if known is None:
        return None
    return [f"{'|'.join(map(peer, r.peers)) or 'ANY'}:{','.join(map(port, r.ports)) or 'ALL'}" for r in known]


def peer(each):
    if isinstance(each, IPBlock):
        return " -".join([each.cidr, *each.excepts])
    where = "" if each.namespace_selector is None else f"{labels(each.namespace_selector)}/"
    return where + ("*" if each.pod_selector is None else labels(each.pod_selector))


def labels(selector):
    pairs = [f"{key.removeprefix('kubernetes.io/metadata.')}={value}" for key, value in selector.match_labels]
    pairs += [f"{e.key} {e.operator} {' '.join(e.values)}".strip() for e in selector.match_expressions]
    return f"[{','.join(pairs)}]"


def port(each):
    number = "*" if each.port is None else str(each.port)
    return f"{each.protocol}{number}" + (f"-{each.end_port}" if each.end_port else "")


DENY = ("I", None, None)


def test_the_seed():
    assert policies("webapp -> database:5000") == {
        "/default-deny": DENY,
        "/database": ("I", ["[app=webapp]:TCP5000"], None),
    }


@each_row(
    "source, expected",
    [
        ("a", "[app=a]:TCP1"),
        ("*", "[]:TCP1"),
        ("shop/a", "[app=a]:TCP1"),
        ("data/a", "[name=data]/[app=a]:TCP1"),
        ("data/*", "[name=data]/*:TCP1"),
        ("*/a", "[]/[app=a]:TCP1"),
        ("*/*", "[]/*:TCP1"),
        ("[team in (x, y)]/[!old]", "[team In x y]/[old DoesNotExist]:TCP1"),
        ("any", "ANY:TCP1"),
        ("10.0.0.0/8 except 10.1.0.0/16", "10.0.0.0/8 -10.1.0.0/16:TCP1"),
        ("{b, a}", "[app=a]|[app=b]:TCP1"),
        ("{b, any, 10.0.0.0/8}", "ANY:TCP1"),
        (
            "{::/0, 10.0.0.0/8, 9.0.0.0/8, data/a, */z, z, a}",
            "[app=a]|[app=z]|[]/[app=z]|[name=data]/[app=a]|9.0.0.0/8|10.0.0.0/8|::/0:TCP1",
        ),
    ],
)
def test_peers(source, expected):
    assert policies(f"namespace shop [team=t]\n{source} -> db:1")["shop/db"] == ("I", [expected], None)


@each_row(
    "written, expected",
    [
        ("80", "TCP80"),
        ("{53/udp, 80-81, 80/sctp, 443, 443}", "SCTP80,TCP80-81,TCP443,UDP53"),
        ("*", "ALL"),
        ("{*/tcp, */udp, */sctp}", "ALL"),
        ("*/udp", "UDP*"),
        ("{*/tcp, 80, 53/udp}", "TCP*,UDP53"),
        ("1-65535", "TCP*"),
        ("80-80", "TCP80"),
        ('{"http", 80, "dns"/udp, 53/udp}', "TCP80,TCPhttp,UDP53,UDPdns"),
    ],
)
def test_ports(written, expected):
    assert policies(f"a -> db:{written}")["/db"] == ("I", [f"[app=a]:{expected}"], None)


@each_row(
    "baseline, flow, expected",
    [
        ("deny ingress", "a -> b:1", {"default-deny": "I", "b": "I"}),
        ("deny egress", "a -> b:1", {"default-deny": "E", "a": "E"}),
        ("deny all", "a -> b:1", {"default-deny": "IE", "a": "E", "b": "I"}),
        ("deny all", "a -> b:1 ingress", {"default-deny": "IE", "b": "I"}),
        ("deny all", "a -> b:1 egress", {"default-deny": "IE", "a": "E"}),
        ("deny all", "a -> a:1", {"default-deny": "IE", "a": "IE"}),
        ("deny all", "a <-> b:1", {"default-deny": "IE", "a": "IE", "b": "IE"}),
        ("assume deny all", "a -> b:1", {"a": "E", "b": "I"}),
        ("assume deny ingress", "a -> b:1", {"b": "I"}),
        ("deny all on a", "a -> b:1", {"a": "IE"}),
        ("deny all on b", "a -> b:1", {"b": "IE"}),
        ("assume deny all on b", "a -> b:1", {"b": "I"}),
        ("deny ingress on c", "a -> b:1", {"c": "I"}),
    ],
)
def test_which_objects_there_are(baseline, flow, expected):
    found = policies(f"baseline {baseline}\n{flow}")
    assert {name.lstrip("/"): types for name, (types, _, _) in found.items()} == expected


def test_denied_and_assumed_by_direction():
    found = policies("baseline deny ingress\nbaseline assume deny egress\na -> b:1")
    assert found == {
        "/default-deny": DENY,
        "/a": ("E", None, ["[app=b]:TCP1"]),
        "/b": ("I", ["[app=a]:TCP1"], None),
    }
    found = policies("baseline assume deny all\nbaseline deny ingress on db\na -> {db:1, x:2}")
    assert {name: types for name, (types, _, _) in found.items()} == {"/a": "E", "/db": "I", "/x": "I"}


def test_a_rule_on_part_of_the_pods_has_the_conjunction_for_its_subject():
    flows = "a -> db:1\na -> [tier=front]:2\nb -> [app=x, tier in (back, z)]:3"
    found = lowered(f"baseline deny ingress on [tier=back]\n{flows}")
    assert {p.name.rpartition("-")[0] or p.name: labels(p.pod_selector) for p in found.policies} == {
        "tier-back": "[tier=back]",
        "db-tier-back": "[app=db,tier=back]",
        "app-x-tier-in-back-z-tier-back": "[app=x,tier=back]",
    }


def test_a_rule_is_written_where_one_part_holds_its_end():
    """A pod in both parts is closed twice, and opened once: policies add up."""
    found = policies("baseline deny ingress on {[x], db}\na -> {db:1, [app=db, tier=y]:2}")
    assert {name: rules_ for name, (_, rules_, _) in found.items() if rules_} == {
        "/db": ["[app=a]:TCP1"],
        "/app-db-tier-y-51dc051d": ["[app=a]:TCP2"],
    }
    assert len(found) == 3


def test_a_rule_is_written_where_parts_hold_its_end_together():
    found = policies("baseline deny ingress on {[t in (a, b)], [t in (c, d)]}\na -> [t in (b, c)]:1")
    assert len(found) == 3
    assert [rules_ for _, rules_, _ in found.values() if rules_] == [["[app=a]:TCP1"]]


def test_else_it_is_written_for_what_each_part_has_of_its_end():
    found = lowered("baseline deny ingress on {[x], [y]}\na -> db:1")
    opened = [labels(p.pod_selector) for p in found.policies if p.ingress]
    assert opened == ["[app=db,x Exists]", "[app=db,y Exists]"]


def test_a_pair_that_others_say_is_no_policy():
    """The second flow says all that the first does, and what it needs a pair for."""
    baseline = "baseline deny ingress on {[x], [y]}"
    both = lowered(f"{baseline}\na -> [app=db, tier=t]:1\n* -> db:*")
    assert [labels(p.pod_selector) for p in both.policies if p.ingress] == ["[app=db,x Exists]", "[app=db,y Exists]"]
    apart = lowered(f"{baseline}\na -> [app=db, tier=t]:1\n* -> db:2")
    assert sum(p.ingress is not None for p in apart.policies) == 4


def test_the_policy_of_what_is_written_stays_though_others_say_it():
    found = policies("baseline deny ingress on db\na -> [app=db, tier=t]:1\nany -> db:*")
    assert sorted(rules_[0] for _, rules_, _ in found.values()) == ["ANY:ALL", "[app=a]:TCP1"]


def test_rules_are_merged_by_their_ports():
    text = "a -> db:{1, 2}\nb -> db:2\nb -> db:1\nc -> db:1\nany -> db:9\nd -> db:9\na -> db:1"
    assert policies(text)["/db"] == (
        "I",
        ["[app=c]:TCP1", "[app=a]|[app=b]:TCP1,TCP2", "ANY:TCP9"],
        None,
    )


def test_any_as_a_subject_opens_every_owned_namespace():
    found = policies("baseline deny all\nnamespace shop { }\nnamespace data { }\nany -> any:*")
    assert found == {
        f"{namespace}/{name}": expected
        for namespace in ("data", "shop")
        for name, expected in (("all-pods", ("IE", ["ANY:ALL"], ["ANY:ALL"])), ("default-deny", ("IE", None, None)))
    }


def test_namespaces_by_label_are_those_that_state_it():
    namespaces = "namespace a [team=x] { }\nnamespace b { }\nnamespace c [team=y] { }\n"
    assert set(policies(f"{namespaces}q/q -> [team=x]/db:1\nq/q -> [!team]/db:2")) == {
        *(f"{each}/default-deny" for each in "abc"),
        "a/db",
        "b/db",
    }


def test_the_unnamed_namespace_is_its_own():
    assert policies("a -> b:1")["/b"] == ("I", ["[app=a]:TCP1"], None)
    assert policies("a -> b:1", namespace="shop")["shop/b"] == ("I", ["[app=a]:TCP1"], None)
    both = "namespace shop { a -> c:1 }\na -> b:1"
    assert set(policies(both, namespace="shop")) == {"shop/default-deny", "shop/b", "shop/c"}


@pytest.mark.parametrize("flow", ["a -> shop/b:1", "{a, c} -> shop/b:1\n{a, c} -> shop/b:2"])
def test_a_policy_elsewhere_cannot_name_pods_of_the_unnamed_namespace(flow):
    text = f"namespace shop {{ }}\n{flow}"
    found = lowered(text)
    assert {(d.code, d.location.text) for d in found.diagnostics} == {("NP214", flow.split("\n")[0])}
    assert lowered(text, namespace="default").diagnostics == ()
    assert lowered(text, namespace="shop").diagnostics == ()


# Names, sources, comments, annotations, labels.


@each_row(
    "text, names",
    [
        ("pods db = [a=b]\nx -> db:1", ["db"]),
        ("pods db = [a=b]\nx -> [a=b]:1\nx -> db:2", ["db"]),
        ("x -> [app=db]:1\nx -> db:2", ["db"]),
        ("pods main = [app=db]\nx -> db:1\nx -> main:1", ["main"]),
        ("x -> {a:1, b:2}", ["a", "b"]),
        ("x -> *:1", ["all-pods"]),
        ("x -> any:1\nx -> y:1", ["all-pods", "y"]),
        ("service s = db:1\nx -> s", ["s"]),
        ("group g = {a, b}\nx -> g:1", ["a", "b"]),
    ],
)
def test_subjects_are_named_as_the_source_writes_them(text, names):
    assert [p.name for p in lowered(text).policies if p.name != "default-deny"] == names


def test_policies_come_sorted():
    text = "namespace b { x -> {z:1, y:1} }\nnamespace a { x -> y:1 }\nx -> y:1"
    assert list(policies(text)) == [
        *("/default-deny", "/y", "a/default-deny", "a/y", "b/default-deny", "b/y", "b/z"),
    ]


def test_sources_and_comments():
    others = {
        "p": 'namespace shop\n@owner("me")\n@reason("x")\nb -> db:1\nbaseline -> db:1\n',
        "q": "namespace shop\nbaseline deny egress on db\n",
    }
    text = "namespace shop\na -> db:1\nbaseline deny ingress on db"
    found = {p.name: p for p in lowered(text, others, sources=others).policies}
    db = found["db"]
    assert db.sources == ("p", "q", "shop.netpol")
    assert db.comments == ("q:2: baseline deny egress on db", "shop.netpol:3: baseline deny ingress on db")
    (rule,) = db.ingress
    assert rule.comments == (
        "p:4: b -> db:1 (owner: me; reason: x)",
        "p:5: baseline -> db:1",
        "shop.netpol:2: a -> db:1",
    )
    assert "default-deny" not in found


def test_a_flow_that_begins_with_the_word_baseline_is_none():
    (db,) = lowered("baseline deny ingress on db\nbaseline -> db:1\nbaseline-x -> db:1").policies
    assert db.comments == ("shop.netpol:1: baseline deny ingress on db",)


def test_the_sources_of_a_deny_that_nobody_wrote():
    others = {"p": "namespace shop\n", "q": "a -> b:1\n"}
    known = lowered("namespace data { }\nx -> y:1", others, sources=others).policies
    found = {(p.namespace, p.name): p.sources for p in known}
    assert found["shop", "default-deny"] == ("p",)
    assert found["data", "default-deny"] == ("shop.netpol",)
    assert found[None, "default-deny"] == ("q", "shop.netpol")


def test_annotations_are_gathered():
    text = """\
@owner("b")
@expires(2030-01-02)
x -> db:1
@owner("a")
@ticket("T")
y -> db:2
@owner("a")
baseline deny ingress
"""
    found = {p.name: p.annotations for p in lowered(text).policies}
    assert found == {
        "db": (("netpolc/expires", "2030-01-02"), ("netpolc/owner", "a, b"), ("netpolc/ticket", "T")),
        "default-deny": (("netpolc/owner", "a"),),
    }


def test_labels_of_a_project_are_put_on_everything_and_replace_none_of_netpolcs():
    found = lowered("x -> db:1", labels={"team": "a", MANAGED[0]: "me", "a": "b"}).policies
    assert {p.labels for p in found} == {(("a", "b"), MANAGED, ("team", "a"))}


# What must never happen: a rule that says less than the program, and so allows more.


def test_no_ports_are_an_internal_error_and_never_every_port():
    with pytest.raises(AssertionError, match="would open them all"):
        policy_ports(PortSet())


@pytest.mark.search(10)
def test_a_rule_without_peers_comes_from_any_and_one_without_ports_from_a_star(seed):
    source = random.Random(seed)
    for _ in range(25):
        text = made_up(source)
        found = resolved(text)
        if any(d.severity == "error" for d in found.diagnostics):
            continue
        for policy in lower(found.program, IsolatedPods(found.program), {}).policies:
            assert None not in (policy.pod_selector, policy.policy_types)
            for rule in (*(policy.ingress or ()), *(policy.egress or ())):
                said = " ".join(rule.comments)
                assert rule.peers or "any" in said, text
                assert rule.ports or "*" in said.replace("*/", ""), text
                assert all(has_meaning(each) for each in rule.peers), text
            for known in (policy.ingress, policy.egress):
                assert known is None or known, text


def has_meaning(each):
    if isinstance(each, IPBlock):
        return bool(each.cidr)
    assert isinstance(each, PodPeer)
    return each.pod_selector is not None or each.namespace_selector is not None


ENDS = [
    *(
        "a",
        "b",
        "g",
        "empty",
        "n",
        "[a, !a]",
        "[app=a, app=b]",
        "[app notin (a), app in (a)]",
        "[x=1, x=2]/a",
        "*/[a, !a]",
    ),
    *("10.0.0.0/8", "0.0.0.0/0 except {0.0.0.0/1, 128.0.0.0/1}", "data/b", "data/g", "{empty, empty}", "{[a, !a], b}"),
    *("{n, empty}", "any", "{any, empty}", "_bad", "data/n", "gone.x", "v"),
]
DECLARED = """\
group empty = {[a, !a], {[b, !b]}}
group g = {a, empty, data/b}
net n = 10.0.0.0/8 except {10.0.0.0/9, 10.128.0.0/9}
param net v
port p = {80, q}
port q = {1-65535, */udp}
service s = {a:p, empty:81}
"""
PORTS = ["80", "p", '"http"', "*/udp", "1-65535", "*", "{80, q}", "gone"]


def made_up(source):
    """Programs with as little behind their names as can be."""
    kinds = ["", "baseline deny all\n", "baseline deny all on {a, empty}\n", "baseline assume deny all\n"]
    baseline = source.choice(kinds)
    head = source.choice(["", "namespace shop\n", "namespace shop [x=1]\n"])
    lines = []
    for _ in range(source.randint(1, 3)):
        arrow, half = source.choice(["->", "->", "<->"]), source.choice(["", "", " ingress", " egress"])
        end, ports = source.choice(ENDS), source.choice(PORTS)
        target = source.choice([f"{end}:{ports}", "s", f"{{s, {end}:80}}"])
        lines.append(f"{source.choice(ENDS)} {arrow} {target}{half}")
    return DECLARED + head + baseline + "\n".join(lines)


def test_the_made_up_programs_reach_lowering():
    source = random.Random(1)
    count = 0
    for _ in range(100):
        found = resolved(made_up(source))
        count += not any(d.severity == "error" for d in found.diagnostics)
    assert count > 20


NAMED = "namespace shop\nbaseline deny ingress\nweb -> orders:80\n"


@each_row(
    "text, names",
    [
        ("policy x = orders", ["default-deny", "x"]),
        ("policy x = *", ["orders", "x"]),
        ("policy default-deny = *", ["default-deny", "orders"]),
        # Another policy that would have the name gets a hash, and one that closes the namespace has it no more.
        ("policy x = orders\nweb -> x:80", ["default-deny", "x", "x-3c8c1e5e"]),
        ("policy default-deny = orders\npolicy y = *", ["default-deny", "y"]),
        # It is one of several that would say the same.
        ("policy both = [app=orders, tier=a]\nweb -> [app=orders, tier=a]:81", ["default-deny", "both", "orders"]),
    ],
)
def test_policies_are_called_what_the_program_says(text, names):
    found = lowered(NAMED + text)
    assert found.diagnostics == ()
    assert [re.sub("-[0-9a-f]{8}$", "-…", each.name) for each in found.policies] == [
        re.sub("-[0-9a-f]{8}$", "-…", name) for name in names
    ]


def test_the_policy_of_all_pods_closes_them_and_lets_them_through():
    (whole,) = (each for each in lowered(f"{NAMED}policy x [a=b] = *\n* -> *:81").policies if each.name == "x")
    assert (whole.policy_types, rules(whole.ingress)) == (("Ingress",), ["[]:TCP81"])
    assert whole.labels == tuple(sorted((("a", "b"), MANAGED)))
    (alone,) = lowered("namespace shop\npolicy x = *").policies
    assert (alone.name, alone.policy_types, alone.sources) == ("x", ("Ingress",), ("shop.netpol",))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("policy x = other", "NP656"),
        ("policy x = web", "NP656"),
        ("policy default-deny = orders", "NP429"),
    ],
)
def test_a_name_is_for_a_policy_that_there_is(text, code):
    (found,) = lowered(NAMED + text).diagnostics
    assert (found.code, found.location.text) == (code, text)


def test_a_name_outside_of_namespaces_is_for_no_policy_of_theirs():
    (found,) = lowered(f"policy x = orders\n{NAMED}").diagnostics
    assert (found.code, found.location.text) == ("NP656", "policy x = orders")
