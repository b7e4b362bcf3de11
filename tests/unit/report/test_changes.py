import json

import pytest

from netpolc.diagnostics.paint import in_black, in_color
from netpolc.queries.review import review
from netpolc.report.changes import Naming, as_json, as_text
from tests.unit.queries.clusters import cluster

HEAD = "namespace shop\nbaseline deny all\n"
OLD = f"{HEAD}a -> b:1\nassert deny c -> b:1\n"
NEW = "namespace shop\nbaseline deny ingress\na -> b:2\nany -> a:1\nassert deny c -> b:3\n"
NAMING = Naming(old=lambda file: f"main:{file}")


def text(old=OLD, new=NEW, paint=in_black):
    return "".join(as_text(review(cluster(old), cluster(new)), NAMING, paint))


def document(old=OLD, new=NEW):
    return json.loads("".join(as_json(review(cluster(old), cluster(new)), NAMING)))


def test_what_to_look_at_first_leads_and_a_count_ends():
    paragraphs = text().split("\n\n")
    verbs = [paragraph.split()[0] for paragraph in paragraphs[:-1]]
    assert verbs[:2] == ["lost", "removed"]
    assert verbs[-2:] == ["closed", "added"]
    risky = ["risk" in paragraph for paragraph in paragraphs[:-1]]
    assert risky == sorted(risky, reverse=True)
    assert paragraphs[-1].startswith(f"{document()['widened']} connections opened")
    assert text(NEW, OLD).split("\n\n")[-3].split()[0] == "gained"


def test_lines_are_named_as_their_side_names_them():
    assert "old  main:shop.netpol:3: a -> b:1" in text()
    assert "new  shop.netpol:4: any -> a:1" in text()


def test_colour_changes_no_word():
    painted = text(paint=in_color)
    assert painted != text()
    for code in ("\x1b[1;31m", "\x1b[1;33m", "\x1b[34m", "\x1b[36m", "\x1b[0m"):
        painted = painted.replace(code, "")
    assert painted == text()


@pytest.mark.parametrize("sides", [(OLD, NEW), (NEW, OLD), (OLD, OLD)])
def test_a_document_says_what_the_text_does(sides):
    found = document(*sides)
    assert found["summary"] == text(*sides).splitlines()[-1]
    assert found["widened"] + found["narrowed"] == len(found["changes"])
    assert {each["change"] for each in found["assertions"]} == ({"removed", "added"} if sides[0] != sides[1] else set())
    for each in (*found["changes"], *found["denials"]):
        assert all({"file", "line", "text", "side"} <= set(line) for line in each["because"])


def test_what_has_no_risk_is_closed_or_gained():
    found = document()
    assert all(each["risks"] == [] for each in found["changes"] if each["change"] == "narrowed")
    assert [each["risks"] for each in found["denials"]] == [["NP623"]]
    assert [each["risks"] for each in document(NEW, OLD)["denials"]] == [[]]
