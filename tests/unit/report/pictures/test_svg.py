"""What Graphviz drew, with titles in words."""

from xml.etree.ElementTree import fromstring

from netpolc.report.pictures.svg import titled
from tests.unit.report.pictures.hostile import picture

DRAWN = """<svg width="9pt" height="9pt"
 viewBox="0 0 9 9" xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">
<g id="graph0" class="graph">
<g id="clust1" class="cluster">
<title>cluster_0</title>
<g id="a_clust1"><a xlink:title="shop">
<path d="M0,0"/>
</a>
</g>
</g>
<g id="node2" class="node">
<title>n1</title>
<g id="a_node2"><a xlink:title="shop/b">
<text>b</text>
</a>
</g>
</g>
<g id="edge1" class="edge">
<title>n0&#45;&gt;n1</title>
<path d="M0,0"/>
</g>
</g>
</svg>
"""
TEXT = "<script>alert(1)</script>&amp;"


def test_titles_are_what_is_behind_each_part():
    root = fromstring(titled(DRAWN, picture(TEXT)))  # noqa: S314 -- it is ours
    parts = [part for part in root.iter() if len(part) and part[0].tag.endswith("title")]
    names = {part.get("id"): part[0].text for part in parts}
    assert names["clust1"] == f"namespace {TEXT}"
    assert names["node2"] == f"{TEXT}/b{TEXT}"
    assert names["edge1"].split("\n") == [
        f'{TEXT}/a{TEXT} -> {TEXT}/b{TEXT} : TCP "{TEXT}"',
        f"{TEXT} {TEXT}, from {TEXT}:1: {TEXT}",
    ]
    assert root.get("aria-label") == "2 nodes in 1 namespace, 1 connection"
    assert not any(part.tag.endswith("}a") for part in root.iter())
