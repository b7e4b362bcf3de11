"""Pages with a picture: users' texts are data in them."""

from html.parser import HTMLParser

import pytest

from netpolc.diagnostics.visible import visible
from netpolc.report.pictures.html import POLICY, as_html
from tests.unit.report.pictures.hostile import TEXTS, picture
from tests.unit.report.pictures.test_svg import DRAWN


class Page(HTMLParser):
    """The tags and texts of a page."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.texts = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.texts.append(data)


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("svg", [DRAWN, None])
def test_every_text_is_shown_as_it_stands(text, svg):
    page = Page("".join(as_html(picture(text), svg, f"digraph {text}")))
    safe = visible(text)
    assert not {"script", "b", "iframe"} & {tag for tag, _ in page.tags}
    assert f"{safe}/a{safe}" in page.texts
    assert f"{safe} {safe}, from {safe}:1: {safe}" in page.texts
    assert ("meta", {"http-equiv": "Content-Security-Policy", "content": POLICY}) in page.tags
    assert ("svg" in {tag for tag, _ in page.tags}) == (svg is not None)
