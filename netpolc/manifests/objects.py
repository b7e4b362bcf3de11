"""The objects in a text, wherever they stand: in documents, lists and templates, and what stands in their place."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from netpolc.diagnostics.model import Diagnostic, Label, Severity
from netpolc.identity import IdentitySet
from netpolc.manifests.fields import RENDER, TEMPLATE, Object
from netpolc.manifests.model import DOCUMENT
from netpolc.manifests.nodes import Mapping, Node, Scalar, UnreadableError
from netpolc.manifests.scalars import is_null
from netpolc.source import STDIN, Location, Source, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

# Braces in quotes and comments are text.
_template = re.compile(r"^[^\n\"'#]*?\{[{%]", re.MULTILINE).search

# No scalar begins with either sign, so somebody's script puts a value there.
_placeholder = re.compile(r"([@%])[A-Za-z_][A-Za-z0-9_-]*\1").match

CUT_OFF = "the text ends in the middle of an object: see whether all of it is there"
OBJECTS = "what is read has `apiVersion` and `kind`, as `kubectl` takes it"

_ANSWERS = frozenset({"Status", "Table", "PartialObjectMetadata", "PartialObjectMetadataList"})
_OF_ANSWERS = frozenset({"v1", "meta.k8s.io/v1"})
"""Kinds that are no objects, but what the API server answers, and their versions."""

_LISTS = frozenset({"List", "NetworkPolicyList"})
"""Kinds of lists, which hold nothing without `items`; of other products, an object may be called a list."""

_TEMPLATE_APIS = frozenset(("template.openshift.io/v1", "v1"))


class TextObjects:
    """The objects of a text, and what was found in the place of some: it is reported, or counted as another tool's."""

    def __init__(self, source: Source, *, named: bool) -> None:
        """Take a text, which somebody `named`, or which was found below a folder."""
        self.source = source
        self.named = named
        self.diagnostics: list[Diagnostic] = []
        self.skipped: dict[str, int] = {}
        self.refused: dict[str, int] = {}
        self.templated: IdentitySet[Node] = IdentitySet()

    @cached_property
    def speaks_of_objects(self) -> bool:
        """Whether the text has the words that every object has, and is no other tool's."""
        return "apiVersion" in self.source.text and "kind" in self.source.text

    def refuse(self, fault: UnreadableError, start: int, end: int) -> None:
        """Report text that nobody can read, or that a template engine has yet to read."""
        if not self.named and not self.speaks_of_objects:
            self.leave_out()
            return
        if self.named or "NetworkPolicy" in self.source.text:
            self.count_refused(DOCUMENT)
        location = self.location(fault.start, fault.end)
        template = _template(self.source.text, start, end)
        placeholder = _placeholder(self.source.text, fault.start)
        if placeholder is not None:
            name = self.location(placeholder.start(), placeholder.end())
            message = "a placeholder stands where its value belongs"
            self.report("NP122", message, name, "put values in place of placeholders first")
        elif template is None:
            cut_off = CUT_OFF if not self.source.text[fault.start :].strip() else None
            self.report("NP120", fault.message, location, fault.advice or cut_off)
        else:
            braces = self.location(template.end() - len(TEMPLATE), template.end())
            self.report(
                "NP122", "this is a template, not YAML", braces, RENDER, labels=(Label(location, fault.message),)
            )

    def count_refused(self, kind: str) -> None:
        """Count an object that the API server would not take; a list may hold any, as does what cannot be read."""
        name = DOCUMENT if not kind or kind.endswith("List") else kind
        self.refused[name] = self.refused.get(name, 0) + 1

    def objects(self, root: Node) -> Iterator[tuple[str, str, Mapping]]:
        """Yield the `apiVersion`, kind and mapping of each object in a document, also of those in nested lists."""
        waiting: list[tuple[Node, str, str]] = [(root, "", "")]
        while waiting:
            node, default_api, default_kind = waiting.pop()
            if not isinstance(node, Mapping):
                if node is not root or not is_null(node):
                    self.report_no_object(node, found=node is root and not self.named)
                continue
            item = Object(node, self.source)
            api = item.text(node.fields.get("apiVersion")) or default_api
            kind = item.text(node.fields.get("kind")) or default_kind
            if node is root and not self.named and self.is_foreign(node, api, kind):
                continue
            self.diagnostics += item.diagnostics
            if item.rejected:
                self.count_refused(kind)
                continue
            if not self.is_object(node, api, kind):
                continue
            if kind in _LISTS or (kind.endswith("List") and "items" in node.fields):
                self.report_part(node, item)
                inner = kind.removesuffix("List")
                items = item.items(node.fields.get("items"))
                if item.diagnostics:
                    self.count_refused(kind)
                self.diagnostics += item.diagnostics
                waiting += [(one, api if inner else "", inner) for one in reversed(items)]
            elif kind == "Template" and api in _TEMPLATE_APIS and "objects" in node.fields:
                waiting += [(one, "", "") for one in reversed(self.of_template(item))]
            else:
                yield api, kind, node

    def of_template(self, item: Object) -> tuple[Node, ...]:
        """Return the objects of a Template of OpenShift, as far as its parameters have values."""
        from netpolc.manifests.openshift_templates import filled  # few clusters have any

        found = filled(item)
        self.diagnostics += (*item.diagnostics, *found.diagnostics)
        for kind in found.open_kinds if not item.rejected else ("",):
            self.count_refused(kind)
        self.templated = IdentitySet((*self.templated, *found.objects))
        return found.objects

    def report_no_object(self, node: Node, *, found: bool) -> None:
        """Report a value that is no mapping; one that was only `found` is another tool's, if no object is in it."""
        from netpolc.manifests.foreign import holds_objects, is_patch  # an error, or another tool's file

        if found and not holds_objects(node):
            self.leave_out()
            return
        self.count_refused(DOCUMENT)
        message, advice = "this is no object of Kubernetes", OBJECTS
        if holds_objects(node):
            advice = "give each object a document of its own"
        elif is_patch(node):
            message, advice = "this is a JSON patch", "name the folder of the kustomization that applies it"
        self.report("NP414", message, self.location(node.start, node.end), advice)

    def report_part(self, node: Mapping, item: Object) -> None:
        """Report a list of which the API server has more to give: whoever asked for parts has to ask again."""
        metadata = node.fields.get("metadata")
        rest = metadata.fields.get("continue") if isinstance(metadata, Mapping) else None
        if isinstance(rest, Scalar) and rest.text and not is_null(rest) and isinstance(metadata, Mapping):
            self.count_refused(DOCUMENT)
            self.report(
                "NP819",
                "this is a part of a list: `metadata.continue` says that there is more",
                item.key_location(metadata, "continue"),
                "read all of it: `kubectl get … -o yaml` does, and `--raw` does without `limit`",
            )

    def report_answer(self, kind: str, location: Location) -> None:
        """Report what the API server answers in the place of objects."""
        from netpolc.manifests.printed import ANSWERS, UNUSABLE_TEXT  # an error

        self.count_refused(DOCUMENT)
        what, advice = ANSWERS[kind]
        self.report(UNUSABLE_TEXT, f"this is {what}", location, advice)

    def is_foreign(self, node: Mapping, api: str, kind: str) -> bool:
        """Tell whether a mapping that was only found is another tool's, and leave it out; a policy is nobody else's."""
        if (api and kind) or not node.fields:
            return False
        from netpolc.manifests.foreign import may_be_policy  # another tool's file, or an error

        if may_be_policy(node, api, kind):
            return False
        self.leave_out()
        return True

    def leave_out(self) -> None:
        """Count a document that is no object, and that nobody said to be one."""
        self.skipped[DOCUMENT] = self.skipped.get(DOCUMENT, 0) + 1

    def is_object(self, node: Mapping, api: str, kind: str) -> bool:
        """Tell whether a mapping has `apiVersion` and `kind`; one without both may be a file of another tool."""
        if api and kind:
            if kind not in _ANSWERS or api not in _OF_ANSWERS:
                return True
            self.report_answer(kind, Object(node, self.source).key_location(node, "kind"))
            return False
        start = min(node.places.values(), default=node.start)
        location = self.location(start, start + 1)
        if api or kind:
            missing, there = ("kind", "apiVersion") if api else ("apiVersion", "kind")
            self.count_refused(kind)
            self.report("NP414", f"this object has `{there}`, but no `{missing}`", location)
        elif node.fields.keys() == {"type", "object"}:
            self.report_answer("Event", location)
        elif node.fields:
            severity: Severity = "error" if self.source.name == STDIN else "warning"
            message = "this is no object of Kubernetes: it has no `kind`"
            self.report("NP414", message, location, OBJECTS, severity=severity)
        return False

    def report(
        self,
        code: str,
        message: str,
        location: Location,
        advice: str | None = None,
        *,
        severity: Severity = "error",
        labels: tuple[Label, ...] = (),
    ) -> None:
        """Report a finding."""
        self.diagnostics.append(
            Diagnostic(code=code, severity=severity, message=message, location=location, help=advice, labels=labels)
        )

    def location(self, start: int, end: int) -> Location:
        """Return the place of a part of the text."""
        return Location(self.source, Span(start, min(end, len(self.source.text))))
