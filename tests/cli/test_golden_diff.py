"""Two sides, and what is said of their difference in each form: a golden file a case.

`old/` and `new/` are compared; `options.toml` may name further `arguments`.
"""

import json
import tomllib
from pathlib import Path

import pytest

from netpolc.report.comment import MOST_BYTES
from tests import goldens

GOLDEN = Path(__file__).parents[1] / "golden-diff"
CASES = {name: goldens.read(GOLDEN / f"{name}.golden") for name in goldens.cases(GOLDEN)}
FORMS = {"text": "expected.txt", "md": "expected.md", "json": "expected.json"}
UNCHANGED = ("from-yaml", "refactoring")

every_case = pytest.mark.parametrize("case", CASES.values(), ids=CASES)


def outcomes(case, netpolc):
    """What is said in each form, with what stands on standard error before it."""
    arguments = tomllib.loads(case.inputs.get("options.toml", "arguments = []"))["arguments"]
    for form, name in FORMS.items():
        ran = netpolc("diff", "old", "new", *arguments, "--format", form, "--fail-on", "any")
        assert ran.code == int(case.path.stem not in UNCHANGED), ran.err
        yield name, ran.err + ran.out if form == "text" else ran.out


@every_case
def test_golden(case, netpolc, here, request):
    case.unpack(here.path)
    case.compare(dict(outcomes(case, netpolc)), update=request.config.getoption("--update-golden"))


@every_case
def test_a_document_counts_what_it_holds(case):
    document = json.loads(case.expected["expected.json"])
    kinds = [change["change"] for change in document["changes"]]
    assert (document["widened"], document["narrowed"]) == (kinds.count("widened"), kinds.count("narrowed"))
    assert all(change["because"] for change in document["changes"])
    order = [(not change["risks"], change["change"] == "narrowed", change["risks"]) for change in document["changes"]]
    assert order == sorted(order)
    pairs = [
        (source, destination, change["change"])
        for change in document["changes"]
        for source in change["sources"]
        for destination in change["destinations"]
    ]
    assert len(pairs) == len(set(pairs))
    assert {name for pair in pairs for name in pair[:2]} <= {peer["id"] for peer in document["peers"]}
    for change in document["changes"]:
        for reason in change["because"]:
            line = case.inputs[reason["file"]].splitlines()[reason["line"] - 1]
            assert reason["text"] in line
            assert reason["file"].startswith(reason["side"])


def test_every_risk_is_shown():
    texts = "".join(case.expected["expected.txt"] for case in CASES.values())
    assert all(f"[NP62{number}]" in texts for number in range(5))


@every_case
def test_a_comment_is_one_that_can_be_posted(case):
    text = case.expected["expected.md"]
    assert len(text.encode()) <= MOST_BYTES
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert {line.count(" |") for line in rows if not line.startswith("|---")} <= {5, 6, 7}
    assert text.count("<details>") == text.count("</details>")
