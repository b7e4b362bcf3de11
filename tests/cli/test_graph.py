import html
import json
import re
from pathlib import Path

import pytest

from netpolc.cli import entry, pictures
from netpolc.queries.pictures import drawing as drawing_room
from netpolc.report.pictures import graphviz
from tests.cli.test_reach import deployment

ROOT = Path(__file__).parents[2]
PROGRAM = "namespace shop\nbaseline deny all\nwebapp -> database:5000\n"


def given(here):
    here.write("shop.netpol", PROGRAM)
    here.write("deploy/web.json", deployment("webapp", {"app": "webapp"}))
    here.write("deploy/db.json", deployment("database", {"app": "database"}))
    return here


def test_a_digraph_goes_to_standard_output(here, netpolc):
    given(here)
    run = netpolc("graph", "shop.netpol", "deploy")
    assert (run.code, run.err) == (0, "")
    assert run.out.startswith("digraph netpolc {\n")
    assert '[label="TCP 5000", tooltip="shop.netpol:3: webapp -> database:5000"' in run.out


def test_the_name_of_the_file_says_the_form(here, netpolc):
    given(here)
    for name, beginning in (
        ("a.mmd", "flowchart LR\n"),
        ("a.d2", "direction: right\n"),
        ("a.gv", "digraph netpolc {\n"),
    ):
        assert netpolc("graph", "shop.netpol", "-o", name).code == 0
        assert (here / name).read_text().startswith(beginning)
    assert netpolc("graph", "shop.netpol", "-o", "a.d2", "--format", "dot").code == 0
    assert (here / "a.d2").read_text().startswith("digraph")


def found(run):
    return re.findall(r"\[(NP\d+)\]", run.err)


def drawing(monkeypatch, *, can=True, **laid):
    monkeypatch.setattr(graphviz, "can_lay_out", lambda: can)
    monkeypatch.setattr(graphviz, "lay_out", lambda _: graphviz.LaidOut(**laid))


def test_svg_and_a_page(here, netpolc, monkeypatch):
    given(here)
    drawing(monkeypatch, svg="<svg>drawn</svg>", program="dot")
    run = netpolc("graph", "shop.netpol", "--format", "svg")
    assert (run.code, run.err) == (0, "")
    assert run.out.endswith("drawn</svg>")
    assert netpolc("graph", "shop.netpol", "-o", "a.html").code == 0
    assert "drawn</svg>" in (here / "a.html").read_text()


def test_without_graphviz_nothing_is_written(here, netpolc, monkeypatch):
    given(here)
    drawing(monkeypatch, can=False, svg=None)
    run = netpolc("graph", "shop.netpol", "-o", "a.svg")
    assert run.code == 2
    assert found(run) == ["NP885"]
    assert "SVG is drawn by Graphviz, which is not installed" in run.err
    assert "pip install 'netpolc[graph]'" in run.err
    assert not (here / "a.svg").exists()
    assert netpolc("graph", "shop.netpol", "-o", "a.html").code == 2


def test_springs_in_the_place_of_layers_are_said(here, netpolc, monkeypatch):
    given(here)
    drawing(monkeypatch, svg="<svg></svg>", program="sfdp", failures=("`dot` takes more than 20 seconds",))
    run = netpolc("graph", "shop.netpol", "-o", "a.svg")
    assert run.code == 0
    assert found(run) == ["NP886"]
    assert "because `dot` takes more than 20 seconds" in run.err


def test_what_cannot_be_laid_out_is_written_as_a_text(here, netpolc, monkeypatch):
    given(here)
    drawing(monkeypatch, svg=None, failures=("`dot` takes more than 20 seconds", "`sfdp` ended with -6"))
    run = netpolc("graph", "shop.netpol", "-o", "a.svg")
    assert run.code == 1
    assert found(run) == ["NP887"]
    assert "its text in `a.dot` is DOT" in run.err
    assert here.names() == ["a.dot", "deploy/db.json", "deploy/web.json", "shop.netpol"]
    assert netpolc("graph", "shop.netpol", "--format", "svg").out.startswith("digraph")
    assert netpolc("graph", "shop.netpol", "-o", "a.html").code == 1
    assert "digraph netpolc" in (here / "a.html").read_text()


