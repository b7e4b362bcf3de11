"""Manifests of several environments, of which each is a cluster of its own."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import msgspec

from netpolc.diagnostics.model import Diagnostic, Label
from netpolc.manifests.combining import combine, key_of, objects_of

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping, Sequence

    from netpolc.manifests.combining import Keyed
    from netpolc.manifests.model import Manifests
    from netpolc.project.environments import Environments
    from netpolc.source import Source

SEVERAL = "NP423"


class Views(msgspec.Struct, frozen=True):
    """The manifests that an answer is about, those of other environments, and what is said of there being several."""

    manifests: Manifests
    others: tuple[Manifests, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


def views_of(parts: Mapping[Source, Manifests], environments: Environments | None, *, checked: bool) -> Views:
    """Put the manifests of many texts together, for each of their environments if all of them are `checked`.

    An answer is about one environment, which a warning names. A check judges each by itself, so a note will do.
    """
    if environments is None:
        return Views(combine(parts.values()))
    conflicts = [*_conflicts(parts)]
    without = environments.views((one, other) for (_, one), (_, other) in conflicts)
    views = [
        combine((part for source, part in parts.items() if source not in left_out), environments)
        for left_out in (without.values() if checked else [*without.values()][:1])
    ]
    if not views:
        return Views(_severe(combine(parts.values(), environments), checked=checked))
    first, *others = (_severe(view, checked=checked) for view in views)
    return Views(first, tuple(others), tuple(_said(without, conflicts, checked=checked)))


def _conflicts(parts: Mapping[Source, Manifests]) -> Iterator[tuple[tuple[Keyed, Source], tuple[Keyed, Source]]]:
    """Yield each two objects that follow each other in two texts, and are one object in a cluster."""
    holders: dict[Hashable, list[tuple[Keyed, Source]]] = {}
    for source, part in parts.items():
        for one in objects_of(part):
            holders.setdefault(key_of(one), []).append((one, source))
    for each in holders.values():
        yield from (pair for pair in pairwise(each) if pair[0][1] is not pair[1][1])


def _severe(manifests: Manifests, *, checked: bool) -> Manifests:
    """Return manifests of which it is only a note in a check that the last of several variants counts."""
    if not checked:
        return manifests
    found = tuple(
        msgspec.structs.replace(each, severity="note") if each.code == SEVERAL else each
        for each in manifests.diagnostics
    )
    return msgspec.structs.replace(manifests, diagnostics=found)


def _said(
    without: Mapping[str, frozenset[Source]],
    conflicts: Sequence[tuple[tuple[Keyed, Source], tuple[Keyed, Source]]],
    *,
    checked: bool,
) -> Iterator[Diagnostic]:
    """Say which environments there are, and of which an answer is."""
    chosen, *others = without
    names = _listed([*without])
    if checked:
        yield Diagnostic(
            code=SEVERAL,
            severity="note",
            message=f"there are files for {names}, and each of these environments is checked by itself",
        )
        return
    left_out = without[chosen]
    (one, source), (other, _) = next(pair for pair in conflicts if (pair[0][1] in left_out) != (pair[1][1] in left_out))
    kept, lost = (other, one) if source in left_out else (one, other)
    yield Diagnostic(
        code=SEVERAL,
        severity="warning",
        message=f"there are files for {names}: this is about {chosen}, and {len(left_out)} "
        f"file{'s' * (len(left_out) != 1)} for {_listed(others)} {'is' if len(left_out) == 1 else 'are'} left out",
        location=kept.location,
        labels=() if lost.location is None else (Label(lost.location, "the same object for another environment"),),
        help="to have another, name its files, or leave the rest out with `--exclude`",
    )


def _listed(names: Sequence[str]) -> str:
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)
