"""Diagnostics as results of tests, in the XML that JUnit began and most build servers read.

Errors are failed tests. Warnings and notes are passed ones with something to say, because they fail no run.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from itertools import groupby
from typing import TYPE_CHECKING

from netpolc.diagnostics import human
from netpolc.diagnostics.files import file_about
from netpolc.diagnostics.model import Diagnostic, collect
from netpolc.diagnostics.visible import sentence, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from xml.etree.ElementTree import Element

_RUN = "netpolc"
_WIDTH = 100


def render(diagnostics: Iterable[Diagnostic]) -> str:
    """Write the document in ASCII: a suite for each file, a test for each finding; one that passes if there is none."""
    collected = collect(diagnostics)
    root = ET.Element("testsuites", {"name": _RUN} | _counts(collected))
    for name, found in groupby(collected, key=_suite):
        of_suite = tuple(found)
        suite = ET.SubElement(root, "testsuite", {"name": name} | _counts(of_suite))
        suite.extend([_test(diagnostic, name) for diagnostic in of_suite])
    if not collected:
        suite = ET.SubElement(root, "testsuite", {"name": _RUN} | _counts(collected))
        ET.SubElement(suite, "testcase", {"classname": _RUN, "name": "check"})
    ET.indent(root)
    document: bytes = ET.tostring(root, "us-ascii", xml_declaration=True)
    return document.decode() + "\n"


def _suite(diagnostic: Diagnostic) -> str:
    is_of_run = diagnostic.location is None and not diagnostic.file
    return _RUN if is_of_run else visible(file_about(diagnostic))


def _counts(diagnostics: Sequence[Diagnostic]) -> dict[str, str]:
    failures = sum(diagnostic.severity == "error" for diagnostic in diagnostics)
    return {"tests": str(max(len(diagnostics), 1)), "failures": str(failures), "errors": "0"}


def _test(diagnostic: Diagnostic, suite: str) -> Element:
    message = sentence(diagnostic.message)
    place = {}
    name = f"{diagnostic.code}: {message}"
    if diagnostic.location is not None:
        line, column = diagnostic.location.source.position(diagnostic.location.span.start)
        place = {"file": suite, "line": str(line)}
        name = f"{line}:{column} {name}"
    test = ET.Element("testcase", {"classname": suite, "name": name} | place)
    # What `human` shows holds no character that XML forbids: they are all unprintable.
    shown = human.render([diagnostic], color=False, width=_WIDTH)
    if diagnostic.severity == "error":
        ET.SubElement(test, "failure", {"type": diagnostic.code, "message": message}).text = shown
    else:
        ET.SubElement(test, "system-out").text = shown
    return test
