"""A cluster of 500 workloads, told in words, in each form that is a text: a golden file a form.

Pictures of the shop and of a change are in `docs/pictures`, and in `docs/graph.md`.
"""

import json
from pathlib import Path

import pytest

import netpolc
from netpolc.report.pictures.cards import in_rows
from netpolc.report.pictures.forms import FORMS
from netpolc.report.pictures.words import PictureWords

GOLDEN = Path(__file__).parent / "golden-graph"
TEAMS = [f"team-{number:02}" for number in range(25)]
APPS = [f"app-{number:02}" for number in range(20)]


def workload(namespace, name):
    labels = {"app": name}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "c", "image": "x"}]}}
    spec = {"selector": {"matchLabels": labels}, "template": template}
    metadata = {"name": name, "namespace": namespace}
    return json.dumps({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": spec})


def section(number, team):
    following = TEAMS[(number + 1) % len(TEAMS)]
    lines = [f"namespace {team}", "app-00 -> app-01:8080", "{app-01, app-02} -> app-03:5432", "* -> std.dns"]
    lines += [f"app-02 -> {following}/app-00:8443"] if number % 3 else []
    lines += ["app-04 -> 0.0.0.0/0:443"] if number % 10 == 0 else []
    return "\n".join(lines)


@pytest.fixture(scope="module")
def picture():
    program = "\n\n".join(['import "std"\nbaseline deny all', *map(section, range(len(TEAMS)), TEAMS)])
    workloads = "\n---\n".join(workload(team, app) for team in TEAMS for app in APPS)
    return netpolc.graph({"teams.netpol": f"{program}\n", "teams.yaml": workloads}, ("teams.netpol", "teams.yaml"))


@pytest.mark.parametrize("form", FORMS)
def test_golden(form, picture, request):
    file, text = GOLDEN / f"five-hundred.{form}", "".join(FORMS[form](picture))
    if request.config.getoption("--update-golden"):
        file.write_text(text, "utf-8")
    assert text == file.read_text("utf-8")


def test_it_is_told_in_words_what_reaches_each(picture):
    assert (picture.drawing.too_much, picture.drawing.listed, picture.drawing.folded) == (True, True, False)
    cards = {card.head: card for row in in_rows(picture.drawing, PictureWords(picture)) for card in row}
    assert cards["team-08"].lines == (
        "app-00: TCP 8443 from team-07/app-02",
        "app-01: TCP 8080 from app-00",
        "app-03: TCP 5432 from app-01, app-02",
        "nothing else reaches app-02, app-04, app-05, app-06,",
        "    app-07, app-08, app-09, 10 more",
    )
    assert "team-08/app-01 -> team-08/app-03 : TCP 5432" in cards["team-08"].told
    assert max(len(line) for card in cards.values() for line in card.lines) <= 60
