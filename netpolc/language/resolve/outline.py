"""The outline of a file: its statements in one flat list for each kind, without the blocks that hold them.

The blocks around a statement become its placement: the section of a namespace, and the environments of an `env` block.
What stands in a section of several namespaces is listed once for each of them, as if there were a section for each. So
resolution walks no tree: it goes through the lists, and asks each placement whether it applies.
"""

from __future__ import annotations

import msgspec

from netpolc.diagnostics.model import Diagnostic, Label
from netpolc.language.syntax import tree
from netpolc.policy.names import label_key
from netpolc.source import Location, Source, Span

DEFAULT_KEY = "app"

MOST_REPEATED = 100_000
"""How many statements a file may become beyond those that it has; lines and namespaces of sections multiply."""


class Placement(msgspec.Struct, frozen=True):
    """The section of a namespace around a statement, or None, and the environments of its block, None for all."""

    section: str | None
    environments: frozenset[str] | None

    def applies_in(self, environment: str | None) -> bool:
        """Tell whether the statement is part of a build for an environment."""
        return self.environments is None or environment in self.environments


TOP = Placement(None, None)


class Placed(msgspec.Struct, frozen=True):
    """A flow, a baseline, a guardrail, an assertion or the name of a policy, where it stands."""

    statement: tree.Flow | tree.Baseline | tree.Guardrail | tree.Assertion | tree.PolicyName
    annotations: tuple[tree.Annotation, ...]
    placement: Placement


class PlacedDeclaration(msgspec.Struct, frozen=True):
    """A declaration where it stands."""

    statement: tree.Declaration
    annotations: tuple[tree.Annotation, ...]
    placement: Placement


class Opened(msgspec.Struct, frozen=True):
    """A namespace that a file opens, by itself or among others, and the labels that are stated there."""

    name: tree.Word
    labels: tree.Selector | None
    placement: Placement


class Outline(msgspec.Struct, frozen=True):
    """A file as lists of its statements, each with its placement, and the settings that hold for the whole file.

    Of the library, `elsewhere` is what it declares on other platforms than that of the run.
    """

    source: Source
    imports: tuple[tree.Import, ...]
    key: str
    strict: bool
    namespaces: tuple[Opened, ...]
    environments: tuple[tree.Word, ...]
    declarations: tuple[PlacedDeclaration, ...]
    statements: tuple[Placed, ...]
    diagnostics: tuple[Diagnostic, ...]
    elsewhere: tuple[PlacedDeclaration, ...] = ()


def outline(source: Source, whole: tree.Tree) -> Outline:
    """Flatten a tree; statements where they cannot stand become diagnostics."""
    walk = _Walk(source)
    walk.items(whole.items, (TOP,))
    return Outline(
        source,
        tuple(walk.imports),
        DEFAULT_KEY if walk.names_by is None else walk.names_by.key,
        walk.strict,
        tuple(walk.namespaces),
        tuple(walk.environments),
        tuple(walk.declarations),
        tuple(walk.statements),
        tuple(walk.diagnostics),
    )


def outline_on(whole: Outline, platform: str) -> Outline:
    """Return the outline of a file whose `env` blocks are for platforms, as it is on one of these."""
    here: list[PlacedDeclaration] = []
    elsewhere: list[PlacedDeclaration] = []
    for each in whole.declarations:
        if each.placement.applies_in(platform):
            here.append(msgspec.structs.replace(each, placement=TOP))
        else:
            elsewhere.append(each)
    return msgspec.structs.replace(whole, environments=(), declarations=tuple(here), elsewhere=tuple(elsewhere))


