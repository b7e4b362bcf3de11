"""The page of a report: one file with its style, script and data, to which a policy in it allows nothing else.

The browser is told the digests of the one style and the one script, and to refuse everything else: what users wrote
is in a block of data that no browser runs, and the script makes text of it, never markup.
"""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING

from netpolc.digests import sha256
from netpolc.report.page.document import document
from netpolc.resources import bundled

if TYPE_CHECKING:
    from netpolc.report.page.model import Reported

SCRIPTS = (
    "script/dom.js",
    "script/relation.js",
    "script/picture.js",
    "script/matrix.js",
    "script/details.js",
    "script/search.js",
    "script/sections.js",
    "script/flows.js",
    "script/main.js",
)
"""The parts of the one script, in the order in which they stand there."""

_MARK = re.compile(r"\{\{ (\w+) \}\}")
"""A place of the frame that is filled; nothing that fills it is looked at for others."""


def page(reported: Reported) -> str:
    """Write the page."""
    style, frame = _template("report.css"), _template("report.html")
    script = f'"use strict";\n{"".join(map(_template, SCRIPTS))}'
    filling = {
        "policy": content_policy(style, script),
        "style": style,
        "script": script,
        "data": as_data(document(reported)),
    }
    return _MARK.sub(lambda mark: filling[mark[1]], frame)


def content_policy(style: str, script: str) -> str:
    """Write what the browser may load and run: this style and this script, and nothing else.

    Nor does it make markup, addresses of scripts or code of any text: Trusted Types without a policy refuse that.
    """
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src '{_digest(script)}'",
            f"style-src '{_digest(style)}'",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        )
    )


def as_data(text: str) -> str:
    """Write a document of JSON so that no part of it ends or begins a tag or a comment; it stays the same document."""
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(sha256(text.encode()).digest()).decode()}"


def _template(name: str) -> str:
    return bundled("templates", "report", *name.split("/")).read_text("utf-8")
