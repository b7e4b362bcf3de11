"""A question asked in each environment of a project, where none is chosen."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Generic, TypeVar

import msgspec

from netpolc.cli.output import report, say
from netpolc.cli.refusals import finding_of
from netpolc.diagnostics.model import Diagnostic, collect
from netpolc.diagnostics.usage import InputError, UsageError
from netpolc.report.environments import WITH_REASONS, grouped, together

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from netpolc.cli.session import Session
    from netpolc.compiler.workspace import Workspace

T = TypeVar("T")


class Answers(msgspec.Struct, Generic[T], frozen=True):
    """The answer in each environment, by its name, and why others have none, in words.

    Where these have `failed`, so has the run. An environment without a name is all that there is.
    """

    found: dict[str | None, T]
    unanswered: dict[str, str] = {}
    failed: bool = False
    said: tuple[Diagnostic, ...] = ()

    def written(self, texts: Mapping[str | None, Iterable[str]], form: str, **about: bool) -> Iterable[str]:
        """Return the parts of the result in a form, of the parts of the answers by environment.

        Of several environments, those with the same answer stand together; `about` is about all.
        """
        if None in texts or (len(texts) == 1 and not self.unanswered):
            # A document may be too large to be in memory as a whole.
            (parts,) = texts.values()
            return parts
        answers = grouped((str(name), "".join(parts)) for name, parts in texts.items())
        return together(form, answers, self.unanswered, **about)

    def remark(self, form: str, session: Session) -> None:
        """Tell people who read a form that cannot say so of environments without an answer."""
        if form not in WITH_REASONS:
            for name, why in self.unanswered.items():
                say(f"no answer in {name}: {why}", session.style)

    def code(self, code: int) -> int:
        """Return how the run is to end, with this code or a worse one: 2 where an environment failed."""
        return max(int(code), 2 if self.failed else 0)


def in_each(
    session: Session,
    environments: Sequence[str | None],
    paths: Iterable[str],
    ask: Callable[[Workspace, str | None], T],
) -> Answers[T]:
    """Ask in each of some environments, whose inputs are read once.

    Raises:
        InputError, UsageError: there is no answer in any.
    """
    if len(environments) == 1:
        return Answers({environments[0]: ask(session.workspace, environments[0])})
    session = session.that_asks_again(paths)
    found: dict[str | None, T] = {}
    errors: dict[str | None, InputError | UsageError] = {}
    for name in environments:
        try:
            found[name] = ask(session.workspace, name)
        except (InputError, UsageError) as error:
            if isinstance(error, UsageError) and error.code is None:
                raise
            errors[name] = error
    if not found:
        raise _of_all([*errors.values()])
    said = {str(name): _said(error) for name, error in errors.items()}
    reasons = {name: next(each.message for each in found if each.severity == "error") for name, found in said.items()}
    return Answers(found, reasons, bool(errors), tuple(chain(*said.values())))


def report_all(
    answers: Answers[T], session: Session, said: Callable[[T], Iterable[Diagnostic]], more: Iterable[Diagnostic] = ()
) -> None:
    """Report what there is to say of each answer, of environments that have none, and `more`, at once and each once."""
    report(collect((*chain.from_iterable(map(said, answers.found.values())), *answers.said, *more)), session.style)


def _of_all(errors: Sequence[InputError | UsageError]) -> InputError | UsageError:
    """Return one error for all environments."""
    found = [each for error in errors if isinstance(error, InputError) for each in error.diagnostics]
    return InputError(collect(found)) if found else errors[0]


def _said(error: InputError | UsageError) -> tuple[Diagnostic, ...]:
    return error.diagnostics if isinstance(error, InputError) else (finding_of(error),)
