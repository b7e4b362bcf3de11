"""Messages to people, on standard error or as the result of a run."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, TextIO

import msgspec

from netpolc.diagnostics.model import Diagnostic, errors_in
from netpolc.source import STREAM

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netpolc.diagnostics.paint import Paint

UNUSABLE = frozenset(
    {
        "NP801",
        "NP802",
        "NP805",
        "NP806",
        "NP807",
        "NP808",
        "NP811",
        "NP817",
        "NP818",
        "NP819",
        "NP820",
        "NP823",
        "NP824",
        "NP825",
        "NP830",
        "NP831",
        "NP832",
        "NP840",
        "NP841",
        "NP842",
        "NP843",
        "NP844",
        "NP845",
        "NP847",
        "NP850",
        "NP852",
        "NP880",
        "NP881",
        "NP882",
        "NP885",
    }
)
"""Codes of what stands outside of the sources: configuration and files. They end a run with 2."""

DOCUMENTS = frozenset({"json", "sarif", "gitlab", "junit"})
"""Forms for programs: they hold notes, too, and are written where there is nothing to say, since something waits."""

NARROWEST, WIDEST = 40, 120


class Style(msgspec.Struct, frozen=True, kw_only=True):
    """How a run speaks: the form of diagnostics, colour, how much is said, and whether diagnostics are its result.

    `refusal` is the form of what is said in the place of a result, where that is another one. Notes that were `asked`
    for, by their codes, are said as warnings are.
    """

    form: str = "human"
    refusal: str | None = None
    color: str = "auto"
    quiet: bool = False
    verbose: bool = False
    as_result: bool = False
    asked: frozenset[str] = frozenset()

    @property
    def says_notes(self) -> bool:
        """Whether notes are said, and not only warnings and errors."""
        return not self.quiet and (self.verbose or self.form in DOCUMENTS)

    @property
    def without_result(self) -> Style:
        """How to speak where there is no result: to a program that asked for a document, in one."""
        return self if self.refusal is None else msgspec.structs.replace(self, form=self.refusal)


def report(diagnostics: Sequence[Diagnostic], style: Style) -> None:
    """Print diagnostics in their form, with a summary for people; without `verbose`, notes are left out."""
    out = sys.stdout if style.as_result else sys.stderr
    said = [d for d in diagnostics if _is_said(d, style)]
    if not said and style.form not in DOCUMENTS:
        return
    from netpolc.diagnostics.formats import FORMATS, Appearance  # most runs have nothing to say
    from netpolc.diagnostics.human import summary
    from netpolc.diagnostics.private import without_private

    shown = map(without_private, said)
    text = FORMATS[style.form](shown, Appearance(color=in_color(style.color, out), width=_width()))
    out.write(text if text.endswith("\n") or not text else f"{text}\n")
    if style.form == "human" and said:
        out.write(f"\n{summary(said)}\n")


def say(text: str, style: Style) -> None:
    """Tell people what was done, unless they asked for quiet, or a program reads a document where this would stand."""
    if not style.quiet and (style.as_result or style.form not in DOCUMENTS):
        sys.stderr.write(f"{text}\n")


def exit_code(diagnostics: Sequence[Diagnostic]) -> int:
    """Return how a run ends: 2 where its files or settings cannot be used, 1 where there are errors in them."""
    errors = [diagnostic for diagnostic in diagnostics if diagnostic.severity == "error"]
    if any(error.code in UNUSABLE for error in errors):
        return 2
    return 3 if any(error.code.startswith("NP9") for error in errors) else int(errors_in(errors))


def internal_error(error: Exception) -> int:
    """Report a fault of netpolc itself, with what its makers need to know; nothing of the user's input is printed."""
    import platform  # only a fault needs them
    import traceback

    from netpolc.version import VERSION

    frames = traceback.extract_tb(error.__traceback__)[-6:]
    places = "".join(f"    {os.path.basename(f.filename)}:{f.lineno} in {f.name}\n" for f in frames)  # noqa: PTH119 -- a string
    sys.stderr.write(
        f"error[NP901]: netpolc failed: {type(error).__name__}\n{places}"
        f"  = help: this is a bug; please report these lines with netpolc {VERSION}, Python "
        f"{platform.python_version()}, {platform.system()} at https://github.com/netpolc/netpolc/issues\n"
    )
    if os.environ.get("NETPOLC_TRACEBACK"):
        traceback.print_exception(error)
    return 3


def _is_said(diagnostic: Diagnostic, style: Style) -> bool:
    if diagnostic.severity == "error":
        return True
    if style.quiet:
        return False
    return diagnostic.severity == "warning" or style.says_notes or diagnostic.code in style.asked


def in_color(when: str, stream: TextIO) -> bool:
    """Tell whether to write colour to a stream: always, never, or where people see it and have not refused.

    Most programs heed these variables: no-color.org, force-color.org and bixense.com/clicolors say what they mean.
    """
    if when != "auto":
        return when == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if {os.environ.get("FORCE_COLOR"), os.environ.get("CLICOLOR_FORCE")} - {None, "", "0"}:
        return True
    return stream.isatty() and os.environ.get("CLICOLOR") != "0" and os.environ.get("TERM") != "dumb"


def paint_for(style: Style, output: str | None) -> Paint:
    """Return how to paint a result for people, which may go to a file."""
    from netpolc.diagnostics import paint  # documents have no colours

    return paint.in_color if output in (None, STREAM) and in_color(style.color, sys.stdout) else paint.in_black


def _width() -> int:
    import shutil  # loaded by Typer

    return max(NARROWEST, min(WIDEST, shutil.get_terminal_size((100, 24)).columns))
