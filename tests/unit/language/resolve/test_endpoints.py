import pytest

from netpolc.ir.model import Anything, InNamespace, Pods
from netpolc.language.resolve.names import DEEPEST
from tests.rows import each_row
from tests.unit.language.resolve.sources import MAIN, helps, peers, ports, program, resolved, said, shown

DECLARED = """\
pods web = [app=web]
group both = {web, data/pg}
net office = 203.0.113.0/24
service store = data/pg:5432
port metrics = 9090
namespace data
pods pg = [role=pg]
group all = {pg, web}
namespace shop
"""


@each_row(
    "endpoint, expected",
    [
        ("x", ["shop/app=x"]),
        ("web", ["shop/app=web"]),
        ("both", ["shop/app=web", "data/role=pg"]),
        ("office", ["203.0.113.0/24"]),
        ("store", ["data/role=pg"]),
        ("any", ["any"]),
        ("*", ["shop/"]),
        ("[a=b, c!=d, e, !f, g in (h, i), j notin (k)]", ["shop/a=b,c!=d,e?,f!,g=h|i,j!=k"]),
        ("data/*", ["data/"]),
        ("data/x", ["data/app=x"]),
        ("data/[a=b]", ["data/a=b"]),
        ("data/pg", ["data/role=pg"]),
        ("data/all", ["data/role=pg", "data/app=web"]),
        ("data/web", ["data/app=web"]),
        ("pg", ["shop/app=pg"]),
        ("shop/both", ["shop/app=web", "data/role=pg"]),
        ("data/store", ["data/role=pg"]),
        ("*/x", ["[]/app=x"]),
        ("*/*", ["[]/"]),
        ("*/web", ["[]/app=web"]),
        ("[team=a]/web", ["[team=a]/app=web"]),
        ("[team=a]/*", ["[team=a]/"]),
        ("{web, {web, x}, data/pg, {data/pg}}", ["shop/app=web", "shop/app=x", "data/role=pg"]),
        ("10.0.0.0/8 except {10.2.0.0/16, 10.1.0.0/16}", ["10.0.0.0/8 -10.1.0.0/16 -10.2.0.0/16"]),
        ("2001:DB8:0::/32", ["2001:db8::/32"]),
    ],
)
def test_what_endpoints_stand_for(endpoint, expected):
    # A bare name that a section declares otherwise would be an error: pg is one, and is asked of as a label here.
    text = DECLARED.replace("namespace shop", "namespace other") if endpoint == "pg" else DECLARED
    expected = [each.replace("shop", "other") for each in expected] if endpoint == "pg" else expected
    assert peers(f"{text}{endpoint} -> q:1\n") == expected


@each_row(
    "endpoint, expected",
    [
        ("metrics", ("NP206", "metrics")),
        ("data/metrics", ("NP206", "data/metrics")),
        ("data/office", ("NP216", "data/office")),
        ("shop/store", ("NP216", "shop/store")),
        ("*/store", ("NP216", "*/store")),
        ("[a=b]/office", ("NP216", "[a=b]/office")),
        ("data/any", ("NP206", "any")),
        ("*/any", ("NP206", "any")),
        ("Shop/x", ("NP402", "Shop")),
        ("a_b/*", ("NP402", "a_b")),
        (f"{'n' * 64}/x", ("NP402", "n" * 64)),
        ("x" * 64, ("NP404", "x" * 64)),
        ("_x", ("NP404", "_x")),
        ("[-a=b]", ("NP403", "-a=b")),
        (f"[a={'b' * 64}]", ("NP404", f"a={'b' * 64}")),
        ("[a in (b, -c)]/x", ("NP404", "a in (b, -c)")),
        ("10.0.0.1/8", ("NP306", "10.0.0.1/8")),
        ('"api.example.com"', ("NP311", '"api.example.com"')),
        ("{x, y:80}", ("NP309", "80")),
        ("{x, {y, z:{80, 81}}}", ("NP309", "{80, 81}")),
        ("gone.x", ("NP210", "gone.x")),
    ],
)
def test_what_no_endpoint_can_be(endpoint, expected):
    assert said(f"{DECLARED}{endpoint} -> q:1\n") == [expected]
    assert said(f"{DECLARED}q -> {{{endpoint}:1}}\n") == [expected] or expected[0] == "NP309"


