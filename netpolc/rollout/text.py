"""A plan for people and for programs: what opens and closes, the objects in order, what stands in the way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from netpolc.report.changes import Naming
from netpolc.report.changes import as_json as changes_as_json
from netpolc.report.changes import as_text as changes_as_text
from netpolc.report.comment import as_markdown as changes_as_markdown
from netpolc.report.pictures.mermaid import in_comment
from netpolc.rollout.folding import MOST_LINES, SIGNS, counted_steps, folded
from netpolc.rollout.model import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netpolc.diagnostics.paint import Paint
    from netpolc.results import Difference
    from netpolc.rollout.drift import Drift, Drifted
    from netpolc.rollout.effects import Effect
    from netpolc.rollout.model import Key, Step
    from netpolc.rollout.plan import Rollout

NAMING = Naming()
MOST_FOREIGN = 20
"""How many policies of others are named; in JSON, all are."""


def headline(rollout: Rollout) -> str:
    """Return what is to be done in one line."""
    counts = {verb: sum(1 for step in rollout.steps if step.verb == verb and not step.bridge) for verb in SIGNS}
    bridges = sum(1 for step in rollout.steps if step.bridge and step.verb == "create")
    parts = [f"{count} to {verb}" for verb, count in counts.items() if count]
    parts += [f"{bridges} on the way only"] if bridges else []
    parts += [f"{rollout.unchanged} unchanged"] if rollout.unchanged else []
    return f"{rollout.set_name} in `{rollout.context}`: {', '.join(parts) or 'no policies'}"


def as_text(rollout: Rollout, difference: Difference, paint: Paint, *, full: bool) -> Iterator[str]:
    """Write a plan for a terminal; connections and objects that are too many to be read are counted, unless in full."""
    changes = changes_as_text(difference.review, NAMING, paint)
    yield from changes if full else folded(changes, difference.review, paint)
    if rollout.steps or rollout.namespaces:
        yield "\n"
    yield from (f"  + namespace {name}\n" for name in rollout.namespaces)
    if full or len(rollout.steps) <= MOST_LINES:
        yield from (f"  {SIGNS[step.verb]} {_shown(step, rollout)}\n" for step in rollout.steps)
    else:
        yield from counted_steps(rollout.steps)
    if rollout.steps:
        yield "\n"
    yield from (f"  {line}\n" for line in _of_others(rollout))
    yield f"{headline(rollout)}\n"


def as_markdown(rollout: Rollout, difference: Difference) -> Iterator[str]:
    """Write a plan for a pull request."""
    yield from _changes_in_markdown(difference)
    yield f"\n{headline(rollout)}\n"
    if rollout.steps:
        yield "\n| | policy |\n|---|---|\n"
        yield from (f"| {step.verb} | {_shown(step, rollout)} |\n" for step in rollout.steps)
    yield from _listed(_of_others(rollout))
    yield from (f"\n**{each.message}**\n" for each in rollout.refused)


def _listed(lines: Sequence[str]) -> Iterator[str]:
    """Write lines as a list of Markdown."""
    yield "\n" if lines else ""
    yield from (f"- {line}\n" for line in lines)


def _changes_in_markdown(difference: Difference) -> Iterator[str]:
    """Write what opens and closes as a comment of `diff` has it, with its small picture."""
    return changes_as_markdown(difference.review, NAMING, picture=in_comment(difference.picture, NAMING))


def as_json(rollout: Rollout, difference: Difference) -> Iterator[str]:
    """Write a plan for programs."""
    whole = "".join(changes_as_json(difference.review, NAMING))
    document: dict[str, Any] = {
        "format_version": "1",
        "context": rollout.context,
        "set": rollout.set_name,
        "namespaces": list(rollout.namespaces),
        "steps": [{"action": step.verb, **_named(step.key), "bridge": step.bridge} for step in rollout.steps],
        "unchanged": rollout.unchanged,
        "foreign": _foreign(rollout),
        "refused": [{"code": each.code, "message": each.message, "help": each.help} for each in rollout.refused],
        "notes": [{"code": each.code, "message": each.message} for each in rollout.noted],
        "difference": msgspec.json.decode(whole),
    }
    yield msgspec.json.format(msgspec.json.encode(document), indent=1).decode() + "\n"


def _shown(step: Step, rollout: Rollout) -> str:
    name = shown(step.key)
    if step.bridge:
        return f"{name} (on the way only)"
    return f"{name} (its labels, its annotations or its owner only)" if step in rollout.restated else name


def _named(key: Key) -> dict[str, str | None]:
    """Return what tells an object from all others."""
    namespace, name = key
    kind = "NetworkPolicy" if namespace else "ClusterNetworkPolicy"
    return {"kind": kind, "namespace": namespace or None, "name": name}


_DRIFTED = {
    "changed": ("~", "changed"),
    "missing": ("-", "deleted, or never applied"),
    "extra": ("+", "not in the program"),
    "same meaning": ("=", "means the same, but was changed"),
}


def drift_as_text(rollout: Rollout, difference: Difference, drift: Drift, paint: Paint) -> Iterator[str]:
    """Write what has drifted for a terminal: first what that opened and closed, then the objects."""
    yield from changes_as_text(difference.review, NAMING, paint)
    yield "\n" if drift.objects else ""
    yield from (f"  {_DRIFTED[each.kind][0]} {_of_object(each)}\n" for each in drift.objects)
    yield "\n" if drift.objects else ""
    yield from (f"  {line}\n" for line in _of_others(rollout))
    yield f"{_summary(rollout, drift)}\n"


def drift_as_markdown(rollout: Rollout, difference: Difference, drift: Drift) -> Iterator[str]:
    """Write what has drifted for a message to people."""
    yield from _changes_in_markdown(difference)
    yield f"\n{_summary(rollout, drift)}\n"
    yield from _listed([_of_object(each) for each in drift.objects])
    yield from _listed(_of_others(rollout))


def drift_as_json(rollout: Rollout, difference: Difference, drift: Drift) -> Iterator[str]:
    """Write what has drifted for programs."""
    document = {
        "format_version": "1",
        "context": rollout.context,
        "set": rollout.set_name,
        "objects": [{"drift": each.kind, **_named(each.key), "by": list(each.by)} for each in drift.objects],
        "foreign": _foreign(rollout),
        "difference": msgspec.json.decode("".join(changes_as_json(difference.review, NAMING))),
    }
    yield msgspec.json.format(msgspec.json.encode(document), indent=1).decode() + "\n"


def _foreign(rollout: Rollout) -> list[dict[str, Any]]:
    """Return the policies of others for programs."""
    return [
        {
            **_named(each.key),
            "kind": each.kind,
            "set": each.set_name,
            "by": list(each.by),
            "effects": list(each.effects),
        }
        for each in rollout.foreign
    ]


_DOES: dict[Effect, str] = {
    "adds": "lets connections through at the same pods",
    "opens": "opens connections that the program denies",
    "closes": "closes connections that the program allows",
    "unclear": "may open or close connections, which took too long to find out",
}


def _of_others(rollout: Rollout) -> list[str]:
    """Return a line for each policy of others that counts, up to a limit."""
    lines = [
        f"{each.shown} of {'others' if each.set_name is None else f'`{each.set_name}`'}"
        f"{f', by {_managers(each.by)},' if each.by else ''} {' and '.join(map(_DOES.__getitem__, each.effects))}"
        for each in rollout.foreign[:MOST_FOREIGN]
    ]
    if len(rollout.foreign) > MOST_FOREIGN:
        lines.append(f"{len(rollout.foreign) - MOST_FOREIGN} more policies of others count")
    return lines


def _of_object(found: Drifted) -> str:
    by = f" by {_managers(found.by)}" if found.by else ""
    return f"{shown(found.key)}: {_DRIFTED[found.kind][1]}{by}"


def _managers(names: Sequence[str]) -> str:
    return ", ".join(f"`{each}`" for each in names)


def _summary(rollout: Rollout, drift: Drift) -> str:
    count = len(drift.objects)
    said = f"{count} of its policies {_are(count)} not as the program says" if count else "as the program says"
    others = len(drift.foreign)
    if others:
        what = "1 policy of others changes" if others == 1 else f"{others:,} policies of others change"
        said += f"{', and' if count else ', but'} {what} what passes"
    return f"{rollout.set_name} in `{rollout.context}`: {said}"


def _are(count: int) -> str:
    return "is" if count == 1 else "are"
