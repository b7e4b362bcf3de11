"""What the names of policies are about: the pods that they select, or the peers of these."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from netpolc.adopt.importer.model import PodsEnd
from netpolc.ir.model import InNamespace
from netpolc.sets.labels import EVERYTHING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netpolc.adopt.importer.model import Facts
    from netpolc.sets.labels import LabelSelector

    PolicyKey = tuple[str | None, str]
    """A policy, by its namespace and name."""

FILLER = (
    r"allow|permit|deny|default|in|out|ingress|egress|access|traffic|only|netpol|networkpolicy|network|policy|np"
    r"|same|namespace|all|any"
)
"""What names of policies say of all policies."""

GENERIC = frozenset(("app", "controller", "manager", "pod", "pods", "server", "service", "system"))
"""Words that different workloads have in common."""

SHORTEST = 2


class Topics:
    """The topics of policies."""

    def __init__(self, facts: Facts) -> None:
        """Read the names of all policies beside what they select."""
        self._subjects: dict[PodsEnd, dict[str, None]] = {}
        self._selected: dict[PolicyKey, dict[LabelSelector, None]] = {}
        for each in facts.isolations:
            name = facts.policies[each.policy].name
            self._subjects.setdefault(PodsEnd(InNamespace(each.namespace), each.selector), {})[name] = None
            self._selected.setdefault((each.namespace, name), {})[each.selector] = None

    def is_subject(self, pods: PodsEnd) -> bool:
        """Tell whether a policy selects exactly these pods."""
        return pods in self._subjects

    def of_subject(self, pods: PodsEnd) -> Iterator[str]:
        """Yield the parts of policies' names that are about the pods they select, shown by a word of their labels."""
        words = _words(pods.selector)
        for name in self._subjects.get(pods, ()):
            yield from (part for part in parts(name) if _is_about(set(part.split("-")), words))

    def of_peers(self, policies: Iterable[PolicyKey]) -> str | None:
        """Return the one topic of policies that is not the pods they select; None where they do not agree.

        What is said to come `from` somewhere is so in each of them. A policy on all pods of its namespace may have a
        name that says nothing of any peer.
        """
        said: set[str] = set()
        likely: set[str | None] = set()
        for namespace, name in policies:
            selected = self._selected.get((namespace, name), {})
            own = set((namespace or "").split("-")).union(*map(_words, selected))
            found = parts(name)
            about = [part for part in found if not own & set(part.split("-"))]
            if re.search(r"(?:^|[-._])(?:from|to)[-._]", name):
                said.update(about[:1])
            elif about or EVERYTHING not in selected:
                likely.add(about[0] if about else None)
        agreed = said or likely
        return agreed.pop() if len(agreed) == 1 else None


def parts(policy: str) -> tuple[str, ...]:
    """Return what a policy's name speaks of, without what all such names say; `from` and `to` part it."""
    words = [word for word in re.split(r"[-._]+", policy.lower()) if word]
    found: list[list[str]] = [[]]
    for word in words:
        if word in ("from", "to", "for"):
            found.append([])
        else:
            found[-1].append(word)
    texts = ("-".join(_trimmed(each)) for each in found)
    return tuple(text for text in texts if len(text) >= SHORTEST)


def _is_about(topic: set[str], words: set[str]) -> bool:
    """Tell whether a topic shares a word with others that says something, or that is all there is."""
    shared = topic & words
    return bool(shared - GENERIC) or bool(shared and (topic <= GENERIC or words <= GENERIC))


def _trimmed(words: list[str]) -> list[str]:
    while words and re.fullmatch(FILLER, words[0]):
        del words[0]
    while words and re.fullmatch(FILLER, words[-1]):
        del words[-1]
    return words


def _words(selector: LabelSelector) -> set[str]:
    return {
        word
        for requirement in selector.requirements
        for value in requirement.values
        for word in re.split(r"[-._]+", value.lower())
    }