def test_every_use_is_reported():
    text = "port p = 80\nparam pods v\np -> q:1\nq -> {p:1, {v:2}}\nv -> q:1"
    found = [(d.code, d.location.line) for d in resolved(text).diagnostics]
    assert sorted(found) == [("NP206", 3), ("NP206", 4), ("NP212", 4), ("NP212", 5)]


def test_contradictions_are_warned_of_and_leave_nothing_behind():
    text = """\
[a, !a] -> web:80
web -> {[a=b, a=c]:1, [a in (b), a notin (b)]:2}
[a=b, a=c]/x -> web:80
{x, [a, !a]} -> web:81
"""
    found = resolved(text)
    assert {d.code for d in found.diagnostics} == {"NP503"}
    assert [shown(peer) for flow in found.program.flows for peer in flow.sources] == ["/app=x"]


# Scopes.


def test_a_section_sees_its_own_names_first_and_those_of_no_other_section():
    text = """\
pods x = [at=file]
namespace a {
  pods x = [at=a]
  x -> q:1
}
namespace b {
  x -> q:2
  a/x -> q:3
}
"""
    assert [shown(flow.sources[0]) for flow in program(text).flows] == ["a/at=a", "b/at=file", "a/at=a"]


def test_a_section_is_one_however_often_it_is_opened():
    assert peers(
        "namespace a { x -> q:1 }\nnamespace b { }\nnamespace a { pods x = [at=a] }\nnamespace b {a/x -> q:1}"
    ) == ["a/at=a"]


def test_a_group_is_read_where_it_is_declared_and_applied_where_it_is_used():
    """Its names are those of its own section; only where there is none is it relative to its use."""
    text = "group g = {x, [b=c], *}\nnamespace a\ngroup h = {g, x}\nnamespace b\n{g, a/h} -> q:1\n"
    assert sorted(peers(text)) == ["a/", "a/app=x", "a/b=c", "b/", "b/app=x", "b/b=c"]


@pytest.mark.parametrize(
    ("use", "expected"),
    [
        ("p.g", ["shop/app=x", "data/role=pg", "10.0.0.0/8", "deep/d=e"]),
        ("p.pg", ["data/role=pg"]),
        ("p.relative", ["shop/team=x"]),
        ("p.fixed", ["data/team=x"]),
        ("p.s", ["shop/app=y"]),
    ],
)
def test_names_of_other_files(use, expected):
    others = {
        "p": 'import "q"\nnames by team\ngroup g = {[app=x], data/pg, 10.0.0.0/8, q.d}\n'
        "pods relative = x\nservice s = [app=y]:1\nnamespace data\npods pg = [role=pg]\npods fixed = x\n",
        "q": "namespace deep\npods d = [d=e]\n",
    }
    assert peers(f'import "p"\nnamespace shop\n{use} -> q:1\n', others) == expected


def test_an_imported_file_gives_names_and_assertions_and_nothing_else():
    other = "namespace data\nbaseline deny all\na -> b:1\npods x = [a=b]\nassert deny a -> b:1\n"
    found = program('import "p"\nnamespace shop\np.x -> q:1\n', {"p": other})
    assert [owned.name for owned in found.namespaces] == ["shop"]
    assert (len(found.flows), len(found.baselines), len(found.assertions)) == (1, 1, 1)


@pytest.mark.parametrize("alias", ["p.x", "p.y"])
def test_an_import_that_failed_is_reported_by_the_loader_alone(alias):
    assert said(f'import "gone" as p\n{alias} -> q:1') == []


def test_names_of_other_files_that_are_not_there_or_not_one():
    others = {
        "p": "pods x = [a=b]\nport px = 1\nnamespace s\npods x = [a=c]\n"
        "namespace t\npods y = [a=c]\nnamespace u\npods y = [a=d]\n"
    }
    text = 'import "p"\np.x -> q:1\np.y -> q:1\np.z -> q:1\np.px -> q:1\nq -> a:p.y\n'
    assert said(text, others) == [("NP203", "p.z"), ("NP205", "p.x"), ("NP205", "p.y"), ("NP206", "p.px")]
    unique = {"p": "namespace t\npods y = [a=c]\n"}
    assert said('import "p"\nq -> a:p.y\n', unique) == [("NP206", "p.y")]


