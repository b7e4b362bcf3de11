"""No manifest raises, however it is broken: it is judged, mended, imported, and what it shows is proposed.

The manifests are those of the corpus and of the examples, with lines and words of theirs moved about.
"""

import datetime
import random
from pathlib import Path

import pytest

from netpolc.adopt.importer.importing import import_manifests
from netpolc.adopt.suggest.suggesting import suggest
from netpolc.checks.options import CheckOptions
from netpolc.checks.yaml.run import CHECKING_READERS
from netpolc.cluster.check import check_inputs
from netpolc.compiler.inputs import Inputs
from netpolc.compiler.model import CompileOptions
from netpolc.diagnostics.codes import BY_CODE
from netpolc.diagnostics.fixing import choose, texts_with
from netpolc.diagnostics.formats import FORMATS, Appearance
from netpolc.diagnostics.model import errors_in
from netpolc.manifests.combining import combine
from netpolc.manifests.reading import read_manifests
from netpolc.source import Source
from tests import goldens

ROOT = Path(__file__).parents[2]
TEXTS = [
    path.read_text("utf-8")
    for folder in ("tests/corpus", "examples/adoption", "examples/shop/workloads")
    for path in sorted((ROOT / folder).rglob("*.yaml"))
]
TEXTS += goldens.texts(ROOT / "tests/golden-suggest", ".yaml").values()
OPTIONS = CompileOptions(
    checks=CheckOptions(today=datetime.date(2031, 5, 1), thorough=True, pod_addresses=("10.0.0.0/8",))
)
FORM = Appearance(color=False, width=80)


def word_of(source, lines):
    """A word that stands somewhere in the text."""
    return source.choice([word for line in source.sample(lines, min(5, len(lines))) for word in line.split()] or [""])


def pierced(source, line):
    """A line with a character in it that may mean something."""
    place = source.randint(0, len(line))
    return line[:place] + source.choice("\"'{}[]:#&*!|>%@`,-\t\x00\u0130é😀") + line[place:]


VALUES = (":", ": {}", ": []", ": null", ": 0", ": x")
BREAKS = (
    lambda _source, _lines, _line: [],
    lambda source, lines, line: [line, source.choice(lines)],
    lambda source, _lines, line: [" " * source.choice((1, 2, 4)) + line],
    lambda _source, _lines, line: [line.removeprefix("  ")],
    lambda _source, _lines, line: [line.replace("- ", "  ", 1) if "- " in line else line.replace("  ", "- ", 1)],
    lambda source, _lines, line: [line.partition(":")[0] + source.choice(VALUES)],
    lambda source, lines, line: [line.replace(line.strip(), word_of(source, lines), 1)],
    lambda source, _lines, line: [pierced(source, line)],
)


def broken(source):
    """Some manifests, a little of which is another way."""
    lines = "---\n".join(source.sample(TEXTS, source.randint(1, 3))).split("\n")
    for _ in range(source.randint(0, 6)):
        at = source.randrange(len(lines))
        lines[at : at + 1] = source.choice(BREAKS)(source, lines, lines[at])
    return "\n".join(lines)


def judged(text):
    """What was read of a text, and all that is to be said of it, beside itself."""
    source = Source("all.yaml", text)
    manifests = combine([read_manifests(source, checking=CHECKING_READERS, wide=True)])
    inputs = Inputs(None, manifests, manifests.diagnostics, (source,))
    return source, manifests, check_inputs(inputs, [OPTIONS], fits=True).diagnostics


@pytest.mark.search(50, block=50)
def test_manifests_of_any_kind(seeds):
    for seed in seeds:
        text = broken(random.Random(seed))
        source, manifests, found = judged(text)
        for each in found:
            assert each.code in BY_CODE
            assert each.message
            for place in filter(None, (each.location, *(label.location for label in each.labels))):
                assert 0 <= place.span.start <= place.span.end <= len(place.source.text)
        for render in FORMATS.values():
            assert render(found, FORM) is not None
        fixed = texts_with(choose(found, (source,), unsafe=True))
        judged(fixed.get(source, text))
        plain = read_manifests(Source("all.yaml", text))
        if not errors_in(plain.diagnostics):
            assert {each.code for each in import_manifests(combine([plain]), apart=True).diagnostics} <= {"NP402"}
        assert suggest(manifests, apart=True).diagnostics == ()
