"""The figures as Markdown, and their place in the project's README."""

from __future__ import annotations

import math
import statistics
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from measuring import Figures, Group

BEGIN = "<!-- benchmarks:begin -->"
END = "<!-- benchmarks:end -->"

MEGABYTE = 1_000_000
MANY = 100
"""The number from which on no fractions are shown."""


class Row(NamedTuple):
    """A case of a group, and another case that its CPU seconds are told in times of."""

    group: Group
    figures: Figures
    other: Figures | None = None

    @property
    def times_other(self) -> float | None:
        """How many times the CPU seconds of the other case it took."""
        return self.figures.cpu / self.other.cpu if self.other else None


def replace_block(text: str, block: str) -> str:
    """A text with what is between the markers replaced; the text as it is where they are missing."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        return text
    return f"{before}{BEGIN}\n{block.strip()}\n{END}{after}"


def table(groups: list[Group]) -> str:
    """A table with a row for each case; its last column is there where a case has a target."""
    rows = [_row(group, figures) for group in groups for figures in group.figures]
    header = ("", "median", "fastest", "times bare Python", "peak memory", "target")
    lines = [header, (":---", "---:", "---:", "---:", "---:", ":---"), *rows]
    columns = len(header) if any(row[-1] for row in rows) else len(header) - 1
    return "".join(f"| {' | '.join(line[:columns])} |\n" for line in lines)


def cpu_table(rows: list[Row], other: str) -> str:
    """Return a table of CPU seconds, in times of a bare Python and of the other cases, which are called `other`."""
    header = ("", "CPU", "times bare Python", f"times {other}", "lines", "peak memory", "target")
    lines = [header, (":---", *["---:"] * 5, ":---"), *(_cpu_row(row, other) for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def kinds_table(group: Group, partial: str) -> str:
    """Return a table of CPU seconds with a row for all cases of a name; some say `partial` of what they tell."""
    header = ("", "cases", "median", "largest", "times bare Python", "peak memory", "in part", "over", "target")
    kinds = dict.fromkeys(figures.case.name for figures in group.figures)
    rows = [_kind_row(group, [each for each in group.figures if each.case.name == name], partial) for name in kinds]
    lines = [header, (":---", *["---:"] * 7, ":---"), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def summary(figures: list[Figures]) -> str:
    """A table of what some cases take, and nothing else of them."""
    rows = [("", "median"), (":---", "---:"), *((one.case.name, duration(one.median)) for one in figures)]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def growth(small: Figures, large: Figures, what: str, limit: float) -> str:
    """A sentence on how the time grows from one case to another, which is `what`."""
    ratio = large.median / small.median
    verdict = _verdict(held=ratio <= limit)
    return f"{what} takes {ratio:.1f} times as long (target: at most {limit:g} times, {verdict}).\n"


def added(one: Figures, without: Figures, what: str, limit: float) -> str:
    """A sentence on the share that something adds to what a case takes without it."""
    share = one.median / without.median - 1
    verdict = _verdict(held=share <= limit)
    return f"{what} adds {share:.0%} to a build without it (target: at most {limit:.0%}, {verdict}).\n"


def compared(difference: Figures, build: Figures, limit: float) -> str:
    """A sentence on how a comparison stands to a build."""
    ratio = difference.median / build.median
    verdict = _verdict(held=ratio <= limit)
    return f"`diff` takes {ratio:.1f} times as long as a build (target: at most {limit:g} times, {verdict}).\n"


def planned(plan: Figures, lists: Figures, build: Figures, limit: float) -> str:
    """A sentence on how a plan with nothing to do stands to its lists and a build."""
    ratio = plan.cpu / (lists.cpu + build.cpu)
    verdict = _verdict(held=ratio <= limit)
    return f"`plan` takes {ratio:.1f} times its lists and a build (target: at most {limit:g} times, {verdict}).\n"


def called_again(first: float, later: float, lines: int, share: float) -> str:
    """A sentence on what a call costs after one changed line, of what the first one took."""
    verdict = _verdict(held=later <= first * share)
    return (
        f"Of a program of {lines:,} lines, the first call takes {duration(first)} of CPU, and one after a changed line "
        f"{duration(later)}, which is {later / first:.0%} of that (target: at most {share:.0%}, {verdict}).\n"
    )


def answered(can: Figures, reach: Figures, reading: Figures, share: float) -> str:
    """A sentence on whether `can` takes at most a share of `reach`, or what reading takes, if that is more."""
    part = reach.median * share
    verdict = _verdict(held=can.median <= max(part, reading.median))
    return (
        f"`can` takes {duration(can.median)}, where {share:.0%} of what `reach` takes is {duration(part)}, and reading "
        f"alone, on one processor, takes {duration(reading.median)} (target: at most the larger of these two, "
        f"{verdict}).\n"
    )


def _row(group: Group, figures: Figures) -> tuple[str, ...]:
    return (
        figures.case.name,
        duration(figures.median),
        duration(figures.fastest),
        f"{group.times_bare(figures):.1f}",
        _megabytes(figures),
        _target(group, figures),
    )


def _cpu_row(row: Row, other: str) -> tuple[str, ...]:
    group, figures, _ = row
    times = row.times_other
    return (
        figures.case.name,
        _at_least(figures, duration(figures.cpu)),
        _at_least(figures, f"{group.cpu_times_bare(figures):.1f}"),
        "" if times is None else _at_least(figures, f"{times:.2f}"),
        "" if figures.ended or not figures.lines else f"{figures.lines:,}",
        _at_least(figures, _megabytes(figures)),
        _cpu_target(row, other),
    )


def _kind_row(group: Group, cases: list[Figures], partial: str) -> tuple[str, ...]:
    largest = max(cases, key=lambda figures: (figures.ended, figures.cpu))
    most = max(cases, key=lambda figures: figures.peak)
    target = largest.case.target
    over = [figures for figures in cases if _missed(group, figures)]
    said = f"at most {_number(target.cpu_times_bare or 0)} times bare Python and {_number(target.megabytes or 0)} MB"
    return (
        largest.case.name,
        f"{len(cases)}",
        duration(statistics.median(figures.cpu for figures in cases)),
        _at_least(largest, duration(largest.cpu)),
        _at_least(largest, f"{group.cpu_times_bare(largest):.1f}"),
        _at_least(most, _megabytes(most)),
        f"{sum(partial in figures.runs[-1].said for figures in cases)}",
        f"{len(over)}",
        f"{said}: {_verdict(held=not over)}",
    )


def _missed(group: Group, figures: Figures) -> bool:
    return "missed" in _cpu_target(Row(group, figures), "")


def _megabytes(figures: Figures) -> str:
    return f"{figures.peak / MEGABYTE:.0f} MB"


def _at_least(figures: Figures, text: str) -> str:
    return f"more than {text}" if figures.ended else text


def _target(group: Group, figures: Figures) -> str:
    target = figures.case.target
    said = [
        _held(figures.median, target.seconds, "s"),
        _held(group.times_bare(figures), target.times_bare, "times"),
        _held(figures.peak / MEGABYTE, target.megabytes, "MB"),
    ]
    if target.faster_than is not None:
        (rival,) = (one for one in group.figures if one.case.name == target.faster_than)
        said.append(f"faster than the row above: {_verdict(held=figures.median < rival.median)}")
    return ", ".join(filter(None, said))


def _cpu_target(row: Row, other: str) -> str:
    figures, target = row.figures, row.figures.case.target
    values = (
        (row.times_other, target.cpu_times_other, f"times {other}"),
        (row.group.cpu_times_bare(figures), target.cpu_times_bare, "times bare Python"),
        (figures.peak / MEGABYTE, target.megabytes, "MB"),
        (figures.lines, target.printed, "lines"),
    )
    # What was ended would have taken more of everything.
    said = [_held(math.inf if figures.ended else value or 0, limit, unit) for value, limit, unit in values]
    if target.cpu_times_least is not None:
        held = figures.ended or (row.times_other or 0) >= target.cpu_times_least
        said.append(f"at least {_number(target.cpu_times_least)} times {other}: {_verdict(held=held)}")
    return ", ".join(filter(None, said))


def _held(value: float, limit: float | None, unit: str) -> str:
    return "" if limit is None else f"at most {_number(limit)} {unit}: {_verdict(held=value <= limit)}"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= MANY else f"{value:g}"


def _verdict(*, held: bool) -> str:
    return "met" if held else "missed"


def duration(seconds: float) -> str:
    """Seconds, or milliseconds below one."""
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.0f} ms"