def test_a_picture_of_too_much_is_told_or_folded_and_that_is_said(here, netpolc, monkeypatch):
    given(here)
    here.write("far.json", deployment("far", {"app": "far"}, namespace="lab"))
    monkeypatch.setattr(drawing_room, "MOST_NODES", 2)
    run = netpolc("graph", "shop.netpol", "deploy", "far.json", "--no-hypothetical")
    assert run.code == 0
    assert 'label="database: TCP 5000 from webapp' in run.out
    assert "told in words, a card for each namespace, because there is more to draw than anybody reads" in run.err
    assert "`--around` asks for a part" in run.err
    assert "told" not in netpolc("graph", "shop.netpol", "deploy", "far.json", "--by", "workload").err
    monkeypatch.setattr(drawing_room, "MOST_LISTED", 1)
    run = netpolc("graph", "shop.netpol", "deploy", "far.json", "--no-hypothetical")
    assert "folded by namespace" in run.err
    assert 'label="shop' in run.out
    monkeypatch.setattr(drawing_room, "MOST_DRAWN", 0)
    run = netpolc("graph", "shop.netpol", "deploy", "far.json", "--no-hypothetical", "--by", "workload")
    assert "more to draw than any picture holds; `--around` asks for a part\n" in run.err
    assert 'label="shop' in run.out


def test_a_part(here, netpolc):
    given(here)
    here.write("shop.netpol", f"{PROGRAM}batch -> database:5000\nbatch -> webapp:1\n")
    run = netpolc(
        "graph", "shop.netpol", "deploy", "--around", "shop/webapp", "--no-hypothetical", "--format", "mermaid"
    )
    assert (run.code, run.out.count("|")) == (0, 2)
    assert "database" in run.out
    wrong = netpolc("graph", "shop.netpol", "--around", "shop/wbapp")
    assert wrong.code == 2
    assert "webapp" in wrong.err
    assert netpolc("graph", "shop.netpol", "--hops", "0").code == 2


def test_connections_from_or_to_somebody(here, netpolc):
    given(here)
    here.write("shop.netpol", f"{PROGRAM}batch -> {{webapp:1, database:2}}\n")
    run = netpolc("graph", "shop.netpol", "deploy", "--to", "shop/webapp", "--no-hypothetical", "--format", "mermaid")
    assert (run.code, run.out.count("|")) == (0, 0)
    run = netpolc("graph", "shop.netpol", "--from", "batch", "--port", "2", "--format", "mermaid")
    assert (run.code, run.out.count("|")) == (0, 2)


def test_what_a_change_opens_is_drawn_by_diff(here, netpolc):
    given(here)
    run = netpolc("graph", "shop.netpol", "--against", "main")
    assert run.code == 2
    assert "`netpolc diff --against REV` compares, with `--format svg` as a picture" in run.err


def test_more_than_mermaid_draws_is_said(here, netpolc, monkeypatch):
    given(here)
    monkeypatch.setattr(pictures, "MOST_DRAWN", 0)
    monkeypatch.setattr(pictures, "LONGEST", 1)
    said = netpolc("graph", "shop.netpol", "--format", "mermaid").err
    assert "Mermaid draws 0 edges" in said
    assert "Mermaid draws texts of 1 characters" in said
    assert netpolc("graph", "shop.netpol").err == ""


def test_environments_whose_pictures_differ(here, netpolc):
    here.write("netpolc.toml", 'sources = ["*.netpol"]\n[env.prod]\n[env.test]\n')
    here.write("shop.netpol", PROGRAM)
    assert netpolc("graph").code == 0
    here.write("shop.netpol", f"{PROGRAM}env test {{\n  tool -> database:5000\n}}\n")
    run = netpolc("graph")
    assert (run.code, run.out) == (2, "")
    assert "the pictures of prod and test differ, and a file holds one" in run.err
    assert netpolc("graph", "--env", "test").code == 0


@pytest.mark.parametrize(
    "arguments", [(), ("--format", "d2"), ("--by", "namespace", "--no-hypothetical"), ("-o", "a.mmd")]
)
def test_what_scripts_ask_without_typer_is_what_it_would_say(here, netpolc, arguments):
    given(here)
    assert entry._asked(("shop.netpol", *arguments), entry.OPTIONS["graph"]) is not None
    quick = netpolc("graph", "shop.netpol", *arguments)
    quickly = here.files()
    assert netpolc("graph", "shop.netpol", *arguments, "--color", "never") == quick
    assert here.files() == quickly


@pytest.mark.parametrize(
    "arguments", [("--format", "png"), ("--by", "pod"), ("--hops", "2"), ("--around", ""), ("-h",)]
)
def test_typer_reads_what_is_less_common_or_wrong(arguments):
    assert entry._asked(arguments, entry.OPTIONS["graph"]) is None


def test_everything_is_open(here, netpolc):
    for name in "ab":
        here.write(f"{name}.json", deployment(name, {"app": name}))
    run = netpolc("graph", ".", "--format", "mermaid")
    assert (run.code, run.err) == (0, "")
    assert "%% no policy closes it" in run.out
    assert '"every pod"' in run.out


def titles(svg):
    """The titles of the edges of a drawing."""
    return sorted(html.unescape(each) for each in re.findall(r'class="edge">\s*<title>([^<]*)', svg))


