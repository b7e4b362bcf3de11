"""What nodes, boxes and edges are called, whatever form a picture has."""

import pytest

import netpolc
from netpolc.report.changes import Naming
from netpolc.report.pictures.words import MOST_LISTED, MOST_REASONS, PictureWords
from tests.unit.queries.pictures.test_drawing import texts


def picture(lines, names, **options):
    given = texts(lines, names)
    return netpolc.graph(given, tuple(given), **options)


def nodes(found):
    words = PictureWords(found)
    return [(node.box, *words.node(node)) for node in found.drawing.nodes]


def test_a_node_in_a_box_is_called_without_its_namespace():
    found = picture("{web, api} -> lab/[app=db, tier=x]:1\n* -> lab/*:2", "web api")
    assert nodes(found) == [
        ("lab", "every pod"),
        ("lab", "[app=db, tier=x]"),
        ("shop", "every pod"),
        ("shop", "api", "web"),
    ]


def test_the_pods_of_namespaces_that_have_no_box():
    assert nodes(picture("*/* -> db:1", "db", destination="db")) == [
        ("shop", "every pod"),
        ("shop", "db"),
        (None, "every pod of", "[kubernetes.io/metadata.name!=shop]"),
    ]


def test_of_many_members_the_first_are_named():
    names = [f"web-{number:02}" for number in range(MOST_LISTED + 3)]
    flows = "\n".join(f"{name} -> db:1" for name in names)
    (several,) = [each for each in nodes(picture(flows, " ".join((*names, "db", "x")))) if len(each) > 2]
    assert several == ("shop", *names[:MOST_LISTED], "3 more")


def test_a_namespace_has_a_count():
    found = picture("web -> {db:1, lab/db:2}", "web db lab/db", by="namespace", source="web")
    assert nodes(found) == [(None, "lab", "1 workload"), (None, "shop", "2 workloads")]


@pytest.mark.parametrize(
    ("ports", "text"),
    [("1", "TCP 1"), ("{1, 2-3/udp}", "TCP 1; UDP 2-3"), ("*", "every port"), ('"http"', 'TCP "http"')],
)
def test_ports(ports, text):
    found = picture(f"web -> lab/[app=db]:{ports}", "web")
    assert [PictureWords(found).ports(edge) for edge in found.drawing.edges] == [text]


def test_of_many_ports_the_first_are_named():
    listed = ", ".join(str(port) for port in range(1000, 1100, 2))
    found = picture(f"web -> lab/[app=db]:{{{listed}}}", "web")
    (text,) = [PictureWords(found).ports(edge) for edge in found.drawing.edges]
    assert text.startswith("TCP 1000, 1002, ")
    assert text.endswith(", …")


def test_reasons_are_lines_each_once_and_of_many_the_first():
    found = picture("web -> db:1", "web db")
    assert [PictureWords(found).reasons(edge) for edge in found.drawing.edges] == [("shop.netpol:3: web -> db:1",)]
    flows = "\n".join(f"web -> db:{port}" for port in range(1, MOST_REASONS + 4))
    (reasons,) = [
        PictureWords(each).reasons(edge) for each in [picture(flows, "web db")] for edge in each.drawing.edges
    ]
    assert reasons[-1] == "3 more lines"
    assert len(reasons) == MOST_REASONS + 1


def test_nobody_closes_what_is_open():
    given = {name: text for name, text in texts("", "a b").items() if name != "shop.netpol"}
    found = netpolc.graph(given, tuple(given), hypothetical=False)
    assert {PictureWords(found).reasons(edge) for edge in found.drawing.edges} == {("no policy closes it",)}


def test_of_a_change_the_label_has_what_is_risky_and_the_line():
    old, new = ({"shop.netpol": f"namespace shop\nbaseline deny all\n{line}\n"} for line in ("a -> b:1", "any -> db:*"))
    found = netpolc.diff(old, new).picture
    words = PictureWords(found, Naming(new=lambda file: f"main:policies/{file}"))
    labels = {edge.way: words.label(edge) for edge in found.drawing.edges}
    assert labels["world"] == ("opened: every port", "the whole world", "shop.netpol:3")
    assert words.reasons(found.drawing.edges[-1])[-1].startswith("new main:policies/shop.netpol:3: any -> db:*")


def test_nodes_of_one_name_say_which_namespaces_they_are_of():
    program = """namespace shop [tenant=yes]
baseline deny all
pods web = [app=web]
* -> lab/db:1 egress
api -> web:2
web -> lab/db:3
namespace lab [!tenant]
baseline deny all
[tenant=yes]/* -> db:1 ingress
"""
    found = nodes(netpolc.graph({"a.netpol": program}))
    assert found == [
        ("lab", "db"),
        ("shop", "every pod of [tenant=yes]"),
        ("shop", "api"),
        ("shop", "web of [tenant=yes]"),
        ("shop", "web"),
        (None, "every pod of", "[kubernetes.io/metadata.name notin", "(lab, shop), tenant=yes]"),
    ]


def test_workloads_of_many_namespaces_are_named_with_these():
    spaces = [f"team-{number}" for number in range(MOST_LISTED + 3)]
    lines = "\n".join([*(f"{each}/web -> db:1" for each in spaces), *(f"{each}/job -> db:1" for each in spaces[:1])])
    names = " ".join(["db", "api", *(f"{each}/web" for each in spaces), "team-0/job", "team-0/x"])

    found = picture(lines, names, around="shop/db", hypothetical=False)

    words = PictureWords(found)
    assert words.names(found.drawing.nodes[-1]) == [
        "team-0/job",
        f"web of {{{', '.join(spaces[:MOST_LISTED])}, 3 more}}",
    ]
