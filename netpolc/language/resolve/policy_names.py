"""The names that a program gives its policies: one for the policy on some pods, and each for one policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.diagnostics.model import Label
from netpolc.ir.model import GivenName, Pods
from netpolc.policy.names import MANAGED_BY, NOTES, dns_subdomain, label_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.ir.model import Origin
    from netpolc.language.resolve.endpoints import EndpointContext, EndpointResolver
    from netpolc.language.resolve.names import NameLookup
    from netpolc.language.resolve.selectors import SelectorResolver
    from netpolc.language.syntax import tree


class PolicyNameResolver:
    """The names so far; every problem goes to the names' report."""

    def __init__(self, names: NameLookup, selectors: SelectorResolver, endpoints: EndpointResolver) -> None:
        """Resolve labels and endpoints with these."""
        self._names = names
        self._selectors = selectors
        self._endpoints = endpoints
        self.found: list[GivenName] = []

    def add(
        self,
        statement: tree.PolicyName,
        annotations: tuple[tree.Annotation, ...],
        context: EndpointContext,
        origin: Origin,
    ) -> None:
        """Resolve a statement in its section."""
        place = context.module.at(statement.name.span)
        for fault in dns_subdomain(statement.name.text)[:1]:
            self._names.error("NP401", f"`{statement.name.text}` cannot be the name of a policy: {fault}", place)
            return
        members = self._endpoints.pods(statement.pods, context)
        labels = tuple(self._labels(statement, context))
        marks = tuple(self._annotations(annotations, context))
        match [member.peer for member in members]:
            case [Pods() as pods] if pods.namespaces == context.namespaces:
                self._file(GivenName(statement.name.text, pods, labels, marks, origin))
            case []:
                pass  # reported where it was resolved
            case _:
                self._names.error(
                    "NP429",
                    "a policy is on pods of its own namespace that one selector finds",
                    context.module.at(statement.pods.span),
                    "name each policy by itself, in the section of its namespace",
                )

    def _labels(self, statement: tree.PolicyName, context: EndpointContext) -> Iterator[tuple[str, str]]:
        if statement.labels is None:
            return
        place = context.module.at(statement.labels.span)
        for key, value in self._selectors.stated_labels(statement.labels, context.module, "a policy"):
            if value is None:
                self._names.error("NP429", f"a policy cannot state that it lacks the label `{key}`", place)
            elif key == MANAGED_BY[0]:
                self._names.error("NP429", f"the label `{key}` of a policy is netpolc's own", place, "leave it out")
            else:
                yield key, value

    def _annotations(
        self, annotations: tuple[tree.Annotation, ...], context: EndpointContext
    ) -> Iterator[tuple[str, str]]:
        for annotation in annotations:
            if annotation.of_policy is None:
                continue
            key, value = annotation.of_policy
            place = context.module.at(annotation.span)
            faults = label_key(key.lower())  # the API server takes capitals in the prefix, too
            if key.startswith(NOTES):
                advice = "say it with `@owner`, `@reason`, `@ticket` or `@expires`, or leave it out"
                self._names.error("NP429", f"the annotation `{key}` of a policy is netpolc's own", place, advice)
            elif faults:
                advice = "write it like the key of a label, as in `example.com/contact`"
                self._names.error("NP405", f"`{key}` is no key of an annotation: {faults[0]}", place, advice)
            else:
                yield key, value

    def _file(self, new: GivenName) -> None:
        for known in self.found:
            if known.pods.namespaces != new.pods.namespaces:
                continue
            same = known.name == new.name, known.pods.selector == new.pods.selector
            if same == (True, True) and (known.labels, known.annotations) == (new.labels, new.annotations):
                return
            if any(same):
                what = f"`{new.name}` is the name of two policies" if not same[1] else "one policy is named twice"
                advice = "call one of them otherwise" if not same[1] else "leave one of the two out"
                first = (Label(known.origin.location, "first here"),)
                self._names.error("NP429", what, new.origin.location, advice, first)
                return
        self.found.append(new)
