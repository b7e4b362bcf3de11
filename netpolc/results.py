"""The results of the Python API, as data.

`check`, `format`, `import_policies` and `suggest` return what the rooms that do the work return.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.diagnostics.model import Diagnostic, errors_in
from netpolc.policy.model import Policy

if TYPE_CHECKING:
    from netpolc.cluster.cluster import Cluster
    from netpolc.diagnostics.codes import Code
    from netpolc.engine.peers import Peer
    from netpolc.engine.relation import Group, PeerConnection, RelatedPeers
    from netpolc.ir.model import Direction, Program
    from netpolc.queries.answers import Answer
    from netpolc.queries.denied_pairs import Denials, DeniedGroup
    from netpolc.queries.explained import ExplainedGroup, Explanations
    from netpolc.queries.pictures.model import Drawing, NameSources
    from netpolc.queries.review import Review
    from netpolc.queries.selection import Selection
    from netpolc.queries.traffic.changed import SeenChanges
    from netpolc.queries.traffic.model import JudgedTraffic
    from netpolc.sets.addresses import AddressSet


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


class Basis(msgspec.Struct, frozen=True):
    """The ground of a relation: a cluster, and the part of it that was asked for."""

    cluster: Cluster
    selection: Selection


class Relation(msgspec.Struct, frozen=True):
    """The relation of who may reach whom: `groups` of peers, or pairs as `connections`, on ports of the destination.

    `peers` are all that could stand in it, by their ids. `nets` are the addresses that the sources have names for.
    `roles` are what peers are known as beside their ids, by these: `ingress-controller`.
    `diagnostics` hold warnings and notes about the inputs and about what is shown of them. One that `reach` returns has
    a `basis`, from which it tells why.
    """

    related: RelatedPeers
    nets: dict[str, AddressSet] = {}
    roles: dict[str, str] = {}
    diagnostics: tuple[Diagnostic, ...] = ()
    basis: Basis | None = None

    @property
    def peers(self) -> tuple[Peer, ...]:
        """The peers: workloads, pods that could exist, and blocks of addresses."""
        return self.related.peers

    @property
    def groups(self) -> list[Group]:
        """The groups, in which every source may reach every destination on the same ports."""
        return self.related.groups()

    @property
    def connections(self) -> tuple[PeerConnection, ...]:
        """Each ordered pair that may talk."""
        return tuple(self.related.connections())

    @property
    def explained(self) -> list[ExplainedGroup]:
        """The groups, each with the policies, rules and lines that let it through at either end."""
        return list(self.explanations().explained(self.related.bit_groups()))

    @property
    def denied(self) -> list[DeniedGroup]:
        """The pairs of workloads that may not talk, in groups, with what closes them at either end.

        They are those that may on no port, or where ports were asked for, on any of these. Addresses are at an end for
        which somebody asked; of pods that no manifest shows, nothing is said.
        """
        return list(self.denials().explained())

    def explanations(self) -> Explanations:
        """Find what explains groups of these peers."""
        from netpolc.queries.explained import Explanations  # few ask why

        basis = self._basis()
        return Explanations(basis.cluster, basis.selection)

    def denials(self) -> Denials:
        """Find the pairs that are denied."""
        from netpolc.queries.denied_pairs import Denials  # as above

        basis = self._basis()
        return Denials(basis.cluster, basis.selection, self.related)

    def isolated(self) -> dict[Direction, int]:
        """Find the workloads that policies isolate in each direction, as bits of the numbers of their peers."""
        from netpolc.queries.isolated import isolated  # only tables for SQL say so

        return isolated(self._basis().cluster, self.peers)

    def _basis(self) -> Basis:
        if self.basis is None:
            raise AssertionError("a relation that `reach` returns has a basis")
        return self.basis


class Picture(msgspec.Struct, frozen=True):
    """A picture of who may reach whom, or of what a change opens and closes, and what the names in it are made of.

    `notes` say how what was asked for is understood.
    """

    drawing: Drawing
    names: NameSources
    diagnostics: tuple[Diagnostic, ...] = ()
    notes: tuple[str, ...] = ()


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

    `diagnostics` are about the new side. The sides that are `empty`, of `old` and `new`, had nothing to read; those
    that are `unclosed` have no policies, so that everything is allowed there.
    `programs` are those of both sides, where these have any; they have the names of pods in pictures.
    `passed_over` has, of `old`, `new` and `workloads`, what was wrong with it and left out, to keep going. `seen` is
    what logs saw of what changed, if any were given.
    """

    review: Review
    diagnostics: tuple[Diagnostic, ...] = ()
    empty: tuple[str, ...] = ()
    unclosed: tuple[str, ...] = ()
    passed_over: dict[str, tuple[Diagnostic, ...]] = {}
    seen: SeenChanges | None = None
    programs: tuple[Program | None, Program | None] = (None, None)

    @property
    def picture(self) -> Picture:
        """The picture of what the change opens and closes."""
        from netpolc.queries.pictures.changed import draw_change  # few reviews are drawn
        from netpolc.queries.pictures.model import NameSources
        from netpolc.queries.pictures.naming import called_on_sides

        peers = self.review.peers
        names = NameSources(peers, self.review.nets, called=called_on_sides(peers, *self.programs))
        return Picture(draw_change(self.review), names, self.diagnostics)


class SeenTraffic(msgspec.Struct, frozen=True):
    """The flows that were seen, held against what is allowed; `diagnostics` are about the inputs."""

    traffic: JudgedTraffic
    diagnostics: tuple[Diagnostic, ...] = ()
