"""Why a cluster did not do what it was asked for, told from what kubectl says of it."""

from __future__ import annotations

import re
from typing import Literal

import msgspec

from netpolc.diagnostics.model import Diagnostic
from netpolc.diagnostics.visible import in_one_line

Cause = Literal[
    "no kubectl",
    "no context",
    "no server",
    "no credentials",
    "too slow",
    "too large",
    "cut off",
    "forbidden",
    "not found",
    "expired",
    "conflict",
    "moved on",
    "invalid",
    "silence",
    "other",
]

_CODES: dict[Cause, str] = {"forbidden": "NP831", "cut off": "NP832", "expired": "NP832"}
_UNREACHABLE = "NP830"

_ADVICE: dict[Cause, str] = {
    "no kubectl": "install kubectl, or name it in the variable NETPOLC_KUBECTL",
    "no context": "`kubectl config get-contexts` lists those that there are",
    "no server": "see whether `kubectl version` reaches it",
    "no credentials": "log in again, as you do for `kubectl get pods`",
    "too slow": "see whether `kubectl version` reaches it",
    "forbidden": "`netpolc pull --rbac` prints a ClusterRole that suffices",
    "silence": "kubectl gives no reason: see what `kubectl get --raw /version` says",
    "cut off": "run it again: of a part of a list, nobody can tell what is not there",
    "expired": "run it again: the cluster changes faster than it can be listed",
}

_SAID = re.compile(r"error: |Error from server|Unable to connect|The connection to|The \S+ \"|Error in configuration")
"""How the line of kubectl begins that says what is wrong, behind warnings and lines of its log."""

_PREFIX = re.compile(r"(?:error: )?(?:Error from server(?: \(\w+\))?: )?")

_CONFLICT = re.compile(r'conflicts? with "([^"]*)"(?: with subresource "[^"]*")?(?: using ([\w./-]+))?:(?: (\.\S+))?')
_FIELD = re.compile(r"- (\.\S+)")
_CREDENTIALS = re.compile(r"://[^\s/@]+@")

_TOLD_BY: tuple[tuple[Cause, re.Pattern[str]], ...] = (
    ("no context", re.compile(r"context \"[^\"]*\" does not exist|current-context is not set|error loading config")),
    ("conflict", re.compile(r"Apply failed with \d+ conflict")),
    ("no credentials", re.compile(r"Unauthorized|provide credentials|getting credentials|must be logged in")),
    ("no server", re.compile(r"was refused|Unable to connect|no such host|connection re(?:fused|set)|certificate")),
    ("forbidden", re.compile(r"\(Forbidden\)|is forbidden|cannot \w+ resource")),
    ("expired", re.compile(r"\(Expired\)|too old resource version|continue (?:parameter|token) is too old")),
    ("moved on", re.compile(r"\(Conflict\)|Operation cannot be fulfilled|has been modified|uid mismatch")),
    ("not found", re.compile(r"\(NotFound\)|could not find the requested resource|not found|no matches for kind")),
    ("too large", re.compile(r"request is too large|[Rr]equest ?[Ee]ntity ?[Tt]oo ?[Ll]arge")),
    ("invalid", re.compile(r"\(Invalid\)|is invalid|\(BadRequest\)|field not declared|strict decoding error")),
    ("cut off", re.compile(r"unexpected EOF|unexpected end of JSON|stream error|connection lost")),
)
"""In this order: what comes first is said of more than what comes after."""


class FieldConflict(msgspec.Struct, frozen=True):
    """A field that another manager owns, as server-side apply says it."""

    manager: str
    field: str


class ClusterError(Exception):
    """A request that a cluster did not serve: `said` is what it said, in one line, and `asked` what for."""

    def __init__(
        self, cause: Cause, said: str, *, asked: str, context: str = "", conflicts: tuple[FieldConflict, ...] = ()
    ) -> None:
        """Say what was asked of which cluster, and why it did not come."""
        super().__init__(f"{asked}: {said}")
        self.cause = cause
        self.said = said
        self.asked = asked
        self.context = context
        self.conflicts = conflicts
        self.advice = _ADVICE.get(cause)

    def diagnostic(self, advice: str | None = None) -> Diagnostic:
        """Return the finding that says it, with the way out that its cause has."""
        where = f" of `{self.context}`" if self.context else ""
        return Diagnostic(
            code=_CODES.get(self.cause, _UNREACHABLE),
            severity="error",
            message=f"{self.asked}{where}: {self.said}",
            help=advice or self.advice,
        )


def refusal(complaint: str, failure: str, *, asked: str, context: str, bounded: bool = False) -> ClusterError:
    """Return the error for a kubectl that ended with a `failure`, or that was `bounded`, told by its complaint."""
    if bounded:
        return ClusterError("too slow" if "seconds" in failure else "too large", failure, asked=asked, context=context)
    said = _essence(complaint)
    if not said:
        return ClusterError("silence", failure, asked=asked, context=context)
    cause: Cause = next((cause for cause, pattern in _TOLD_BY if pattern.search(said)), "other")
    conflicts = tuple(_conflicts(complaint)) if cause == "conflict" else ()
    return ClusterError(cause, _shown(said), asked=asked, context=context, conflicts=conflicts)


def _essence(complaint: str) -> str:
    """Return what is wrong in one line, without its advice, log lines and anything that acts on a terminal."""
    lines = complaint.splitlines()
    first = next((number for number, line in enumerate(lines) if _SAID.match(line)), None)
    if first is None:
        rest = [line for line in lines if not line.startswith("Warning: ")]
        text = rest[-1] if rest else ""
    else:
        paragraph = [lines[first].rstrip()]
        for line in lines[first + 1 :]:
            if not line.startswith(("- ", "* ", "conflict")):
                break
            paragraph.append(line)
        text = "\n".join(paragraph)
    return in_one_line(_CREDENTIALS.sub("://", text).strip())


def _shown(said: str) -> str:
    """Return what kubectl said as part of a sentence."""
    shown = _PREFIX.sub("", said)
    return shown[:1].lower() + shown[1:] if shown[1:2].islower() else shown


def _conflicts(complaint: str) -> list[FieldConflict]:
    """Return each field that is owned by others, and by whom."""
    found: list[FieldConflict] = []
    manager = ""
    for line in complaint.splitlines():
        for match in _CONFLICT.finditer(line):
            manager = match[1]
            if match[3]:
                found.append(FieldConflict(manager, match[3]))
        if manager and (field := _FIELD.match(line)) is not None:
            found.append(FieldConflict(manager, field[1]))
    return found
