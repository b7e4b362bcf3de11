"""Cards: what reaches each node of a namespace, in words, in each form; hostile names stay words."""

import re

import msgspec
import pytest

import netpolc
from netpolc.diagnostics.visible import visible
from netpolc.report.pictures import cards
from netpolc.report.pictures.forms import FORMS
from netpolc.report.pictures.svg import titled
from netpolc.report.pictures.words import PictureWords
from tests.unit.queries.pictures.test_drawing import workload
from tests.unit.report.pictures import test_dot
from tests.unit.report.pictures.hostile import TEXTS
from tests.unit.report.pictures.hostile import picture as picture_of

PROGRAM = (
    "namespace shop\nbaseline deny all\n* -> db:1\n{web, lab/job} -> api:2-3/udp\napi -> db:4\n"
    "lab/job -> *:9090\nweb -> 10.0.0.0/8:443\n"
)


@pytest.fixture
def picture():
    found = netpolc.graph({"a.netpol": PROGRAM})
    return msgspec.structs.replace(found, drawing=msgspec.structs.replace(found.drawing, listed=True))


def told(picture):
    return {card.head: card for row in cards.in_rows(picture.drawing, PictureWords(picture)) for card in row}


def test_each_is_told_with_what_reaches_it(picture):
    found = told(picture)
    assert found["shop"].lines == (
        "every pod: TCP 9090 from lab/job",
        "api: TCP 9090; UDP 2-3 from lab/job",
        "    UDP 2-3 from web",
        "db: TCP 1 from every pod here",
        "    TCP 1, 4 from api",
        "nothing else reaches web",
    )
    assert found["10.0.0.0/8"].lines == ("    TCP 443 from shop/web",)
    assert [head for head, card in found.items() if card.outside] == ["10.0.0.0/8"]
    assert "a.netpol:5: api -> db:4" in found["shop"].told
    assert found["lab"].lines == ("nothing reaches job",)


def test_namespaces_are_told_with_their_workloads_and_reached_from_namespaces():
    program = "namespace shop\nbaseline deny all\nweb -> {db:1, lab/job:2}\nnamespace lab\nbaseline deny all\n"
    held = {"a.netpol": program}
    held |= {"web.json": workload("web"), "db.json": workload("db"), "job.json": workload("job", "lab")}
    found = netpolc.graph(held, tuple(held), by="namespace", hypothetical=False)
    found = msgspec.structs.replace(found, drawing=msgspec.structs.replace(found.drawing, listed=True))
    cards = {head: card.lines for head, card in told(found).items()}
    assert cards["lab, 1 workload"] == ("    TCP 2 from shop",)
    assert cards["shop, 2 workloads"] == ("    TCP 1 from shop",)


def test_many_sources_are_cut(picture, monkeypatch):
    monkeypatch.setattr(cards, "MOST_TOLD", 1)
    found = told(picture)["shop"]
    assert cards._listed([*"abcdefghijklmno"]) == "a, b, c, d, e, f, g, h, i, j, k, l, and 3 more"
    assert found.told[-1].endswith(" more lines")


def test_who_is_one_of_every_pod_is_told_once():
    lines = "{lab/*, lab/[app=job]} -> *:9090\nlab/[app=job] -> api:80\nlabs/x -> *:9090\n"
    lines += "{*, web, 10.0.0.0/8} -> db:1\nweb -> db:2\n"
    found = netpolc.graph({"a.netpol": f"namespace shop\nbaseline deny all\n{lines}namespace lab\nbaseline deny all\n"})
    found = msgspec.structs.replace(found, drawing=msgspec.structs.replace(found.drawing, listed=True))
    assert told(found)["shop"].lines[0] == "every pod: TCP 9090 from lab/every pod, labs/x"
    assert "db: TCP 1 from every pod here, 10.0.0.0/8" in told(found)["shop"].lines
    assert "TCP 80, 9090 from lab/[app=job]" in "".join(told(found)["shop"].lines)


