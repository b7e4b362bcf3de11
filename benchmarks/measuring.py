"""Measures whole processes: how long each takes on the wall's clock and of processors, and the most memory it held."""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

LIMIT = 120.0
"""Seconds after which a process is ended."""


class Target(NamedTuple):
    """What a case is held to; None is no target.

    Seconds and times are those of the wall's clock. `cpu_times_bare` and `cpu_times_other` are the most CPU seconds, in
    times of a bare Python and of another case, and `cpu_times_least` is the least of the latter that a peer is to take.
    `printed` is the most lines on stdout.
    """

    seconds: float | None = None
    times_bare: float | None = None
    megabytes: float | None = None
    faster_than: str | None = None
    cpu_times_bare: float | None = None
    cpu_times_other: float | None = None
    cpu_times_least: float | None = None
    printed: int | None = None


class Case(NamedTuple):
    """A command to measure, what makes its folder ready for each repetition, and what it has to say on stderr.

    `says` proves that a run did the work that the case is named after, and so does `lines`, the fewest lines that it
    has to print on stdout. Where the limit, in seconds, may end a case (`may_end`), that it did is a figure.
    """

    name: str
    command: tuple[str, ...]
    folder: Path
    prepare: Callable[[int], None]
    cache: Path | None = None
    says: tuple[str, ...] = ()
    never_says: tuple[str, ...] = ()
    lines: int = 0
    target: Target = Target()
    limit: float = LIMIT
    may_end: bool = False


class Run(NamedTuple):
    """One command that ended: seconds, bytes held by its largest process, exit code, stderr, lines on stdout.

    `cpu` is the seconds that it and all that it started and waited for spent on processors. A process counts as large
    as the one that started it, at least: the scripts here stay below 20 MB.
    """

    seconds: float
    cpu: float
    peak: int
    code: int
    said: str
    lines: int

    @property
    def ended(self) -> bool:
        """Whether the limit ended it."""
        return self.code == -signal.SIGKILL


class Figures(NamedTuple):
    """All runs of a case."""

    case: Case
    runs: tuple[Run, ...]

    @property
    def median(self) -> float:
        """The median in seconds of the wall's clock."""
        return statistics.median(run.seconds for run in self.runs)

    @property
    def fastest(self) -> float:
        """The least seconds of the wall's clock."""
        return min(run.seconds for run in self.runs)

    @property
    def cpu(self) -> float:
        """The median in seconds of processors."""
        return statistics.median(run.cpu for run in self.runs)

    @property
    def peak(self) -> int:
        """The most bytes that a process of any run held."""
        return max(run.peak for run in self.runs)

    @property
    def lines(self) -> int:
        """The lines that the last run printed, which all print."""
        return self.runs[-1].lines

    @property
    def ended(self) -> bool:
        """Whether the limit ended a run, so that all figures are the least that they can be."""
        return any(run.ended for run in self.runs)


class Group(NamedTuple):
    """Cases that ran in turns, and starting Python alone between them."""

    bare: tuple[Run, ...]
    figures: tuple[Figures, ...]

    def times_bare(self, figures: Figures) -> float:
        """Return how many times as long as a bare Python a case took."""
        return figures.median / statistics.median(run.seconds for run in self.bare)

    def cpu_times_bare(self, figures: Figures) -> float:
        """Return how many times the CPU seconds of a bare Python a case took."""
        return figures.cpu / statistics.median(run.cpu for run in self.bare)


class Failed(Exception):  # noqa: N818 -- a run that failed, not a fault of the measuring
    """A run that did not do what its case says."""


def measure(bare: tuple[str, ...], cases: tuple[Case, ...], repetitions: int) -> Group:
    """Run cases in turns, each with a bare Python before it, so that what disturbs the machine disturbs all alike."""
    starts: list[Run] = []
    runs: list[list[Run]] = [[] for _ in cases]
    for repetition in range(repetitions):
        for case, done in zip(cases, runs, strict=True):
            starts.append(run(bare, case.folder, None))
            case.prepare(repetition)
            done.append(_checked(case))
    figures = (Figures(case, tuple(done)) for case, done in zip(cases, runs, strict=True))
    return Group(tuple(starts), tuple(figures))


def run(command: tuple[str, ...], folder: Path, cache: Path | None, limit: float = LIMIT) -> Run:
    """Run a command to its end, or to the limit; its code is negative where a signal ended it."""
    with tempfile.TemporaryFile() as stdout, tempfile.TemporaryFile() as stderr:
        start = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment(cache),
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            start_new_session=True,
        )
        alarm = threading.Timer(limit, os.killpg, (process.pid, signal.SIGKILL))
        alarm.start()
        try:
            _, status, usage = os.wait4(process.pid, 0)
            seconds = time.perf_counter() - start
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise
        finally:
            alarm.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        stderr.seek(0)
        said = stderr.read().decode(errors="replace")
        stdout.seek(0)
        lines = sum(1 for _ in stdout)
    peak = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return Run(seconds, usage.ru_utime + usage.ru_stime, peak, process.returncode, said, lines)


def environment(cache: Path | None = None) -> dict[str, str]:
    """This process's environment without what changes how Python runs, and with a cache of its own for netpolc."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return plain if cache is None else {**plain, "NETPOLC_CACHE": str(cache)}


def _checked(case: Case) -> Run:
    done = run(case.command, case.folder, case.cache, case.limit)
    if done.ended and case.may_end:
        return done
    wrong = [word for word in case.says if word not in done.said]
    wrong += [word for word in case.never_says if word in done.said]
    if done.code or wrong or done.lines < case.lines:
        what = f"ended with {done.code} and {done.lines} lines, unexpected: {wrong}"
        raise Failed(f"{case.name}: {what}\n{done.said[-2000:]}")
    return done
