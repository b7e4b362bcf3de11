import re
import tomllib
from pathlib import Path

import jsonschema
import pytest

from netpolc.adopt.starting.project_file import project_text
from netpolc.project.config import SCHEMA, load
from netpolc.project.schema import schema, schema_text

FILE = Path(__file__).parents[3] / "schema" / "netpolc.schema.json"
WHOLE = schema()
RIGHT = """
required-version = ">=0.1"
baseline = "known.json"
sources = ["policies/**/*.netpol", "shop.netpol"]
output = "deploy/networkpolicies"
target = "networkpolicy"
layout = "single"
manifests = ["deploy/**/*.yaml"]
exclude = ["testdata", "deploy/*/charts/**"]
templates = "templates"
namespace = "shop"
pod-addresses = ["10.244.0.0/16"]
[labels]
team = "payments"
empty = ""
[ingress-controllers]
nginx = "edge/[app=proxy]"
"*" = "{edge/*, 10.1.0.0/24}"
[rules]
NP606 = { level = "off", reason = "gateways" }
no-dns = { level = "error", reason = "an outage in May" }
[env.prod]
output = "deploy/live"
[env.staging_2]
namespace = "shop-staging"
"""


def reads(folder, text):
    file = folder / "netpolc.toml"
    file.write_text(text)
    return load(file)


def fits(text):
    return jsonschema.Draft7Validator(WHOLE).is_valid(tomllib.loads(text))


def test_the_schema_is_that_of_the_settings(request):
    jsonschema.Draft7Validator.check_schema(WHOLE)
    if request.config.getoption("--update-golden"):
        FILE.write_text(schema_text())
    assert FILE.read_text() == schema_text()
    assert SCHEMA.endswith(f"/{FILE.parent.name}/{FILE.name}")


def test_every_setting_is_in_it_and_described(tmp_path):
    ((fault,), (nested,)) = (reads(tmp_path, text)[1] for text in ("zzzzz = 1", "env.prod.zzzzz = 1"))
    assert [*WHOLE["properties"]] != []
    assert {*re.findall("`(.*?)`", fault.help)} == {*WHOLE["properties"]}
    environment = WHOLE["properties"]["env"]["additionalProperties"]["properties"]
    assert {*re.findall("`(.*?)`", nested.help)} == {*environment}
    assert all(each["description"] for each in (*WHOLE["properties"].values(), *environment.values()))


@pytest.mark.parametrize("text", ["", RIGHT, project_text("a.netpol", "out"), 'output = "a..b"', 'sources = ["**"]'])
def test_what_is_read_fits(tmp_path, text):
    assert reads(tmp_path, text)[1] == ()
    assert fits(text)


@pytest.mark.parametrize(
    "text",
    [
        "source = []",
        'sources = "a"',
        "sources = []",
        "sources = [1]",
        'sources = [""]',
        'sources = ["/a"]',
        'sources = ["a/../b"]',
        'sources = ["a**/b"]',
        'exclude = ["C:/a"]',
        r"manifests = ['a\b']",
        'output = ""',
        "output = 3",
        'output = "../out"',
        'layout = "files"',
        'target = "cilium"',
        'namespace = "Shop"',
        'pod-addresses = "10.0.0.0/8"',
        'pod-addresses = [""]',
        'labels = ["a"]',
        "[labels]\nteam = 1",
        '[labels]\n"app.kubernetes.io/managed-by" = "me"',
        "[ingress-controllers]\nnginx = ''",
        "[env.prod]\nlayout = 'single'",
        "[env.prod]\noutput = ['a']",
        "[env.12]",
        "required-version = 1",
        'baseline = "/a.json"',
        'rules = ["NP606"]',
        '[rules]\nNP606 = "off"',
        '[rules]\nNP203 = { level = "off", reason = "a" }',
        '[rules]\nNP999 = { level = "off", reason = "a" }',
        '[rules]\nNP606 = { level = "no", reason = "a" }',
        '[rules]\nNP606 = { level = "off" }',
        '[rules]\nNP606 = { reason = "a" }',
        '[rules]\nNP606 = { level = "off", reason = "..." }',
        '[rules]\nNP606 = { level = "off", reason = "a", until = "b" }',
        "[env]\nprod = 'x'",
    ],
)
def test_what_is_refused_does_not_fit(tmp_path, text):
    assert reads(tmp_path, text)[1] != ()
    assert not fits(text)
