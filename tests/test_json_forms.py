"""The schemas of netpolc's JSON are true, complete and shipped.

Every document that a test in `tests/cli` has a command print is held against its schema, as `conftest.py` has it, and
so are those that documents show.
"""

import json
import re
from pathlib import Path

import jsonschema
import pytest

from netpolc.cli.commands.schema import SCHEMAS as LISTED
from netpolc.resources import bundled
from tests.json_forms import SCHEMAS, demand_fit, demand_fit_of, validator

ROOT = Path(__file__).parents[1]
NAMES = sorted(path.name.removesuffix(".schema.json") for path in SCHEMAS.iterdir())
RIGHT = {
    "baseline": {"format_version": "1", "findings": []},
    "diagnostics": {"format_version": "1", "valid": True, "error_count": 0, "warning_count": 0, "diagnostics": []},
    "reach": {"format_version": "2", "peers": [], "groups": []},
    "rules": {"format_version": "1", "rules": []},
    "version": {"format_version": "1", "version": "0.1.0", "python": "3.14.0"},
}


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_is_one_is_listed_and_ships(name):
    document = json.loads((SCHEMAS / f"{name}.schema.json").read_text("utf-8"))
    assert document["$id"].endswith(f"/schema/{name}.schema.json")
    assert document["title"]
    assert document["description"]
    validator(name)
    assert bundled("schema", f"{name}.schema.json").is_file()
    assert [*LISTED][1:] == sorted({*NAMES} - {"netpolc"})


def test_the_documents_that_documents_show_fit():
    commands = set()
    for path in sorted((ROOT / "docs").glob("*.md")):
        text = path.read_text("utf-8")
        for begun in re.finditer(r'^\{\s*"format_version"', text, re.MULTILINE):
            document, _ = json.JSONDecoder().raw_decode(text, begun.start())
            (*_, command) = re.findall(r"^\$ .*?netpolc (\w+)", text[: begun.start()], re.MULTILINE)
            commands.add(command)
            demand_fit_of(command, json.dumps(document), is_result=True)
    assert commands >= {"check", "diff", "reach"}


@pytest.mark.parametrize("name", RIGHT)
def test_what_is_not_of_a_form_does_not_fit(name):
    document = RIGHT[name]
    demand_fit(name, document)
    for wrong in ({**document, "format_version": "0"}, {**document, "more": 1}, {"format_version": "1"}):
        with pytest.raises(jsonschema.ValidationError):
            demand_fit(name, wrong)
