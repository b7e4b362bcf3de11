import pytest

from tests.rows import each_row
from tests.unit.language.resolve.sources import helps, ports, program, said

DECLARED = "port metrics = {9090, 9100-9102, 53/udp}\nport http = 80\nport both = {metrics, http}\n"


@each_row(
    "written, expected",
    [
        ("80", "TCP80-80"),
        ("80/tcp", "TCP80-80"),
        ("80/UDP", "UDP80-80"),
        ("80-90/sctp", "SCTP80-90"),
        ("80-80", "TCP80-80"),
        ("*", "SCTP1-65535 TCP1-65535 UDP1-65535"),
        ("*/udp", "UDP1-65535"),
        ("{*/udp, */tcp, */sctp}", "SCTP1-65535 TCP1-65535 UDP1-65535"),
        ("{*, 80}", "SCTP1-65535 TCP1-65535 UDP1-65535"),
        ('"http"', "TCP:http"),
        ('"dns"/udp', "UDP:dns"),
        ('{"http", 80, "http", 80}', "TCP80-80 TCP:http"),
        ("metrics", "TCP9090-9090 TCP9100-9102 UDP53-53"),
        ("{metrics, 9103-9104, 9090}", "TCP9090-9090 TCP9100-9104 UDP53-53"),
        ("both", "TCP80-80 TCP9090-9090 TCP9100-9102 UDP53-53"),
    ],
)
def test_what_ports_stand_for(written, expected):
    assert ports(program(f"{DECLARED}a -> b:{written}").flows[0].destinations[0]) == expected


@each_row(
    "written, expected",
    [
        ("gone", ("NP304", "gone")),
        ("all", ("NP304", "all")),
        ("web", ("NP206", "web")),
        ("p.gone", ("NP203", "p.gone")),
        ("p.x", ("NP206", "p.x")),
        ("q.x", ("NP210", "q.x")),
        ('"80"', ("NP407", '"80"')),
        ('"a--b"', ("NP407", '"a--b"')),
        ('"sixteen-letters-"', ("NP407", '"sixteen-letters-"')),
        ('""', ("NP407", '""')),
        ("round", ("NP215", "round")),
        ("unbound", ("NP212", "unbound")),
    ],
)
def test_what_no_port_can_be(written, expected):
    round_ = "port round = {80, round}\n" if written == "round" else ""
    text = f'import "p"\npods web = [a=b]\n{round_}param port unbound\na -> b:{{80, {written}}}\n'
    assert said(text, {"p": "pods x = [a=b]\n"}) == [expected]


def test_ports_are_scoped_like_other_names():
    text = """\
port p = 1
namespace a {
  port p = 2
  x -> y:p
  port q = p
}
namespace b { x -> y:p }
namespace c { x -> y:o.p }
namespace d { x -> y:o.q }
"""
    others = {"o": "namespace z\nport p = {3, q}\nport q = 4\n"}
    found = program(f'import "o"\n{text}', others).flows
    assert [ports(flow.destinations[0]) for flow in found] == ["TCP2-2", "TCP1-1", "TCP3-3 TCP4-4", "TCP4-4"]


def test_a_port_of_a_section_is_not_seen_elsewhere():
    assert said("namespace a\nport p = 1\nnamespace b\nx -> a/y:p") == [("NP304", "p")]


def test_a_parameter_is_bound_by_the_environment():
    text = "param port p\nenv prod { port p = 443 }\nenv dev { port p = {8080, 8443} }\na -> b:p"
    assert ports(program(text, env="prod").flows[0].destinations[0]) == "TCP443-443"
    assert ports(program(text, env="dev").flows[0].destinations[0]) == "TCP8080-8080 TCP8443-8443"
    assert said(text) == [("NP212", "p")]


@pytest.mark.parametrize(
    ("written", "advice"),
    [
        ("all", "every port is `*`"),
        ("metric", 'use `metrics`, or `"metric"` for a container port of that name'),
        ("zzzz", 'declare it: `port zzzz = 8080`; a container port\'s name is quoted: `"zzzz"`'),
    ],
)
def test_advice_for_unknown_ports(written, advice):
    assert helps(f"{DECLARED}pods metricz = [a=b]\na -> b:{written}") == [advice]


def test_an_erroneous_port_never_stands_alone():
    """What is left after a report is empty, and an error keeps it from being taken for every port."""
    for written in ("gone", "round", "unbound"):
        assert said(f"port round = round\nparam port unbound\na -> b:{written}")
