"""D2, read by the part of its grammar that is written: https://d2lang.com/tour/strings."""

import re

import netpolc
from netpolc.diagnostics.visible import visible
from netpolc.report.pictures.d2 import as_d2
from tests.rows import each_row
from tests.unit.queries.pictures.test_drawing import texts
from tests.unit.report.pictures.hostile import TEXTS, picture

QUOTED = r'"((?:[^"\\$]|\\["\\$n])*)"'
KEY = r"(?:b\d+\.)?n\d+"
STYLE = r'(?: \{(?:shape: oval|style: \{stroke: "#[0-9a-f]{6}"(?:; stroke-(?:dash|width): 4)+\})\})?'
LINE = re.compile(
    rf"direction: right|b\d+: {QUOTED} \{{|\}}|(?:  )?n\d+: {QUOTED}{STYLE}|{KEY} -> {KEY}: {QUOTED}{STYLE}|# .*"
)


def lines(found):
    """The texts and the comments of a diagram, each of whose lines is one that the grammar has."""
    written = "".join(as_d2(found)).split("\n")[:-1]
    assert all(map(LINE.fullmatch, written)), [line for line in written if not LINE.fullmatch(line)]
    quoted = [re.search(f"(?<=: ){QUOTED}", line)[1] for line in written if not line.startswith("# ") and '"' in line]
    return [re.sub(r"\\(.)", r"\1", text) for text in quoted], [line[2:] for line in written if line.startswith("# ")]


@each_row("text", TEXTS)
def test_every_text_is_shown_as_it_stands(text):
    safe = visible(text)
    quoted, comments = lines(picture(text))
    assert quoted == [safe, f"a{safe}", f"b{safe}", f'TCP "{safe}"']
    assert comments == [f"{safe} {safe}, from {safe}:1: {safe}"]


def test_what_leads_further_looks_different():
    given = texts("web -> {db:1, lab/db:2, 0.0.0.0/0:4}", "web db")
    written = "".join(as_d2(netpolc.graph(given, tuple(given), source="web")))
    looks = dict(re.findall(r': "(TCP \d)"(.*)', written))
    assert looks["TCP 1"] == ""
    assert "dash" not in looks["TCP 2"]
    assert "dash" in looks["TCP 4"]