class _Walk:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.imports: list[tree.Import] = []
        self.names_by: tree.NamesBy | None = None
        self.strict = False
        self.namespaces: list[Opened] = []
        self.environments: list[tree.Word] = []
        self.declarations: list[PlacedDeclaration] = []
        self.statements: list[Placed] = []
        self.diagnostics: list[Diagnostic] = []
        self.repeated = 0

    def items(self, items: tuple[tree.Item, ...], outer: tuple[Placement, ...]) -> None:
        """Walk the statements of a file or block, which is in some placements at once.

        An open `namespace` holds until the next, or to the end.
        """
        current = outer
        for item in items:
            statement = item.statement
            if item.annotations and not isinstance(statement, tree.PolicyName):
                self._refuse_those_of_policies(item.annotations)
            match statement:
                case tree.Flow() | tree.Baseline() | tree.Assertion() | tree.PolicyName():
                    self._refuse_repeated(item.annotations)
                    places = self._places(statement, current)
                    self.statements += [Placed(statement, item.annotations, each) for each in places]
                case tree.Guardrail():
                    self._guardrail(statement, item, current)
                case tree.Namespace():
                    self._refuse_annotations(item)
                    current = self._namespace(statement, outer, current)
                case tree.Environment():
                    self._refuse_annotations(item)
                    self._environment(statement, current)
                case tree.Import() | tree.NamesBy() | tree.StrictNames():
                    self._refuse_annotations(item)
                    self._setting(statement, outer)
                case _:
                    self._refuse_repeated(item.annotations)
                    places = self._places(statement, current)
                    self.declarations += [PlacedDeclaration(statement, item.annotations, each) for each in places]

    def _guardrail(self, statement: tree.Guardrail, item: tree.Item, current: tuple[Placement, ...]) -> None:
        if current[0].section is None:
            self._refuse_repeated(item.annotations)
            self.statements += [Placed(statement, item.annotations, each) for each in current]
            return
        self._misplaced(
            statement.span,
            f"`{statement.tier}` holds for the whole cluster, and belongs to no namespace",
            "move it above the first `namespace`",
        )

    def _namespace(
        self, statement: tree.Namespace, outer: tuple[Placement, ...], current: tuple[Placement, ...]
    ) -> tuple[Placement, ...]:
        if outer[0].section is not None:
            self._misplaced(
                statement.span, "a namespace cannot be opened inside of another", "close the block before it"
            )
            return current
        opened: dict[str, Opened] = {}
        for name in statement.opened.names:
            if name.text in opened:
                self._named_twice(name, opened[name.text].name)
            else:
                opened[name.text] = Opened(name, statement.labels, Placement(name.text, outer[0].environments))
        self.namespaces += opened.values()
        inner = tuple(each.placement for each in opened.values())
        if statement.body is None:
            return inner
        self.items(statement.body, inner)
        return outer

    def _places(self, statement: tree.Statement, current: tuple[Placement, ...]) -> tuple[Placement, ...]:
        """Return where a statement counts: in all places at once, as long as that is not too often."""
        before = self.repeated
        self.repeated += len(current) - 1
        if self.repeated <= MOST_REPEATED:
            return current
        if before <= MOST_REPEATED:
            self.diagnostics.append(
                Diagnostic(
                    code="NP218",
                    severity="error",
                    message=f"repeated for each namespace, this file has more than {MOST_REPEATED:,} statements",
                    location=Location(self.source, statement.span),
                    help="say less of many namespaces, or divide them among files that are built apart",
                )
            )
        return current[:1]

    def _named_twice(self, name: tree.Word, first: tree.Word) -> None:
        self.diagnostics.append(
            Diagnostic(
                code="NP222",
                severity="warning",
                message=f"the namespace `{name.text}` is named twice",
                location=Location(self.source, name.span),
                labels=(Label(Location(self.source, first.span), "the first is here"),),
                help="name it once: each statement counts once for each namespace",
            )
        )

    def _environment(self, statement: tree.Environment, current: tuple[Placement, ...]) -> None:
        if current[0].environments is not None:
            self._misplaced(
                statement.span, "an environment cannot stand inside of another", "name both: `env a, b { … }`"
            )
            return
        self.environments += statement.names
        names = frozenset(name.text for name in statement.names)
        self.items(statement.body, tuple(Placement(each.section, names) for each in current))

    def _setting(self, statement: tree.Import | tree.NamesBy | tree.StrictNames, outer: tuple[Placement, ...]) -> None:
        if outer != (TOP,):
            what = {tree.Import: "an import", tree.NamesBy: "`names by`", tree.StrictNames: "`strict names`"}
            self._misplaced(
                statement.span, f"{what[type(statement)]} holds for a whole file", "move it to the top of the file"
            )
            return
        match statement:
            case tree.Import():
                self.imports.append(statement)
            case tree.StrictNames():
                self.strict = True
            case tree.NamesBy():
                self._check_key(statement)
                if self.names_by is not None and self.names_by.key != statement.key:
                    self._misplaced(
                        statement.span, "a second `names by` in one file", "keep one of them", self.names_by.span
                    )
                self.names_by = statement

    def _check_key(self, statement: tree.NamesBy) -> None:
        end = statement.span.end
        place = Location(self.source, Span(end - len(statement.key), end))
        for fault in label_key(statement.key)[:1]:
            message = f"`{statement.key}` is no label key: {fault}"
            self.diagnostics.append(Diagnostic(code="NP403", severity="error", message=message, location=place))

    def _refuse_repeated(self, annotations: tuple[tree.Annotation, ...]) -> None:
        first: dict[tuple[str, str], tree.Annotation] = {}
        for annotation in annotations:
            key = "" if annotation.of_policy is None else annotation.of_policy[0]
            said = annotation.name, key
            if said not in first:
                first[said] = annotation
                continue
            self.diagnostics.append(
                Diagnostic(
                    code="NP109",
                    severity="error",
                    message=f"a second `@{annotation.name}`{f' of `{key}`' if key else ''} above one statement",
                    location=Location(self.source, annotation.span),
                    labels=(Label(Location(self.source, first[said].span), "the first is here"),),
                    help="keep one of them",
                )
            )

    def _refuse_those_of_policies(self, annotations: tuple[tree.Annotation, ...]) -> None:
        for annotation in annotations:
            if annotation.of_policy is not None:
                message = "`@annotation` is for the name of a policy"
                self._misplaced(annotation.span, message, "move it above a line such as `policy NAME = PODS`")

    def _refuse_annotations(self, item: tree.Item) -> None:
        if item.annotations:
            self._misplaced(
                item.annotations[0].span,
                "annotations belong to flows, baselines, guardrails, assertions and declarations",
                "move it above one of those",
            )

    def _misplaced(self, span: Span, message: str, advice: str, first: Span | None = None) -> None:
        labels = () if first is None else (Label(Location(self.source, first), "the first is here"),)
        place = Location(self.source, _head(self.source, span))
        self.diagnostics.append(
            Diagnostic(code="NP108", severity="error", message=message, location=place, labels=labels, help=advice)
        )


def _head(source: Source, span: Span) -> Span:
    """Return the first line of a statement."""
    end = source.text.find("\n", span.start, span.end)
    return span if end < 0 else Span(span.start, len(source.text[:end].rstrip("\r {")))
