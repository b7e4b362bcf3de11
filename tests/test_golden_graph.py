"""A cluster of 500 workloads, folded, in each form that is a text: a golden file a form.

Pictures of the shop and of a change are in `docs/pictures`, and in `docs/graph.md`.
"""

import json
from pathlib import Path

import pytest

import netpolc
from netpolc.report.pictures.forms import FORMS

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


def test_it_is_folded_to_what_a_reader_finds_the_way_in(picture):
    assert picture.drawing.too_much
    assert len(picture.drawing.nodes) < 30
    assert len(picture.drawing.edges) < 60
