"""The results of the Python API, as data.

`check`, `format`, `import_policies` and `suggest` return what the rooms that do the work return.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.diagnostics.codes import Code
from netpolc.diagnostics.model import Diagnostic, errors_in
from netpolc.policy.model import Policy

if TYPE_CHECKING:
    from netpolc.engine.peers import Peer
    from netpolc.engine.relation import PeerConnection
    from netpolc.queries.answers import Answer
    from netpolc.queries.review import Review


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """The result of a compilation.

    `policies` are NetworkPolicies as a model, sorted by namespace and name. `files` has their YAML by the names that
    `netpolc build -o DIR` would give the files, read back and held against the program. Where there is an error, there
    are neither.
    """

    policies: tuple[Policy, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    files: dict[str, str] = {}

    @property
    def ok(self) -> bool:
        """Whether there are no errors."""
        return not errors_in(self.diagnostics)

    @property
    def yaml(self) -> str:
        """All files as one YAML stream; empty where there is an error."""
        return "".join(self.files.values())


class Page(msgspec.Struct, frozen=True):
    """The page of a diagnostic: its code with name, severity and summary, and the page as Markdown."""

    code: Code
    text: str


class Relation(msgspec.Struct, frozen=True):
    """The peers by their ids, and each ordered pair that may talk, with the ports of its destination.

    `diagnostics` hold warnings and notes about the inputs and about what is shown of them.
    """

    peers: tuple[Peer, ...]
    connections: tuple[PeerConnection, ...]
    diagnostics: tuple[Diagnostic, ...] = ()


class Verdict(msgspec.Struct, frozen=True):
    """The answer to a question, with what decides it in each direction, and what would change a no."""

    answer: Answer
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def allowed(self) -> bool:
        """Whether it is, for every pod that the question is about."""
        return self.answer.allowed


class Difference(msgspec.Struct, frozen=True):
    """The review of a change: what it opens and closes.

    `diagnostics` are about the new side. The sides that are `empty`, of `old` and `new`, had nothing to read.
    `passed_over` has, of `old`, `new` and `workloads`, what was wrong with it and left out, to keep going.
    """

    review: Review
    diagnostics: tuple[Diagnostic, ...] = ()
    empty: tuple[str, ...] = ()
    passed_over: dict[str, tuple[Diagnostic, ...]] = {}
