import json
import re
from pathlib import Path
from urllib.parse import unquote

import jsonschema
import msgspec
from hypothesis import given
from hypothesis import strategies as st

from netpolc.diagnostics import sarif
from netpolc.diagnostics.codes import CODES
from netpolc.diagnostics.files import file_about
from netpolc.diagnostics.line_hashes import line_hashes
from netpolc.diagnostics.model import Diagnostic, Edit, Fix, Label, collect
from netpolc.source import Location, Source, Span
from netpolc.version import VERSION
from tests.rows import each_row
from tests.strategies.diagnostics import TEXTS, diagnostics

SCHEMA = json.loads((Path(__file__).parents[2] / "data" / "sarif-schema-2.1.0.json").read_text("utf-8"))
VALIDATOR = jsonschema.Draft4Validator(SCHEMA)
URI_REFERENCE = re.compile(r"(file:///)?([A-Za-z0-9._~/:-]|%[0-9A-F]{2})*")

SHOP = Source("./shop one.netpol", "pods database = [app=db]\nwebapp -> databse:5432\n")


def at(source, word):
    start = source.text.index(word)
    return Location(source, Span(start, start + len(word)))


def run_of(found):
    """The run of a log, which is valid."""
    written = sarif.render(found)
    assert written.isascii()
    # Unlike Python's, most readers reject half a surrogate pair, as this one does.
    log = msgspec.json.decode(written)
    VALIDATOR.validate(log)
    (run,) = log["runs"]
    return run


def offset(text, line, column):
    return sum(len(other) + 1 for other in text.split("\n")[: line - 1]) + column - 1


def cut(text, region):
    start = offset(text, region["startLine"], region["startColumn"])
    return start, offset(text, region["endLine"], region["endColumn"])


def test_a_result():
    found = Diagnostic(
        code="NP203",
        severity="error",
        message="unknown name `databse`",
        location=at(SHOP, "databse"),
        label="not declared",
        labels=(Label(at(SHOP, "database"), "a name like it"),),
        help="use `database`",
        fixes=(Fix("use `database`", (Edit(at(SHOP, "databse"), "database"),), "safe"),),
    )
    artifact = {"uri": "shop%20one.netpol", "uriBaseId": "%SRCROOT%"}
    place = {"startLine": 2, "startColumn": 11, "endLine": 2, "endColumn": 18}
    like = {"startLine": 1, "startColumn": 6, "endLine": 1, "endColumn": 14}
    run = run_of([found, found])
    (result,) = run["results"]
    own = result["partialFingerprints"].pop("netpolc/v1")
    assert re.fullmatch("[0-9a-f]{32}", own)
    assert result == {
        "ruleId": "NP203",
        "ruleIndex": 0,
        "level": "error",
        "message": {"text": "unknown name `databse`\nhelp: use `database`"},
        "locations": [
            {
                "physicalLocation": {"artifactLocation": artifact, "region": place},
                "message": {"text": "not declared"},
            }
        ],
        "partialFingerprints": {"primaryLocationLineHash": line_hashes(SHOP, [2])[2]},
        "relatedLocations": [
            {
                "id": 1,
                "physicalLocation": {"artifactLocation": artifact, "region": like},
                "message": {"text": "a name like it"},
            }
        ],
        "fixes": [
            {
                "description": {"text": "use `database`"},
                "artifactChanges": [
                    {
                        "artifactLocation": artifact,
                        "replacements": [{"deletedRegion": place, "insertedContent": {"text": "database"}}],
                    }
                ],
                "properties": {"applicability": "safe"},
            }
        ],
    }
    assert run["columnKind"] == "unicodeCodePoints"
    assert "%SRCROOT%" in run["originalUriBaseIds"]
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["semanticVersion"]) == ("netpolc", VERSION)


def test_the_schema_named_is_the_one_that_logs_are_held_against():
    assert SCHEMA["id"] == sarif.SCHEMA == json.loads(sarif.render([]))["$schema"]


def test_where_nothing_is_wrong():
    run = run_of([])
    assert run["results"] == run["tool"]["driver"]["rules"] == []
    assert run["invocations"] == [{"executionSuccessful": True}]


def test_every_code_is_a_rule_with_its_page():
    found = [Diagnostic(code=code.code, severity=code.severity, message="m", location=at(SHOP, "w")) for code in CODES]
    run = run_of(found)
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == sorted(code.code for code in CODES)
    for rule, code in zip(rules, sorted(CODES, key=lambda code: code.code), strict=True):
        assert rule["name"] == code.name
        assert rule["helpUri"] == code.help_uri
        assert rule["defaultConfiguration"] == {"level": code.severity}
        assert rule["help"]["markdown"].startswith(f"# {code.code}: {code.name}\n")
        description = rule["fullDescription"]["text"]
        assert description in " ".join(rule["help"]["text"].split())
        assert 20 < len(description) < 1_000
        properties = rule["properties"]
        assert ("security" in properties["tags"]) is ("security-severity" in properties)
        assert 0 < float(properties.get("security-severity", "1")) <= 10
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]


