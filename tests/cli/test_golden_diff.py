"""One folder a case: two sides, and what is said of their difference in each form.

`old/` and `new/` are compared; `options.toml` may name further `arguments`. `--update-golden` rewrites what is
expected.
"""

import json
import tomllib
from pathlib import Path

import pytest

from netpolc.report.comment import MOST_BYTES

GOLDEN = Path(__file__).parents[1] / "golden-diff"
CASES = sorted(path.name for path in GOLDEN.iterdir())
FORMS = {"text": "expected.txt", "json": "expected.json", "md": "expected.md"}
UNCHANGED = ("from-yaml", "refactoring")


def outcomes(case, netpolc, monkeypatch):
    """What is said in each form, with what stands on standard error before it."""
    monkeypatch.chdir(GOLDEN / case)
    options = GOLDEN / case / "options.toml"
    arguments = tomllib.loads(options.read_text("utf-8"))["arguments"] if options.exists() else []
    for form, name in FORMS.items():
        ran = netpolc("diff", "old", "new", *arguments, "--format", form, "--fail-on", "any")
        assert ran.code == int(case not in UNCHANGED), ran.err
        yield name, ran.err + ran.out if form == "text" else ran.out


@pytest.mark.parametrize("case", CASES)
def test_golden(case, netpolc, monkeypatch, request):
    for name, text in outcomes(case, netpolc, monkeypatch):
        path = GOLDEN / case / name
        if request.config.getoption("--update-golden"):
            path.write_text(text, "utf-8")
        else:
            assert path.read_text("utf-8") == text


@pytest.mark.parametrize("case", CASES)
def test_a_document_counts_what_it_holds(case):
    document = json.loads((GOLDEN / case / "expected.json").read_text("utf-8"))
    kinds = [change["change"] for change in document["changes"]]
    assert (document["widened"], document["narrowed"]) == (kinds.count("widened"), kinds.count("narrowed"))
    assert all(change["because"] for change in document["changes"])
    order = [(change["source"], change["destination"], change["change"] == "widened") for change in document["changes"]]
    assert order == sorted(set(order))
    for change in document["changes"]:
        for reason in change["because"]:
            line = (GOLDEN / case / reason["file"]).read_text("utf-8").splitlines()[reason["line"] - 1]
            assert reason["text"] in line
            assert reason["file"].startswith(reason["side"])


def test_every_risk_is_shown():
    texts = "".join(path.read_text("utf-8") for path in GOLDEN.rglob("expected.txt"))
    assert all(f"[NP62{number}]" in texts for number in range(5))


@pytest.mark.parametrize("case", CASES)
def test_a_comment_is_one_that_can_be_posted(case):
    text = (GOLDEN / case / "expected.md").read_text("utf-8")
    assert len(text.encode()) <= MOST_BYTES
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert {line.count(" |") for line in rows if not line.startswith("|---")} <= {5, 6, 7}
    assert text.count("<details>") == text.count("</details>")
