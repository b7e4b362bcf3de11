"""What netpolc prints as JSON, held against the schemas that it ships.

Keys may be added to a form, so its schema lets others be; here, none may be there that the schema does not know.
"""

import functools
import json
from pathlib import Path

import jsonschema

SCHEMAS = Path(__file__).parents[1] / "schema"
OF_RESULTS = {name: name for name in ("can", "diff", "drift", "flows", "plan", "reach", "rules", "version")}
"""The schemas of the results of commands; those of all others are diagnostics."""


@functools.cache
def validator(name):
    schema = json.loads((SCHEMAS / f"{name}.schema.json").read_text("utf-8"))
    kind = jsonschema.validators.validator_for(schema)
    kind.check_schema(schema)
    return kind(closed(schema))


def closed(schema):
    """A schema in which objects have the keys that it knows, and no others."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: closed(value) for key, value in schema.items()}
    return {"additionalProperties": False, **made} if isinstance(made.get("properties"), dict) else made


def demand_fit(name, document):
    validator(name).validate(document)


def demand_fit_of(command, text, *, is_result):
    """Hold what a command printed against the schema of its form, if it is a document of netpolc's own."""
    if not text.startswith("{") or '"format_version"' not in text[:40]:
        return
    # What follows on standard error is for people.
    document, _ = json.JSONDecoder().raw_decode(text)
    name = "baseline" if "findings" in document else "diagnostics" if "diagnostics" in document or not is_result else ""
    demand_fit(name or OF_RESULTS[command], document)
