"""What the playground asks of netpolc: questions about a text, answered with data that a page can show.

It runs in the browser, on Pyodide, and knows nothing of it: it is an ordinary caller of netpolc's Python API.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from netpolc import api
from netpolc.diagnostics.as_json import document
from netpolc.diagnostics.usage import InputError, UsageError
from netpolc.report import answer, changes
from netpolc.report.pictures.dot import as_dot
from netpolc.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from netpolc.compiler.workspace import Workspace
    from netpolc.diagnostics.model import Diagnostic

FILE = "shop.netpol"
"""What the text is called in messages and comments."""

MOST = 200_000
"""The characters of a text that a page is to wait for."""


class Session:
    """One page, and the memory of what it has compiled: a question after a keystroke pays for what changed."""

    def __init__(self) -> None:
        """Start with nothing compiled."""
        self._here = api.workspace()
        self._questions: dict[str, Callable[..., dict[str, Any]]] = {
            "can": self.can,
            "check": self.check,
            "compile": self.compile,
            "diff": self.diff,
            "explain": self.explain,
            "picture": self.picture,
        }

    def ask(self, question: str) -> str:
        """Answer a question, `{"about": …}` with its arguments, as JSON; what cannot be answered has a `failure`."""
        asked = json.loads(question)
        answering = self._questions[asked.pop("about")]
        if any(len(text) > MOST for text in asked.values()):
            return json.dumps({"failure": f"this page takes at most {MOST:,} characters; the command line takes more"})
        try:
            return json.dumps(answering(**asked))
        except InputError as error:
            return json.dumps({"failure": _first(error.diagnostics)})
        except UsageError as error:
            return json.dumps({"failure": str(error)})

    def compile(self, text: str) -> dict[str, Any]:
        """Compile a text: its YAML, without which there are errors among the diagnostics."""
        result = api.compile(self._with(text), layout="single")
        return {
            "version": VERSION,
            "ok": result.ok,
            "yaml": result.yaml,
            "policies": len(result.policies),
            "diagnostics": document(result.diagnostics)["diagnostics"],
        }

    def check(self, text: str) -> dict[str, Any]:
        """Find everything that is wrong or doubtful."""
        return {"diagnostics": document(api.check(self._with(text)).diagnostics)["diagnostics"]}

    def picture(self, text: str) -> dict[str, Any]:
        """Draw who may reach whom, in DOT."""
        return {"dot": "".join(as_dot(api.graph(self._with(text))))}

    def can(self, text: str, source: str, destination: str) -> dict[str, Any]:
        """Tell whether one may reach another, and why."""
        verdict = api.can(self._with(text), source, destination)
        return {
            "allowed": verdict.allowed,
            "text": answer.as_text(verdict.answer),
            "diagnostics": document(verdict.diagnostics)["diagnostics"],
        }

    def diff(self, old: str, new: str) -> dict[str, Any]:
        """Tell which connections a change opens and closes."""
        found = api.diff(self._with(old), self._with(new))
        return {"text": "".join(changes.as_text(found.review, changes.Naming()))}

    def explain(self, code: str) -> dict[str, Any]:
        """Return the page of a diagnostic."""
        page = api.explain(code)
        return {"title": f"{page.code.code} {page.code.name}", "text": re.sub(r"(?m)^# .*\n+", "", page.text, count=1)}

    def _with(self, text: str) -> Workspace:
        return self._here.edited({FILE: text})


def _first(diagnostics: Sequence[Diagnostic]) -> str:
    """Say what is wrong first, and how much more there is."""
    errors = [each for each in diagnostics if each.severity == "error"]
    more = f", and {len(errors) - 1} more" if len(errors) > 1 else ""
    return f"the program has an error: {errors[0].message}{more}" if errors else "the program cannot be read"