# Destinations.


@each_row(
    "target, expected",
    [
        ("a:80", ["TCP80-80"]),
        ("{a:80, b:81}", ["TCP80-80", "TCP81-81"]),
        ("{a, b}:{80, 81}", ["TCP80-80 TCP81-81"] * 2),
        ("{{a, b}:80, {c:81, {d:82}}}", ["TCP80-80", "TCP80-80", "TCP81-81", "TCP82-82"]),
        ("s", ["TCP5432-5432"]),
        ("{s, a:80}", ["TCP5432-5432", "TCP80-80"]),
        ("t", ["TCP5432-5432", "UDP53-53"]),
        ("data/local", ["TCP9-9"]),
        ("{a:80, a:80}", ["TCP80-80"]),
        ("g:80", ["TCP80-80"] * 2),
    ],
)
def test_ports_of_destinations(target, expected):
    text = f"""\
service s = data/pg:5432
service t = {{s, dns:53/udp}}
service local = x:9
group g = {{s, a}}
namespace shop
q -> {target}
"""
    if target == "g:80":  # a group has no ports to give, and a service in it brings its own
        assert said(text) == [("NP310", "80")]
        return
    assert [ports(destination) for destination in program(text).flows[0].destinations] == expected


@each_row(
    "target, expected",
    [
        ("a", [("NP301", "a")]),
        ("{a, b:80}", [("NP301", "a")]),
        ("{a, {b, c:80}}", [("NP301", "a"), ("NP301", "b")]),
        ("{a}", [("NP301", "{a}")]),
        ("{a, b}", [("NP301", "{a, b}")]),
        ("g", [("NP301", "g")]),
        ("{g, s}", [("NP301", "g")]),
        ("{s, a}", [("NP301", "a")]),
        ("s:80", [("NP310", "80")]),
        ("{s, a}:80", [("NP310", "80")]),
        ("{a:80}:81", [("NP310", "81")]),
        ("any", [("NP301", "any")]),
    ],
)
def test_ports_are_given_once_and_never_left_out(target, expected):
    assert said(f"service s = a:5432\ngroup g = {{a, b}}\nq -> {target}\n") == expected


def test_a_service_without_ports_or_with_foreign_members():
    assert said("service s = {a, b:1}\nq -> s") == [("NP301", "a")]
    assert said("service s = {any:1, 10.0.0.0/8:2}\ns -> q:1") == []
    assert [shown(d.peer) for d in program("service s = {any:1, 10.0.0.0/8:2}\nq -> s").flows[0].destinations] == [
        "any",
        "10.0.0.0/8",
    ]


# Kinds.


@each_row(
    "declaration, expected",
    [
        ("pods x = 10.0.0.0/8", [("NP206", "10.0.0.0/8")]),
        ("pods x = {a, b}", [("NP206", "{a, b}")]),
        ("pods x = {a}", [("NP206", "{a}")]),
        ("pods x = any", [("NP206", "any")]),
        ("pods x = n", [("NP206", "n")]),
        ("pods x = mixed", [("NP206", "mixed")]),
        ("net x = a", [("NP206", "a")]),
        ("net x = any", [("NP206", "any")]),
        ("net x = {10.0.0.0/8, a, *}", [("NP206", "*"), ("NP206", "a")]),
        ("net x = mixed", [("NP206", "mixed")]),
        ("net x = 10.0.0.0", [("NP305", "10.0.0.0")]),
        ("group x = {a:80}", [("NP309", "80")]),
        ("pods x = p", [("NP206", "p")]),
        ("pods x = a", []),
        ("pods x = data/*", []),
        ("net x = n", []),
        ("net x = {n, 10.0.0.0/8}", []),
        ("group x = {n, a, any, data/*}", []),
    ],
)
def test_declarations_hold_what_their_keyword_says(declaration, expected):
    text = f"net n = 10.0.0.0/8\nport p = 1\ngroup mixed = {{a, n}}\n{declaration}\nx -> q:1\n"
    assert said(text) == expected


