"""Diagnostics as hostile as any program or file name can make them."""

from hypothesis import strategies as st

from netpolc.diagnostics.codes import CODES
from netpolc.diagnostics.model import Diagnostic, Edit, Fix, Label
from netpolc.source import Location, Source, Span

SNIPPETS = ("]]>", "<!--", "-->", "&amp;", "::error::", "%0A", "](1)", "{0}", "../", "./", "//", "\r\n", "\\u0041")
CHARACTERS = st.sampled_from("ab\n\r\t\0\x1b\x85\u2028\u202e\ud800\udc80\uffff%:,;=<>&\"'\\/ 日😀")
TEXTS = st.sampled_from(SNIPPETS) | st.text(max_size=4) | st.text(CHARACTERS, max_size=8)


@st.composite
def _locations(draw, sources):
    source = draw(sources)
    start = draw(st.integers(0, len(source.text)))
    return Location(source, Span(start, draw(st.integers(start, len(source.text)))))


@st.composite
def diagnostics(draw):
    """Some diagnostics of a few sources, which they may share."""
    known = draw(st.lists(st.builds(Source, TEXTS, TEXTS), min_size=1, max_size=2))
    locations = _locations(st.sampled_from(known))
    edits = st.lists(st.builds(Edit, locations, TEXTS), min_size=1, max_size=2).map(tuple)
    return draw(
        st.lists(
            st.builds(
                Diagnostic,
                code=st.sampled_from([code.code for code in CODES]),
                severity=st.sampled_from(["error", "warning", "note"]),
                message=TEXTS,
                location=st.none() | locations,
                label=TEXTS,
                labels=st.lists(st.builds(Label, locations, TEXTS), max_size=2).map(tuple),
                help=st.none() | TEXTS,
                fixes=st.lists(st.builds(Fix, TEXTS, edits), max_size=1).map(tuple),
            ),
            max_size=4,
        )
    )
