"""The data of a report as a document, as schema/report.schema.json describes it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import msgspec

from netpolc.diagnostics.as_json import as_data
from netpolc.diagnostics.model import collect
from netpolc.diagnostics.private import without_private
from netpolc.report.environments import grouped
from netpolc.report.page.relations import relation_data
from netpolc.report.summary import RISKS
from netpolc.source import SUFFIX
from netpolc.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netpolc.diagnostics.model import Diagnostic
    from netpolc.report.page.model import Reported

FORMAT_VERSION = "1"


def document(reported: Reported) -> str:
    """Write the document, in ASCII: what environments have in common stands once."""
    relations = ((name, _json(relation_data(each))) for name, each in reported.relations.items())
    known = {
        "format_version": FORMAT_VERSION,
        "netpolc": VERSION,
        "title": reported.title,
        "without_answer": dict(reported.unanswered),
        "against": reported.against,
        "risks": RISKS,
        "findings": None if reported.findings is None else [*_findings(reported.findings)],
    }
    return (
        f'{_json(known)[:-1]},\n"relations": [{",".join(_of_environments(relations, "relation"))}],\n'
        f'"differences": [{",".join(_of_environments(_differences(reported), "difference"))}],\n'
        f'"flows": [{",".join(_of_environments(_traffic(reported), "traffic"))}]}}\n'
    )


def _differences(reported: Reported) -> Iterator[tuple[str | None, str]]:
    if not reported.differences:
        return
    from netpolc.report import changes  # most reports compare nothing

    naming = reported.naming or changes.Naming()
    for name, each in reported.differences.items():
        yield name, "".join(changes.as_json(each.review, naming, unclosed=each.unclosed, seen=each.seen))


def _traffic(reported: Reported) -> Iterator[tuple[str | None, str]]:
    if not reported.traffic:
        return
    from netpolc.report import traffic  # few have records of flows

    for name, each in reported.traffic.items():
        yield name, "".join(traffic.as_json(each))


def _of_environments(texts: Iterable[tuple[str | None, str]], name: str) -> Iterator[str]:
    """Yield objects of a text and the environments in which it is that, none where there is but one of no name."""
    for each in grouped((environment or "", text) for environment, text in texts):
        environments = [environment for environment in each.environments if environment]
        yield f'\n{{"environments": {_json(environments)}, "{name}": {each.text}}}'


def _findings(found: Iterable[Diagnostic]) -> Iterator[dict[str, Any]]:
    """Yield findings as `netpolc check --format json` has them, with the line of those in netpol.

    Lines of manifests may be private, and the message says of them what there is to say.
    """
    for each in collect(map(without_private, found)):
        written, location = as_data(each), each.location
        is_netpol = location is not None and location.source.name.endswith(SUFFIX)
        yield {**written, "text": location.line_text} if location is not None and is_netpol else written


def _json(value: object) -> str:
    try:
        text = msgspec.json.encode(value).decode()
    except UnicodeEncodeError:  # half a character, which a text may have
        text = ""
    return text if text and text.isascii() else json.dumps(value, separators=(",", ":"))