@pytest.mark.parametrize(
    ("name", "folder", "command"),
    [
        ("shop", "examples/shop", ("graph", "--env", "prod")),
        ("change", "docs/pictures", ("diff", "before.netpol", "after.netpol")),
        ("tutorial", "docs/pictures/tutorial", ("graph", "policies")),
        ("review", "docs/pictures/review", ("diff", "before", "after")),
    ],
)
def test_pictures_of_the_documents_are_what_the_commands_draw(netpolc, monkeypatch, request, name, folder, command):
    """`make pictures` draws them; of the drawing, titles are held against those of a page, which needs no Graphviz."""
    monkeypatch.chdir(ROOT / folder)
    stored = ROOT / "docs/pictures" / f"{name}.dot"
    drawn = netpolc(*command, "--format", "dot").out
    if request.config.getoption("--update-golden"):
        stored.write_text(drawn, "utf-8")
    assert stored.read_text("utf-8") == drawn, "run `make pictures`"
    found = titles(stored.with_suffix(".svg").read_text("utf-8"))
    edges = re.findall(r"n\d+ -> n\d+ \[label=", drawn)
    reasons = re.findall(r' tooltip="((?:[^"\\]|\\.)*)", labeltooltip', drawn)
    assert len(found) == len(edges)
    shown = sorted(reason.replace("\\n", "\n").replace("&amp;", "&") for reason in reasons)
    assert sorted(title.partition("\n")[2] for title in found) == shown, "run `make pictures`"


@pytest.mark.parametrize(
    ("document", "heading", "programs"),
    [
        ("tutorial", "## A second namespace", {"tutorial": 0}),
        ("review", "## A change that changes nothing", {"review/before": 0, "review/after": 1}),
    ],
)
def test_pictures_are_of_the_programs_that_documents_show(document, heading, programs):
    text = (ROOT / "docs" / f"{document}.md").read_text("utf-8")
    assert f"](pictures/{document}.svg)" in text
    shown = re.findall(r"```netpol file=policies/shop\.netpol\n(.*?)```", text.partition(heading)[2], re.DOTALL)
    for folder, number in programs.items():
        assert (ROOT / "docs/pictures" / folder / "policies/shop.netpol").read_text("utf-8") == shown[number]


def test_a_name_of_an_image_is_refused(here, netpolc):
    given(here)
    for name in ("a.png", "b.c.PDF", "d/e.jpeg"):
        for command in (("graph", "shop.netpol"), ("diff", "shop.netpol", "shop.netpol")):
            run = netpolc(*command, "-o", name)
            assert run.code == 2
            assert f"no picture in the form of `{Path(name).name}`" in run.err
            assert f"name it `{Path(name).with_suffix('.svg')}`" in run.err
            assert not (here / name).exists()
    assert netpolc("graph", "shop.netpol", "-o", "a.png", "--format", "d2").code == 0


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (("graph", "base.netpol"), "it leaves out what no policy closes"),
        (("graph", "shop.netpol", "--from", "database", "--to", "webapp"), "no such connection is allowed"),
        (("diff", "shop.netpol", "shop.netpol", "--format", "d2"), "no connection is opened or closed"),
    ],
)
def test_why_there_is_nothing_to_see_is_said(here, netpolc, command, why):
    given(here)
    here.write("base.netpol", "namespace shop\nbaseline deny all\n")
    run = netpolc(*command)
    assert (run.code, run.err.startswith(f"the picture is empty, because {why}")) == (0, True)
    assert netpolc(*command, "--quiet").err == ""


@pytest.mark.parametrize("number", ["0", "-1", "x", "1.5", ""])
def test_a_number_of_hops_is_whole(here, netpolc, number):
    given(here)
    run = netpolc("graph", "shop.netpol", "--hops", number)
    assert (run.code, f"error[NP823]: --hops: `{number}` is no whole number from 1 on\n" in run.err) == (2, True)


@pytest.mark.parametrize(
    "laid", [{"can": False}, {"failures": ("`dot` aborts",)}, {"svg": "<svg></svg>", "program": "dot"}]
)
@pytest.mark.parametrize("command", [("graph", "shop.netpol"), ("diff", "shop.netpol", "shop.netpol")])
def test_programs_read_one_document_of_what_is_said(here, netpolc, monkeypatch, laid, command):
    given(here)
    drawing(monkeypatch, **{"svg": None, **laid})
    run = netpolc(*command, "-o", "a.svg", "--error-format", "json", "-q")
    codes = [each["code"] for each in json.loads(run.err)["diagnostics"]]
    assert codes == ([] if "svg" in laid else ["NP885"] if "can" in laid else ["NP887"])
    assert run.code == (0 if "svg" in laid else 2 if "can" in laid else 1)