def test_findings_about_the_run():
    error = Diagnostic(code="NP807", severity="error", message="no sources")
    note = Diagnostic(code="NP809", severity="note", message="left out")
    run = run_of([error])
    place = {"artifactLocation": {"uri": "netpolc.toml", "uriBaseId": "%SRCROOT%"}}
    (result,) = run["results"]
    assert result["locations"] == [{"physicalLocation": place}]
    assert result["partialFingerprints"].keys() == {"netpolc/v1"}
    assert run["invocations"] == [{"executionSuccessful": False}]
    assert run_of([note])["invocations"] == [{"executionSuccessful": True}]


@each_row(
    "name, uri",
    [
        ("a b/c#d?e%.netpol", "a%20b/c%23d%3Fe%25.netpol"),
        ("C:x.netpol", "C%3Ax.netpol"),
        ("日.netpol", "%E6%97%A5.netpol"),
        ("../x.netpol", "../x.netpol"),
        ("<stdin>", "%3Cstdin%3E"),
        ("/etc/a b.netpol", "file:///etc/a%20b.netpol"),
    ],
)
def test_addresses_of_files(name, uri):
    location = Location(Source(name, "x"), Span(0, 1))
    (result,) = run_of([Diagnostic(code="NP101", severity="error", message="m", location=location)])["results"]
    artifact = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert artifact["uri"] == uri
    assert ("uriBaseId" in artifact) is not uri.startswith("file:")


def test_a_user_s_text_is_no_link():
    found = Diagnostic(code="NP101", severity="error", message="unexpected `[a](https://b)`", location=at(SHOP, "w"))
    (result,) = run_of([found])["results"]
    assert result["message"]["text"] == "unexpected `[a\\](https://b)`"


def test_edits_of_several_files_are_changes_of_each():
    other = Source("b.netpol", "x\ny\n")
    edits = (Edit(at(other, "y"), "2"), Edit(at(SHOP, "databse"), "1"), Edit(at(other, "x"), ""))
    found = Diagnostic(
        code="NP101", severity="error", message="m", location=at(SHOP, "w"), fixes=(Fix("rename", edits),)
    )
    (result,) = run_of([found])["results"]
    changes = result["fixes"][0]["artifactChanges"]
    assert [
        (change["artifactLocation"]["uri"], [new["insertedContent"]["text"] for new in change["replacements"]])
        for change in changes
    ] == [("shop%20one.netpol", ["1"]), ("b.netpol", ["", "2"])]


def test_no_more_than_github_takes(monkeypatch):
    monkeypatch.setattr(sarif, "MOST_RESULTS", 3)
    monkeypatch.setattr(sarif, "MOST_RELATED", 2)
    source = Source("f", "abcdefg")
    severities = ["note", "warning", "error", "note", "warning", "error", "note"]
    found = [
        Diagnostic(
            code="NP101",
            severity=severity,
            message="m",
            location=Location(source, Span(number, number + 1)),
            labels=tuple(Label(Location(source, Span(n, n)), "here") for n in range(5)),
        )
        for number, severity in enumerate(severities)
    ]
    run = run_of(found)
    columns = [result["locations"][0]["physicalLocation"]["region"]["startColumn"] for result in run["results"]]
    assert columns == [2, 3, 6]
    assert all(len(result["relatedLocations"]) == 2 for result in run["results"])
    (notification,) = run["invocations"][0]["toolExecutionNotifications"]
    assert notification["message"]["text"].startswith("4 findings are left out")


@given(diagnostics())
def test_every_log_is_valid(found):
    run = run_of(found)
    collected = collect(found)
    for result, diagnostic in zip(run["results"], collected, strict=True):
        assert (result["ruleId"], result["level"]) == (diagnostic.code, diagnostic.severity)
        artifact = result["locations"][0]["physicalLocation"]["artifactLocation"]
        assert URI_REFERENCE.fullmatch(artifact["uri"])
        assert unquote(artifact["uri"].removeprefix("file://")) == file_about(diagnostic)
        assert ("region" in result["locations"][0]["physicalLocation"]) is (diagnostic.location is not None)
    assert len({result["partialFingerprints"]["netpolc/v1"] for result in run["results"]}) == len(collected)


@given(TEXTS, TEXTS.filter(lambda text: text.isascii()), st.data())
def test_regions_and_replacements_mean_what_was_meant(text, new, data):
    start = data.draw(st.integers(0, len(text)))
    location = Location(Source("f", text), Span(start, data.draw(st.integers(start, len(text)))))
    fix = Fix("do", (Edit(location, new),))
    (result,) = run_of([Diagnostic(code="NP101", severity="error", message="m", location=location, fixes=(fix,))])[
        "results"
    ]
    first, last = cut(text, result["locations"][0]["physicalLocation"]["region"])
    assert text[first:last] == location.text
    (replacement,) = result["fixes"][0]["artifactChanges"][0]["replacements"]
    assert cut(text, replacement["deletedRegion"]) == (location.span.start, location.span.end)
    assert replacement["insertedContent"] == {"text": new}


@given(st.lists(st.sampled_from(["# why", "", "c -> d:1"])))
def test_fingerprints_outlive_lines_above(above):
    def marks(text):
        location = at(Source("f", text), "a -> b")
        (result,) = run_of([Diagnostic(code="NP505", severity="warning", message="m", location=location)])["results"]
        return result["partialFingerprints"]

    assert marks("".join(f"{line}\n" for line in above) + "a -> b:1\n") == marks("a -> b:1\n")
