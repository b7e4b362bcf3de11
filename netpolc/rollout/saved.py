"""Plans and replaced objects as files: what was looked at, so that nothing else is changed, and the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from netpolc.digests import sha256
from netpolc.rollout.objects import in_words_of_api

if TYPE_CHECKING:
    from netpolc.rollout.model import Step
    from netpolc.rollout.plan import Rollout

FORMAT = "1"
Form = TypeVar("Form")


class SavedPlan(msgspec.Struct, frozen=True, kw_only=True):
    """A plan as a file has it: the cluster and set that it is for, and a digest of each step and what it replaces."""

    netpolc_plan: str
    context: str
    set_name: str
    steps: tuple[tuple[str, str, str, str], ...]

    @classmethod
    def of(cls, rollout: Rollout) -> SavedPlan:
        """Return what is kept of a plan."""
        return cls(
            netpolc_plan=FORMAT,
            context=rollout.context,
            set_name=rollout.set_name,
            steps=tuple(
                (step.verb, "/".join(step.key), _identity(step, rollout), _digest(step)) for step in rollout.steps
            ),
        )

    def text(self) -> str:
        """Return the text of the file."""
        return _text(self)


def _identity(step: Step, rollout: Rollout) -> str:
    """Return which object, in which version, a step is about."""
    stored = rollout.stored.get(step.key)
    return "" if stored is None else f"{stored.uid}@{stored.version}"


def _digest(step: Step) -> str:
    content = None if step.after is None else in_words_of_api(step.after)
    return sha256(msgspec.json.encode(content)).hexdigest()[:16]


class Replaced(msgspec.Struct, frozen=True, kw_only=True):
    """The state that an apply replaced: the objects as they were, and the keys of those that were not there."""

    netpolc_restore: str
    context: str
    set_name: str
    objects: list[dict[str, Any]]
    absent: list[tuple[str, str]]

    @classmethod
    def by(cls, rollout: Rollout) -> Replaced:
        """Return what the steps of a plan replace; bridges that they bring are not there afterwards, either."""
        keys = dict.fromkeys(step.key for step in rollout.steps if not step.bridge)
        return cls(
            netpolc_restore=FORMAT,
            context=rollout.context,
            set_name=rollout.set_name,
            objects=[in_words_of_api(rollout.stored[key].policy) for key in keys if key in rollout.stored],
            absent=[key for key in keys if key not in rollout.stored],
        )

    def text(self) -> str:
        """Return the text of the file."""
        return _text(self)


def read_plan(text: bytes) -> SavedPlan | None:
    """Read a saved plan; None where it is none."""
    found = _read(text, SavedPlan)
    return found if found is not None and found.netpolc_plan == FORMAT else None


def read_replaced(text: bytes) -> Replaced | None:
    """Read what an apply left; None where it is nothing of that."""
    found = _read(text, Replaced)
    return found if found is not None and found.netpolc_restore == FORMAT else None


def _read(text: bytes, form: type[Form]) -> Form | None:
    try:
        return msgspec.json.decode(text, type=form)
    except msgspec.DecodeError:
        return None


def _text(saved: SavedPlan | Replaced) -> str:
    return msgspec.json.format(msgspec.json.encode(saved), indent=1).decode() + "\n"
