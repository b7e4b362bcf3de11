"""Usage errors as findings, in the form that the command line asks for, however wrong that is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.cli.output import Style, report
from netpolc.diagnostics.model import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence

    from netpolc.diagnostics.usage import UsageError

VALUES: Mapping[str, Container[str]] = {
    "--format": {"human", "plain", "json", "github", "sarif", "gitlab", "junit"},
    "--error-format": {"human", "plain", "json", "github"},
    "--color": {"auto", "always", "never"},
}
"""The options that say how to speak, with their values; results have others, too, in which no error is written."""


def refuse(misuse: UsageError, arguments: Sequence[str]) -> int:
    """Say why a command line is not followed, and return how the run is to end."""
    report([finding_of(misuse)], style_of(arguments))
    return 2


def finding_of(misuse: UsageError) -> Diagnostic:
    """Return a usage error as a finding."""
    about = "" if misuse.about is None else f"{misuse.about}: "
    return Diagnostic(
        code=misuse.code or "NP823", severity="error", message=f"{about}{misuse.message}", help=misuse.advice
    )


def style_of(arguments: Sequence[str]) -> Style:
    """Return how to speak to whoever wrote a command line that cannot be read as a whole.

    Findings are the result of `check`, and a form that is made for programs goes where they look for it.
    """
    given = _given(arguments)
    form, result = given.get("--error-format"), given.get("--format")
    is_check = arguments[:1] == ["check"]
    if is_check:
        form = form if result in {None, "human"} else result
    elif result == "json":
        form = form or result
    form = form or "human"
    return Style(form=form, color=given.get("--color", "auto"), as_result=is_check and form != "human")


def _given(arguments: Sequence[str]) -> Mapping[str, str]:
    """Return the values of the options that say how to speak, as far as there are such values."""
    found: dict[str, str] = {}
    for word, following in zip(arguments, [*arguments[1:], ""], strict=True):
        if word == "--":
            break
        name, joined, value = word.partition("=")
        value = value if joined else following
        if value in VALUES.get(name, ()):
            found[name] = value
    return found
