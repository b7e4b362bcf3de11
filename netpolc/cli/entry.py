"""The beginning and the end of every run."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

from netpolc.cli.exits import INTERRUPTED, EndedError
from netpolc.cli.streams import close_streams, open_streams
from netpolc.diagnostics.usage import UsageError
from netpolc.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable

COMPLETE = "_NETPOLC_COMPLETE"
"""The variable by which a shell asks what may come next."""


def run() -> int:
    """Run the command line; the process is to end with 0, 1, 2, 3 or 130, as documented, and never with a traceback."""
    open_streams()
    code = run_command()
    if code == INTERRUPTED:
        return code  # what waits to be written may have been, in part
    lost = close_streams()
    if lost is not None and code in (0, 1):
        code = _end_without_result(lost)
    return code


def run_command() -> int:
    """Run the command that is asked for, and return how the process is to end."""
    try:
        return _run(sys.argv[1:])
    except EndedError as ended:
        return ended.code
    except UsageError as misuse:
        from netpolc.cli.refusals import refuse  # most command lines are right

        return refuse(misuse, sys.argv[1:])
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 -- the last place where a fault can still be said kindly
        from netpolc.cli.output import internal_error  # rarely needed

        return internal_error(error)


def _run(arguments: list[str]) -> int:
    """Run a command line.

    A build without options is what Makefiles run all day; questions, checks, and the version, scripts ask for; a shell
    waits for what completes a word. These are spared Typer, or most of it, which takes half of such a build.
    """
    if COMPLETE in os.environ:
        from netpolc.cli.completing.shells import answer  # only a shell asks

        return answer(os.environ[COMPLETE])
    if arguments in (["--version"], ["-V"], ["version"]):
        sys.stdout.write(f"netpolc {VERSION}\n")
        return 0
    command, given = arguments[:1], tuple(arguments[1:])
    known = OPTIONS.get(command[0]) if command else None
    asked = None if known is None else _asked(given, known)
    if asked is not None:
        return RUNS[command[0]](asked)
    if all(each and not each.startswith("-") for each in given):
        if command == ["build"]:
            return _build(given)
        if command == ["can"] and len(given) >= len(("SRC", "DST:PORT")):
            return _can(*given)
    from netpolc.cli import app  # see above

    return app.run()


def _build(paths: tuple[str, ...]) -> int:
    from netpolc.cli.output import Style
    from netpolc.cli.runs.build import BuildRequest, BuildRun  # other commands build nothing
    from netpolc.cli.session import open_session

    return BuildRun(open_session(Style()), BuildRequest(paths=paths)).run()


def _can(source: str, destination: str, *inputs: str) -> int:
    from netpolc.cli.output import Style
    from netpolc.cli.runs.can import run  # as above
    from netpolc.cli.session import open_session

    return run(open_session(Style()), source, destination, inputs)


class QuickOptions(NamedTuple):
    """The options of a command that scripts use, what they are called where it runs, and the values of some of these.

    Switches have a value of their own.
    """

    texts: dict[str, str]
    switches: dict[str, tuple[str, bool]]
    values: dict[str, tuple[str, ...]]


OPTIONS = {
    "check": QuickOptions(
        {"--format": "form"},
        {"--strict": ("strict", True)},
        {"form": ("human", "plain", "json", "sarif", "github", "gitlab", "junit")},
    ),
    "graph": QuickOptions(
        {
            "--around": "around",
            "--by": "by",
            "--format": "form",
            "--from": "source",
            "--output": "output",
            "--to": "destination",
            "-o": "output",
        },
        {"--no-hypothetical": ("hypothetical", False)},
        {"by": ("workload", "namespace"), "form": ("d2", "dot", "html", "mermaid", "svg")},
    ),
    "reach": QuickOptions(
        {"--from": "source", "--to": "destination", "--format": "form"},
        {"--no-hypothetical": ("hypothetical", False), "--pairs": ("pairs", True)},
        {"form": ("text", "json", "csv", "md")},
    ),
    "report": QuickOptions(
        {"--against": "against", "--output": "output", "--title": "title", "-o": "output"},
        {"--no-findings": ("findings", False), "--no-hypothetical": ("hypothetical", False)},
        {},
    ),
}


def _asked(arguments: tuple[str, ...], known: QuickOptions) -> dict[str, Any] | None:
    """Read the arguments of a question; None where there is anything but a few options, each given once."""
    asked: dict[str, Any] = {}
    inputs: list[str] = []
    left = iter(arguments)
    for given in left:
        name, value = known.switches.get(given, (known.texts.get(given), ""))
        value = next(left, "") if given in known.texts else value
        if name is None and given and not given.startswith("-"):
            inputs.append(given)
        elif name is None or name in asked or value == "" or (str(value).startswith("-") and value != "-"):
            return None
        else:
            asked[name] = value
    fits = all(asked.get(name, values[0]) in values for name, values in known.values.items())
    return {**asked, "inputs": inputs} if fits else None


def _check(asked: dict[str, Any]) -> int:
    from netpolc.cli.output import Style
    from netpolc.cli.runs.check import run  # as above
    from netpolc.cli.session import open_session

    session = open_session(Style(form=asked.pop("form", "human"), as_result=True))
    return run(session, asked.pop("inputs"), **asked)


def _graph(asked: dict[str, Any]) -> int:
    from netpolc.cli.output import Style
    from netpolc.cli.runs.graph import run  # as above
    from netpolc.cli.session import open_session

    return run(open_session(Style()), **asked)


def _reach(asked: dict[str, Any]) -> int:
    from netpolc.cli.output import Style
    from netpolc.cli.runs.reach import run  # as above
    from netpolc.cli.session import open_session

    refusal = "json" if asked.get("form") == "json" else None
    return run(open_session(Style(refusal=refusal)), **asked)


def _report(asked: dict[str, Any]) -> int:
    from netpolc.cli.output import Style
    from netpolc.cli.runs.report import run  # as above
    from netpolc.cli.session import open_session

    return run(open_session(Style()), **asked)


RUNS: dict[str, Callable[[dict[str, Any]], int]] = {
    "check": _check,
    "graph": _graph,
    "reach": _reach,
    "report": _report,
}


def _end_without_result(error: OSError) -> int:
    from netpolc.cli.output import Style, exit_code, report  # rarely needed
    from netpolc.diagnostics.model import Diagnostic
    from netpolc.project.reading import reason

    failure = Diagnostic(
        code="NP806", severity="error", message=f"the standard output cannot be written: {reason(error)}"
    )
    report([failure], Style())
    return exit_code([failure])