def test_here_is_in_a_namespace_and_who_is_not_listed_comes_last():
    program = (
        "namespace lab\nbaseline deny ingress on *\nnamespace shop\nbaseline deny ingress on *\nw29 -> lab/lone:1\n"
    )
    names = [f"w{number:02}" for number in range(30)]
    held = {"a.netpol": program} | {f"{name}.json": workload(name, "shop") for name in names}
    held |= {"lone.json": workload("lone", "lab")}
    found = netpolc.graph(held, tuple(held))
    found = msgspec.structs.replace(found, drawing=msgspec.structs.replace(found.drawing, listed=True))
    cards = told(found)
    assert not any("here" in line for head, card in cards.items() if "/" not in head for line in card.lines), cards
    assert "".join(cards["shop"].lines).endswith("w29,    23 more")


@pytest.mark.parametrize("form", FORMS)
def test_each_form_has_every_line(form, picture):
    text = "".join(FORMS[form](picture))
    for line in ("every pod: TCP 9090 from lab/job", "db: TCP 1 from every pod here", "nothing else reaches web"):
        assert line in text
    assert "->" not in text.partition("tooltip=")[0]


@pytest.mark.parametrize("text", TEXTS)
def test_every_text_is_shown_as_it_stands(text, monkeypatch):
    monkeypatch.setattr(cards, "WIDTH", 500)
    found = picture_of(text)
    found = msgspec.structs.replace(found, drawing=msgspec.structs.replace(found.drawing, listed=True))
    dot = re.sub(r"(?<!\\)((?:\\\\)*)\\l", r"\1\\n", "".join(FORMS["dot"](found)))
    nodes, edges, clusters = test_dot.parsed(dot)
    safe = " ".join(visible(text).split())
    assert clusters == [visible(text)]
    assert nodes["n0"]["label"].split("\n") == [
        " ".join(f'b{safe}: TCP "{safe}" from a{safe}'.split()),
        " ".join(f"nothing else reaches a{safe}".split()),
        "",
    ]
    assert not edges
    assert not re.search(">|%%", "".join(FORMS["mermaid"](found)).replace("<br>", ""))


def test_the_titles_of_svg_are_what_the_cards_tell(picture):
    svg = (
        '<svg><g id="clust1" class="cluster"><title>x</title></g><g id="node1" class="node"><title>n0</title></g></svg>'
    )
    found = titled(svg, picture)
    assert "<title>lab</title>" in found
    assert "<title>lab\n" not in found


def changed(**about):
    sides = [{"a.netpol": f"{PROGRAM}{more}\n"} for more in ("web -> db:5", "web -> 0.0.0.0/0:6\napi -> *:7")]
    found = netpolc.diff(*sides).picture
    return msgspec.structs.replace(found, drawing=msgspec.structs.replace(found.drawing, **about))


def test_a_change_is_told_by_what_it_opens_and_closes():
    found = told(changed(listed=True))
    assert found["shop"].lines == ("every pod: opened: TCP 7 from api", "db: closed: TCP 5 from web")
    world = next(card for card in found.values() if card.outside)
    assert world.lines == ("    opened: TCP 6 (the whole world) from shop/web",)


@pytest.mark.parametrize("listed", [False, True])
@pytest.mark.parametrize("form", FORMS)
def test_a_picture_says_that_it_was_folded(form, listed):
    said = "folded by namespace: 3 edges stand for 12 changes"
    assert said in "".join(FORMS[form](changed(folded=True, too_much=True, listed=listed, stand_for=12)))
    assert "folded" not in "".join(FORMS[form](changed(folded=True, listed=listed)))


def test_a_workload_that_is_reached_as_every_pod_of_many_namespaces_says_so():
    held = {"a.netpol": "namespace shop\nbaseline deny all\nweb -> db:1\n"}
    held |= {f"{name}.json": workload(name, space) for name, space in (("web", "shop"), ("db", "shop"), ("job", "lab"))}
    found = netpolc.graph(held, tuple(held))
    found = msgspec.structs.replace(found, drawing=msgspec.structs.replace(found.drawing, listed=True))
    cards = {head: card.lines for head, card in told(found).items()}

    assert cards["lab"] == ("job: what reaches every pod of", "    [kubernetes.io/metadata.name!=shop]")
    assert "nothing else reaches web" in cards["shop"]