def test_pods_are_named_by_what_declares_them():
    def names(text):
        return [(peer.name, peer.declared) for peer in program(text).flows[-1].sources if isinstance(peer, Pods)]

    assert names("pods x = [a=b]\nx -> q:1") == [("x", True)]
    assert names("pods x = y\npods z = x\nz -> q:1") == [("z", True)]
    assert names("group g = {x, [ a = b ], *}\ng -> q:1") == [("x", False), ("[ a = b ]", False), ("*", False)]
    assert names("service s = x:1\ns -> q:1") == [("s", True)]


# Chains.


def chain(length, form, last="q"):
    lines = [form.format(this=f"g{at}", that=f"g{at + 1}") for at in range(length - 1)]
    return "\n".join([*lines, form.format(this=f"g{length - 1}", that=last), "g0 -> z:1" if "port" not in form else ""])


@pytest.mark.parametrize("form", ["group {this} = {that}", "pods {this} = {that}"])
def test_chains_up_to_a_limit(form):
    assert said(chain(DEEPEST, form)) == []
    assert {code for code, _ in said(chain(DEEPEST + 1, form))} == {"NP106"}


@pytest.mark.parametrize("depth", [1, 2, 30, 60])
def test_deep_sets_in_long_chains_exhaust_no_stack(depth):
    form = f"group {{this}} = {'{{' * depth}{{that}}{'}}' * depth}"
    within = DEEPEST // (depth + 1)
    assert said(chain(within, form)) == []
    assert {code for code, _ in said(chain(DEEPEST, form))} == {"NP106"}


@pytest.mark.parametrize("wrap", ["service {this} = {{{that}}}"])
def test_long_chains_of_services_and_ports(wrap):
    lines = [wrap.format(this=f"g{at}", that=f"g{at + 1}") for at in range(40)]
    assert said("\n".join([*lines, "service g40 = a:1", "q -> g0"])) == []
    lines = [f"port g{at} = {{g{at + 1}, {at + 1}}}" for at in range(DEEPEST)]
    assert {code for code, _ in said("\n".join([*lines, f"port g{DEEPEST} = 1", "q -> a:g0"]))} == {"NP106"}
    assert said("\n".join([*lines[1:], f"port g{DEEPEST} = 1", "q -> a:g1"])) == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("group a = {b, x}\ngroup b = {a, y}\na -> q:1\nb -> q:1", {"a"}),
        ("namespace s\npods a = data/b\nnamespace data\npods b = s/a\nnamespace s\na -> q:1", {"a"}),
        ("service a = a:1\nq -> a", {"a"}),
    ],
)
def test_circles_are_reported_once_where_they_are_declared(text, names):
    found = resolved(text)
    assert {d.code for d in found.diagnostics} == {"NP215"}
    assert {d.location.text for d in found.diagnostics} == names


def test_a_name_that_is_declared_as_itself_is_told_how_to_name_the_label():
    assert helps("names by team\npods a = a\na -> q:1") == ["name the labels: `[team=a]`"]


def test_the_same_name_is_one_peer_wherever_it_is_used():
    """Later stages know peers by identity."""
    flows = program("pods x = [a=b]\nnamespace s\nx -> y:1\ny -> x:2").flows
    assert flows[0].sources[0] is flows[1].destinations[0].peer
    assert flows[0].destinations[0].peer is flows[1].sources[0]


def test_peers_know_their_places():
    flow = program("any -> x:1").flows[0]
    assert isinstance(flow.sources[0], Anything)
    assert repr(flow.sources[0].location) == f"{MAIN}:1:1"
    assert flow.destinations[0].peer.namespaces == InNamespace(None)


@pytest.mark.parametrize("other", ["any", "10.0.0.0/8"])
def test_nothing_outside_of_namespaces_hides_behind_one(other):
    assert said(f"group g = {{web, {other}}}\ndata/g -> x:1") == [("NP216", "data/g")]
    assert said("group g = {web, other/db}\ndata/g -> x:1") == []


def test_ports_that_a_group_cannot_hold_are_said_where_it_is_declared_and_at_no_use():
    assert said("group g = {a:1, b}\nx -> g:2\ny -> g:3\nz -> g") == [("NP309", "1")]
    assert said("group g = {s, b}\nservice s = a:1\nx -> g:2") == [("NP310", "2")]
