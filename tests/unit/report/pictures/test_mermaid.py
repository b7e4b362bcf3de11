"""Mermaid, read by the part of its grammar that is written: https://mermaid.js.org/syntax/flowchart.html."""

import re

import netpolc
from netpolc.diagnostics.visible import visible
from netpolc.report.pictures import mermaid
from netpolc.report.pictures.mermaid import as_mermaid
from tests.rows import each_row
from tests.unit.queries.pictures.test_drawing import texts
from tests.unit.report.pictures.hostile import TEXTS, picture

QUOTED = r'"((?:[A-Za-z0-9 .,:/()=+\[\]{}!@?\'^|~_-]|#[0-9]+;|<br>)*)"'
LINE = re.compile(
    rf"(?P<head>flowchart LR)|  subgraph b\d+\[{QUOTED}\]|  end|  linkStyle \d+(?:,\d+)* [a-z0-9:#,-]+"
    rf"|(?:  )?  n\d+(?:\[{QUOTED}\]|\(\[{QUOTED}\]\))|  n\d+ (?:-->|==>|-\.->)\|{QUOTED}\| n\d+|  %% .*"
)


def lines(found):
    """The lines of a flowchart, each of which is one that the grammar has, and the texts in them."""
    written = "".join(as_mermaid(found)).splitlines()
    assert all(map(LINE.fullmatch, written)), [line for line in written if not LINE.fullmatch(line)]
    assert not any("%%{" in line for line in written)
    quoted = [shown(text) for line in written if not line.startswith("  %%") for text in re.findall(QUOTED, line)]
    return quoted, [line.removeprefix("  %% ") for line in written if line.startswith("  %%")]


def shown(text):
    return re.sub(r"#(\d+);", lambda found: chr(int(found[1])), text.replace("<br>", "\n"))


@each_row("text", TEXTS)
def test_every_text_is_shown_as_it_stands(text):
    safe = visible(text)
    quoted, comments = lines(picture(text))
    assert quoted == [safe, f"a{safe}", f"b{safe}", f'TCP "{safe}"']
    assert comments == [f"{safe} {safe}, from {safe}:1: {safe}".replace("%%", "% %")]


def test_what_leads_further_looks_different():
    given = texts("web -> {db:1, lab/db:2, 0.0.0.0/0:4}", "web db")
    written = "".join(as_mermaid(netpolc.graph(given, tuple(given), source="web"))).splitlines()
    arrows = {
        line.split('"')[1]: line.split()[1].split("|")[0]
        for line in written
        if line.endswith(tuple("0123456789")) and "|" in line
    }
    assert arrows == {"TCP 1": "-->", "TCP 2": "==>", "TCP 4": "-.->"}
    assert [line.split()[0] for line in written if "stroke" in line] == ["linkStyle", "linkStyle"]


def test_comments_do_not_take_the_room_of_the_picture(monkeypatch):
    given = texts("\n".join(f"web -> db:{port}" for port in range(1, 4)), "web db")
    found = netpolc.graph(given, tuple(given), source="web", hypothetical=False)
    for most, count in ((1_000, 3), (60, 1), (5, 0)):
        monkeypatch.setattr(mermaid, "MOST_COMMENTED", most)
        assert len(lines(found)[1]) == count
