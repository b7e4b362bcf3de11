import json

import pytest

from netpolc.cli.commands.schema import SCHEMAS
from netpolc.diagnostics.codes import BY_CODE, CODES


@pytest.fixture
def pages(tmp_path, monkeypatch):
    folder = tmp_path / "codes"
    folder.mkdir()
    for code in CODES:
        (folder / code.page).write_text(f"# {code.code} — {code.name}\n", "utf-8")
    monkeypatch.setattr("netpolc.resources.bundled", lambda _, page: folder / page)


@pytest.mark.parametrize("asked", ["NP203", "np203", "unknown-name", "Unknown-Name"])
@pytest.mark.usefixtures("pages")
def test_explain_takes_a_code_or_a_name_in_any_case(netpolc, asked):
    assert netpolc("explain", asked) == (0, "# NP203 — unknown-name\n", "")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("NP30", "did you mean `NP30"),
        ("unknwon-name", "did you mean `unknown-name`?"),
        ("\x1b[31mred", "`netpolc rules` lists all"),
        ("../../etc/passwd", "`netpolc rules` lists all"),
        ("", "`netpolc rules` lists all"),
        ("x" * 10_000, "`netpolc rules` lists all"),
    ],
)
@pytest.mark.usefixtures("pages")
def test_explain_says_what_was_meant(netpolc, asked, said):
    ran = netpolc("explain", asked)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert "\x1b" not in ran.err
    assert len(ran.err) < 400


def test_rules_as_text(netpolc):
    ran = netpolc("rules")
    assert (ran.code, ran.err) == (0, "")
    assert [line.split()[:3] for line in ran.out.splitlines()] == [[c.code, c.name, c.severity] for c in CODES]


def test_rules_as_json(netpolc):
    document = json.loads(netpolc("rules", "--format", "json").out)
    assert document["format_version"] == "1"
    assert [rule["code"] for rule in document["rules"]] == list(BY_CODE)
    silenceable = {rule["code"][:3] for rule in document["rules"] if rule["silenceable"]}
    assert silenceable == {"NP5", "NP6"}


def test_rules_as_markdown(netpolc):
    head, line, *rows = netpolc("rules", "--format", "md").out.splitlines()
    assert head.count("|") == line.count("|")
    assert [row.partition("]")[0] for row in rows] == [f"| [{code}" for code in BY_CODE]
    assert {row.count("|") for row in rows} == {head.count("|")}


def test_schemas_are_listed_and_printed(netpolc):
    assert [line.split()[0] for line in netpolc("schema").out.splitlines()] == [*SCHEMAS]
    for name in SCHEMAS:
        assert json.loads(netpolc("schema", name).out)["$id"].endswith(f"/{name}.schema.json")
    assert netpolc("schema", "netpolc").out == netpolc("init", "--schema").out
    ran = netpolc("schema", "diagnostic")
    assert (ran.code, ran.out, "did you mean `diagnostics`?" in " ".join(ran.err.split())) == (2, "", True)
