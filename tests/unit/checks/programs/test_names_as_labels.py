import pytest

from netpolc.checks.programs.names_as_labels import check
from tests.rows import each_row
from tests.unit.checks.programs.programs import context

USED = "\nx -> web:1\nx -> api:1"


def found(text, **circumstances):
    return [(d.location.text, [fix.edits[0].text for fix in d.fixes]) for d in check(context(text, **circumstances))]


@pytest.mark.parametrize(
    ("text", "fixes"),
    [
        (f"group b = [web, api]{USED}\nb -> db:1", ["{web, api}"]),
        (f"[web, api] -> db:1{USED}", ["{web, api}"]),
        (f"pods b = [web, api]{USED}\nb -> db:1\nb -> c:1", []),
        ("pods web = [a=b]\n[web, api] -> web:1\napi -> web:1", ["{web, api}"]),
        ("pods web = [a=b]\ngroup api = web\n[web, api] -> db:1", ["{web, api}"]),
    ],
)
def test_names_in_brackets_are_told(text, fixes):
    assert found(text) == [("[web, api]", fixes)]


@each_row(
    "text",
    [
        f"[web] -> db:1{USED}",
        f"[web, canary] -> db:1{USED}",
        f"[web, !api] -> db:1{USED}",
        f"[web, api, tier=x] -> db:1{USED}",
        f"{{web, api}} -> db:1{USED}",
        "[web, api] -> db:1",
        "pods web = [a=b]\n# pods api = [a=c]\n[web, api] -> db:1",
    ],
)
def test_labels_are_not(text):
    assert found(text) == []


def test_labels_that_pods_carry_are_meant():
    assert found(f"[web, api] -> db:1{USED}", pods=((None, {"web": "", "api": "x"}),)) == []
