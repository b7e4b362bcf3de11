import re
from pathlib import Path

import pytest

from netpolc.checks.yaml.run import CHECKING_READERS
from netpolc.diagnostics import human, ignores
from netpolc.diagnostics.codes import BY_CODE
from netpolc.manifests.ignore_comments import comments_of
from netpolc.manifests.reading import read_manifests
from netpolc.source import Source
from tests.rows import each_row

PAGES = Path(__file__).parents[4] / "docs" / "codes"
RAISED = ("NP511", "NP512", "NP513", "NP514", "NP610", "NP611", "NP612", "NP613", "NP614", "NP615", "NP634")
SHOWN = (*RAISED, "NP409", "NP411", "NP412", "NP416", "NP420", "NP421")
BLOCK = r"## {}\n\n```yaml[^\n]*\n(?P<yaml>.*?)^```$(?:\n\n```text\n(?P<text>.*?)^```$)?"


def section(code, name):
    page = (PAGES / BY_CODE[code].page).read_text("utf-8")
    return re.search(BLOCK.format(name), page, re.DOTALL | re.MULTILINE)


def judged(text):
    return read_manifests(Source("shop.yaml", text), checking=CHECKING_READERS).diagnostics


@pytest.mark.parametrize("code", SHOWN)
def test_the_example_raises_the_code_and_the_page_shows_what_is_said(code, request):
    found = section(code, "An example")
    said = human.render([one for one in judged(found["yaml"]) if one.code == code], color=False, width=100)
    assert said
    if request.config.getoption("--update-golden"):
        start, end = found.span("text")
        page = PAGES / BY_CODE[code].page
        text = page.read_text("utf-8")
        page.write_text(text[:start] + said + text[end:], "utf-8")
    else:
        assert found["text"] == said


@each_row("code", RAISED)
def test_nothing_else_is_wrong_with_it(code):
    assert {one.code for one in judged(section(code, "An example")["yaml"])} == {code}


@each_row("code", SHOWN)
def test_the_mended_example_is_free_of_it(code):
    left = {one.code for one in judged(section(code, "Fixed")["yaml"])}
    assert code not in left
    assert not left or code not in RAISED


@each_row("code", RAISED)
def test_it_is_silenced_as_its_page_says(code):
    assert f"ignore[{code}]" in (PAGES / BY_CODE[code].page).read_text("utf-8")
    lines = section(code, "An example")["yaml"].splitlines()
    (found,) = judged("\n".join(lines))
    indent = re.match(" *", lines[found.location.line - 1])[0]
    lines.insert(found.location.line - 1, f"{indent}# netpolc: ignore[{code}] why it is fine")
    source = Source("shop.yaml", "\n".join(lines))
    said = read_manifests(source, checking=CHECKING_READERS).diagnostics
    assert ignores.apply(said, {source: comments_of(source)}) == ()
